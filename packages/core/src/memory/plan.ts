/**
 * What a model needs in memory while it serves, in bytes of one rank: weights, KV cache and states (exact per layer kind),
 * activations by liveness, logits, and a runtime reserve; against the capacity.
 *
 * `ranks` > 1 splits the model in tensor parallel: linear weights and KV heads are shared out (a rank holds
 * ⌈heads/ranks⌉ of them), norms and routers are on every rank, MLA latents and states too. Activations are
 * counted whole on every rank. Leaves out: communication buffers, fragmentation beyond the reserve, pipeline stages.
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
}

export interface MemoryQuestion {
  readonly template: Template
  readonly workload: Workload
  /** Tokens in the cache of each sequence. */
  readonly contextTokens: number
  readonly capacityBytes: number | undefined
  /** Share of the capacity an engine may use. */
  readonly utilization: number
  readonly ranks: number
  /** Steps whose activations count; absent: the heaviest an engine takes. */
  readonly steps?: readonly NetworkStep[]
}

const knownWeights = new WeakMap<Template, Map<number, number>>()

/** Weights of one rank. Tensor parallelism shares out everything but norms and routers. Remembered per template. */
export function weightBytes(template: Template, ranks: number): number {
  let known = knownWeights.get(template)
  if (!known) {
    known = new Map()
    knownWeights.set(template, known)
  }
  const found = known.get(ranks)
  if (found !== undefined) return found
  const total = sumWeights(template, ranks)
  known.set(ranks, total)
  return total
}

function sumWeights(template: Template, ranks: number): number {
  const { network, main, encoder, towers } = template
  const whole = network.convention.memoryOutsideLayers
  let total = 0
  for (const section of [main, ...(encoder ? [encoder] : []), ...towers]) {
    for (const group of section.groups) {
      if (!whole && group.part !== 'layer') continue
      const copies = group.sharedWeights ? 1 : group.repeat
      for (const { idle } of group.operators) {
        if (!whole && idle.kind !== 'gemm' && idle.kind !== 'grouped-gemm') continue
        const isShared = idle.kind !== 'norm' && idle.weightClass !== 'router'
        total += (copies * idle.storedBytes) / (isShared ? ranks : 1)
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

/** The heaviest steps an engine takes with these prompts: a full prefill chunk, and a decode step of the batch. */
function heavySteps(model: ModelSpec, workload: Workload, contextTokens: number): NetworkStep[] {
  const prompt = promptTokens(model, workload)
  const most = Math.max(1, workload.batchTokens)
  const chunked: NetworkStep[] =
    prompt > most
      ? [
          {
            ...prefillStep(model, { ...workload, batchSize: 1 }),
            step: { groups: [{ sequences: 1, newTokens: most, contextTokens: prompt - most }] },
          },
        ]
      : [
          prefillStep(model, {
            ...workload,
            batchSize: Math.min(workload.batchSize, Math.max(1, Math.floor(most / prompt))),
          }),
        ]
  return decodes(model) ? [...chunked, decodeStep(model, workload, Math.max(0, contextTokens - 1))] : chunked
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
  const weights = weightBytes(template, ranks)
  const prefix = workload.sharedPrefixTokens
  const kv = kvBytes(network, contextTokens, sequences, { prefix, ranks, source: sourceTokens(model, workload) })
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
