import { describe, expect, it } from 'vitest'
import { cacheTensorBytes } from '../cache.ts'
import { CONVENTIONS } from '../convention.ts'
import { resolveFormats } from '../formats.ts'
import type { Indexer } from '../model.ts'
import { BF16_FORMATS, named, testPass } from '../pass.testkit.ts'
import { indexerCache, indexerOperators } from './indexer.ts'

/** DeepSeek-V3.2: 64 heads of 128, queries from a latent of 1536. */
const INDEXER: Indexer = { numHeads: 64, headDim: 128, queryInputSize: 1536, blockTokens: 1, shared: false }
const decode = testPass([{ sequences: 2, newTokens: 1, contextTokens: 999 }])

describe('index keys', () => {
  it('are kept in the KV format, or in a format of their own whatever the KV format', () => {
    const bytes = (indexer: Indexer, formats = BF16_FORMATS) =>
      indexerCache(indexer).map((tensor) => cacheTensorBytes(tensor, 1000, formats))
    expect(bytes(INDEXER)).toEqual([128_000 * 2])
    const own: Indexer = { ...INDEXER, keyFormat: 'fp8' }
    expect(bytes(own)).toEqual([128_000])
    const fp4 = resolveFormats({ weights: 'bf16', activations: 'bf16', kv: 'fp4' }, CONVENTIONS.exact)
    expect(bytes(own, fp4)).toEqual([128_000])
  })

  it('are written, read and multiplied in it', () => {
    const out = indexerOperators({ ...INDEXER, keyFormat: 'fp8' }, decode, 7168, 'input', 'q_a_norm')
    expect(named(out, 'index_k_proj').kvWriteBytes).toBe(2 * 128)
    expect(named(out, 'index_scores').kvReadBytes).toBe(2 * 1000 * 128)
    expect(named(out, 'index_scores').operands).toEqual(['fp8'])
    const plain = indexerOperators(INDEXER, decode, 7168, 'input', 'q_a_norm')
    expect(named(plain, 'index_scores').kvReadBytes).toBe(2 * 1000 * 128 * 2)
    expect(named(plain, 'index_scores').flop).toBe(2 * 2 * 1000 * 64 * 128)
  })

  it('are not there where another layer chooses', () => {
    expect(indexerOperators({ ...INDEXER, shared: true }, decode, 7168, 'input', 'input')).toEqual([])
    expect(indexerCache({ ...INDEXER, shared: true })).toEqual([])
  })
})
