/**
 * How each engine schedules, as far as a steady state needs it: one row per engine, no branches elsewhere. Scheduling is
 * read from the engines' arguments (`source`); `arrivalS` and `queueShare` are medians of the TTFT of AIConfigurator's
 * silicon samples below saturation (1,600 points of vLLM, SGLang and TensorRT-LLM, log error); llama.cpp's are assumed.
 */
import type { ServingEngine } from './point.ts'

export interface ServingProfile {
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
  /** Seconds a request spends outside steps before its first token: server, tokeniser, scheduler. Fitted. */
  readonly arrivalS: number
  /**
   * Of the prompts of the other requests held in flight, the share a request waits for. Requests of one length come in
   * waves, and a benchmark begins with all of them at once: ten waves give 1 / 20 by themselves. Fitted.
   */
  readonly queueShare: number
  readonly source: string
}

export const SERVING_PROFILES: Readonly<Record<ServingEngine, ServingProfile>> = {
  vllm: {
    prefill: 'mixed',
    batchTokens: 8192,
    maxSequences: 1024,
    reserves: 'used',
    memoryShare: 0.9,
    cacheShare: 1,
    narrowCacheUpToBits: 4.5,
    arrivalS: 0.032,
    queueShare: 0.072,
    source: 'vLLM V1: chunked prefill on, --max-num-batched-tokens 8192 and --max-num-seqs 1024 on data-centre GPUs',
  },
  sglang: {
    prefill: 'separate',
    batchTokens: 8192,
    maxSequences: 4096,
    reserves: 'used',
    memoryShare: 0.88,
    cacheShare: 1,
    narrowCacheUpToBits: 4.5,
    arrivalS: 0.2,
    queueShare: 0.3,
    source:
      'SGLang: --chunked-prefill-size 8192 (16384 on the largest), no --enable-mixed-chunk: prefill batches go first',
  },
  trtllm: {
    prefill: 'mixed',
    batchTokens: 8192,
    maxSequences: 2048,
    reserves: 'whole',
    memoryShare: 0.97,
    cacheShare: 0.9,
    narrowCacheUpToBits: 8,
    arrivalS: 0.095,
    queueShare: 0.07,
    source: 'TensorRT-LLM: in-flight batching, max_num_tokens 8192, max_batch_size 2048, guaranteed-no-evict scheduler',
  },
  'llama.cpp': {
    prefill: 'mixed',
    batchTokens: 2048,
    maxSequences: 256,
    reserves: 'whole',
    memoryShare: 0.95,
    cacheShare: 1,
    narrowCacheUpToBits: 0,
    arrivalS: 0.032,
    queueShare: 0.072,
    source: 'llama-server: --batch-size 2048, continuous batching on, one slot of fixed size per sequence',
  },
  generic: {
    prefill: 'mixed',
    batchTokens: 8192,
    maxSequences: 1024,
    reserves: 'used',
    memoryShare: 0.9,
    cacheShare: 1,
    narrowCacheUpToBits: 4.5,
    arrivalS: 0.032,
    queueShare: 0.072,
    source: 'as vLLM',
  },
}
