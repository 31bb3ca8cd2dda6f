/**
 * What a serving engine adds to the kernels of a step: time on the host (scheduling, preparing inputs, sampling, answering)
 * per step and per sequence, and how much of it hides behind the accelerator. A handful of constants per engine, fitted to
 * end-to-end measurements of small steps (`constants.ts` says to which).
 *
 *   step = max(kernels · (1 + drag), hidden) + exposed      hidden, exposed: a part per step and a part per sequence
 *
 * `drag`: what kernels lose inside a serving step against their own benchmark (clocks under sustained load, cold caches,
 * gaps between graph nodes). `exposed`: host time that nothing hides.
 */

import type { StepGroup } from '../architecture/extent.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { ENGINE_CONSTANTS, type EngineConstants } from './constants.ts'

export const ENGINE_IDS = ['generic', 'vllm', 'sglang', 'trtllm', 'llama.cpp'] as const
export type EngineId = (typeof ENGINE_IDS)[number]

export interface EngineProfile {
  readonly id: EngineId
  readonly name: string
  /** Whose kernels it runs, as kernel tables name them; absent: whichever was measured most. */
  readonly kernels?: string
  /** Inputs of narrow products are quantised inside the kernel before (norm, activation, attention). */
  readonly fusesQuantisation: boolean
  /** Exponent of the power law that tokens per expert follow in served text. */
  readonly routingAlpha: number
  readonly constants: EngineConstants
}

const PROFILES: { readonly [E in EngineId]: Omit<EngineProfile, 'id' | 'constants'> } = {
  generic: { name: 'an engine like vLLM', fusesQuantisation: false, routingAlpha: 1.01 },
  vllm: { name: 'vLLM', kernels: 'vllm', fusesQuantisation: false, routingAlpha: 1.01 },
  sglang: { name: 'SGLang', kernels: 'sglang', fusesQuantisation: false, routingAlpha: 1.01 },
  trtllm: { name: 'TensorRT-LLM', kernels: 'trtllm', fusesQuantisation: true, routingAlpha: 1.01 },
  'llama.cpp': { name: 'llama.cpp', fusesQuantisation: false, routingAlpha: 1.01 },
}

export function engineProfile(id: EngineId = 'generic'): EngineProfile {
  return { id, ...PROFILES[id], constants: ENGINE_CONSTANTS[id] }
}

/** Adds the engine's own time to a step's kernels. */
export interface EngineTime {
  stepS(kernelS: number, groups: readonly StepGroup[]): number
}

export function engineTimeOf(profile: EngineProfile, _accelerator: Accelerator): EngineTime {
  const { stepS, sequenceS, exposedS, exposedSequenceS, drag } = profile.constants
  return {
    stepS: (kernelS, groups) => {
      let sequences = 0
      for (let i = 0; i < groups.length; i++) sequences += (groups[i] as StepGroup).sequences
      return Math.max(kernelS * (1 + drag), stepS + sequenceS * sequences) + exposedS + exposedSequenceS * sequences
    },
  }
}
