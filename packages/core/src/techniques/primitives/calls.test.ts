import { describe, expect, it } from 'vitest'
import { techniqueById } from '../catalog/index.ts'
import { compose } from '../compose.ts'
import { applied, catalogueModel, outcomeOf, performanceOf, testPlan } from '../techniques.testkit.ts'
import { BRANCH } from './branches.ts'
import { CALLS, REPL } from './calls.ts'

const plan = testPlan({ batchSize: 2 })
const plain = performanceOf(plan)

describe('CALLS', () => {
  it('in series: three calls take three times as long, the first token waits for two of them, all three cost', () => {
    const made = performanceOf(applied(plan, CALLS, { serial: 3 }))
    expect(made.e2eS).toBeCloseTo(3 * plain.e2eS, 9)
    expect(made.ttftS).toBeCloseTo(2 * plain.e2eS + plain.ttftS, 9)
    expect(made.tpotS).toBeCloseTo(plain.tpotS ?? 0, 12)
    expect(made.outputTokensPerS).toBeCloseTo(plain.outputTokensPerS / 3, 6)
  })

  it('side by side: four calls are four times the batch, dearer but far less than four times as slow', () => {
    const made = outcomeOf(applied(plan, CALLS, { serial: 1, parallel: 4 }))
    const batch = performanceOf(testPlan({ batchSize: 8 }))
    expect(made.performance.e2eS).toBeCloseTo(batch.e2eS, 12)
    expect(made.performance.outputTokensPerS).toBeCloseTo(batch.outputTokensPerS / 4, 6)
    expect(made.memory.maxUsers).toBe(Math.floor((outcomeOf(plan).memory.maxUsers ?? 0) / 4))
  })

  it('offline ones cost and take no time', () => {
    const made = performanceOf(applied(plan, CALLS, { serial: 2, parallel: 1, mode: 'offline' }))
    expect(made.e2eS).toBe(plain.e2eS)
    expect(made.outputTokensPerS).toBeCloseTo(plain.outputTokensPerS / 2, 9)
  })

  it('with sizes of their own are passes before the answer: a call of 100 + 1 tokens is one prefill of 100', () => {
    const made = performanceOf(applied(plan, CALLS, { serial: 2, promptTokens: 100, outputTokens: 1 }))
    const small = performanceOf(testPlan({ batchSize: 2, promptTokens: 100, outputTokens: 1 }))
    expect(made.e2eS).toBeCloseTo(plain.e2eS + small.ttftS, 9)
    expect(made.ttftS).toBeCloseTo(plain.ttftS + small.ttftS, 9)
  })

  it('that grow read all that was said before: the last of three prompts has two answers more', () => {
    const grown = applied(plan, CALLS, { serial: 3, grows: true })
    expect(grown.scenario.workload.promptTokens).toBe(2048 + 2 * 128)
    const each = [2048, 2176, 2304].map((promptTokens) => performanceOf(testPlan({ batchSize: 2, promptTokens })).e2eS)
    expect(performanceOf(grown).e2eS).toBeCloseTo(
      each.reduce((a, b) => a + b),
      9,
    )
    const many = performanceOf(applied(plan, CALLS, { serial: 100, grows: true }))
    expect(many.e2eS).toBeGreaterThan(100 * plain.e2eS)
  })

  it('multiply when composed, in any order', () => {
    const one = applied(applied(plan, CALLS, { serial: 3 }), CALLS, { serial: 1, parallel: 2 })
    const other = applied(applied(plan, CALLS, { serial: 1, parallel: 2 }), CALLS, { serial: 3 })
    expect(one).toEqual(other)
  })
})

describe('REPL', () => {
  it('six copies: the same latency, six times the accelerators, memory and price', () => {
    const made = outcomeOf(applied(plan, REPL, { replicas: 6 }))
    const alone = outcomeOf(plan)
    expect(made.performance.e2eS).toBe(plain.e2eS)
    expect(made.performance.accelerators).toBe(6)
    expect(made.performance.priceUsdPerMillionOutputTokens).toBeCloseTo(
      6 * (plain.priceUsdPerMillionOutputTokens ?? 0),
      9,
    )
    expect(made.memory.allReplicasBytes).toBeCloseTo(6 * alone.memory.totalBytes, 0)
    expect(made.memory.totalBytes).toBe(alone.memory.totalBytes)
  })

  it('on one accelerator are further sequences', () => {
    const made = performanceOf(applied(plan, REPL, { replicas: 3, devices: 'shared' }))
    expect(made.e2eS).toBeCloseTo(performanceOf(testPlan({ batchSize: 6 })).e2eS, 12)
  })
})

describe('BRANCH', () => {
  it('makes 60 tokens one after another, then a fifth of the answer with five times the sequences', () => {
    const small = testPlan({ batchSize: 1, outputTokens: 101 })
    const made = performanceOf(applied(small, BRANCH, { branches: 5, skeletonTokens: 60 }))
    const decodeS = (batchSize: number, promptTokens: number, tokens: number) => {
      const own = performanceOf(testPlan({ batchSize, promptTokens, outputTokens: tokens + 1 }))
      return own.e2eS - own.ttftS
    }
    const expected = performanceOf(small).ttftS + decodeS(1, 2048, 60) + decodeS(5, 2048 + 60, 20)
    expect(made.e2eS).toBeCloseTo(expected, 9)
  })

  it('pays for long answers and not where the skeleton is as long as what it saves', () => {
    const e2e = (outputTokens: number, values = {}) =>
      performanceOf(applied(testPlan({ outputTokens }), BRANCH, { ...values })).e2eS
    const bare = (outputTokens: number) => performanceOf(testPlan({ outputTokens })).e2eS
    expect(e2e(500)).toBeLessThan(bare(500))
    expect(e2e(60)).toBeGreaterThan(bare(60))
  })

  it('without a shared prefix reads the prompt again for every branch and holds it as often', () => {
    const shared = outcomeOf(applied(plan, BRANCH, {}))
    const apart = outcomeOf(applied(plan, BRANCH, { sharePrefix: false }))
    expect(apart.performance.ttftS).toBeGreaterThan(shared.performance.ttftS)
    expect(apart.memory.kvBytes).toBeGreaterThan(4 * shared.memory.kvBytes)
  })
})

describe('a model that hears instead of reading', () => {
  const hearing = testPlan({ promptTokens: 4, outputTokens: 64 }, { model: catalogueModel('whisper-large-v3') })
  const reason = (id: string) => {
    const made = compose(hearing.scenario, techniqueById(id)?.uses ?? [])
    return made.ok ? '' : made.problem.reason
  }

  it('has no agents around it, and no prompt to fetch into or compress', () => {
    for (const id of ['memgpt', 'rag', 'llmlingua', 'chain-of-thought-hub', 'self-consistency'].filter(techniqueById)) {
      expect(reason(id), id).toMatch(/not asked in text/)
    }
    expect(reason('gptq')).toBe('')
  })
})
