/**
 * The inverse questions: the longest context for so many users, the most users at a context, the fewest accelerators, and
 * the cheapest ones that fit. Answers are exact for the memory plan: the returned value fits, one more does not.
 * Several accelerators share one copy by a layout: tensor parallel, attention over the sequences where that would copy the
 * cache to every rank, pipeline stages where the heads do not divide.
 */
import type { ModelSpec } from '../architecture/model.ts'
import { type Network, networkCache } from '../architecture/network.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { checkLayout, type Layout, legalTp, ONE_ACCELERATOR } from '../layout/layout.ts'
import type { Template } from '../step/template.ts'
import type { Workload } from '../workload/workload.ts'
import { type MemoryPlan, planMemory } from './plan.ts'

/** Beyond this the context or the users are taken to be unbounded: no engine gets there. */
const UNBOUNDED = 2 ** 40

export interface FitQuestion {
  readonly model: ModelSpec
  /** The stages of one rank's network in a layout. */
  readonly stagesOf: (layout: Layout) => readonly Template[]
  readonly workload: Workload
  readonly capacityBytes: number
  readonly utilization: number
  /** The user's own layout; absent: chosen for the count. */
  readonly layout?: Layout
}

/** Whether some cache has fewer heads than there are ranks, so that tensor parallelism copies it (MLA latents, MQA). */
function copiesCache(model: ModelSpec, ranks: number): boolean {
  return model.stack.kinds.some(({ mixer }) => {
    if (mixer?.kind === 'attention') return mixer.numKvHeads < ranks
    return mixer?.kind === 'mla' || mixer?.kind === 'compressed'
  })
}

/** Ways to share one copy among so many accelerators, the usual one first. */
export function sharingLayouts(model: ModelSpec, count: number): Layout[] {
  const legal = (layout: Layout) => checkLayout(model, layout).ok
  const tensor: Layout = { ...ONE_ACCELERATOR, tp: count }
  const whole: Layout = { ...tensor, ep: count }
  const out = [tensor, whole].filter(legal).slice(0, 1)
  const data: Layout = { ...ONE_ACCELERATOR, attentionDp: count, ep: count }
  if (copiesCache(model, count) && legal(data)) out.push(data)
  if (out.length > 0) return out
  for (let tp = count - 1; tp >= 1; tp--) {
    const staged: Layout = { ...ONE_ACCELERATOR, tp, pp: count / tp }
    if (count % tp === 0 && legal(staged)) return [staged]
  }
  return []
}

/**
 * Plan for `users` sequences of `contextTokens` on `count` accelerators, in the layout that takes least; undefined when no
 * layout is legal.
 */
export function planFit(
  question: FitQuestion,
  contextTokens: number,
  users: number,
  count: number,
): MemoryPlan | undefined {
  const { model, stagesOf, capacityBytes, utilization } = question
  const workload: Workload = {
    ...question.workload,
    batchSize: users,
    promptTokens: Math.max(1, contextTokens),
    sharedPrefixTokens: Math.min(question.workload.sharedPrefixTokens, contextTokens),
  }
  const layouts = question.layout ? [question.layout] : sharingLayouts(model, count)
  let best: MemoryPlan | undefined
  for (const layout of layouts) {
    const plan = planMemory({ stages: stagesOf(layout), layout, workload, contextTokens, capacityBytes, utilization })
    if (!best || plan.totalBytes < best.totalBytes) best = plan
  }
  return best
}

/** Largest n ≥ 0 with `holds(n)`, for a predicate that once false stays false; Infinity when it never fails. */
export function largest(holds: (n: number) => boolean): number {
  if (!holds(1)) return 0
  let low = 1
  let high = 2
  while (holds(high)) {
    low = high
    high *= 2
    if (high > UNBOUNDED) return Number.POSITIVE_INFINITY
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}

const fits = (plan: MemoryPlan | undefined): boolean => plan?.fits === true

/** Tokens per sequence that fit for `users` users; 0 when not even one does, Infinity when context costs nothing. */
export function maxContext(question: FitQuestion, users: number, count: number): number {
  return largest((tokens) => fits(planFit(question, tokens, users, count)))
}

/** Sequences of `contextTokens` that fit. */
export function maxUsers(question: FitQuestion, contextTokens: number, count: number): number {
  return largest((users) => fits(planFit(question, contextTokens, users, count)))
}

/** Most accelerators that share one copy in the search for the fewest. */
const MOST_SHARING = 1024
const knownCounts = new WeakMap<ModelSpec, readonly number[]>()

/** Counts that divide the heads: what people build. Others work as pipelines, but only when asked for. */
function usualCounts(model: ModelSpec): readonly number[] {
  const known =
    knownCounts.get(model) ?? legalTp(model, MOST_SHARING).filter((n) => sharingLayouts(model, n).length > 0)
  knownCounts.set(model, known)
  return known
}

/** Fewest accelerators (of a usual count) that hold the workload; undefined when no usual count does. */
export function minCount(question: FitQuestion, contextTokens: number, users: number): number | undefined {
  const { layout: _, ...free } = question
  return usualCounts(question.model).find((count) => fits(planFit(free, contextTokens, users, count)))
}

export interface Offer {
  readonly accelerator: Accelerator
  readonly count: number
  readonly usdPerHour: number
}

/** Accelerators of a catalogue with memory and an hourly price, fewest of each that fit, cheapest first. */
export function cheapestOffers(
  question: Omit<FitQuestion, 'capacityBytes'>,
  accelerators: readonly Accelerator[],
  contextTokens: number,
  users: number,
): Offer[] {
  const offers: Offer[] = []
  for (const accelerator of accelerators) {
    const capacityBytes = accelerator.memoryBytes?.value
    const hourly = accelerator.priceUsdPerHour?.value
    if (capacityBytes === undefined || hourly === undefined) continue
    const count = minCount({ ...question, capacityBytes }, contextTokens, users)
    if (count !== undefined) offers.push({ accelerator, count, usdPerHour: count * hourly })
  }
  return offers.sort((a, b) => a.usdPerHour - b.usdPerHour || a.count - b.count)
}

/** Whether a longer context costs any memory at all (a pure state model's does not). */
export function contextCosts(network: Network): boolean {
  return networkCache(network).some((set) => set.tensors.some((tensor) => tensor.kind === 'tokens'))
}
