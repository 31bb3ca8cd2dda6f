import { describe, expect, it } from 'vitest'
import { cacheTensorBytes } from '../cache.ts'
import type { CrossAttention } from '../model.ts'
import { BF16_FORMATS, named, testPass, total } from '../pass.testkit.ts'
import { crossAttention, crossCache } from './cross.ts'

/** T5-3B: 32 heads of 128 on a hidden size of 1024. */
const T5: CrossAttention = {
  numQHeads: 32,
  numKvHeads: 32,
  headDim: 128,
  sourceSize: 1024,
  qkvBias: false,
  outBias: false,
}

const decode = testPass([{ sequences: 4, newTokens: 1, contextTokens: 10, sourceTokens: 100 }])
const prefill = testPass([{ sequences: 4, newTokens: 2, contextTokens: 0, sourceTokens: 100, newSourceTokens: 100 }])

describe('cross-attention', () => {
  it('holds four projections', () => {
    expect(total(crossAttention(T5, decode, 1024, 'input'), 'parameters')).toBe(4 * 1024 * 4096)
    const biased = { ...T5, qkvBias: true, outBias: true }
    expect(total(crossAttention(biased, decode, 1024, 'input'), 'parameters')).toBe(4 * 1024 * 4096 + 3 * 4096 + 1024)
  })

  it('makes keys and values once, then only reads them', () => {
    const first = crossAttention(T5, prefill, 1024, 'input')
    expect(named(first, 'cross_k_proj').flop).toBe(2 * 400 * 1024 * 4096)
    expect(named(first, 'cross_k_proj').weightBytes).toBe(1024 * 4096 * 2)
    expect(total(first, 'kvWriteBytes')).toBe(2 * 400 * 4096 * 2)
    const later = crossAttention(T5, decode, 1024, 'input')
    expect(named(later, 'cross_v_proj').weightBytes).toBe(0)
    expect(total(later, 'kvWriteBytes')).toBe(0)
    expect(named(later, 'cross_attention').flop).toBe(4 * 4 * 100 * 4096)
    expect(named(later, 'cross_attention').kvReadBytes).toBe(2 * 4 * 100 * 4096 * 2)
  })

  it('moves scores through memory when unfused', () => {
    const eager = crossAttention(
      T5,
      testPass([{ sequences: 1, newTokens: 3, contextTokens: 0, sourceTokens: 10 }], 'eager'),
      1024,
      'input',
    )
    expect(named(eager, 'cross_attention').activationWriteBytes).toBe(3 * 4096 * 2 + 2 * 30 * 32 * 2)
  })

  it('caches the source, whatever the context', () => {
    const bytes = (context: number, source: number) =>
      crossCache(T5).reduce((sum, tensor) => sum + cacheTensorBytes(tensor, context, BF16_FORMATS, source), 0)
    expect(bytes(7, 100)).toBe(2 * 4096 * 100 * 2)
    expect(bytes(7000, 100)).toBe(bytes(7, 100))
    expect(bytes(7000, 0)).toBe(0)
  })
})
