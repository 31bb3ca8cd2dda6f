/** Known interactions of primitives on the side of the model, each with its figures worked out. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ONE_ACCELERATOR } from '../layout/layout.ts'
import { unwrap } from '../scenario/scenario.testkit.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { compose } from './compose.ts'
import type { PrimitiveId } from './parameters.ts'
import type { Plan } from './plan.ts'
import type { Use, Values } from './primitive.ts'
import { PRIMITIVES } from './primitives/index.ts'
import {
  analysisOf,
  cacheOf,
  decodeS,
  groupsOf,
  layerSum,
  operatorOf,
  TINY,
  tiny,
  use,
} from './primitives/modelSide.testkit.ts'
import { unevenness } from './primitives/unevenKeys.ts'
import { catalogueModel, outcomeOf, testPlan } from './techniques.testkit.ts'

const uses = (...list: readonly (readonly [PrimitiveId, Values])[]): Use[] =>
  list.map(([primitive, values]) => ({ primitive, with: values }))

const composed = (scenario: Scenario, ...list: readonly (readonly [PrimitiveId, Values])[]): Plan =>
  unwrap(compose(scenario, uses(...list)))

const { scenario } = tiny()
const KEY_BYTES = 256

describe('LFRAC × KB, KVB: what an exited token left decides what there is to narrow or drop', () => {
  const none = ['LFRAC', { fraction: 0.5, kv: 'none' }] as const
  const copy = ['LFRAC', { fraction: 0.5, kv: 'copy' }] as const

  it('half of the tokens, in half of the bits', () => {
    // 2 layers · 1000 tokens · 128 elements · 9 bits (8 and a 16-bit scale per 16) / 8, and half of that.
    const kb = ['KB', { bits: 8, group: 16 }] as const
    expect(cacheOf(composed(scenario, copy, kb), 1000)).toBe((2 * 1000 * 128 * 9) / 8)
    expect(cacheOf(composed(scenario, none, kb), 1000)).toBe((1000 * 128 * 9) / 8)
  })

  it('half of the tokens that the budget keeps', () => {
    const kvb = ['KVB', { sink: 4, recent: 60, policy: 'static' }] as const
    expect(cacheOf(composed(scenario, kvb, copy), 1000)).toBe(2 * 64 * KEY_BYTES)
    expect(cacheOf(composed(scenario, kvb, none), 1000)).toBe(64 * KEY_BYTES)
  })
})

describe('WFRAC × batch and × checked tokens', () => {
  const half = ['WFRAC', { density: 0.2 }] as const
  const up = (groups: Parameters<typeof operatorOf>[0]) => operatorOf(groups, 'up_proj').weightBytes

  it('the union grows to all of the neurons', () => {
    const plan = composed(scenario, half)
    // 64 · 256 · 2 bytes · (1 − 0.8^T).
    for (const [batch, share] of [
      [1, 0.2],
      [5, 0.67232],
      [64, 1],
    ] as const) {
      expect(up(groupsOf(plan, 'decode', batch)) / 32_768).toBeCloseTo(share, 5)
    }
  })

  it('five checked tokens need as many neurons as a batch of five', () => {
    const plain = composed(testPlan().scenario, half)
    const gain = (plan: Plan) => outcomeOf(plan).performance
    const speculative = ['TPP', { gamma: 4, acceptance: 0.7 }] as const
    const both = composed(testPlan().scenario, half, speculative)
    const dense = composed(testPlan().scenario, speculative)
    const tpot = (plan: Plan) => gain(plan).tpotS ?? Number.NaN
    // Alone the neurons save much; with five tokens a pass, what is left of it is less.
    const alone = tpot(plain) / tpot(composed(testPlan().scenario))
    expect(alone).toBeLessThan(0.6)
    expect(tpot(both) / tpot(dense)).toBeGreaterThan(alone + 0.2)
  })
})

describe('EXP × TPP: T = tokens of a pass times batch', () => {
  it('E·(1 − (1 − k/E)^T) experts, whether the tokens are checked ones or other sequences', () => {
    const model = catalogueModel('mixtral-8x7b')
    const plan = testPlan({}, { model })
    const bench = (sequences: number, newTokens: number) =>
      analysisOf({ ...plan, scenario: { ...plan.scenario, step: [{ sequences, newTokens, contextTokens: 100 }] } })
    const bytes = (sequences: number, newTokens: number) =>
      bench(sequences, newTokens)
        .step?.groups.flatMap((group) => group.operators)
        .find(({ operator }) => operator.name === 'expert_up_proj')?.operator.weightBytes ?? 0
    // 4096 · 14336 weights of 2 bytes per expert.
    expect(bytes(1, 5) / (2 * 4096 * 14336)).toBeCloseTo(8 * (1 - 0.75 ** 5), 6)
    expect(bytes(5, 1)).toBe(bytes(1, 5))
    expect(bytes(3, 5) / (2 * 4096 * 14336)).toBeCloseTo(8 * (1 - 0.75 ** 15), 6)
  })
})

describe('AB × WB: the roof is that of the widest operand', () => {
  it('only both together raise it, in either order', () => {
    const base = testPlan({ batchSize: 8 }).scenario
    const prefill = (...list: readonly (readonly [PrimitiveId, Values])[]) => {
      const operators = analysisOf(composed(base, ...list)).prefill.groups.flatMap((group) => group.operators)
      return operators.find(({ operator }) => operator.name === 'up_proj')?.cost.timeS ?? 0
    }
    const wb = ['WB', { bits: 8, group: 0 }] as const
    const ab = ['AB', { bits: 8 }] as const
    expect(prefill(wb)).toBe(prefill())
    expect(prefill(ab)).toBe(prefill())
    // 1979 over 989 Tflop/s, as the catalogue has the H100.
    expect(prefill(wb, ab) / prefill()).toBeCloseTo(0.5, 2)
    expect(prefill(ab, wb)).toBe(prefill(wb, ab))
  })
})

describe('LIN × KB, KVB, ALLOC: no keys, no effect', () => {
  const lin = ['LIN', {}] as const

  it.each([
    ['KB', { bits: 4 }],
    ['KVB', { budget: 0.2 }],
    ['ALLOC', { blockTokens: 16 }],
  ] as const)('%s', (id, values) => {
    const base = testPlan({ promptTokens: 8000 }).scenario
    const alone = outcomeOf(composed(base, lin))
    const both = outcomeOf(composed(base, lin, [id, values]))
    expect(both.performance).toEqual(alone.performance)
    expect(both.memory.kvBytes).toBe(alone.memory.kvBytes)
  })

  it('half of the layers: half of the effect', () => {
    const half = ['LIN', { layerShare: 0.5 }] as const
    const kept = (...list: readonly (readonly [PrimitiveId, Values])[]) => cacheOf(composed(scenario, ...list), 1000)
    const state = 4 * 16 * 17 * 4
    expect(kept(half)).toBe(1000 * KEY_BYTES + state)
    expect(kept(half, ['KB', { bits: 8, group: 16 }])).toBe((1000 * 128 * 9) / 8 + state)
  })
})

describe('FUSE × APAT: fewer pairs save less traffic once scores are not stored', () => {
  it('while work falls as much', () => {
    const eager = { ...testPlan({ promptTokens: 2048 }, { model: TINY }).scenario, kernel: 'eager' } as const
    const apat = ['APAT', { local: 64 }] as const
    const fuse = ['FUSE', { what: 'attention' }] as const
    const attention = (...list: readonly (readonly [PrimitiveId, Values])[]) => {
      const operators = groupsOf(composed(eager, ...list), 'prefill').flatMap((group) => group.operators)
      const own = operators.filter((o) => /matmul|softmax|fused_attention/.test(o.name))
      const sum = (of: (o: (typeof own)[number]) => number) => own.reduce((total, o) => total + of(o), 0)
      return {
        bytes: sum((o) => o.activationReadBytes + o.activationWriteBytes + o.kvReadBytes),
        flop: sum((o) => o.flop),
      }
    }
    const saved = (a: number, b: number) => 1 - b / a
    const unfused = saved(attention().bytes, attention(apat).bytes)
    const fused = saved(attention(fuse).bytes, attention(fuse, apat).bytes)
    // Scores are all of the traffic of the one, and none of the other's.
    expect(unfused).toBeGreaterThan(0.9)
    expect(fused).toBeLessThan(0.1)
    expect(saved(attention(fuse).flop, attention(fuse, apat).flop)).toBeGreaterThan(0.9)
  })
})

describe('KVB × POS in any order', () => {
  it('compose, and the cache keeps its budget whatever the reach', () => {
    const kvb = ['KVB', { sink: 4, recent: 1020, policy: 'static' }] as const
    const pos = ['POS', { kind: 'cache-relative', unlimited: true }] as const
    const plan = composed(testPlan().scenario, kvb, pos)
    expect(plan.reach.scale).toBe(Number.POSITIVE_INFINITY)
    expect(cacheOf(plan, 1_000_000)).toBe(cacheOf(composed(testPlan().scenario, kvb), 1_000_000))
    expect(plan).toEqual(composed(testPlan().scenario, pos, kvb))
  })
})

describe('KVB × POS: keys counted inside the cache change their positions in every step', () => {
  const kvb = ['KVB', { sink: 4, recent: 60, policy: 'static' }] as const
  const pos = (keys: string) => ['POS', { kind: 'cache-relative', unlimited: true, keys }] as const
  const decode = (keys: string, batch = 1) => groupsOf(composed(scenario, kvb, pos(keys)), 'decode', batch)
  const plain = operatorOf(decode('as-stored'), 'fused_attention')
  // 64 kept keys of 4 heads of 16, 6 flop an element.
  const turning = 64 * 4 * 16 * 6

  it('stored before rotation: the kernel rotates what it reads, and moves nothing more', () => {
    const own = operatorOf(decode('rotated-at-read'), 'fused_attention')
    expect(own.vectorFlop - plain.vectorFlop).toBe(turning)
    expect(own.kvReadBytes).toBe(plain.kvReadBytes)
  })

  it('rotated anew: the same work in a pass that reads and writes the kept keys, half of 64 · 256 bytes', () => {
    for (const batch of [1, 3]) {
      const own = operatorOf(decode('rotated-anew', batch), 'rotate_keys')
      expect(own.vectorFlop).toBe(batch * turning)
      expect(own.kvReadBytes).toBe((batch * 64 * KEY_BYTES) / 2)
      expect(own.kvWriteBytes).toBe(own.kvReadBytes)
    }
    expect(operatorOf(decode('rotated-anew'), 'fused_attention').vectorFlop).toBe(plain.vectorFlop)
  })

  it('so that the one is dearer than the other, and both than keys that stay as they are', () => {
    const long = testPlan({ batchSize: 64, promptTokens: 8000 }).scenario
    const wide = ['KVB', { sink: 4, recent: 4092, policy: 'static' }] as const
    const tpot = (keys: string) => outcomeOf(composed(long, wide, pos(keys))).performance.tpotS ?? 0
    expect(tpot('rotated-anew')).toBeGreaterThan(1.2 * tpot('rotated-at-read'))
    expect(tpot('rotated-at-read')).toBeGreaterThanOrEqual(tpot('as-stored'))
  })

  it('costs in decode, not in the prompt, whose keys are rotated as they are made', () => {
    const prompt = (keys: string) =>
      operatorOf(groupsOf(composed(scenario, kvb, pos(keys)), 'prefill'), 'fused_attention').vectorFlop
    expect(prompt('rotated-at-read')).toBe(prompt('as-stored'))
  })
})

describe('KVB × PAR: a budget is shared out like the cache it is, evenly or not', () => {
  const base = testPlan({ promptTokens: 8000, outputTokens: 128 }).scenario
  const window = ['KVB', { sink: 4, recent: 1020, policy: 'static' }] as const
  const half = ['KVB', { budget: 0.2, policy: 'accumulated-attention' }] as const
  const sp = (balance: string, degree = 4) => ['PAR', { axis: 'cp', pattern: 'ring', balance, degree }] as const
  const read = (plan: Plan) => operatorOf(groupsOf(plan, 'decode', 1, 8064), 'fused_attention').kvReadBytes

  it('each of two ranks of tensor parallelism holds half of what is kept', () => {
    const tp = ['PAR', { axis: 'tp', degree: 2 }] as const
    const one = outcomeOf(composed(base, half)).memory.kvBytes
    expect(outcomeOf(composed(base, half, tp)).memory.kvBytes).toBeCloseTo(one / 2, 3)
  })

  it('of contiguous pieces of 8,064 tokens the last of four holds 1,020 of 1,024: 3.98 times the mean of 256', () => {
    const [uneven, even] = [composed(base, window, sp('contiguous')), composed(base, window, sp('striped'))]
    expect(read(even)).toBeCloseTo(read(composed(base, window)) / 4, 3)
    expect(read(uneven) / read(even)).toBeCloseTo(1020 / 256, 6)
    const kv = (plan: Plan) => outcomeOf(plan).memory.kvBytes
    expect(kv(uneven) / kv(even)).toBeCloseTo(1020 / 256, 6)
    expect(uneven.remarks.map(({ text }) => text).join()).toMatch(
      /fullest of 4 ranks holds and reads 3\.98 times the mean/,
    )
  })

  it('whether the ranks are a technique or the scenario’s own', () => {
    const layout = { ...ONE_ACCELERATOR, cp: 4, contextExchange: 'ring', contextOrder: 'contiguous' } as const
    const own = composed({ ...base, layout }, window)
    expect(read(own)).toBeCloseTo(read(composed(base, window, sp('contiguous'))), 3)
    expect(outcomeOf(own).memory.kvBytes).toBeCloseTo(
      outcomeOf(composed(base, window, sp('contiguous'))).memory.kvBytes,
      0,
    )
  })

  it('half recent, half heavy: 806.4 of the last piece, and 806.4 spread over the 7,257.6 before', () => {
    // (806.4 + 806.4 · 1209.6 / 7257.6) / 403.2.
    const kept = { tokens: 1, share: 0.2, sink: 0, recent: 0, halfRecent: true }
    expect(unevenness(kept, 8064, 4)).toBeCloseTo(940.8 / 403.2, 9)
    expect(read(composed(base, half, sp('contiguous'))) / read(composed(base, half, sp('striped')))).toBeCloseTo(
      2.3333,
      4,
    )
  })

  it('everyone waits for that rank: a step of many long sequences takes longer, a budget of all is even', () => {
    const long = testPlan({ batchSize: 32, promptTokens: 65_536, outputTokens: 16 }).scenario
    const tpot = (balance: string) => outcomeOf(composed(long, half, sp(balance))).performance.tpotS ?? 0
    expect(tpot('contiguous')).toBeGreaterThan(1.1 * tpot('striped'))
    expect(unevenness({ tokens: 10_000, share: 0, sink: 4, recent: 9996, halfRecent: false }, 8064, 4)).toBeCloseTo(
      1,
      12,
    )
    fc.assert(
      fc.property(
        fc.nat(4000),
        fc.nat(4000),
        fc.nat(4000),
        fc.integer({ min: 1, max: 16 }),
        (sink, recent, other, w) => {
          const kept = { tokens: Math.max(1, sink + recent + other), share: 0, sink, recent, halfRecent: false }
          const factor = unevenness(kept, 8064, w)
          expect(factor).toBeGreaterThanOrEqual(1 - 1e-12)
          expect(factor).toBeLessThanOrEqual(w + 1e-12)
        },
      ),
    )
  })
})

describe('MEM, POS and sparsity together, and a memory with a matrix under an agent', () => {
  it('compose', () => {
    const base = testPlan({ promptTokens: 32_000 }).scenario
    const plan = composed(
      base,
      ['KVB', { sink: 4, recent: 1020, policy: 'static' }],
      ['POS', { kind: 'yarn', scale: 8 }],
      ['MEM', { segment: 2048, matrix: true, retrieval: 'linear', update: 'delta' }],
    )
    expect(cacheOf(plan, 1_000_000)).toBeLessThan(cacheOf(testPlan(), 4096))
    expect(plan.reach.scale).toBe(8)
    expect(decodeS(plan, 1, 100_000)).toBeLessThan(decodeS(testPlan(), 1, 100_000))
  })
})

describe('order of application', () => {
  it('is that of the stages, whatever order techniques are named in', () => {
    const list = [
      ['FUSE', { what: 'activation' }],
      ['KB', { bits: 4 }],
      ['LFRAC', { fraction: 0.7, kv: 'none' }],
      ['APAT', { local: 64, topK: 64 }],
      ['WB', { bits: 4 }],
      ['DIM', { ffn: 0.5 }],
      ['RANK', { rank: 8, mode: 'additive' }],
    ] as const
    const forward = composed(scenario, ...list)
    const backward = composed(scenario, ...[...list].reverse())
    expect(backward).toEqual(forward)
    expect(decodeS(backward)).toBe(decodeS(forward))
  })

  it('does not matter where compatibility says so', () => {
    const pairs = [
      [
        ['WB', { bits: 4 }],
        ['APAT', { local: 64 }],
      ],
      [
        ['WB', { bits: 4 }],
        ['KB', { bits: 4 }],
      ],
      [
        ['WB', { bits: 8 }],
        ['KVB', { budget: 0.2 }],
      ],
      [
        ['KB', { bits: 4 }],
        ['APAT', { topK: 64 }],
      ],
      [
        ['WSP', { density: 0.5 }],
        ['KVB', { budget: 0.2 }],
      ],
      [
        ['WSP', { density: 0.5 }],
        ['FUSE', { what: 'activation' }],
      ],
      [
        ['WFRAC', { density: 0.2 }],
        ['FUSE', { what: 'elementwise' }],
      ],
      [
        ['EXP', { experts: 8, topK: 2 }],
        ['APAT', { local: 64 }],
      ],
    ] as const
    for (const [[a, va], [b, vb]] of pairs) {
      const [straight, crossed] = [use(use(tiny(), a, va), b, vb), use(use(tiny(), b, vb), a, va)]
      expect(decodeS(crossed)).toBeCloseTo(decodeS(straight), 18)
      expect(cacheOf(crossed, 1000)).toBe(cacheOf(straight, 1000))
      expect(layerSum(groupsOf(crossed, 'decode'), 'parameters')).toBe(
        layerSum(groupsOf(straight, 'decode'), 'parameters'),
      )
      expect(PRIMITIVES[a].id).toBe(a)
    }
  })
})
