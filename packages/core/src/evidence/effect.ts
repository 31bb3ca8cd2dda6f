/**
 * What a record says its technique changed: the value beside the baseline of its own source, never beside another source's.
 * Difference and ratio, in the record's unit; which of them is the change depends on the quantity (`metrics.ts`). A bound on
 * either side becomes a bound on the change, or makes it unknown.
 */
import { METRICS, type MetricId } from './metrics.ts'
import type { Against, Bound, EvidenceRecord } from './record.ts'

export interface Effect {
  readonly against: Against
  readonly baseline: number
  readonly baselineName: string
  /** value − baseline. */
  readonly difference: number
  /** value ÷ baseline; absent where zero is no anchor of the quantity. */
  readonly ratio?: number
  /** The one of the two that is the change. */
  readonly change: number
  readonly changeIn: 'ratio' | 'points' | 'difference'
  /** How the change is bounded; a bound says nothing of the magnitude. */
  readonly bound: Bound
  /** Better, worse or even, beyond the last digit; undefined when a bound leaves the direction open. */
  readonly direction?: 'better' | 'worse' | 'even'
}

/** The bound of value ÷ baseline or value − baseline. */
function boundOf(value: Bound, baseline: Bound): Bound | 'open' {
  const flipped: Bound = baseline === '>' ? '<' : baseline === '<' ? '>' : baseline
  if (value === flipped) return value
  if (value === '=' || value === '~') return flipped === '=' ? value : flipped
  return flipped === '=' || flipped === '~' ? value : 'open'
}

const EVEN = 1e-9

export function effectOf(record: EvidenceRecord): Effect | undefined {
  const { baseline, value, metric } = record
  if (!baseline) return undefined
  const { better, change: changeIn } = METRICS[metric as MetricId]
  const bound = boundOf(record.bound, baseline.bound)
  if (bound === 'open') return undefined
  const difference = Number((value - baseline.value).toPrecision(12))
  const ratio = changeIn === 'difference' || baseline.value === 0 ? undefined : value / baseline.value
  if (changeIn === 'ratio' && ratio === undefined) return undefined
  const change = changeIn === 'ratio' ? (ratio as number) : difference
  const isHigher = difference > EVEN
  const isLower = difference < -EVEN
  // "Up to 2×" is a claim of better; every other bound that reaches across the baseline leaves the direction open.
  const isClaim = bound === '<' && isHigher && better === 'higher'
  const isOpen = !isClaim && ((bound === '<' && isHigher) || (bound === '>' && isLower))
  const side = isHigher ? 'higher' : isLower ? 'lower' : undefined
  const direction = side === undefined ? 'even' : side === better ? 'better' : 'worse'
  return {
    against: baseline.against,
    baseline: baseline.value,
    baselineName: baseline.name,
    difference,
    ...(ratio === undefined ? {} : { ratio }),
    change,
    changeIn,
    bound,
    ...(isOpen ? {} : { direction }),
  }
}

export interface Spread {
  readonly n: number
  readonly min: number
  readonly median: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const sorted = [...values].sort((a, b) => a - b)
  const at = (i: number) => sorted[i] as number
  const middle = (sorted.length - 1) / 2
  return {
    n: sorted.length,
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
  }
}
