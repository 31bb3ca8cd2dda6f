/**
 * Shorthand the row files write their figures with: `cite(key)` returns a maker of `Sourced` values that all
 * name one row of the table of sources, so a misspelt key fails to compile. Also the few multipliers the rows
 * use. Not part of the catalogue's public face.
 */
import type { Sourced } from '../source.ts'
import type { ACCELERATOR_SOURCES } from './sources.ts'

export type AcceleratorSourceKey = keyof typeof ACCELERATOR_SOURCES

/** Binary multiples, bytes. */
export const KIB = 1024
export const MIB = 1024 ** 2
export const GIB = 1024 ** 3

/** Note of a memory size nobody has read off a driver. */
export const DATA_SHEET = 'data-sheet size read as GiB; the driver usually reports slightly less'

export type Cite = (value: number, note?: string) => Sourced

export function cite(source: AcceleratorSourceKey): Cite {
  return (value, note) => (note === undefined ? { value, source } : { value, source, note })
}
