/**
 * Up to which batch a set of techniques pays, as one line beside its reasons: speculation loses where a step is no longer
 * bound by memory, and shared weights win there. Time per output token of the set against the baseline, at other batches.
 */
import { type BatchRange, payingBatches } from '../breakEven.ts'
import { compose } from '../compose.ts'
import type { Plan } from '../plan.ts'
import type { Use } from '../primitive.ts'
import type { CapAnswer, Desk } from './desk.ts'

/** A search of placements at every batch tried would take seconds; a technique that sets the batch has one of its own. */
const hasOwnBatch = ({ primitive, with: values }: Use) =>
  (primitive === 'PLACE' && values.search === true) || (primitive === 'SCHED' && Number(values.batch ?? 0) > 0)

function rangeText({ from, to }: BatchRange): string {
  if (to === Number.POSITIVE_INFINITY) return `from batch ${from} on`
  if (from === to) return `at batch ${from}`
  return from === 1 ? `up to batch ${to}` : `from batch ${from} to ${to}`
}

/** Undefined where it pays, or does not pay, at every batch alike, and where there is no time between tokens. */
export function payingWords(desk: Desk, { selection, performance }: CapAnswer): string | undefined {
  if (!performance.values.tpotS || !desk.baseline.performance.values.tpotS) return undefined
  if (selection.members.length === 0 || selection.uses.some(hasOwnBatch)) return undefined
  const withUses = (uses: readonly Use[]) => (plan: Plan) => compose(plan.scenario, [...desk.fixed.uses, ...uses])
  const plain = { ...desk.baseline.plan, scenario: desk.scenario }
  const ranges = payingBatches(plain, withUses(selection.uses), withUses([]))
  if (!ranges.ok || ranges.value.length === 0) return undefined
  const [first] = ranges.value
  if (first?.from === 1 && first.to === Number.POSITIVE_INFINITY) return undefined
  return `time per token: pays ${ranges.value.map(rangeText).join(', and ')} of this request`
}
