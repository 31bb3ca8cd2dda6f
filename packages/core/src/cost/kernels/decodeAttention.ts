/**
 * Attention of one new token per sequence over its KV cache (flash-decoding: the cache is split over compute units).
 *
 *   time = fixed + sequences + join + smoothmax(blocks, memory, compute)
 *   blocks = waves × (chunk × (load + step) + start),  chunk = context / splits
 *   memory = (KV + queries and outputs) / (efficiency × bandwidth), compute = 4·heads·context·headDim flop
 *
 * A block serves one KV head of one sequence with all its query heads, up to `packed` of them at once; the cache is split
 * until every slot is busy or a chunk would fall below `chunk` tokens. Some kernels read the cache once per query head:
 * those with more query heads per KV head than the kernel packs (`DecodeTraits`). Monotone in the context; in the batch
 * up to the cost of joining, which ends where splitting does. Multi-head latent attention in decode is this with one
 * shared head of 576 elements, stored once (mla.ts).
 * Sources: Dao et al., "Flash-Decoding" (2023); "LLM Inference Unveiled" section 2.2 for the bytes.
 */
import type { Chip } from './chip.ts'
import { type ConstantSpec, type KernelModel, LOAD_BYTES_PER_CLOCK, residentShare, smoothMax } from './model.ts'

/** Geometry after grouping; what both GQA and MLA queries become. */
export interface DecodeShape {
  readonly batch: number
  readonly qHeads: number
  readonly kvHeads: number
  /** Elements of one cached token and KV head: 2·headDim, or the latent. */
  readonly kvElements: number
  /** Query and output elements of one head. */
  readonly ioElements: number
  /** Tokens read: the context, or the window. */
  readonly reach: number
  readonly kvBytes: number
  /** Matrix peak of the products. */
  readonly peak: 'bf16' | 'fp8'
  /** Query heads per KV head above which the kernel reads the cache once per query head. */
  readonly packedLimit: number
  readonly replayed: boolean
}

const C = {
  fixed: 0,
  memory: 1,
  compute: 2,
  load: 3,
  token: 4,
  start: 5,
  slots: 6,
  join: 7,
  chunk: 8,
  packed: 9,
  wave: 10,
  sharpness: 11,
  cacheGain: 12,
  cacheShare: 13,
  sequence: 14,
} as const

export const DECODE_CONSTANTS: readonly ConstantSpec[] = [
  { name: 'fixed', unit: 's', start: 8e-6, min: 5e-7, max: 4e-4, perDevice: true, meaning: 'shortest kernel' },
  {
    name: 'memory',
    unit: '1',
    start: 0.85,
    min: 0.1,
    max: 1,
    perDevice: true,
    meaning: 'reached share of the bandwidth',
  },
  {
    name: 'compute',
    unit: '1',
    start: 0.3,
    min: 0.005,
    max: 1,
    perDevice: true,
    meaning: 'reached share of the matrix peak',
  },
  {
    name: 'load',
    unit: '1',
    start: 1.5,
    min: 0.05,
    max: 6,
    meaning: 'load rate of one unit, share of 64 byte per clock',
  },
  { name: 'token', unit: 's', start: 1e-9, min: 1e-11, max: 1e-6, meaning: 'latency per token of a chunk' },
  { name: 'start', unit: 's', start: 1.5e-6, min: 1e-8, max: 5e-5, meaning: 'starting and ending a block' },
  { name: 'slots', unit: '1', start: 1.2, min: 0.3, max: 16, meaning: 'blocks one unit holds at once' },
  { name: 'join', unit: 's', start: 2e-6, min: 1e-8, max: 5e-5, meaning: 'joining split caches' },
  { name: 'chunk', unit: 'token', start: 200, min: 16, max: 8192, meaning: 'shortest piece of a split cache' },
  { name: 'packed', unit: '1', start: 16, min: 1, max: 128, meaning: 'query heads a block serves in one pass' },
  { name: 'wave', unit: '1', start: 0.5, min: 0.02, max: 1, meaning: 'share of wave quantisation that shows' },
  { name: 'sharpness', unit: '1', start: 2, min: 1, max: 12, meaning: 'exponent of the smooth maximum' },
  { name: 'cacheGain', unit: '1', start: 2, min: 1, max: 8, meaning: 'cache over memory bandwidth' },
  { name: 'cacheShare', unit: '1', start: 0.5, min: 0.01, max: 3, meaning: 'cache that a replayed KV may fill' },
  { name: 'sequence', unit: 's', start: 1e-9, min: 1e-11, max: 1e-6, meaning: 'bookkeeping per sequence' },
]

function seconds(query: DecodeShape, chip: Chip, c: Float64Array): number {
  const { batch, qHeads, kvHeads, reach } = query
  const { units, bandwidth, clock } = chip
  const group = qHeads / kvHeads
  const packed = c[C.packed]!
  const passes = group > query.packedLimit ? group : group > packed ? group / packed : 1
  const kv = batch * kvHeads * reach * query.kvElements * query.kvBytes
  const blocks = batch * kvHeads * passes
  const slots = units * c[C.slots]!
  let splits = slots / blocks
  const pieces = reach / c[C.chunk]!
  if (pieces < splits) splits = pieces
  if (splits < 1) splits = 1
  const filled = (blocks * splits) / slots
  const wave = c[C.wave]!
  const waves = wave * Math.ceil(filled - 1e-9) + (1 - wave) * Math.max(filled, 1)
  const perToken =
    (query.kvElements * query.kvBytes * c[C.slots]!) / (c[C.load]! * LOAD_BYTES_PER_CLOCK * clock) + c[C.token]!
  const blockS = waves * ((reach / splits) * perToken + c[C.start]!)
  let read = kv
  if (query.replayed) {
    const share = residentShare(kv, c[C.cacheShare]! * chip.l2Bytes)
    read = kv * (1 - share + share / c[C.cacheGain]!)
  }
  const memory = (read + batch * qHeads * query.ioElements * 2) / (bandwidth * c[C.memory]!)
  const compute = (2 * batch * qHeads * reach * query.ioElements) / (chip[query.peak] * c[C.compute]!)
  const q = c[C.sharpness]!
  const join = splits > 1 ? c[C.join]! * (splits < 2 ? splits - 1 : 1) : 0
  return c[C.fixed]! + c[C.sequence]! * batch + join + smoothMax(smoothMax(blockS, memory, q), compute, q)
}

export const decodeModel: KernelModel<DecodeShape> = { constants: DECODE_CONSTANTS, seconds }
