/** The known interactions of request-side primitives with one another. */
import { describe, expect, it } from 'vitest'
import { unwrap } from '../scenario/scenario.testkit.ts'
import { ok } from '../units/result.ts'
import { payingBatches } from './breakEven.ts'
import { benchOf } from './outcome/bench.ts'
import { trafficOf } from './outcome/traffic.ts'
import { defaultsOf } from './parameters.ts'
import type { Plan } from './plan.ts'
import { CTX } from './primitives/context.ts'
import { MEM } from './primitives/modelMemory.ts'
import { PAR } from './primitives/parallel.ts'
import { ALLOC, PLACE } from './primitives/places.ts'
import { POS } from './primitives/positions.ts'
import { RETR, REUSE } from './primitives/retrieval.ts'
import { SCHED } from './primitives/scheduling.ts'
import { TPP } from './primitives/tokensPerPass.ts'
import { applied, catalogueModel, outcomeOf, performanceOf, testPlan } from './techniques.testkit.ts'

const speculate = (plan: Plan) => TPP.apply(plan, { ...defaultsOf('TPP'), draftCost: 0.1 })

describe('CTX × RETR', () => {
  const plan = testPlan({ promptTokens: 256 })

  it('compresses what was retrieved: 256 + 5 · 256 tokens become 384, read once by the compressor', () => {
    const made = applied(applied(plan, RETR, { k: 5, chunk: 256 }), CTX, { ratio: 4, pass: 'own' })
    expect(made.scenario.workload.promptTokens).toBe(384)
    expect(made.passes[0]?.newTokens).toBe(1536)
  })

  it('does not commute: compressing first leaves the chunks as they are', () => {
    const other = applied(applied(plan, CTX, { ratio: 4, pass: 'own' }), RETR, { k: 5, chunk: 256 })
    expect(other.scenario.workload.promptTokens).toBe(64 + 1280)
  })

  it('keeps both gains in context: the window holds four times as much, and the store is there (close to full CAP)', () => {
    const made = outcomeOf(applied(applied(plan, RETR, { k: 5, chunk: 256 }), CTX, { ratio: 4, pass: 'none' }))
    expect(made.context.parts).toMatchObject({ multiplier: 4, externalTokens: Number.POSITIVE_INFINITY })
    expect(made.performance.ttftS).toBeLessThan(performanceOf(applied(plan, RETR, { k: 5, chunk: 256 })).ttftS)
  })

  it('reuse is a share of the compressed prompt when it comes after', () => {
    expect(applied(applied(plan, CTX, { ratio: 4, pass: 'none' }), REUSE, { hit: 0.5 }).reusedTokens).toBe(32)
  })
})

describe('TPP × SCHED', () => {
  it('a full batch is bound by compute, so that checking is no longer free: a gain at 8, a loss at 512', () => {
    const ratio = (batch: number) => {
      const scheduled = applied(testPlan({ promptTokens: 128 }), SCHED, { policy: 'continuous', batch })
      return performanceOf(unwrap(speculate(scheduled))).e2eS / performanceOf(scheduled).e2eS
    }
    expect(ratio(8)).toBeLessThan(0.75)
    expect(ratio(512)).toBeGreaterThan(1.1)
  })

  it('loses earlier beside the pieces of other prompts, which fill the steps', () => {
    const alone = testPlan({ promptTokens: 512, outputTokens: 64 })
    const until = (policy: string, budgetTokens = 0) =>
      unwrap(payingBatches(applied(alone, SCHED, { policy, budgetTokens }), speculate, ok, (f) => f.e2eS))[0]?.to ?? 0
    expect(until('chunked', 1024)).toBeLessThan(until('static') / 2)
  })

  it('commutes with the policy: it is about the pass, the policy about which passes share a step', () => {
    const plan = testPlan({ batchSize: 8 })
    const one = applied(unwrap(speculate(plan)), SCHED, { policy: 'chunked', budgetTokens: 512 })
    const other = unwrap(speculate(applied(plan, SCHED, { policy: 'chunked', budgetTokens: 512 })))
    expect(one).toEqual(other)
  })
})

describe('EXP × TPP', () => {
  it('checked tokens load other experts: 8 · (1 − (3/4)^T) of them, T = 5 instead of 1', () => {
    const plan = testPlan({}, { model: catalogueModel('mixtral-8x7b') })
    const bench = unwrap(benchOf(plan.scenario))
    const step = (newTokens: number) => trafficOf(bench, [{ sequences: 1, newTokens, contextTokens: 2048 }]).weightBytes
    const touched = (tokens: number) => 8 * (1 - 0.75 ** tokens)
    // gate, up and down of 4096 × 14336 in 32 layers, 16 bit
    const expert = 32 * 3 * 4096 * 14336 * 2
    // The embedding's rows are all that differs besides.
    expect((step(5) - step(1)) / (expert * (touched(5) - touched(1)))).toBeCloseTo(1, 4)
  })

  it('so that a mixture gains less, and at first nothing', () => {
    const gain = (id: string, batchSize: number) => {
      const plan = testPlan({ batchSize }, { model: catalogueModel(id) })
      return (performanceOf(plan).tpotS ?? 0) / (performanceOf(unwrap(speculate(plan))).tpotS ?? 1)
    }
    expect(gain('mixtral-8x7b', 1)).toBeLessThan(1)
    expect(gain('llama-3.1-8b', 1)).toBeGreaterThan(1.9)
    expect(gain('mixtral-8x7b', 16)).toBeGreaterThan(1.5)
  })
})

describe('PLACE × SCHED', () => {
  it('transfer is hidden from a batch on: weights of 15 GB in 0.23 s are under the work of so many sequences', () => {
    const plan = testPlan({ promptTokens: 512, outputTokens: 32 })
    const offload = (p: Plan) => PLACE.apply(p, defaultsOf('PLACE'))
    const within = (factor: number) => (batch: number) => {
      const own = testPlan({ promptTokens: 512, outputTokens: 32, batchSize: batch })
      return (performanceOf(unwrap(offload(own))).tpotS ?? 0) < factor * (performanceOf(own).tpotS ?? 0)
    }
    const [hidden] = unwrap(
      payingBatches(
        plan,
        offload,
        (p) => PLACE.apply(p, { ...defaultsOf('PLACE'), overlapped: false }),
        (f) => f.tpotS ?? 0,
      ),
    )
    expect(hidden?.from).toBe(1)
    expect(within(1.001)(64)).toBe(false)
    expect(within(1.001)(8192)).toBe(true)
  })

  it('per token, offloading costs less with every batch: the weights come once for all', () => {
    let before = Number.POSITIVE_INFINITY
    for (const batchSize of [1, 4, 16, 64]) {
      const made = applied(testPlan({ batchSize }), PLACE, {})
      const perToken = (performanceOf(made).tpotS ?? 0) / batchSize
      expect(perToken).toBeLessThan(before / 3)
      before = perToken
    }
  })

  it('prompts read in pieces bring the weights in for every piece', () => {
    const offloaded = applied(testPlan({ batchSize: 2 }), PLACE, {})
    const whole = performanceOf(applied(offloaded, SCHED, { policy: 'continuous' })).ttftS
    const pieces = performanceOf(applied(offloaded, SCHED, { policy: 'chunked', budgetTokens: 257 })).ttftS
    expect(pieces / whole).toBeGreaterThan(5)
  })
})

describe('PLACE × TPP', () => {
  it('speculation over offloaded weights gains the whole τ: a pass costs the transfer however many tokens it checks', () => {
    const offloaded = applied(testPlan(), PLACE, {})
    const made = performanceOf(applied(offloaded, TPP, { draftCost: 0, gamma: 4, acceptance: 0.7 }))
    const tau = (1 - 0.7 ** 5) / 0.3
    expect((performanceOf(offloaded).tpotS ?? 0) / (made.tpotS ?? 1)).toBeCloseTo(tau, 2)
  })
})

describe('MEM × PAR(cp)', () => {
  it('segments are passes one after another: eight accelerators share a segment, not the prompt', () => {
    const long = testPlan({ promptTokens: 131072 })
    const segmented = applied(long, MEM, { segment: 512, bank: 512 })
    const gain = (plan: Plan) =>
      performanceOf(plan).ttftS /
      performanceOf(applied(plan, PAR, { axis: 'cp', degree: 8, balance: 'striped', overlapped: true })).ttftS
    expect(gain(long)).toBeGreaterThan(7)
    expect(gain(segmented)).toBeLessThan(4)
  })

  it('a segment reads the weights anew: 256 steps of 512 tokens', () => {
    const long = testPlan({ promptTokens: 131072 })
    const { ttftS } = performanceOf(applied(long, MEM, { segment: 512, bank: 512 }))
    const short = performanceOf(testPlan({ promptTokens: 512 })).ttftS
    expect(ttftS / short).toBeGreaterThan(256)
    expect(ttftS / short).toBeLessThan(256 * 1.2)
  })
})

describe('parts that touch nothing of each other', () => {
  it('commute', () => {
    const plan = testPlan({ batchSize: 4 })
    const steps = [
      (p: Plan) => applied(p, POS, { kind: 'yarn', scale: 4 }),
      (p: Plan) => applied(p, ALLOC, { blockTokens: 16 }),
      (p: Plan) => applied(p, TPP, { draftCost: 0.1 }),
      (p: Plan) => applied(p, PLACE, { what: 'kv', share: 0.5 }),
      (p: Plan) => applied(p, SCHED, { policy: 'continuous' }),
    ]
    const forward = steps.reduce((p, step) => step(p), plan)
    const backward = steps.reduceRight((p, step) => step(p), plan)
    expect({ ...backward, remarks: [] }).toEqual({ ...forward, remarks: [] })
    expect(outcomeOf(backward).performance).toEqual(outcomeOf(forward).performance)
  })
})
