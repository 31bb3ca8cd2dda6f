/** The layouts that were tried for a count of accelerators, best first, and what the accelerators gain. */
import { type Analysis, type Gain, gainText, type LayoutChoice, type LayoutRow, layoutRows } from '@capline/core'
import type { Terminal } from '../terminal.ts'
import { type Paint, painter, wrap } from './style.ts'

/** More are counted, not shown. */
const MOST_SHOWN = 8

/** The interval in short, after its number. */
const ranged = (text: string, range: string | undefined): string => (range === undefined ? text : `${text} (${range})`)

const COLUMNS: readonly (readonly [title: string, text: (row: LayoutRow) => string])[] = [
  ['layout', (row) => `${row.chosen ? '▸ ' : '  '}${row.layout}`],
  ['TTFT', (row) => ranged(row.ttft, row.ranges?.ttft)],
  ['TPOT', (row) => ranged(row.tpot, row.ranges?.tpot)],
  ['tokens/s', (row) => ranged(row.throughput.replace(' tokens/s', ''), row.ranges?.throughput)],
  ['memory', (row) => `${row.memory}${row.fits ? '' : ' ✘'}`],
  ['$/M', (row) => ranged(row.price, row.ranges?.price)],
]

function table(rows: readonly LayoutRow[], width: number, paint: Paint): string[] {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, text]) => text(row)))]
  const widths = COLUMNS.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)))
  // Columns from the right go first where the terminal is narrow.
  let kept = COLUMNS.length
  const needed = (n: number) => widths.slice(0, n).reduce((a, b) => a + b + 2, 2)
  while (kept > 3 && needed(kept) > width) kept--
  return cells.map((line, r) => {
    const text = line
      .slice(0, kept)
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
    return `  ${r === 0 ? paint('dim', text) : rows[r - 1]?.chosen ? paint('bold', text) : text}`
  })
}

export function layoutLines(
  choices: readonly LayoutChoice[],
  analysis: Analysis,
  gain: Gain | undefined,
  terminal: Pick<Terminal, 'width' | 'colour'>,
): string[] {
  if (choices.length === 0 && !gain) return []
  const paint = painter(terminal.colour)
  const out = [paint('bold', 'Layouts')]
  if (choices.length > 1) {
    out.push(...table(layoutRows(choices.slice(0, MOST_SHOWN), analysis), terminal.width, paint))
    const rest = choices.length - MOST_SHOWN
    if (rest > 0) out.push(paint('dim', `    and ${rest} more, slower or too big (--json lists all)`))
  }
  if (gain) out.push(...wrap(`• ${gainText(gain)}`, Math.min(terminal.width, 110) - 2, '  ').map((line) => `  ${line}`))
  return out
}
