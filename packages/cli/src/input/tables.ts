/**
 * Measured tables in any of their containers: `.csv`, `.txt` and `.tsv`, `.parquet`, each also as `.gz`; all give the same
 * records. Text is separated by commas, or by tabs or semicolons where its first line has those and no comma.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fail, ok, parseCsv, type Result, type TableRecord } from '@capline/core'
import { ioProblem, shownPath } from './files.ts'

export interface Container {
  readonly path: string
  /** The file's name without its ending. */
  readonly stem: string
  readonly kind: 'text' | 'parquet'
  /** As the name writes it. */
  readonly ending: string
}

export function containerOf(folder: string, name: string): Container | undefined {
  const match = /^(.+?)\.((csv|txt|tsv|parquet)(\.gz)?)$/i.exec(name)
  if (!match) return undefined
  const [, stem, ending, format] = match as unknown as [string, string, string, string]
  const kind = format.toLowerCase() === 'parquet' ? 'parquet' : 'text'
  return { path: join(folder, name), stem, kind, ending: ending.toLowerCase() }
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

/** Text of a table as the comma-separated text it means. */
function separatedByCommas(text: string): string {
  const head = text.slice(0, text.search(/[\r\n]|$/))
  const other = head.includes(',') ? undefined : ['\t', ';'].find((separator) => head.includes(separator))
  return other === undefined ? text : text.replaceAll(other, ',')
}

const GZIP = [0x1f, 0x8b]
const LFS = 'version https://git-lfs.github.com/spec/'

export async function readRecords(file: Container): Promise<Result<readonly TableRecord[]>> {
  let records: readonly TableRecord[]
  try {
    const stored = readFileSync(file.path)
    // A download may have been unpacked, or packed, without its name being told.
    const bytes = GZIP.every((byte, i) => stored[i] === byte) ? gunzipSync(stored) : stored
    if (bytes.subarray(0, LFS.length).toString('latin1') === LFS) {
      return fail(
        shownPath(file.path),
        'is a Git LFS pointer, not the table',
        'Fetch the table itself with git lfs pull',
      )
    }
    if (bytes.length === 0) return fail(shownPath(file.path), 'is empty', 'Give a table with a header and rows')
    if (file.kind === 'parquet') records = await readParquet(bytes)
    else records = parseCsv(separatedByCommas(bytes.toString('utf8')))
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return ioProblem(file.path, error)
    const reason = error instanceof Error ? error.message : String(error)
    return fail(shownPath(file.path), `is no readable ${file.ending} table (${reason})`, 'Check the file')
  }
  if (records.length === 0) return fail(shownPath(file.path), 'has no rows', 'Give a table with a header and rows')
  return ok(records)
}
