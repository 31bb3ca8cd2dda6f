/**
 * TPP: how many tokens one pass of the target yields, how many it checks for that, and what proposes them. Expected tokens,
 * with α the chance that a proposed token is accepted, taken as independent (Leviathan et al. 2023, arXiv 2211.17192,
 * section 3.1):
 *
 *   chain of γ          τ = 1 + Σ αⁱ, i = 1…γ = (1 − α^(γ+1)) / (1 − α);       γ + 1 tokens checked
 *   b drafts of γ       τ = 1 + Σ (1 − (1 − αⁱ)^b): the longest of b accepted;   1 + γ · b checked
 *   tree of m nodes     τ = 1 + Σ aⁱ, a = 1 − (1 − α)^w for w children a node, w such that γ levels have m − 1 nodes
 *   lookahead W, N, G   drafts of N − 1 tokens, G of them, W · (N − 1) tokens made ahead beside them (Fu et al. 2024)
 *   I passes            τ = G / I, all G tokens in every pass (non-autoregressive, iterative refinement)
 *
 * α = 0 gives τ = 1 in all but the last. Nothing here is a time: a pass over so many tokens is priced as a step.
 */
import { decodes } from '../../step/phases.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import type { Decoding, Plan } from '../plan.ts'
import { modelNamed, primitiveOf, type Readings, remarked } from './readings.ts'

/** τ of `drafts` independent chains of γ tokens checked together. */
export function chainTokens(acceptance: number, gamma: number, drafts = 1): number {
  let tokens = 1
  let reach = 1
  for (let i = 1; i <= gamma; i++) {
    reach *= acceptance
    tokens += 1 - (1 - reach) ** drafts
  }
  return tokens
}

/** Children per node such that `levels` levels under a root have `nodes` nodes between them. */
export function treeBranching(nodes: number, levels: number): number {
  const count = (width: number) => {
    let total = 0
    let level = 1
    for (let i = 0; i < levels; i++) {
      level *= width
      total += level
    }
    return total
  }
  let low = 0
  let high = Math.max(1, nodes)
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (count(middle) < nodes) low = middle
    else high = middle
  }
  return (low + high) / 2
}

export function treeTokens(acceptance: number, levels: number, width: number): number {
  return chainTokens(1 - (1 - acceptance) ** width, levels)
}

function proposedBy(values: Readings, gamma: number): Result<Decoding['draft']> {
  const id = values.text('draftModel')
  if (id !== '') {
    const model = modelNamed('TPP draftModel', id)
    return model.ok ? ok({ model: model.value, passes: gamma }) : model
  }
  const share = values.given('draftCost') ?? values.given('draftLayerShare')
  return ok(share === undefined ? undefined : { share, passes: gamma })
}

function decodingOf(
  plan: Plan,
  values: Readings,
): { readonly checked: number; readonly tokens: number; readonly depth: number } {
  const alpha = values.number('acceptance')
  const gamma = values.number('gamma')
  const passes = values.given('passes')
  if (passes !== undefined) {
    const output = plan.scenario.workload.outputTokens
    return { checked: output, tokens: output / Math.min(passes, output), depth: 0 }
  }
  const window = values.given('window')
  const ngram = values.given('ngram')
  if (window !== undefined && ngram !== undefined) {
    const ahead = Math.max(0, ngram - 1)
    const guesses = values.given('guesses') ?? window
    return { checked: 1 + (window + guesses) * ahead, tokens: chainTokens(alpha, ahead, guesses), depth: 0 }
  }
  const nodes = values.given('treeNodes')
  if (nodes !== undefined && gamma > 0) {
    // A width of 1 is the default of the table: then the nodes alone say how wide the tree is.
    const most = values.number('treeWidth') > 1 ? values.number('treeWidth') : Number.POSITIVE_INFINITY
    const width = Math.min(treeBranching(nodes - 1, gamma), most)
    return { checked: nodes, tokens: treeTokens(alpha, gamma, width), depth: gamma }
  }
  const drafts = values.number('candidates')
  return { checked: 1 + gamma * drafts, tokens: chainTokens(alpha, gamma, drafts), depth: gamma }
}

export const TPP = primitiveOf(
  'TPP',
  'Tokens per pass',
  'steps',
  'A pass checks several proposed tokens and yields τ of them: passes = G/τ, each priced as a step over γ + 1 tokens plus γ draft passes',
  (plan, values) => {
    const { checked, tokens, depth } = decodingOf(plan, values)
    const perPass = values.given('tokensPerPass') ?? tokens
    if (checked === 1 && perPass === 1) return ok(plan)
    if (!decodes(plan.scenario.model)) {
      return fail(
        `model ${plan.scenario.model.name}`,
        'makes no tokens one after another',
        'Leave out techniques of decoding',
      )
    }
    if (values.given('passes') !== undefined && !plan.scenario.model.encoder) {
      return fail(
        'TPP.passes',
        `${plan.scenario.model.name} has no encoder: a whole answer in a few passes is known only for models that read a source first`,
        'Choose an encoder–decoder model, such as t5-3b',
      )
    }
    if (plan.decoding.checkedTokens !== 1 || plan.decoding.draft) {
      return fail('TPP', 'the plan already checks several tokens a pass', 'Choose one way of proposing tokens')
    }
    const draft = proposedBy(values, depth)
    if (!draft.ok) return draft
    const { draft: _, ...rest } = plan.decoding
    const decoding: Decoding = {
      ...rest,
      checkedTokens: Math.max(checked, Math.ceil(perPass)),
      tokensPerPass: perPass,
      ...(draft.value ? { draft: draft.value } : {}),
      ...(values.given('passes') === undefined ? {} : { wholeAnswer: true }),
    }
    const next = { ...plan, decoding }
    return ok(
      values.flag('lossless')
        ? next
        : remarked(next, 'TPP', 'accepts tokens that the model itself would not have chosen: the output changes'),
    )
  },
)
