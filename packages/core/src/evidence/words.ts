/**
 * Evidence in words: values with their bounds, changes, spreads and crossovers as one reads them, the same in a terminal, on
 * a page and in a document.
 */
import { formatCount, formatNumber } from '../units/format.ts'
import type { Crossover, CrossoverPoint } from './crossover.ts'
import type { Effect } from './effect.ts'
import type { EvidenceRow } from './lookup.ts'
import { metricOf } from './metrics.ts'
import type { Against, Bound, EvidenceRecord } from './record.ts'

const BOUND_SIGNS: Readonly<Record<Bound, string>> = { '=': '', '>': '≥ ', '<': '≤ ', '~': '≈ ' }

export const AGAINST_WORDS: Readonly<Record<Against, string>> = {
  without: 'without it',
  rival: 'another system',
  length: 'a shorter context',
  load: 'a lower load',
  width: 'fewer devices',
  position: 'another position',
  claim: 'the claim',
  step: 'an earlier step',
}

const signed = (value: number) =>
  value < 0 ? `−${formatNumber(-value)}` : value > 0 ? `+${formatNumber(value)}` : '±0'

function quantity(value: number, unit: string): string {
  const size = Math.abs(value)
  const number =
    (value < 0 ? '−' : '') + (Number.isInteger(size) && size >= 1000 ? formatCount(size) : formatNumber(size, 4))
  if (unit === '' || unit === 'unit not stated') return number
  return unit === '×' ? `${number}×` : `${number} ${unit}`
}

export function valueText({ value, unit, bound }: EvidenceRecord): string {
  return BOUND_SIGNS[bound] + quantity(value, unit)
}

export function baselineText({ baseline, unit }: EvidenceRecord): string {
  if (!baseline) return ''
  return `${BOUND_SIGNS[baseline.bound]}${quantity(baseline.value, unit)}`
}

/** A change in the unit its quantity changes in: 0.52×, +1.2 points, +0.11. */
function inUnit(change: number, changeIn: Effect['changeIn']): string {
  return changeIn === 'ratio' ? `${formatNumber(change)}×` : signed(change)
}

export function changeText({ change, changeIn, bound }: Effect): string {
  const unit = changeIn === 'points' ? ' pt' : ''
  return `${BOUND_SIGNS[bound]}${inUnit(change, changeIn)}${unit}`
}

/** Median and range of the exact changes; one change needs none. */
export function spreadText({ spread, nearest }: EvidenceRow): string {
  if (!spread || spread.n < 2 || !nearest.effect) return ''
  const text = (value: number) => inUnit(value, nearest.effect?.changeIn ?? 'difference')
  return `${text(spread.median)} (${text(spread.min)} to ${text(spread.max)})`
}

export function quantityName(metric: string): string {
  return metricOf(metric)?.name ?? metric
}

const AXIS_UNITS: Readonly<Record<Crossover['axis'], string>> = {
  contextTokens: ' tokens',
  requestsPerS: ' requests/s',
  concurrency: ' requests at once',
  batch: ' sequences',
}

function place({ at, label }: CrossoverPoint, axis: Crossover['axis']): string {
  if (Number.isFinite(at))
    return `${formatNumber(at)}` === '1'
      ? `1${AXIS_UNITS[axis].replace('requests', 'request')}`
      : `${formatCount(at)}${AXIS_UNITS[axis]}`
  return label === 'high' ? 'high load' : `unlimited${AXIS_UNITS[axis]}`
}

const pair = (record: EvidenceRecord) => `${valueText(record)} against ${baselineText(record)}`

/** One sentence: which quantity, where it turns, and the two records on either side. */
export function crossoverText({ axis, kind, before, after, turns, flips }: Crossover): string {
  const { benchmark, metric, model, setting } = after.record
  const version = setting.version ?? setting.variant
  const where = [benchmark, model, version].filter((part) => part !== undefined && part !== '').join(', ')
  if (kind === 'stated') return `${where}: pays from ${place(after, axis)} (the source’s own break-even)`
  const other = turns === 'better' ? 'worse' : 'better'
  const caution = flips > 1 ? `; the series turns ${flips} times, so this is no clean crossover` : ''
  return (
    `${quantityName(metric)}, ${where}: ${other} at ${place(before, axis)} (${pair(before.record)}), ` +
    `${turns} at ${place(after, axis)} (${pair(after.record)})${caution}`
  )
}
