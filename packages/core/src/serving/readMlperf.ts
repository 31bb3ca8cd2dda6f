/**
 * MLPerf Inference results (`mlperf_v4_1_llm.csv`): tokens per second of a whole system, whose name says device and count.
 * Offline: as many requests as fit; Server: as many as meet the latency target. The table leaves out what the rules and the
 * submissions fix: the input lengths of the data sets, formats and layouts; those here are `assumed`.
 */
import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { engineProfile } from '../engine/profile.ts'
import { Fault, isBlank, number, type TableRecord, text, Uncovered } from '../importers/table/cells.ts'
import { show } from '../units/result.ts'
import { columnsOf, modelOf, type RowReader, readRows } from './common.ts'
import { formatsOf } from './formats.ts'
import { weightsFit } from './memory.ts'
import { modelByName, systemByName } from './names.ts'
import { type Load, ONE_WORKER, type ReadServing, type ServingFormats, type ServingPoint } from './point.ts'

interface Task {
  /** Mean prompt tokens: assumed, of the order the task descriptions give; the table does not say. */
  readonly promptTokens: number
  /** Sequences the decoder runs per sample: beam search. */
  readonly beams: number
  /** Server scenario: the 99th percentile of time per output token (MLPerf Inference rules v4.1). */
  readonly mostTpotS?: number
}

const TASKS: Readonly<Record<string, Task>> = {
  'llama-2-70b': { promptTokens: 294, beams: 1, mostTpotS: 0.2 },
  'mixtral-8x7b': { promptTokens: 250, beams: 1, mostTpotS: 0.2 },
  'gpt-j-6b': { promptTokens: 778, beams: 4 },
}

/** The narrowest format of 4 or 8 bits that the matrix units multiply; submissions use it. */
function precisionOf(accelerator: Accelerator): string {
  const { fp4, fp8, int8 } = accelerator.matrixFlopPerS
  return fp4 ? 'fp4' : fp8 ? 'fp8' : int8 ? 'int8' : 'bf16'
}

/** Fewest devices, halving the count, that hold the weights with a third of the memory left for the cache. */
function ranksOf(model: ModelSpec, formats: ServingFormats, accelerator: Accelerator, count: number): number {
  for (let ranks = 1; ranks < count; ranks *= 2) {
    if (weightsFit(model, formats, accelerator, (ranks * 2) / 3)) return ranks
  }
  return count
}

const namesOf = (record: TableRecord) => ({
  engine: text(record, 'system').includes('TRT') ? 'trtllm' : 'generic',
  model: modelByName(text(record, 'model'))?.spec.id ?? text(record, 'model'),
  device: systemByName(text(record, 'system'))?.accelerator.id ?? '',
  precision: '',
  mode: 'agg',
  regime: text(record, 'scenario').toLowerCase(),
  source: 'mlperf',
})

function pointOf(record: TableRecord, line: number): ServingPoint {
  if (/^(?:false|0|no)$/i.test(text(record, 'valid'))) throw new Uncovered('the submission is marked as not valid')
  const scenario = text(record, 'scenario')
  if (scenario !== 'Offline' && scenario !== 'Server') throw new Uncovered(`scenario ${show(scenario)} is not modelled`)
  const perS = number(record, 'tokens_per_s')
  const samplesPerS = number(record, 'samples_per_s')
  if (perS <= 0 || samplesPerS <= 0) throw new Fault('tokens_per_s and samples_per_s must be positive')
  const outputTokens = Math.round(perS / samplesPerS)
  if (outputTokens < 1) throw new Fault(`tokens_per_s over samples_per_s gives ${perS / samplesPerS} tokens per sample`)
  const model = modelOf(record, 'model')
  const task = TASKS[model.id]
  if (!task) throw new Uncovered(`the data set of ${model.id} is not known`)
  if (task.beams > 1) throw new Uncovered(`${model.id} runs with ${task.beams} beams; beam search is not modelled`)
  const system = systemByName(text(record, 'system'))
  if (!system) throw new Uncovered(`system ${show(text(record, 'system'))} names no device of the catalogue`)
  const { accelerator, count } = system
  const names = namesOf(record)
  const engine = names.engine === 'trtllm' ? ('trtllm' as const) : ('generic' as const)
  const precision = precisionOf(accelerator)
  const profile = engineProfile(engine)
  const formats = formatsOf({ precision }, model, accelerator, (bits) => bits <= profile.narrowCacheUpToBits)
  const tp = ranksOf(model, formats, accelerator, count)
  const load: Load = {
    kind: 'saturated',
    ...(scenario === 'Server' && task.mostTpotS ? { mostTpotS: task.mostTpotS } : {}),
  }
  const isMoe = model.stack.kinds.some(({ ffn }) => ffn?.kind === 'moe')
  return {
    id: `${text(record, 'submitter')} ${text(record, 'system')} ${text(record, 'model')} ${scenario}`,
    line,
    source: 'mlperf',
    engine,
    engineVersion: '',
    model: model.id,
    accelerator: accelerator.id,
    mode: 'aggregated',
    client: 'process',
    promptTokens: task.promptTokens,
    outputTokens,
    lengthSpread: 0,
    load,
    layout: { ...ONE_WORKER, tp, moeTp: isMoe ? tp : 1, dp: Math.max(1, Math.floor(count / tp)) },
    formats,
    measured: { throughput: { perS, per: 'system', of: 'output' } },
    columns: columnsOf(record, { ...names, precision }),
  }
}

const READER: RowReader = {
  table: 'mlperf',
  required: [['system'], ['model'], ['scenario'], ['tokens_per_s'], ['samples_per_s']],
  names: namesOf,
  metrics: (record) => (isBlank(record, 'tokens_per_s') ? [] : ['throughput']),
  point: pointOf,
}

export const readMlperf = (records: readonly TableRecord[], firstLine = 2): ReadServing =>
  readRows(READER, records, firstLine)
