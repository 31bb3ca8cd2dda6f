/** What every reader of a serving table does alike: device, model, engine, times in milliseconds, and one place for bad rows. */
import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { count, Fault, isBlank, number, type TableRecord, text, Uncovered } from '../importers/table/cells.ts'
import { show } from '../units/result.ts'
import { acceleratorByName, modelByName } from './names.ts'
import type { ReadServing, ServingEngine, ServingMetric, ServingPoint, ServingTable, UnusedRow } from './point.ts'

/** Longer than any request of a benchmark, and shorter than any step: such a figure is in another unit. */
const LONGEST_S = 6 * 3600
const SHORTEST_TPOT_S = 1e-4
const LONGEST_TPOT_S = 60

const ENGINES: Readonly<Record<string, ServingEngine>> = {
  vllm: 'vllm',
  sglang: 'sglang',
  trtllm: 'trtllm',
  'tensorrt-llm': 'trtllm',
  tensorrtllm: 'trtllm',
  tensorrt_llm: 'trtllm',
  trt: 'trtllm',
  'llama.cpp': 'llama.cpp',
  llamacpp: 'llama.cpp',
}

export function engineOf(record: TableRecord, column: string): ServingEngine {
  const name = text(record, column).toLowerCase()
  const plain = [name, name.replace(/^dynamo-/, '')].find((spelling) => Object.hasOwn(ENGINES, spelling))
  const engine = plain === undefined ? undefined : ENGINES[plain]
  if (!engine) throw new Uncovered(`${column} ${show(text(record, column))} is not modelled`)
  return engine
}

export function modelOf(record: TableRecord, column: string): ModelSpec {
  const name = text(record, column)
  const row = modelByName(name)
  if (!row) throw new Uncovered(`model ${show(name)} is not in the catalogue`)
  return row.spec
}

export function deviceOf(record: TableRecord, column: string): Accelerator {
  const name = text(record, column)
  const accelerator = acceleratorByName(name)
  if (!accelerator) throw new Uncovered(`device ${show(name)} is not in the catalogue`)
  return accelerator
}

/** Milliseconds → seconds; blank: not measured. */
function millisecondsOf(record: TableRecord, column: string): number | undefined {
  if (isBlank(record, column)) return undefined
  const ms = number(record, column)
  if (ms <= 0) throw new Fault(`${column}: ${ms} is not positive`)
  return ms / 1e3
}

export function ttftOf(record: TableRecord, column: string): number | undefined {
  const seconds = millisecondsOf(record, column)
  if (seconds === undefined) return undefined
  if (seconds > LONGEST_S)
    throw new Fault(`${column}: ${seconds * 1e3} ms is over six hours; it must be in milliseconds`)
  if (seconds < SHORTEST_TPOT_S)
    throw new Fault(`${column}: ${seconds * 1e3} ms is shorter than a step; it must be in milliseconds`)
  return seconds
}

export function tpotOf(record: TableRecord, column: string): number | undefined {
  const seconds = millisecondsOf(record, column)
  if (seconds === undefined) return undefined
  if (seconds < SHORTEST_TPOT_S)
    throw new Fault(`${column}: ${seconds * 1e3} ms is shorter than a step; it must be in milliseconds`)
  if (seconds > LONGEST_TPOT_S)
    throw new Fault(`${column}: ${seconds * 1e3} ms is over a minute per token; it must be in milliseconds`)
  return seconds
}

/** Names one groups by: the catalogue's where it knows them, else the table's own. */
export function namedAs(record: TableRecord, modelColumn: string, deviceColumn: string) {
  const model = text(record, modelColumn)
  const device = text(record, deviceColumn)
  return { model: modelByName(model)?.spec.id ?? model, device: acceleratorByName(device)?.id ?? device }
}

export const tokensOf = (record: TableRecord, column: string): number => count(record, column)

/** All columns as text, and the names one groups by beside them. */
export function columnsOf(record: TableRecord, own: Readonly<Record<string, string>>): Record<string, string> {
  const columns: Record<string, string> = {}
  for (const name of Object.keys(record)) columns[name] = text(record, name)
  return { ...columns, ...own }
}

export interface RowReader {
  readonly table: ServingTable
  /** Each entry: one of these columns must be there. */
  readonly required: readonly (readonly string[])[]
  /** Names one groups by, as far as a bad row has them. */
  readonly names: (record: TableRecord) => Record<string, string>
  readonly metrics: (record: TableRecord) => readonly ServingMetric[]
  readonly point: (record: TableRecord, line: number) => ServingPoint
}

export function readRows(reader: RowReader, records: readonly TableRecord[], firstLine: number): ReadServing {
  const points: ServingPoint[] = []
  const unused: UnusedRow[] = []
  const known = new Set(Object.keys(records[0] ?? {}))
  const missingColumns =
    records.length === 0
      ? []
      : reader.required.filter((names) => !names.some((name) => known.has(name))).map((names) => names.join(' or '))
  const { table } = reader
  if (missingColumns.length > 0) return { table, rows: records.length, points, unused, missingColumns }
  records.forEach((record, i) => {
    const line = firstLine + i
    try {
      points.push(reader.point(record, line))
    } catch (error) {
      if (!(error instanceof Fault || error instanceof Uncovered)) throw error
      const id = text(record, 'id') || `line ${line}`
      unused.push({
        line,
        id,
        reason: error.message,
        isFault: error instanceof Fault,
        metrics: reader.metrics(record),
        columns: columnsOf(record, reader.names(record)),
      })
    }
  })
  return { table, rows: records.length, points, unused, missingColumns }
}
