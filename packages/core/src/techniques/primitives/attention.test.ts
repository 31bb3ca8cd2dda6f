import { describe, expect, it } from 'vitest'
import type { PrimitiveId } from '../parameters.ts'
import type { Values } from '../primitive.ts'
import { catalogueModel, testPlan } from '../techniques.testkit.ts'
import { PRIMITIVES } from './index.ts'
import { analysisOf, cacheOf, decodeS, groupsOf, layerSum, operatorOf, TINY, tiny, use } from './modelSide.testkit.ts'

/** Attention of a decode step with 1000 tokens cached: 4 heads of 16, keys and values 256 bytes a token. */
const fused = (id: PrimitiveId, values: Values, name = 'fused_attention') =>
  operatorOf(groupsOf(tiny(id, values), 'decode'), name)

const KEY_BYTES = 256

describe('attention patterns', () => {
  it('read and multiply the attended pairs: 64 local, 4 global and 32 random of 1001', () => {
    const own = fused('APAT', { local: 64, global: 4, random: 32 })
    expect(own.kvReadBytes).toBe(100 * KEY_BYTES)
    // 2 · 100 pairs · 4 heads · (16 + 16).
    expect(own.flop).toBe(2 * 100 * 4 * 32)
    expect(fused('APAT', { local: 64, stride: 100 }).kvReadBytes).toBe((64 + 9) * KEY_BYTES)
    // The window, and a tenth of the 937 before it.
    expect(fused('APAT', { local: 64, topKShare: 0.1 }).kvReadBytes).toBeCloseTo((64 + 93.7) * KEY_BYTES, 6)
    // Token 1001 is the first of the third block of 500.
    expect(fused('APAT', { block: 500 }).kvReadBytes).toBe(KEY_BYTES)
  })

  it('of a prompt: the window’s triangle and a band', () => {
    const own = operatorOf(groupsOf(tiny('APAT', { local: 10 }, { promptTokens: 100 }), 'prefill'), 'fused_attention')
    // 10 · 11/2 + 90 · 10 = 955 pairs instead of 5050.
    expect(own.flop).toBe(2 * 955 * 4 * 32)
    const plain = operatorOf(groupsOf(tiny(undefined, {}, { promptTokens: 100 }), 'prefill'), 'fused_attention')
    expect(plain.flop).toBe(2 * 5050 * 4 * 32)
  })

  it('pay for choosing: SparQ reads 8 of 16 dimensions of every key, landmarks one key per block', () => {
    const sparq = fused('APAT', { topK: 64, select: 'projection', selectDims: 8 }, 'select_keys')
    expect(sparq).toMatchObject({ flop: 2 * 1001 * 4 * 8, kvReadBytes: 1001 * 4 * 8 * 2 })
    const landmark = fused('APAT', { topK: 64, block: 50, select: 'landmark' }, 'select_keys')
    expect(landmark.kvReadBytes).toBeCloseTo((1001 / 50) * 4 * 16 * 2, 6)
    // k-means with 32 centroids: the new token's query and key of 4 heads against each.
    expect(fused('APAT', { topK: 64, select: 'cluster', clusters: 32 }, 'select_keys').flop).toBe(2 * 8 * 32 * 16)
    const plan = tiny('APAT', { topK: 64 })
    expect(
      groupsOf(plan, 'decode')
        .flatMap((g) => g.operators)
        .some((o) => o.name === 'select_keys'),
    ).toBe(false)
  })

  it('of a method for decoding leave a prompt its 5050 pairs, and choose nothing for it', () => {
    const sparq = { topK: 64, select: 'projection', selectDims: 8, prefill: 'full' } as const
    const prompt = groupsOf(tiny('APAT', sparq), 'prefill')
    const plain = operatorOf(groupsOf(tiny(), 'prefill'), 'fused_attention')
    expect(operatorOf(prompt, 'fused_attention')).toMatchObject({ flop: plain.flop, kvReadBytes: plain.kvReadBytes })
    expect(operatorOf(prompt, 'select_keys')).toMatchObject({ flop: 0, vectorFlop: 0, kvReadBytes: 0 })
    expect(fused('APAT', sparq).kvReadBytes).toBe(65 * KEY_BYTES)
    expect(fused('APAT', sparq, 'select_keys').flop).toBe(2 * 1001 * 4 * 8)
  })

  it('carry a mean value per head for what they leave out: 2 · 8 heads · 16 flop to update and to read, and as much to map', () => {
    const own = fused('APAT', { topK: 64, compensation: 'mean-value' }, 'memory_state')
    // 2 · (4 + 4) heads · 1 feature · 16 values, and 2 · 8 · 16 · 1 that map queries and keys to it.
    expect(own.flop).toBe(2 * 8 * 16 + 2 * 8 * 16)
    // 4 heads · (16 + 1) elements of 2 bytes, read and written.
    expect(own).toMatchObject({ kvReadBytes: 4 * 17 * 2, kvWriteBytes: 4 * 17 * 2 })
  })

  it('keep the cache unless the pattern forgets for good', () => {
    expect(cacheOf(tiny('APAT', { local: 64, topK: 8 }), 1000)).toBe(cacheOf(tiny(), 1000))
    expect(cacheOf(tiny('APAT', { local: 64, global: 4 }), 1000)).toBe(2 * 68 * KEY_BYTES)
  })

  it('are monotone, and are taken by a share of the layers', () => {
    const at = (topK: number) => decodeS(use(testPlan(), 'APAT', { topK, local: 64 }), 8, 8000)
    expect(at(128)).toBeLessThan(at(1024))
    expect(at(1024)).toBeLessThan(at(4096))
    expect(at(100_000)).toBe(decodeS(testPlan(), 8, 8000))
    const half = use(testPlan(), 'APAT', { local: 512, layerShare: 0.5 })
    expect(decodeS(half, 8, 8000)).toBeGreaterThan(decodeS(use(testPlan(), 'APAT', { local: 512 }), 8, 8000))
  })

  it('are refused where there is nothing to choose from', () => {
    const plain = PRIMITIVES.APAT.apply(testPlan(), { local: 4, dilation: 2, stride: 3 })
    expect(plain.ok).toBe(false)
  })
})

describe('KV budgets', () => {
  it('hold and read what they keep', () => {
    // Sinks and recent tokens: 4 + 60 whatever the context.
    const streaming = { sink: 4, recent: 60, policy: 'static' } as const
    expect(cacheOf(tiny('KVB', streaming), 1000)).toBe(2 * 64 * KEY_BYTES)
    expect(cacheOf(tiny('KVB', streaming), 100_000)).toBe(2 * 64 * KEY_BYTES)
    expect(fused('KVB', streaming).kvReadBytes).toBe(64 * KEY_BYTES)
    // A fifth of the context: 200 of 1000, and the token itself.
    const h2o = { budget: 0.2, policy: 'accumulated-attention' } as const
    expect(cacheOf(tiny('KVB', h2o), 1000)).toBe(2 * 200 * KEY_BYTES)
    expect(fused('KVB', h2o).kvReadBytes).toBe(201 * KEY_BYTES)
  })

  it('leave the prompt’s own pairs to policies that rank after reading it', () => {
    const flop = (values: Values) =>
      operatorOf(groupsOf(tiny('KVB', values, { promptTokens: 100 }), 'prefill'), 'fused_attention').flop
    expect(flop({ budget: 0.2, policy: 'profiled' })).toBe(2 * 5050 * 4 * 32)
    // Streaming: 10 · 11/2 + 90 · 10 pairs.
    expect(flop({ sink: 2, recent: 8, policy: 'static' })).toBe(2 * 955 * 4 * 32)
  })

  it('change nothing when they are larger than the context', () => {
    const own = use(testPlan(), 'KVB', { budgetTokens: 1_000_000, policy: 'static' })
    expect(analysisOf(own).request).toEqual(analysisOf(testPlan()).request)
    expect(cacheOf(own, 2000)).toBe(cacheOf(testPlan(), 2000))
    expect(own.remarks.at(-1)?.text).toContain('nothing is dropped')
  })

  it('add their compensation: 8 features of 17 values per head', () => {
    const less = tiny('KVB', { budget: 0.1, compensation: 'low-rank', compensationRank: 8 })
    const plain = tiny('KVB', { budget: 0.1 })
    expect(cacheOf(less, 1000) - cacheOf(plain, 1000)).toBe(2 * 4 * 8 * 17 * 2)
    expect(decodeS(less)).toBeGreaterThan(decodeS(plain))
  })

  it('are monotone, and name what cannot be', () => {
    const at = (budget: number) => decodeS(use(testPlan(), 'KVB', { budget }), 16, 8000)
    expect(at(0.1)).toBeLessThan(at(0.5))
    expect(at(0.5)).toBeLessThan(at(0.9))
    const failed = PRIMITIVES.KVB.apply(testPlan(), { sink: 4, recent: 100, budgetTokens: 50 })
    expect(failed.ok ? '' : failed.problem.reason).toContain('104')
  })

  it('hold for latent attention too', () => {
    const plan = testPlan({}, { model: catalogueModel('deepseek-v3') })
    expect(cacheOf(use(plan, 'KVB', { budget: 0.25 }), 4000)).toBeCloseTo(cacheOf(plan, 4000) / 4, 3)
  })
})

describe('state form', () => {
  it('keeps r · (d_v + 1) values per head whatever the context', () => {
    // 4 heads of 16 · 17 values in 32 bit, two layers.
    expect(cacheOf(tiny('LIN'), 1000)).toBe(2 * 4 * 16 * 17 * 4)
    expect(cacheOf(tiny('LIN'), 1_000_000)).toBe(2 * 4 * 16 * 17 * 4)
    expect(cacheOf(tiny('LIN', { rank: 8 }), 1000)).toBe(2 * 4 * 8 * 17 * 4)
  })

  it('takes the same time at every context, and 4·r·d_v work per head and token', () => {
    const own = use(testPlan(), 'LIN')
    expect(decodeS(own, 8, 100)).toBe(decodeS(own, 8, 100_000))
    // Update 2·16·16 and read 2·16·16 per head.
    const state = operatorOf(groupsOf(tiny('LIN'), 'decode'), 'state_recurrent')
    expect(state.vectorFlop).toBe(4 * 4 * 16 * 16)
    // Random features of 8 from 16: 2·16·8 for 4 queries and 4 keys.
    expect(operatorOf(groupsOf(tiny('LIN', { rank: 8 }), 'decode'), 'feature_map').flop).toBe(8 * 2 * 16 * 8)
  })

  it('keeps one state per key head where heads are grouped', () => {
    // Llama 3.1 8B: 8 key heads of 128 · 129 values in 32 bit, 32 layers.
    expect(cacheOf(use(testPlan(), 'LIN'), 1000)).toBe(32 * 8 * 128 * 129 * 4)
  })

  it('beside attention adds to it', () => {
    const own = tiny('LIN', { scope: 'beside' })
    expect(cacheOf(own, 1000) - cacheOf(tiny(), 1000)).toBe(2 * 4 * 16 * 17 * 2)
    expect(decodeS(own)).toBeGreaterThan(decodeS(tiny()))
    expect(PRIMITIVES.LIN.apply(testPlan({}, { model: catalogueModel('deepseek-v3') }), {}).ok).toBe(false)
  })
})

describe('model memory', () => {
  it('is constant in the context: a segment and its bank', () => {
    const xl = { segment: 128, bank: 128 } as const
    expect(cacheOf(tiny('MEM', xl), 1000)).toBe(2 * 256 * KEY_BYTES)
    expect(cacheOf(tiny('MEM', xl), 100_000)).toBe(2 * 256 * KEY_BYTES)
    // Token 1001 is the 105th of its segment: it sees 105 and the bank.
    expect(fused('MEM', xl).kvReadBytes).toBe((105 + 128) * KEY_BYTES)
    // Of a large bank only what look-up brings.
    expect(fused('MEM', { segment: 128, bank: 65536, retrieval: 'knn', topK: 32 }).kvReadBytes).toBe(
      (105 + 32) * KEY_BYTES,
    )
  })

  it('as a matrix keeps no entries', () => {
    const own = tiny('MEM', { segment: 128, matrix: true, aggregate: 'gate' })
    expect(cacheOf(own, 1000)).toBe(2 * (128 * KEY_BYTES + 4 * 16 * 17 * 2))
    expect(own.segmentTokens).toBe(128)
  })

  it('soft prompts are tokens of every segment: 1 + 2 · 16/128 of the work', () => {
    const own = tiny('MEM', { segment: 128, bank: 16, carry: 16, aggregate: 'soft-prompt' })
    expect(operatorOf(groupsOf(own, 'prefill'), 'q_proj').flop).toBe(1.25 * 100 * 8192)
  })

  it('a bank of the whole context attends to all of it', () => {
    const own = tiny('MEM', { segment: 10, bank: 1_000_000 }, { promptTokens: 100 })
    expect(layerSum(groupsOf(own, 'prefill'), 'flop')).toBe(layerSum(groupsOf(tiny(), 'prefill'), 'flop'))
    expect(operatorOf(groupsOf(own, 'decode'), 'fused_attention').kvReadBytes).toBe(1001 * KEY_BYTES)
    expect(TINY.stack.order.length).toBe(2)
  })

  it('grows with the bank', () => {
    const at = (bank: number) => decodeS(use(testPlan(), 'MEM', { segment: 512, bank }), 16, 8000)
    expect(at(128)).toBeLessThan(at(512))
    expect(at(512)).toBeLessThan(at(4096))
  })
})
