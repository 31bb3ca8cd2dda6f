/** Measured tables in any of their containers: `.csv`, `.csv.gz`, `.parquet`; all give the same records. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fail, ok, parseCsv, type Result, type TableRecord } from '@capline/core'
import { ioProblem, shownPath } from './files.ts'

export interface Container {
  readonly path: string
  /** The file's name without its ending. */
  readonly stem: string
  readonly kind: 'csv' | 'csv.gz' | 'parquet'
}

export function containerOf(folder: string, name: string): Container | undefined {
  const match = /^(.+?)\.(csv|csv\.gz|parquet)$/.exec(name)
  return match ? { path: join(folder, name), stem: match[1] as string, kind: match[2] as Container['kind'] } : undefined
}

/** Line of the first record: the header of a CSV is line 1. */
export const firstLineOf = (file: Container): number => (file.kind === 'parquet' ? 1 : 2)

async function readParquet(bytes: Uint8Array): Promise<TableRecord[]> {
  const [{ parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ])
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  return (await parquetReadObjects({ file, compressors })) as TableRecord[]
}

export async function readRecords(file: Container): Promise<Result<readonly TableRecord[]>> {
  let records: readonly TableRecord[]
  try {
    const bytes = readFileSync(file.path)
    if (file.kind === 'parquet') records = await readParquet(bytes)
    else records = parseCsv((file.kind === 'csv.gz' ? gunzipSync(bytes) : bytes).toString('utf8'))
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return ioProblem(file.path, error)
    const reason = error instanceof Error ? error.message : String(error)
    return fail(shownPath(file.path), `is no readable ${file.kind} table (${reason})`, 'Check the file')
  }
  if (records.length === 0) return fail(shownPath(file.path), 'has no rows', 'Give a table with a header and rows')
  return ok(records)
}
