import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { device, unwrap } from '../../scenario/scenario.testkit.ts'
import { type Change, payingBatches } from '../breakEven.ts'
import { benchOf } from '../outcome/bench.ts'
import { defaultsOf } from '../parameters.ts'
import type { Plan } from '../plan.ts'
import type { Values } from '../primitive.ts'
import { applied, catalogueModel, performanceOf, testPlan } from '../techniques.testkit.ts'
import { chainTokens, TPP, treeBranching, treeTokens } from './tokensPerPass.ts'

const speculate = (values: Values) => (plan: Parameters<typeof TPP.apply>[0]) =>
  TPP.apply(plan, { ...defaultsOf('TPP'), ...values })

/** Largest batch of the range that begins at batch 1; 0 where it does not pay there. */
function lastPaying(plan: Plan, technique: Change): number {
  const [first] = unwrap(payingBatches(plan, technique))
  return first?.from === 1 ? first.to : 0
}

describe('expected tokens', () => {
  it('of a chain are (1 − α^(γ+1)) / (1 − α): 1 + 0.8 + 0.64 + 0.512 + 0.4096 at α = 0.8, γ = 4', () => {
    expect(chainTokens(0.8, 4)).toBeCloseTo(3.3616, 12)
    expect(chainTokens(0.7, 4)).toBeCloseTo((1 - 0.7 ** 5) / 0.3, 12)
  })

  it('of two drafts are those of the longer accepted one: 1 + (1 − 0.5²) + (1 − 0.75²) at α = 0.5, γ = 2', () => {
    expect(chainTokens(0.5, 2, 2)).toBeCloseTo(1 + 0.75 + 0.4375, 12)
  })

  it('are 1 without acceptance and γ + 1 with certainty, and grow with α, γ and the number of drafts', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 8 }),
        (alpha, gamma, drafts) => {
          expect(chainTokens(0, gamma, drafts)).toBe(1)
          expect(chainTokens(1, gamma, drafts)).toBe(gamma + 1)
          const tokens = chainTokens(alpha, gamma, drafts)
          expect(tokens).toBeLessThanOrEqual(gamma + 1 + 1e-12)
          expect(chainTokens(alpha, gamma + 1, drafts)).toBeGreaterThanOrEqual(tokens)
          expect(chainTokens(alpha, gamma, drafts + 1)).toBeGreaterThanOrEqual(tokens)
        },
      ),
    )
  })

  it('of a tree: 2 children a node in 3 levels are 14 nodes, a level is passed with 1 − (1 − α)²', () => {
    expect(treeBranching(14, 3)).toBeCloseTo(2, 9)
    expect(treeTokens(0.6, 3, 2)).toBeCloseTo(1 + 0.84 + 0.84 ** 2 + 0.84 ** 3, 12)
    expect(treeBranching(4, 4)).toBeCloseTo(1, 9)
  })
})

describe('a speculative step', () => {
  it('costs the verification of γ + 1 tokens and γ draft passes, for τ tokens', () => {
    const plan = testPlan({ batchSize: 2, outputTokens: 2 })
    const { compiled } = unwrap(benchOf(plan.scenario))
    const { tpotS = 0 } = performanceOf(applied(plan, TPP, { gamma: 4, acceptance: 0.7, draftCost: 0.1 }))
    const group = { sequences: 2, contextTokens: 2048 }
    const bareS = compiled.timeS([{ ...group, newTokens: 5 }]) + 4 * 0.1 * compiled.timeS([{ ...group, newTokens: 1 }])
    // The head over 5 rows a sequence instead of one adds a little: its weights are read once either way.
    const tau = (1 - 0.7 ** 5) / 0.3
    expect(tpotS * tau).toBeGreaterThan(bareS)
    expect(tpotS * tau).toBeLessThan(bareS * 1.01)
  })

  it('with a draft model takes that model’s own passes, memory and reading of the prompt', () => {
    const plan = testPlan({ batchSize: 1, outputTokens: 2 })
    const drafted = applied(plan, TPP, { draftModel: 'llama-3.2-1b' })
    const draft = testPlan({ batchSize: 1, outputTokens: 2 }, { model: catalogueModel('llama-3.2-1b') })
    const { compiled } = unwrap(benchOf(draft.scenario))
    const own = unwrap(benchOf(plan.scenario)).compiled
    const tau = (1 - 0.7 ** 5) / 0.3
    const passS =
      own.timeS([{ sequences: 1, newTokens: 5, contextTokens: 2048 }]) +
      4 * compiled.timeS([{ sequences: 1, newTokens: 1, contextTokens: 2048 }])
    const readS = compiled.timeS([{ sequences: 1, newTokens: 2048, contextTokens: 0 }])
    const { tpotS = 0 } = performanceOf(drafted)
    expect(tpotS / (passS / tau + readS)).toBeCloseTo(1, 2)
  })

  it('gains at batch 1, loses at a large one, and the break-even batch comes out', () => {
    const plan = testPlan({ promptTokens: 128 })
    const technique = speculate({ draftCost: 0.1 })
    const batch = lastPaying(plan, technique)
    // Compute-bound from about 295 tokens a step (the ridge point of the H100): 5 tokens each, paid back τ = 2.77 times.
    expect(batch).toBeGreaterThan(60)
    expect(batch).toBeLessThan(300)
    const at = (batchSize: number, is: boolean) => {
      const own = testPlan({ promptTokens: 128, batchSize })
      const plain = performanceOf(own).tpotS ?? 0
      // Within one part in a hundred it is even.
      expect(1.01 * (performanceOf(unwrap(technique(own))).tpotS ?? 0) < plain).toBe(is)
    }
    at(1, true)
    at(batch, true)
    at(batch + 1, false)
    at(4 * batch, false)
  })

  it('loses earlier with less acceptance, dearer drafts, wider trees', () => {
    const plan = testPlan({ promptTokens: 128 })
    const batch = (values: Values) => lastPaying(plan, speculate(values))
    const usual = batch({ draftCost: 0.1 })
    expect(batch({ draftCost: 0.1, acceptance: 0.5 })).toBeLessThan(usual)
    expect(batch({ draftCost: 0.3 })).toBeLessThan(usual)
    expect(batch({ treeNodes: 64, draftCost: 0.1 })).toBeLessThan(usual)
  })

  it('of a mixture loses at batch 1, where 5 tokens touch 6.1 of 8 experts instead of 2, and gains where all are touched', () => {
    const roomy = { model: catalogueModel('mixtral-8x7b'), accelerator: device('h200-sxm') }
    const mixture = testPlan({ promptTokens: 128 }, roomy)
    const [range] = unwrap(payingBatches(mixture, speculate({ draftCost: 0.1 })))
    expect(range?.from).toBeGreaterThan(1)
    const dense = testPlan({ promptTokens: 128 })
    expect(unwrap(payingBatches(dense, speculate({ draftCost: 0.1 })))[0]?.from).toBe(1)
  })

  it('is faster with more acceptance at batch 1', () => {
    const plan = testPlan()
    const tpot = (acceptance: number) => performanceOf(applied(plan, TPP, { acceptance, draftCost: 0.1 })).tpotS ?? 0
    expect(tpot(0.5)).toBeGreaterThan(tpot(0.7))
    expect(tpot(0.7)).toBeGreaterThan(tpot(0.9))
    expect(tpot(0)).toBeGreaterThan(performanceOf(plan).tpotS ?? 0)
  })
})

describe('other shapes', () => {
  it('a whole answer in ten passes: every pass over all tokens, all of them at the end', () => {
    const plan = testPlan({ outputTokens: 100 }, { model: catalogueModel('t5-3b') })
    const { compiled } = unwrap(benchOf(plan.scenario))
    const made = performanceOf(applied(plan, TPP, { passes: 10 }))
    const bareS = 10 * compiled.timeS([{ sequences: 1, newTokens: 100, contextTokens: 1, sourceTokens: 2048 }])
    const plain = performanceOf(plan)
    expect(made.tpotS).toBe(0)
    expect(made.ttftS).toBe(made.e2eS)
    expect((made.e2eS - plain.ttftS) / bareS).toBeGreaterThan(1)
    expect((made.e2eS - plain.ttftS) / bareS).toBeLessThan(1.05)
  })

  it('is refused where no encoder reads a source', () => {
    const made = TPP.apply(testPlan(), { ...defaultsOf('TPP'), passes: 10 })
    expect(made.ok ? '' : made.problem.reason).toContain('has no encoder')
  })

  it('lookahead checks (W + G)(N − 1) + 1 tokens', () => {
    const { decoding } = applied(testPlan(), TPP, { window: 15, ngram: 5, guesses: 15, acceptance: 0.5, gamma: 0 })
    expect(decoding.checkedTokens).toBe(121)
    expect(decoding.draft).toBeUndefined()
  })

  it('refuses a second way of proposing, models that do not decode, and unknown draft models', () => {
    const once = applied(testPlan(), TPP, {})
    expect(TPP.apply(once, defaultsOf('TPP')).ok).toBe(false)
    expect(TPP.apply(testPlan({}, { model: catalogueModel('bert-base') }), defaultsOf('TPP')).ok).toBe(false)
    const unknown = TPP.apply(testPlan(), { ...defaultsOf('TPP'), draftModel: 'llama-9' })
    expect(unknown.ok ? '' : unknown.problem.reason).toContain('llama-9')
  })

  it('tells when the output is no longer the target’s', () => {
    expect(applied(testPlan(), TPP, { lossless: false }).remarks).toHaveLength(1)
    expect(applied(testPlan(), TPP, { lossless: true }).remarks).toHaveLength(0)
  })
})
