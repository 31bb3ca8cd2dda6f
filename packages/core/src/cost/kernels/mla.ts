/**
 * Multi-head latent attention as shapes of the two attention models (DeepSeek-V2, arXiv 2405.04434, section 2.1).
 * Decode: absorbed, every head attends to one shared latent of 512 + 64 elements, stored once; the products of one head
 * and token are 576 for the score and 512 for the value. Prefill: full heads, keys of 192 and values of 128.
 */
import type { DecodeShape } from './decodeAttention.ts'
import type { PrefillShape } from './prefillAttention.ts'
import type { MlaQuery } from './query.ts'

const LATENT = 512
const ROPE = 64
const KEY = 192
const VALUE = 128

export function mlaDecode(query: MlaQuery): DecodeShape {
  return {
    batch: query.batch,
    qHeads: query.heads,
    kvHeads: 1,
    kvElements: LATENT + ROPE,
    ioElements: LATENT + ROPE + LATENT,
    reach: query.prefixTokens + query.newTokens,
    kvBytes: query.kv === 'fp8' ? 1 : 2,
    peak: query.kv === 'fp8' ? 'fp8' : 'bf16',
    packedLimit: Number.POSITIVE_INFINITY,
    replayed: query.replayed === true,
  }
}

export function mlaPrefill(query: MlaQuery): PrefillShape {
  return {
    batch: query.batch,
    qHeads: query.heads,
    kvHeads: query.heads,
    headDim: (KEY + VALUE) / 2,
    newTokens: query.newTokens,
    prefixTokens: query.prefixTokens,
    window: 0,
    kvBytes: 2,
    peak: query.kv === 'fp8' ? 'fp8' : 'bf16',
    replayed: query.replayed === true,
  }
}
