/**
 * The batch at which a technique stops (or starts) paying: speculation loses when a step is no longer bound by memory,
 * moving weights wins over working on the host when a batch shares them (R26). A mixture may lose at batch 1, where checked
 * tokens touch more experts, gain where all are touched anyway, and lose again. Prices are those of whole plans.
 */
import { ok, type Result } from '../units/result.ts'
import { evaluatePlan, type Performance } from './evaluate.ts'
import type { Plan } from './plan.ts'

export type Change = (plan: Plan) => Result<Plan>

/** Batches from `from` to `to`, both included; `to` is Infinity where it lasts to the largest that was tried. */
export interface BatchRange {
  readonly from: number
  readonly to: number
}

export const MOST_BATCH = 2 ** 14

function withBatch(plan: Plan, batchSize: number): Plan {
  const { scenario } = plan
  return { ...plan, scenario: { ...scenario, workload: { ...scenario.workload, batchSize } } }
}

/** Seconds per token of the answer, without the prompt. */
export function tokenSeconds(performance: Performance): number {
  return performance.tpotS ?? performance.e2eS
}

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
  const measured = (change: Change, batch: number): number => {
    const changed = change(withBatch(plan, batch))
    const outcome = changed.ok ? evaluatePlan(changed.value) : changed
    if (outcome.ok) return measure(outcome.value.performance)
    failure ??= outcome
    return Number.NaN
  }
  const pays = (batch: number) => measured(technique, batch) < measured(other, batch)
  const out: BatchRange[] = []
  let from: number | undefined
  let before = pays(1)
  if (before) from = 1
  for (let batch = 1; batch < most && !failure; batch *= 2) {
    const after = pays(batch * 2)
    if (after === before) continue
    let low = batch
    let high = batch * 2
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (pays(middle) === before) low = middle
      else high = middle
    }
    if (after) from = high
    else if (from !== undefined) out.push({ from, to: low })
    if (!after) from = undefined
    before = after
  }
  if (from !== undefined) out.push({ from, to: Number.POSITIVE_INFINITY })
  return failure ?? ok(out)
}

/** Largest batch up to which a technique that pays at batch 1 goes on paying; 0 where it does not, Infinity where it never stops. */
export function breakEvenBatch(plan: Plan, technique: Change, most = MOST_BATCH): Result<number> {
  const ranges = payingBatches(plan, technique, ok, tokenSeconds, most)
  if (!ranges.ok) return ranges
  const [first] = ranges.value
  return ok(first?.from === 1 ? first.to : 0)
}
