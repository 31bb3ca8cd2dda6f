import { describe, expect, it } from 'vitest'
import { device } from '../../scenario/scenario.testkit.ts'
import type { Values } from '../primitive.ts'
import { testPlan } from '../techniques.testkit.ts'
import { PRIMITIVES } from './index.ts'
import { analysisOf, groupsOf, layerSum, operatorOf, TINY, tiny, use } from './modelSide.testkit.ts'

const eager = () => testPlan({ promptTokens: 100 }, { model: TINY, kernel: 'eager' })

const reason = (values: Values, plan = eager()) => {
  const next = PRIMITIVES.FUSE.apply(plan, values)
  return next.ok ? '' : next.problem.reason
}

describe('fusion', () => {
  it('of attention: scores are no longer stored, the pairs stay', () => {
    const own = use(eager(), 'FUSE', { what: 'attention' })
    expect(own.scenario.kernel).toBe('flash')
    // Unfused: 100 · 100 scores of 4 heads, 2 bytes each.
    expect(operatorOf(groupsOf(eager(), 'prefill'), 'qk_matmul').activationWriteBytes).toBe(100 * 100 * 4 * 2)
    expect(operatorOf(groupsOf(own, 'prefill'), 'fused_attention').activationWriteBytes).toBe(100 * 64 * 2)
    expect(use(tiny(), 'FUSE', { what: 'attention' }).scenario).toEqual(tiny().scenario)
  })

  it('of an activation: gate and up outputs stay on chip, work stays', () => {
    const [plain, own] = [eager(), use(eager(), 'FUSE', { what: 'activation' })]
    const bytes = (plan: typeof plain, name: string) => operatorOf(groupsOf(plan, 'prefill'), name)
    expect(bytes(plain, 'gate_proj').activationWriteBytes).toBe(100 * 256 * 2)
    expect(bytes(own, 'gate_proj').activationWriteBytes).toBe(0)
    expect(bytes(own, 'up_proj').activationWriteBytes).toBe(0)
    expect(bytes(own, 'mlp_act')).toMatchObject({ activationReadBytes: 0, activationWriteBytes: 100 * 256 * 2 })
    expect(layerSum(groupsOf(own, 'prefill'), 'flop')).toBe(layerSum(groupsOf(plain, 'prefill'), 'flop'))
    const whole = use(eager(), 'FUSE', { what: 'ffn' })
    expect(bytes(whole, 'mlp_act').activationWriteBytes).toBe(0)
    expect(bytes(whole, 'down_proj').activationReadBytes).toBe(0)
  })

  it('of a norm: the sum before it is stored all the same, since the next addition needs it', () => {
    const own = use(eager(), 'FUSE', { what: 'elementwise' })
    const groups = groupsOf(own, 'prefill')
    expect(operatorOf(groups, 'attn_add').activationWriteBytes).toBe(100 * 64 * 2)
    expect(operatorOf(groups, 'mlp_norm').activationReadBytes).toBe(0)
  })

  it('helps in the memory-bound region only', () => {
    const s = (batch: number, fuse: boolean) => {
      const plan = testPlan({ batchSize: batch, promptTokens: 64 }, { kernel: 'eager' })
      const { decode, prefill } = analysisOf(fuse ? use(plan, 'FUSE', { what: 'activation' }) : plan)
      const time = (phase: typeof prefill | undefined) =>
        phase?.groups
          .flatMap((group) => group.operators)
          .filter(({ operator }) => operator.name === 'up_proj')
          .reduce((sum, { cost }) => sum + cost.timeS, 0)
      return { decode: time(decode), prefill: time(prefill) }
    }
    expect(s(4, true).decode).toBeLessThan(s(4, false).decode as number)
    expect(s(64, true).prefill).toBe(s(64, false).prefill)
  })

  it('is refused by any of the three limits, by name', () => {
    expect(reason({ what: 'attention', neededElsewhere: 'attention scores' })).toContain('needed elsewhere')
    // 16 · (2 · 4096 + 14336) · 2 bytes = 704 KiB.
    const big = testPlan({}, { kernel: 'eager' })
    expect(reason({ what: 'ffn' }, big)).toMatch(/704 KiB.*on-chip buffer is too small/)
    expect(reason({ what: 'ffn', onChipBytes: 800 * 1024 }, big)).toBe('')
    expect(reason({ what: 'attention', blockRows: 4096, onChipBytes: 1000 })).toContain('on-chip')
    expect(reason({ what: 'ffn', framework: 'library' })).toContain('framework')
    expect(reason({ what: 'attention', framework: 'library' })).toBe('')
    expect(reason({ what: 'activation', framework: 'none' })).toContain('framework')
  })

  it('of attention under a policy that reads scores is that policy on a fused baseline, and says what is left out', () => {
    const policy = { budget: 0.2, policy: 'accumulated-attention' }
    const fused = use(use(eager(), 'KVB', policy), 'FUSE', { what: 'attention' })
    const based = use(testPlan({ promptTokens: 100 }, { model: TINY, kernel: 'flash' }), 'KVB', policy)
    expect(fused.scenario).toEqual(based.scenario)
    for (const { remarks } of [fused, based]) expect(remarks.at(-1)?.text).toMatch(/reads attention scores.*not priced/)
  })

  it('where the on-chip memory is not known, is not refused for it', () => {
    const { sharedMemoryBytesPerUnit: _, ...unknown } = device('h100-sxm')
    const plan = testPlan({}, { kernel: 'eager', accelerator: unknown })
    expect(reason({ what: 'ffn' }, plan)).toBe('')
  })
})
