/**
 * The batch at which a technique stops (or starts) paying: speculation loses when a step is no longer bound by memory,
 * moving weights wins over working on the host when a batch shares them. A mixture may lose at batch 1, where checked
 * tokens touch more experts, gain where all are touched anyway, and lose again. Prices are those of whole plans, of batches that
 * the technique has the memory for; where the other has not, it pays whatever it costs. Even is not paying.
 */

import { ok, type Result } from '../units/result.ts'
import { EVEN } from './cap/movement.ts'
import { evaluatePlan, type Performance } from './evaluate.ts'
import type { Plan } from './plan.ts'

export type Change = (plan: Plan) => Result<Plan>

/** Batches from `from` to `to`, both included; `to` is Infinity where it lasts to the largest that was tried. */
export interface BatchRange {
  readonly from: number
  readonly to: number
  /** It ends where the technique's memory does. */
  readonly endsMemory?: true
  /** It begins where the other's memory ends. */
  readonly beginsAlone?: true
}

export const MOST_BATCH = 2 ** 14

export function withBatch(plan: Plan, batchSize: number): Plan {
  const { scenario } = plan
  return { ...plan, scenario: { ...scenario, workload: { ...scenario.workload, batchSize } } }
}

/** Seconds per token of the answer, without the prompt. */
export function tokenSeconds(performance: Performance): number {
  return performance.tpotS ?? performance.e2eS
}

/** Of one batch: memory holds both and the technique is faster, or is not; holds it alone; does not hold it. */
type Verdict = 'faster' | 'even' | 'alone' | 'full'

/**
 * Batches at which `technique` is better than `other` by the measure (lower is better). Powers of two are tried, and every
 * change between two of them is narrowed down to the batch: a gain that comes and goes between two powers is not seen.
 */
export function payingBatches(
  plan: Plan,
  technique: Change,
  other: Change = ok,
  measure: (performance: Performance) => number = tokenSeconds,
  most = MOST_BATCH,
): Result<readonly BatchRange[]> {
  let failure: Result<never> | undefined
  /** The measure where memory holds the batch; undefined where it does not. */
  const measured = (change: Change, batch: number): number | undefined => {
    const changed = change(withBatch(plan, batch))
    const outcome = changed.ok ? evaluatePlan(changed.value) : changed
    if (outcome.ok) return outcome.value.memory.fits === false ? undefined : measure(outcome.value.performance)
    failure ??= outcome
    return undefined
  }
  const verdict = (batch: number): Verdict => {
    const own = measured(technique, batch)
    if (own === undefined) return 'full'
    const others = measured(other, batch)
    if (others === undefined) return 'alone'
    return own * (1 + EVEN) < others ? 'faster' : 'even'
  }
  const pays = (one: Verdict) => one === 'faster' || one === 'alone'
  const out: BatchRange[] = []
  let start: { readonly from: number; readonly beginsAlone?: true } | undefined
  let before = verdict(1)
  if (pays(before)) start = { from: 1 }
  for (let batch = 1; batch < most && before !== 'full' && !failure; batch *= 2) {
    const after = verdict(batch * 2)
    let low = batch
    let high = batch * 2
    let below: Verdict = before
    let above: Verdict = after
    while (high - low > 1 && pays(below) !== pays(above)) {
      const middle = Math.floor((low + high) / 2)
      const at = verdict(middle)
      if (pays(at) === pays(below)) {
        low = middle
        below = at
      } else {
        high = middle
        above = at
      }
    }
    if (pays(above) && !start) start = { from: high, ...(above === 'alone' ? { beginsAlone: true } : {}) }
    else if (!pays(above) && start) {
      out.push({ ...start, to: low, ...(above === 'full' ? { endsMemory: true } : {}) })
      start = undefined
    }
    before = after
  }
  if (start) out.push({ ...start, to: Number.POSITIVE_INFINITY })
  return failure ?? ok(out)
}
