/**
 * What a model needs in memory while it serves, in bytes of one rank: weights, KV cache and states (exact per layer kind),
 * activations by liveness, logits, what collectives need, and a runtime reserve; against the capacity.
 *
 * A rank of a layout is a model of its own (`layout/shard.ts`), so duplicated KV heads, latents, norms and routers count on
 * every rank that holds them. Stages of a pipeline are planned one by one and the fullest is the answer. Leaves out:
 * fragmentation beyond the reserve.
 */
import { cacheTensorBytes } from '../architecture/cache.ts'
import { cachedTokens } from '../architecture/extent.ts'
import type { OperatorGroup } from '../architecture/group.ts'
import type { ModelSpec } from '../architecture/model.ts'
import { type Network, type NetworkStep, networkCache } from '../architecture/network.ts'
import { countTokens, SHORT_TOKENS } from '../architecture/pass.ts'
import { copyRanks, type Layout, rankSequences } from '../layout/layout.ts'
import { decodeStep, decodes, finalContext, prefillStep, promptTokens, sourceTokens } from '../step/phases.ts'
import { activationPeak, evaluate, type Template } from '../step/template.ts'
import type { Workload } from '../workload/workload.ts'

/** vLLM's default --gpu-memory-utilization: the rest is left to the driver, other processes and fragmentation. */
export const MEMORY_UTILIZATION = 0.92

/** A sampler keeps the logits in 32 bit, and the probabilities beside them. */
const LOGIT_BYTES = 4
const LOGIT_COPIES = 2

/** NCCL's own buffers on every rank of a communicator, as AIConfigurator's memory estimate has them at two to four ranks. */
const COMMUNICATOR_BYTES = 342 * 2 ** 20

export interface MemoryPlan {
  readonly weightBytes: number
  readonly kvBytes: number
  readonly activationPeakBytes: number
  /** Of the activation peak's candidates, the sampler's: logits and probabilities in 32 bit. */
  readonly logitsBytes: number
  /** Buffers of collectives; 0 on one accelerator. */
  readonly communicationBytes: number
  readonly reserveBytes: number
  readonly totalBytes: number
  readonly capacityBytes?: number
  readonly fits?: boolean
  readonly contextTokens: number
  /** Of this rank. */
  readonly sequences: number
  readonly layout: Layout
}

export interface MemoryQuestion {
  /** The network of one rank; with a pipeline, of every stage. */
  readonly stages: readonly Template[]
  readonly layout: Layout
  /** Of the whole deployment. */
  readonly workload: Workload
  /** Tokens in the cache of each sequence. */
  readonly contextTokens: number
  readonly capacityBytes: number | undefined
  /** Share of the capacity an engine may use. */
  readonly utilization: number
  /** Steps whose activations count; absent: the heaviest an engine takes. */
  readonly steps?: readonly NetworkStep[]
}

const knownWeights = new WeakMap<Template, number>()

/** Weights of the network. Remembered per template. */
export function weightBytes(template: Template): number {
  const found = knownWeights.get(template)
  if (found !== undefined) return found
  const total = sumWeights(template)
  knownWeights.set(template, total)
  return total
}

function sumWeights(template: Template): number {
  const { network, main, encoder, towers } = template
  const whole = network.convention.memoryOutsideLayers
  let total = 0
  for (const section of [main, ...(encoder ? [encoder] : []), ...towers]) {
    for (const group of section.groups) {
      if (!whole && group.part !== 'layer') continue
      const copies = group.sharedWeights ? 1 : group.repeat
      for (const { idle } of group.operators) {
        if (!whole && idle.kind !== 'gemm' && idle.kind !== 'grouped-gemm') continue
        total += copies * idle.storedBytes
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
  options: { readonly prefix?: number; readonly source?: number } = {},
): number {
  const keyRanks = network.view?.ranks ?? 1
  let total = 0
  for (const set of cacheOf(network)) {
    for (const tensor of set.tensors) {
      const own = cacheTensorBytes(tensor, contextTokens, set.formats, options.source)
      // A prefix is one copy only where every token stays cached.
      const keeps = tensor.kind === 'tokens' && cachedTokens(tensor.pattern, contextTokens) === contextTokens
      const shared = keeps && options.prefix ? cacheTensorBytes(tensor, options.prefix, set.formats) : 0
      const split = tensor.kind === 'tokens' ? keyRanks : 1
      total += (set.layers * (sequences * own - Math.max(0, sequences - 1) * shared)) / split
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
 * batch. Prompts just under a chunk are tried too, since a chunk that ends in another prompt attends to both; and short
 * ones, whose kernels have another form.
 */
function heavySteps(model: ModelSpec, workload: Workload, contextTokens: number): NetworkStep[] {
  const prompt = promptTokens(model, workload)
  const lengths = [
    ...new Set([prompt, Math.max(1, Math.min(prompt, workload.batchTokens - 1)), Math.min(prompt, SHORT_TOKENS)]),
  ]
  const chunks = lengths.map((length) => prefillChunk(model, workload, length))
  return decodes(model) ? [...chunks, decodeStep(model, workload, Math.max(0, contextTokens - 1))] : chunks
}

/** Peak activations of a step: the layer with the largest live set. */
function stepActivationBytes(template: Template, steps: NetworkStep): number {
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

function planStage(template: Template, question: MemoryQuestion): MemoryPlan {
  const { layout, contextTokens, utilization, capacityBytes } = question
  const { network } = template
  const { model, convention } = network
  const sequences = rankSequences(layout, question.workload.batchSize)
  const workload = { ...question.workload, batchSize: sequences }
  const weights = weightBytes(template)
  const prefix = workload.sharedPrefixTokens
  const kv = kvBytes(network, contextTokens, sequences, { prefix, source: sourceTokens(model, workload) })
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
  // Every rank samples from the whole vocabulary once the logits are gathered.
  const logits = exact ? rows * (model.head?.outputSize ?? 0) * layout.tp * LOGIT_BYTES * LOGIT_COPIES : 0
  const peak = Math.max(activations, logits)
  const communication = copyRanks(layout) > 1 ? COMMUNICATOR_BYTES + largestMessage(template, workload) : 0
  const reserve = exact ? (capacityBytes ?? 0) * (1 - utilization) : 0
  const totalBytes = weights + kv + peak + communication + reserve
  return {
    weightBytes: weights,
    kvBytes: kv,
    activationPeakBytes: peak,
    logitsBytes: logits,
    communicationBytes: communication,
    reserveBytes: reserve,
    totalBytes,
    ...(capacityBytes === undefined ? {} : { capacityBytes, fits: totalBytes <= capacityBytes }),
    contextTokens,
    sequences,
    layout,
  }
}

/** The tensor that collectives pass on: the hidden states of one full step. */
function largestMessage(template: Template, workload: Workload): number {
  const { model, formats } = template.network
  const width = model.stack.hiddenSize
  const tokens = Math.min(workload.batchTokens, workload.batchSize * Math.max(1, workload.promptTokens))
  return Math.max(tokens, workload.batchSize) * width * formats.activationBytes(width)
}

/** The plan of the fullest rank. */
export function planMemory(question: MemoryQuestion): MemoryPlan {
  const plans = question.stages.map((template) => planStage(template, question))
  return plans.reduce((fullest, plan) => (plan.totalBytes > fullest.totalBytes ? plan : fullest))
}

/** The plan at the end of a request: its whole context in the cache. */
export function requestMemory(
  stages: readonly Template[],
  workload: Workload,
  device: { readonly capacityBytes: number | undefined; readonly utilization: number; readonly layout: Layout },
): MemoryPlan {
  const { network } = stages[0] as Template
  const atEnd = network.convention.memoryAt === 'end'
  const contextTokens = atEnd ? finalContext(network.model, workload) : promptTokens(network.model, workload)
  return planMemory({ stages, workload, contextTokens, ...device })
}
