/**
 * A table for the terminal: columns as wide as their content, and as many of them as the width allows. Titles take several
 * lines where a table says so, before a column gives way.
 */
import type { Column, Table } from '@capline/core'
import { clean } from '../clean.ts'
import type { Paint } from './style.ts'

const GAP = 2

interface Drawn<Row> {
  readonly column: Column<Row>
  readonly cells: readonly string[]
  readonly width: number
}

/** `room` of a title: all of it, or its longest word. */
function draw<Row>(column: Column<Row>, rows: readonly Row[], room: (title: string) => number): Drawn<Row> {
  const cells = rows.map((row) => clean(column.text(row)))
  // No spread: a sweep may have more rows than a call has room for arguments.
  const width = cells.reduce((most, cell) => Math.max(most, cell.length), room(column.title))
  return { column, cells, width }
}

const whole = (title: string) => title.length
const longestWord = (title: string) => Math.max(...title.split(' ').map((word) => word.length))

const totalOf = <Row>(drawn: readonly Drawn<Row>[]) => drawn.reduce((sum, one) => sum + one.width + GAP, -GAP)

/** The title in lines as wide as its column, filled from below. */
function titleLines<Row>({ column, width }: Drawn<Row>): string[] {
  const lines: string[] = []
  for (const word of column.title.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Drops the columns that give way first until the rest fit. */
function choose<Row>(drawn: readonly Drawn<Row>[], width: number): readonly Drawn<Row>[] {
  const keep = Math.max(...drawn.map((one) => one.column.keep ?? 0))
  if (totalOf(drawn) <= width || keep === 0) return drawn
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
  /** Titles may take several lines where the table is too wide for them. */
  readonly wrapTitles?: boolean
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
  const room = style.width - indent.length
  const straight = columns.map((column) => draw(column, rows, whole))
  const isNarrow = style.wrapTitles === true && totalOf(straight) > room
  const drawn = choose(isNarrow ? columns.map((column) => draw(column, rows, longestWord)) : straight, room)
  const line = (cells: readonly string[]) =>
    indent +
    drawn
      .map((one, i) => pad(cells[i] ?? '', one.width, one.column.align ?? 'left'))
      .join(' '.repeat(GAP))
      .trimEnd()
  const titles = drawn.map((one) => (isNarrow ? titleLines(one) : [one.column.title]))
  const height = Math.max(...titles.map(({ length }) => length))
  const out = Array.from({ length: height }, (_, row) =>
    style.paint('dim', line(titles.map((lines) => lines[row - height + lines.length] ?? ''))),
  )
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
