/**
 * Physical rules a measured row must obey before constants are fitted to it. Every rule is stated, counted and named;
 * rows are never picked by hand.
 *
 * `faster-than-compute`: below 0.95 of flop / dense peak.
 * `faster-than-memory`: below 0.95 of bytes / bandwidth although the bytes exceed twice the last-level cache, so that
 *   they cannot have stayed there between two replays (smaller ones may: that is modelled, not a defect).
 * `over-a-hundred-times-slow`: more than 100 × (roofline + 50 µs): another unit, or a host-bound call.
 * Five times faster than a roof is no defect of a benchmark any more but a wrong table: `isImpossible`.
 */
import type { Chip } from '../kernels/chip.ts'
import { idealTime } from '../kernels/idealTime.ts'
import type { KernelQuery } from '../kernels/query.ts'

export const DEFECT_RULES = ['faster-than-compute', 'faster-than-memory', 'over-a-hundred-times-slow'] as const
export type DefectRule = (typeof DEFECT_RULES)[number]

const TOLERANCE = 0.95
const CACHE_FACTOR = 2
const IMPOSSIBLE = 0.2
const SLOW = 100
const SLOW_FLOOR_S = 50e-6

export interface Breach {
  readonly rule: DefectRule
  /** No benchmark can be off by so much: the table is wrong. */
  readonly isImpossible: boolean
}

/** The rule a measured time breaks, if any. */
export function breachOf(query: KernelQuery, seconds: number, chip: Chip): Breach | undefined {
  const { computeS, memoryS, reusedBytes } = idealTime(query, chip)
  const roof = Math.max(computeS, memoryS)
  if (seconds > SLOW * (roof + SLOW_FLOOR_S)) return { rule: 'over-a-hundred-times-slow', isImpossible: false }
  // A collective may beat the ring: switches reduce in flight.
  if (query.kind === 'collective') return undefined
  if (seconds < TOLERANCE * computeS) {
    return { rule: 'faster-than-compute', isImpossible: seconds < IMPOSSIBLE * computeS }
  }
  if (reusedBytes > CACHE_FACTOR * chip.l2Bytes && seconds < TOLERANCE * memoryS) {
    return { rule: 'faster-than-memory', isImpossible: seconds < IMPOSSIBLE * memoryS }
  }
  return undefined
}
