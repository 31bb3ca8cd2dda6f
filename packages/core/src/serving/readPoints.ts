/**
 * `points.csv`: NVIDIA AIConfigurator's silicon samples (Apache-2.0). One row per configuration; TTFT and TPOT in ms;
 * `batch_size` is the concurrency an aggregated deployment was held at; a disaggregated one has its pools, and
 * `decode_batch_size` is the concurrency per attention rank of a decode worker. An empty precision is 16 bit.
 */
import { engineProfile } from '../engine/profile.ts'
import { count, Fault, isBlank, type TableRecord, text, Uncovered } from '../importers/table/cells.ts'
import { show } from '../units/result.ts'
import {
  columnsOf,
  deviceOf,
  engineOf,
  modelOf,
  namedAs,
  type RowReader,
  readRows,
  tokensOf,
  tpotOf,
  ttftOf,
} from './common.ts'
import { formatsOf, isKnownPrecision, type PrecisionWords, refinedWords } from './formats.ts'
import { LAYOUT_COLUMNS, layoutOf, layoutProblem, linkedDevices, poolColumns } from './layoutColumns.ts'
import { weightsFit } from './memory.ts'
import {
  ONE_WORKER,
  type ReadServing,
  regimeOf,
  type ServingMetric,
  type ServingPoint,
  type ServingPool,
  worldOf,
} from './point.ts'

const CONCURRENCY = ['batch_size', 'concurrency']

function modeOf(record: TableRecord): ServingPoint['mode'] {
  const mode = text(record, 'mode')
  if (mode === 'agg' || mode === 'aggregated' || mode === '') return 'aggregated'
  if (mode === 'disagg' || mode === 'disaggregated') return 'disaggregated'
  throw new Fault(`mode: ${show(mode)} is neither agg nor disagg`)
}

function wordsOf(record: TableRecord): PrecisionWords {
  const [precision, gemm, moe] = [
    text(record, 'precision'),
    text(record, 'gemm_quant_mode'),
    text(record, 'moe_quant_mode'),
  ]
  const strange = [precision, gemm, moe].find((word) => !isKnownPrecision(word))
  if (strange !== undefined) throw new Uncovered(`precision ${show(strange)} is not modelled`)
  return { precision, gemm, moe }
}

/**
 * Lengths of InferenceX runs (the public dashboard most rows come from) are drawn evenly from 0.8 to 1 times the nominal
 * ones: its client is called with a random_range_ratio of 0.8. Its rows carry the day they were measured, or come from
 * comparisons with them; rows without a source are told by its three pairs of lengths. All other runs: fixed lengths.
 */
const SPREAD = 0.2
const INFERENCE_X = /measured=|(?:^|=)[\w.-]+-gap-analysis\.csv/
const PAIRS: ReadonlySet<string> = new Set(['1024/1024', '1024/8192', '8192/1024'])

function spreadOf(record: TableRecord, promptTokens: number, outputTokens: number): number {
  const source = isBlank(record, 'silicon_data_source') ? undefined : text(record, 'silicon_data_source')
  const isDrawn = source === undefined ? PAIRS.has(`${promptTokens}/${outputTokens}`) : INFERENCE_X.test(source)
  return isDrawn ? SPREAD : 0
}

const namesOf = (record: TableRecord): Record<string, string> => ({
  engine: text(record, 'backend'),
  version: text(record, 'backend_version'),
  ...namedAs(record, 'model_path', 'system'),
  precision: text(record, 'precision'),
  mode: text(record, 'mode'),
  regime: '',
  source: 'points',
})

function pointOf(record: TableRecord, line: number): ServingPoint {
  const measured = {
    ttft: ttftOf(record, 'silicon_ttft_ms'),
    tpot: tpotOf(record, 'silicon_tpot_ms'),
  }
  const longest = { prompt: tokensOf(record, 'isl'), output: tokensOf(record, 'osl') }
  const lengthSpread = spreadOf(record, longest.prompt, longest.output)
  const mean = (tokens: number) => Math.round(tokens * (1 - lengthSpread / 2))
  const mode = modeOf(record)
  const engine = engineOf(record, 'backend')
  const words = refinedWords(wordsOf(record), text(record, 'model_path'))
  const model = modelOf(record, 'model_path')
  const accelerator = deviceOf(record, 'system')
  const profile = engineProfile(engine)
  const formats = formatsOf(words, model, accelerator, (bits) => bits <= profile.narrowCacheUpToBits)
  const id = text(record, 'id') || `line ${line}`
  const facts = {
    id,
    linked: linkedDevices(accelerator),
    holds: (devices: number) => weightsFit(model, formats, accelerator, devices),
  }
  const layoutFrom = (columns: typeof LAYOUT_COLUMNS) => {
    const layout = layoutOf(record, columns, facts)
    const problem = layoutProblem(layout, model)
    if (problem) throw new Uncovered(`impossible layout: ${problem}`)
    return layout
  }
  const shared = {
    id,
    line,
    source: 'points' as const,
    engine,
    engineVersion: text(record, 'backend_version'),
    model: model.id,
    accelerator: accelerator.id,
    mode,
    client: 'server' as const,
    promptTokens: mean(longest.prompt),
    outputTokens: mean(longest.output),
    lengthSpread,
    formats,
    measured: {
      ...(measured.ttft === undefined ? {} : { ttftS: measured.ttft }),
      ...(measured.tpot === undefined ? {} : { tpotS: measured.tpot }),
    },
  }
  if (mode === 'aggregated') {
    const column = CONCURRENCY.find((name) => !isBlank(record, name)) ?? 'batch_size'
    const load = { kind: 'concurrency' as const, requests: count(record, column) }
    const layout = layoutFrom(LAYOUT_COLUMNS)
    return {
      ...shared,
      load,
      layout,
      columns: columnsOf(record, {
        ...namesOf(record),
        regime: regimeOf(load, layout.attentionDp),
        layout: `tp${layout.tp} dp${layout.attentionDp} pp${layout.pp} moe ${layout.moeTp}x${layout.moeEp}`,
      }),
    }
  }
  const poolOf = (pool: 'prefill' | 'decode'): ServingPool => {
    if (isBlank(record, `${pool}_num_workers`)) throw new Uncovered(`disaggregated without ${pool}_num_workers`)
    return { workers: count(record, `${pool}_num_workers`), layout: layoutFrom(poolColumns(pool)) }
  }
  const prefill = poolOf('prefill')
  const decode = poolOf('decode')
  if (isBlank(record, 'decode_batch_size')) throw new Uncovered('disaggregated without decode_batch_size')
  const load = {
    kind: 'concurrency' as const,
    requests: count(record, 'decode_batch_size') * decode.workers * decode.layout.attentionDp,
  }
  return {
    ...shared,
    load,
    layout: ONE_WORKER,
    prefill,
    decode,
    columns: columnsOf(record, {
      ...namesOf(record),
      regime: regimeOf(load, decode.workers * decode.layout.attentionDp),
      layout: `${prefill.workers}×${worldOf(prefill.layout)} + ${decode.workers}×${worldOf(decode.layout)}`,
    }),
  }
}

const READER: RowReader = {
  table: 'points',
  required: [['backend'], ['model_path'], ['system'], ['isl'], ['osl'], ['silicon_ttft_ms', 'silicon_tpot_ms']],
  names: namesOf,
  metrics: (record) => [
    ...(isBlank(record, 'silicon_tpot_ms') ? [] : (['tpot'] satisfies ServingMetric[])),
    ...(isBlank(record, 'silicon_ttft_ms') ? [] : (['ttft'] satisfies ServingMetric[])),
  ],
  point: pointOf,
}

export function readPoints(records: readonly TableRecord[], firstLine = 2): ReadServing {
  return readRows(READER, records, firstLine)
}
