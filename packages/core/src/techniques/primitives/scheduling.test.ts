import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { benchOf } from '../outcome/bench.ts'
import { applied, performanceOf, testPlan } from '../techniques.testkit.ts'
import { SCHED } from './scheduling.ts'

const plan = testPlan({ batchSize: 8, promptTokens: 1000, outputTokens: 101 })
const { compiled } = unwrap(benchOf(plan.scenario))
const prefillS = compiled.timeS([{ sequences: 1, newTokens: 1000, contextTokens: 0 }])
const decodeS = compiled.sumDecodeS(8, 1000, 1099)

describe('SCHED', () => {
  it('continuous: the first token after one’s own prompt; seven others’ prompts stop the decoding meanwhile', () => {
    const made = performanceOf(applied(plan, SCHED, { policy: 'continuous' }))
    expect(made.ttftS).toBeCloseTo(prefillS, 12)
    expect(made.tpotS).toBeCloseTo((decodeS + 7 * prefillS) / 100, 12)
    expect(made.outputTokensPerS).toBeCloseTo((8 * 101) / (decodeS + 8 * prefillS), 6)
  })

  it('static: all wait for the longest answer, where answers differ; continuous: none does', () => {
    const even = performanceOf(plan)
    const uneven = performanceOf(applied(plan, SCHED, { policy: 'static', longestOverMean: 3 }))
    expect((uneven.tpotS ?? 0) / (even.tpotS ?? 0)).toBeCloseTo(3, 9)
    expect(uneven.ttftS).toBe(even.ttftS)
    const made = applied(plan, SCHED, { policy: 'continuous', longestOverMean: 3 })
    expect(performanceOf(made)).toEqual(performanceOf(applied(plan, SCHED, { policy: 'continuous' })))
    expect(made.remarks.at(-1)?.text).toMatch(/none waits/)
  })

  it('chunked: a prompt of 1000 takes steps of 257 − 7 tokens beside seven decodes, four of them', () => {
    const made = performanceOf(applied(plan, SCHED, { policy: 'chunked', budgetTokens: 257 }))
    const mixed = [0, 250, 500, 750].map((contextTokens) =>
      compiled.timeS([
        { sequences: 7, newTokens: 1, contextTokens: 1050 },
        { sequences: 1, newTokens: 250, contextTokens },
      ]),
    )
    const promptS = mixed.reduce((a, b) => a + b)
    expect(made.ttftS / promptS).toBeCloseTo(1, 3)
    // 28 of the 100 steps are mixed with the others' prompts.
    expect((made.tpotS ?? 0) / ((7 * promptS + 0.72 * decodeS) / 100)).toBeCloseTo(1, 3)
  })

  it('chunked beats prompts that run alone: decodes ride along (decode-maximal batches)', () => {
    const chunked = performanceOf(applied(plan, SCHED, { policy: 'chunked', budgetTokens: 512 }))
    const continuous = performanceOf(applied(plan, SCHED, { policy: 'continuous' }))
    expect(chunked.outputTokensPerS).toBeGreaterThan(continuous.outputTokensPerS)
    expect(chunked.tpotS ?? 0).toBeLessThan(continuous.tpotS ?? 0)
    expect(chunked.ttftS).toBeGreaterThan(continuous.ttftS)
  })

  it('chunked with long prompts and short answers: prompts keep the engine busy, the rest wait', () => {
    const long = testPlan({ batchSize: 32, promptTokens: 8000, outputTokens: 64 })
    const made = applied(long, SCHED, { policy: 'chunked', budgetTokens: 512 })
    const { ttftS, tpotS = 0, e2eS } = performanceOf(made)
    expect(e2eS).toBeCloseTo(ttftS + 63 * tpotS, 9)
    expect(ttftS).toBeGreaterThan(10 * performanceOf(testPlan({ promptTokens: 8000 })).ttftS)
  })

  it('disaggregated: prompts never stop decodes; the cache crosses the link once; two pools', () => {
    const made = performanceOf(applied(plan, SCHED, { policy: 'disaggregated' }))
    expect(made.tpotS).toBeCloseTo(decodeS / 100, 12)
    const kv = 1000 * 32 * 2 * 8 * 128 * 2
    expect(made.ttftS).toBeCloseTo(prefillS + kv / 450e9, 9)
    expect(made.accelerators).toBeCloseTo(1 + (8 * prefillS) / decodeS, 9)
    const continuous = performanceOf(applied(plan, SCHED, { policy: 'continuous' }))
    expect(made.priceUsdPerMillionOutputTokens).toBeCloseTo(continuous.priceUsdPerMillionOutputTokens ?? 0, 6)
  })

  it('of one sequence is all the same, but that chunks read the weights again', () => {
    const one = testPlan({ batchSize: 1 })
    const plain = performanceOf(one)
    const continuous = performanceOf(applied(one, SCHED, { policy: 'continuous' }))
    expect(continuous.ttftS).toBe(plain.ttftS)
    expect(continuous.e2eS).toBeCloseTo(plain.e2eS, 12)
    expect(performanceOf(applied(one, SCHED, { policy: 'chunked', budgetTokens: 64 })).ttftS).toBeGreaterThan(
      plain.ttftS,
    )
  })

  it('keeps its tokens: in flight = throughput · time of a request (Little’s law), whatever the policy', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('continuous', 'static', 'chunked', 'split-fuse'),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 6000 }),
        fc.integer({ min: 2, max: 400 }),
        fc.integer({ min: 128, max: 4096 }),
        (policy, batchSize, promptTokens, outputTokens, budgetTokens) => {
          const own = testPlan({ batchSize, promptTokens, outputTokens })
          const made = performanceOf(applied(own, SCHED, { policy, budgetTokens }))
          const inFlight = (made.outputTokensPerS / outputTokens) * made.e2eS
          expect(inFlight / batchSize).toBeCloseTo(1, 6)
          expect(made.e2eS).toBeCloseTo(made.ttftS + (outputTokens - 1) * (made.tpotS ?? 0), 6)
        },
      ),
      { numRuns: 80 },
    )
  })

  it('sets the batch when asked', () => {
    expect(applied(plan, SCHED, { policy: 'static', batch: 64 }).scenario.workload.batchSize).toBe(64)
  })
})
