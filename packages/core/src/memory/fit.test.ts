import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACCELERATORS } from '../catalog/accelerators/index.ts'
import { isLegalTp, legalTp } from '../layout/layout.ts'
import { prepare } from '../scenario/bench.ts'
import { answerFit } from '../scenario/fit.ts'
import { models } from '../scenario/random.testkit.ts'
import { decoder, device, LLAMA_2_70B, testScenario, unwrap } from '../scenario/scenario.testkit.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { type FitQuestion, largest, maxContext, maxUsers, minCount, planFit as planOrNone } from './fit.ts'

function questionOf(
  model: Parameters<typeof testScenario>[0] extends infer S ? NonNullable<S> : never,
  capacityBytes: number,
): FitQuestion {
  const bench = unwrap(prepare(testScenario({ ...model, kernel: 'flash' })))
  const { scenario, stagesOf } = bench
  return { model: scenario.model, stagesOf, workload: DEFAULT_WORKLOAD, capacityBytes, utilization: 0.92 }
}

function planFit(...asked: Parameters<typeof planOrNone>) {
  const plan = planOrNone(...asked)
  if (!plan) throw new Error('no legal layout')
  return plan
}

describe('inverse questions', () => {
  it('are exact: what is returned fits, one more does not', () => {
    const capacity = fc.double({ min: 1e7, max: 2e11, noNaN: true })
    fc.assert(
      fc.property(
        models,
        capacity,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 50_000 }),
        (model, capacityBytes, users, context) => {
          const question = questionOf({ model }, capacityBytes)
          const fits = (tokens: number, n: number) => planFit(question, tokens, n, 1).fits
          const longest = maxContext(question, users, 1)
          if (Number.isFinite(longest)) {
            if (longest > 0) expect(fits(longest, users)).toBe(true)
            expect(fits(longest + 1, users)).toBe(false)
          }
          const most = maxUsers(question, context, 1)
          if (most > 0) expect(fits(context, most)).toBe(true)
          expect(fits(context, most + 1)).toBe(false)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('need more memory for more users and for a longer context', () => {
    fc.assert(
      fc.property(
        models,
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 100_000 }),
        (model, users, context) => {
          const question = questionOf({ model }, 1e12)
          const total = (tokens: number, n: number) => planFit(question, tokens, n, 1).totalBytes
          const base = total(context, users)
          expect(total(context + 1, users)).toBeGreaterThanOrEqual(base)
          expect(total(context, users + 1)).toBeGreaterThanOrEqual(base)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('search the largest number of a predicate, bounded or not', () => {
    for (const limit of [0, 1, 2, 3, 7, 8, 9, 1000, 123_457]) expect(largest((n) => n <= limit)).toBe(limit)
    expect(largest(() => true)).toBe(Number.POSITIVE_INFINITY)
  })

  it('split only over counts that divide the heads', () => {
    expect(legalTp(LLAMA_2_70B, 64)).toEqual([1, 2, 4, 8, 16, 32, 64])
    expect(isLegalTp(LLAMA_2_70B, 3)).toBe(false)
  })

  it('Llama 2 70B in 16 bit: two 80 GB cards hold the weights, one does not', () => {
    const bench = unwrap(
      prepare(testScenario({ model: LLAMA_2_70B, accelerator: device('a100-sxm-80gb'), kernel: 'flash' })),
    )
    const answer = unwrap(answerFit(bench, { count: 1, context: 4096, users: 1 }, Object.values(ACCELERATORS)))
    expect(answer.fits).toBe(false)
    expect(answer.minAccelerators).toBe(2)
    expect(answer.maxContextTokens).toBe(0)
    expect(answer.offers.length).toBeGreaterThan(0)
    const prices = answer.offers.map((offer) => offer.usdPerHour)
    expect(prices).toEqual([...prices].sort((a, b) => a - b))
    const refused = answerFit(bench, { count: 81, context: 4096, users: 1 }, [])
    expect(refused.ok).toBe(false)
  })

  it('KV heads are duplicated once there are more ranks than heads', () => {
    const question = questionOf(
      { model: decoder({ hidden: 1024, layers: 2, heads: 16, kvHeads: 4, intermediate: 512, vocab: 100 }) },
      1e12,
    )
    const kv = (ranks: number) => planFit(question, 1000, 1, ranks).kvBytes
    expect(kv(2)).toBe(kv(1) / 2)
    expect(kv(4)).toBe(kv(1) / 4)
    expect(kv(8)).toBe(kv(1) / 4)
    expect(minCount(question, 1000, 1)).toBe(1)
  })

  it('share a prefix in memory once', () => {
    const bench = unwrap(prepare(testScenario({ kernel: 'flash' })))
    const base = { model: bench.scenario.model, stagesOf: bench.stagesOf, capacityBytes: 1e12, utilization: 1 }
    const perToken = 2 * 32 * 4096 * 2
    const shared = planFit({ ...base, workload: { ...DEFAULT_WORKLOAD, sharedPrefixTokens: 1000 } }, 1500, 10, 1)
    expect(shared.kvBytes).toBe((1000 + 10 * 500) * perToken)
  })
})
