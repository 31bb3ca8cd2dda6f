/**
 * One list of everything that is regenerated from the documents, figures and tables alike: an entry says what it is and
 * what it may be asked, and renders itself as rows and, where it is a drawing, as SVG.
 */
import type { DocumentId } from '../techniques/catalog/documents.ts'
import { documentTables, TABLE_CAPTION, tableFlags } from '../techniques/tables/index.ts'
import { closest } from '../units/closest.ts'
import { fail, ok, type Result, show } from '../units/result.ts'
import { CAP_FIGURE_5 } from './cap/distributed.ts'
import { CAP_FIGURE_2 } from './cap/layers.ts'
import { CAP_FIGURE_3 } from './cap/lineage.ts'
import { CAP_FIGURE_1 } from './cap/principle.ts'
import { CAP_FIGURE_4A, CAP_FIGURE_4B } from './cap/ring.ts'
import { figureSvg, type SheetOptions } from './draw/sheet.ts'
import type { DataRow, Figure, FigureData, Parameter, Settings } from './figure.ts'
import { FIGURE_20 } from './viewer/bandwidth.ts'
import { FIGURE_16 } from './viewer/flash.ts'
import { FIGURE_15 } from './viewer/fusion.ts'
import { FIGURE_7, FIGURE_11 } from './viewer/memory.ts'
import { FIGURE_18 } from './viewer/offload.ts'
import { FIGURE_5, FIGURE_6 } from './viewer/rooflines.ts'
import { FIGURE_19 } from './viewer/serving.ts'
import { FIGURE_8, FIGURE_9 } from './viewer/times.ts'

/** What an entry gives for its settings. */
export interface Rendering {
  readonly settings: readonly string[]
  readonly rows: readonly DataRow[]
  readonly findings: readonly string[]
  /** Absent for tables, which are their rows. */
  readonly svg?: (options?: SheetOptions) => string
}

export interface GalleryEntry {
  /** `viewer-8`, `cap-4a`, `cap-table-2`. */
  readonly id: string
  readonly kind: 'figure' | 'table'
  readonly document: DocumentId
  readonly number: string
  readonly title: string
  readonly section: string
  readonly caption: string
  readonly parameters: readonly Parameter[]
  readonly flags: readonly string[]
  render(settings: Settings): Result<Rendering>
}

export type Gallery = readonly GalleryEntry[]

/** In the order of the documents. */
export const FIGURES: readonly Figure[] = [
  FIGURE_5,
  FIGURE_6,
  FIGURE_7,
  FIGURE_8,
  FIGURE_9,
  FIGURE_11,
  FIGURE_15,
  FIGURE_16,
  FIGURE_18,
  FIGURE_19,
  FIGURE_20,
  CAP_FIGURE_1,
  CAP_FIGURE_2,
  CAP_FIGURE_3,
  CAP_FIGURE_4A,
  CAP_FIGURE_4B,
  CAP_FIGURE_5,
]

export function renderFigure(figure: Figure, data: FigureData): Rendering {
  const { settings, rows, findings } = data
  return { settings, rows, findings, svg: (options) => figureSvg(figure, data, options) }
}

export function figureEntry(figure: Figure): GalleryEntry {
  const { id, document, number, title, section, caption, parameters, flags } = figure
  return {
    id,
    kind: 'figure',
    document,
    number,
    title,
    section,
    caption,
    parameters,
    flags,
    render: (settings) => {
      const data = figure.compute(settings)
      return data.ok ? ok(renderFigure(figure, data.value)) : data
    },
  }
}

/** A table of a document as the gallery takes it: words in cells. */
export interface GalleryTable {
  readonly id: string
  readonly document: DocumentId
  readonly number: string
  readonly title: string
  readonly section: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly { readonly text: string }[])[]
}

/** `flags`: slips of the printed table that a reader must know. */
export function tableEntry(table: GalleryTable, caption: string, flags: readonly string[]): GalleryEntry {
  const { id, document, number, title, section, columns } = table
  const rows = table.rows.map(
    (cells): DataRow => Object.fromEntries(columns.map((column, i) => [column, cells[i]?.text ?? null])),
  )
  return {
    id,
    kind: 'table',
    document,
    number,
    title,
    section,
    caption,
    parameters: [],
    flags,
    render: () => ok({ settings: [], rows, findings: [] }),
  }
}

/** The documents' tables, from the technique catalogue's rows. */
export const GALLERY_TABLES: readonly GalleryEntry[] = documentTables().map((table) =>
  tableEntry(table, TABLE_CAPTION, tableFlags(table)),
)

export const GALLERY: Gallery = [...FIGURES.map(figureEntry), ...GALLERY_TABLES]

/** An entry by its id, whatever its case; or by its number (`16`, `figure 16`, `table 4`) where one entry alone has it. */
export function findInGallery(name: string, gallery: Gallery = GALLERY): Result<GalleryEntry> {
  const wanted = name.trim().toLowerCase()
  const found = gallery.find((entry) => entry.id === wanted)
  if (found) return ok(found)
  const ids = gallery.map((entry) => entry.id)
  const [, kind, number] = /^(fig|table)?(?:ure|\.)?[\s-]*(.+)$/.exec(wanted) ?? []
  const sameNumber = gallery.filter(
    (entry) =>
      entry.number.toLowerCase() === number &&
      (kind === undefined || entry.kind === (kind === 'fig' ? 'figure' : kind)),
  )
  const [only, ...others] = sameNumber
  if (only && others.length === 0) return ok(only)
  const near = sameNumber.length > 0 ? sameNumber.map((entry) => entry.id) : closest(wanted, ids, 3)
  const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : '`capline figures` lists them'
  return fail('ID', `${show(name)} is no figure or table of the documents`, remedy)
}
