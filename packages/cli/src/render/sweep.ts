/** A sweep for the terminal: the swept values, then what people compare; rows that do not fit are marked. */
import {
  type Axis,
  type Column,
  FIELDS,
  type Field,
  flagOf,
  formatByteRate,
  formatBytes,
  formatDollars,
  formatFlopRate,
  formatNumber,
  formatSeconds,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { SweepNumbers } from '../commands/sweep.ts'
import type { Asked } from '../input/scenario.ts'
import type { Terminal } from '../terminal.ts'
import { painter } from './style.ts'
import { tableLines } from './table.ts'

const FORMAT: Partial<Record<Field['kind'], (value: number) => string>> = {
  bytes: formatBytes,
  byteRate: formatByteRate,
  flopRate: formatFlopRate,
}

function axisColumn({ name }: Axis): Column<SweepNumbers> {
  const { kind } = FIELDS[name]
  const text = (value: SweepNumbers[string]) =>
    typeof value === 'number' ? (FORMAT[kind] ?? String)(value) : String(value)
  return { id: name, title: flagOf(name), text: (row) => text(row[name] ?? ''), align: 'right' }
}

function number(id: string, title: string, format: (value: number) => string, keep = 0): Column<SweepNumbers> {
  const text = (row: SweepNumbers) => {
    const value = row[id]
    return typeof value === 'number' ? format(value) : '–'
  }
  return { id, title, text, align: 'right', keep }
}

const COLUMNS: readonly Column<SweepNumbers>[] = [
  { id: 'fits', title: 'fits', text: ({ fits }) => (fits === null ? '?' : fits ? 'yes' : 'no') },
  number('totalBytes', 'memory', formatBytes),
  number('kvBytes', 'KV cache', formatBytes, 2),
  number('ttftS', 'TTFT', formatSeconds),
  number('tpotS', 'TPOT', formatSeconds),
  number('e2eS', 'request', formatSeconds, 3),
  number('outputTokensPerS', 'tokens/s', formatNumber),
  number('energyPerOutputTokenJ', 'J/token', formatNumber, 4),
  number('priceUsdPerMillionOutputTokens', '$/M tokens', formatDollars, 1),
]

export function* renderSweep(
  asked: Asked,
  axes: readonly Axis[],
  rows: readonly SweepNumbers[],
  terminal: Terminal,
): Generator<string> {
  const paint = painter(terminal.colour)
  yield `${paint('bold', clean(`${asked.model.name} on ${asked.accelerator.name}`))}\n\n`
  const priced = rows.some((row) => row.priceUsdPerMillionOutputTokens !== null)
  const columns = [...axes.map(axisColumn), ...COLUMNS].filter(
    ({ id }) => priced || id !== 'priceUsdPerMillionOutputTokens',
  )
  for (const line of tableLines({ columns, rows }, { width: terminal.width, paint })) yield `${line}\n`
}
