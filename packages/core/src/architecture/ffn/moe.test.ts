import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MoeFfn } from '../model.ts'
import { missingInputs, named, testPass, total } from '../pass.testkit.ts'
import { expectedTouched } from '../pass.ts'
import { moeFfn } from './moe.ts'

const MOE: MoeFfn = {
  kind: 'moe',
  numExperts: 8,
  topK: 2,
  expertIntermediateSize: 32,
  gated: true,
  activation: 'silu',
  expertBias: false,
  routerBias: false,
}
const HIDDEN = 16
const EXPERT = 3 * HIDDEN * 32
const step = (sequences: number, newTokens = 1) => testPass([{ sequences, newTokens, contextTokens: 9 }])

describe('experts touched', () => {
  it('never fall with more tokens or more choices, and stay between one token and all', () => {
    const sizes = fc.record({
      experts: fc.integer({ min: 1, max: 1024 }),
      topK: fc.integer({ min: 1, max: 1024 }),
      tokens: fc.integer({ min: 1, max: 100_000 }),
      more: fc.integer({ min: 0, max: 1000 }),
    })
    fc.assert(
      fc.property(sizes, ({ experts, topK, tokens, more }) => {
        const touched = expectedTouched(experts, topK, tokens)
        const slack = 1 + 1e-9
        expect(touched).toBeLessThanOrEqual(experts * slack)
        expect(touched * slack).toBeGreaterThanOrEqual(Math.min(topK, experts))
        expect(touched).toBeLessThanOrEqual(Math.min(experts, tokens * topK) * slack)
        expect(expectedTouched(experts, topK, tokens + more) * slack).toBeGreaterThanOrEqual(touched)
        expect(expectedTouched(experts, topK + more, tokens) * slack).toBeGreaterThanOrEqual(touched)
      }),
    )
  })

  it('are all of them when every expert is chosen, and none without tokens', () => {
    for (const topK of [8, 9, 100]) {
      expect(expectedTouched(8, topK, 1)).toBe(8)
      expect(expectedTouched(8, topK, 0)).toBe(0)
    }
    expect(expectedTouched(8, 2, 0)).toBeCloseTo(0, 12)
    expect(expectedTouched(8, 2, 1)).toBeCloseTo(2, 12)
  })

  it('as many tokens as one step reads every expert: no fewer bytes than a smaller step', () => {
    let before = 0
    for (const sequences of [1, 2, 7, 64, 4096]) {
      const bytes = named(moeFfn(MOE, step(sequences), HIDDEN, 'input'), 'expert_up_proj').weightBytes
      expect(bytes).toBeGreaterThan(before)
      before = bytes
    }
    expect(before).toBeCloseTo(8 * HIDDEN * 32 * 2, 6)
  })
})

describe('zero-computation experts', () => {
  // Of 8 + 4 experts 3 are chosen: 2 of them compute.
  const ZERO: MoeFfn = { ...MOE, topK: 3, zeroExperts: 4 }

  it('are chosen like the others and cost nothing', () => {
    const out = moeFfn(ZERO, step(5), HIDDEN, 'input')
    expect(named(out, 'router').flop).toBe(2 * 5 * HIDDEN * 12)
    expect(named(out, 'expert_up_proj').flop).toBe(2 * (5 * 2) * HIDDEN * 32)
    expect(named(out, 'expert_act').activationWriteBytes).toBe(5 * 2 * 32 * 2)
    // 1 − (1 − 3/12)⁵ of the eight are touched.
    expect(named(out, 'expert_up_proj').weightBytes).toBeCloseTo(8 * (1 - 0.75 ** 5) * HIDDEN * 32 * 2, 8)
    expect(missingInputs(out, ['input'])).toEqual([])
  })

  it('hold no parameters but their rows of the router', () => {
    const out = moeFfn(ZERO, step(5), HIDDEN, 'input')
    expect(total(out, 'parameters')).toBe(8 * EXPERT + HIDDEN * 12)
    expect(out.reduce((sum, { activeParameters }) => sum + activeParameters, 0)).toBe(2 * EXPERT + HIDDEN * 12)
  })

  it('change nothing when there are none', () => {
    expect(moeFfn({ ...MOE, zeroExperts: 0 }, step(5), HIDDEN, 'input')).toEqual(moeFfn(MOE, step(5), HIDDEN, 'input'))
  })
})
