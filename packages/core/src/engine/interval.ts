/**
 * Intervals of a whole step: as wide as its kernels' own, and no narrower than what whole predictions of the engine missed
 * by on models it was not fitted to (80 % of them lie inside). Kernels alone promise too much: what engines do beside them,
 * and how tokens spread over experts, is in no kernel table.
 *
 * An engine without constants of its own (llama.cpp) may be like any measured one: its interval is their union, each with its
 * own host time on top of the same kernels, and reaches down to the kernels alone. It is wider than every measured engine's.
 * (No end-to-end points of a left-out engine are predicted with another's constants: the union stands in for that error.)
 */
import { ENGINE_TABLE } from './constants.ts'
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
  const regime = regimeOfSequences(sequences)
  const spread = engineRow(engine ?? 'generic', version)?.spread[regime]
  if (!spread) return unionOfEngines(timeS, sequences, kernels)
  return { low: Math.min(kernels.low, timeS * spread[0]), high: Math.max(kernels.high, timeS * spread[1]) }
}

/** Of the time to the first token of an engine that has nothing else to do: what comes beside the steps adds, it scales not. */
export function ttftInterval(engine: EngineId | undefined, kernels: Interval, version = ''): Interval {
  const late = engineRow(engine ?? 'generic', version)?.firstLateS ?? latestFirstS
  return { low: kernels.low, high: kernels.high + Math.max(0, late) }
}

/** Nobody measured it: its kernels, its host time and its interval are those of others. */
export function isBorrowedEngine(engine: EngineId | undefined, version = ''): boolean {
  return engineRow(engine ?? 'generic', version) === undefined
}

const MEASURED = Object.values(ENGINE_TABLE.rows)
const latestFirstS = Math.max(...MEASURED.map((row) => row.firstLateS))

function unionOfEngines(timeS: number, sequences: number, kernels: Interval): Interval {
  const regime = regimeOfSequences(sequences)
  let { low, high } = kernels
  for (const { spread, exposedS, exposedSequenceS } of MEASURED) {
    low = Math.min(low, timeS * spread[regime][0])
    high = Math.max(high, (timeS + exposedS + exposedSequenceS * sequences) * spread[regime][1])
  }
  return { low, high }
}
