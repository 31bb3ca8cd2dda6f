/**
 * Attention of many new tokens per sequence (flash attention, causal, optionally with a cached prefix or a window).
 *
 *   time = fixed + sequences + smoothmax(compute, memory)
 *   compute = smoothmax(work / units, longest block) + tail × longest block
 *   work = scores × (4·headDim flop / (efficiency × peak) + exponential) + blocks × start
 *
 * A block is 128 query rows of one head; its length is the number of keys it sees, so the last rows of a causal prompt
 * are the longest block, and short prompts cannot fill the units: that is why efficiency grows with length. Every score
 * also costs an exponential on the special-function units, which small head dimensions cannot hide. Fewer rows than
 * `rows` are padded to it. `diagonal` is the masked half of the tiles on the diagonal. Monotone in new tokens, prefix,
 * heads and batch; never below flop / peak.
 * Sources: Dao, FlashAttention-2 (arXiv 2307.08691); Shah et al., FlashAttention-3 (arXiv 2407.08608) for exponentials.
 */
import type { Chip } from './chip.ts'
import { type ConstantSpec, type KernelModel, residentShare, smoothMax } from './model.ts'

export interface PrefillShape {
  readonly batch: number
  readonly qHeads: number
  readonly kvHeads: number
  /** Mean of key and value dimension. */
  readonly headDim: number
  readonly newTokens: number
  readonly prefixTokens: number
  /** 0: none. */
  readonly window: number
  readonly kvBytes: number
  readonly peak: 'bf16' | 'fp8'
  readonly replayed: boolean
}

const BLOCK_ROWS = 128

const C = {
  fixed: 0,
  compute: 1,
  memory: 2,
  exponential: 3,
  start: 4,
  diagonal: 5,
  sharpness: 6,
  tail: 7,
  sequence: 8,
  overlap: 9,
  rows: 10,
  cacheGain: 11,
  cacheShare: 12,
} as const

export const PREFILL_CONSTANTS: readonly ConstantSpec[] = [
  { name: 'fixed', unit: 's', start: 1e-5, min: 5e-7, max: 4e-4, perDevice: true, meaning: 'shortest kernel' },
  {
    name: 'compute',
    unit: '1',
    start: 0.7,
    min: 0.01,
    max: 1,
    perDevice: true,
    meaning: 'reached share of the matrix peak',
  },
  {
    name: 'memory',
    unit: '1',
    start: 0.5,
    min: 0.02,
    max: 1,
    perDevice: true,
    meaning: 'reached share of the bandwidth',
  },
  {
    name: 'exponential',
    unit: 's',
    start: 2e-11,
    min: 1e-13,
    max: 1e-8,
    meaning: 'one score on the special-function units of one unit',
  },
  { name: 'start', unit: 's', start: 1e-6, min: 1e-8, max: 5e-5, meaning: 'starting and ending a block' },
  { name: 'diagonal', unit: 'token', start: 64, min: 1, max: 512, meaning: 'masked keys computed per row' },
  { name: 'sharpness', unit: '1', start: 1.5, min: 1, max: 12, meaning: 'exponent of the smooth maximum' },
  {
    name: 'tail',
    unit: '1',
    start: 0.2,
    min: 0.001,
    max: 3,
    meaning: 'share of the longest block that trails the last wave',
  },
  { name: 'sequence', unit: 's', start: 1e-8, min: 1e-11, max: 1e-5, meaning: 'bookkeeping per sequence' },
  { name: 'overlap', unit: '1', start: 1, min: 0.3, max: 8, meaning: 'blocks whose starts overlap on one unit' },
  { name: 'rows', unit: '1', start: 64, min: 1, max: 128, meaning: 'rows a short block is padded to' },
  { name: 'cacheGain', unit: '1', start: 2, min: 1, max: 8, meaning: 'cache over memory bandwidth' },
  { name: 'cacheShare', unit: '1', start: 0.4, min: 0.01, max: 3, meaning: 'cache that replayed tensors may fill' },
]

/** Keys seen per new token, mean over the new tokens; causal. */
export function meanReach(newTokens: number, prefixTokens: number, window: number): number {
  if (window <= 0 || window >= newTokens + prefixTokens) return prefixTokens + (newTokens + 1) / 2
  const growing = Math.min(newTokens, Math.max(0, window - prefixTokens))
  return (growing * (prefixTokens + (growing + 1) / 2) + (newTokens - growing) * window) / newTokens
}

function seconds(query: PrefillShape, chip: Chip, c: Float64Array): number {
  const { batch, qHeads, newTokens, prefixTokens, window, headDim } = query
  const { units, bandwidth } = chip
  const length = newTokens + prefixTokens
  const least = c[C.rows]!
  const rows = Math.max(newTokens, least)
  const diagonal = c[C.diagonal]!
  const reach = window > 0 && window < length ? window : length
  const perScore = (4 * headDim * units) / (chip[query.peak] * chip.sustained * c[C.compute]!) + c[C.exponential]!
  const start = c[C.start]!
  const blocks = batch * qHeads * Math.ceil(newTokens / BLOCK_ROWS)
  const scores = batch * qHeads * rows * (meanReach(newTokens, prefixTokens, window) + diagonal)
  const spread = (scores * perScore + (blocks * start) / c[C.overlap]!) / units
  const longest = Math.min(rows, BLOCK_ROWS) * (reach + diagonal) * perScore + start
  const q = c[C.sharpness]!
  const compute = smoothMax(spread, longest, q) + c[C.tail]! * longest * (blocks < units ? blocks / units : 1)
  const bytes = 4 * batch * qHeads * newTokens * headDim + 2 * batch * query.kvHeads * length * headDim * query.kvBytes
  let memory = bytes / (bandwidth * c[C.memory]!)
  if (query.replayed) {
    const share = residentShare(bytes, c[C.cacheShare]! * chip.l2Bytes)
    memory *= 1 - share + share / c[C.cacheGain]!
  }
  return c[C.fixed]! + c[C.sequence]! * batch + smoothMax(compute, memory, q)
}

export const prefillModel: KernelModel<PrefillShape> = { constants: PREFILL_CONSTANTS, seconds }
