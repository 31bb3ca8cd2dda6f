/** Kernel tables of a folder (kernelFolders.ts) as measurements. Reports every bad row before it gives up. */
import {
  type Accelerator,
  type Chip,
  completeRecords,
  fail,
  findAccelerator,
  formatProblem,
  type KernelMeasurement,
  ok,
  type ReadTable,
  type Result,
  readKernelTable,
  TABLES,
  type UncoveredRow,
} from '@capline/core'
import type { Terminal } from '../terminal.ts'
import { shownPath } from './files.ts'
import { impossibleRows } from './kernelFaults.ts'
import { type FindAccelerator, findKernelTables, type TableFile } from './kernelFolders.ts'
import { firstLineOf, readRecords } from './tables.ts'

/** Faulty rows shown one by one; the rest are counted. */
const MOST_SHOWN = 50

export interface KernelData {
  readonly measurements: readonly KernelMeasurement[]
  readonly uncovered: readonly UncoveredRow[]
  /** Files of the folder that are no kernel table. */
  readonly ignored: readonly string[]
  /** Accelerators that have a folder of their own, as it is named. */
  readonly devices: readonly string[]
  /** By catalogue id. */
  readonly chips: ReadonlyMap<string, Chip>
}

export interface KernelDataOptions {
  /** Folders of other accelerators are not read. */
  readonly only?: Accelerator
  /** What the tables' names for accelerators mean; default: the catalogue. */
  readonly find?: FindAccelerator
}

async function readTable(file: TableFile, find: FindAccelerator): Promise<Result<ReadTable>> {
  const read = await readRecords(file)
  if (!read.ok) return read
  const table = readKernelTable(file.op, completeRecords(read.value, file.context, find), firstLineOf(file), find)
  if (table.missingColumns.length > 0) {
    const columns = table.missingColumns.length > 1 ? 'columns' : 'column'
    return fail(shownPath(file.path), `lacks the ${columns} ${table.missingColumns.join(', ')}`, table.columnRemedy)
  }
  return ok(table)
}

export async function readKernelData(
  folder: string,
  terminal: Terminal,
  { only, find = findAccelerator }: KernelDataOptions = {},
): Promise<Result<KernelData>> {
  const found = findKernelTables(folder, find, only)
  if (!found.ok) return found
  const { root, files, ignored, devices } = found.value
  if (files.length === 0 && devices.length === 0) {
    return fail(shownPath(root), 'holds no kernel table', `Give ${TABLES.map((table) => `${table}.csv`).join(', ')} …`)
  }
  const measurements: KernelMeasurement[] = []
  const uncovered: UncoveredRow[] = []
  const chips = new Map<string, Chip>()
  let faults = 0
  let broken = 0
  for (const file of files) {
    const table = await readTable(file, find)
    if (!table.ok) {
      terminal.err(`${formatProblem(table.problem)}\n`)
      broken++
      continue
    }
    const bad = impossibleRows(table.value, chips, find)
    for (const fault of bad.slice(0, MOST_SHOWN))
      terminal.err(`${shownPath(file.path)}:${fault.line}: ${fault.reason}. ${fault.remedy}\n`)
    if (bad.length > MOST_SHOWN) terminal.err(`${shownPath(file.path)}: ${bad.length - MOST_SHOWN} more such rows\n`)
    faults += bad.length
    for (const row of table.value.measurements) measurements.push(row)
    for (const row of table.value.uncovered) uncovered.push(row)
  }
  if (broken > 0 || faults > 0) {
    const counted = (n: number, what: string) => (n === 0 ? [] : [`${n} ${what}${n === 1 ? '' : 's'}`])
    const what = [...counted(broken, 'unreadable table'), ...counted(faults, 'bad row')]
    return fail(shownPath(root), `has ${what.join(' and ')} (listed above)`, 'Correct or remove them')
  }
  return ok({ measurements, uncovered, ignored, devices, chips })
}
