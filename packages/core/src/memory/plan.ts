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
import {
  type KernelSetting,
  type Network,
  type NetworkStep,
  networkCache,
  networkOperators,
  type OperatorGroup,
  passMaker,
} from '../architecture/network.ts'
import { idleGroups } from '../architecture/parameters.ts'
import { countTokens } from '../architecture/pass.ts'
import { decodeStep, decodes, finalContext, prefillStep, promptTokens, sourceTokens } from '../step/phases.ts'
import type { Workload } from '../workload/workload.ts'
import { livenessPeak } from './liveness.ts'

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
  readonly network: Network
  readonly setting: KernelSetting
  readonly workload: Workload
  /** Tokens in the cache of each sequence. */
  readonly contextTokens: number
  readonly capacityBytes: number | undefined
  /** Share of the capacity an engine may use. */
  readonly utilization: number
  readonly ranks: number
}

/** Weights of one rank. Tensor parallelism shares out everything but norms and routers. */
export function weightBytes(network: Network, ranks: number): number {
  let total = 0
  const whole = network.convention.memoryOutsideLayers
  for (const group of idleGroups(network)) {
    if (!whole && group.part !== 'layer') continue
    const copies = group.sharedWeights ? 1 : group.repeat
    for (const o of group.operators) {
      if (!whole && o.kind !== 'gemm' && o.kind !== 'grouped-gemm') continue
      const shared = o.kind !== 'norm' && o.weightClass !== 'router'
      total += (copies * o.storedBytes) / (shared ? ranks : 1)
    }
  }
  const { diffusion } = network.model
  if (diffusion && whole) total += diffusion.conditionParameters * network.formats.weightBytes('ffn', network.model.stack.hiddenSize)
  return total
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
  for (const set of networkCache(network)) {
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
      ? [{ ...prefillStep(model, { ...workload, batchSize: 1 }), step: { groups: [{ sequences: 1, newTokens: most, contextTokens: prompt - most }] } }]
      : [prefillStep(model, { ...workload, batchSize: Math.min(workload.batchSize, Math.max(1, Math.floor(most / prompt))) })]
  return decodes(model) ? [...chunked, decodeStep(model, workload, Math.max(0, contextTokens - 1))] : chunked
}

/** Peak activations of a step: the layer with the largest live set. */
export function stepActivationBytes(network: Network, steps: NetworkStep, groups: readonly OperatorGroup[]): number {
  const { hiddenSize } = network.model.stack
  const input = countTokens(steps.step.groups).tokens * hiddenSize * network.formats.activationBytes(hiddenSize)
  let peak = 0
  for (const group of groups) {
    const own = group.part === 'layer' ? input : 0
    if (group.part !== 'head') peak = Math.max(peak, livenessPeak(group.operators, own))
  }
  return peak
}

/** LLM-Viewer's figure: everything that one layer's operators store. */
function sumOfStores(groups: readonly OperatorGroup[]): number {
  let total = 0
  const layer = groups.find((group) => group.part === 'layer')
  for (const o of layer?.operators ?? []) total += o.activationWriteBytes
  return total
}

export function planMemory(question: MemoryQuestion): MemoryPlan {
  const { network, setting, workload, contextTokens, ranks, utilization, capacityBytes } = question
  const { model, convention } = network
  const make = passMaker(network, setting)
  const sequences = workload.batchSize
  const weights = weightBytes(network, ranks)
  const prefix = workload.sharedPrefixTokens
  const kv = kvBytes(network, contextTokens, sequences, { prefix, ranks, source: sourceTokens(model, workload) })
  const exact = convention.activationMemory === 'liveness'
  const steps = exact ? heavySteps(model, workload, contextTokens) : [decodeStep(model, workload, contextTokens - 1)]
  let activations = 0
  for (const step of steps) {
    const groups = networkOperators(network, step, make)
    activations = Math.max(activations, exact ? stepActivationBytes(network, step, groups) : sumOfStores(groups))
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
  network: Network,
  setting: KernelSetting,
  workload: Workload,
  device: { readonly capacityBytes: number | undefined; readonly utilization: number; readonly ranks: number },
): MemoryPlan {
  const atEnd = network.convention.memoryAt === 'end'
  const contextTokens = atEnd ? finalContext(network.model, workload) : promptTokens(network.model, workload)
  return planMemory({ network, setting, workload, contextTokens, ...device })
}
