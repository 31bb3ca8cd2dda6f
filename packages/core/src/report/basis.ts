/**
 * Where times come from, in the few words that stand beside every number: the basis, the interval around a time, and what
 * is borrowed or extrapolated, each with the sentence that says what it means.
 */

import type { EngineId } from '../engine/profile.ts'
import { engineProfile } from '../engine/profile.ts'
import type { Analysis, PhaseRange } from '../scenario/analyze.ts'
import { formatPercent } from '../units/format.ts'

export { requestRange } from '../scenario/ranges.ts'
export { intervalText } from '../units/interval.ts'

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
    'Borrowed: nobody measured this kernel on this device, so its constants are those of another device of the architecture or of the class, and the interval is as wide as whole devices left out of the fit were off; or nobody measured this engine, and the interval holds that of every measured one.',
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

export function basisText(basis: Analysis['basis'], engine?: EngineId): string {
  return basis === 'roofline' ? 'roofline: a floor' : `${basis}, ${engineProfile(engine).name}, 80 % interval`
}

export function basisBadge({ basis, scenario }: Analysis): BasisBadge {
  return { basis, text: basisText(basis, scenario.engine), help: HELP[basis] }
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
