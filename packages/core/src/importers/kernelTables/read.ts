/**
 * Reads kernel tables: records (from CSV or parquet) become measurements. A missing column stops the table; a cell that
 * cannot be (not a number, negative, a batch of zero, a latency no kernel of that size can have) is a fault of its row;
 * a device or format nobody modelled leaves the row uncovered. Nothing is skipped without a word.
 */
import { type Accelerator, findAccelerator } from '../../catalog/accelerators/index.ts'
import type { CollectiveOp, KernelQuery } from '../../cost/kernels/query.ts'
import { show } from '../../units/result.ts'
import { count, Fault, isBlank, number, type TableRecord, text, Uncovered } from '../table/cells.ts'
import {
  formatWord,
  type KernelMeasurement,
  MESSAGE_BYTES,
  type ReadTable,
  type RowFault,
  type TableName,
  tableFormat,
  type UncoveredRow,
} from './measurement.ts'

/** A table that names no kernel or engine is priced by whichever was measured most. */
const COMMON = ['device', 'latency']
const ATTENTION = ['batch_size', 'isl', 'num_heads']
const DECODE = [...ATTENTION, 'step']
const REQUIRED: Readonly<Record<TableName, readonly string[]>> = {
  gemm: ['gemm_dtype', 'm', 'n', 'k'],
  context_attention: [...ATTENTION, 'num_key_value_heads', 'head_dim', 'attn_dtype', 'kv_cache_dtype'],
  generation_attention: [...DECODE, 'num_key_value_heads', 'head_dim', 'kv_cache_dtype'],
  context_mla: [...ATTENTION, 'kv_cache_dtype'],
  generation_mla: [...DECODE, 'kv_cache_dtype'],
  moe: ['moe_dtype', 'num_tokens', 'hidden_size', 'inter_size', 'topk', 'num_experts', 'distribution'],
  nccl: ['op_name', 'nccl_dtype', 'num_gpus', 'message_size'],
  custom_allreduce: ['allreduce_dtype', 'num_gpus', 'message_size'],
}

/** Shorter than any launch: such a figure is not in milliseconds. */
const SHORTEST_MS = 5e-4
const LONGEST_MS = 6e5
const COLLECTIVES: readonly CollectiveOp[] = ['all_reduce', 'all_gather', 'reduce_scatter', 'alltoall']

/** `AllReduce`, `all-reduce`, `alltoall_perf` and `all_to_all` are the table's own names, written otherwise. */
function collectiveWord(name: string): string {
  const letters = name.toLowerCase().replace(/[^a-z]|perf$/g, '')
  return COLLECTIVES.find((known) => known.replaceAll('_', '') === letters) ?? name
}

/** Absent, empty, zero and negative all mean: no window. */
function windowOf(record: TableRecord): number {
  return isBlank(record, 'window_size') ? 0 : Math.max(0, number(record, 'window_size'))
}

/** Absent, empty and zero: the tables leave a column out that would hold no prefix. */
const prefixOf = (record: TableRecord): number => (isBlank(record, 'step') ? 0 : count(record, 'step', 0))

/** A size that tables leave out where it is one. */
const ranksOf = (record: TableRecord, column: string): number => (isBlank(record, column) ? 1 : count(record, column))

/** An 8-bit cache is one byte a value, whatever its format. */
function narrow(record: TableRecord, column: string): 'bfloat16' | 'fp8' {
  const name = text(record, column)
  const word = formatWord(name)
  if (word === 'bfloat16' || word === 'auto') return 'bfloat16'
  if (word === 'fp8' || word.startsWith('fp8_') || (word === 'int8' && column === 'kv_cache_dtype')) return 'fp8'
  throw new Uncovered(`${column} ${show(name)} is not modelled`)
}

function formatOf(record: TableRecord, column: string) {
  const format = tableFormat(text(record, column))
  if (!format) throw new Uncovered(`${column} ${show(text(record, column))} is not modelled`)
  return format
}

function alphaOf(record: TableRecord): number {
  const name = text(record, 'distribution').toLowerCase()
  if (name === 'balanced' || name === 'uniform') return 0
  const match = /^power_law_(\d+(?:\.\d+)?)$/.exec(name)
  if (!match) throw new Uncovered(`distribution ${show(name)} is not modelled`)
  return Number(match[1])
}

function queryOf(op: TableName, record: TableRecord): KernelQuery {
  const replayed = true
  switch (op) {
    case 'gemm':
      return {
        kind: 'gemm',
        m: count(record, 'm'),
        n: count(record, 'n'),
        k: count(record, 'k'),
        format: formatOf(record, 'gemm_dtype'),
        replayed,
      }
    case 'context_attention':
    case 'generation_attention': {
      const qHeads = count(record, 'num_heads')
      const kvHeads = count(record, 'num_key_value_heads', 0) || qHeads
      const head = { batch: count(record, 'batch_size'), qHeads, kvHeads, headDim: count(record, 'head_dim') }
      const shared = { ...head, window: windowOf(record), kv: narrow(record, 'kv_cache_dtype'), replayed }
      const newTokens = count(record, 'isl')
      const prefixTokens = prefixOf(record)
      return op === 'generation_attention'
        ? { kind: 'decodeAttention', ...shared, contextTokens: prefixTokens + newTokens }
        : { kind: 'prefillAttention', ...shared, newTokens, prefixTokens, format: narrow(record, 'attn_dtype') }
    }
    case 'context_mla':
    case 'generation_mla':
      return {
        kind: 'mla',
        phase: op === 'context_mla' ? 'prefill' : 'decode',
        batch: count(record, 'batch_size'),
        heads: count(record, 'num_heads'),
        newTokens: count(record, 'isl'),
        prefixTokens: prefixOf(record),
        kv: narrow(record, 'kv_cache_dtype'),
        replayed,
      }
    case 'moe':
      return {
        kind: 'moe',
        tokens: count(record, 'num_tokens'),
        hidden: count(record, 'hidden_size'),
        inter: count(record, 'inter_size'),
        topK: count(record, 'topk'),
        experts: count(record, 'num_experts'),
        tp: ranksOf(record, 'moe_tp_size'),
        ep: ranksOf(record, 'moe_ep_size'),
        alpha: alphaOf(record),
        gated: !text(record, 'kernel_source').includes('nongated'),
        format: formatOf(record, 'moe_dtype'),
        replayed,
      }
    case 'nccl':
    case 'custom_allreduce': {
      const dtype = text(record, op === 'nccl' ? 'nccl_dtype' : 'allreduce_dtype')
      const word = formatWord(dtype)
      const elementBytes = Object.hasOwn(MESSAGE_BYTES, word) ? MESSAGE_BYTES[word] : undefined
      if (!elementBytes) throw new Uncovered(`message format ${show(dtype)} is not modelled`)
      const name = op === 'nccl' ? collectiveWord(text(record, 'op_name')) : 'all_reduce'
      const collective = COLLECTIVES.find((known) => known === name)
      if (!collective) throw new Uncovered(`op_name ${show(text(record, 'op_name'))} is not modelled`)
      return {
        kind: 'collective',
        op: collective,
        bytes: count(record, 'message_size') * elementBytes,
        gpus: count(record, 'num_gpus', 2),
        custom: op === 'custom_allreduce',
      }
    }
  }
}

function latencyOf(record: TableRecord): number {
  const ms = number(record, 'latency')
  if (ms <= 0) throw new Fault(`latency: ${ms} is not positive`)
  if (ms < SHORTEST_MS)
    throw new Fault(`latency: ${ms} ms is shorter than a launch; the column must be in milliseconds`)
  if (ms > LONGEST_MS) throw new Fault(`latency: ${ms} ms is over ten minutes; the column must be in milliseconds`)
  return ms / 1e3
}

const DTYPE_COLUMNS = ['gemm_dtype', 'moe_dtype', 'attn_dtype', 'mla_dtype', 'nccl_dtype', 'allreduce_dtype']

/** All columns as text, with `op`, `dtype` and `backend` under the names one groups by. */
function columnsOf(op: string, record: TableRecord): Record<string, string> {
  const columns: Record<string, string> = { op }
  for (const name of Object.keys(record)) columns[name] = text(record, name)
  const dtype = DTYPE_COLUMNS.map((name) => columns[name]).find((value) => value !== undefined && value !== '') ?? ''
  return { ...columns, op, dtype, backend: columns.backend_name ?? '', kernel: columns.kernel_source ?? '' }
}

const REMEDIES: Readonly<Record<string, string>> = {
  latency: 'Give the time of one call in milliseconds',
}

/** Messages of faults open with the column. */
function faultOf(line: number, op: TableName, record: TableRecord, reason: string): RowFault {
  const column = /^(\w+): /.exec(reason)?.[1] ?? ''
  const remedy = REMEDIES[column] ?? 'Correct the cell or remove the row'
  return { line, column, value: text(record, column), reason, remedy, columns: columnsOf(op, record) }
}

/** A time under another name is most often in another unit. */
function columnRemedy(known: ReadonlySet<string>, missing: readonly string[], wanted: readonly string[]): string {
  const time = missing.includes('latency') ? [...known].find((name) => /latency|time|_us$|_ms$/i.test(name)) : undefined
  const hint = time === undefined ? '' : ` (${show(time)} is there: is it latency, and in milliseconds?)`
  return `Give the public layout: ${wanted.join(', ')}${hint}`
}

/** Rows nobody prices, each for the same reason: of a class without a model, or of a table that is refused. */
export function uncoveredRows(
  op: string,
  records: readonly TableRecord[],
  reason: string,
  firstLine = 2,
): UncoveredRow[] {
  return records.map((record, i) => ({ line: firstLine + i, reason, op, columns: columnsOf(op, record) }))
}

/** `firstLine`: the line number of the first record; `find`: the accelerator a table's name for it means. */
export function readKernelTable(
  op: TableName,
  records: readonly TableRecord[],
  firstLine = 2,
  find: (name: string) => Accelerator | undefined = findAccelerator,
): ReadTable {
  const measurements: KernelMeasurement[] = []
  const uncovered: UncoveredRow[] = []
  const faults: RowFault[] = []
  const known = new Set(Object.keys(records[0] ?? {}))
  const wanted = [...COMMON, ...REQUIRED[op]]
  const missingColumns = records.length === 0 ? [] : wanted.filter((name) => !known.has(name))
  const read = { op, measurements, uncovered, faults, missingColumns }
  if (missingColumns.length > 0) return { ...read, columnRemedy: columnRemedy(known, missingColumns, wanted) }
  records.forEach((record, i) => {
    const line = firstLine + i
    try {
      const seconds = latencyOf(record)
      const query = queryOf(op, record)
      const device = text(record, 'device')
      const accelerator = device === '' ? undefined : find(device)
      if (device === '') throw new Uncovered('no device is named: neither the column device nor a folder does')
      if (!accelerator) throw new Uncovered(`device ${show(device)} is not in the catalogue`)
      const columns = columnsOf(op, record)
      measurements.push({
        op,
        device,
        deviceId: accelerator.id,
        backend: columns.backend_name ?? '',
        backendVersion: columns.backend_version ?? '',
        kernel: columns.kernel_source ?? '',
        dtype: columns.dtype ?? '',
        query,
        seconds,
        line,
        columns,
      })
    } catch (error) {
      if (error instanceof Fault) faults.push(faultOf(line, op, record, error.message))
      else if (error instanceof Uncovered)
        uncovered.push({ line, reason: error.message, op, columns: columnsOf(op, record) })
      else throw error
    }
  })
  return { ...read, columnRemedy: '' }
}
