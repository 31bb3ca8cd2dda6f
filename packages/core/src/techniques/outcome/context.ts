/**
 * What the user can feed: the least of how far positions reach, what memory holds at the wanted users, and how much
 * of a context evidence shows the model to use; times the user's tokens that one prompt token stands for, plus what a store
 * outside holds. Tokens.
 */
import type { Plan } from '../plan.ts'
import type { MemoryOutcome } from './memory.ts'

export type ContextLimit = 'positions' | 'memory' | 'effective length' | 'nothing known' | 'none'

export interface ContextOutcome {
  /** Infinity: nothing that is known limits it. */
  readonly tokens: number
  /** What limits the part inside the model. */
  readonly limitedBy: ContextLimit
  readonly parts: {
    /** Positions; absent where the trained context is not known. */
    readonly reachTokens?: number
    readonly memoryTokens?: number
    readonly effectiveTokens?: number
    readonly multiplier: number
    /** Outside the model; Infinity: whatever the store holds. */
    readonly externalTokens: number
    /** Least recall of the stores that state one. */
    readonly recall?: number
  }
}

/** How far positions reach; without limit where they count inside a span that the model's own positions cover. */
export function reachOf(plan: Plan): number | undefined {
  const { model } = plan.scenario
  const { scale } = plan.reach
  if (scale === Number.POSITIVE_INFINITY) return scale
  const trained = model.trainedContextTokens
  const own = model.extendedContextTokens ?? trained
  const span = plan.positionSpanTokens
  if (own === undefined) return span === undefined ? undefined : Number.POSITIVE_INFINITY
  const reach = scale === 1 ? own : Math.max(scale > 1 ? own : 0, (trained ?? own) * scale)
  return span !== undefined && span <= reach ? Number.POSITIVE_INFINITY : reach
}

export function contextOf(plan: Plan, memory: MemoryOutcome, effectiveTokens: number | undefined): ContextOutcome {
  const reachTokens = reachOf(plan)
  const memoryTokens = memory.maxContextTokens
  const limits: readonly (readonly [ContextLimit, number | undefined])[] = [
    ['positions', reachTokens],
    ['memory', memoryTokens],
    ['effective length', effectiveTokens],
  ]
  let inside = Number.POSITIVE_INFINITY
  let limitedBy: ContextLimit = limits.some(([, tokens]) => tokens !== undefined) ? 'none' : 'nothing known'
  for (const [name, tokens] of limits) {
    if (tokens === undefined || tokens >= inside) continue
    inside = tokens
    limitedBy = name
  }
  let externalTokens = 0
  let recall: number | undefined
  for (const store of plan.external) {
    externalTokens += store.tokens
    if (store.recall !== undefined) recall = Math.min(recall ?? 1, store.recall)
  }
  const multiplier = plan.userTokensPerPromptToken
  return {
    tokens: inside * multiplier + externalTokens,
    limitedBy,
    parts: {
      ...(reachTokens === undefined ? {} : { reachTokens }),
      ...(memoryTokens === undefined ? {} : { memoryTokens }),
      ...(effectiveTokens === undefined ? {} : { effectiveTokens }),
      multiplier,
      externalTokens,
      ...(recall === undefined ? {} : { recall }),
    },
  }
}
