/**
 * Dense matrix product C[m×n] = A[m×k]·B[n×k]ᵀ.
 *
 *   time = fixed + smoothmax(tiles, memory) + quantise
 *   tiles = min over tile shapes and split-K of waves × (max(compute, load) + k-steps × latency + edge) + split cost
 *   memory = (weights + inputs + outputs) / (efficiency × bandwidth), less where the weights stay in the last-level cache
 *
 * A tile is computed whole (padding counts); waves are tiles over compute units, partly rounded up. What one unit can
 * load per second is limited, so few tiles cannot use the whole bandwidth: that is the small-kernel regime, and what
 * split-K is for. Large products slow down by up to `throttle`, and to the rate the power budget sustains. Narrow formats pay for quantising the input:
 * a pass over m×k and a cost per row. Monotone in m, n and k; never below flop/peak or, unless replayed, bytes/bandwidth.
 * Sources: tile and wave quantisation, NVIDIA "Matrix Multiplication Background"; split-K, CUTLASS documentation.
 * Leaves out: shapes that no 16-byte load fits, the libraries' own choice of kernels (the best tile is assumed).
 */
import type { Chip } from './chip.ts'
import { type ConstantSpec, type KernelModel, LOAD_BYTES_PER_CLOCK, residentShare, smoothMax } from './model.ts'
import { type GemmQuery, KERNEL_FORMATS } from './query.ts'

/** Rows × columns of a tile. */
const TILE_M = [128, 256, 128, 128, 64, 64, 32, 16, 16] as const
const TILE_N = [256, 128, 128, 64, 128, 64, 64, 64, 32] as const
/** Up to this many rows a tile of half the height does the same work for less: skipping is exact. */
const POINTLESS_M = [0, 128, 64, 64, 0, 32, 16, 0, 0] as const
const LARGEST_SPLIT = 32
/** Inner elements per pipeline step. */
const K_STEP = 64
/** Compute time at which half of the throttling shows, s. */
const THROTTLE_S = 1e-4

const C = {
  fixed: 0,
  compute: 1,
  memory: 2,
  load: 3,
  edge: 4,
  split: 5,
  wave: 6,
  sharpness: 7,
  cacheGain: 8,
  cacheShare: 9,
  throttle: 10,
  row: 11,
  step: 12,
  quantise: 13,
  quantisePass: 14,
} as const

export const GEMM_CONSTANTS: readonly ConstantSpec[] = [
  { name: 'fixed', unit: 's', start: 2.2e-6, min: 3e-7, max: 4e-4, perDevice: true, meaning: 'shortest kernel' },
  {
    name: 'compute',
    unit: '1',
    start: 0.8,
    min: 0.1,
    max: 1,
    perDevice: true,
    meaning: 'reached share of the matrix peak',
  },
  {
    name: 'memory',
    unit: '1',
    start: 0.85,
    min: 0.3,
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
  { name: 'edge', unit: 's', start: 1e-6, min: 1e-8, max: 2e-5, meaning: 'prologue and epilogue of one wave' },
  { name: 'split', unit: 's', start: 2e-6, min: 1e-8, max: 1e-4, meaning: 'joining the parts of a split product' },
  { name: 'wave', unit: '1', start: 0.5, min: 0.02, max: 1, meaning: 'share of wave quantisation that shows' },
  { name: 'sharpness', unit: '1', start: 2.5, min: 1, max: 12, meaning: 'exponent of the smooth maximum' },
  { name: 'cacheGain', unit: '1', start: 1.5, min: 1, max: 8, meaning: 'cache over memory bandwidth' },
  { name: 'cacheShare', unit: '1', start: 0.2, min: 0.01, max: 3, meaning: 'cache that replayed weights may fill' },
  { name: 'throttle', unit: '1', start: 0.05, min: 0.001, max: 2, meaning: 'slow-down of long products' },
  { name: 'row', unit: 's', start: 1e-8, min: 1e-10, max: 2e-6, meaning: 'quantising one row on one unit' },
  { name: 'step', unit: 's', start: 3e-8, min: 1e-10, max: 1e-6, meaning: 'latency of one step of 64 along k' },
  { name: 'quantise', unit: 's', start: 1e-6, min: 1e-8, max: 2e-5, meaning: 'fixed part of the quantisation kernel' },
  {
    name: 'quantisePass',
    unit: '1',
    start: 0.5,
    min: 0.01,
    max: 20,
    meaning: 'passes over 3 byte × m × k at full bandwidth',
  },
]

function seconds(query: GemmQuery, chip: Chip, c: Float64Array): number {
  const format = KERNEL_FORMATS[query.format]
  const { m, n, k } = query
  const { weightBytes, activationBytes } = format
  const { units, bandwidth, clock } = chip
  const peak = chip[format.peak]
  const flopPerUnit = (peak * c[C.compute]!) / units
  const loadPerUnit = c[C.load]! * LOAD_BYTES_PER_CLOCK * clock
  const wave = c[C.wave]!
  const stepS = c[C.step]! / K_STEP
  const edge = c[C.edge]!
  const splitS = c[C.split]!
  const joinS = (m * n * 8) / (4 * bandwidth)
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < TILE_M.length; i++) {
    if (m <= POINTLESS_M[i]!) continue
    const tileM = TILE_M[i]!
    const tileN = TILE_N[i]!
    const tiles = Math.ceil(m / tileM) * Math.ceil(n / tileN)
    const computeS = (2 * tileM * tileN) / flopPerUnit
    const loadS = (Math.min(m, tileM) * activationBytes + Math.min(n, tileN) * weightBytes) / loadPerUnit
    const perK = Math.max(computeS, loadS) + stepS
    // However it is split, the work is spread over all units at best; and joining only gets dearer.
    if ((tiles * perK * k) / units > best) continue
    for (let split = 1; split <= LARGEST_SPLIT; split *= 2) {
      if (split > 1 && (tiles * split > 4 * units || splitS + split * joinS + edge > best)) break
      const filled = (tiles * split) / units
      const waves = wave * Math.ceil(filled) + (1 - wave) * Math.max(filled, 1)
      let time = waves * ((perK * k) / split + edge)
      if (split > 1) time += splitS + split * joinS
      if (time < best) best = time
    }
  }
  const pressure = (2 * m * n * k) / (peak * THROTTLE_S)
  best *= 1 + (((1 + c[C.throttle]!) / chip.sustained - 1) * pressure) / (1 + pressure)
  const weights = k * n * weightBytes
  let memory = (weights + m * k * activationBytes + m * n * 2) / (bandwidth * c[C.memory]!)
  if (query.replayed) {
    const share = residentShare(weights, c[C.cacheShare]! * chip.l2Bytes)
    memory *= 1 - share + share / c[C.cacheGain]!
  }
  let time = c[C.fixed]! + smoothMax(best, memory, c[C.sharpness]!)
  if (format.quantises) time += quantiseSeconds(query, chip, c)
  return time
}

/** The kernel before the product that turns 16-bit inputs into the narrow format; part of every measured call. */
export function quantiseSeconds({ m, k }: GemmQuery, chip: Chip, c: Float64Array): number {
  return c[C.quantise]! + (c[C.quantisePass]! * m * k * 3) / chip.bandwidth + (c[C.row]! * m) / chip.units
}

export const gemmModel: KernelModel<GemmQuery> = { constants: GEMM_CONSTANTS, seconds }
