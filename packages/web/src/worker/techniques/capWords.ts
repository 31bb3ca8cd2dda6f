/** C, A and P of an answer in words, and as a mark of the triangle: as a user of the deployment meets them. */
import {
  type AccuracyAnswer,
  type AccuracyRow,
  type CapAnswer,
  type ContextAnswer,
  formatCount,
  formatNumber,
  formatSeconds,
  nearestWords,
  quantityName,
  speakingRows,
} from '@capline/core'
import type { AccuracyLine, CapMark, Changed, Goal } from './protocol.ts'

export const tokensText = (tokens: number) => (Number.isFinite(tokens) ? `${formatCount(tokens)} tokens` : 'unbounded')

const EVEN = 0.005

/** An improvement as a reader says it: 1.4× less (better), 1.2× more (worse); `less`: small is good. */
export function changeOf(factor: number | undefined, less: boolean): Changed {
  if (factor === undefined || Number.isNaN(factor)) return { text: '–' }
  if (Math.abs(factor - 1) < EVEN) return { text: 'same' }
  const better = factor > 1
  const size = better ? factor : 1 / factor
  if (!Number.isFinite(size)) return { text: less === better ? 'none at all' : 'unbounded', better }
  return { text: `${formatNumber(size)}× ${better === less ? 'less' : 'more'}`, better }
}

export interface Range {
  readonly low: number
  readonly high: number
}

/** From the lowest to the highest of the intervals; each row stays an interval of its own source. */
export function rangeOf({ rows }: AccuracyAnswer): Range | undefined {
  const known = speakingRows(rows).flatMap(({ retained }) => retained ?? [])
  if (known.length === 0) return undefined
  return { low: Math.min(...known.map(({ low }) => low)), high: Math.max(...known.map(({ high }) => high)) }
}

const share = (x: number) => formatNumber(100 * x, x < 0.1 ? 2 : 3)

/** From here on a share is said as a factor: a baseline that fails is no whole to have shares of. */
const MANIFOLD = 3

export function rangeText({ low, high }: Range): string {
  if (low >= MANIFOLD)
    return share(low) === share(high) ? `${formatNumber(low)}×` : `${formatNumber(low)}–${formatNumber(high)}×`
  if (high >= MANIFOLD) return `${share(low)} % to ${formatNumber(high)}×`
  return share(low) === share(high) ? `${share(low)} %` : `${share(low)}–${share(high)} %`
}

const DIRECTIONS = {
  improves: 'better, by bounds only',
  keeps: 'kept, by bounds only',
  worsens: 'worse, by bounds only',
  mixed: 'better and worse, by bounds only',
  unknown: 'no evidence',
} as const

export function accuracyText(answer: AccuracyAnswer): string {
  if (answer.basis === 'construction') return 'kept by construction'
  if (answer.basis === 'none') return 'no evidence'
  const range = rangeOf(answer)
  const nearest = nearestWords(answer)
  const near = nearest === undefined ? '' : `, nearest evidence: ${nearest}`
  return `${range ? `${rangeText(range)} kept` : DIRECTIONS[answer.movement]}${near}`
}

/** Improvement of what a user can feed; Infinity against a finite baseline. */
export const contextFactorOf = (context: ContextAnswer, baseline: ContextAnswer): number =>
  context.tokens === baseline.tokens ? 1 : context.tokens / baseline.tokens

const times = (factor: number) => (Math.abs(factor - 1) < EVEN ? '' : ` (${formatNumber(factor)}×)`)

export function textsOf(answer: CapAnswer, baseline: CapAnswer): Readonly<Record<Goal, string>> {
  const { values } = answer.performance
  const { tokens, windowTokens } = answer.context
  const window = windowTokens > tokens ? `; the system takes ${tokensText(windowTokens)}` : ''
  const tpot = values.tpotS === undefined ? '' : `, TPOT ${formatSeconds(values.tpotS)}`
  return {
    C: `${tokensText(answer.context.tokens)}${times(contextFactorOf(answer.context, baseline.context))}${window}`,
    A: answer === baseline ? 'the model’s own' : accuracyText(answer.accuracy),
    P: `TTFT ${formatSeconds(values.ttftS)}${tpot}${times(answer.performance.factor)}`,
  }
}

export function markOf(label: string, answer: CapAnswer, baseline: CapAnswer): CapMark {
  const retained = answer.accuracy.basis === 'construction' ? undefined : rangeOf(answer.accuracy)
  return {
    label,
    contextFactor: contextFactorOf(answer.context, baseline.context),
    performanceFactor: answer.performance.factor,
    ...(retained ? { retained } : {}),
    accuracyKept: answer.accuracy.basis === 'construction',
    texts: textsOf(answer, baseline),
    movements: answer.verdict.movements,
  }
}

export function accuracyLine(row: AccuracyRow): AccuracyLine {
  const { record } = row.nearest
  const { retained, models, grades } = row
  const dose = Object.entries(row.dose).map(([name, value]) => `${name} ${value}`)
  return {
    technique: [row.technique, ...dose].join(', '),
    benchmark: row.benchmark,
    metric: quantityName(row.metric),
    retained: retained ? rangeText(retained) : DIRECTIONS[row.movement],
    movement: row.movement,
    records: row.records,
    grades: (['A', 'B', 'C'] as const).filter((grade) => grades[grade] > 0).join(' '),
    models: models.slice(0, 3).join(', ') + (models.length > 3 ? ` and ${models.length - 3} more` : ''),
    distance: row.distance,
    source: { name: record.source.name, url: record.source.url, place: record.place },
  }
}
