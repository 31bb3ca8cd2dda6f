/** The gallery for the terminal: a list, and figures as text with their data. */
import {
  type Column,
  DOCUMENTS,
  defaultText,
  type FigureRow,
  formatByteRate,
  formatBytes,
  formatCount,
  formatFlopRate,
  formatNumber,
  formatSeconds,
  type Gallery,
  type GalleryEntry,
  type Rendering,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { Terminal } from '../terminal.ts'
import { renderList } from './catalogue.ts'
import { painter, wrap } from './style.ts'
import { tableLines } from './table.ts'

const LIST_COLUMNS: readonly Column<GalleryEntry>[] = [
  { id: 'id', title: 'id', text: (row) => row.id },
  { id: 'kind', title: 'kind', text: (row) => row.kind, keep: 2 },
  { id: 'section', title: 'section', text: (row) => row.section, keep: 1 },
  { id: 'title', title: 'title', text: (row) => row.title },
]

export function renderFigureList(gallery: Gallery, terminal: Terminal): string {
  const documents = Object.entries(DOCUMENTS).map(([id, { short, url }]) => `${id}: ${short}, ${url}.`)
  const closing = `${documents.join(' ')} One in full: capline figures ID; drawn: --svg FILE; all: capline figures all --svg DIR`
  return renderList({ columns: LIST_COLUMNS, rows: gallery }, closing, terminal)
}

/** Rows shown at most; the rest is for --csv. */
const MOST_ROWS = 24

/** How a value of a column reads, by the unit at the end of its name. */
const READINGS: readonly (readonly [RegExp, (x: number) => string])[] = [
  [/BytePerS$/, formatByteRate],
  [/FlopPerS$/i, formatFlopRate],
  [/PerS$/, (x) => formatNumber(x, 4)],
  [/Bytes/, formatBytes],
  [/Percent$/, (x) => formatNumber(x, 3)],
  [/S$/, formatSeconds],
]

function valueText(key: string, value: FigureRow[string] | undefined): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return value
  const reading = READINGS.find(([pattern]) => pattern.test(key))
  if (reading) return reading[1](value)
  return Number.isInteger(value) ? formatCount(value) : formatNumber(value, 4)
}

/** `accessReductionPercent` → `access reduction %`, units in the cells left out. */
function titleOf(key: string): string {
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(' ')
  const last = words.at(-1) ?? ''
  const isUnit = words.length > 1 && (last === 'S' || last === 'Bytes') && words.at(-2) !== 'Per'
  const told = (isUnit ? words.slice(0, -1) : words).join(' ').toLowerCase()
  return told.replace(/ percent$/, ' %')
}

/** A table's columns are named as printed; a figure's data have names of quantities. */
function columnsOf(rows: readonly FigureRow[], kind: GalleryEntry['kind']): Column<FigureRow>[] {
  return Object.keys(rows[0] ?? {}).map((key, i) => ({
    id: key,
    title: kind === 'table' ? key : titleOf(key),
    text: (row) => valueText(key, row[key]),
    ...(rows.some((row) => typeof row[key] === 'number') ? { align: 'right' as const } : {}),
    // What is compared stays; what it is made of gives way first.
    keep: i < 4 ? 0 : /^published|Percent$/.test(key) ? 1 : i,
  }))
}

/** Groups (of one first cell) that are always shown whole. */
const SMALL_GROUP = 6

/** Evenly chosen, the first and the last among them; small groups whole. */
function sample(rows: readonly FigureRow[]): readonly FigureRow[] {
  if (rows.length <= MOST_ROWS) return rows
  const [key = ''] = Object.keys(rows[0] ?? {})
  const groups = new Map<unknown, FigureRow[]>()
  for (const row of rows) groups.set(row[key], [...(groups.get(row[key]) ?? []), row])
  const small = [...groups.values()].filter((group) => group.length <= SMALL_GROUP)
  const whole = small.reduce((n, group) => n + group.length, 0) <= MOST_ROWS / 2 ? small.flat() : []
  const rest = rows.filter((row) => !whole.includes(row))
  const room = MOST_ROWS - whole.length
  const step = (rest.length - 1) / (room - 1)
  return [...whole, ...Array.from({ length: room }, (_, i) => rest[Math.round(i * step)] as FigureRow)]
}

/** `full`: captions, parameters and data as well. */
export function renderFigures(
  all: readonly (readonly [GalleryEntry, Rendering])[],
  terminal: Terminal,
  full: boolean,
): string {
  const paint = painter(terminal.colour)
  const { width } = terminal
  const lines = all.flatMap(([entry, { settings, rows, findings }]) => {
    const { id, kind, document, number, section, title, caption, flags, parameters } = entry
    const place = `${kind} ${number} of ${DOCUMENTS[document].short}, section ${section}`
    const head = [
      paint('bold', clean(`${id}  ${title}`)),
      ...wrap(place, width).map((line) => paint('dim', line)),
      ...(settings.length > 0 ? wrap(clean(settings.join(' · ')), width).map((line) => paint('dim', line)) : []),
    ]
    const found = findings.flatMap((finding) => wrap(clean(`• ${finding}`), width - 2, '  ').map((line) => `  ${line}`))
    if (!full) return [...head, ...found, '']
    const shown = sample(rows)
    const rest = rows.length > shown.length ? [`${shown.length} of ${rows.length} rows; --csv prints all`] : []
    return [
      ...head,
      '',
      ...wrap(caption, width),
      '',
      ...found,
      ...(flags.length > 0 ? ['', paint('bold', 'In print')] : []),
      ...flags.flatMap((flag) => wrap(`• ${flag}`, width - 2, '  ').map((line) => `  ${line}`)),
      ...(parameters.length > 0 ? ['', paint('bold', 'Parameters')] : []),
      ...parameters.flatMap((one) =>
        wrap(`• ${one.id}: ${one.help} (default: ${defaultText(one) || 'none'})`, width - 2, '  ').map(
          (line) => `  ${line}`,
        ),
      ),
      '',
      ...tableLines({ columns: columnsOf(shown, kind), rows: shown }, { width, paint, wrapTitles: true }),
      ...rest.map((line) => paint('dim', line)),
    ]
  })
  return `${lines.join('\n').trimEnd()}\n`
}
