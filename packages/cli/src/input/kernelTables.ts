/**
 * Kernel tables of a folder: `gemm.csv`, `gemm.csv.gz` or `gemm.parquet` (also `gemm_perf.parquet`), one file per operator
 * class; a subfolder `kernels` is entered. Reports every bad row before it gives up.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  breachOf,
  type Chip,
  chipOf,
  fail,
  findAccelerator,
  formatProblem,
  type KernelMeasurement,
  ok,
  parseCsv,
  type ReadTable,
  type Result,
  type RowFault,
  readKernelTable,
  TABLES,
  type TableName,
  type TableRecord,
  type UncoveredRow,
} from '@capline/core'
import type { Terminal } from '../terminal.ts'
import { ioProblem, pathKind, shownPath } from './files.ts'

/** Faulty rows shown one by one; the rest are counted. */
const MOST_SHOWN = 50

export interface KernelData {
  readonly measurements: readonly KernelMeasurement[]
  readonly uncovered: readonly UncoveredRow[]
  /** Files of the folder that are no kernel table. */
  readonly ignored: readonly string[]
  /** By catalogue id. */
  readonly chips: ReadonlyMap<string, Chip>
}

interface TableFile {
  readonly op: TableName
  readonly path: string
  readonly kind: 'csv' | 'csv.gz' | 'parquet'
}

function tableFile(folder: string, name: string): TableFile | undefined {
  const match = /^(.+?)(?:_perf)?\.(csv|csv\.gz|parquet)$/.exec(name)
  const op = TABLES.find((table) => table === match?.[1])
  return op ? { op, path: join(folder, name), kind: match?.[2] as TableFile['kind'] } : undefined
}

async function readParquet(bytes: Uint8Array): Promise<TableRecord[]> {
  const [{ parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ])
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  return (await parquetReadObjects({ file, compressors })) as TableRecord[]
}

async function readTable(file: TableFile): Promise<Result<ReadTable>> {
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
  const table = readKernelTable(file.op, records, file.kind === 'parquet' ? 1 : 2)
  if (table.missingColumns.length > 0) {
    const names = table.missingColumns.join(', ')
    return fail(
      shownPath(file.path),
      `lacks the column${names.includes(',') ? 's' : ''} ${names}`,
      'Give the public layout',
    )
  }
  return ok(table)
}

/** More than this share of far too slow rows: not odd kernels but another unit. */
const WRONG_UNIT_SHARE = 1 / 3

/** Rows no device can have produced: five times faster than a roof, or, when many are, a hundred times too slow. */
function impossible(table: ReadTable, chips: Map<string, Chip>): RowFault[] {
  const faults: RowFault[] = []
  const slow: RowFault[] = []
  for (const row of table.measurements) {
    let chip = chips.get(row.deviceId)
    if (!chip) {
      const accelerator = findAccelerator(row.deviceId)
      chip = accelerator && chipOf(accelerator)
      if (!chip) continue
      chips.set(row.deviceId, chip)
    }
    const breach = breachOf(row.query, row.seconds, chip)
    const figure = `latency: ${row.seconds * 1e3} ms`
    if (breach?.isImpossible) {
      faults.push({ line: row.line, reason: `${figure} is ${breach.rule.replaceAll('-', ' ')} by over five times` })
    } else if (breach?.rule === 'over-a-hundred-times-slow') {
      slow.push({
        line: row.line,
        reason: `${figure} is ${breach.rule.replaceAll('-', ' ')}; the column must be in milliseconds`,
      })
    }
  }
  return slow.length > WRONG_UNIT_SHARE * table.measurements.length ? [...faults, ...slow] : faults
}

export async function readKernelData(folder: string, terminal: Terminal): Promise<Result<KernelData>> {
  if (pathKind(folder) !== 'folder') return fail(shownPath(folder), 'is not a folder', 'Give a folder of kernel tables')
  const inner = join(folder, 'kernels')
  const root = pathKind(inner) === 'folder' ? inner : folder
  let names: string[]
  try {
    names = readdirSync(root).sort()
  } catch (error) {
    return ioProblem(root, error)
  }
  const files = names.flatMap((name) => tableFile(root, name) ?? [])
  const ignored = names.filter((name) => !tableFile(root, name) && pathKind(join(root, name)) === 'file')
  if (files.length === 0) {
    return fail(shownPath(root), 'holds no kernel table', `Give ${TABLES.map((table) => `${table}.csv`).join(', ')} …`)
  }
  const measurements: KernelMeasurement[] = []
  const uncovered: UncoveredRow[] = []
  const chips = new Map<string, Chip>()
  let faults = 0
  let broken = 0
  for (const file of files) {
    const table = await readTable(file)
    if (!table.ok) {
      terminal.err(`${formatProblem(table.problem)}\n`)
      broken++
      continue
    }
    const bad = [...table.value.faults, ...impossible(table.value, chips)].sort((a, b) => a.line - b.line)
    for (const fault of bad.slice(0, MOST_SHOWN))
      terminal.err(`${shownPath(file.path)}:${fault.line}: ${fault.reason}\n`)
    if (bad.length > MOST_SHOWN) terminal.err(`${shownPath(file.path)}: ${bad.length - MOST_SHOWN} more such rows\n`)
    faults += bad.length
    for (const row of table.value.measurements) measurements.push(row)
    for (const row of table.value.uncovered) uncovered.push(row)
  }
  if (broken > 0 || faults > 0) {
    const what = [broken > 0 ? `${broken} unreadable tables` : '', faults > 0 ? `${faults} bad rows` : ''].filter(
      Boolean,
    )
    return fail(shownPath(root), `has ${what.join(' and ')} (listed above)`, 'Correct or remove them')
  }
  return ok({ measurements, uncovered, ignored, chips })
}
