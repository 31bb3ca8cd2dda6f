/**
 * Which constants price a kernel on a device. The device's own when it was measured; else its architecture's; else those
 * of the nearest measured architecture, the same kernel first, then the engine's most measured one, then anyone's.
 */
import type { OpClass } from '../kernels/dispatch.ts'
import type { KernelConstants } from './sample.ts'

/** Architectures in the order in which one may stand for another: same instruction set and memory class first. */
const NEIGHBOURS: Readonly<Record<string, readonly string[]>> = {
  volta: ['ampere', 'ada', 'hopper'],
  turing: ['ada', 'ampere', 'hopper'],
  ampere: ['hopper', 'ada', 'blackwell'],
  ada: ['blackwell-rtx', 'ampere', 'hopper', 'blackwell'],
  hopper: ['ampere', 'blackwell', 'ada'],
  blackwell: ['hopper', 'ampere', 'ada'],
  'blackwell-rtx': ['ada', 'blackwell', 'ampere', 'hopper'],
  battlemage: ['ada', 'ampere', 'hopper'],
}
const ELSEWHERE = ['hopper', 'ampere', 'blackwell', 'ada', 'battlemage'] as const

/** How the constants were come by. */
export type Borrowing = 'own' | 'architecture' | 'other'

export interface Selection {
  readonly constants: KernelConstants
  readonly borrowing: Borrowing
}

export interface Wanted {
  readonly op: OpClass
  readonly device: string
  readonly architecture: string
  /** Absent: whatever engine was measured most. */
  readonly backend?: string | undefined
  readonly kernel?: string | undefined
  readonly format: string
}

function rowsOf(constants: KernelConstants): number {
  let rows = 0
  for (const device of Object.values(constants.devices)) rows += device.rows
  return rows
}

/** Wider formats that may stand for one that was never measured. */
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

/** Undefined when the table has nothing of the class at all. */
export function selectConstants(kernels: readonly KernelConstants[], wanted: Wanted): Selection | undefined {
  const ofClass = kernels.filter((row) => row.op === wanted.op)
  const neighbours = NEIGHBOURS[wanted.architecture] ?? ELSEWHERE
  const distance = (row: KernelConstants): number => {
    if (row.devices[wanted.device]) return 0
    if (row.architecture === wanted.architecture) return 1
    const place = neighbours.indexOf(row.architecture)
    return place < 0 ? 9 : 2 + place
  }
  const formats = [wanted.format, ...(FORMAT_NEIGHBOURS[wanted.format] ?? ['bfloat16'])]
  /** Smaller is better: format, then architecture class, then kernel and engine, then distance, then evidence. */
  const rank = (row: KernelConstants): readonly number[] => {
    const format = formats.indexOf(row.format)
    const far = distance(row)
    const isKernel = wanted.kernel !== undefined && row.kernel === wanted.kernel
    const isBackend = wanted.backend === undefined || row.backend === wanted.backend
    const likeness = isKernel && isBackend ? 0 : isBackend ? 1 : isKernel ? 1 : 2
    return [format < 0 ? 99 : format, far <= 1 ? 0 : 1, likeness, far, -rowsOf(row)]
  }
  let best: KernelConstants | undefined
  let bestRank: readonly number[] = []
  for (const row of ofClass) {
    const own = rank(row)
    const difference = own.map((x, i) => x - (bestRank[i] ?? 0)).find((x) => x !== 0) ?? 0
    if (!best || difference < 0) {
      best = row
      bestRank = own
    }
  }
  if (!best) return undefined
  const borrowing = best.devices[wanted.device]
    ? 'own'
    : best.architecture === wanted.architecture
      ? 'architecture'
      : 'other'
  return { constants: best, borrowing }
}

/** The constants as the model takes them. */
export function assemble(selection: Selection, device: string): Float64Array {
  const c = Float64Array.from(selection.constants.shared)
  const own = selection.constants.devices[device]?.own
  if (own)
    own.forEach((value, i) => {
      c[i] = value
    })
  return c
}
