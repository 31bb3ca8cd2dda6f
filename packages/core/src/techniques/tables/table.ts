/** A table of the documents as data: every cell a text, with the slip it replaces or the techniques it stands for. */
import type { DocumentId } from '../catalog/documents.ts'
import type { TechniqueRow } from '../catalog/row.ts'
import { SLIPS_BY_ID, type Slip } from '../catalog/slips.ts'

export interface TableCell {
  readonly text: string
  /** The document prints something else (or prints this by mistake); what it prints is in the slip. */
  readonly slip?: Slip
  /** Techniques the cell names. */
  readonly techniques?: readonly string[]
}

export interface DocumentTable {
  readonly id: string
  readonly document: DocumentId
  /** As the document numbers it. */
  readonly number: string
  readonly title: string
  readonly section: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly TableCell[])[]
  /** Of its cells and of its making. */
  readonly slips: readonly Slip[]
}

/** A cell; with a slip's id, the cell the slip is about. */
export function cell(text: string, techniques: readonly string[] = [], slip?: string): TableCell {
  const found = slip === undefined ? undefined : SLIPS_BY_ID.get(slip)
  if (slip !== undefined && !found) throw new Error(`no slip ${slip}`)
  return { text, ...(techniques.length > 0 ? { techniques } : {}), ...(found ? { slip: found } : {}) }
}

export function documentTable(about: Omit<DocumentTable, 'slips'>): DocumentTable {
  const slips = about.rows.flat().flatMap((one) => one.slip ?? [])
  return { ...about, slips: [...new Set(slips)] }
}

/** Cells of one kind among rows, in the rows' order, where the table lists them. */
export function listed<Of extends TechniqueRow['cells'][number]['of']>(rows: readonly TechniqueRow[], of: Of) {
  type Found = Extract<TechniqueRow['cells'][number], { of: Of }>
  return rows.flatMap((row) =>
    row.cells
      .filter((cells): cells is Found => cells.of === of)
      .flatMap((cells) => {
        const printed = 'printed' in cells ? cells.printed : undefined
        return printed === undefined ? [] : [{ row, cells, name: printed }]
      }),
  )
}

/** What is printed where ours stands: the slip's words, or the same. */
export function printedText({ text, slip }: TableCell): string {
  return slip?.printed ?? text
}

/** Slips of a table as remarks to print beside it. */
export function tableFlags({ slips }: DocumentTable): readonly string[] {
  return slips.map(({ printed, instead }) => `The document prints “${printed}”: ${instead}.`)
}

/** What every such table is, in a sentence. */
export const TABLE_CAPTION = 'Made from the rows of the catalogue of techniques; nothing of it is stored.'
