/**
 * The constants of engines from measured serving points: a robust fit by coordinate descent, and its error on whole models
 * and whole devices left out. Kernels are priced once; the fit only moves what the engine adds to them.
 *
 *   loss = mean over models of mean min(|log(predicted / measured)|, CAP), for TPOT, and with less weight for TTFT
 *
 * A model counts by the square root of its rows, so that no single benchmark decides. Repeats of one measurement count
 * once. What is left out of the fit, and only of the fit, says `reasonToSkip`.
 */
import { ENGINE_CONSTANTS, type EngineConstants, type EngineEra } from '../engine/constants.ts'
import { ENGINE_IDS, type EngineId, engineTime, eraOf } from '../engine/profile.ts'
import { medianPct, quantile } from '../cost/calibration/errors.ts'
import type { StepGroup } from '../architecture/extent.ts'
import type { ServingPoint } from './point.ts'
import { predictServing, type ServingPrediction } from './predict.ts'
import { type PricerCache, pricerOf, type StepPricer } from './pricer.ts'
import { brokenRules } from './rules.ts'

/** Errors beyond this much (log) say that something else is wrong with a point. */
const CAP = 0.5
/** Of TTFT beside TPOT: it depends on the client's habits as much as on the engine. */
const TTFT_WEIGHT = 0.2
/** Less than this many measurements fix no constants of their own. */
const LEAST_POINTS = 20

type Name = keyof EngineConstants

/** Where the search starts and how far it may go. A zero bound leaves a constant out. */
const BOUNDS: Readonly<Record<Name, { readonly step: number; readonly max: number }>> = {
  exposedS: { step: 2e-4, max: 10e-3 },
  exposedSequenceS: { step: 4e-6, max: 2e-4 },
  drag: { step: 0.02, max: 0.3 },
  stepS: { step: 1e-3, max: 30e-3 },
  sequenceS: { step: 1e-5, max: 3e-4 },
  arrivalS: { step: 0.02, max: 0.5 },
  queueShare: { step: 0.03, max: 0.5 },
}
const NAMES = Object.keys(BOUNDS) as Name[]

const NOTHING: EngineConstants = {
  exposedS: 0,
  exposedSequenceS: 0,
  drag: 0,
  stepS: 0,
  sequenceS: 0,
  arrivalS: 0.03,
  queueShare: 0.06,
}

/** Why a point takes no part in the fit (it keeps its place in every error table). */
export function reasonToSkip(point: ServingPoint, pricer: StepPricer, prediction: ServingPrediction): string | undefined {
  if (point.source !== 'points') return 'a throughput, or requests that arrive by the clock'
  if (point.mode !== 'aggregated') return 'disaggregated'
  if (point.load.kind !== 'concurrency' || point.measured.tpotS === undefined) return 'no TPOT at a concurrency'
  // The tables have no column for it; repeats of one configuration differ by the factor of one drafted token.
  if (point.engine === 'trtllm' && point.model.startsWith('deepseek')) return 'speculative decoding mixed in'
  const [broken] = brokenRules(point, { prefill: pricer, decode: pricer })
  if (broken) return broken.replaceAll('-', ' ')
  const wanted = point.load.requests / point.layout.dp
  if (wanted > 1.01 * prediction.running) return 'more requests than memory holds: the room decides'
  return undefined
}

interface Sample {
  readonly point: ServingPoint
  readonly pricer: StepPricer
  readonly kernelS: (groups: readonly StepGroup[]) => number
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

/** log(predicted / measured) under other constants. */
function logRatios({ point, pricer, kernelS, tpotS, ttftS }: Sample, constants: EngineConstants): [number, number?] {
  const time = engineTime(constants)
  const own: StepPricer = {
    ...pricer,
    profile: { ...pricer.profile, constants },
    stepS: (groups) => time.stepS(kernelS(groups), groups),
  }
  const prediction = predictServing(point, { prefill: own, decode: own })
  const tpot = Math.log((prediction?.tpotS ?? Number.NaN) / tpotS)
  const first = prediction?.ttftS
  return ttftS === undefined || first === undefined ? [tpot] : [tpot, Math.log(first / ttftS)]
}

function lossOf(samples: readonly Sample[], constants: EngineConstants): number {
  const byModel = new Map<string, { n: number; sum: number }>()
  for (const sample of samples) {
    const [tpot, ttft] = logRatios(sample, constants)
    const entry = byModel.get(sample.point.model) ?? { n: 0, sum: 0 }
    byModel.set(sample.point.model, entry)
    entry.n++
    entry.sum += Math.min(CAP, Math.abs(tpot))
    if (ttft !== undefined) entry.sum += TTFT_WEIGHT * Math.min(2 * CAP, Math.abs(ttft))
  }
  let total = 0
  let weight = 0
  for (const { n, sum } of byModel.values()) {
    total += (Math.sqrt(n) * sum) / n
    weight += Math.sqrt(n)
  }
  return total / weight
}

/** What is written is what is used. */
const digits = (x: number) => Number(x.toPrecision(2))

const ROUNDS = 12

/** Coordinate descent with steps that grow on success and shrink on failure; from nothing, so that the data must ask. */
export function fitConstants(samples: readonly Sample[], fitted: readonly Name[]): EngineConstants {
  let best = NOTHING
  let bestLoss = lossOf(samples, best)
  const steps = { ...Object.fromEntries(NAMES.map((name) => [name, BOUNDS[name].step])) } as Record<Name, number>
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of fitted) {
      const before = bestLoss
      for (const sign of [1, -1]) {
        const value = Math.min(BOUNDS[name].max, Math.max(0, best[name] + sign * steps[name]))
        const tried = { ...best, [name]: value }
        const loss = lossOf(samples, tried)
        if (loss >= bestLoss - 1e-6) continue
        best = tried
        bestLoss = loss
        break
      }
      steps[name] *= bestLoss < before ? 1.5 : 0.4
    }
  }
  return Object.fromEntries(NAMES.map((name) => [name, digits(best[name])])) as unknown as EngineConstants
}

export const FITTED: readonly Name[] = ['exposedS', 'exposedSequenceS', 'drag', 'arrivalS', 'queueShare']

/** Points of one engine and era, ready to fit. */
export function samplesOf(points: readonly ServingPoint[], known: PricerCache) {
  const samples: Sample[] = []
  const skipped = new Map<string, number>()
  const seen = new Set<string>()
  for (const point of points) {
    const skip = (reason: string) => skipped.set(reason, (skipped.get(reason) ?? 0) + 1)
    const made = pricerOf(point, point.layout, known)
    if (!made.ok) {
      skip(made.problem.reason)
      continue
    }
    const pricer = made.value
    const prediction = predictServing(point, { prefill: pricer, decode: pricer })
    if (!prediction) {
      skip('does not fit')
      continue
    }
    const reason = reasonToSkip(point, pricer, prediction)
    const { tpotS, ttftS } = point.measured
    const key = `${tpotS}|${ttftS}`
    if (reason !== undefined || tpotS === undefined || seen.has(key)) {
      skip(reason ?? 'a measurement that is there already')
      continue
    }
    seen.add(key)
    samples.push({ point, pricer, kernelS: remembered(pricer), tpotS, ttftS })
  }
  return { samples, skipped }
}
export const tpotErrors = (samples: readonly Sample[], constants: EngineConstants) => samples.map((s) => logRatios(s, constants)[0])
export { type Sample, medianPct, quantile, ENGINE_IDS, type EngineId, ENGINE_CONSTANTS, eraOf, type EngineEra, NOTHING }
