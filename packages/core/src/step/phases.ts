/**
 * The steps of a request: what each part of a network is asked to do in prefill, and in a decode step at a given context.
 * Prefill is one pass over whole prompts; decode brings one token per sequence. The paper's decode at length s attends s
 * tokens, its own not counted (`newTokenAttendsItself`).
 */
import type { Convention } from '../architecture/convention.ts'
import type { StepGroup } from '../architecture/extent.ts'
import type { ModelSpec } from '../architecture/model.ts'
import type { NetworkStep } from '../architecture/network.ts'
import type { Workload } from '../workload/workload.ts'

/** Tokens that the towers of one kind of use make of a request's pictures or clips. */
function towerTokens(model: ModelSpec, workload: Workload, feeds: 'prompt' | 'cross'): number {
  let tokens = 0
  for (const tower of model.towers) if ((tower.feeds ?? 'prompt') === feeds) tokens += tower.outputTokensPerItem
  return tokens * workload.itemsPerRequest
}

/** Tokens the answering stack sees of one prompt: text, and what towers add to it. */
export function promptTokens(model: ModelSpec, workload: Workload): number {
  if (model.diffusion) return model.diffusion.tokens
  if (model.encoder && model.encoder.fixedTokens === undefined) return 1
  return workload.promptTokens + towerTokens(model, workload, 'prompt')
}

/** States that the decoder of one request cross-attends to: an encoder's, or a tower's; 0 without either. */
export function sourceTokens(model: ModelSpec, workload: Workload): number {
  if (!model.encoder) return towerTokens(model, workload, 'cross')
  return model.encoder.fixedTokens ?? workload.promptTokens
}

/** Whether the model answers token by token. */
export function decodes(model: ModelSpec): boolean {
  return model.kind === 'decoder' || model.kind === 'encoder-decoder'
}

/** Tokens in the cache of one sequence when its last token has been made. */
export function finalContext(model: ModelSpec, workload: Workload): number {
  return promptTokens(model, workload) + (decodes(model) ? workload.outputTokens : 0)
}

export function prefillStep(model: ModelSpec, workload: Workload): NetworkStep {
  const { batchSize, itemsPerRequest } = workload
  const prompt = promptTokens(model, workload)
  // Even a prompt that is all prefix computes its last token: it makes the first one of the answer.
  const prefix = Math.min(workload.sharedPrefixTokens, prompt - 1)
  const source = sourceTokens(model, workload)
  const cross = source > 0 ? { sourceTokens: source, newSourceTokens: source } : {}
  const groups: StepGroup[] =
    prefix > 0 && batchSize > 1
      ? [
          { sequences: 1, newTokens: prompt, contextTokens: 0, ...cross },
          { sequences: batchSize - 1, newTokens: prompt - prefix, contextTokens: prefix, ...cross },
        ]
      : [{ sequences: batchSize, newTokens: prompt, contextTokens: 0, ...cross }]
  const step = model.head?.everyToken ? { groups, logitTokens: batchSize * prompt } : { groups }
  const towers =
    itemsPerRequest > 0
      ? model.towers.map((tower) => ({
          groups: [{ sequences: batchSize * itemsPerRequest, newTokens: tower.tokensPerItem, contextTokens: 0 }],
        }))
      : undefined
  const encoder =
    model.encoder && source > 0
      ? { groups: [{ sequences: batchSize, newTokens: source, contextTokens: 0 }] }
      : undefined
  return { step, ...(encoder ? { encoder } : {}), ...(towers ? { towers } : {}) }
}

/** One decode step of the whole batch with `contextTokens` already cached per sequence. */
export function decodeStep(model: ModelSpec, workload: Workload, contextTokens: number): NetworkStep {
  const source = sourceTokens(model, workload)
  const group: StepGroup = {
    sequences: workload.batchSize,
    newTokens: 1,
    contextTokens,
    ...(source > 0 ? { sourceTokens: source } : {}),
  }
  return { step: { groups: [group] } }
}

/** Context of the decode step that is shown: the first after the prompt. */
export function shownContext(model: ModelSpec, workload: Workload, convention: Convention): number {
  return promptTokens(model, workload) - (convention.newTokenAttendsItself ? 0 : 1)
}
