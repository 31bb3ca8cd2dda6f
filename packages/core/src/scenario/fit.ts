/**
 * `fit`, answered: verdict and inverse questions for a scenario, with what was assumed where the user left something open.
 */

import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { describeLayout, legalTp, rankCount } from '../layout/layout.ts'
import {
  cheapestOffers,
  contextCosts,
  type FitQuestion,
  maxContext,
  maxUsers,
  minCount,
  type Offer,
  planFit,
  sharingLayouts,
} from '../memory/fit.ts'
import { MEMORY_UTILIZATION, type MemoryPlan } from '../memory/plan.ts'
import { decodes, promptTokens } from '../step/phases.ts'
import { fail, ok, type Result } from '../units/result.ts'
import type { MemoryBench } from './bench.ts'

export interface FitRequest {
  readonly count: number
  /** Tokens per user (prompt and answer together); `max`: as many as fit. Absent: the trained context, else 4096. */
  readonly context?: number | 'max'
  /** Sequences at once; `max`: as many as fit. Absent: 1. */
  readonly users?: number | 'max'
}

export interface FitAnswer {
  readonly count: number
  /** The point that was planned: what the user asked, or the largest that fits. */
  readonly contextTokens: number
  readonly users: number
  readonly fits: boolean
  /** At `users` users on `count` accelerators, by memory alone; Infinity when context costs no memory. */
  readonly maxContextTokens: number
  /** At `contextTokens` each. */
  readonly maxUsers: number
  /** Absent when no legal number of them holds the point. */
  readonly minAccelerators?: number
  readonly trainedContextTokens?: number
  readonly memory: MemoryPlan
  readonly offers: readonly Offer[]
  /** What a reader must know: assumptions, limits that memory alone does not show. */
  readonly notes: readonly string[]
}

/** The catalogue with a user's own price for one accelerator, which need not be in it. */
function priceOf(catalogue: readonly Accelerator[], accelerator: Accelerator, usdPerHour: number): Accelerator[] {
  const own = { ...accelerator, priceUsdPerHour: { value: usdPerHour, source: 'user' } }
  return [own, ...catalogue.filter((row) => row.id !== accelerator.id)]
}

/**
 * What memory alone holds, in bytes: longest context (tokens), most users, fewest accelerators, and what these cost. Fails for a
 * model that keeps no cache between steps, an accelerator without a sourced memory, and a count that cannot share the model.
 */
export function answerFit(
  bench: MemoryBench,
  request: FitRequest,
  catalogue: readonly Accelerator[],
): Result<FitAnswer> {
  const { scenario } = bench
  const { model, accelerator, workload } = scenario
  const { network } = bench.template
  if (!decodes(model)) {
    return fail(
      `model ${model.name}`,
      'keeps no cache between steps, so there is no longest context and no most users',
      'Ask `capline analyze` for its memory at a batch and prompt',
    )
  }
  const capacityBytes = accelerator.memoryBytes?.value
  if (capacityBytes === undefined) {
    return fail(`accelerator ${accelerator.id}`, 'has no sourced memory size', 'Give --memory, such as --memory 80GiB')
  }
  const own = scenario.layout
  const count = own ? rankCount(own) : request.count
  if (!own && sharingLayouts(model, count).length === 0) {
    const problem = `${count} accelerators can neither share the heads of ${model.name} evenly nor its ${model.stack.order.length} layers`
    return fail('--count', problem, `Choose one of ${legalTp(model, 64).join(', ')}`)
  }
  const utilization = scenario.memoryUtilization ?? MEMORY_UTILIZATION
  const question: FitQuestion = {
    model,
    stagesOf: bench.stagesOf,
    workload,
    capacityBytes,
    utilization,
    ...(own ? { layout: own } : {}),
  }
  const trained = model.extendedContextTokens ?? model.trainedContextTokens
  const notes: string[] = []
  const askedUsers = request.users === 'max' ? undefined : (request.users ?? 1)
  const fallback = trained ?? Math.max(4096, promptTokens(model, workload))
  const askedContext = request.context === 'max' ? undefined : (request.context ?? fallback)
  if (request.context === undefined) {
    notes.push(
      trained ? `context not given: the model's ${trained} tokens` : `context not given: ${fallback} tokens taken`,
    )
  }
  // Both open: the longest context of one user, then the most users there.
  const alone = askedContext === undefined ? maxContext(question, askedUsers ?? 1, count) : 0
  const contextTokens = askedContext ?? (Number.isFinite(alone) ? alone : fallback)
  const most = maxUsers(question, contextTokens, count)
  const users = askedUsers ?? Math.max(1, Number.isFinite(most) ? most : 1)
  const longest = maxContext(question, users, count)
  const memory = planFit(question, contextTokens, users, count) as MemoryPlan
  const minAccelerators = minCount(question, contextTokens, users)
  if (!contextCosts(network)) notes.push('this model keeps a fixed state per sequence: context costs no memory')
  if (trained && contextTokens > trained) notes.push(`longer than the ${trained} positions the model was trained for`)
  const { layout } = memory
  if (!own && layout.attentionDp > 1) {
    notes.push(
      `tensor parallelism would copy the cache to every rank: each of ${count} holds the attention weights and its share of the users (data-parallel attention)`,
    )
  } else if (count > 1) {
    notes.push(`spread over ${count} accelerators: ${describeLayout(layout)}`)
  }
  const offered =
    scenario.priceUsdPerHour === undefined ? catalogue : priceOf(catalogue, accelerator, scenario.priceUsdPerHour)
  const priced = offered.filter((a) => a.memoryBytes && a.priceUsdPerHour).length
  notes.push(
    `cheapest: among the ${priced} accelerators with a sourced rent, counts that divide the heads, memory alone`,
  )
  const { layout: _, ...free } = question
  return ok({
    count,
    contextTokens,
    users,
    fits: memory.fits === true,
    maxContextTokens: longest,
    maxUsers: most,
    ...(minAccelerators === undefined ? {} : { minAccelerators }),
    ...(trained === undefined ? {} : { trainedContextTokens: trained }),
    memory,
    offers: cheapestOffers({ ...free, utilization }, offered, contextTokens, users),
    notes,
  })
}
