/**
 * The inverse questions: the longest context for so many users, the most users at a context, the fewest accelerators, and
 * the cheapest ones that fit. Answers are exact for the memory plan: the returned value fits, one more does not.
 * Several accelerators share one copy in tensor parallel (see `plan.ts`); a count that the heads cannot be split by is refused.
 */
import type { ModelSpec } from '../architecture/model.ts'
import { type Network, networkCache } from '../architecture/network.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import type { Template } from '../step/template.ts'
import type { Workload } from '../workload/workload.ts'
import { type MemoryPlan, planMemory } from './plan.ts'

/** Beyond this the context or the users are taken to be unbounded: no engine gets there. */
const UNBOUNDED = 2 ** 40

export const MAX_RANKS = 1024

export interface FitQuestion {
  readonly template: Template
  readonly workload: Workload
  readonly capacityBytes: number
  readonly utilization: number
}

/** Whether some cache has fewer heads than there are ranks, so that tensor parallelism copies it (MLA latents, MQA). */
function copiesCache(network: Network, ranks: number): boolean {
  return networkCache(network).some((set) => set.tensors.some((t) => t.kind === 'tokens' && t.heads < ranks))
}

/**
 * Plan for `users` sequences of `contextTokens` on `ranks` accelerators. Where tensor parallelism would copy the cache to
 * several ranks, attention is spread over the sequences instead when that takes less (data-parallel attention).
 */
export function planFit(question: FitQuestion, contextTokens: number, users: number, ranks: number): MemoryPlan {
  const { template, capacityBytes, utilization } = question
  const workload: Workload = {
    ...question.workload,
    batchSize: users,
    promptTokens: Math.max(1, contextTokens),
    sharedPrefixTokens: Math.min(question.workload.sharedPrefixTokens, contextTokens),
  }
  const base = { template, workload, contextTokens, capacityBytes, utilization, ranks }
  const tensor = planMemory(base)
  if (ranks === 1 || !copiesCache(template.network, ranks)) return tensor
  const data = planMemory({ ...base, attention: 'data' })
  return data.totalBytes < tensor.totalBytes ? data : tensor
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

const fits = (plan: MemoryPlan): boolean => plan.fits === true

/** Tokens per sequence that fit for `users` users; 0 when not even one does, Infinity when context costs nothing. */
export function maxContext(question: FitQuestion, users: number, ranks: number): number {
  return largest((tokens) => fits(planFit(question, tokens, users, ranks)))
}

/** Sequences of `contextTokens` that fit. */
export function maxUsers(question: FitQuestion, contextTokens: number, ranks: number): number {
  return largest((users) => fits(planFit(question, contextTokens, users, ranks)))
}

/** KV heads that are shared out must divide over the ranks, or the ranks over them (each copied equally often). */
function kvHeadsFit(model: ModelSpec, ranks: number): boolean {
  return model.stack.kinds.every(({ mixer }) => {
    if (mixer?.kind !== 'attention') return true
    return mixer.numKvHeads % ranks === 0 || ranks % mixer.numKvHeads === 0
  })
}

/** Head counts that tensor parallelism must divide. */
function headCounts(model: ModelSpec): number[] {
  const out = new Set<number>()
  for (const { mixer } of model.stack.kinds) {
    if (!mixer) continue
    if ('numQHeads' in mixer) out.add(mixer.numQHeads)
    else if (mixer.kind === 'linear') out.add(mixer.numValueHeads)
    else out.add(mixer.numHeads || mixer.innerSize)
  }
  return [...out]
}

/** Whether every layer's heads can be split evenly over `ranks`. */
export function isLegalRanks(model: ModelSpec, ranks: number): boolean {
  return headCounts(model).every((heads) => heads % ranks === 0) && kvHeadsFit(model, ranks)
}

export function legalRanks(model: ModelSpec, most = MAX_RANKS): number[] {
  return Array.from({ length: most }, (_, i) => i + 1).filter((ranks) => isLegalRanks(model, ranks))
}

/** Fewest accelerators (of a legal count) that hold the workload; undefined when no legal count does. */
export function minRanks(question: FitQuestion, contextTokens: number, users: number): number | undefined {
  return legalRanks(question.template.network.model).find((ranks) =>
    fits(planFit(question, contextTokens, users, ranks)),
  )
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
    const count = minRanks({ ...question, capacityBytes }, contextTokens, users)
    if (count !== undefined) offers.push({ accelerator, count, usdPerHour: count * hourly })
  }
  return offers.sort((a, b) => a.usdPerHour - b.usdPerHour || a.count - b.count)
}

/** Whether a longer context costs any memory at all (a pure state model's does not). */
export function contextCosts(network: Network): boolean {
  return networkCache(network).some((set) => set.tensors.some((tensor) => tensor.kind === 'tokens'))
}
