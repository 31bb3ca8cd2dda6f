/**
 * Columns of a serving table as other runs write them → those of the public layouts: other cases and separators, and other
 * names of one thing (`ttft_ms`, `framework`, `gpu`). A column that is there wins over another name of it. No unit is
 * guessed: only names that say milliseconds count as times.
 */
import { foldColumn, type TableRecord } from '../importers/table/cells.ts'

/** Public name → other names of it, best first. */
const POINTS: Readonly<Record<string, readonly string[]>> = {
  backend: ['framework', 'engine'],
  backend_version: ['framework_version', 'engine_version', 'version'],
  model_path: ['model', 'model_name', 'hf_model'],
  system: ['gpu', 'device', 'hardware', 'accelerator'],
  precision: ['dtype', 'quantization'],
  isl: ['input_len', 'input_tokens', 'prompt_tokens'],
  osl: ['output_len', 'output_tokens'],
  batch_size: ['concurrency', 'max_concurrency'],
  tp_size: ['tp'],
  pp_size: ['pp'],
  attention_dp_size: ['attention_dp', 'dp_attention_size'],
  moe_ep_size: ['ep_size', 'ep'],
  silicon_ttft_ms: ['ttft_ms', 'mean_ttft_ms', 'median_ttft_ms'],
  silicon_tpot_ms: ['tpot_ms', 'mean_tpot_ms', 'median_tpot_ms', 'mean_itl_ms'],
}

/** Names that make another table of what would else be points. */
const OTHER_TABLES = ['qps', 'metric', 'scenario']

/** Public name ← as written, where they differ. */
function renamings(columns: readonly string[]): (readonly [string, string])[] {
  const there = new Set(columns)
  const out: (readonly [string, string])[] = []
  const add = (from: string, to: string) => {
    if (there.has(to)) return
    there.add(to)
    out.push([from, to])
  }
  for (const from of columns) add(from, foldColumn(from))
  const folded = new Map(columns.map((name) => [foldColumn(name), name]))
  if (OTHER_TABLES.some((name) => folded.has(name))) return out
  for (const [to, names] of Object.entries(POINTS)) {
    const from = names.find((name) => folded.has(name))
    if (from !== undefined) add(folded.get(from) as string, to)
  }
  return out
}

export function servingColumns(records: readonly TableRecord[]): readonly TableRecord[] {
  const changes = renamings(Object.keys(records[0] ?? {}))
  if (changes.length === 0) return records
  return records.map((record) => {
    const out: Record<string, unknown> = { ...record }
    for (const [from, to] of changes) out[to] = record[from]
    return out
  })
}
