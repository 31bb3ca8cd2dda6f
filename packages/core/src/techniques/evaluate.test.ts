/** A plan of no techniques is the scenario; what is put together from parts; how fast. */
import { describe, expect, it } from 'vitest'
import { cpuSeconds } from '../cpu.testkit.ts'
import { type Layout, ONE_ACCELERATOR } from '../layout/layout.ts'
import { analyze } from '../scenario/analyze.ts'
import { device, unwrap } from '../scenario/scenario.testkit.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { evaluatePlan } from './evaluate.ts'
import { planPhases } from './outcome/phases.ts'
import { plainPlan } from './plan.ts'
import { catalogueModel, outcomeOf, testPlan } from './techniques.testkit.ts'

const scenario = testPlan({ batchSize: 8 }).scenario

describe('a plan of no techniques', () => {
  const cases: readonly (readonly [string, Scenario])[] = [
    ['a decoder', scenario],
    ['one with a shared prefix', { ...scenario, workload: { ...scenario.workload, sharedPrefixTokens: 512 } }],
    [
      'experts over four accelerators',
      { ...scenario, model: catalogueModel('mixtral-8x7b'), layout: layout({ tp: 4 }) },
    ],
    ['a pipeline', { ...scenario, layout: layout({ pp: 4 }) }],
    ['exchanges beside computation', { ...scenario, layout: layout({ tp: 4, overlap: true }) }],
    ['a ring', { ...scenario, layout: layout({ cp: 4 }) }],
    ['copies', { ...scenario, layout: layout({ dp: 2 }) }],
    ['calibrated kernels', { ...scenario, basis: 'calibrated' as const }],
    ['an encoder', { ...scenario, model: catalogueModel('bert-base') }],
    [
      'pictures',
      { ...scenario, model: catalogueModel('llava-1.5-7b'), workload: { ...scenario.workload, itemsPerRequest: 1 } },
    ],
    [
      'the paper convention',
      { ...scenario, accelerator: device('rtx-a6000'), convention: 'paper' as const, kernel: 'eager' as const },
    ],
  ]

  for (const [name, own] of cases) {
    it(`costs what analyze says: ${name}`, () => {
      const { request, memory } = unwrap(analyze(own))
      const outcome = outcomeOf(plainPlan(own))
      const { performance } = outcome
      expect(performance.ttftS).toBeCloseTo(request.ttftS, 12)
      expect(performance.e2eS / request.e2eS).toBeCloseTo(1, 12)
      expect(performance.outputTokensPerS / request.outputTokensPerS).toBeCloseTo(1, 12)
      if (request.tpotS !== undefined) expect(performance.tpotS).toBeCloseTo(request.tpotS, 12)
      else expect(performance.tpotS).toBeUndefined()
      expect(performance.priceUsdPerMillionOutputTokens ?? 0).toBeCloseTo(
        request.priceUsdPerMillionOutputTokens ?? 0,
        9,
      )
      expect(performance.energyJPerToken ?? 0).toBeCloseTo(request.energyPerOutputTokenJ ?? 0, 9)
      expect(outcome.memory.totalBytes / memory.totalBytes).toBeCloseTo(1, 12)
      expect(outcome.memory.fits).toBe(memory.fits)
    })
  }

  it('has the context of the model where memory holds it, else of the memory', () => {
    const alone = outcomeOf(testPlan({ batchSize: 1 })).context
    expect(alone).toMatchObject({ tokens: 131072, limitedBy: 'positions' })
    const many = outcomeOf(testPlan({ batchSize: 64 }))
    expect(many.context.limitedBy).toBe('memory')
    expect(many.context.tokens).toBe(many.memory.maxContextTokens)
    expect(unwrap(evaluatePlan(testPlan(), { effectiveTokens: 32768 })).context).toMatchObject({
      tokens: 32768,
      limitedBy: 'effective length',
    })
  })
})

function layout(change: Partial<Layout>): Layout {
  return { ...ONE_ACCELERATOR, ...change }
}

describe('the phases of a plan', () => {
  it('are those of analyze without techniques, and a pass over all checked tokens with them', () => {
    const plan = testPlan({ batchSize: 8 })
    const analysis = unwrap(analyze(plan.scenario))
    const plain = unwrap(planPhases(plan))
    expect(plain.prefill).toEqual(analysis.prefill)
    expect(plain.decode).toEqual(analysis.decode)
    const checked = unwrap(planPhases({ ...plan, decoding: { ...plan.decoding, checkedTokens: 5, tokensPerPass: 2 } }))
    expect(checked.decode?.tokens).toBe(40)
    const head = checked.decode?.groups.find((group) => group.part === 'head')?.operators.at(-1)?.operator
    expect(head?.shape.m).toBe(40)
  })
})

describe('the inverse questions', () => {
  it('give the last number that fits', () => {
    const plan = testPlan({ batchSize: 4 })
    const { maxUsers = 0, maxContextTokens = 0 } = outcomeOf(plan).memory
    const asked = (batchSize: number, promptTokens: number, outputTokens: number) =>
      outcomeOf(testPlan({ batchSize, promptTokens, outputTokens })).memory.fits
    expect(maxUsers).toBeGreaterThan(4)
    expect(maxContextTokens).toBeGreaterThan(2176)
    expect(asked(4, maxContextTokens - 2, 1)).toBe(true)
    expect(asked(4, maxContextTokens + 64, 64)).toBe(false)
    expect(asked(maxUsers, 2048, 128)).toBe(true)
    expect(asked(maxUsers + 1, 2048, 128)).toBe(false)
  })
})

describe('errors', () => {
  it('name what is missing', () => {
    const bare = { ...device('h100-sxm') }
    Reflect.deleteProperty(bare, 'memoryBandwidthBytePerS')
    const made = evaluatePlan(plainPlan({ ...scenario, accelerator: bare }))
    expect(made.ok).toBe(false)
  })
})

describe('speed', () => {
  it('prices thousands of plans a second once their networks are known', () => {
    const plan = testPlan({ batchSize: 8 })
    outcomeOf(plan)
    const takenS = cpuSeconds(() => {
      for (let i = 0; i < 1000; i++) {
        outcomeOf({ ...plan, decoding: { ...plan.decoding, checkedTokens: 2 + (i % 5), tokensPerPass: 1.5 } })
      }
    })
    // 62,000 pairs in 20 s on two cores are 0.65 ms each; a slow machine gets three times that.
    expect(takenS).toBeLessThan(2)
  })
})
