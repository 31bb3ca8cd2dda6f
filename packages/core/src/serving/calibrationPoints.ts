/**
 * Which measured points fit engines, and why the others do not: a rule each, none by hand. All keep their place in every
 * error table.
 */
import type { StepGroup } from '../architecture/extent.ts'
import { constantsKey } from '../engine/profile.ts'
import { lonePrefillS } from './composition.ts'
import { batchesOf, type ServingPoint } from './point.ts'
import { predictServing, type ServingPrediction } from './predict.ts'
import { type PricerCache, pricerOf, type StepPricer } from './pricer.ts'
import { brokenRules } from './rules.ts'

export interface Sample {
  readonly point: ServingPoint
  /** Row of constants it belongs to. */
  readonly row: string
  readonly pricer: StepPricer
  /** Kernels of a step, remembered. */
  readonly kernelS: (groups: readonly StepGroup[]) => number
  /** Sequences per attention rank. */
  readonly each: number
  readonly tpotS: number
  readonly ttftS: number | undefined
}

function remembered(pricer: StepPricer): Sample['kernelS'] {
  const known = new Map<string, number>()
  return (groups) => {
    let key = ''
    for (const { sequences, newTokens, contextTokens } of groups) key += `${sequences},${newTokens},${contextTokens};`
    const found = known.get(key)
    if (found !== undefined) return found
    const seconds = pricer.kernelS(groups)
    known.set(key, seconds)
    return seconds
  }
}

/**
 * Speculative decoding is in no column; the repeats of one configuration of DeepSeek on TensorRT-LLM differ by the factor
 * of one drafted token in 31 of 46 cases.
 */
const isMixedUp = ({ engine, model }: ServingPoint) => engine === 'trtllm' && model.startsWith('deepseek')

/** Nobody waits longer than for the prompts of all others; twice that, and two seconds, for what predictions get wrong. */
const STALL_FACTOR = 2
const STALL_S = 2

/** Why a point cannot fit an engine, though it can be predicted. */
function reasonToSkip(point: ServingPoint, pricer: StepPricer, prediction: ServingPrediction): string | undefined {
  if (isMixedUp(point)) return 'speculative decoding is mixed in without a column (DeepSeek on TensorRT-LLM)'
  const [broken] = brokenRules(point, { prefill: pricer, decode: pricer })
  if (broken) return `breaks a rule: ${broken.replaceAll('-', ' ')}`
  const { load, layout } = point
  const wanted = load.kind === 'concurrency' ? load.requests / layout.dp : 0
  if (wanted > 1.01 * prediction.running) return 'more requests than memory holds: the room decides, not the engine'
  const { ttftS } = point.measured
  const loneS = lonePrefillS(point.promptTokens, pricer.profile.batchTokens, pricer.kernelS)
  const allS = loneS * Math.max(1, wanted / batchesOf(layout))
  if (ttftS !== undefined && ttftS > STALL_S + STALL_FACTOR * allS) {
    return 'first tokens later than all prompts together take: the engine was warming up, or stood still'
  }
  return undefined
}

export interface CalibrationPoints {
  readonly samples: readonly Sample[]
  /** Points left out, by reason. */
  readonly skipped: ReadonlyMap<string, number>
}

/** Repeats of one measurement (the tables hold many) count once. */
export function calibrationPoints(points: readonly ServingPoint[], known: PricerCache): CalibrationPoints {
  const samples: Sample[] = []
  const skipped = new Map<string, number>()
  const seen = new Set<string>()
  const reasonFor = (point: ServingPoint): string | undefined => {
    const { measured, load, mode, layout } = point
    const { tpotS, ttftS } = measured
    if (mode !== 'aggregated') return 'disaggregated'
    if (load.kind !== 'concurrency' || tpotS === undefined) return 'no TPOT at a concurrency'
    const key = `${tpotS}|${ttftS}|${load.requests}`
    if (seen.has(key)) return 'the same measurement is there already'
    const made = pricerOf(point, layout, known)
    if (!made.ok) return made.problem.reason
    const pricer = made.value
    const prediction = predictServing(point, { prefill: pricer, decode: pricer })
    if (!prediction) return 'by the memory plan the model does not fit this layout'
    const reason = reasonToSkip(point, pricer, prediction)
    if (reason !== undefined) return reason
    seen.add(key)
    const each = load.requests / layout.dp / batchesOf(layout)
    const row = constantsKey(point.engine, point.engineVersion)
    samples.push({ point, row, pricer, kernelS: remembered(pricer), each, tpotS, ttftS })
    return undefined
  }
  for (const point of points) {
    const reason = reasonFor(point)
    if (reason !== undefined) skipped.set(reason, (skipped.get(reason) ?? 0) + 1)
  }
  return { samples, skipped }
}
