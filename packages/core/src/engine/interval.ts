/**
 * Intervals of a whole step: as wide as its kernels' own, and no narrower than what whole predictions of the engine missed
 * by on models it was not fitted to (80 % of them lie inside). Kernels alone promise too much: what engines do beside them,
 * and how tokens spread over experts, is in no kernel table.
 */
import { type EngineId, engineRow } from './profile.ts'
import { regimeOfSequences } from './table.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Of the time per token; `sequences`: per attention rank. `kernels`: the interval their own ranges give. */
export function tpotInterval(
  engine: EngineId | undefined,
  sequences: number,
  timeS: number,
  kernels: Interval,
  version = '',
): Interval {
  const spread = engineRow(engine ?? 'generic', version)?.spread[regimeOfSequences(sequences)]
  if (!spread) return kernels
  return { low: Math.min(kernels.low, timeS * spread[0]), high: Math.max(kernels.high, timeS * spread[1]) }
}

/** Of the time to the first token of an engine that has nothing else to do: what comes beside the steps adds, it scales not. */
export function ttftInterval(engine: EngineId | undefined, kernels: Interval, version = ''): Interval {
  const late = engineRow(engine ?? 'generic', version)?.firstLateS ?? 0
  return { low: kernels.low, high: kernels.high + Math.max(0, late) }
}
