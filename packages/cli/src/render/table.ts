/** A table for the terminal: columns as wide as their content, and as many of them as the width allows. */
import type { Column, Table } from '@capline/core'
import { clean } from '../clean.ts'
import type { Paint } from './style.ts'

const GAP = 2

interface Drawn<Row> {
  readonly column: Column<Row>
  readonly cells: readonly string[]
  readonly width: number
}

function draw<Row>(column: Column<Row>, rows: readonly Row[]): Drawn<Row> {
  const cells = rows.map((row) => clean(column.text(row)))
  // No spread: a sweep may have more rows than a call has room for arguments.
  const width = cells.reduce((most, cell) => Math.max(most, cell.length), column.title.length)
  return { column, cells, width }
}

/** Drops the columns that give way first until the rest fit. */
function choose<Row>(drawn: readonly Drawn<Row>[], width: number): readonly Drawn<Row>[] {
  const total = drawn.reduce((sum, one) => sum + one.width + GAP, -GAP)
  const keep = Math.max(...drawn.map((one) => one.column.keep ?? 0))
  if (total <= width || keep === 0) return drawn
  return choose(
    drawn.filter((one) => (one.column.keep ?? 0) < keep),
    width,
  )
}

const pad = (text: string, width: number, align: 'left' | 'right') =>
  align === 'right' ? text.padStart(width) : text.padEnd(width)

export interface TableStyle<Row> {
  readonly width: number
  readonly paint: Paint
  readonly indent?: string
  /** Rows that stand out: totals. */
  readonly isStrong?: (row: Row) => boolean
}

export interface Section<Row> {
  readonly title?: string | undefined
  readonly rows: readonly Row[]
}

/** Sections under one another, their columns aligned with each other. */
export function sectionLines<Row>(
  columns: readonly Column<Row>[],
  sections: readonly Section<Row>[],
  style: TableStyle<Row>,
): string[] {
  const indent = style.indent ?? ''
  const rows = sections.flatMap((section) => section.rows)
  const drawn = choose(
    columns.map((column) => draw(column, rows)),
    style.width - indent.length,
  )
  const line = (cells: readonly string[]) =>
    indent +
    drawn
      .map((one, i) => pad(cells[i] ?? '', one.width, one.column.align ?? 'left'))
      .join(' '.repeat(GAP))
      .trimEnd()
  const out = [style.paint('dim', line(drawn.map((one) => one.column.title)))]
  let at = 0
  for (const section of sections) {
    if (section.title) out.push(indent + style.paint('cyan', clean(section.title)))
    for (const row of section.rows) {
      const text = line(drawn.map((one) => one.cells[at] ?? ''))
      out.push(style.isStrong?.(row) ? style.paint('bold', text) : text)
      at++
    }
  }
  return out
}

export function tableLines<Row>(table: Table<Row>, style: TableStyle<Row>): string[] {
  return sectionLines(table.columns, [table], style)
}
