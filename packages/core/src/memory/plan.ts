/**
 * What a model needs in memory while it serves, in bytes of one rank: weights, KV cache and states (exact per layer kind),
 * activations by liveness, logits, and a runtime reserve; against the capacity.
 *
 * `ranks` > 1 splits the model in tensor parallel: linear weights, KV heads and the heads of states are shared out (a rank
 * holds ⌈heads/ranks⌉ of them), norms, routers and MLA latents are on every rank. With `attention: 'data'` every rank
 * holds the attention weights whole and the cache of its share of the sequences. Activations are counted whole on every rank. Leaves out: communication buffers, fragmentation beyond the reserve, pipeline stages.
 */
import { cacheTensorBytes } from '../architecture/cache.ts'
import { cachedTokens } from '../architecture/extent.ts'
import type { ModelSpec } from '../architecture/model.ts'
import { type Network, type NetworkStep, networkCache, type OperatorGroup } from '../architecture/network.ts'
import { countTokens } from '../architecture/pass.ts'
import { decodeStep, decodes, finalContext, prefillStep, promptTokens, sourceTokens } from '../step/phases.ts'
import { activationPeak, evaluate, type Template } from '../step/template.ts'
import type { Workload } from '../workload/workload.ts'

/** vLLM's default --gpu-memory-utilization: the rest is left to the driver, other processes and fragmentation. */
export const MEMORY_UTILIZATION = 0.92

/** A sampler keeps the logits in 32 bit, and the probabilities beside them. */
const LOGIT_BYTES = 4
const LOGIT_COPIES = 2

export interface MemoryPlan {
  readonly weightBytes: number
  readonly kvBytes: number
  readonly activationPeakBytes: number
  /** Of the activation peak's candidates, the sampler's: logits and probabilities in 32 bit. */
  readonly logitsBytes: number
  readonly reserveBytes: number
  readonly totalBytes: number
  readonly capacityBytes?: number
  readonly fits?: boolean
  readonly contextTokens: number
  readonly sequences: number
  readonly ranks: number
  /** How attention is spread over the ranks. */
  readonly attention: AttentionSplit
}

/** Tensor: every rank has a share of the heads. Data: every rank has all heads, and a share of the sequences. */
export type AttentionSplit = 'tensor' | 'data'

export interface MemoryQuestion {
  readonly template: Template
  readonly workload: Workload
  /** Tokens in the cache of each sequence. */
  readonly contextTokens: number
  readonly capacityBytes: number | undefined
  /** Share of the capacity an engine may use. */
  readonly utilization: number
  readonly ranks: number
  readonly attention?: AttentionSplit
  /** Steps whose activations count; absent: the heaviest an engine takes. */
  readonly steps?: readonly NetworkStep[]
}

const knownWeights = new WeakMap<Template, Map<string, number>>()

/** Weights of one rank: norms and routers whole, attention by its split, the rest shared out. Remembered per template. */
export function weightBytes(template: Template, ranks: number, attention: AttentionSplit = 'tensor'): number {
  const key = `${ranks}/${attention}`
  let known = knownWeights.get(template)
  if (!known) {
    known = new Map()
    knownWeights.set(template, known)
  }
  const found = known.get(key)
  if (found !== undefined) return found
  const total = sumWeights(template, ranks, attention)
  known.set(key, total)
  return total
}

function sumWeights(template: Template, ranks: number, attention: AttentionSplit): number {
  const { network, main, encoder, towers } = template
  const whole = network.convention.memoryOutsideLayers
  let total = 0
  for (const section of [main, ...(encoder ? [encoder] : []), ...towers]) {
    for (const group of section.groups) {
      if (!whole && group.part !== 'layer') continue
      const copies = group.sharedWeights ? 1 : group.repeat
      for (const { idle } of group.operators) {
        if (!whole && idle.kind !== 'gemm' && idle.kind !== 'grouped-gemm') continue
        const isWhole =
          idle.kind === 'norm' ||
          idle.weightClass === 'router' ||
          (attention === 'data' && idle.weightClass === 'attention')
        total += (copies * idle.storedBytes) / (isWhole ? 1 : ranks)
      }
    }
  }
  return total
}

const knownCaches = new WeakMap<Network, ReturnType<typeof networkCache>>()

function cacheOf(network: Network): ReturnType<typeof networkCache> {
  const known = knownCaches.get(network) ?? networkCache(network)
  knownCaches.set(network, known)
  return known
}

/** Cache and states of `sequences` sequences of `contextTokens`, of which the first `prefix` are one copy for all. */
export function kvBytes(
  network: Network,
  contextTokens: number,
  sequences: number,
  options: { readonly prefix?: number; readonly ranks?: number; readonly source?: number } = {},
): number {
  const ranks = options.ranks ?? 1
  let total = 0
  for (const set of cacheOf(network)) {
    for (const tensor of set.tensors) {
      const own = cacheTensorBytes(tensor, contextTokens, set.formats, options.source)
      // A prefix is one copy only where every token stays cached.
      const keeps = tensor.kind === 'tokens' && cachedTokens(tensor.pattern, contextTokens) === contextTokens
      const shared = keeps && options.prefix ? cacheTensorBytes(tensor, options.prefix, set.formats) : 0
      const split = Math.ceil(tensor.heads / ranks) / tensor.heads
      total += set.layers * split * (sequences * own - Math.max(0, sequences - 1) * shared)
    }
  }
  return total
}

/** One prefill step of at most `batchTokens` tokens: whole prompts, and the end of one more. */
function prefillChunk(model: ModelSpec, workload: Workload, prompt: number): NetworkStep {
  const { batchSize, batchTokens } = workload
  const most = Math.min(Math.max(1, batchTokens), batchSize * prompt)
  // An encoder takes whole sources.
  const whole = model.encoder
    ? Math.floor(most / Math.max(prompt, sourceTokens(model, workload)))
    : Math.floor(most / prompt)
  const rest = model.encoder ? 0 : most - whole * prompt
  const full = prefillStep(model, { ...workload, sharedPrefixTokens: 0, batchSize: Math.max(1, whole) })
  const source = full.step.groups[0]
  const groups = [
    ...((whole > 0 || model.encoder) && source
      ? [{ ...source, sequences: Math.max(1, whole), newTokens: prompt }]
      : []),
    ...(rest > 0 ? [{ ...source, sequences: 1, newTokens: rest, contextTokens: prompt - rest }] : []),
  ]
  return { ...full, step: { ...full.step, groups } }
}

/**
 * The heaviest steps an engine takes with prompts of up to this length: a full prefill chunk, and a decode step of the
 * batch. Prompts just under a chunk are tried too, since a chunk that ends in another prompt attends to both.
 */
function heavySteps(model: ModelSpec, workload: Workload, contextTokens: number): NetworkStep[] {
  const prompt = promptTokens(model, workload)
  const lengths = [...new Set([prompt, Math.max(1, Math.min(prompt, workload.batchTokens - 1))])]
  const chunks = lengths.map((length) => prefillChunk(model, workload, length))
  return decodes(model) ? [...chunks, decodeStep(model, workload, Math.max(0, contextTokens - 1))] : chunks
}

/** Peak activations of a step: the layer with the largest live set. */
export function stepActivationBytes(template: Template, steps: NetworkStep): number {
  const { model, formats } = template.network
  const width = model.stack.hiddenSize
  return activationPeak(template, steps, countTokens(steps.step.groups).tokens * width * formats.activationBytes(width))
}

/** LLM-Viewer's figure: everything that one layer's operators store. */
function sumOfStores(groups: readonly OperatorGroup[]): number {
  let total = 0
  const layer = groups.find((group) => group.part === 'layer')
  for (const o of layer?.operators ?? []) total += o.activationWriteBytes
  return total
}

export function planMemory(question: MemoryQuestion): MemoryPlan {
  const { template, workload, contextTokens, ranks, utilization, capacityBytes } = question
  const { network } = template
  const { model, convention } = network
  const sequences = workload.batchSize
  const attention = question.attention ?? 'tensor'
  const weights = weightBytes(template, ranks, attention)
  const prefix = workload.sharedPrefixTokens
  const source = sourceTokens(model, workload)
  const kv =
    attention === 'data'
      ? kvBytes(network, contextTokens, Math.ceil(sequences / ranks), { prefix, source })
      : kvBytes(network, contextTokens, sequences, { prefix, ranks, source })
  const exact = convention.activationMemory === 'liveness'
  const usual = () =>
    exact ? heavySteps(model, workload, contextTokens) : [decodeStep(model, workload, contextTokens - 1)]
  const steps = question.steps ?? usual()
  let activations = 0
  for (const step of steps) {
    activations = Math.max(
      activations,
      exact ? stepActivationBytes(template, step) : sumOfStores(evaluate(template, step)),
    )
  }
  const rows = model.kind === 'encoder' ? 0 : sequences
  const logits = exact ? rows * (model.head?.outputSize ?? 0) * LOGIT_BYTES * LOGIT_COPIES : 0
  const peak = Math.max(activations, logits)
  const reserve = exact ? (capacityBytes ?? 0) * (1 - utilization) : 0
  const totalBytes = weights + kv + peak + reserve
  return {
    weightBytes: weights,
    kvBytes: kv,
    activationPeakBytes: peak,
    logitsBytes: logits,
    reserveBytes: reserve,
    totalBytes,
    ...(capacityBytes === undefined ? {} : { capacityBytes, fits: totalBytes <= capacityBytes }),
    contextTokens,
    sequences,
    ranks,
    attention,
  }
}

/** The plan at the end of a request: its whole context in the cache. */
export function requestMemory(
  template: Template,
  workload: Workload,
  device: { readonly capacityBytes: number | undefined; readonly utilization: number; readonly ranks: number },
): MemoryPlan {
  const { network } = template
  const atEnd = network.convention.memoryAt === 'end'
  const contextTokens = atEnd ? finalContext(network.model, workload) : promptTokens(network.model, workload)
  return planMemory({ template, workload, contextTokens, ...device })
}
