/**
 * Intervals around the times of an answer, where kernels are priced (the calibrated and measured bases): the roofline is a
 * bound and has none. Seconds.
 *
 *   TTFT of the plan · (low, high of the prefill ÷ prefill)      TPOT · (low, high of a decode step ÷ step)
 *
 * The prefill and the step are the plain ones of the plan's own network, batch and layout, as `analyze` gives them
 * (`engine/interval.ts`). What techniques put around them (drafts, passes beside, several calls) is taken to err as they do:
 * nobody measured whole predictions of such plans, so the true intervals are no narrower.
 */
import type { Interval } from '../../engine/interval.ts'
import { analyzeBench, type PhaseRange } from '../../scenario/analyze.ts'
import type { Performance } from '../evaluate.ts'
import { benchOf } from '../outcome/bench.ts'
import type { Plan } from '../plan.ts'

export interface TimeIntervals {
  readonly ttftS: Interval
  readonly tpotS?: Interval
}

const around = (value: number, of: number, { low, high }: PhaseRange): Interval => ({
  low: (value * low) / of,
  high: (value * high) / of,
})

/** Undefined on the roofline. */
export function timeIntervals(
  plan: Plan,
  { ttftS, tpotS }: Pick<Performance, 'ttftS' | 'tpotS'>,
): TimeIntervals | undefined {
  if ((plan.scenario.basis ?? 'roofline') === 'roofline') return undefined
  const bench = benchOf(plan.scenario)
  if (!bench.ok) return undefined
  const { request } = analyzeBench(bench.value)
  if (!request.ttftRange) return undefined
  const each = request.tpotRange && request.tpotS ? around(1, request.tpotS, request.tpotRange) : undefined
  return {
    ttftS: around(ttftS, request.ttftS, request.ttftRange),
    ...(each && tpotS !== undefined ? { tpotS: { low: tpotS * each.low, high: tpotS * each.high } } : {}),
  }
}
