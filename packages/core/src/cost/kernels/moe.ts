/**
 * The routed experts of one rank: routing and permutation, two grouped products, gathering (no all-to-all).
 *
 *   time = fixed + product(gate and up) + product(down) + passes over tokens and pairs + bookkeeping
 *   product = smoothmax(waves × (max(compute, load) + k-steps × latency + edge), touched weights + activations / bandwidth)
 *
 * Only touched experts are read; every expert's tokens are padded to tiles of at most `tile` rows, which shrink with the
 * mean number of tokens per expert. Imbalance comes in through the loads (routing.ts), not through a factor. Narrow
 * formats differ by bytes, by peak and by the reached share of it (dequantisation on the way in costs compute).
 * Not monotone in the number of tokens where the tile grows: larger tiles save loads.
 * Sources: grouped GEMM, CUTLASS example 24; touched experts, catalogue of primitives (expected distinct experts).
 */
import type { Chip } from './chip.ts'
import { type ConstantSpec, type KernelModel, LOAD_BYTES_PER_CLOCK, residentShare, smoothMax } from './model.ts'
import { KERNEL_FORMATS, type MoeQuery } from './query.ts'
import { makeRankLoad, rankLoad } from './routing.ts'

const TILE_N = 128
const K_STEP = 64
const SMALLEST_TILE = 8
/** The matrix unit computes at least this many rows. */
const LEAST_ROWS = 16

const C = {
  fixed: 0,
  compute: 1,
  memory: 2,
  load: 3,
  edge: 4,
  step: 5,
  wave: 6,
  sharpness: 7,
  tokenPass: 8,
  pairPass: 9,
  pair: 10,
  expert: 11,
  tile: 12,
  cacheGain: 13,
  cacheShare: 14,
} as const

export const MOE_CONSTANTS: readonly ConstantSpec[] = [
  {
    name: 'fixed',
    unit: 's',
    start: 2e-5,
    min: 1e-6,
    max: 1e-3,
    perDevice: true,
    meaning: 'shortest chain of kernels',
  },
  {
    name: 'compute',
    unit: '1',
    start: 0.6,
    min: 0.01,
    max: 1,
    perDevice: true,
    meaning: 'reached share of the matrix peak',
  },
  {
    name: 'memory',
    unit: '1',
    start: 0.8,
    min: 0.05,
    max: 1,
    perDevice: true,
    meaning: 'reached share of the bandwidth',
  },
  {
    name: 'load',
    unit: '1',
    start: 0.6,
    min: 0.05,
    max: 6,
    meaning: 'load rate of one unit, share of 64 byte per clock',
  },
  { name: 'edge', unit: 's', start: 1e-6, min: 1e-8, max: 5e-5, meaning: 'prologue and epilogue of one wave' },
  { name: 'step', unit: 's', start: 3e-8, min: 1e-10, max: 2e-6, meaning: 'latency of one step of 64 along k' },
  { name: 'wave', unit: '1', start: 0.5, min: 0.02, max: 1, meaning: 'share of tile and wave quantisation that shows' },
  { name: 'sharpness', unit: '1', start: 1.5, min: 1, max: 12, meaning: 'exponent of the smooth maximum' },
  { name: 'tokenPass', unit: '1', start: 4, min: 0.01, max: 100, meaning: 'passes over all tokens' },
  { name: 'pairPass', unit: '1', start: 1, min: 0.01, max: 100, meaning: 'passes over the pairs of this rank' },
  { name: 'pair', unit: 's', start: 1e-9, min: 1e-12, max: 1e-6, meaning: 'routing one pair' },
  { name: 'expert', unit: 's', start: 1e-9, min: 1e-11, max: 1e-5, meaning: 'bookkeeping per local expert' },
  { name: 'tile', unit: '1', start: 64, min: 8, max: 256, meaning: 'largest tile, rows' },
  { name: 'cacheGain', unit: '1', start: 2, min: 1, max: 8, meaning: 'cache over memory bandwidth' },
  { name: 'cacheShare', unit: '1', start: 0.15, min: 0.01, max: 3, meaning: 'cache that replayed weights may fill' },
]

/** Scratch of one call; the models are synchronous. */
const loads = makeRankLoad()

function seconds(query: MoeQuery, chip: Chip, c: Float64Array): number {
  const format = KERNEL_FORMATS[query.format]
  const { weightBytes, activationBytes } = format
  const { units, bandwidth, clock } = chip
  rankLoad(query.tokens, query.topK, query.experts, query.ep, query.alpha, loads)
  const wave = c[C.wave]!
  const mean = (2 * query.tokens * query.topK) / query.experts
  const largest = c[C.tile]!
  const tile = Math.max(SMALLEST_TILE, Math.min(mean, largest))
  let touched = 0
  let pairs = 0
  let rowTiles = 0
  for (let j = 0; j < loads.count; j++) {
    const experts = loads.experts[j]!
    const load = loads.load[j]!
    const filled = load / tile
    touched += experts
    pairs += experts * load
    rowTiles += experts * (wave * Math.ceil(filled - 1e-9) + (1 - wave) * Math.max(filled, 1))
  }
  const inter = query.inter / query.tp
  const flopPerUnit = (chip[format.peak] * chip.sustained * c[C.compute]!) / units
  const loadPerUnit = c[C.load]! * LOAD_BYTES_PER_CLOCK * clock
  const rows = Math.max(tile, LEAST_ROWS)
  const computeS = (2 * rows * TILE_N) / flopPerUnit
  const loadS = (tile * activationBytes + TILE_N * weightBytes) / loadPerUnit
  const perK = Math.max(computeS, loadS) + c[C.step]! / K_STEP
  let time = 0
  for (let product = 0; product < 2; product++) {
    const n = product === 0 ? (query.gated ? 2 * inter : inter) : query.hidden
    const k = product === 0 ? query.hidden : inter
    const filled = (rowTiles * Math.ceil(n / TILE_N)) / units
    const waves = wave * Math.ceil(filled) + (1 - wave) * Math.max(filled, 1)
    const weights = touched * n * k * weightBytes
    let read = weights
    if (query.replayed) {
      const share = residentShare(weights, c[C.cacheShare]! * chip.l2Bytes)
      read = weights * (1 - share + share / c[C.cacheGain]!)
    }
    const memory = (read + pairs * (k * activationBytes + n * 2)) / (bandwidth * c[C.memory]!)
    time += smoothMax(waves * (perK * k + c[C.edge]!), memory, c[C.sharpness]!)
  }
  const passes = ((c[C.tokenPass]! * query.tokens + c[C.pairPass]! * pairs) * query.hidden * 2) / bandwidth
  const bookkeeping = c[C.pair]! * query.tokens * query.topK + (c[C.expert]! * query.experts) / query.ep
  return c[C.fixed]! + time + passes + bookkeeping
}

export const moeModel: KernelModel<MoeQuery> = { constants: MOE_CONSTANTS, seconds }
