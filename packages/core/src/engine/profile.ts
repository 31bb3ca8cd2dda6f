/**
 * What a serving engine adds to kernels, and how it schedules: one row per engine, no branches elsewhere.
 *
 *   step = max(kernels · (1 + drag), hidden) + exposed      hidden, exposed: a part per step and a part per sequence
 *
 * Time on the host (scheduling, preparing inputs, sampling, answering) hides behind the accelerator or does not; the
 * handful of constants, with those of waiting for the first token, is fitted to end-to-end measurements (`constants.ts`).
 * How prompts are scheduled is read from the engines' arguments (`source`); llama.cpp's figures are assumed.
 */

import type { StepGroup } from '../architecture/extent.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { ENGINE_CONSTANTS, type EngineConstants, type EngineEra } from './constants.ts'

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
  /**
   * mixed: prompt tokens ride in steps that also advance the running sequences (chunked prefill, in-flight batching);
   * separate: prompts run in steps of their own, in which the others wait.
   */
  readonly prefill: 'mixed' | 'separate'
  /** Most tokens of one step. */
  readonly batchTokens: number
  /** Most sequences running at once. */
  readonly maxSequences: number
  /** Whether a running sequence has room for its whole answer set aside, or takes it as it grows. */
  readonly reserves: 'whole' | 'used'
  /** Share of the whole memory the engine may use, and of what weights leave of it, the share the cache gets. */
  readonly memoryShare: number
  readonly cacheShare: number
  /** Whether weights of at most so many bits come with an 8-bit cache. */
  readonly narrowCacheUpToBits: number
  readonly source: string
  readonly constants: EngineConstants
}

type Row = Omit<EngineProfile, 'id' | 'constants' | 'routingAlpha'>

const VLLM = {
  fusesQuantisation: false,
  prefill: 'mixed',
  batchTokens: 8192,
  maxSequences: 1024,
  reserves: 'used',
  memoryShare: 0.9,
  cacheShare: 1,
  narrowCacheUpToBits: 4.5,
} as const satisfies Partial<Row>

const ROWS: { readonly [E in EngineId]: Row } = {
  generic: { ...VLLM, name: 'an engine like vLLM', source: 'as vLLM' },
  vllm: {
    ...VLLM,
    name: 'vLLM',
    kernels: 'vllm',
    source: 'vLLM V1: chunked prefill on, --max-num-batched-tokens 8192 and --max-num-seqs 1024 on data-centre GPUs',
  },
  sglang: {
    name: 'SGLang',
    kernels: 'sglang',
    fusesQuantisation: false,
    prefill: 'separate',
    batchTokens: 8192,
    maxSequences: 4096,
    reserves: 'used',
    memoryShare: 0.88,
    cacheShare: 1,
    narrowCacheUpToBits: 4.5,
    source:
      'SGLang: --chunked-prefill-size 8192 (16384 on the largest), no --enable-mixed-chunk: prefill batches go first',
  },
  trtllm: {
    name: 'TensorRT-LLM',
    kernels: 'trtllm',
    fusesQuantisation: true,
    prefill: 'mixed',
    batchTokens: 8192,
    maxSequences: 2048,
    reserves: 'whole',
    memoryShare: 0.97,
    cacheShare: 0.9,
    narrowCacheUpToBits: 8,
    source: 'TensorRT-LLM: in-flight batching, max_num_tokens 8192, max_batch_size 2048, guaranteed-no-evict scheduler',
  },
  'llama.cpp': {
    name: 'llama.cpp',
    fusesQuantisation: false,
    prefill: 'mixed',
    batchTokens: 2048,
    maxSequences: 256,
    reserves: 'whole',
    memoryShare: 0.95,
    cacheShare: 1,
    narrowCacheUpToBits: 0,
    source: 'llama-server: --batch-size 2048, continuous batching on, one slot of fixed size per sequence',
  },
}

/** Major, minor, patch of a version; what is not a number ends it (`1.2.0rc6` is 1.2.0). */
function numbersOf(version: string): number[] {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version.trim())
  return match ? match.slice(1).map((part) => Number(part ?? 0)) : []
}

/** Whether a version comes before another; an unknown one (empty, `nightly`) does not. */
function isBefore(version: string, other: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(other)]
  const at = a.findIndex((part, i) => part !== b[i])
  return at >= 0 && (a[at] as number) < (b[at] ?? 0)
}

/** The era of an engine that a version belongs to; the newest when nothing is said. */
export function eraOf(id: EngineId, version = ''): EngineEra {
  const eras = ENGINE_CONSTANTS.engines[id]
  const old = eras.find((era) => era.before !== undefined && isBefore(version, era.before))
  return old ?? (eras.at(-1) as EngineEra)
}

export function engineProfile(id: EngineId = 'generic', version = ''): EngineProfile {
  return { id, ...ROWS[id], routingAlpha: ENGINE_CONSTANTS.routingAlpha, constants: eraOf(id, version) }
}

/** Adds the engine's own time to a step's kernels. */
export interface EngineTime {
  stepS(kernelS: number, groups: readonly StepGroup[]): number
}

export function engineTime({ stepS, sequenceS, exposedS, exposedSequenceS, drag }: EngineConstants): EngineTime {
  return {
    stepS: (kernelS, groups) => {
      let sequences = 0
      for (let i = 0; i < groups.length; i++) sequences += (groups[i] as StepGroup).sequences
      return Math.max(kernelS * (1 + drag), stepS + sequenceS * sequences) + exposedS + exposedSequenceS * sequences
    },
  }
}

export function engineTimeOf(profile: EngineProfile, _accelerator: Accelerator): EngineTime {
  return engineTime(profile.constants)
}
