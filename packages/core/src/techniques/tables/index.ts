/** The tables of the documents, regenerated from the catalogue. */
import { surveyTables } from './survey.ts'
import type { DocumentTable } from './table.ts'
import { viewerTables } from './viewer.ts'

export type { DocumentTable, TableCell } from './table.ts'
export { printedText, TABLE_CAPTION, tableFlags } from './table.ts'

/** Made when asked for; ids `cap-table-1` to `cap-table-7`, `viewer-table-2` to `viewer-table-4`. */
export function documentTables(): readonly DocumentTable[] {
  return [...surveyTables(), ...viewerTables()]
}
