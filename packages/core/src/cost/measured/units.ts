/**
 * Whether a column of times is in milliseconds, judged by the calibrated model: kernels of a table that take thirty times
 * what is expected, in the median, are not slow but in microseconds; thirty times less, in seconds. The factor lies half
 * way (in logarithms) to a thousand, and far beyond what any engine, eager launches included, was seen to be off.
 */
import { quantile } from '../calibration/errors.ts'
import { type DeviceModel, kernelSeconds } from '../kernels/device.ts'
import type { KernelQuery } from '../kernels/query.ts'

export type WrongUnit = 'seconds' | 'microseconds'

const FACTOR = Math.sqrt(1000)

export interface UnitCheck {
  /** The unit the table seems to be in; undefined: milliseconds. */
  readonly unit: WrongUnit | undefined
  /** Measured over expected, by row; NaN where nothing is expected. */
  readonly ratios: readonly number[]
}

/** Rows of one table and device. */
export function checkUnit(
  rows: readonly {
    readonly query: KernelQuery
    readonly kernel: string
    readonly backend: string
    readonly seconds: number
  }[],
  device: DeviceModel,
): UnitCheck {
  const ratios = rows.map((row) => row.seconds / kernelSeconds(row.query, device, row.kernel, row.backend))
  const median = quantile(
    ratios.filter((ratio) => ratio > 0),
    0.5,
  )
  return { unit: median > FACTOR ? 'microseconds' : median < 1 / FACTOR ? 'seconds' : undefined, ratios }
}

/** Whether a row shows the wrong unit itself. */
export function showsUnit(ratio: number, unit: WrongUnit): boolean {
  return unit === 'microseconds' ? ratio > FACTOR : ratio < 1 / FACTOR
}
