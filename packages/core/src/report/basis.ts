/**
 * Where times come from, in the few words that stand beside every number: the basis, the interval around a time, and what
 * is borrowed or extrapolated, each with the sentence that says what it means.
 */
import { engineProfile } from '../engine/profile.ts'
import type { Analysis, PhaseRange } from '../scenario/analyze.ts'
import { formatPercent, formatSeconds } from '../units/format.ts'

/** What a reader must be warned of. */
export interface CautionMark {
  readonly id: 'borrowed' | 'extrapolated'
  /** `borrowed`, or with its share of the time: `12 % borrowed`. */
  readonly text: string
  readonly help: string
}

export interface BasisBadge {
  readonly basis: Analysis['basis']
  /** `roofline: a floor`, `calibrated, vLLM, 80 % interval`. */
  readonly text: string
  readonly help: string
}

export const CAUTIONS: Readonly<Record<CautionMark['id'], string>> = {
  borrowed:
    'Borrowed: nobody measured this kernel on this device, so its constants are those of another device of the architecture or of the class. The interval is as wide as whole devices left out of the fit were off.',
  extrapolated:
    'Extrapolated: outside the times, shapes or formats that were measured, or a kernel nobody measured, priced by its launch, bytes and work.',
}

/** What each basis is, in one sentence. */
const HELP: Readonly<Record<Analysis['basis'], string>> = {
  roofline:
    'Every operator at its full peak or the full bandwidth: no engine is faster, real ones take longer. No interval: it is a bound, not an estimate.',
  calibrated:
    'Kernel models with constants fitted to measured kernels, and the engine’s own time. Intervals hold 80 % of the measurements that were left out of the fit.',
  measured: 'Your own kernel tables, interpolated by utilisation; what they lack comes from the calibrated models.',
}

export function basisBadge({ basis, scenario }: Analysis): BasisBadge {
  const engine = engineProfile(scenario.engine).name
  const text = basis === 'roofline' ? 'roofline: a floor' : `${basis}, ${engine}, 80 % interval`
  return { basis, text, help: HELP[basis] }
}

/** A share of the time below this is not worth a word beside a number. */
const WORTH_SAYING = 0.05

/** Warnings on a sum of operators: the share of its time they are about. */
export function rangeMarks(range: PhaseRange | undefined, least = WORTH_SAYING): CautionMark[] {
  if (!range) return []
  const { borrowedShare, extrapolatedShare } = range
  const said = (share: number, words: string) => (share > 0.995 ? words : `${formatPercent(share)} ${words}`)
  // Small kernels are both at once: one word for the two where they are the same time.
  if (Math.abs(borrowedShare - extrapolatedShare) < 0.005 && extrapolatedShare >= least) {
    const help = `${CAUTIONS.borrowed} ${CAUTIONS.extrapolated}`
    return [{ id: 'extrapolated', text: said(extrapolatedShare, 'borrowed and extrapolated'), help }]
  }
  const shares = [
    ['borrowed', borrowedShare],
    ['extrapolated', extrapolatedShare],
  ] as const
  return shares.flatMap(([id, share]) => (share >= least ? [{ id, text: said(share, id), help: CAUTIONS[id] }] : []))
}

/** Warnings on one operator. */
export function operatorMarks(
  range: { readonly borrowed?: boolean; readonly extrapolated?: boolean } | undefined,
): CautionMark[] {
  return (['borrowed', 'extrapolated'] as const).flatMap((id) =>
    range?.[id] ? [{ id, text: id, help: CAUTIONS[id] }] : [],
  )
}

/** `6.1 to 7.4 ms`, in one unit where both ends have it. */
export function intervalText(low: number, high: number): string {
  const [from, to] = [formatSeconds(low), formatSeconds(high)]
  const unit = /\D+$/.exec(to)?.[0] ?? ''
  return unit !== '' && from.endsWith(unit) ? `${from.slice(0, -unit.length)} to ${to}` : `${from} to ${to}`
}

/** The interval of a whole request: first token and all further ones, as if they erred together. */
export function requestRange({ request, scenario }: Analysis): PhaseRange | undefined {
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
