/**
 * TensorRT-LLM's published performance tables: `trtllm_perf.csv` (requests saturate; `metric` says total, per GPU, or the
 * latency of a first token) and `trtllm_online_serving.csv` (requests arrive at a rate; mean TTFT and inter-token latency).
 * `tp` reads `8`, `TP8`, `EP8` or `DEP8` (attention data-parallel, experts shared out).
 */
import type { ModelSpec } from '../architecture/model.ts'
import { engineProfile } from '../engine/profile.ts'
import { count, Fault, isBlank, number, type TableRecord, text, Uncovered } from '../importers/table/cells.ts'
import { show } from '../units/result.ts'
import { columnsOf, deviceOf, modelOf, namedAs, type RowReader, readRows, tokensOf, tpotOf, ttftOf } from './common.ts'
import { formatsOf, isKnownPrecision } from './formats.ts'
import { layoutProblem } from './layoutColumns.ts'
import {
  type Load,
  type Measured,
  ONE_WORKER,
  type ReadServing,
  regimeOf,
  type ServingLayout,
  type ServingPoint,
} from './point.ts'

const PROFILE = engineProfile('trtllm')

/**
 * Mixtures of the page of version 1.0 ran with `enable_attention_dp` and `--ep`, though its columns say `TP8` ("Running the
 * Benchmark", docs/source/performance/perf-overview.md at 00f3768); later pages write `DEP8`, earlier ones knew no such
 * option. That experts were shared out over all ranks is assumed: the page names `$ep_size` without a figure.
 */
const runsAttentionDp = (record: TableRecord): boolean => /^v?1\.0(?:\D|$)/.test(text(record, 'version'))

/** `TP4` and `4`: tensor-parallel; `DEP4`: attention on whole sequences, experts over the ranks; `EP4`, `TEP4`: both ways. */
function parallelOf(record: TableRecord, isMoe: boolean): ServingLayout {
  const word = text(record, 'tp').toUpperCase()
  const match = /^(TP|EP|TEP|DEP|DTP|DP)?\s*(\d+)$/.exec(word)
  if (!match) throw new Uncovered(`tp ${show(text(record, 'tp'))} names no one layout`)
  const [, kind = 'TP'] = match
  const n = Number(match[2])
  if (n < 1) throw new Fault(`tp: ${n} is no count of ranks`)
  const pp = isBlank(record, 'pp') ? 1 : count(record, 'pp')
  if (kind === 'DP') return { ...ONE_WORKER, dp: n, pp }
  const isMixed = kind === 'TP' && isMoe && runsAttentionDp(record)
  const isData = isMixed || kind.startsWith('D')
  const isExpert = isMixed || kind.endsWith('EP')
  return {
    ...ONE_WORKER,
    pp,
    tp: isData ? 1 : n,
    attentionDp: isData ? n : 1,
    moeTp: isMoe && !isExpert ? n : 1,
    moeEp: isExpert ? n : 1,
  }
}

const isMoe = (model: ModelSpec) => model.stack.kinds.some(({ ffn }) => ffn?.kind === 'moe')

function servedOf(record: TableRecord) {
  const precision = text(record, 'precision')
  if (!isKnownPrecision(precision)) throw new Uncovered(`precision ${show(precision)} is not modelled`)
  const model = modelOf(record, 'model')
  const accelerator = deviceOf(record, 'gpu')
  const layout = parallelOf(record, isMoe(model))
  const problem = layoutProblem(layout, model)
  if (problem) throw new Uncovered(`impossible layout: ${problem}`)
  return {
    engine: 'trtllm' as const,
    engineVersion: text(record, 'version'),
    model: model.id,
    accelerator: accelerator.id,
    mode: 'aggregated' as const,
    client: 'process' as const,
    layout,
    formats: formatsOf({ precision }, model, accelerator, (bits) => bits <= PROFILE.narrowCacheUpToBits),
  }
}

const namesOf = (source: string) => (record: TableRecord) => ({
  engine: 'trtllm',
  ...namedAs(record, 'model', 'gpu'),
  precision: text(record, 'precision'),
  mode: 'agg',
  regime: '',
  source,
})

type Kind = { readonly metric: 'throughput'; readonly per: 'gpu' | 'system' } | { readonly metric: 'ttft' }

/** What the metric column says: the words it must hold. */
function kindOf(record: TableRecord): Kind {
  const metric = text(record, 'metric').toLowerCase()
  if (/first_token|ttft/.test(metric)) return { metric: 'ttft' }
  if (/tok(?:en)?s?_?(?:per_)?s/.test(metric) && metric.includes('output')) {
    if (/per_gpu/.test(metric)) return { metric: 'throughput', per: 'gpu' }
    return { metric: 'throughput', per: 'system' }
  }
  throw new Uncovered(`metric ${show(text(record, 'metric'))} is not modelled`)
}

/** A first token of a prompt alone has no output length. */
function perfPoint(record: TableRecord, line: number): ServingPoint {
  const kind = kindOf(record)
  const served = servedOf(record)
  const batch = text(record, 'batch').toLowerCase()
  const requests = runRequests(record)
  const load: Load =
    batch === 'max' || batch === ''
      ? { kind: 'saturated', ...(requests === undefined ? {} : { requests }) }
      : { kind: 'concurrency', requests: count(record, 'batch') }
  const value = number(record, 'value')
  if (value <= 0) throw new Fault(`value: ${value} is not positive`)
  const ttft = kind.metric === 'ttft' ? ttftOf({ value }, 'value') : undefined
  const measured: Measured =
    kind.metric === 'throughput'
      ? { throughput: { perS: value, per: kind.per, of: 'output' } }
      : ttft === undefined
        ? {}
        : { ttftS: ttft }
  return {
    ...served,
    id: `${text(record, 'version')} ${text(record, 'model')} ${text(record, 'gpu')} line ${line}`,
    line,
    source: 'trtllm_perf',
    promptTokens: tokensOf(record, 'isl'),
    outputTokens: kind.metric === 'ttft' && isBlank(record, 'osl') ? 1 : tokensOf(record, 'osl'),
    lengthSpread: 0,
    load,
    measured,
    columns: columnsOf(record, {
      ...namesOf('trtllm_perf')(record),
      regime: regimeOf(load, served.layout.attentionDp),
    }),
  }
}

function onlinePoint(record: TableRecord, line: number): ServingPoint {
  const served = servedOf(record)
  const rate = text(record, 'qps')
  const isOpen = /^inf/i.test(rate)
  const perS = isOpen ? 0 : number(record, 'qps')
  if (!isOpen && perS <= 0) throw new Fault(`qps: ${perS} is not positive`)
  // Requests that come faster than they are served saturate like `INF`.
  const load: Load = isOpen ? { kind: 'saturated', requests: ONLINE_REQUESTS } : { kind: 'rate', requestsPerS: perS }
  const ttftS = ttftOf(record, 'mean_ttft_ms')
  const tpotS = tpotOf(record, 'mean_itl_ms')
  const output = isBlank(record, 'output_tok_s') ? undefined : number(record, 'output_tok_s')
  if (output !== undefined && output <= 0) throw new Fault(`output_tok_s: ${output} is not positive`)
  return {
    ...served,
    id: `${text(record, 'model')} ${text(record, 'gpu')} qps ${rate} line ${line}`,
    line,
    source: 'trtllm_online_serving',
    promptTokens: tokensOf(record, 'isl'),
    outputTokens: tokensOf(record, 'osl'),
    lengthSpread: 0,
    load,
    measured: {
      ...(ttftS === undefined ? {} : { ttftS }),
      ...(tpotS === undefined ? {} : { tpotS }),
      ...(output === undefined ? {} : { throughput: { perS: output, per: 'system', of: 'output' } }),
    },
    columns: columnsOf(record, {
      ...namesOf('trtllm_online_serving')(record),
      regime: regimeOf(load, served.layout.attentionDp),
    }),
  }
}

/**
 * Requests of a throughput run by its lengths, all submitted at once: the table `$num_requests` of the published pages
 * ("Preparing a Dataset", perf-overview.md of 0.17, 1.0 and 1.1). Where fewer than fit are left, the last ones run alone.
 */
const RUN_REQUESTS: Readonly<Record<string, number>> = {
  '128/128': 30_000,
  '128/2048': 3000,
  '128/4096': 1500,
  '500/2000': 3000,
  '1000/1000': 3000,
  '1000/2000': 1500,
  '1024/1024': 3000,
  '1024/8192': 1500,
  '1024/32768': 1000,
  '2048/128': 3000,
  '2048/2048': 1500,
  '5000/500': 1500,
  '8192/1024': 1500,
  '20000/2000': 1000,
  '32768/1024': 1000,
}

/** Of a run of the load tests ("Online Serving Measurements", perf-overview.md of 0.17). */
const ONLINE_REQUESTS = 500

/** Undefined: a page without that table (0.9 and before ran static batches), or lengths it does not name. */
function runRequests(record: TableRecord): number | undefined {
  const version = /^v?(\d+)\.(\d+)/.exec(text(record, 'version'))
  const isListed = version !== null && (Number(version[1]) > 0 || Number(version[2]) >= 17)
  const lengths = `${text(record, 'isl')}/${text(record, 'osl')}`
  return isListed && Object.hasOwn(RUN_REQUESTS, lengths) ? RUN_REQUESTS[lengths] : undefined
}

const SERVED = [['gpu'], ['model'], ['precision'], ['tp'], ['isl'], ['osl']] as const

const PERF: RowReader = {
  table: 'trtllm_perf',
  required: [...SERVED, ['metric'], ['value']],
  names: namesOf('trtllm_perf'),
  metrics: (record) => [/first_token|ttft/i.test(text(record, 'metric')) ? 'ttft' : 'throughput'],
  point: perfPoint,
}

const ONLINE: RowReader = {
  table: 'trtllm_online_serving',
  required: [...SERVED, ['qps'], ['mean_itl_ms', 'mean_ttft_ms', 'output_tok_s']],
  names: namesOf('trtllm_online_serving'),
  metrics: (record) => [
    ...(isBlank(record, 'mean_itl_ms') ? [] : (['tpot'] as const)),
    ...(isBlank(record, 'mean_ttft_ms') ? [] : (['ttft'] as const)),
    ...(isBlank(record, 'output_tok_s') ? [] : (['throughput'] as const)),
  ],
  point: onlinePoint,
}

export const readTrtllmPerf = (records: readonly TableRecord[], firstLine = 2): ReadServing =>
  readRows(PERF, records, firstLine)

export const readTrtllmOnline = (records: readonly TableRecord[], firstLine = 2): ReadServing =>
  readRows(ONLINE, records, firstLine)
