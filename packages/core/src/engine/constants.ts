/** Constants of the engines' own time, s. */
import type { EngineId } from './profile.ts'

export interface EngineConstants {
  /** Host time of a step, hidden as far as the accelerator is busy. */
  readonly stepS: number
  /** Host time of every sequence in a step, hidden likewise. */
  readonly sequenceS: number
  /** Time of a step that nothing hides. */
  readonly exposedS: number
  /** Share that kernels take longer than in their own benchmark. */
  readonly drag: number
}

const NOTHING: EngineConstants = { stepS: 0, sequenceS: 0, exposedS: 0, drag: 0 }

export const ENGINE_CONSTANTS: { readonly [E in EngineId]: EngineConstants } = {
  generic: NOTHING,
  vllm: NOTHING,
  sglang: NOTHING,
  trtllm: NOTHING,
  'llama.cpp': NOTHING,
}
