/**
 * `fit`, answered: verdict and inverse questions for a scenario, with what was assumed where the user left something open.
 */

import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import {
  cheapestOffers,
  contextCosts,
  type FitQuestion,
  isLegalRanks,
  legalRanks,
  maxContext,
  maxUsers,
  minRanks,
  type Offer,
  planFit,
} from '../memory/fit.ts'
import { MEMORY_UTILIZATION, type MemoryPlan } from '../memory/plan.ts'
import { decodes, promptTokens } from '../step/phases.ts'
import { fail, ok, type Result } from '../units/result.ts'
import type { MemoryBench } from './analyze.ts'

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

export function answerFit(
  bench: MemoryBench,
  request: FitRequest,
  catalogue: readonly Accelerator[],
): Result<FitAnswer> {
  const { scenario, template } = bench
  const { network } = template
  const { model, accelerator, workload } = scenario
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
  if (!isLegalRanks(model, request.count)) {
    const legal = legalRanks(model, 64).join(', ')
    return fail(
      '--count',
      `${request.count} accelerators cannot share the heads of ${model.name} evenly`,
      `Choose one of ${legal}`,
    )
  }
  const utilization = scenario.memoryUtilization ?? MEMORY_UTILIZATION
  const question: FitQuestion = { template, workload, capacityBytes, utilization }
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
  const alone = askedContext === undefined ? maxContext(question, askedUsers ?? 1, request.count) : 0
  const contextTokens = askedContext ?? (Number.isFinite(alone) ? alone : fallback)
  const most = maxUsers(question, contextTokens, request.count)
  const users = askedUsers ?? Math.max(1, Number.isFinite(most) ? most : 1)
  const longest = maxContext(question, users, request.count)
  const memory = planFit(question, contextTokens, users, request.count)
  const minAccelerators = minRanks(question, contextTokens, users)
  if (!contextCosts(network)) notes.push('this model keeps a fixed state per sequence: context costs no memory')
  if (trained && contextTokens > trained) notes.push(`longer than the ${trained} positions the model was trained for`)
  if (memory.attention === 'data') {
    notes.push(
      `tensor parallelism would copy the cache to every rank: each of ${request.count} holds the attention weights and its share of the users (data-parallel attention)`,
    )
  } else if (request.count > 1) {
    notes.push(`weights and heads are split over ${request.count} accelerators in tensor parallel`)
  }
  const offered =
    scenario.priceUsdPerHour === undefined ? catalogue : priceOf(catalogue, accelerator, scenario.priceUsdPerHour)
  const priced = offered.filter((a) => a.memoryBytes && a.priceUsdPerHour).length
  notes.push(
    `cheapest: among the ${priced} accelerators with a sourced rent, counts that divide the heads, memory alone`,
  )
  return ok({
    count: request.count,
    contextTokens,
    users,
    fits: memory.fits === true,
    maxContextTokens: longest,
    maxUsers: most,
    ...(minAccelerators === undefined ? {} : { minAccelerators }),
    ...(trained === undefined ? {} : { trainedContextTokens: trained }),
    memory,
    offers: cheapestOffers({ template, workload, utilization }, offered, contextTokens, users),
    notes,
  })
}
