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
  /** Seconds a request spends outside steps before its first token: server, tokeniser, scheduler. */
  readonly arrivalS: number
  /** Of the prompts of the other requests in flight, the share a request waits for (`composition.ts`). */
  readonly queueShare: number
}

export interface EngineEra extends EngineConstants {
  /** First version that behaves otherwise; absent: the newest era. */
  readonly before?: string
}

const NOTHING: EngineConstants = {
  stepS: 0,
  sequenceS: 0,
  exposedS: 0,
  exposedSequenceS: 0,
  drag: 0,
  arrivalS: 0.032,
  queueShare: 0.072,
}

export const ENGINE_CONSTANTS: {
  readonly routingAlpha: number
  readonly engines: { readonly [E in EngineId]: readonly EngineEra[] }
} = {
  routingAlpha: 1.2,
  engines: {
    generic: [{ ...NOTHING, exposedSequenceS: 6e-6 }],
    vllm: [
      { ...NOTHING, before: '0.14', exposedSequenceS: 6e-6 },
      { ...NOTHING, exposedSequenceS: 6e-6 },
    ],
    sglang: [{ ...NOTHING, exposedS: 0.95e-3, exposedSequenceS: 14e-6, arrivalS: 0.2, queueShare: 0.3 }],
    trtllm: [
      { ...NOTHING, before: '1.1', drag: 0.03, arrivalS: 0.095, queueShare: 0.07 },
      { ...NOTHING, drag: 0.03, arrivalS: 0.095, queueShare: 0.07 },
    ],
    'llama.cpp': [NOTHING],
  },
}
