/**
 * What the catalogue knows of one accelerator. Peaks are dense (no structured sparsity) and per second;
 * bytes are bytes, not GB; link bandwidth is one direction. Absent means nobody could source it.
 */
import type { Sourced } from '../source.ts'

/** Operand widths a matrix or vector unit can multiply. */
export type ComputeDtype = 'fp64' | 'fp32' | 'tf32' | 'fp16' | 'bf16' | 'fp8' | 'fp6' | 'fp4' | 'int8' | 'int4' | 'int1'

export type AcceleratorVendor =
  | 'nvidia'
  | 'amd'
  | 'intel'
  | 'google'
  | 'aws'
  | 'apple'
  | 'groq'
  | 'cerebras'
  | 'sambanova'
  | 'samsung'
  | 'skhynix'
  | 'upmem'
  | 'other'

export interface Link {
  /** NVLink 4, xGMI, PCIe 5 x16, ICI, … */
  readonly name: string
  /** One direction, per accelerator, all lanes. */
  readonly bandwidthBytePerS: Sourced
}

export interface Accelerator {
  readonly id: string
  readonly name: string
  readonly vendor: AcceleratorVendor
  /** Chip generation: ampere, hopper, cdna3, tpu-v5, … */
  readonly architecture: string
  readonly kind: 'gpu' | 'cpu' | 'npu' | 'pim' | 'soc'
  /** Year of first availability. */
  readonly year?: number
  /** Other names users and tools write (LLM-Viewer's `nvidia_A100_80G`, AIConfigurator's `a100_sxm`, …). */
  readonly aliases: readonly string[]
  /** Matrix (tensor core, MFMA, MXU, systolic) peaks by operand type, flop/s, dense; int types in op/s. */
  readonly matrixFlopPerS: { readonly [D in ComputeDtype]?: Sourced }
  /** General (vector, shader, SIMD) peaks, flop/s, fused multiply-add = 2. */
  readonly vectorFlopPerS: { readonly [D in ComputeDtype]?: Sourced }
  /** Memory usable by one rank, as the driver reports it (note says when it is the data-sheet figure instead). */
  readonly memoryBytes?: Sourced
  readonly memoryKind?: string
  readonly memoryBandwidthBytePerS?: Sourced
  /** Last-level on-chip cache shared by the compute units. */
  readonly l2Bytes?: Sourced
  /** Software-managed memory of one compute unit (SM shared memory, LDS) that one block may take. */
  readonly sharedMemoryBytesPerUnit?: Sourced
  /** Streaming multiprocessors, compute units, cores. */
  readonly computeUnits?: Sourced
  /** Boost or peak clock the peaks are stated at, Hz. */
  readonly clockHz?: Sourced
  /** Link to sibling accelerators (NVLink, xGMI, ICI, …). */
  readonly scaleUpLink?: Link
  /** Link to the host. */
  readonly hostLink?: Link
  readonly powerW?: Sourced
  /** On-demand rent, US dollars per hour of one accelerator. */
  readonly priceUsdPerHour?: Sourced
  /** Purchase price, US dollars. */
  readonly priceUsd?: Sourced
  /** What a reader must know before trusting the row. */
  readonly note?: string
}
