/**
 * How much of the context a group of sequences attends to in one pass, for each attention pattern: counts of
 * (query, key) pairs and of keys that must be read. Closed forms; `extent.test.ts` holds them equal to counting
 * token by token. Positions are 1-based: the token at position p may see p tokens, itself included.
 */
import type { Pattern } from './model.ts'
import {
  sumCapped,
  sumChunked,
  sumCompressed,
  techniqueCached,
  techniquePairs,
  techniqueVisible,
} from './sparseExtent.ts'

/**
 * Groups that bring at most this many tokens per sequence take the decode form of a kernel (absorbed MLA, recurrent
 * state updates): decode and speculative verification. Longer ones take the prefill form.
 */
export const SHORT_TOKENS = 8

const CAUSAL: Pattern = { kind: 'causal' }

/** The pattern a group of sequences meets: one for decoding alone leaves prompts their full attention. */
function inForce(pattern: Pattern, newTokens: number): Pattern {
  return pattern.kind === 'sparse' && pattern.decodeOnly && newTokens > SHORT_TOKENS ? CAUSAL : pattern
}

/** Sequences that do the same in a pass: `newTokens` each, after `contextTokens` already in the cache. */
export interface StepGroup {
  readonly sequences: number
  readonly newTokens: number
  readonly contextTokens: number
  /** Encoder states each sequence cross-attends to. */
  readonly sourceTokens?: number
  /** Of these, states whose cross-attention keys and values are made in this pass. */
  readonly newSourceTokens?: number
}

/** Pairs of new tokens, each seeing its whole block as far as the pass goes; the context may have begun a block. */
function blockPairs(newTokens: number, contextTokens: number, block: number): number {
  const begun = contextTokens % block
  const tokens = newTokens + begun
  const whole = Math.floor(tokens / block)
  const rest = tokens - whole * block
  return whole * block * block + rest * rest - begun * Math.min(block, tokens)
}

/** (query, key) pairs of one sequence: exactly those the mask lets through. */
export function attendedPairs(of: Pattern, newTokens: number, contextTokens: number): number {
  const pattern = inForce(of, newTokens)
  const end = contextTokens + newTokens
  switch (pattern.kind) {
    case 'causal':
      return newTokens * contextTokens + (newTokens * (newTokens + 1)) / 2
    case 'bidirectional':
      return pattern.block === undefined ? newTokens * end : blockPairs(newTokens, contextTokens, pattern.block)
    case 'sliding':
      return sumCapped(end, pattern.window) - sumCapped(contextTokens, pattern.window)
    case 'selected':
      return sumCapped(end, pattern.topK) - sumCapped(contextTokens, pattern.topK)
    case 'chunked':
      return sumChunked(end, pattern.chunk) - sumChunked(contextTokens, pattern.chunk)
    case 'compressed': {
      const window = sumCapped(end, pattern.window) - sumCapped(contextTokens, pattern.window)
      const cap = pattern.topK ?? end
      if (cap < 1) return window
      return window + sumCompressed(end, pattern.ratio, cap) - sumCompressed(contextTokens, pattern.ratio, cap)
    }
    default:
      return techniquePairs(pattern, newTokens, contextTokens)
  }
}

/** Pairs that an unfused kernel computes: all that are visible, but only the chosen ones where keys are gathered first. */
export function computedPairs(of: Pattern, newTokens: number, contextTokens: number): number {
  const pattern = inForce(of, newTokens)
  return pattern.kind === 'sparse' || pattern.kind === 'segments'
    ? techniquePairs(pattern, newTokens, contextTokens)
    : newTokens * visibleKeys(pattern, newTokens, contextTokens)
}

/** Keys of one sequence that the pass reads at least once. */
export function visibleKeys(of: Pattern, newTokens: number, contextTokens: number): number {
  const pattern = inForce(of, newTokens)
  const end = contextTokens + newTokens
  switch (pattern.kind) {
    case 'causal':
      return end
    case 'bidirectional':
      return pattern.block === undefined ? end : newTokens === 0 ? 0 : newTokens + (contextTokens % pattern.block)
    case 'sliding':
      return Math.min(end, pattern.window + newTokens - 1)
    case 'selected':
      return Math.min(end, newTokens * pattern.topK)
    case 'chunked':
      return newTokens === 0 ? 0 : end - Math.floor(contextTokens / pattern.chunk) * pattern.chunk
    case 'compressed': {
      const entries = Math.floor(end / pattern.ratio)
      const read = pattern.topK === undefined ? entries : Math.min(entries, newTokens * pattern.topK)
      return Math.min(end, pattern.window + newTokens - 1) + read
    }
    default:
      return techniqueVisible(pattern, newTokens, contextTokens)
  }
}

/** Tokens (or compressed entries) of a sequence of `contextTokens` that stay in the cache. */
export function cachedTokens(pattern: Pattern, contextTokens: number): number {
  switch (pattern.kind) {
    case 'causal':
    case 'selected':
      return contextTokens
    case 'bidirectional':
      return 0
    case 'sliding':
      return Math.min(contextTokens, pattern.window)
    case 'chunked':
      return Math.min(contextTokens, pattern.chunk)
    case 'compressed':
      return Math.min(contextTokens, pattern.window) + Math.floor(contextTokens / pattern.ratio)
    default:
      return techniqueCached(pattern, contextTokens)
  }
}

/** On-chip facts that decide whether a fused kernel reads keys and values once or once per tile of queries. */
export interface TileFacts {
  /** Shared memory one block may take. With any of the three unknown, keys and values are taken to be read once. */
  readonly sharedMemoryBytes?: number
  /** Cache shared by the compute units. */
  readonly l2Bytes?: number
  /** Blocks that run at once: one per streaming multiprocessor or compute unit. */
  readonly computeUnits?: number
}

/** The widths of one attention, as its kernel sees them. */
export interface AttentionShape {
  readonly pattern: Pattern
  /** Query heads that read one key/value head. */
  readonly queryHeadsPerKvHead: number
  /** Bytes of one key and its value. */
  readonly keyValueBytes: number
  /** Bytes of one query row. */
  readonly queryBytes: number
}

/** Rows of queries (packed over the heads of a group) that one block keeps on chip; FlashAttention-2 stops at 128. */
export function tileRows(shape: AttentionShape, sharedMemoryBytes: number): number {
  const KEYS_PER_STEP = 64
  const room = Math.floor((sharedMemoryBytes - KEYS_PER_STEP * shape.keyValueBytes) / shape.queryBytes)
  return Math.max(16, Math.min(128, Math.floor(room / 16) * 16))
}

/** Keys that neighbouring queries over `tokens` tokens may read somewhere in a sequence that ends at `end`. */
function waveSpan(pattern: Pattern, tokens: number, end: number): number {
  switch (pattern.kind) {
    case 'causal':
    case 'bidirectional':
      return end
    case 'sliding':
      return pattern.window + tokens - 1
    case 'chunked':
      return pattern.chunk + tokens
    case 'selected':
      return tokens * pattern.topK
    case 'compressed': {
      const entries = Math.floor(end / pattern.ratio)
      return pattern.window + tokens - 1 + Math.min(entries, tokens * (pattern.topK ?? entries))
    }
    case 'segments': {
      const { segment, bank, bank2, read = bank + bank2 } = pattern
      return segment + tokens + (1 + tokens / segment) * Math.min(read, bank + bank2)
    }
    default:
      return techniqueVisible(pattern, Math.ceil(tokens), Math.max(0, Math.ceil(end - tokens)))
  }
}

/**
 * Keys of one sequence that a fused kernel reads from memory, per key/value head (FlashAttention-2, arXiv 2307.08691,
 * section 3). Blocks are handed out tile after tile of one head, so the tiles that run at once (one per compute unit) walk
 * over the same keys together and share what they read: one read per wave. What of a head's keys and values stays in L2 is
 * read once for all waves; only the rest is read again.
 */
export function tiledKeys(shape: AttentionShape, newTokens: number, contextTokens: number, tile: TileFacts): number {
  const once = visibleKeys(shape.pattern, newTokens, contextTokens)
  const { sharedMemoryBytes, l2Bytes, computeUnits } = tile
  if (sharedMemoryBytes === undefined || l2Bytes === undefined || computeUnits === undefined) return once
  const missing = 1 - l2Bytes / (once * shape.keyValueBytes)
  if (!(missing > 0)) return once
  const tokensPerWave = (tileRows(shape, sharedMemoryBytes) * computeUnits) / shape.queryHeadsPerKvHead
  const waves = Math.ceil(newTokens / tokensPerWave)
  if (waves <= 1) return once
  return (
    once +
    missing *
      Math.max(0, wavedKeys(inForce(shape.pattern, newTokens), newTokens, contextTokens, tokensPerWave, waves) - once)
  )
}

/** Keys read when every wave reads its own: a causal wave up to its last token, other patterns' at their widest. */
function wavedKeys(
  pattern: Pattern,
  newTokens: number,
  contextTokens: number,
  tokensPerWave: number,
  waves: number,
): number {
  if (pattern.kind !== 'causal') {
    const end = contextTokens + newTokens
    return waves * Math.min(visibleKeys(pattern, newTokens, contextTokens), waveSpan(pattern, tokensPerWave, end))
  }
  // Wave j ends at token min(j · tokensPerWave, newTokens).
  const whole = waves - 1
  return whole * contextTokens + (tokensPerWave * whole * (whole + 1)) / 2 + contextTokens + newTokens
}
