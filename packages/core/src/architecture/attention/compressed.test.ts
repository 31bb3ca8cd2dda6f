import { describe, expect, it } from 'vitest'
import { cacheTensorBytes } from '../cache.ts'
import type { CompressedAttention } from '../model.ts'
import { BF16_FORMATS, missingInputs, named, testPass, total } from '../pass.testkit.ts'
import { compressedAttention, compressedCache } from './compressed.ts'

/** DeepSeek-V4-Flash: hidden 4096. */
const WINDOW: CompressedAttention = {
  kind: 'compressed',
  numQHeads: 64,
  headDim: 512,
  rotaryDim: 64,
  qLoraRank: 1024,
  oLoraRank: 1024,
  oGroups: 8,
  pattern: { kind: 'sliding', window: 128 },
}
const HCA: CompressedAttention = { ...WINDOW, pattern: { kind: 'compressed', ratio: 128, window: 128 } }
const CSA: CompressedAttention = {
  ...WINDOW,
  pattern: { kind: 'compressed', ratio: 4, window: 128, topK: 512 },
  indexer: { numHeads: 64, headDim: 128, queryInputSize: 1024, blockTokens: 4, shared: false },
}

const decode = testPass([{ sequences: 2, newTokens: 1, contextTokens: 8191 }])

describe('parameters', () => {
  const count = (a: CompressedAttention) => total(compressedAttention(a, decode, 4096, 'input'), 'parameters')
  const base = 4096 * 1024 + 1024 + 1024 * 64 * 512 + 4096 * 512 + 512 + 64 + 64 * 512 * 1024 + 8 * 1024 * 4096

  it('window layers: low-rank queries, one key/value head, grouped output, sinks', () => {
    expect(count(WINDOW)).toBe(base)
  })

  it('layers that read every entry add one compressor', () => {
    expect(count(HCA)).toBe(base + 2 * 4096 * 512 + 128 * 512 + 512)
  })

  it('layers that select add overlapping compressors and an indexer', () => {
    const own = 2 * 4096 * 1024 + 4 * 1024 + 512
    const index = 1024 * 64 * 128 + 4096 * 64 + 2 * 4096 * 256 + 4 * 256 + 128
    expect(count(CSA)).toBe(base + own + index)
  })
})

describe('work', () => {
  it('decode attends to the window and the entries', () => {
    const all = named(compressedAttention(HCA, decode, 4096, 'input'), 'fused_attention')
    expect(all.flop).toBe(2 * (128 + 64) * 64 * 4 * 512)
    expect(all.kvReadBytes).toBe(2 * (128 + 64) * 512 * 2)
    const selected = named(compressedAttention(CSA, decode, 4096, 'input'), 'fused_attention')
    expect(selected.flop).toBe(2 * (128 + 512) * 64 * 4 * 512)
  })

  it('scores every compressed index key', () => {
    const scores = named(compressedAttention(CSA, decode, 4096, 'input'), 'index_scores')
    expect(scores.flop).toBe(2 * 2 * (8192 / 4) * 64 * 128)
  })

  it('the output projection is block-diagonal', () => {
    expect(named(compressedAttention(HCA, decode, 4096, 'input'), 'o_a_proj').flop).toBe(2 * 2 * 64 * 512 * 1024)
  })

  it('every operator reads what is there', () => {
    for (const a of [WINDOW, HCA, CSA]) {
      expect(missingInputs(compressedAttention(a, decode, 4096, 'input'), ['input'])).toEqual([])
    }
  })
})

describe('cache', () => {
  const bytes = (a: CompressedAttention, context: number, kind: 'tokens' | 'state') =>
    compressedCache(a)
      .filter((tensor) => tensor.kind === kind)
      .reduce((sum, tensor) => sum + cacheTensorBytes(tensor, context, BF16_FORMATS), 0)

  it('keeps the window, the entries and the index keys', () => {
    expect(bytes(WINDOW, 8192, 'tokens')).toBe(128 * 512 * 2)
    expect(bytes(HCA, 8192, 'tokens')).toBe((128 + 64) * 512 * 2)
    expect(bytes(CSA, 8192, 'tokens')).toBe((128 + 2048) * 512 * 2 + 2048 * 128 * 2)
  })

  it('and the windows still open, in fp32', () => {
    expect(bytes(HCA, 8192, 'state')).toBe(2 * 128 * 512 * 4)
    expect(bytes(CSA, 8192, 'state')).toBe(2 * 8 * (1024 + 256) * 4)
  })
})
