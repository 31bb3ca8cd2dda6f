/**
 * Measured serving tables of a folder (a subfolder `serving` is entered), whatever their names: their columns say what
 * they are. Bad rows are shown one by one and stay countable; only a folder without a usable row is refused.
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

export interface ServingFile {
  readonly path: string
  readonly read: ReadServing
}

export interface ServingData {
  readonly files: readonly ServingFile[]
  /** Files of the folder that are no serving table. */
  readonly ignored: readonly string[]
}

function showFaults(path: string, read: ReadServing, terminal: Terminal): void {
  const faults = read.unused.filter((row) => row.isFault)
  for (const fault of faults.slice(0, MOST_SHOWN)) {
    terminal.err(`${shownPath(path)}:${fault.line}: ${fault.reason}\n`)
  }
  if (faults.length > MOST_SHOWN) terminal.err(`${shownPath(path)}: ${faults.length - MOST_SHOWN} more such rows\n`)
}

async function readOne(file: Container): Promise<Result<ReadServing | undefined>> {
  const records = await readRecords(file)
  if (!records.ok) return records
  const table = tableOf(records.value, file)
  if (!table) return ok(undefined)
  const read = readServingTable(table, records.value, firstLineOf(file))
  if (read.missingColumns.length > 0) {
    const names = read.missingColumns.join(', ')
    const plural = read.missingColumns.length > 1 ? 's' : ''
    return fail(shownPath(file.path), `lacks the column${plural} ${names}`, 'Give the public layout')
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
  let broken = 0
  for (const name of names) {
    const file = containerOf(root, name)
    if (!file) {
      if (pathKind(join(root, name)) === 'file') ignored.push(name)
      continue
    }
    const read = await readOne(file)
    if (!read.ok) {
      terminal.err(`${formatProblem(read.problem)}\n`)
      broken++
    } else if (read.value === undefined) ignored.push(name)
    else {
      showFaults(file.path, read.value, terminal)
      files.push({ path: file.path, read: read.value })
    }
  }
  if (broken > 0) {
    const what = broken === 1 ? 'an unreadable table' : `${broken} unreadable tables`
    return fail(shownPath(root), `has ${what} (listed above)`, 'Correct or remove them')
  }
  if (files.length === 0) {
    return fail(shownPath(root), 'holds no serving table', 'Give points.csv, trtllm_perf.csv, mlperf….csv …')
  }
  if (files.every(({ read }) => read.points.length === 0)) {
    return fail(shownPath(root), 'has no usable row', files[0]?.read.unused[0]?.reason ?? 'Give rows')
  }
  return ok({ files, ignored })
}
