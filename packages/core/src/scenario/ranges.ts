/**
 * The interval of every number that a request's times make: of the whole request, of rates that fall as it grows, of price
 * and energy that grow with it. Absent on the roofline, which is a bound and no estimate.
 *
 *   E2E   = TTFT + (output tokens − 1) · TPOT, end by end, as if both erred together
 *   rate  ∝ 1 / E2E          price, energy ∝ E2E
 */
import type { Ends } from '../units/interval.ts'
import type { Analysis, PhaseRange } from './analyze.ts'

/** The interval of a whole request: first token and all further ones, as if they erred together. */
export function requestRange({ request, scenario }: Pick<Analysis, 'request' | 'scenario'>): PhaseRange | undefined {
  const { ttftRange: first, tpotRange: each, ttftS, e2eS } = request
  if (!first) return undefined
  if (!each) return first
  const steps = scenario.workload.outputTokens - 1
  const decodeShare = (e2eS - ttftS) / e2eS
  const mix = (a: number, b: number) => a * (1 - decodeShare) + b * decodeShare
  return {
    low: first.low + steps * each.low,
    high: first.high + steps * each.high,
    borrowedShare: mix(first.borrowedShare, each.borrowedShare),
    extrapolatedShare: mix(first.extrapolatedShare, each.extrapolatedShare),
  }
}

/** What grows with a time of this interval, or falls as it grows (`isRate`). */
export function scaledEnds(value: number, timeS: number, { low, high }: Ends, isRate = false): Ends {
  return isRate
    ? { low: (value * timeS) / high, high: (value * timeS) / low }
    : { low: (value * low) / timeS, high: (value * high) / timeS }
}

export const RANGED = ['ttft', 'tpot', 'e2e', 'throughput', 'energy', 'price'] as const
export type Ranged = (typeof RANGED)[number]
export type RequestRanges = { readonly [R in Ranged]?: Ends }

/** Of every number of a request that there is; undefined on the roofline. */
export function requestRanges(analysis: Pick<Analysis, 'request' | 'scenario'>): RequestRanges | undefined {
  const whole = requestRange(analysis)
  if (!whole) return undefined
  const { request } = analysis
  const { e2eS, ttftRange, tpotRange } = request
  const energy = request.energyPerOutputTokenJ
  const price = request.priceUsdPerMillionOutputTokens
  return {
    ...(ttftRange ? { ttft: ttftRange } : {}),
    ...(tpotRange ? { tpot: tpotRange } : {}),
    e2e: whole,
    throughput: scaledEnds(request.outputTokensPerS, e2eS, whole, true),
    ...(energy === undefined ? {} : { energy: scaledEnds(energy, e2eS, whole) }),
    ...(price === undefined ? {} : { price: scaledEnds(price, e2eS, whole) }),
  }
}
