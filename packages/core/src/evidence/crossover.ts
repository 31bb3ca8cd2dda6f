/**
 * Where a technique turns from gain to loss: along context or load, within the records of one source, one model, one
 * hardware, one setting. Reported is the interval between the two neighbouring records of opposite sign, never a point
 * between them. Changes below a floor are even, so that the noise of a score is no crossover; a series that turns more than
 * once says so. Break-even lengths that a source states itself are reported as stated.
 */
import { effectOf } from './effect.ts'
import type { EvidenceRecord } from './record.ts'

export type CrossoverAxis = 'contextTokens' | 'requestsPerS' | 'concurrency' | 'batch'

export interface CrossoverPoint {
  /** Position along the axis; Infinity for "as many as come" and "high". */
  readonly at: number
  readonly label: string
  readonly record: EvidenceRecord
}

export interface Crossover {
  readonly axis: CrossoverAxis
  /** Measured: between two records. Stated: the source's own break-even length. */
  readonly kind: 'measured' | 'stated'
  /** Last record of the first sign and first of the other; the same record twice when stated. */
  readonly before: CrossoverPoint
  readonly after: CrossoverPoint
  /** What the technique is beyond the interval. */
  readonly turns: 'better' | 'worse'
  /** How often the series turns: more than once is no clean crossover. */
  readonly flips: number
  /** The whole series, in order. */
  readonly series: readonly CrossoverPoint[]
}

const AXES: readonly CrossoverAxis[] = ['contextTokens', 'requestsPerS', 'concurrency', 'batch']

/** Changes below these say nothing: 1 % of a ratio, 1 point of a score. */
const FLOOR = { ratio: 0.01, points: 1 } as const

/** Settings that describe and do not distinguish: stated beside one record of a pair, not beside the other. */
const DESCRIPTIVE = new Set(['draft'])

function positionOf(record: EvidenceRecord, axis: CrossoverAxis): CrossoverPoint | undefined {
  if (axis === 'contextTokens') {
    const at = record.contextTokens
    return at === undefined ? undefined : { at, label: String(at), record }
  }
  const label = record.setting[axis]
  if (label === undefined) return undefined
  const at = /^(?:inf|high)$/i.test(label) ? Number.POSITIVE_INFINITY : Number(label)
  return Number.isNaN(at) ? undefined : { at, label, record }
}

function seriesKey(record: EvidenceRecord, axis: CrossoverAxis): string {
  const setting = Object.entries(record.setting)
    .filter(([name]) => name !== axis && !DESCRIPTIVE.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const context = axis === 'contextTokens' ? undefined : record.contextTokens
  return JSON.stringify([
    record.technique,
    record.source.key,
    record.model,
    record.hardware,
    record.benchmark,
    record.metric,
    record.unit,
    record.baseline?.name,
    context,
    setting,
  ])
}

/** 1 better, −1 worse, 0 even or open. */
function signOf(record: EvidenceRecord): number {
  const effect = effectOf(record)
  if (!effect || effect.changeIn === 'difference') return 0
  const size = effect.changeIn === 'ratio' ? Math.abs(effect.change - 1) : Math.abs(effect.change)
  if (size < FLOOR[effect.changeIn]) return 0
  return effect.direction === 'better' ? 1 : effect.direction === 'worse' ? -1 : 0
}

function turnsOf(axis: CrossoverAxis, points: readonly CrossoverPoint[]): Crossover[] {
  const series = [...points].sort((a, b) => a.at - b.at)
  const signed = series.map((point) => ({ point, sign: signOf(point.record) })).filter(({ sign }) => sign !== 0)
  const found: Omit<Crossover, 'flips'>[] = []
  for (let i = 1; i < signed.length; i++) {
    const [before, after] = [signed[i - 1], signed[i]]
    if (!before || !after || before.sign === after.sign || before.point.at === after.point.at) continue
    const turns = after.sign > 0 ? 'better' : 'worse'
    found.push({ axis, kind: 'measured', before: before.point, after: after.point, turns, series })
  }
  return found.map((one) => ({ ...one, flips: found.length }))
}

/** Only a comparison with the technique's absence or another system can turn. */
const isComparison = (record: EvidenceRecord) =>
  record.baseline?.against === 'without' || record.baseline?.against === 'rival'

export function findCrossovers(records: readonly EvidenceRecord[]): Crossover[] {
  const out: Crossover[] = []
  for (const axis of AXES) {
    const groups = new Map<string, CrossoverPoint[]>()
    for (const record of records) {
      const point = isComparison(record) ? positionOf(record, axis) : undefined
      if (!point) continue
      const key = seriesKey(record, axis)
      const group = groups.get(key)
      if (group) group.push(point)
      else groups.set(key, [point])
    }
    for (const points of groups.values()) if (points.length > 1) out.push(...turnsOf(axis, points))
  }
  for (const record of records) {
    if (record.metric !== 'break-even-context') continue
    const point = { at: record.value, label: String(record.value), record }
    out.push({
      axis: 'contextTokens',
      kind: 'stated',
      before: point,
      after: point,
      turns: 'better',
      flips: 1,
      series: [point],
    })
  }
  return out
}
