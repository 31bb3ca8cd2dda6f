/**
 * Columns as other collectors write them → those of the public layout (measurement.ts): other cases and separators, other
 * names of one thing, and times whose name says another unit (`latency_us`), which are turned into milliseconds. A name
 * that leaves the unit open is taken for what the public layout says, milliseconds. Nothing else of a row is touched.
 */
import { foldColumn, type TableRecord, text } from '../table/cells.ts'

/** Milliseconds in one of the unit. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, us: 1e-3, ns: 1e-6, s: 1e3 }
/** `latency_us`, `time (ms)`, `duration_ns`, `latency_mean_us`. */
const TIME = /^(?:latency|time|duration|elapsed)(?:_(?:mean|avg|median))?_(ms|us|ns|s)$/

const DTYPE: Readonly<Record<string, string>> = {
  gemm: 'gemm_dtype',
  context_attention: 'attn_dtype',
  generation_attention: 'attn_dtype',
  context_mla: 'mla_dtype',
  generation_mla: 'mla_dtype',
  moe: 'moe_dtype',
  nccl: 'nccl_dtype',
  custom_allreduce: 'allreduce_dtype',
}

/** Other names, folded → the public one; a column already there wins. */
const NAMES: Readonly<Record<string, string>> = {
  gpu: 'device',
  system: 'device',
  gpu_name: 'device',
  device_name: 'device',
  accelerator: 'device',
  engine: 'backend_name',
  kernel: 'kernel_source',
  batch: 'batch_size',
  bs: 'batch_size',
  num_q_heads: 'num_heads',
  num_attention_heads: 'num_heads',
  n_heads: 'num_heads',
  num_kv_heads: 'num_key_value_heads',
  n_kv_heads: 'num_key_value_heads',
  head_size: 'head_dim',
  kv_dtype: 'kv_cache_dtype',
  kvcache_dtype: 'kv_cache_dtype',
  sliding_window: 'window_size',
  prefix: 'step',
  past_kv_len: 'step',
  past_tokens: 'step',
  tokens: 'num_tokens',
  intermediate_size: 'inter_size',
  top_k: 'topk',
  experts: 'num_experts',
  tp: 'moe_tp_size',
  ep: 'moe_ep_size',
  moe_tp: 'moe_tp_size',
  moe_ep: 'moe_ep_size',
  num_ranks: 'num_gpus',
  world_size: 'num_gpus',
  op: 'op_name',
}

interface Renaming {
  readonly from: string
  readonly to: string
  /** Of a time that is not in milliseconds. */
  readonly factor: number
}

function renamings(op: string, columns: readonly string[]): Renaming[] {
  const there = new Set(columns)
  const out: Renaming[] = []
  const add = (from: string, to: string, factor = 1) => {
    if (from === to || there.has(to)) return
    there.add(to)
    out.push({ from, to, factor })
  }
  for (const from of columns) add(from, foldColumn(from))
  for (const from of columns) {
    const name = foldColumn(from)
    const unit = TIME.exec(name)?.[1]
    if (unit !== undefined) add(from, 'latency', UNITS[unit])
    else if (Object.hasOwn(NAMES, name)) add(from, NAMES[name] as string)
    else if ((name === 'dtype' || name === 'quant_mode') && DTYPE[op] !== undefined) add(from, DTYPE[op] as string)
  }
  return out
}

/** A cell that is no number stays as it is: its row is reported later. */
function inMilliseconds(cell: unknown, factor: number): unknown {
  const raw = text({ cell }, 'cell')
  const value = raw === '' ? Number.NaN : Number(raw)
  return factor === 1 || !Number.isFinite(value) ? cell : Number((value * factor).toPrecision(15))
}

export function publicColumns(op: string, records: readonly TableRecord[]): readonly TableRecord[] {
  const changes = renamings(op, Object.keys(records[0] ?? {}))
  if (changes.length === 0) return records
  return records.map((record) => {
    const out: Record<string, unknown> = { ...record }
    for (const { from, to, factor } of changes) out[to] = inMilliseconds(record[from], factor)
    return out
  })
}
