/** The documents' tables and figures, computed again when one is opened: a drawing apart from its style, rows, slips, CSV. */
import {
  CATALOGUE_LOOKUP,
  csvLine,
  DOCUMENTS,
  documentTables,
  type FigureRow,
  findInGallery,
  formatNumber,
  GALLERY,
  type GalleryEntry,
  ok,
  type Rendering,
  type Result,
  readFigureSettings,
} from '@capline/core'
import type { GalleryCell, GalleryItem, GalleryPage } from './protocol.ts'

export function galleryList(): readonly GalleryItem[] {
  return GALLERY.map(({ id, kind, document, number, title, flags, parameters }) => ({
    id,
    kind,
    document: DOCUMENTS[document].short,
    number,
    title,
    flags: flags.length,
    takesQuestion: parameters.some((one) => one.kind === 'model' || one.kind === 'accelerator'),
  }))
}

/** Longer tables are cut on the page; their CSV is whole. */
const MOST_ROWS = 60

function svgOf({ svg }: Rendering): GalleryPage['svg'] {
  if (!svg) return undefined
  const inside = svg({ alone: false })
  const [whole = '', style = ''] = /<style>([\s\S]*?)<\/style>/.exec(inside) ?? []
  return { inner: inside.replace(whole, ''), style, file: svg() }
}

const cellText = (value: FigureRow[string] | undefined) =>
  value === null || value === undefined ? '' : typeof value === 'number' ? formatNumber(value, 5) : String(value)

/** A table of the documents keeps its slips cell by cell. */
function cellsOf(id: string, rows: readonly FigureRow[], columns: readonly string[]): (readonly GalleryCell[])[] {
  const table = documentTables().find((one) => one.id === id)
  if (table) {
    return table.rows.map((cells) =>
      cells.map(({ text, slip, techniques = [] }) => ({
        text,
        ...(slip ? { slip: `The document prints “${slip.printed}”: ${slip.instead}.` } : {}),
        techniques,
      })),
    )
  }
  return rows
    .slice(0, MOST_ROWS)
    .map((row) => columns.map((column) => ({ text: cellText(row[column]), techniques: [] })))
}

export function galleryPage(asked: {
  readonly id: string
  readonly model?: string
  readonly accelerator?: string
}): Result<GalleryPage> {
  const entry = findInGallery(asked.id)
  if (!entry.ok) return entry
  const { id, kind, document, number, title, section, caption, flags, parameters } = entry.value
  const given: Record<string, string> = {}
  for (const { kind: what, id: name } of parameters) {
    if (what === 'model' && asked.model) given[name] = asked.model
    if (what === 'accelerator' && asked.accelerator) given[name] = asked.accelerator
  }
  const rendering = render(entry.value, given)
  if (!rendering.ok) return rendering
  const { rows, findings, settings } = rendering.value
  const columns = Object.keys(rows[0] ?? {})
  const lines = [csvLine(columns), ...rows.map((row) => csvLine(columns.map((key) => row[key] ?? null)))]
  const cells = cellsOf(id, rows, columns)
  const svg = svgOf(rendering.value)
  return ok({
    id,
    kind,
    title,
    number,
    document: { title: DOCUMENTS[document].title, url: DOCUMENTS[document].url, section },
    caption,
    flags,
    findings,
    settings,
    ...(svg ? { svg } : {}),
    columns,
    cells,
    more: rows.length - cells.length,
    csv: `${lines.join('\n')}\n`,
  })
}

function render(entry: GalleryEntry, given: Readonly<Record<string, string>>): Result<Rendering> {
  const settings = readFigureSettings(entry.parameters, given, CATALOGUE_LOOKUP)
  return settings.ok ? entry.render(settings.value) : settings
}
