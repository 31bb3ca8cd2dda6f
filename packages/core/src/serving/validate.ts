/**
 * Predicted against measured, metric by metric: what an error table is made of. Rows that cannot be predicted keep their
 * place, with the reason.
 */
import type { Scored } from '../cost/calibration/errors.ts'
import { metricsOf, type ServingMetric, type ServingPoint, type UnusedRow } from './point.ts'
import { devicesOf, predictServing, type ServingPrediction } from './predict.ts'
import { type PricerCache, pricerOf, type StepPricer } from './pricer.ts'
import { brokenRules, type ServingRule } from './rules.ts'

export interface ServingScore {
  readonly point: ServingPoint
  readonly metric: ServingMetric
  readonly measured: number
  /** Undefined: not predicted, for this reason. */
  readonly predicted: number | undefined
  readonly reason?: string
  /** Physical rules that the whole row breaks; given with its first metric. */
  readonly broken: readonly ServingRule[]
}

/** The measured figure and its prediction, in the same terms. */
function pairOf(
  point: ServingPoint,
  metric: ServingMetric,
  prediction: ServingPrediction | undefined,
): readonly [number, number | undefined] {
  const { measured, promptTokens, outputTokens } = point
  switch (metric) {
    case 'tpot':
      return [measured.tpotS ?? Number.NaN, prediction?.tpotS]
    case 'ttft':
      return [measured.ttftS ?? Number.NaN, prediction?.ttftS]
    case 'throughput': {
      const { throughput } = measured
      if (!throughput) return [Number.NaN, undefined]
      const all = throughput.of === 'total' ? (promptTokens + outputTokens) / outputTokens : 1
      const devices = throughput.per === 'gpu' ? devicesOf(point) : 1
      return [throughput.perS, prediction && (prediction.outputTokensPerS * all) / devices]
    }
  }
}

/** `roofline`: every step at full peaks and bandwidth, on an engine that takes no time of its own. */
export type ServingBasis = 'calibrated' | 'roofline'

function onBasis(pricer: StepPricer, basis: ServingBasis): StepPricer {
  if (basis === 'calibrated') return pricer
  const { profile, floorS } = pricer
  const constants = { ...profile.constants, exposedS: 0, exposedSequenceS: 0, arrivalS: 0 }
  return { ...pricer, stepS: floorS, kernelS: floorS, profile: { ...profile, constants } }
}

/** A problem of the accelerator itself (`is a NPU: …`) is told with its name. */
const reasonOf = ({ path, reason }: { readonly path: string; readonly reason: string }, point: ServingPoint): string =>
  path === point.accelerator ? `${path} ${reason}` : reason

function predictionOf(
  point: ServingPoint,
  known: PricerCache,
  basis: ServingBasis,
): { readonly prediction?: ServingPrediction; readonly reason?: string; readonly broken?: readonly ServingRule[] } {
  const decode = pricerOf(point, point.decode?.layout ?? point.layout, known)
  const prefill = point.prefill ? pricerOf(point, point.prefill.layout, known) : decode
  if (!decode.ok) return { reason: reasonOf(decode.problem, point) }
  if (!prefill.ok) return { reason: reasonOf(prefill.problem, point) }
  const pricers = { prefill: onBasis(prefill.value, basis), decode: onBasis(decode.value, basis) }
  const prediction = predictServing(point, pricers)
  const broken = brokenRules(point, pricers)
  return prediction
    ? { prediction, broken }
    : { reason: 'by the memory plan the model does not fit this layout', broken }
}

export function scorePoint(
  point: ServingPoint,
  known: PricerCache,
  basis: ServingBasis = 'calibrated',
): ServingScore[] {
  const metrics = metricsOf(point.measured)
  const { prediction, reason, broken = [] } = predictionOf(point, known, basis)
  return metrics.map((metric, i) => {
    const [measured, predicted] = pairOf(point, metric, prediction)
    const isPredicted = predicted !== undefined && Number.isFinite(predicted) && predicted > 0
    return {
      point,
      metric,
      measured,
      predicted: isPredicted ? predicted : undefined,
      broken: i === 0 ? broken : [],
      ...(isPredicted ? {} : { reason: reason ?? `no ${metric} for this kind of load` }),
    }
  })
}

/** Rows for the error table, one per measured metric; unused rows count without a ratio. */
export function servingErrors(
  scores: readonly ServingScore[],
  unused: readonly UnusedRow[],
  keys: readonly string[],
): Scored[] {
  const groupOf = (columns: Readonly<Record<string, string>>, metric: string) =>
    Object.fromEntries(keys.map((key) => [key, key === 'metric' ? metric : (columns[key] ?? '')]))
  return [
    ...scores.map(({ point, metric, measured, predicted }) => ({
      group: groupOf(point.columns, metric),
      logRatio: predicted === undefined ? undefined : Math.log(predicted / measured),
    })),
    ...unused.flatMap((row) =>
      row.metrics.map((metric) => ({ group: groupOf(row.columns, metric), logRatio: undefined })),
    ),
  ]
}
