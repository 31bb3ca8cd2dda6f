/** Laws of layouts: what ranks hold and do adds up to the whole, what they exchange is counted once. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StepGroup } from '../architecture/extent.ts'
import { findModel } from '../catalog/models/index.ts'
import { weightBytes } from '../memory/plan.ts'
import { analyzeBench, type Phase } from '../scenario/analyze.ts'
import { prepare, prepareMemory } from '../scenario/bench.ts'
import { rankLayouts } from '../scenario/layouts.ts'
import { device, testScenario, unwrap } from '../scenario/scenario.testkit.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { referenceStepTime } from '../step/reference.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { checkLayout, type Layout, layoutsFor, ONE_ACCELERATOR, rankCount } from './layout.ts'
import { stageBounds } from './shard.ts'

function spec(id: string) {
  const row = findModel(id)
  if (!row) throw new Error(`no model ${id}`)
  return row.spec
}

const lay = (change: Partial<Layout>): Layout => ({ ...ONE_ACCELERATOR, ...change })

function scenario(id: string, change: Partial<Scenario> = {}): Scenario {
  return testScenario({ model: spec(id), accelerator: device('h100-sxm'), kernel: 'flash', ...change })
}

const weightsOf = (id: string, layout: Layout) => {
  const { stagesOf } = prepareMemory(scenario(id))
  return stagesOf(layout).map(weightBytes)
}

describe('what ranks hold', () => {
  it('tensor parallel: every linear weight once over the ranks, norms on each', () => {
    const [whole = 0] = weightsOf('llama-3.1-8b', ONE_ACCELERATOR)
    const [rank = 0] = weightsOf('llama-3.1-8b', lay({ tp: 4 }))
    // 65 norms of 4096 values in 16 bit are on every rank.
    const norms = 65 * 4096 * 2
    expect(4 * rank - 3 * norms).toBeCloseTo(whole, -3)
  })

  it('pipelines: the stages together hold the model', () => {
    const [whole = 0] = weightsOf('llama-3.1-70b', ONE_ACCELERATOR)
    const stages = weightsOf('llama-3.1-70b', lay({ pp: 3 }))
    expect(stages).toHaveLength(3)
    expect(stages.reduce((a, b) => a + b, 0)).toBeCloseTo(whole, -3)
    expect(stageBounds(80, 3)).toEqual([0, 27, 54, 80])
  })

  it('experts: ranks hold them once, however they are split', () => {
    const [whole = 0] = weightsOf('deepseek-v3', ONE_ACCELERATOR)
    const perRank = (layout: Layout) => weightsOf('deepseek-v3', layout)[0] ?? 0
    const byNumber = perRank(lay({ attentionDp: 8, ep: 8 }))
    const byWidth = perRank(lay({ tp: 8 }))
    // Whole attention on every rank costs; the experts, nearly everything, are an eighth.
    expect(byNumber).toBeGreaterThan(byWidth)
    expect(byWidth).toBeGreaterThan(whole / 8)
    expect(byNumber).toBeLessThan(whole / 8 + 20e9)
  })
})

describe('what ranks do', () => {
  const LAYOUTS: readonly [string, Layout][] = [
    ['llama-3.1-8b', lay({ tp: 2 })],
    ['llama-3.1-8b', lay({ tp: 4, sequenceParallel: true })],
    ['llama-3.1-8b', lay({ tp: 8, overlap: true })],
    ['llama-3.1-8b', lay({ cp: 4 })],
    ['llama-3.1-8b', lay({ cp: 4, contextOrder: 'contiguous' })],
    ['llama-3.1-8b', lay({ cp: 4, contextExchange: 'query' })],
    ['llama-3.1-8b', lay({ cp: 4, tp: 2, contextExchange: 'all-to-all', overlap: true })],
    ['deepseek-v3', lay({ cp: 2, contextExchange: 'query', contextOrder: 'contiguous' })],
    ['gpt-oss-120b', lay({ tp: 4, ep: 4 })],
    ['deepseek-v3', lay({ attentionDp: 8, ep: 8 })],
    ['deepseek-v3', lay({ tp: 8 })],
    ['deepseek-v3', lay({ tp: 4, attentionDp: 2, ep: 8, pp: 2 })],
    ['qwen3-next-80b', lay({ tp: 2, ep: 2 })],
  ]

  it.each(['roofline', 'calibrated'] as const)('compiled steps equal the operators one by one (%s)', (basis) => {
    const group: fc.Arbitrary<StepGroup> = fc.record({
      sequences: fc.integer({ min: 1, max: 64 }),
      newTokens: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3000 })),
      contextTokens: fc.nat(20_000),
    })
    for (const [id, layout] of LAYOUTS) {
      const bench = unwrap(prepare(scenario(id, { layout, basis })))
      const { network, setting } = bench.template
      fc.assert(
        fc.property(fc.array(group, { minLength: 1, maxLength: 3 }), (groups) => {
          const slow = referenceStepTime(network, setting, bench.cost, { step: { groups } })
          const fast = bench.compiled.timeS(groups)
          // Host time is the engine's, beside the kernels.
          const engine = bench.engine?.stepS(slow, groups) ?? slow
          expect(Math.abs(fast - engine)).toBeLessThanOrEqual(1e-9 * engine)
        }),
        { numRuns: 12 },
      )
    }
  })

  describe('overlapped exchanges', () => {
    const at = (overlap: boolean, batchSize: number, layout: Partial<Layout> = { tp: 8 }) =>
      analyzeBench(
        unwrap(
          prepare(
            scenario('llama-3.1-8b', {
              layout: lay({ ...layout, overlap }),
              workload: { ...DEFAULT_WORKLOAD, batchSize, promptTokens: 2048, outputTokens: 8 },
            }),
          ),
        ),
      )
    const exchangeS = ({ groups }: Phase) =>
      groups.reduce(
        (sum, g) =>
          sum + g.repeat * g.operators.reduce((s, o) => s + (o.operator.kind === 'collective' ? o.cost.timeS : 0), 0),
        0,
      )

    it('of 64 sequences: the longer side of two passes of 32', () => {
      const [half, whole, beside] = [at(false, 32).decode, at(false, 64).decode, at(true, 64).decode]
      if (!half || !whole || !beside) throw new Error('no decode')
      const twice = 2 * Math.max(exchangeS(half), half.timeS - exchangeS(half))
      expect(twice).toBeGreaterThan(Math.max(exchangeS(whole), whole.timeS - exchangeS(whole)))
      expect(beside.timeS).toBeCloseTo(Math.min(twice, whole.timeS), 12)
    })

    it('of one sequence: nothing in decode, two halves of the prompt in prefill', () => {
      const [inTurn, beside] = [at(false, 1), at(true, 1)]
      expect(beside.decode?.timeS).toBe(inTurn.decode?.timeS)
      expect(beside.request.tpotS).toBe(inTurn.request.tpotS)
      expect(beside.prefill.timeS).toBeLessThan(inTurn.prefill.timeS)
      expect(beside.prefill.timeS).toBeGreaterThan(exchangeS(inTurn.prefill))
    })

    it('never cost more than in turn, nor anything where nothing is exchanged', () => {
      for (const batch of [1, 2, 3, 16, 256]) {
        const [inTurn, beside] = [at(false, batch), at(true, batch)]
        expect(beside.request.e2eS).toBeLessThanOrEqual(inTurn.request.e2eS * (1 + 1e-12))
        expect(at(true, batch, {}).request.e2eS).toBe(at(false, batch, {}).request.e2eS)
      }
    })
  })

  it('tensor parallel: two all-reduces a layer and one after the embedding, of tokens × hidden', () => {
    const { decode } = analyzeBench(unwrap(prepare(scenario('llama-3.1-8b', { layout: lay({ tp: 2 }) }))))
    const found = decode?.groups.flatMap((g) => g.operators.map((o) => ({ ...o, repeat: g.repeat }))) ?? []
    const sums = found.filter((o) => o.operator.name.endsWith('all_reduce'))
    expect(sums.map((o) => [o.operator.name, o.repeat])).toEqual([
      ['embed_all_reduce', 1],
      ['attn_all_reduce', 32],
      ['mlp_all_reduce', 32],
    ])
    // 2·(n−1)/n of 1 token × 4096 × 2 byte.
    expect(sums[1]?.operator.linkBytes).toBe(8192)
    expect(sums[1]?.cost.bound).toBe('link')
  })

  it('routed tokens of all ranks meet at the experts', () => {
    const run = (layout: Layout) => {
      const { decode } = analyzeBench(
        unwrap(prepare(scenario('deepseek-v3', { layout, workload: { ...DEFAULT_WORKLOAD, batchSize: 256 } }))),
      )
      return decode?.groups.flatMap((g) => g.operators).find((o) => o.operator.name === 'expert_up_proj')?.operator
    }
    // 256 tokens, 8 experts each, over 8 ranks: 256 routed rows per rank in either way.
    expect(run(lay({ attentionDp: 8, ep: 8 }))?.shape.m).toBe(256)
    expect(run(lay({ tp: 8, ep: 8 }))?.shape.m).toBe(256)
    // All 256 tokens touch every expert of a rank almost surely.
    const one = run(lay({ attentionDp: 8, ep: 8 }))
    expect((one?.weightBytes ?? 0) / (one?.storedBytes ?? 1)).toBeGreaterThan(0.99)
  })

  it('context parallel: a quarter of the pairs in prefill, a quarter of the keys in decode', () => {
    const at = (layout: Layout) => {
      const analysis = analyzeBench(unwrap(prepare(scenario('llama-3.1-8b', { layout }))))
      const of = (phase: typeof analysis.prefill) =>
        phase.groups.flatMap((g) => g.operators).find((o) => o.operator.kind === 'attention')?.operator
      return { prefill: of(analysis.prefill), decode: analysis.decode && of(analysis.decode), memory: analysis.memory }
    }
    const whole = at(ONE_ACCELERATOR)
    const ring = at(lay({ cp: 4 }))
    expect(ring.prefill?.flop).toBeCloseTo((whole.prefill?.flop ?? 0) / 4, 0)
    expect(ring.decode?.kvReadBytes).toBeCloseTo((whole.decode?.kvReadBytes ?? 0) / 4, 0)
    expect(ring.memory.kvBytes).toBeCloseTo(whole.memory.kvBytes / 4, 0)
    expect(ring.prefill?.linkBytes).toBeGreaterThan(0)
  })
})

describe('which layouts', () => {
  it('are legal is said with the numbers that would do', () => {
    const bad = checkLayout(spec('llama-3.1-8b'), lay({ tp: 3 }))
    expect(bad.ok ? '' : `${bad.problem.reason} ${bad.problem.remedy}`).toMatch(/32 heads.*1, 2, 4, 8/)
    expect(checkLayout(spec('llama-3.1-8b'), lay({ ep: 2 })).ok).toBe(false)
    expect(checkLayout(spec('llama-3.1-8b'), lay({ pp: 33 })).ok).toBe(false)
    expect(checkLayout(spec('qwen3-next-80b'), lay({ cp: 2 })).ok).toBe(false)
    expect(checkLayout(spec('deepseek-v3'), lay({ attentionDp: 8, ep: 3 })).ok).toBe(false)
  })

  it('are tried: all of the right number of accelerators, those that fit first', () => {
    for (const layout of layoutsFor(spec('deepseek-v3'), 16)) expect(rankCount(layout)).toBe(16)
    const workload = { ...DEFAULT_WORKLOAD, batchSize: 8 }
    const ranked = rankLayouts(scenario('llama-3.1-70b', { workload }), 4)
    expect(ranked[0]?.fits).toBe(true)
    expect(ranked.some((choice) => !choice.fits)).toBe(true)
    const fitting = ranked.filter((choice) => choice.fits).map((choice) => choice.outputTokensPerS)
    expect(fitting).toEqual([...fitting].sort((a, b) => b - a))
  })

  it('over several nodes need a network, and say so', () => {
    const far = scenario('llama-3.1-70b', { layout: lay({ tp: 16 }), nodes: 4, accelerator: device('l40s') })
    const bench = prepare(far)
    expect(bench.ok ? '' : bench.problem.path).toBe('--network')
  })
})

describe('what a review found', () => {
  const exchanged = (id: string, layout: Layout, change: Partial<Scenario> = {}) => {
    const { prefill } = analyzeBench(unwrap(prepare(scenario(id, { layout, ...change }))))
    let bytes = 0
    for (const g of prefill.groups) for (const o of g.operators) bytes += g.repeat * o.operator.linkBytes
    return bytes
  }

  it('sequence-parallel norms exchange what all-reduces do, wherever the norms stand', () => {
    for (const id of ['llama-3.1-8b', 'olmo-2-13b', 'gemma-2-9b']) {
      const plain = exchanged(id, lay({ tp: 4 }))
      expect(exchanged(id, lay({ tp: 4, sequenceParallel: true })) / plain, id).toBeCloseTo(1, 2)
    }
  })

  it('encoders exchange as the answering stack does', () => {
    const { prefill } = analyzeBench(unwrap(prepare(scenario('whisper-large-v3', { layout: lay({ tp: 4 }) }))))
    const encoder = prefill.groups.filter((g) => g.part === 'encoder' && g.repeat > 1)
    expect(encoder.flatMap((g) => g.operators.map((o) => o.operator.name))).toContain('mlp_all_reduce')
  })

  it('every stage keeps its own layers’ formats, and one encoder is enough', () => {
    const mixed = { layers: [{ from: 0, to: 7, classes: { attention: 'int4', ffn: 'int4' } }] } as const
    const { stagesOf } = prepareMemory(scenario('llama-3.1-8b', { precision: mixed }))
    const sum = (layout: Layout) =>
      stagesOf(layout)
        .map(weightBytes)
        .reduce((a, b) => a + b, 0)
    expect(sum(lay({ pp: 4 }))).toBeCloseTo(sum(ONE_ACCELERATOR), -3)
    const [whole = 0] = weightsOf('whisper-large-v3', ONE_ACCELERATOR)
    const stages = weightsOf('whisper-large-v3', lay({ pp: 4 })).reduce((a, b) => a + b, 0)
    // The tied table stands on the first stage and on the last.
    expect(stages / whole).toBeLessThan(1.06)
  })

  it('a pipeline goes no faster than its slowest stage lets all micro-batches through', () => {
    const layout = lay({ pp: 4 })
    const workload = { ...DEFAULT_WORKLOAD, batchSize: 4, outputTokens: 2 }
    const bench = unwrap(prepare(scenario('gemma-2-2b', { layout, workload })))
    const group = [{ sequences: 1, newTokens: 1, contextTokens: DEFAULT_WORKLOAD.promptTokens }]
    const slowest = Math.max(...(bench.stages ?? []).map((stage) => stage.timeS(group)))
    expect(analyzeBench(bench).request.tpotS).toBeCloseTo(4 * slowest, 12)
  })

  it('nodes count all accelerators, and no more of them share a fast link than have one', () => {
    const two = scenario('llama-3.1-70b', { layout: lay({ tp: 8, dp: 2 }), nodes: 2 })
    const alone = scenario('llama-3.1-70b', { layout: lay({ tp: 8, dp: 2 }) })
    const tpot = (s: Scenario) => analyzeBench(unwrap(prepare({ ...s, basis: 'calibrated' }))).request.tpotS
    expect(tpot(two)).toBe(tpot(alone))
    const crowded = prepare(scenario('llama-3.1-70b', { layout: lay({ tp: 16 }), nodes: 1 }))
    expect(crowded.ok ? '' : crowded.problem.reason).toContain('16 accelerators to a node')
  })

  it('over nodes too the roofline is a floor', () => {
    for (const [id, layout] of [
      ['llama-3.1-70b', lay({ tp: 16 })],
      ['deepseek-v3', lay({ attentionDp: 16, ep: 16 })],
      ['llama-3.1-8b', lay({ cp: 16 })],
    ] as const) {
      const of = (basis: 'roofline' | 'calibrated') =>
        analyzeBench(unwrap(prepare(scenario(id, { layout, basis, nodes: 2 })))).prefill.groups
      const ideal = of('roofline')
      of('calibrated').forEach((g, i) => {
        g.operators.forEach((o, j) => {
          if (o.operator.kind !== 'collective') return
          const floor = ideal[i]?.operators[j]?.cost.timeS ?? 0
          expect(o.cost.timeS, `${id} ${o.operator.name}`).toBeGreaterThanOrEqual(floor * 0.9)
        })
      })
    }
  })

  it('keys that go round the ring cost under calibrated costs too', () => {
    const time = (basis: 'roofline' | 'calibrated') => {
      const s = scenario('llama-3.1-8b', {
        layout: lay({ cp: 8 }),
        basis,
        accelerator: device('l40s'),
        workload: { ...DEFAULT_WORKLOAD, promptTokens: 1024, batchSize: 32 },
      })
      const { prefill } = analyzeBench(unwrap(prepare(s)))
      return prefill.groups.flatMap((g) => g.operators).find((o) => o.operator.kind === 'attention')?.cost.timeS ?? 0
    }
    expect(time('calibrated')).toBeGreaterThanOrEqual(time('roofline'))
  })

  it('contiguous pieces of a causal prompt: the last rank has (2 − 1/n) times the mean', () => {
    const flop = (layout: Layout) => {
      const { prefill } = analyzeBench(unwrap(prepare(scenario('llama-3.1-8b', { layout }))))
      return prefill.groups.flatMap((g) => g.operators).find((o) => o.operator.kind === 'attention')?.operator.flop ?? 0
    }
    const striped = flop(lay({ cp: 4 }))
    // 2048 tokens: the diagonal's half tokens are 1 in 4096 of the pairs.
    expect(flop(lay({ cp: 4, contextOrder: 'contiguous' })) / striped).toBeCloseTo(2 - 1 / 4, 3)
  })

  it('the figure under overlap lies inside its interval', () => {
    const { decode } = analyzeBench(
      unwrap(prepare(scenario('llama-3.1-70b', { layout: lay({ tp: 8, overlap: true }), basis: 'calibrated' }))),
    )
    expect(decode?.range?.low).toBeLessThanOrEqual(decode?.timeS ?? 0)
    expect(decode?.range?.high).toBeGreaterThanOrEqual(decode?.timeS ?? Number.POSITIVE_INFINITY)
  })

  it('user roofs reach the kernel models', () => {
    const at = (bandwidthBytePerS: number) => {
      const roofs = { matrix: { bf16: 989e12, fp16: 989e12 }, vector: { fp32: 67e12 }, bandwidthBytePerS }
      return analyzeBench(unwrap(prepare(scenario('llama-3.1-8b', { roofs, basis: 'calibrated' })))).request.tpotS ?? 0
    }
    expect(at(1e12) / at(3.35e12)).toBeGreaterThan(2)
  })
})
