/**
 * The look-up: a question about a technique → the records that answer it, ranked by an explicit distance, put together per
 * benchmark and quantity. Each row's change is measured by its own source against its own baseline; a spread holds exact
 * changes of one benchmark, one quantity, one unit and one kind of baseline. Where nothing answers, the answer says so and
 * shows what is nearest and how it differs; nothing is carried over to the question.
 */
import { findBenchmark } from './benchmarks.ts'
import { type Crossover, findCrossovers } from './crossover.ts'
import { type Distance, distanceOf, distanceText, type PreparedQuestion } from './distance.ts'
import { type Effect, effectOf, type Spread, spreadOf } from './effect.ts'
import { type Metric, metricOf } from './metrics.ts'
import { parseModelName } from './models.ts'
import type { Against, Axis, EvidenceQuestion, EvidenceRecord, Grade, Setting } from './record.ts'
import { TECHNIQUES, type Technique } from './techniques.ts'

export interface EvidenceMatch {
  readonly record: EvidenceRecord
  readonly effect?: Effect
  readonly distance: Distance
}

/** All matches of one benchmark, quantity, unit, kind of baseline and dose. */
export interface EvidenceRow {
  readonly benchmark: string
  readonly metric: string
  readonly axis: Axis
  readonly unit: string
  /** Absent: the source prints no baseline, so no effect. */
  readonly against?: Against
  readonly nearest: EvidenceMatch
  readonly records: number
  /** Of the exact changes among them, in the unit of the change. */
  readonly spread?: Spread
  /** Records whose change is only bounded ("up to"): not in the spread. */
  readonly bounded: number
  readonly grades: Readonly<Record<Grade, number>>
  readonly sources: number
  readonly models: readonly string[]
  /** The settings that say how much of the technique is applied: equal within a row. */
  readonly dose: Setting
  /** What else differs among the records (model, context, other settings): a wide spread may be theirs. */
  readonly varying: readonly string[]
}

export interface RankedCrossover {
  readonly crossover: Crossover
  /** Model, benchmark and setting are those asked for. */
  readonly applies: boolean
  readonly distance: Distance
}

export interface EvidenceAnswer {
  readonly technique: Technique
  readonly question: EvidenceQuestion
  /** `found`: records answer as asked. `nearest`: none does, the rows are the nearest. `none`: no record at all. */
  readonly status: 'found' | 'nearest' | 'none'
  readonly words: string
  readonly rows: readonly EvidenceRow[]
  /** The records behind the rows, nearest first. */
  readonly matches: readonly EvidenceMatch[]
  /** Records of the technique that the question leaves out. */
  readonly beyond: number
  readonly crossovers: readonly RankedCrossover[]
}

/** How much farther than the nearest record one may be and still be shown as near. */
const NEAR = 2

const GRADE_ORDER: Readonly<Record<Grade, number>> = { A: 0, B: 1, C: 2 }
const AXIS_ORDER: Readonly<Record<Axis, number>> = { A: 0, P: 1, C: 2 }

function compareMatches(a: EvidenceMatch, b: EvidenceMatch): number {
  return (
    a.distance.total - b.distance.total ||
    Number(b.effect !== undefined) - Number(a.effect !== undefined) ||
    GRADE_ORDER[a.record.grade] - GRADE_ORDER[b.record.grade] ||
    (a.record.id < b.record.id ? -1 : a.record.id > b.record.id ? 1 : 0)
  )
}

function prepare(question: EvidenceQuestion, records: readonly EvidenceRecord[]): PreparedQuestion {
  const model = question.model === undefined ? undefined : parseModelName(question.model)
  const named = question.model === undefined || model ? model : bare(question.model)
  const wanted = question.benchmark === undefined ? undefined : findBenchmark(question.benchmark)
  const known = wanted && records.find((record) => findBenchmark(record.benchmark).family === wanted.family)
  const axis = known && metricOf(known.metric)?.axis
  return {
    question,
    ...(named ? { model: named } : {}),
    ...(axis ? { axis } : {}),
    ...(wanted && !known ? { unknownBenchmark: true } : {}),
  }
}

/** A name we cannot take apart is only ever itself. */
const bare = (name: string) => ({ name: name.trim().toLowerCase(), family: '', generation: '', variant: '' })

/** Two bits and four, 2× and 20×: changes of different doses are not one spread. */
const DOSE = [
  'weightBits',
  'activationBits',
  'kvBits',
  'precision',
  'format',
  'group',
  'scheme',
  'pattern',
  'compression',
  'scale',
  'window',
  'method',
  'rotation',
  'fineTuned',
  'accum',
  'variant',
  'k',
  'tp',
  'requestsPerS',
] as const

function doseOf(record: EvidenceRecord): Setting {
  const own = DOSE.flatMap((name) => {
    const value = record.setting[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(own)
}

function varyingAmong(matches: readonly EvidenceMatch[]): string[] {
  const values = new Map<string, Set<string>>()
  const names = [...new Set(matches.flatMap(({ record }) => Object.keys(record.setting)))]
  const add = (name: string, value: string) => values.set(name, (values.get(name) ?? new Set()).add(value))
  for (const { record } of matches) {
    add('model', record.model ?? '')
    add('context', String(record.contextTokens))
    add('hardware', record.hardware ?? '')
    for (const name of names) add(name, record.setting[name] ?? '')
  }
  return [...values].filter(([, set]) => set.size > 1).map(([name]) => name)
}

function rowOf(matches: readonly EvidenceMatch[]): EvidenceRow {
  const nearest = matches[0] as EvidenceMatch
  const { benchmark, metric, unit } = nearest.record
  const effects = matches.map((match) => match.effect).filter((effect) => effect !== undefined)
  const exact = effects.filter((effect) => effect.bound === '=')
  const spread = spreadOf(exact.map((effect) => effect.change))
  const grades = { A: 0, B: 0, C: 0 }
  for (const { record } of matches) grades[record.grade]++
  return {
    benchmark,
    metric,
    axis: (metricOf(metric) as Metric).axis,
    unit,
    ...(nearest.effect ? { against: nearest.effect.against } : {}),
    nearest,
    records: matches.length,
    ...(spread ? { spread } : {}),
    bounded: effects.length - exact.length,
    grades,
    sources: new Set(matches.map(({ record }) => record.source.name)).size,
    models: [...new Set(matches.map(({ record }) => record.model).filter((model) => model !== undefined))],
    dose: doseOf(nearest.record),
    varying: varyingAmong(matches),
  }
}

/** Changes against two rivals, or against one device and against four, are not one spread. */
function rowKey({ record, effect }: EvidenceMatch): string {
  const against = !effect || effect.against === 'without' ? '' : effect.baselineName
  const dose = JSON.stringify(doseOf(record))
  return [record.benchmark, record.metric, record.unit, effect?.against ?? '', against, dose].join('\t')
}

/** By name, numbers within by size: 2 bits before 14×. */
const order = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

function compareRows(a: EvidenceRow, b: EvidenceRow): number {
  const own = (row: EvidenceRow) => (row.against === 'without' ? 0 : row.against === undefined ? 2 : 1)
  return (
    a.nearest.distance.total - b.nearest.distance.total ||
    own(a) - own(b) ||
    AXIS_ORDER[a.axis] - AXIS_ORDER[b.axis] ||
    order(a.benchmark, b.benchmark) ||
    order(a.metric, b.metric) ||
    order(Object.values(a.dose).join(' '), Object.values(b.dose).join(' ')) ||
    b.records - a.records
  )
}

function rowsOf(matches: readonly EvidenceMatch[]): EvidenceRow[] {
  const groups = new Map<string, EvidenceMatch[]>()
  for (const match of matches) {
    const key = rowKey(match)
    const group = groups.get(key)
    if (group) group.push(match)
    else groups.set(key, [match])
  }
  return [...groups.values()].map(rowOf).sort(compareRows)
}

function asked({ setting, model, benchmark, contextTokens }: EvidenceQuestion): string {
  const parts = [
    ...Object.entries(setting ?? {}).map(([name, value]) => ` with ${name} ${value}`),
    ...(model === undefined ? [] : [` on ${model}`]),
    ...(benchmark === undefined ? [] : [` at ${benchmark}`]),
    ...(contextTokens === undefined ? [] : [` with ${contextTokens} tokens of context`]),
  ]
  return parts.join('')
}

/** The series is as far as its nearest record. */
function seriesDistance(prepared: PreparedQuestion, { series }: Crossover): Distance {
  const distances = series.map(({ record }) => distanceOf(prepared, record))
  return distances.reduce((least, one) => (one.total < least.total ? one : least))
}

const plural = (n: number) => (n === 1 ? '1 record' : `${n} records`)

/** The answer for a technique that no measurement names: it exists, and there is no evidence. */
export function noEvidence(technique: Technique, question: EvidenceQuestion): EvidenceAnswer {
  const words = `No evidence for ${technique.name}: no published measurement was found`
  return { technique, question, status: 'none', words, rows: [], matches: [], beyond: 0, crossovers: [] }
}

/** Records of one technique that answer a question, or the nearest there are. The technique's id must be known. */
export function lookUp(records: readonly EvidenceRecord[], question: EvidenceQuestion): EvidenceAnswer {
  const technique = TECHNIQUES.get(question.technique)
  if (!technique) throw new Error(`no technique ${question.technique}`)
  const prepared = prepare(question, records)
  const own = records.filter((record) => record.technique === technique.id)
  const all = own
    .map((record): EvidenceMatch => {
      const effect = effectOf(record)
      return { record, ...(effect ? { effect } : {}), distance: distanceOf(prepared, record) }
    })
    .sort(compareMatches)
  const answering = all.filter(({ distance }) => distance.answers)
  const nearest = all[0]?.distance.total ?? 0
  const matches = answering.length > 0 ? answering : all.filter(({ distance }) => distance.total <= nearest + NEAR)
  const status = all.length === 0 ? 'none' : answering.length > 0 ? 'found' : 'nearest'
  const what = `${technique.name}${asked(question)}`
  const words =
    status === 'found'
      ? `${plural(matches.length)} for ${what}`
      : status === 'nearest'
        ? `No evidence for ${what}. ${prepared.unknownBenchmark ? 'No record of any technique has that benchmark. ' : ''}` +
          `The nearest differs: ${distanceText((all[0] as EvidenceMatch).distance)}`
        : `No evidence for ${technique.name}: no published measurement was found`
  const crossovers = findCrossovers(own)
    .map((crossover) => {
      const distance = seriesDistance(prepared, crossover)
      const applies = distance.gaps.every((gap) => gap.answers || gap.dimension === 'context')
      return { crossover, applies, distance }
    })
    .sort((a, b) => a.distance.total - b.distance.total)
  return {
    technique,
    question,
    status,
    words,
    rows: rowsOf(matches),
    matches,
    beyond: all.length - matches.length,
    crossovers,
  }
}
