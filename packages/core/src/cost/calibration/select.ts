/**
 * Which constants price a kernel on a device: the device's own when it was measured; else those of its architecture, or
 * of the architecture most like it; else the class's, fitted over all devices of the engine and format. Within an
 * architecture the same kernel comes first, then the engine's most measured one, then anyone's.
 */
import type { OpClass } from '../kernels/dispatch.ts'
import { atClock } from './clock.ts'
import type { KernelConstants } from './sample.ts'

/** Architecture of the rows fitted over all devices. */
export const CLASS = '*'

/** Architectures with the same matrix instructions and memory: one may stand for the other. */
const SIBLINGS: Readonly<Record<string, string>> = { 'blackwell-rtx': 'ada', ada: 'blackwell-rtx' }

/** Formats that may stand for one that was never measured, nearest first. */
const FORMAT_NEIGHBOURS: Readonly<Record<string, readonly string[]>> = {
  fp8: ['fp8_block', 'sq', 'bfloat16'],
  fp8_block: ['fp8', 'bfloat16'],
  'bfloat16/fp8': ['bfloat16', 'fp8'],
  nvfp4: ['fp8_block', 'fp8', 'bfloat16'],
  sq: ['fp8', 'bfloat16'],
  int4_wo: ['w4a16_mxfp4', 'int8_wo', 'bfloat16'],
  int8_wo: ['int4_wo', 'bfloat16'],
  w4a16_mxfp4: ['int4_wo', 'bfloat16'],
  w4a8_mxfp4_mxfp8: ['nvfp4', 'fp8_block', 'fp8', 'bfloat16'],
  reduce_scatter: ['all_gather', 'all_reduce'],
  all_gather: ['reduce_scatter', 'all_reduce'],
  alltoall: ['all_gather', 'all_reduce'],
}

/** How the constants were come by. */
export type Borrowing = 'own' | 'architecture' | 'other'

export interface Selection {
  readonly constants: KernelConstants
  readonly borrowing: Borrowing
}

export interface Wanted {
  readonly op: OpClass
  /** Catalogue id. */
  readonly device: string
  readonly architecture: string
  /** Absent: whatever engine was measured most. */
  readonly backend?: string | undefined
  readonly kernel?: string | undefined
  readonly format: string
}

/** Fixed costs above these, s, are host time between launches, not the kernel's (MoE is a chain of kernels). */
const HOST_BOUND_S: Readonly<Partial<Record<OpClass, number>>> = { gemm: 20e-6, moe: 100e-6 }
const HOST_BOUND_ELSE_S = 40e-6

/**
 * Whether the table measured something a serving step does not do: eager launches, or calls bound by the host (vLLM's
 * block-scaled FP8 products and its latent attention, 50 to 350 µs whatever the size). Serving replays graphs.
 */
export function isHostBound(row: KernelConstants): boolean {
  return row.kernel.endsWith('_eager') || (row.shared[0] ?? 0) > (HOST_BOUND_S[row.op] ?? HOST_BOUND_ELSE_S)
}

/** Measured calls of a device below this number fix no constants: a row of so few stands back behind another engine's. */
const THIN_ROWS = 15

function isThin(row: KernelConstants, device: string): boolean {
  return (row.devices[device]?.rows ?? row.rows) < THIN_ROWS
}

/** The row most like what is wanted; on a tie the one with more measurements. A host-bound one only under its own name. */
function nearest(rows: readonly KernelConstants[], wanted: Wanted): KernelConstants | undefined {
  let best: KernelConstants | undefined
  let bestLikeness = Number.NEGATIVE_INFINITY
  for (const row of rows) {
    const isKernel = wanted.kernel !== undefined && row.kernel === wanted.kernel
    const isBackend = wanted.backend !== undefined && row.backend === wanted.backend
    const isOddOne = wanted.kernel === undefined && (isHostBound(row) || isThin(row, wanted.device))
    const likeness =
      (isBackend ? 4 : 0) + (isKernel ? 2 : 0) + (row.devices[wanted.device] ? 1 : 0) - (isOddOne ? 8 : 0)
    if (likeness > bestLikeness || (likeness === bestLikeness && best && row.rows > best.rows)) {
      best = row
      bestLikeness = likeness
    }
  }
  return best
}

/** Undefined when the table has nothing of the class at all. */
export function selectConstants(kernels: readonly KernelConstants[], wanted: Wanted): Selection | undefined {
  const formats = [wanted.format, ...(FORMAT_NEIGHBOURS[wanted.format] ?? ['bfloat16'])]
  const architectures = [wanted.architecture, SIBLINGS[wanted.architecture], CLASS]
  for (const format of formats) {
    const rows = kernels.filter((row) => row.op === wanted.op && row.format === format)
    for (const architecture of architectures) {
      const constants = nearest(
        rows.filter((row) => row.architecture === architecture),
        wanted,
      )
      if (!constants) continue
      if (architecture !== wanted.architecture) return { constants, borrowing: 'other' }
      const isOwn = constants.devices[wanted.device] !== undefined && format === wanted.format
      return { constants, borrowing: isOwn ? 'own' : 'architecture' }
    }
  }
  return undefined
}

/** The constants as the model takes them on a chip. */
export function assemble(
  { constants }: Selection,
  chip: { readonly id: string; readonly clock: number },
): Float64Array {
  const c = Float64Array.from(constants.shared)
  const own = constants.devices[chip.id]?.own
  if (own) c.set(own)
  return constants.architecture === CLASS ? atClock(constants.op, c, chip.clock, c) : c
}
