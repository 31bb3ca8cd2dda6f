/**
 * How far a record is from a question, dimension by dimension and in words. A dimension the question leaves open adds
 * nothing. The total orders records; it is no probability and is never used to weigh numbers.
 */
import { findBenchmark } from './benchmarks.ts'
import { metricOf } from './metrics.ts'
import { MODEL_STEPS, type ModelName, modelStep, parseModelName } from './models.ts'
import type { EvidenceQuestion, EvidenceRecord } from './record.ts'
import { compareSetting } from './settings.ts'

type Dimension = 'model' | 'benchmark' | 'setting' | 'context'

export interface Gap {
  readonly dimension: Dimension
  readonly distance: number
  /** Whether the record still answers the question as asked. */
  readonly answers: boolean
  readonly words: string
}

export interface Distance {
  readonly total: number
  /** Every asked dimension answers. */
  readonly answers: boolean
  /** The dimensions that differ, the farthest first. */
  readonly gaps: readonly Gap[]
}

/** Contexts within a factor of two answer each other. */
const CONTEXT_STEP = 1
const UNKNOWN_CONTEXT = 3
const SETTING_DIFFERENT = 4
const SETTING_UNKNOWN = 2
const BENCHMARK_FAMILY = 1
const BENCHMARK_KIND = 4
const BENCHMARK_OTHER = 8

function modelGap(asked: ModelName, record: EvidenceRecord): Gap {
  const found = record.model === undefined ? undefined : parseModelName(record.model)
  const step = modelStep(asked, found)
  const { distance, words } = MODEL_STEPS[step]
  const name = record.model === undefined ? words : `${words}: ${record.model}`
  return { dimension: 'model', distance, answers: step === 'same' || step === 'variant', words: name }
}

/** What a benchmark measures, where the question names one we hold: the corner its records are in. */
function benchmarkGap(asked: string, axis: string | undefined, record: EvidenceRecord): Gap {
  const [wanted, found] = [findBenchmark(asked), findBenchmark(record.benchmark)]
  const gap = (distance: number, answers: boolean, words: string): Gap => ({
    dimension: 'benchmark',
    distance,
    answers,
    words,
  })
  if (wanted.id === found.id) return gap(0, true, 'the same benchmark')
  // A suite answers for itself with its parts, and a part with another only as kin.
  if (wanted.family === found.family)
    return gap(BENCHMARK_FAMILY, wanted.id === wanted.family, `${found.id} of the same suite`)
  if (axis !== undefined && metricOf(record.metric)?.axis === axis)
    return gap(BENCHMARK_KIND, false, `another benchmark: ${found.id}`)
  return gap(BENCHMARK_OTHER, false, `another quantity: ${found.id}`)
}

function settingGaps(asked: Readonly<Record<string, string>>, record: EvidenceRecord): Gap[] {
  return Object.entries(asked).map(([name, value]) => {
    const found = record.setting[name]
    const match = compareSetting(value, found)
    if (match === 'same') return { dimension: 'setting', distance: 0, answers: true, words: `${name} ${value}` }
    if (match === 'unknown')
      return { dimension: 'setting', distance: SETTING_UNKNOWN, answers: false, words: `${name} not stated` }
    return { dimension: 'setting', distance: SETTING_DIFFERENT, answers: false, words: `${name} ${found}` }
  })
}

function contextGap(asked: number, record: EvidenceRecord): Gap {
  const { contextTokens } = record
  if (contextTokens === undefined)
    return { dimension: 'context', distance: UNKNOWN_CONTEXT, answers: false, words: 'context not stated' }
  // Zero is an empty cache: as far as one token.
  const factor = Math.max(contextTokens, 1) / Math.max(asked, 1)
  const octaves = Math.abs(Math.log2(factor))
  const size = factor >= 1 ? `${Number(factor.toPrecision(2))}×` : `1/${Number((1 / factor).toPrecision(2))}`
  return {
    dimension: 'context',
    distance: octaves,
    answers: octaves <= CONTEXT_STEP + 1e-9,
    words: octaves < 0.05 ? 'the same context' : `${contextTokens} tokens, ${size} of the asked context`,
  }
}

/** A question made ready: names parsed once. */
export interface PreparedQuestion {
  readonly question: EvidenceQuestion
  readonly model?: ModelName
  /** Corner of the asked benchmark, when records are known for it. */
  readonly axis?: string
  /** No record of any technique has the asked benchmark. */
  readonly unknownBenchmark?: boolean
}

export function distanceOf(prepared: PreparedQuestion, record: EvidenceRecord): Distance {
  const { question, model, axis } = prepared
  const gaps: Gap[] = []
  if (model) gaps.push(modelGap(model, record))
  if (question.benchmark !== undefined) gaps.push(benchmarkGap(question.benchmark, axis, record))
  if (question.setting) gaps.push(...settingGaps(question.setting, record))
  if (question.contextTokens !== undefined) gaps.push(contextGap(question.contextTokens, record))
  return {
    total: gaps.reduce((sum, gap) => sum + gap.distance, 0),
    answers: gaps.every((gap) => gap.answers),
    gaps: gaps.filter((gap) => gap.distance > 0).sort((a, b) => b.distance - a.distance),
  }
}

export function distanceText({ gaps }: Distance): string {
  return gaps.length === 0 ? 'as asked' : gaps.map((gap) => gap.words).join('; ')
}
