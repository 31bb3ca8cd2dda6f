/**
 * Measured serving tables of a folder (a subfolder `serving` is entered), whatever their names: their columns say what
 * they are. Bad rows are shown one by one and stay countable, files that cannot be read are shown; only a folder without a
 * usable row is refused.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  fail,
  formatProblem,
  ok,
  type ReadServing,
  type Result,
  readServingTable,
  type ServingTable,
  servingColumns,
  type TableRecord,
} from '@capline/core'
import type { Terminal } from '../terminal.ts'
import { ioProblem, pathKind, shownPath } from './files.ts'
import { type Container, containerOf, firstLineOf, readRecords } from './tables.ts'

/** Faulty rows shown one by one, per file; the rest are counted. */
const MOST_SHOWN = 50

/** Columns that tell the tables apart; the first that has them all. */
const SIGNS: readonly (readonly [ServingTable, readonly string[]])[] = [
  ['points', ['silicon_tpot_ms']],
  ['points', ['silicon_ttft_ms']],
  ['trtllm_online_serving', ['qps', 'isl']],
  ['trtllm_perf', ['metric', 'value', 'isl']],
  ['mlperf', ['scenario', 'tokens_per_s']],
]

function tableOf(records: readonly TableRecord[], file: Container): ServingTable | undefined {
  const columns = Object.keys(records[0] ?? {})
  const found = SIGNS.find(([, signs]) => signs.every((sign) => columns.includes(sign)))
  if (found) return found[0]
  // A table that has lost its telling column is still named by its file.
  return SIGNS.map(([table]) => table).find((table) => file.stem.startsWith(table))
}

interface ServingFile {
  readonly path: string
  readonly read: ReadServing
}

export interface ServingData {
  readonly files: readonly ServingFile[]
  /** Files of the folder that are no serving table. */
  readonly ignored: readonly string[]
  /** Serving tables that cannot be read, with the reason. */
  readonly unreadable: readonly string[]
}

function showFaults(path: string, read: ReadServing, terminal: Terminal): void {
  const faults = read.unused.filter((row) => row.isFault)
  for (const fault of faults.slice(0, MOST_SHOWN)) {
    terminal.err(`${shownPath(path)}:${fault.line}: ${fault.reason}\n`)
  }
  if (faults.length > MOST_SHOWN) terminal.err(`${shownPath(path)}: ${faults.length - MOST_SHOWN} more such rows\n`)
}

async function readOne(file: Container): Promise<Result<ReadServing | undefined>> {
  const found = await readRecords(file)
  // Text is anything until its columns say otherwise.
  if (!found.ok) return file.ending.startsWith('txt') ? ok(undefined) : found
  const records = servingColumns(found.value)
  const table = tableOf(records, file)
  if (!table) return ok(undefined)
  const read = readServingTable(table, records, firstLineOf(file))
  if (read.missingColumns.length > 0) {
    const names = read.missingColumns.join(', ')
    const plural = read.missingColumns.length > 1 ? 's' : ''
    const rows = read.rows === 1 ? '1 row' : `${read.rows} rows`
    return fail(shownPath(file.path), `lacks the column${plural} ${names} (${rows})`, 'Give the public layout')
  }
  return ok(read)
}

export async function readServingData(folder: string, terminal: Terminal): Promise<Result<ServingData>> {
  if (pathKind(folder) !== 'folder')
    return fail(shownPath(folder), 'is not a folder', 'Give a folder of serving tables')
  const inner = join(folder, 'serving')
  const root = pathKind(inner) === 'folder' ? inner : folder
  let names: string[]
  try {
    names = readdirSync(root).sort()
  } catch (error) {
    return ioProblem(root, error)
  }
  const files: ServingFile[] = []
  const ignored: string[] = []
  const unreadable: string[] = []
  for (const name of names) {
    const file = containerOf(root, name)
    if (!file) {
      if (pathKind(join(root, name)) === 'file') ignored.push(name)
      continue
    }
    const read = await readOne(file)
    if (!read.ok) {
      const problem = formatProblem(read.problem)
      terminal.err(`${problem}\n`)
      unreadable.push(problem)
    } else if (read.value === undefined) ignored.push(name)
    else {
      showFaults(file.path, read.value, terminal)
      files.push({ path: file.path, read: read.value })
    }
  }
  const isUsable = files.some(({ read }) => read.points.length > 0)
  if (!isUsable && unreadable.length > 0) {
    const what = unreadable.length === 1 ? 'an unreadable table' : `${unreadable.length} unreadable tables`
    return fail(shownPath(root), `has ${what} (listed above)`, 'Correct or remove them')
  }
  if (files.length === 0) {
    return fail(shownPath(root), 'holds no serving table', 'Give points.csv, trtllm_perf.csv, mlperf….csv …')
  }
  if (!isUsable) {
    return fail(shownPath(root), 'has no usable row', files[0]?.read.unused[0]?.reason ?? 'Give rows')
  }
  return ok({ files, ignored, unreadable })
}
