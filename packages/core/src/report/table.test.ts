/** CSV and Markdown cells of values that need care. */
import { describe, expect, it } from 'vitest'
import { type Column, csvCell, escapeMarkdown, tableCsv, tableMarkdown } from './table.ts'

describe('csvCell', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK(1)', "'=HYPERLINK(1)"],
    [1e-7, '1e-7'],
    [-5, '-5'],
    [Number.POSITIVE_INFINITY, ''],
    [null, ''],
    [true, 'true'],
  ])('%j', (value, expected) => {
    expect(csvCell(value)).toBe(expected)
  })
})

const COLUMNS: readonly Column<{ readonly name: string; readonly size: number }>[] = [
  { id: 'name', title: 'name', text: (row) => row.name },
  { id: 'size', title: 'size', text: (row) => `${row.size} B`, value: (row) => row.size, align: 'right' },
]

describe('tables', () => {
  it('writes values to CSV and texts to Markdown', () => {
    const rows = [{ name: 'a|b', size: 2 }]
    expect(tableCsv(COLUMNS, rows)).toBe('name,size\na|b,2\n')
    expect(tableMarkdown({ columns: COLUMNS, rows })).toBe('| name | size |\n| :--- | ---: |\n| a\\|b | 2 B |')
  })

  it('escapes markup', () => {
    expect(escapeMarkdown('<b>*x*</b>\n`y`')).toBe('&lt;b>\\*x\\*&lt;/b> \\`y\\`')
  })
})
