/** Terminal tables: alignment, and what gives way on a narrow page. */
import type { Column } from '@capline/core'
import { describe, expect, it } from 'vitest'
import { painter } from './style.ts'
import { sectionLines, tableLines } from './table.ts'

type Row = readonly [string, number]
const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', title: 'name', text: ([name]) => name },
  { id: 'extra', title: 'something long', text: () => 'x', keep: 1 },
  { id: 'size', title: 'size', text: ([, size]) => String(size), align: 'right' },
]
const style = { width: 80, paint: painter(false) }

describe('tableLines', () => {
  it('aligns numbers right and text left', () => {
    const lines = tableLines(
      {
        columns: COLUMNS,
        rows: [
          ['a', 5],
          ['long name', 1234],
        ] as Row[],
      },
      style,
    )
    expect(lines).toEqual([
      'name       something long  size',
      'a          x                  5',
      'long name  x               1234',
    ])
  })

  it('gives up columns where the page is narrow', () => {
    const lines = tableLines({ columns: COLUMNS, rows: [['a', 5]] as Row[] }, { ...style, width: 12 })
    expect(lines).toEqual(['name  size', 'a        5'])
  })

  it('wraps titles before it gives up columns, where the table says so', () => {
    const rows = [['a', 5]] as Row[]
    const narrow = { ...style, width: 21, wrapTitles: true }
    expect(tableLines({ columns: COLUMNS, rows }, narrow)).toEqual([
      '      something',
      'name  long       size',
      'a     x             5',
    ])
    expect(tableLines({ columns: COLUMNS, rows }, { ...narrow, width: 12 })).toEqual(['name  size', 'a        5'])
    expect(tableLines({ columns: COLUMNS, rows }, { ...narrow, width: 80 })[0]).toBe('name  something long  size')
  })

  it('aligns sections with each other', () => {
    const sections = [
      { title: 'first', rows: [['a', 1]] as Row[] },
      { title: 'second', rows: [['a longer one', 22]] as Row[] },
    ]
    const lines = sectionLines(COLUMNS.slice(0, 1), sections, style)
    expect(lines).toEqual(['name', 'first', 'a', 'second', 'a longer one'])
  })
})
