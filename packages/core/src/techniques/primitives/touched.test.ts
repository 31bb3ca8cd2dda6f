import { describe, expect, it } from 'vitest'
import type { Layer } from '../../architecture/model.ts'
import { networkOperators, passMaker } from '../../architecture/network.ts'
import { ONE_ACCELERATOR } from '../../layout/layout.ts'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { evaluate } from '../../step/template.ts'
import type { PrimitiveId } from '../parameters.ts'
import type { Values } from '../primitive.ts'
import { catalogueModel, performanceOf, testPlan } from '../techniques.testkit.ts'
import { PRIMITIVES } from './index.ts'
import {
  benchOf,
  cacheOf,
  decodeS,
  groupsOf,
  layerSum,
  operatorOf,
  TINY,
  tiny,
  use,
  weightsOf,
} from './modelSide.testkit.ts'

/** The layer with one key head for its four query heads. */
const oneKey = (layer: Layer): Layer =>
  layer.mixer?.kind === 'attention' ? { ...layer, mixer: { ...layer.mixer, numKvHeads: 1 } } : layer

const at = (id: PrimitiveId, values: Values, name: string, batch = 1) =>
  operatorOf(groupsOf(tiny(id, values), 'decode', batch), name)

describe('layer fraction', () => {
  const HALF = { fraction: 0.5 } as const

  it('reads a layer if any token of the pass reaches it: 1 − 0.5^T of 8192 bytes', () => {
    expect(at('LFRAC', HALF, 'q_proj')).toMatchObject({ flop: 4096, weightBytes: 4096 })
    expect(at('LFRAC', HALF, 'q_proj', 4).weightBytes).toBe(8192 * (1 - 0.5 ** 4))
    // Work follows the tokens.
    expect(at('LFRAC', HALF, 'q_proj', 4).flop).toBe(4 * 4096)
    // Layers before the first exit are read whole: 0.25 + 0.75 · p with p = 0.25/0.75.
    expect(at('LFRAC', { fraction: 0.5, earliest: 0.25 }, 'q_proj').weightBytes).toBeCloseTo(4096, 9)
    // Tokens that leave together read the same layers whatever the batch.
    expect(at('LFRAC', { fraction: 0.5, batch: 'uniform' }, 'q_proj', 64).weightBytes).toBe(4096)
  })

  it('keys and values of tokens that left, by policy', () => {
    // Copied states are still projected, and every key is there to attend.
    expect(at('LFRAC', HALF, 'k_proj').flop).toBe(8192)
    expect(cacheOf(tiny('LFRAC', HALF), 1000)).toBe(cacheOf(tiny(), 1000))
    // None: half of the queries meet half of the keys, and half of the cache is held.
    const none = { fraction: 0.5, kv: 'none' } as const
    expect(at('LFRAC', none, 'k_proj').flop).toBe(4096)
    expect(at('LFRAC', none, 'fused_attention').kvReadBytes).toBe(0.25 * 1001 * 256)
    expect(cacheOf(tiny('LFRAC', none), 1000)).toBe(cacheOf(tiny(), 1000) / 2)
    // Recomputed later in a batch: all of the work, fewer reads of the weights.
    const later = at('LFRAC', { fraction: 0.5, kv: 'recompute' }, 'q_proj')
    expect(later).toMatchObject({ flop: 8192, weightBytes: 4096 })
  })

  it('pays for the heads where a token may leave', () => {
    const own = at('LFRAC', { fraction: 0.5, exitHead: 'vocabulary', exits: 3 }, 'exit_head')
    // 3 · 64 · 1000 products, of the head that is there already.
    expect(own).toMatchObject({ flop: 3 * 2 * 64 * 1000, parameters: 0, storedBytes: 0 })
    const classifier = at('LFRAC', { fraction: 0.5, exitHead: 'classifier', exits: 3, classes: 2 }, 'exit_head')
    expect(classifier.parameters).toBe(3 * 64 * 2)
  })

  it('helps in proportion alone, and ever less in a batch', () => {
    const gain = (batch: number) =>
      decodeS(use(testPlan(), 'LFRAC', HALF), batch, 100) / decodeS(testPlan(), batch, 100)
    const gains = [1, 2, 4, 16].map(gain)
    for (let i = 1; i < gains.length; i++) expect(gains[i]).toBeGreaterThan(gains[i - 1] as number)
    expect(gains[0]).toBeLessThan(0.63)
    expect(gains[3]).toBeGreaterThan(0.95)
  })

  it('is monotone in the fraction, and only speaks of drafts when meant for them', () => {
    const s = [0.3, 0.5, 0.8, 0.99].map((fraction) => decodeS(use(testPlan(), 'LFRAC', { fraction })))
    for (let i = 1; i < s.length; i++) expect(s[i]).toBeGreaterThan(s[i - 1] as number)
    const draft = use(testPlan(), 'LFRAC', { fraction: 0.6, scope: 'draft' })
    expect(draft.scenario).toEqual(testPlan().scenario)
    expect(weightsOf(use(testPlan(), 'LFRAC', HALF))).toBe(weightsOf(testPlan()))
  })
})

describe('width fraction', () => {
  it('reads the union of the neurons that the tokens of a pass need', () => {
    // up_proj 64 × 256: 32 768 bytes.
    expect(at('WFRAC', { density: 0.2 }, 'up_proj').weightBytes).toBeCloseTo(0.2 * 32_768, 6)
    expect(at('WFRAC', { density: 0.2 }, 'up_proj', 10).weightBytes).toBeCloseTo((1 - 0.8 ** 10) * 32_768, 6)
    // A dense product of ten rows computes for each of them what any needs; hardware may skip for each alone.
    expect(at('WFRAC', { density: 0.2 }, 'up_proj').flop).toBeCloseTo(0.2 * 2 * 64 * 256, 6)
    expect(at('WFRAC', { density: 0.2 }, 'up_proj', 10).flop).toBeCloseTo((1 - 0.8 ** 10) * 10 * 2 * 64 * 256, 6)
    const alone = { density: 0.2, work: 'per-token' } as const
    expect(at('WFRAC', alone, 'up_proj', 10).flop).toBeCloseTo(0.2 * 10 * 2 * 64 * 256, 6)
    expect(at('WFRAC', { density: 0.2 }, 'q_proj').weightBytes).toBe(8192)
    expect(at('WFRAC', { density: 0.2, sites: 'heads' }, 'q_proj').weightBytes).toBeCloseTo(0.2 * 8192, 6)
  })

  it('of idle neurons asks for an activation that makes them idle', () => {
    const of = (model: string) =>
      PRIMITIVES.WFRAC.apply(testPlan({}, { model: catalogueModel(model) }), { density: 0.2, idle: 'relu' })
    const made = of('llama-3.1-8b')
    expect(made.ok ? '' : made.problem.reason).toContain('no ReLU')
    expect(of('opt-13b').ok).toBe(true)
  })

  it('pays for its predictor: 64 → 16 → 256', () => {
    const own = tiny('WFRAC', { density: 0.2, predictorRank: 16 })
    expect((weightsOf(own) - weightsOf(tiny())) / 2).toBe(2 * (64 * 16 + 16 * 256))
  })

  it('reads the keys of heads that any sequence of the pass uses: half of 4 heads, 1 − 0.5^T of 1001 · 256 bytes', () => {
    const heads = { density: 0.5, sites: 'heads' } as const
    for (const batch of [1, 3]) {
      const share = 1 - 0.5 ** batch
      const own = at('WFRAC', heads, 'fused_attention', batch)
      expect(own.kvReadBytes).toBeCloseTo(share * batch * 1001 * 256, 3)
      expect(own.flop).toBeCloseTo(share * batch * 2 * 1001 * 4 * 32, 3)
    }
    // Four query heads on a key: 1 − 0.5^4 of the keys, for half of the work.
    const grouped = { ...TINY, stack: { ...TINY.stack, kinds: TINY.stack.kinds.map(oneKey) } }
    const plan = use(testPlan({ promptTokens: 100 }, { model: grouped }), 'WFRAC', heads)
    const own = operatorOf(groupsOf(plan, 'decode'), 'fused_attention')
    expect(own.kvReadBytes).toBeCloseTo((1 - 0.5 ** 4) * 1001 * 64, 3)
    expect(own.flop).toBeCloseTo(0.5 * 2 * 1001 * 4 * 32, 3)
  })

  it('of experts computes what their own tokens need: 2 of 8, one token half of each, many all', () => {
    const mixture = use(tiny(), 'EXP', { experts: 8, topK: 2 })
    const up = (plan: typeof mixture, batch: number) =>
      operatorOf(groupsOf(plan, 'decode', batch), 'expert_up_proj').flop
    const share = (batch: number) => up(use(mixture, 'WFRAC', { density: 0.5 }), batch) / up(mixture, batch)
    expect(share(1)).toBeCloseTo(0.5, 9)
    expect(share(3)).toBeCloseTo((1 - 0.875 ** 3) / (1 - 0.75 ** 3), 9)
    expect(share(1000)).toBeCloseTo(1, 9)
  })

  it.each([1024, 64])(
    'gains ever less with the batch, and nothing in the end, after %i tokens of prompt (OPT 6.7B)',
    (promptTokens) => {
      const model = catalogueModel('opt-6.7b')
      const deja = { density: 0.2, sites: 'heads+ffn', predictorRank: 1000 } as const
      const gain = (batchSize: number) => {
        const plan = testPlan({ promptTokens, batchSize, outputTokens: 16 }, { model })
        const [was, is] = [performanceOf(plan), performanceOf(use(plan, 'WFRAC', deja))]
        return { tpot: (was.tpotS ?? 0) / (is.tpotS ?? 1), ttft: was.ttftS / is.ttftS }
      }
      const gains = [1, 2, 4, 8, 16, 64, 256, 1024].map(gain)
      for (const [i, { tpot, ttft }] of gains.entries()) {
        expect(ttft, `prompt at ${i}`).toBeLessThanOrEqual(1)
        if (i > 0) expect(tpot, `step at ${i}`).toBeLessThanOrEqual((gains[i - 1]?.tpot ?? 0) + 0.02)
      }
      expect(gains[0]?.tpot).toBeGreaterThan(2)
      expect(gains.at(-1)?.tpot).toBeLessThanOrEqual(1)
    },
  )

  it('prices the same compiled as built, under ranks that share a sequence too', () => {
    const base = use(testPlan({ batchSize: 3 }), 'WFRAC', { density: 0.3, sites: 'heads+ffn' })
    for (const layout of [ONE_ACCELERATOR, { ...ONE_ACCELERATOR, cp: 2 }]) {
      const bench = benchOf({ ...base, scenario: { ...base.scenario, layout } })
      const { network, setting } = bench.template
      for (const [sequences, newTokens, contextTokens] of [
        [1, 1, 500],
        [7, 1, 2000],
        [2, 300, 0],
        [3, 5, 100],
      ] as const) {
        const groups = [{ sequences, newTokens, contextTokens }]
        const direct = networkOperators(network, { step: { groups } }, passMaker(network, setting))
        const compiled = evaluate(bench.template, { step: { groups } })
        for (const key of ['flop', 'weightBytes', 'kvReadBytes'] as const) {
          expect(layerSum(compiled, key) / layerSum(direct, key)).toBeCloseTo(1, 9)
        }
      }
    }
  })

  it('ever less in a batch', () => {
    const gain = (batch: number) =>
      decodeS(use(testPlan(), 'WFRAC', { density: 0.1 }), batch, 100) / decodeS(testPlan(), batch, 100)
    expect(gain(1)).toBeLessThan(0.45)
    expect(gain(64)).toBeGreaterThan(0.97)
  })
})

describe('experts', () => {
  it('hold E, work on k, read the union', () => {
    // 8 experts of 64 × 256: one token reads 2; four read 8 · (1 − 0.75⁴).
    expect(at('EXP', { experts: 8, topK: 2 }, 'expert_up_proj')).toMatchObject({
      parameters: 8 * 64 * 256,
      flop: 2 * 2 * 64 * 256,
    })
    expect(at('EXP', { experts: 8, topK: 2 }, 'expert_up_proj').weightBytes).toBeCloseTo(2 * 32_768, 6)
    expect(at('EXP', { experts: 8, topK: 2 }, 'expert_up_proj', 4).weightBytes).toBeCloseTo(
      8 * (1 - 0.75 ** 4) * 32_768,
      6,
    )
    expect(at('EXP', { experts: 8, topK: 2, capacity: 1.25 }, 'expert_up_proj').flop).toBe(1.25 * 2 * 2 * 64 * 256)
    expect(at('EXP', { experts: 8, topK: 2, width: 0.5, residual: true }, 'dense_up_proj').parameters).toBe(64 * 256)
  })

  it('one block in two', () => {
    const kinds = tiny('EXP', { experts: 4, topK: 1, every: 2 }).scenario.model.stack
    expect(kinds.order.map((kind) => kinds.kinds[kind]?.ffn?.kind)).toEqual(['dense', 'moe'])
  })

  it('of a model that is a mixture already stay its own', () => {
    const plan = testPlan({}, { model: catalogueModel('mixtral-8x7b') })
    const made = unwrap(PRIMITIVES.EXP.apply(plan, { experts: 64, topK: 1, capacity: 1.25 }))
    expect({ ...made, remarks: [] }).toEqual(plan)
    expect(made.remarks.at(-1)?.text).toContain('a mixture already')
  })

  it('refuse more choices than experts', () => {
    const failed = PRIMITIVES.EXP.apply(tiny(), { experts: 2, topK: 4 })
    expect(failed.ok).toBe(false)
  })
})
