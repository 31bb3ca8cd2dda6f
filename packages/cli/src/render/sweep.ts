/**
 * A sweep for the terminal: on how many of what, what its times come from, the swept values, then what people compare, each
 * with its interval where kernels are priced; rows that do not fit are marked.
 */
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
  formatPercent,
  formatSeconds,
  rangedText,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { SweepBasis, SweepNumbers } from '../commands/sweep.ts'
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

function number(
  id: string,
  title: string,
  format: (value: number) => string,
  keep = 0,
  ends: readonly [low: string, high: string] | undefined = undefined,
): Column<SweepNumbers> {
  const text = (row: SweepNumbers) => {
    const value = row[id]
    if (typeof value !== 'number') return '–'
    const [low, high] = ends ? [row[ends[0]], row[ends[1]]] : []
    return rangedText(value, typeof low === 'number' && typeof high === 'number' ? { low, high } : undefined, format)
  }
  return { id, title, text, align: 'right', keep }
}

const COLUMNS: readonly Column<SweepNumbers>[] = [
  { id: 'fits', title: 'fits', text: ({ fits }) => (fits === null ? '?' : fits ? 'yes' : 'no') },
  number('totalBytes', 'memory', formatBytes, 1),
  number('kvBytes', 'KV cache', formatBytes, 4),
  number('ttftS', 'TTFT', formatSeconds, 0, ['ttftLowS', 'ttftHighS']),
  number('tpotS', 'TPOT', formatSeconds, 0, ['tpotLowS', 'tpotHighS']),
  number('e2eS', 'request', formatSeconds, 5, ['e2eLowS', 'e2eHighS']),
  number('outputTokensPerS', 'tokens/s', (x) => formatNumber(x), 0, ['outputTokensPerSLow', 'outputTokensPerSHigh']),
  number('energyPerOutputTokenJ', 'J/token', (x) => formatNumber(x), 6, [
    'energyPerOutputTokenLowJ',
    'energyPerOutputTokenHighJ',
  ]),
  number('priceUsdPerMillionOutputTokens', '$/M tokens', formatDollars, 2, [
    'priceUsdPerMillionOutputTokensLow',
    'priceUsdPerMillionOutputTokensHigh',
  ]),
]

/** Where the axes do not say it: how many accelerators there are, and how they share the model. */
const LAYOUT: Column<SweepNumbers> = { id: 'layout', title: 'layout', text: ({ layout }) => String(layout), keep: 3 }

/** `2 × `, `1 to 4 × `; nothing for one. */
function countText(rows: readonly SweepNumbers[]): string {
  let [least, most] = [Number.POSITIVE_INFINITY, 1]
  for (const { accelerators } of rows) {
    least = Math.min(least, Number(accelerators))
    most = Math.max(most, Number(accelerators))
  }
  if (most === 1) return ''
  return least === most ? `${most} × ` : `${least} to ${most} × `
}

/** The largest share of any row, where it is worth a word. */
function unsureText(rows: readonly SweepNumbers[]): string {
  const said = (['borrowed', 'extrapolated'] as const).flatMap((what) => {
    const most = rows.reduce((share, row) => Math.max(share, Number(row[`${what}Share`] ?? 0)), 0)
    return most > 0.05 ? [`${formatPercent(most)} ${what}`] : []
  })
  return said.length > 0 ? `; up to ${said.join(', ')} of a row's time` : ''
}

export function* renderSweep(
  asked: Asked,
  axes: readonly Axis[],
  rows: readonly SweepNumbers[],
  bases: readonly SweepBasis[],
  terminal: Terminal,
): Generator<string> {
  const paint = painter(terminal.colour)
  const count = countText(rows)
  yield `${paint('bold', clean(`${asked.model.name} on ${count}${asked.accelerator.name}`))}\n`
  yield `${paint('dim', `${bases.map(({ text }) => text).join('; or ')}${unsureText(rows)}`)}\n\n`
  const priced = rows.some((row) => row.priceUsdPerMillionOutputTokens !== null)
  const columns = [...axes.map(axisColumn), ...(count === '' ? [] : [LAYOUT]), ...COLUMNS].filter(
    ({ id }) => priced || id !== 'priceUsdPerMillionOutputTokens',
  )
  for (const line of tableLines({ columns, rows }, { width: terminal.width, paint })) yield `${line}\n`
}
