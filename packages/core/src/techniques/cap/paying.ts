/**
 * Up to which batch a set of techniques pays, and from which one on its transfers hide, as one line beside its reasons:
 * speculation loses where a step is no longer bound by memory, and shared weights win there. Time per output token of the set
 * against the baseline at other batches, of those that memory holds.
 */
import { microBatch, rankSequences } from '../../layout/layout.ts'
import { layoutOf } from '../../scenario/scenario.ts'
import { formatCount } from '../../units/format.ts'
import { type BatchRange, MOST_BATCH, payingBatches, withBatch } from '../breakEven.ts'
import { compose } from '../compose.ts'
import { evaluatePlan } from '../evaluate.ts'
import { engineOf } from '../outcome/engine.ts'
import type { Placed, Plan } from '../plan.ts'
import type { Use } from '../primitive.ts'
import type { CapAnswer, Desk } from './desk.ts'

/** A search of placements at every batch tried would take seconds; a technique that sets the batch has one of its own. */
const hasOwnBatch = ({ primitive, with: values }: Use) =>
  (primitive === 'PLACE' && values.search === true) || (primitive === 'SCHED' && Number(values.batch ?? 0) > 0)

function rangeText({ from, to, endsMemory, beginsAlone }: BatchRange, i: number): string {
  const which =
    to === Number.POSITIVE_INFINITY
      ? `from batch ${from} on`
      : from === to
        ? `at batch ${from}`
        : from === 1
          ? `up to batch ${to}`
          : `from batch ${from} to ${to}`
  const request = i === 0 ? ' of this request' : ''
  return `${which}${request}${endsMemory ? ', the most that fits' : ''}${beginsAlone ? ', where the baseline no longer fits' : ''}`
}

/** Nothing where it pays, or does not pay, at every batch alike that memory holds. */
function rangesText(desk: Desk, { selection }: CapAnswer): string[] {
  if (selection.uses.some(hasOwnBatch)) return []
  const withUses = (uses: readonly Use[]) => (plan: Plan) => compose(plan.scenario, [...desk.fixed.uses, ...uses])
  const plain = { ...desk.baseline.plan, scenario: desk.scenario }
  const ranges = payingBatches(plain, withUses(selection.uses), withUses([]))
  if (!ranges.ok || ranges.value.length === 0) return []
  const [first] = ranges.value
  if (first?.from === 1 && (first.endsMemory || first.to === Number.POSITIVE_INFINITY)) return []
  return [`time per token: pays ${ranges.value.map(rangeText).join(', and ')}`]
}

const isHidden = ({ overlapped, compute, tier, share }: Placed) =>
  overlapped && compute === 'accelerator' && tier !== 'on-chip' && share > 0

/** Whether a decode step half-way through the answer computes for as long as it transfers, with the shares as they are placed. */
function hides(plan: Plan, batch: number): boolean | undefined {
  const own = withBatch(plan, batch)
  const engine = engineOf(own)
  if (!engine.ok) return undefined
  const layout = own.decodeLayout ?? layoutOf(own.scenario)
  const sequences = microBatch(layout, rankSequences(layout, batch * own.calls.parallel))
  const contextTokens = engine.value.firstContext + Math.floor(engine.value.steps / 2)
  const group = { sequences, newTokens: own.decoding.checkedTokens, contextTokens }
  const { accelerator, inTurnS, hidden } = engine.value.placedStep([group])
  return hidden <= accelerator + inTurnS
}

/** The batch between these two at which hiding begins, or ends. */
function turn(plan: Plan, from: number, to: number): number {
  let [low, high] = [from, to]
  const before = hides(plan, low)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (hides(plan, middle) === before) low = middle
    else high = middle
  }
  return high
}

/**
 * The first batches whose work hides their transfers: shared weights hide from some batch on, a cache that grows with the
 * batch until some. Powers of two are tried.
 */
function hidingBatches(plan: Plan): { readonly from: number; readonly to: number } | undefined {
  let from = hides(plan, 1) ? 1 : undefined
  for (let batch = 1; batch < MOST_BATCH; batch *= 2) {
    const now = hides(plan, 2 * batch)
    if (from === undefined && now) from = turn(plan, batch, 2 * batch)
    else if (from !== undefined && !now) return { from, to: turn(plan, batch, 2 * batch) - 1 }
  }
  return from === undefined ? undefined : { from, to: Number.POSITIVE_INFINITY }
}

function transfersText({ plan, outcome }: CapAnswer): string[] {
  if (!plan.placed.some(isHidden)) return []
  const hidden = hidingBatches(plan)
  if (!hidden)
    return [`transfers: longer than the work at every batch up to ${formatCount(MOST_BATCH)}, at these shares`]
  const { from: batch, to } = hidden
  if (batch === 1) {
    return [
      to === Number.POSITIVE_INFINITY
        ? 'transfers: hidden at every batch'
        : `transfers: hidden up to batch ~${formatCount(to)}, at these shares`,
    ]
  }
  const at = evaluatePlan(withBatch(plan, batch))
  if (at.ok && at.value.memory.fits !== false) return [`transfers: hidden from batch ~${formatCount(batch)} on`]
  const { maxUsers } = outcome.memory
  const most = maxUsers === undefined ? '' : ` (at most ${formatCount(maxUsers)} do)`
  return [`transfers: would be hidden from batch ~${formatCount(batch)} on, which does not fit${most}`]
}

/** Undefined where there is nothing to say of other batches, and where there is no time between tokens. */
export function payingWords(desk: Desk, answer: CapAnswer): string | undefined {
  if (!answer.performance.values.tpotS || !desk.baseline.performance.values.tpotS) return undefined
  if (answer.selection.members.length === 0) return undefined
  const words = [...rangesText(desk, answer), ...transfersText(answer)]
  return words.length > 0 ? words.join('; ') : undefined
}
