import { describe, expect, it } from 'vitest'
import { cacheTensorBytes } from '../cache.ts'
import type { Attention } from '../model.ts'
import { BF16_FORMATS, missingInputs, named, testPass, total } from '../pass.testkit.ts'
import { softmaxAttention, softmaxCache } from './softmax.ts'

/** Gemma 4's full layers: 16 query heads and 2 key/value heads of 512, one projection for keys and values. */
const ONE: Attention = {
  kind: 'attention',
  numQHeads: 16,
  numKvHeads: 2,
  headDim: 512,
  pattern: { kind: 'causal' },
  qkvBias: false,
  outBias: false,
  qkNorm: 'head',
  rotaryDim: 128,
  keyIsValue: true,
}
const TWO: Attention = { ...ONE, keyIsValue: false }
const HIDDEN = 2816
const decode = testPass([{ sequences: 3, newTokens: 1, contextTokens: 99 }])

describe('keys and values from one projection', () => {
  const [one, two] = [softmaxAttention(ONE, decode, HIDDEN, 'input'), softmaxAttention(TWO, decode, HIDDEN, 'input')]

  it('save the weights and the work of a projection', () => {
    expect(total(two, 'parameters') - total(one, 'parameters')).toBe(HIDDEN * 1024)
    expect(total(two, 'flop') - total(one, 'flop')).toBe(2 * 3 * HIDDEN * 1024)
    expect(missingInputs(one, ['input'])).toEqual([])
  })

  it('save no cache: keys are turned and scaled, values are not, so both are written, held and read', () => {
    expect(total(one, 'kvWriteBytes')).toBe(3 * 2 * 1024 * 2)
    expect(total(one, 'kvWriteBytes')).toBe(total(two, 'kvWriteBytes'))
    expect(named(one, 'fused_attention').kvReadBytes).toBe(3 * 100 * 2 * 1024 * 2)
    const bytes = softmaxCache(ONE).map((tensor) => cacheTensorBytes(tensor, 100, BF16_FORMATS))
    expect(bytes).toEqual([100 * 1024 * 2, 100 * 1024 * 2])
  })
})
