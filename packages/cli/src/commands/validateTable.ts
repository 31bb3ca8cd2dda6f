/** The error table of every `validate` command. */
import type { ErrorRow } from '@capline/core'
import type { Invocation } from '../command.ts'
import { painter } from '../render/style.ts'
import { tableLines } from '../render/table.ts'

const percent = (x: number | null) => (x === null ? '–' : x.toFixed(1))

export function renderErrors(rows: readonly ErrorRow[], keys: readonly string[], invocation: Invocation): string {
  const { terminal } = invocation
  const columns = [
    ...keys.map((key) => ({ id: key, title: key, text: (row: ErrorRow) => row.group[key] ?? '' })),
    { id: 'n', title: 'n', align: 'right' as const, text: (row: ErrorRow) => String(row.n) },
    {
      id: 'median',
      title: 'median %',
      align: 'right' as const,
      text: (row: ErrorRow) => percent(row.medianAbsErrorPct),
    },
    { id: 'p90', title: 'p90 %', align: 'right' as const, text: (row: ErrorRow) => percent(row.p90AbsErrorPct) },
    {
      id: 'ratio',
      title: 'predicted / measured',
      align: 'right' as const,
      text: (row: ErrorRow) => (row.medianRatio === null ? 'not predicted' : row.medianRatio.toFixed(3)),
    },
  ]
  const lines = tableLines({ columns, rows }, { width: terminal.width, paint: painter(terminal.colour) })
  return `${lines.join('\n')}\n`
}

/** `--by` as a list of columns. */
export function keysOf(option: unknown, fallback: string): string[] {
  return String(option ?? fallback)
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean)
}
