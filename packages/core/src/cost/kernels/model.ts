/**
 * What the kernel models share: the constants of a model as a table (name, unit, bounds, meaning), and the smooth
 * maximum. A model is a formula in physical quantities; its constants come from `calibration/constants.ts`.
 */
import type { Chip } from './chip.ts'

export interface ConstantSpec {
  readonly name: string
  /** `s`, `s/token`, … or `1` for a ratio. */
  readonly unit: string
  readonly start: number
  readonly min: number
  readonly max: number
  readonly meaning: string
  /** Differs from device to device within one architecture; all others are shared by it. */
  readonly perDevice?: true
}

export interface KernelModel<Q> {
  readonly constants: readonly ConstantSpec[]
  /** Seconds of one call. `c`: the constants, in the order of `constants`, all positive. */
  seconds(query: Q, chip: Chip, c: Float64Array): number
}

/** (a^q + b^q)^(1/q) for a, b ≥ 0, q ≥ 1: at least the larger, at most their sum; monotone in both. */
export function smoothMax(a: number, b: number, q: number): number {
  const large = Math.max(a, b)
  const small = Math.min(a, b)
  if (large <= 0) return 0
  const ratio = small / large
  return ratio < 1e-4 ? large : large * (1 + ratio ** q) ** (1 / q)
}

/** Share of `bytes` that stay in the last-level cache between two replays: 1 when small, 0 when far above `capacity`. */
export function residentShare(bytes: number, capacity: number): number {
  const ratio = bytes / capacity
  return 1 / (1 + ratio * ratio * ratio)
}

/** Bytes a compute unit can load per clock from the cache at best; rates of loading are shares of it. */
export const LOAD_BYTES_PER_CLOCK = 64
