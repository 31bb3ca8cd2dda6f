/**
 * What a serving engine adds to kernels, and how it schedules: one row per engine, no branches elsewhere.
 *
 *   step = kernels + exposed, a part per step and a part per sequence
 *
 * Exposed is the time on the host (scheduling, preparing inputs, sampling, answering) that does not hide behind the
 * accelerator. Engines that prepare the next step while one runs expose next to nothing; before they did, about a
 * millisecond and 40 µs per sequence (`synchronous`). Fitted to end-to-end measurements by
 * `capline calibrate serving`, with the constants of waiting for a first token (`constants.ts`). That kernels take longer
 * in a step than alone, and that a host part hides behind short steps, was fitted too, to zero: neither is here.
 * How prompts are scheduled is read from the engines' arguments (`source`); llama.cpp's figures are assumed.
 */

import type { StepGroup } from '../architecture/extent.ts'
import { ENGINE_TABLE } from './constants.ts'
import type { EngineConstants, EngineRow } from './table.ts'

export const ENGINE_IDS = ['generic', 'vllm', 'sglang', 'trtllm', 'llama.cpp'] as const
export type EngineId = (typeof ENGINE_IDS)[number]

/** What is added for engines nobody measured and that compare to none (llama.cpp): assumed. */
const UNMEASURED: EngineConstants = { exposedS: 0, exposedSequenceS: 0, arrivalS: 0.03, queueShare: 0.06 }

/** Row of the engines of a time when their hosts prepared a step only after the one before. */
const SYNCHRONOUS = 'synchronous'

/**
 * Versions whose host holds up every step. vLLM prepares the next step during the one before by default from 0.14 (pull
 * request 27614). TensorRT-LLM 1.0 with its first PyTorch runtime: measured so (Qwen3 32B and 235B on H100), though its
 * documents call the overlap scheduler the default; before 1.0 the runtime was compiled, from 1.1 nothing of it is left.
 */
const SYNCHRONOUS_VERSIONS: { readonly [E in EngineId]?: { readonly from: string; readonly before: string } } = {
  vllm: { from: '0.0', before: '0.14' },
  trtllm: { from: '1.0', before: '1.1' },
}

/**
 * Skew of routing: a distribution that kernels were measured with too. Between 0.6 and 1.5 errors move by less than one
 * per cent; balanced routing (0) doubles those of mixtures.
 */
const ROUTING_ALPHA = 1.01

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
  generic: { ...VLLM, name: 'an engine like vLLM', kernels: 'vllm', source: 'as vLLM' },
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

/** Key of the constants of an engine's version; of the newest when nothing is said. */
export function constantsKey(id: EngineId, version = ''): string {
  const held = SYNCHRONOUS_VERSIONS[id]
  if (held && isBefore(version, held.before) && !isBefore(version, held.from)) return SYNCHRONOUS
  return id === 'generic' ? 'vllm' : id
}

export function engineRow(id: EngineId, version = ''): EngineRow | undefined {
  return ENGINE_TABLE.rows[constantsKey(id, version)]
}

/**
 * How an engine of that version serves, and what it adds to kernels (seconds per step, sequence and request); assumed where no such
 * engine was measured.
 */
export function engineProfile(id: EngineId = 'generic', version = ''): EngineProfile {
  return { id, ...ROWS[id], routingAlpha: ROUTING_ALPHA, constants: engineRow(id, version) ?? UNMEASURED }
}

/** Adds the engine's own time to a step's kernels. */
export interface EngineTime {
  stepS(kernelS: number, groups: readonly StepGroup[]): number
}

export function engineTime({ exposedS, exposedSequenceS }: EngineConstants): EngineTime {
  return {
    stepS: (kernelS, groups) => {
      let sequences = 0
      for (let i = 0; i < groups.length; i++) sequences += (groups[i] as StepGroup).sequences
      return kernelS + exposedS + exposedSequenceS * sequences
    },
  }
}
