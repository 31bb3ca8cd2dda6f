/**
 * The figures of an accelerator that the kernel models use, as plain numbers: compute units, matrix peaks, memory
 * bandwidth, last-level cache, link. Figures the catalogue lacks are taken from the architecture and named in `assumed`.
 * flop/s, byte/s, bytes.
 */
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'

/** Matrix rates the models distinguish; a format the hardware lacks runs at the next wider one. */
export type PeakName = 'bf16' | 'int8' | 'fp8' | 'fp4'

export interface Chip {
  readonly id: string
  readonly architecture: string
  readonly vendor: string
  /** Streaming multiprocessors, compute units, cores. */
  readonly units: number
  /** Hz. */
  readonly clock: number
  /** What memory carries of data, check bits deducted; and as rated, what a roofline takes. */
  readonly bandwidth: number
  readonly ratedBandwidth: number
  readonly l2Bytes: number
  readonly bf16: number
  readonly int8: number
  readonly fp8: number
  readonly fp4: number
  /** Share of the matrix peaks the power budget carries in long runs; 1 where that is not the limit. */
  readonly sustained: number
  /** One direction, per accelerator: the link to siblings, else the host link. */
  readonly link: number
  /** Names of figures that are not the catalogue's own. */
  readonly assumed: readonly string[]
}

/** Compute units, clock and cache of one representative of the architecture, used only where the catalogue has no figure. */
const ARCHITECTURE_FIGURES: Readonly<
  Record<string, { readonly units: number; readonly clock: number; readonly l2Bytes: number }>
> = {
  volta: { units: 80, clock: 1.38e9, l2Bytes: 6e6 },
  turing: { units: 72, clock: 1.59e9, l2Bytes: 6e6 },
  ampere: { units: 108, clock: 1.41e9, l2Bytes: 40e6 },
  ada: { units: 142, clock: 2.52e9, l2Bytes: 96e6 },
  hopper: { units: 132, clock: 1.83e9, l2Bytes: 50e6 },
  blackwell: { units: 148, clock: 1.965e9, l2Bytes: 126e6 },
  'blackwell-rtx': { units: 170, clock: 2.5e9, l2Bytes: 96e6 },
  cdna2: { units: 208, clock: 1.7e9, l2Bytes: 16e6 },
  cdna3: { units: 304, clock: 2.1e9, l2Bytes: 256e6 },
  cdna4: { units: 256, clock: 2.4e9, l2Bytes: 256e6 },
  battlemage: { units: 20, clock: 2.4e9, l2Bytes: 18e6 },
}
const ELSEWHERE = { units: 100, clock: 1.5e9, l2Bytes: 32e6 }
/**
 * 16-bit flop per joule of boards whose power is set below what their matrix units can draw. Ada: an L40S reaches 200
 * TFLOP/s in long products at 350 W, 240 in short ones; GeForce cards, with half the peak at more watts, are not limited.
 */
const FLOP_PER_JOULE: Readonly<Record<string, number>> = { ada: 0.7e12, 'blackwell-rtx': 0.7e12 }
/**
 * Boards that keep the check bits of error correction among the data of their GDDR6: a sixteenth of the memory (the driver
 * reports 45 of 48 GiB) and so of what crosses the bus. No kernel of the tables streams more than 0.87 of the rated
 * bandwidth on an L40S, 0.93 on HBM and on a GeForce, which has no correction. HBM has bits of its own for it.
 */
const CHECKED_IN_LINE: ReadonlySet<string> = new Set(['t4', 'a10', 'a40', 'l4', 'l40s'])
const DATA_SHARE = 15 / 16
/** PCIe 4.0 x16, one direction. */
const HOST_LINK = 32e9

/** Undefined when the catalogue lacks a matrix peak or the memory bandwidth. */
export function chipOf(accelerator: Accelerator): Chip | undefined {
  const matrix = accelerator.matrixFlopPerS
  const bandwidth = accelerator.memoryBandwidthBytePerS?.value
  const bf16 = (
    matrix.bf16 ??
    matrix.fp16 ??
    matrix.tf32 ??
    accelerator.vectorFlopPerS.fp16 ??
    accelerator.vectorFlopPerS.fp32
  )?.value
  if (bandwidth === undefined || bf16 === undefined) return undefined
  const figures = ARCHITECTURE_FIGURES[accelerator.architecture] ?? ELSEWHERE
  const link = accelerator.scaleUpLink ?? accelerator.hostLink
  const assumed: string[] = []
  if (!accelerator.computeUnits) assumed.push('computeUnits')
  if (!accelerator.clockHz) assumed.push('clockHz')
  if (!accelerator.l2Bytes) assumed.push('l2Bytes')
  if (!link) assumed.push('link')
  // A rate below BF16 (int8 of B300) means the unit is a stub: engines widen there.
  const wider = (rate: number | undefined, than: number) => (rate !== undefined && rate >= than ? rate : than)
  const perJoule = FLOP_PER_JOULE[accelerator.architecture]
  const watts = accelerator.powerW?.value
  const fp8 = wider(matrix.fp8?.value, bf16)
  return {
    id: accelerator.id,
    architecture: accelerator.architecture,
    vendor: accelerator.vendor,
    units: accelerator.computeUnits?.value ?? figures.units,
    clock: accelerator.clockHz?.value ?? figures.clock,
    bandwidth: CHECKED_IN_LINE.has(accelerator.id) ? bandwidth * DATA_SHARE : bandwidth,
    ratedBandwidth: bandwidth,
    l2Bytes: accelerator.l2Bytes?.value ?? figures.l2Bytes,
    bf16,
    int8: wider(matrix.int8?.value, bf16),
    fp8,
    fp4: wider(matrix.fp4?.value, fp8),
    sustained: perJoule === undefined || watts === undefined ? 1 : Math.min(1, (perJoule * watts) / bf16),
    link: link?.bandwidthBytePerS.value ?? HOST_LINK,
    assumed,
  }
}
