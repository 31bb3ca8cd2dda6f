/** Constants of the engines' own time, s. */
import type { EngineId } from './profile.ts'

export interface EngineConstants {
  /** Host time of a step, hidden as far as the accelerator is busy. */
  readonly stepS: number
  /** Host time of every sequence in a step, hidden likewise. */
  readonly sequenceS: number
  /** Time of a step, and of every sequence in it, that nothing hides. */
  readonly exposedS: number
  readonly exposedSequenceS: number
  /** Share that kernels take longer than in their own benchmark. */
  readonly drag: number
}

const NOTHING: EngineConstants = { stepS: 0, sequenceS: 0, exposedS: 0, exposedSequenceS: 0, drag: 0 }

export const ENGINE_CONSTANTS: { readonly [E in EngineId]: EngineConstants } = {
  generic: { ...NOTHING, exposedSequenceS: 6e-6 },
  vllm: { ...NOTHING, exposedSequenceS: 6e-6 },
  sglang: { ...NOTHING, exposedS: 0.95e-3, exposedSequenceS: 14e-6 },
  trtllm: { ...NOTHING, drag: 0.03 },
  'llama.cpp': NOTHING,
}
