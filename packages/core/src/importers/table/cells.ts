/**
 * Cells of a measured table: one record per row, whatever the container (CSV text or parquet values). A cell that cannot be
 * is a fault of its row; what is well formed but nobody models leaves the row uncovered. Readers catch both, row by row.
 */
import { show } from '../../units/result.ts'

/** One row: column → cell, as text (CSV) or as a value (parquet). */
export type TableRecord = Readonly<Record<string, unknown>>

/** The row cannot be: not a number, negative, a unit that cannot hold. */
export class Fault extends Error {}

/** The row may well be right, but no model covers it. */
export class Uncovered extends Error {}

/** A column's name whatever its case and separators: `KV Cache-DType` and `kv_cache_dtype` are one. */
export function foldColumn(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
}

export function text(record: TableRecord, column: string): string {
  const cell = record[column]
  return cell === undefined || cell === null ? '' : String(cell).trim()
}

/** Empty, or one of the words that tables write for nothing. */
export function isBlank(record: TableRecord, column: string): boolean {
  return /^(?:|nan|none|null|n\/a|-)$/i.test(text(record, column))
}

export function number(record: TableRecord, column: string): number {
  const raw = text(record, column)
  const value = raw === '' ? Number.NaN : Number(raw)
  if (!Number.isFinite(value)) throw new Fault(`${column}: ${show(record[column] ?? '')} is not a number`)
  return value
}

export function count(record: TableRecord, column: string, least = 1): number {
  const value = number(record, column)
  if (!Number.isInteger(value) || value < least || value > 1e12) {
    throw new Fault(`${column}: ${value} is not a whole number of at least ${least}`)
  }
  return value
}
