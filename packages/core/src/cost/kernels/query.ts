/**
 * What can be asked of the kernel models: one query per kernel class, in the shapes engines launch. Counts are those of
 * one rank. `replayed`: the call is repeated on the same buffers, as benchmarks do, so that small ones stay in the
 * last-level cache; a serving step streams gigabytes between two uses and leaves it false.
 */

/** Number formats as the kernels distinguish them: what is stored, what is multiplied. */
export type KernelFormat =
  | 'bfloat16'
  | 'fp8'
  | 'fp8_block'
  | 'nvfp4'
  | 'int8_wo'
  | 'int4_wo'
  | 'sq'
  | 'w4a16_mxfp4'
  | 'w4a8_mxfp4_mxfp8'

export interface GemmQuery {
  readonly kind: 'gemm'
  /** Rows (tokens), columns (outputs), inner dimension. */
  readonly m: number
  readonly n: number
  readonly k: number
  readonly format: KernelFormat
  readonly replayed?: boolean
}

export interface PrefillAttentionQuery {
  readonly kind: 'prefillAttention'
  readonly batch: number
  readonly qHeads: number
  readonly kvHeads: number
  readonly headDim: number
  /** New tokens per sequence, and cached tokens before them. */
  readonly newTokens: number
  readonly prefixTokens: number
  /** Sliding window in tokens; 0: none. */
  readonly window: number
  /** Format of the products, and of the cache. */
  readonly format: 'bfloat16' | 'fp8'
  readonly kv: 'bfloat16' | 'fp8'
  readonly replayed?: boolean
}

export interface DecodeAttentionQuery {
  readonly kind: 'decodeAttention'
  readonly batch: number
  readonly qHeads: number
  readonly kvHeads: number
  readonly headDim: number
  /** Tokens attended to, the new one included. */
  readonly contextTokens: number
  readonly window: number
  readonly kv: 'bfloat16' | 'fp8'
  readonly replayed?: boolean
}

/** Multi-head latent attention as its kernels see it: one shared latent head in decode, full heads in prefill. */
export interface MlaQuery {
  readonly kind: 'mla'
  readonly phase: 'prefill' | 'decode'
  readonly batch: number
  /** Query heads of this rank. */
  readonly heads: number
  /** New tokens per sequence (1 in decode), and tokens before them. */
  readonly newTokens: number
  readonly prefixTokens: number
  readonly kv: 'bfloat16' | 'fp8'
  readonly replayed?: boolean
}

export interface MoeQuery {
  readonly kind: 'moe'
  /** Tokens of all ranks that share the experts. */
  readonly tokens: number
  readonly hidden: number
  /** Width of one expert, before tensor parallelism. */
  readonly inter: number
  readonly topK: number
  readonly experts: number
  readonly tp: number
  readonly ep: number
  /** 0: balanced; else the exponent of the power law the tokens per expert follow (priced: the most loaded rank). */
  readonly alpha: number
  /** Two matrices before the activation (gate and up) or one. */
  readonly gated: boolean
  readonly format: KernelFormat
  readonly replayed?: boolean
}

export type CollectiveOp = 'all_reduce' | 'all_gather' | 'reduce_scatter' | 'alltoall'

export interface CollectiveQuery {
  readonly kind: 'collective'
  readonly op: CollectiveOp
  /** The whole message: of the reduced or gathered tensor, of what one rank sends in an all-to-all. */
  readonly bytes: number
  readonly gpus: number
  /** An engine's own all-reduce kernel instead of the library's. */
  readonly custom: boolean
}

export type KernelQuery =
  | GemmQuery
  | PrefillAttentionQuery
  | DecodeAttentionQuery
  | MlaQuery
  | MoeQuery
  | CollectiveQuery

interface FormatRow {
  /** Bytes per element as the kernel reads them, scales included. */
  readonly weightBytes: number
  readonly activationBytes: number
  readonly peak: 'bf16' | 'int8' | 'fp8' | 'fp4'
  /** A kernel before the product turns 16-bit activations into the narrow format. */
  readonly quantises: boolean
}

/** Scales: NVFP4 one FP8 per 16; MXFP4 one byte per 32; INT4 one 16-bit scale per 128; FP8 blocks of 128 × 128: free. */
export const KERNEL_FORMATS: Readonly<Record<KernelFormat, FormatRow>> = {
  bfloat16: { weightBytes: 2, activationBytes: 2, peak: 'bf16', quantises: false },
  fp8: { weightBytes: 1, activationBytes: 1, peak: 'fp8', quantises: true },
  fp8_block: { weightBytes: 1, activationBytes: 1, peak: 'fp8', quantises: true },
  nvfp4: { weightBytes: 0.5625, activationBytes: 0.5625, peak: 'fp4', quantises: true },
  int8_wo: { weightBytes: 1, activationBytes: 2, peak: 'bf16', quantises: false },
  int4_wo: { weightBytes: 0.516, activationBytes: 2, peak: 'bf16', quantises: false },
  sq: { weightBytes: 1, activationBytes: 1, peak: 'int8', quantises: true },
  w4a16_mxfp4: { weightBytes: 0.53125, activationBytes: 2, peak: 'bf16', quantises: false },
  w4a8_mxfp4_mxfp8: { weightBytes: 0.53125, activationBytes: 1.03125, peak: 'fp8', quantises: true },
}
