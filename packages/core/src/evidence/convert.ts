/**
 * Collected measurements → records: foreign field names, units and baselines into ours, and the rules by which a row is
 * dropped, loses its baseline or is graded down. Every decision is a named rule, so that it can be counted and listed
 * (`docs/evidence.md`). Used when the data file is made; no part of a look-up.
 */
import { findBenchmark } from './benchmarks.ts'
import { AGAINST, type BaselineRule, BOUNDS, type DropRule, type GradeRule, UNITS } from './convertRules.ts'
import { findMetric, METRICS, metricOf } from './metrics.ts'
import { parseModelName } from './models.ts'
import type { Baseline, Bound, EvidenceRecord, EvidenceSource, Grade } from './record.ts'
import { normaliseSetting } from './settings.ts'
import { findTechnique } from './techniqueNames.ts'

/** A collected row as it comes. */
export interface RawMeasurement {
  readonly id: string
  readonly technique: string
  readonly model: string | null
  readonly setting: Readonly<Record<string, unknown>>
  readonly context_tokens: number | null
  readonly benchmark: string
  readonly metric: string
  readonly unit: string
  readonly value: number
  readonly baseline_value: number | null
  readonly baseline: string | null
  readonly hardware: string | null
  readonly qualifier: string
  readonly evidence_grade: Grade
  readonly note?: string
  readonly source: {
    readonly repo: string
    readonly path: string | null
    readonly commit: string | null
    readonly url?: string
    readonly locator: string
    readonly arxiv_id_unverified?: boolean
  }
}

type Converted =
  | { readonly kept: EvidenceRecord; readonly baseline?: BaselineRule; readonly grade?: GradeRule }
  | { readonly dropped: DropRule }

/** Units that the name of the quantity states instead. */
function unitOf(raw: RawMeasurement): readonly [string, number] | undefined {
  if (raw.unit !== '') return UNITS[raw.unit]
  if (/\(sec\)/.test(raw.metric)) return ['s', 1]
  if (/\(tok\/s\)/.test(raw.metric)) return ['tok/s', 1]
  if (/\(req\/s\)/.test(raw.metric)) return ['requests/s', 1]
  return /TTFT|TPOT/.test(raw.metric) ? ['unit not stated', 1] : undefined
}

function boundOf(raw: RawMeasurement): Bound | undefined {
  // Perplexities printed as 1e5 say "collapsed", not 100,000.
  if (raw.unit === 'ppl' && raw.value >= 1e5 && raw.qualifier === '=') return '~'
  if (/\((?:low end|low)\)|range low|speedup low/.test(raw.metric)) return '>'
  if (/\(high\)|range high|speedup high/.test(raw.metric)) return '<'
  return BOUNDS[raw.qualifier] ?? (raw.qualifier.startsWith('up to') ? '<' : undefined)
}

/** TensorRT-LLM's own 16-bit run is the same engine without the technique. */
const SAME_ENGINE = new Set(['int8-w8a8', 'int4-weight-only'])

const scaled = (value: number, scale: number) => Number((value * scale).toPrecision(12))

function isPossible(metric: string, unit: string, value: number): boolean {
  const known = metricOf(metric)
  if (!known) return false
  if (metric === 'perplexity' || metric === 'perplexity-ratio')
    return value > 0 && (metric !== 'perplexity' || value >= 1)
  if (known.change === 'points') return value >= 0 && (unit !== '%' || value <= 100)
  return known.change === 'ratio' ? value > 0 : true
}

function baselineOf(
  raw: RawMeasurement,
  record: Pick<EvidenceRecord, 'technique' | 'metric' | 'unit' | 'value'>,
  scale: number,
): Baseline | BaselineRule | undefined {
  const { baseline, baseline_value } = raw
  if (baseline === null) return undefined
  // A break-even length is a result of its own; what it was found against is no number.
  if (record.metric === 'break-even-context') return undefined
  if (baseline_value === null) return 'absent'
  if (/^baselines drop|\(2x TP4\)$/.test(baseline) && (raw.technique.includes('2× TP4') || baseline_value === 0))
    return raw.technique.includes('2× TP4') ? 'itself' : 'undefined'
  if (/^full KV$|^BF16 KV$/.test(baseline) && baseline_value === 0) return 'undefined'
  const value = scaled(baseline_value, scale)
  if (METRICS[record.metric as keyof typeof METRICS].change === 'ratio' && value <= 0) return 'undefined'
  const isBound = /\((?:lower bound )?>\d*\)/.test(baseline)
  const found = AGAINST.find(([pattern]) => pattern.test(baseline))?.[1] ?? 'without'
  const against = SAME_ENGINE.has(record.technique) && found === 'rival' ? 'without' : found
  const name = baseline
    .replace(/ ?\((?:lower bound )?>\d*\)/, '')
    .replace(/ ?\((?:derived|same table)[^)]*\)/, '')
    .trim()
  return { value, bound: isBound ? '>' : '=', name, against }
}

function gradeOf(raw: RawMeasurement): readonly [Grade, GradeRule?] {
  const { evidence_grade: grade, source } = raw
  if (source.arxiv_id_unverified && grade === 'B') return ['C', 'unconfirmed']
  if (grade === 'A' && source.repo === 'WhiteD2125/TensorRT-LLM') return ['B', 'fork']
  return [grade]
}

/** One row; duplicates and copies are seen only beside others (`convertAll`). */
export function convertRow(raw: RawMeasurement, source: EvidenceSource): Converted {
  if (raw.unit === 'bool') return { dropped: 'anecdote' }
  const technique = findTechnique(raw.technique)
  const metric = quantityOf(raw)
  const units = unitOf(raw)
  const bound = boundOf(raw)
  if (!technique || !metric || !units || !bound || !Number.isFinite(raw.value)) return { dropped: 'unreadable' }
  const [unit, scale] = units
  const value = scaled(raw.value, scale)
  if (!isPossible(metric, unit, value)) return { dropped: 'impossible' }
  const [grade, gradeRule] = gradeOf(raw)
  const model = raw.model === null ? undefined : parseModelName(raw.model)?.name
  const baseline = baselineOf(raw, { technique: technique.technique, metric, unit, value }, scale)
  const own = { ...normaliseSetting(raw.setting), ...normaliseSetting(technique.setting), ...innerSetting(raw) }
  const record: EvidenceRecord = {
    id: raw.id,
    technique: technique.technique,
    setting: own,
    ...(model === undefined ? {} : { model }),
    ...(raw.context_tokens === null ? {} : { contextTokens: raw.context_tokens }),
    benchmark: findBenchmark(raw.benchmark).id,
    metric,
    unit,
    value,
    bound,
    ...(typeof baseline === 'object' ? { baseline } : {}),
    ...(raw.hardware === null || /^(?:not stated|see )/.test(raw.hardware) ? {} : { hardware: raw.hardware }),
    grade,
    source,
    place: raw.source.locator,
  }
  return {
    kept: record,
    ...(typeof baseline === 'string' ? { baseline } : {}),
    ...(gradeRule ? { grade: gradeRule } : {}),
  }
}

/** A quantity whose published name says too little: what it is follows from unit and benchmark. */
function quantityOf(raw: RawMeasurement): string | undefined {
  const { metric, unit, benchmark } = raw
  if (metric === 'memory reduction' && unit === '%') return 'memory-saving'
  if (metric === 'reduction' && benchmark === 'memory') return 'memory-reduction'
  if (metric === 'throughput' && unit === 'x') return 'throughput-gain'
  if (metric === 'throughput' && /^training/.test(benchmark)) return 'training-throughput'
  if (metric === 'throughput' && (unit === 'req/s' || unit === 'queries/s')) return 'request-throughput'
  if (metric === 'median TTFT') return 'ttft-p50'
  if (metric === 'median ITL') return 'itl-p50'
  if (metric === 'break-even context') return 'break-even-context'
  return findMetric(metric)
}

/** What the published technique's name says beside the technique: variants that must not be put together. */
function innerSetting(raw: RawMeasurement): Record<string, string> {
  const inside = /\(([^)]+)\)$/.exec(raw.technique)?.[1]
  const own: Record<string, string> = {}
  if (raw.technique.startsWith('AutoRoundBest')) own.method = 'best, alg_ext'
  else if (/alg_ext/.test(raw.technique)) own.method = 'alg_ext'
  if (raw.technique === 'AQLM+PV-tuning') own.method = 'PV-tuning'
  if (raw.technique === 'FP8_BLOCK RTN') own.method = 'round to nearest'
  if (raw.technique === 'FP8_BLOCK Tuning') own.method = 'tuned'
  if (raw.technique === 'PTPC-FP8') own.scaling = 'per token, per channel'
  if (raw.technique === 'Standard FP8') own.scaling = 'per tensor'
  if (raw.technique.endsWith('4-bit weight/KV compression')) Object.assign(own, { weightBits: '4', kvBits: '4' })
  if (raw.technique === 'GPTQ-R') own.method = 'reordered'
  if (raw.technique === 'LLMLingua-2-small') own.compressor = 'small'
  if (raw.technique === 'LLMLingua (GPT2 compressor)') own.compressor = 'GPT-2'
  if (raw.technique === 'Q4 KV cache old (ExLlamaV2)') own.rotation = 'none'
  if (raw.technique.startsWith('Q4 KV cache + Hadamard')) own.rotation = 'hadamard'
  if (/^(?:peak|average) decode/.test(raw.metric)) own.statistic = raw.metric.split(' ')[0] ?? ''
  if (/^(?:OpenAI|SBERT) /.test(raw.technique)) own.retriever = raw.technique.split(' ')[0] ?? ''
  if (raw.technique.startsWith('Infini-attention')) own.update = (inside ?? '').toLowerCase()
  if (raw.technique.startsWith('LLM-Pruner (')) own.importance = (inside ?? '').toLowerCase()
  if (/^(?:AWQ|GPTQ) \(/.test(raw.technique)) own.engine = (inside ?? '').split(' INT4')[0] ?? ''
  if (raw.technique === 'DuoAttention + W8 + KV4') Object.assign(own, { weightBits: '8', kvBits: '4' })
  if (raw.technique === 'Medusa-2') own.version = '2'
  if (/^(?:Together|MistralLite|CodeLlama|LongLoRA-100k|Llama2 Long|naive|other long)/.test(raw.technique))
    own.variant = raw.technique
  return own
}

export interface ConversionTotals {
  readonly records: readonly EvidenceRecord[]
  readonly dropped: readonly { readonly raw: RawMeasurement; readonly rule: DropRule }[]
  readonly baselines: readonly { readonly raw: RawMeasurement; readonly rule: BaselineRule }[]
  readonly grades: readonly { readonly raw: RawMeasurement; readonly rule: GradeRule }[]
}

/** Speeds that two formats of one table share to the last digit. */
function copiedSpeeds(rows: readonly RawMeasurement[]): ReadonlySet<string> {
  const seen = new Map<string, RawMeasurement[]>()
  for (const row of rows) {
    if (row.unit !== 'tok/s' || row.setting.quant === undefined || row.source.path === null) continue
    const key = [row.source.repo, row.source.path, row.model, row.benchmark, row.metric, row.value].join('|')
    seen.set(key, [...(seen.get(key) ?? []), row])
  }
  const groups = [...seen.values()].filter((group) => new Set(group.map((row) => row.technique)).size > 1)
  // One equal number may be chance; equal prompt and generation speeds of the same two formats are not.
  const pairs = groups.map((group) =>
    group
      .map((row) => row.technique)
      .sort()
      .join('|'),
  )
  return new Set(
    groups
      .filter((_, i) => pairs.filter((pair) => pair === pairs[i]).length > 1)
      .flatMap((g) => g.map((row) => row.id)),
  )
}

export function identityOf(record: EvidenceRecord): string {
  const { id: _, source, place: __, grade: ___, ...rest } = record
  return JSON.stringify([rest, source.name, source.path ?? ''])
}

export function convertAll(
  rows: readonly RawMeasurement[],
  sourceOf: (row: RawMeasurement) => EvidenceSource,
): ConversionTotals {
  const copied = copiedSpeeds(rows)
  const seen = new Set<string>()
  const records: EvidenceRecord[] = []
  const dropped: ConversionTotals['dropped'][number][] = []
  const baselines: ConversionTotals['baselines'][number][] = []
  const grades: ConversionTotals['grades'][number][] = []
  for (const raw of rows) {
    const result: Converted = copied.has(raw.id) ? { dropped: 'copied' } : convertRow(raw, sourceOf(raw))
    if ('dropped' in result) {
      dropped.push({ raw, rule: result.dropped })
      continue
    }
    const identity = identityOf(result.kept)
    if (seen.has(identity)) {
      dropped.push({ raw, rule: 'duplicate' })
      continue
    }
    seen.add(identity)
    records.push(result.kept)
    if (result.baseline) baselines.push({ raw, rule: result.baseline })
    if (result.grade) grades.push({ raw, rule: result.grade })
  }
  return { records, dropped, baselines, grades }
}
