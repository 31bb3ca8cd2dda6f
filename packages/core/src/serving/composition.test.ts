import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StepGroup } from '../architecture/extent.ts'
import { type EngineProfile, engineProfile } from '../engine/profile.ts'
import { type CycleLoad, cycleOf, lonePrefillS, queueShareOf } from './composition.ts'

/** A machine: weights once per step, work per token, cache per token kept; whichever is longer. */
const machine = (weightS: number, tokenS: number, keyS: number) => (groups: readonly StepGroup[]) => {
  let tokens = 0
  let keys = 0
  for (const g of groups) {
    tokens += g.sequences * g.newTokens
    keys +=
      g.sequences * (g.newTokens === 1 ? g.contextTokens : g.newTokens * (g.contextTokens + g.newTokens / 2) * 0.01)
  }
  return tokens > 0 ? Math.max(weightS, tokens * tokenS) + keys * keyS : 0
}

const anyMachine = fc
  .record({
    weightS: fc.double({ min: 1e-4, max: 0.1, noNaN: true }),
    tokenS: fc.double({ min: 1e-7, max: 1e-4, noNaN: true }),
    keyS: fc.double({ min: 0, max: 1e-8, noNaN: true }),
  })
  .map(({ weightS, tokenS, keyS }) => machine(weightS, tokenS, keyS))
const anyProfile = fc
  .record({
    prefill: fc.constantFrom('mixed' as const, 'separate' as const),
    batchTokens: fc.integer({ min: 512, max: 16_384 }),
    queueShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  .map(({ queueShare, ...own }): EngineProfile => {
    const vllm = engineProfile('vllm')
    return { ...vllm, ...own, constants: { ...vllm.constants, queueShare } }
  })
const anyLoad = fc.record({
  promptTokens: fc.integer({ min: 1, max: 32_768 }),
  outputTokens: fc.integer({ min: 2, max: 8192 }),
  areAlike: fc.boolean(),
})

const tpotOf = (load: CycleLoad, profile: EngineProfile, stepS: (groups: readonly StepGroup[]) => number) =>
  cycleOf(load, profile, stepS).tpotS ?? Number.NaN

describe('continuous batching in a steady state', () => {
  test('more concurrency never lowers TPOT', () => {
    fc.assert(
      fc.property(
        anyMachine,
        anyProfile,
        anyLoad,
        fc.integer({ min: 1, max: 4000 }),
        fc.integer({ min: 1, max: 500 }),
        (stepS, profile, load, n, more) => {
          const few = tpotOf({ ...load, sequences: n }, profile, stepS)
          const many = tpotOf({ ...load, sequences: n + more }, profile, stepS)
          expect(many).toBeGreaterThanOrEqual(few * (1 - 1e-9))
        },
      ),
    )
  })
  test('output tokens per second are at most concurrency / TPOT, the first tokens apart', () => {
    fc.assert(
      fc.property(
        anyMachine,
        anyProfile,
        anyLoad,
        fc.integer({ min: 1, max: 4000 }),
        (stepS, profile, load, sequences) => {
          const cycle = cycleOf({ ...load, sequences }, profile, stepS)
          const decodedPerS = cycle.requestsPerS * (load.outputTokens - 1)
          expect(decodedPerS * (cycle.tpotS as number)).toBeLessThanOrEqual(sequences * (1 + 1e-9))
        },
      ),
    )
  })
  test('long answers forget their prompts: the share of prefill goes to 0 and TPOT to a decode step', () => {
    fc.assert(
      fc.property(
        anyMachine,
        anyProfile,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 4096 }),
        (stepS, profile, sequences, promptTokens) => {
          const load = { sequences, promptTokens, outputTokens: 10 ** 9, areAlike: false }
          const cycle = cycleOf(load, profile, stepS)
          const decodeS = stepS([{ sequences, newTokens: 1, contextTokens: promptTokens + (10 ** 9 - 1) / 2 }])
          expect(cycle.prefillShare).toBeLessThan(1e-2)
          expect((cycle.tpotS as number) / decodeS).toBeCloseTo(1, 2)
        },
      ),
    )
  })
  test('one request alone never waits for a prompt', () => {
    const stepS = machine(0.01, 1e-5, 1e-9)
    for (const prefill of ['mixed', 'separate'] as const) {
      const profile = { ...engineProfile('vllm'), prefill }
      const load = { sequences: 1, promptTokens: 4096, outputTokens: 101, areAlike: false }
      expect(tpotOf(load, profile, stepS)).toBeCloseTo(stepS([{ sequences: 1, newTokens: 1, contextTokens: 4146 }]), 12)
    }
  })
  test('a prompt longer than a step comes in chunks', () => {
    const seen: number[] = []
    lonePrefillS(20_000, 8192, (groups) => {
      seen.push(groups[0]?.newTokens ?? 0)
      return 1
    })
    expect(seen).toEqual([8192, 8192, 3616])
  })
  test('by hand: 11 requests of 100 prompt tokens and 11 outputs, 10 ms a step, 1 ms per prompt token', () => {
    // Mixed: every step is mixed (11 / 11 prompts per step): 100 prompt tokens and 10 decodes.
    const stepS = (groups: readonly StepGroup[]) =>
      groups.reduce((s, g) => s + (g.newTokens > 1 ? g.sequences * g.newTokens * 1e-3 : 0), 0.01)
    const cycle = cycleOf(
      { sequences: 11, promptTokens: 100, outputTokens: 11, areAlike: false },
      engineProfile('vllm'),
      stepS,
    )
    expect(cycle.prefillShare).toBe(1)
    expect(cycle.tpotS).toBeCloseTo(0.11, 12)
    expect(cycle.requestsPerS).toBeCloseTo(1 / 0.11, 9)
  })
  test('requests of one length stay together where prompts go first: half of the others’ prompts come before', () => {
    const vllm = engineProfile('vllm')
    const separate = { ...vllm, prefill: 'separate' as const }
    expect(queueShareOf(separate, true)).toBe(0.5)
    expect(queueShareOf(separate, false)).toBe(vllm.constants.queueShare)
    expect(queueShareOf(vllm, true)).toBe(vllm.constants.queueShare)
    const load = { sequences: 32, promptTokens: 2048, outputTokens: 128 }
    const stepS = machine(0.01, 1e-4, 0)
    const [together, apart] = [true, false].map((areAlike) => cycleOf({ ...load, areAlike }, separate, stepS))
    expect(together?.tpotS ?? 0).toBeLessThan(apart?.tpotS ?? 0)
    expect(together?.requestsPerS).toBe(apart?.requestsPerS)
  })
})
