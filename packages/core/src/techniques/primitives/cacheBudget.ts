/**
 * KVB: a cache that keeps at most so many tokens: n → min(n, budget). Sinks, recent and heavy tokens add up to the budget; a
 * share of the context is met where that is more. Static policies drop token by token, the others after the prompt has been
 * read (`prefill`). Compensation is a state beside the keys. Layers that keep a window or a state of their own are left.
 */
import type { AttentionState, Pattern } from '../../architecture/model.ts'
import { layoutOf } from '../../scenario/scenario.ts'
import { fail, ok } from '../../units/result.ts'
import type { Kept } from '../plan.ts'
import { primitiveOf, type Readings, remarked } from './readings.ts'
import { changeLayers, withModel } from './reshape.ts'
import { withUnevenKeys } from './unevenKeys.ts'

/** The budget; undefined: every token stays. */
function patternOf(values: Readings): Extract<Pattern, { kind: 'kept' }> | undefined {
  const parts = values.number('sink') + values.number('recent') + values.number('heavy')
  const tokens = values.given('budgetTokens') ?? parts
  const share = values.number('budget')
  if (tokens === 0 && share >= 1) return undefined
  const byToken = values.text('policy') === 'static' || values.text('prefill') === 'budget'
  return {
    kind: 'kept',
    tokens: Math.max(1, tokens),
    share: share < 1 ? share : 0,
    prunes: byToken ? 'by-token' : 'after-pass',
  }
}

/** Policies that rank tokens by the attention they got: the scores must be there to be read. */
const READS_SCORES: ReadonlySet<string> = new Set([
  'accumulated-attention',
  'gumbel-score',
  'mean-deviation',
  'cascade',
])

/**
 * A pattern under a budget: all of the context becomes what is kept; a sparse pattern chooses among what is kept; the memory
 * of segments gets what the budget leaves beside the segment. The same object where the budget changes nothing.
 */
function budgeted(now: Pattern, budget: Extract<Pattern, { kind: 'kept' }>): Pattern {
  const { tokens, share } = budget
  if (now.kind === 'causal') return budget
  if (now.kind === 'sparse') {
    const left = Math.max(0, tokens - now.local - now.global)
    return {
      ...now,
      chosen: share > 0 ? now.chosen : Math.min(now.chosen, left),
      share: Math.min(now.share, share),
      keeps: { tokens, share },
    }
  }
  if (now.kind !== 'segments' || share > 0) return now
  const bank = Math.min(now.bank, Math.max(0, tokens - now.segment))
  const bank2 = Math.min(now.bank2, Math.max(0, tokens - now.segment - bank))
  return bank === now.bank && bank2 === now.bank2 ? now : { ...now, bank, bank2 }
}

/** Policies that keep the latest tokens and as many heavy ones where no parts are given (H2O, Keyformer). */
const HALVES: ReadonlySet<string> = new Set(['accumulated-attention', 'gumbel-score'])

function keptBy(values: Readings, { tokens, share }: Extract<Pattern, { kind: 'kept' }>): Kept {
  const [sink, recent, heavy] = [values.number('sink'), values.number('recent'), values.number('heavy')]
  return { tokens, share, sink, recent, halfRecent: recent + heavy === 0 && HALVES.has(values.text('policy')) }
}

export const SCORES = 'attention scores'

function stateOf(values: Readings): AttentionState | undefined {
  switch (values.text('compensation')) {
    case 'low-rank':
      return { rank: values.number('compensationRank'), gate: false }
    case 'mean-value':
      // One mean value per head: a state of one feature.
      return { rank: 1, gate: false }
    default:
      return undefined
  }
}

export const KVB = primitiveOf(
  'KVB',
  'KV budget',
  'attention',
  'Keys held and read: min(n, budget), and a compensation state',
  (plan, values) => {
    const pattern = patternOf(values)
    if (!pattern) return ok(plan)
    const { model, workload } = plan.scenario
    const parts = values.number('sink') + values.number('recent') + values.number('heavy')
    const asked = values.number('budgetTokens')
    if (asked > 0 && parts > asked) {
      return fail(
        'KVB.budgetTokens',
        `sink, recent and heavy tokens are ${parts}, more than the budget of ${asked}`,
        `Give at least budgetTokens=${parts}`,
      )
    }
    const compensation = values.text('compensation')
    const key = `KVB ${JSON.stringify(pattern)} ${compensation} ${values.number('compensationRank')}`
    let next = withModel(plan, key, (from) =>
      changeLayers(from, 1, (layer) => {
        const { mixer } = layer
        if (mixer?.kind !== 'attention' && mixer?.kind !== 'mla') return layer
        const within = budgeted(mixer.pattern, pattern)
        if (within === mixer.pattern) return layer
        if (mixer.kind === 'mla') return { ...layer, mixer: { ...mixer, pattern: within } }
        const state = stateOf(values)
        return { ...layer, mixer: { ...mixer, pattern: within, ...(state ? { state } : {}) } }
      }),
    )
    if (next === plan) {
      const hasMemory = model.stack.kinds.some(
        ({ mixer }) => mixer && 'pattern' in mixer && mixer.pattern.kind === 'segments',
      )
      if (hasMemory)
        return ok(
          remarked(plan, 'KVB', 'segments and their memory already take less than the budget: nothing more is dropped'),
        )
      return fail(
        'KVB',
        `${model.name} has no layer that keeps keys of every token`,
        'Its layers are windowed, sparse or in state form already: leave KVB out',
      )
    }
    // Ranks of the scenario's own layout; those of a technique come later (`parallel.ts`).
    next = withUnevenKeys({ ...next, kept: keptBy(values, pattern) }, layoutOf(plan.scenario))
    if (READS_SCORES.has(values.text('policy'))) {
      next = { ...next, needed: [...(next.needed ?? []), SCORES] }
      if (plan.scenario.kernel === 'flash') {
        next = remarked(
          next,
          'KVB',
          `${values.text('policy')} reads ${SCORES}, which a fused kernel does not store: sums of them are not priced`,
        )
      }
    }
    if (pattern.tokens > workload.promptTokens + workload.outputTokens && pattern.share === 0) {
      next = remarked(
        next,
        'KVB',
        `the budget of ${pattern.tokens} tokens is more than this request has: nothing is dropped`,
      )
    }
    return ok(next)
  },
)
