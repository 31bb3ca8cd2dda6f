import { describe, expect, it } from 'vitest'
import { CONTEXT_EXCHANGES, ONE_ACCELERATOR } from '../../layout/layout.ts'
import { analyze } from '../../scenario/analyze.ts'
import { device, unwrap } from '../../scenario/scenario.testkit.ts'
import { defaultsOf } from '../parameters.ts'
import { applied, catalogueModel, outcomeOf, performanceOf, testPlan } from '../techniques.testkit.ts'
import { EFF } from './efficiency.ts'
import { PAR } from './parallel.ts'

const long = testPlan({ promptTokens: 65536, outputTokens: 16 })

describe('PAR', () => {
  it('tensor parallel: what analyze says of that layout', () => {
    const made = performanceOf(applied(long, PAR, { axis: 'tp', degree: 4 }))
    const { request } = unwrap(analyze({ ...long.scenario, layout: { ...ONE_ACCELERATOR, tp: 4 } }))
    expect(made.ttftS).toBeCloseTo(request.ttftS, 12)
    expect(made.e2eS).toBeCloseTo(request.e2eS, 12)
    expect(made.accelerators).toBe(4)
  })

  it('a ring over contiguous blocks waits for its fullest worker, (2 − 1/8) times the mean of attention', () => {
    const ring = (balance: string) =>
      performanceOf(applied(long, PAR, { axis: 'cp', pattern: 'ring', balance, overlapped: true })).ttftS
    const { prefill } = unwrap(analyze({ ...long.scenario, layout: { ...ONE_ACCELERATOR, cp: 8 } }))
    let attentionS = 0
    for (const group of prefill.groups) {
      for (const { operator, cost } of group.operators) {
        if (operator.kind === 'attention') attentionS += group.repeat * cost.timeS
      }
    }
    expect(ring('striped')).toBeCloseTo(prefill.timeS, 6)
    // 65,536 tokens: the diagonal's half tokens leave a hundred-thousandth of the attention.
    expect((ring('contiguous') - ring('striped')) / ((1 - 1 / 8) * attentionS)).toBeCloseTo(1, 4)
  })

  it('the pattern is what the layout exchanges, and its time what analyze says of that layout', () => {
    const times = CONTEXT_EXCHANGES.map((contextExchange) => {
      const made = applied(long, PAR, { axis: 'cp', pattern: contextExchange, balance: 'striped', overlapped: true })
      const layout = { ...ONE_ACCELERATOR, cp: 8, contextExchange }
      expect(made.scenario.layout).toMatchObject({ cp: 8, contextExchange })
      const { request } = unwrap(analyze({ ...long.scenario, layout }))
      expect(performanceOf(made).ttftS, contextExchange).toBeCloseTo(request.ttftS, 12)
      return request.ttftS
    })
    // Eight of one node: two rings are one, and the others differ.
    expect(new Set(times).size).toBe(3)
    expect(times[0]).toBe(times[1])
  })

  it('norms of tensor parallelism are split too where the pattern says so (Megatron-LM)', () => {
    const made = applied(long, PAR, { axis: 'tp', pattern: 'allgather+reduce-scatter', degree: 4 })
    expect(made.scenario.layout?.sequenceParallel).toBe(true)
    expect(performanceOf(made).ttftS).toBeLessThan(performanceOf(applied(long, PAR, { axis: 'tp', degree: 4 })).ttftS)
  })

  it('a pattern without a price is said in words; two exchanges of one sequence are refused', () => {
    const scan = applied(long, PAR, { axis: 'cp', pattern: 'scan' })
    expect(scan.remarks.at(-1)?.text).toContain('scan is no exchange')
    const again = PAR.apply(scan, { ...defaultsOf('PAR'), axis: 'cp', pattern: 'query' })
    expect(again.ok ? '' : again.problem.reason).toContain('cannot be shared again by query')
  })

  it('takes as many ranks as the heads can be exchanged for', () => {
    const wide = unwrap(
      PAR.apply(long, { ...defaultsOf('PAR'), axis: 'cp', pattern: 'all-to-all', degree: 12 }, ['degree']),
    )
    expect(wide.scenario.layout?.cp).toBe(8)
    expect(wide.remarks.at(-1)?.text).toContain('over 8 accelerators')
  })

  it('what is not overlapped comes on top', () => {
    const ttft = (overlapped: boolean) =>
      performanceOf(applied(long, PAR, { axis: 'cp', balance: 'striped', overlapped })).ttftS
    expect(ttft(false)).toBeGreaterThan(ttft(true))
    const tp = (overlapped: boolean) => performanceOf(applied(long, PAR, { axis: 'tp', overlapped })).ttftS
    expect(tp(false)).toBeGreaterThan(tp(true))
  })

  it('elastic: eight accelerators read the prompt, two answer; the answer is slower and the price lower (LoongServe)', () => {
    const fixed = performanceOf(applied(long, PAR, { axis: 'cp' }))
    const elastic = performanceOf(applied(long, PAR, { axis: 'cp', decodeDegree: 2 }))
    expect(elastic.ttftS).toBeCloseTo(fixed.ttftS, 12)
    expect(elastic.tpotS ?? 0).toBeGreaterThan(fixed.tpotS ?? 0)
    expect(elastic.priceUsdPerMillionOutputTokens ?? 0).toBeLessThan(fixed.priceUsdPerMillionOutputTokens ?? 0)
    expect(outcomeOf(applied(long, PAR, { axis: 'cp', decodeDegree: 2 })).memory.kvBytes).toBeCloseTo(
      4 * outcomeOf(applied(long, PAR, { axis: 'cp' })).memory.kvBytes,
      -3,
    )
  })

  it('holds a longer context with every rank more', () => {
    let before = 0
    for (const degree of [2, 4, 8]) {
      const { maxContextTokens = 0 } = outcomeOf(applied(long, PAR, { axis: 'cp', degree, decodeDegree: 0 })).memory
      expect(maxContextTokens).toBeGreaterThan(1.5 * before)
      before = maxContextTokens
    }
  })

  it('takes the largest degree that the heads allow where it was only assumed, and says so; refuses what was asked for', () => {
    const seven = { ...defaultsOf('PAR'), axis: 'tp', degree: 7 }
    const asked = PAR.apply(long, seven)
    expect(asked.ok ? '' : asked.problem.reason).toContain('7 accelerators cannot share the 32 heads')
    const made = unwrap(PAR.apply(long, seven, ['degree']))
    expect(made.scenario.layout?.tp).toBe(4)
    expect(made.remarks.at(-1)?.text).toContain('over 4 accelerators')
    const none = PAR.apply(long, { ...defaultsOf('PAR'), axis: 'ep' })
    expect(none.ok ? '' : none.problem.reason).toContain('no experts')
  })

  it('spreads experts', () => {
    const moe = testPlan({ batchSize: 64 }, { model: catalogueModel('mixtral-8x7b') })
    const made = outcomeOf(applied(moe, PAR, { axis: 'ep', degree: 8, pattern: 'all-to-all' }))
    expect(made.performance.accelerators).toBe(8)
    expect(made.memory.weightBytes).toBeLessThan(0.25 * outcomeOf(moe).memory.weightBytes)
  })
})

describe('EFF', () => {
  const plan = testPlan({ batchSize: 4 })

  it('half the bandwidth: a memory-bound step takes twice as long; its work and bytes stay what they are', () => {
    const made = applied(plan, EFF, { memoryEfficiency: 0.5 })
    expect((performanceOf(made).tpotS ?? 0) / (performanceOf(plan).tpotS ?? 1)).toBeCloseTo(2, 1)
    const [slow, fast] = [made, plan].map((p) => unwrap(analyze(p.scenario)))
    expect(slow?.decode?.bytes).toBe(fast?.decode?.bytes)
    expect(slow?.prefill.flop).toBe(fast?.prefill.flop)
  })

  it('of attention alone leaves the other operators', () => {
    const [made, plain] = [applied(plan, EFF, { computeEfficiency: 0.1, operators: 'attention' }), plan].map((p) =>
      unwrap(analyze(p.scenario)),
    )
    const timeOf = (analysis: typeof made, attention: boolean) => {
      let timeS = 0
      for (const { operators } of analysis?.prefill.groups ?? []) {
        for (const { operator, cost } of operators)
          if ((operator.kind === 'attention') === attention) timeS += cost.timeS
      }
      return timeS
    }
    expect(timeOf(made, false)).toBe(timeOf(plain, false))
    expect(timeOf(made, true)).toBeGreaterThan(2 * timeOf(plain, true))
  })

  it('is never faster with less', () => {
    let before = 0
    for (const share of [1, 0.8, 0.5, 0.2]) {
      const { e2eS } = performanceOf(applied(plan, EFF, { computeEfficiency: share, memoryEfficiency: share }))
      expect(e2eS).toBeGreaterThan(before)
      before = e2eS
    }
  })

  it('widening 4-bit weights into memory first costs more than beside the product, and nothing where weights are wide', () => {
    const narrow = testPlan({ batchSize: 4 }, { precision: { weights: 'int4' }, accelerator: device('a100-sxm-80gb') })
    const tpot = (dequant: string) =>
      performanceOf(applied(narrow, EFF, { dequant, dequantFlopPerWeight: 1 })).tpotS ?? 0
    const plain = performanceOf(narrow).tpotS ?? 0
    expect(tpot('overlapped')).toBeGreaterThanOrEqual(plain)
    expect(tpot('cuda-core')).toBeGreaterThan(1.5 * tpot('overlapped'))
    expect(performanceOf(applied(plan, EFF, { dequant: 'cuda-core', dequantFlopPerWeight: 1 }))).toEqual(
      performanceOf(plan),
    )
  })
})
