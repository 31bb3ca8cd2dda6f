/**
 * Kernel tables of a folder (kernelFolders.ts) as measurements. Every row is either used, or counted with the reason why
 * not: a bad row (shown one by one), a class, device or format without a model, a table that is refused because it lacks
 * columns or most of its rows are bad. A file that cannot be read is shown. Only a folder without a usable row is refused.
 */
import { relative } from 'node:path'
import {
  type Accelerator,
  acceleratorByName,
  type Chip,
  completeRecords,
  fail,
  findAccelerator,
  formatProblem,
  type KernelMeasurement,
  ok,
  publicColumns,
  type Result,
  type RowFault,
  readKernelTable,
  TABLES,
  type TableRecord,
  type UncoveredRow,
  uncoveredRows,
} from '@capline/core'
import type { Terminal } from '../terminal.ts'
import { shownPath } from './files.ts'
import { impossibleRows } from './kernelFaults.ts'
import { classNamed, type FindAccelerator, findKernelTables, type TableFile } from './kernelFolders.ts'
import { firstLineOf, readRecords } from './tables.ts'

/** Faulty rows shown one by one; the rest are counted. */
const MOST_SHOWN = 50
/** A table with a larger share of bad rows is bad altogether: another unit, another meaning of a column. */
const MOST_BAD = 0.5

export interface KernelData {
  readonly measurements: readonly KernelMeasurement[]
  readonly uncovered: readonly UncoveredRow[]
  /** Files of the folder that are no kernel table. */
  readonly ignored: readonly string[]
  /** Kernel tables that cannot be read, with the reason. */
  readonly unreadable: readonly string[]
  /** Accelerators that have a folder of their own, as it is named. */
  readonly devices: readonly string[]
  /** By catalogue id. */
  readonly chips: ReadonlyMap<string, Chip>
}

interface KernelDataOptions {
  /** Folders of other accelerators are not read. */
  readonly only?: Accelerator
  /** What the tables' names for accelerators mean; default: the catalogue. */
  readonly find?: FindAccelerator
}

/** What a file gives; `undefined`: it is no kernel table. */
interface TableRows {
  readonly measurements: readonly KernelMeasurement[]
  readonly uncovered: readonly UncoveredRow[]
  /** Bad rows; undefined: the table as a whole is. */
  readonly bad: number | undefined
}

/** The reason of a bad row without its figures, so that like ones are counted together. */
function countable(reason: string): string {
  return `bad: ${reason.replace(/(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?!\w)/gi, '…')}`
}

const asUncovered = (op: string, { line, reason, columns }: RowFault): UncoveredRow => ({
  line,
  op,
  columns,
  reason: countable(reason),
})

class KernelReader {
  readonly chips = new Map<string, Chip>()
  readonly terminal: Terminal
  /** Names in cells, as drivers and people write them. */
  readonly find: FindAccelerator
  /** Names that are certain; where a cell has none, the folder's counts. */
  readonly exact: FindAccelerator

  constructor(terminal: Terminal, exact: FindAccelerator) {
    this.terminal = terminal
    this.exact = exact
    this.find = (name) => exact(name) ?? acceleratorByName(name)
  }

  say(line: string): void {
    this.terminal.err(`${line}\n`)
  }

  show(file: TableFile, faults: readonly RowFault[]): void {
    for (const fault of faults.slice(0, MOST_SHOWN)) {
      this.say(`${shownPath(file.path)}:${fault.line}: ${fault.reason}. ${fault.remedy}`)
    }
    if (faults.length > MOST_SHOWN) this.say(`${shownPath(file.path)}: ${faults.length - MOST_SHOWN} more such rows`)
  }

  /** Rows of one table of a modelled class. */
  rowsOf(file: TableFile & { readonly op: (typeof TABLES)[number] }, records: readonly TableRecord[]): TableRows {
    const { op } = file
    const first = firstLineOf(file)
    const table = readKernelTable(op, records, first, this.find)
    const { missingColumns, columnRemedy } = table
    if (missingColumns.length > 0) {
      const reason = `lacks the ${missingColumns.length > 1 ? 'columns' : 'column'} ${missingColumns.join(', ')}`
      this.say(`${shownPath(file.path)}: ${reason}. ${columnRemedy}`)
      return {
        measurements: [],
        uncovered: uncoveredRows(op, records, `bad: the table ${reason}`, first),
        bad: undefined,
      }
    }
    const bad = impossibleRows(table, this.chips, this.find)
    this.show(file, bad)
    const uncovered = [...table.uncovered, ...bad.map((fault) => asUncovered(op, fault))]
    const lines = new Set(bad.map((fault) => fault.line))
    const good = lines.size === 0 ? table.measurements : table.measurements.filter((row) => !lines.has(row.line))
    if (bad.length <= MOST_BAD * records.length) return { measurements: good, uncovered, bad: bad.length }
    const reason = 'bad: in a table of which most rows are bad'
    const refused = good.map(({ line, columns }) => ({ line, op, columns, reason }))
    return { measurements: [], uncovered: [...uncovered, ...refused], bad: bad.length }
  }

  /** `undefined`: a file without times of calls. */
  async read(file: TableFile): Promise<Result<TableRows | undefined>> {
    const { op } = file
    const isNamed = op !== undefined || /_perf$/i.test(file.stem)
    // Text under another name is anything.
    if (!isNamed && !/^(?:csv|parquet)/.test(file.ending)) return ok(undefined)
    const read = await readRecords(file)
    if (!read.ok) return isNamed ? read : ok(undefined)
    const records = completeRecords(publicColumns(op ?? '', read.value), file.context, this.exact)
    if (op !== undefined) return ok(this.rowsOf({ ...file, op }, records))
    if (!isNamed && !('latency' in (records[0] ?? {}))) return ok(undefined)
    const named = classNamed(file)
    const uncovered = uncoveredRows(named, records, `no model for tables of ${named}`, firstLineOf(file))
    return ok({ measurements: [], uncovered, bad: 0 })
  }
}

export async function readKernelData(
  folder: string,
  terminal: Terminal,
  { only, find = findAccelerator }: KernelDataOptions = {},
): Promise<Result<KernelData>> {
  const reader = new KernelReader(terminal, find)
  const found = findKernelTables(folder, reader.find, only)
  if (!found.ok) return found
  const { root, files, devices } = found.value
  const measurements: KernelMeasurement[] = []
  const uncovered: UncoveredRow[] = []
  const unreadable: string[] = []
  const ignored = [...found.value.ignored]
  let faults = 0
  let broken = 0
  for (const file of files) {
    const read = await reader.read(file)
    if (!read.ok) {
      const problem = formatProblem(read.problem)
      reader.say(problem)
      unreadable.push(problem)
      broken++
    } else if (!read.value) ignored.push(relative(root, file.path))
    else {
      for (const row of read.value.measurements) measurements.push(row)
      for (const row of read.value.uncovered) uncovered.push(row)
      if (read.value.bad === undefined) broken++
      else faults += read.value.bad
    }
  }
  if (measurements.length === 0 && broken + faults > 0) {
    const counted = (n: number, what: string) => (n === 0 ? [] : [`${n} ${what}${n === 1 ? '' : 's'}`])
    const what = [...counted(broken, 'unreadable table'), ...counted(faults, 'bad row')]
    return fail(
      shownPath(root),
      `has ${what.join(' and ')} (listed above), and no usable row`,
      'Correct or remove them',
    )
  }
  const isEmpty = measurements.length === 0 && uncovered.length === 0
  if (isEmpty && (only === undefined || devices.length === 0)) {
    return fail(shownPath(root), 'holds no kernel table', `Give ${TABLES.map((table) => `${table}.csv`).join(', ')} …`)
  }
  return ok({ measurements, uncovered, ignored, unreadable, devices, chips: reader.chips })
}
