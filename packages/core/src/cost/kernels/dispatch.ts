/**
 * From a query to the model that prices it and the shape that model takes. Operator classes are named after the public
 * kernel tables; traits of an engine's kernels that are facts of its code, not fitted, stand here.
 */
import { collectiveModel } from './collective.ts'
import { type DecodeShape, decodeModel } from './decodeAttention.ts'
import { gemmModel } from './gemm.ts'
import { mlaDecode, mlaPrefill } from './mla.ts'
import type { ConstantSpec, KernelModel } from './model.ts'
import { moeModel } from './moe.ts'
import { type PrefillShape, prefillModel } from './prefillAttention.ts'
import type { KernelQuery } from './query.ts'

export const OP_CLASSES = [
  'gemm',
  'context_attention',
  'generation_attention',
  'context_mla',
  'generation_mla',
  'moe',
  'nccl',
  'custom_allreduce',
] as const

export type OpClass = (typeof OP_CLASSES)[number]

export const OP_MODELS: Readonly<Record<OpClass, KernelModel<never>>> = {
  gemm: gemmModel,
  context_attention: prefillModel,
  generation_attention: decodeModel,
  context_mla: prefillModel,
  generation_mla: decodeModel,
  moe: moeModel,
  nccl: collectiveModel,
  custom_allreduce: collectiveModel,
}

export function constantsOf(op: OpClass): readonly ConstantSpec[] {
  return OP_MODELS[op].constants
}

export function opClassOf(query: KernelQuery): OpClass {
  switch (query.kind) {
    case 'gemm':
      return 'gemm'
    case 'prefillAttention':
      return 'context_attention'
    case 'decodeAttention':
      return 'generation_attention'
    case 'mla':
      return query.phase === 'prefill' ? 'context_mla' : 'generation_mla'
    case 'moe':
      return 'moe'
    case 'collective':
      return query.custom ? 'custom_allreduce' : 'nccl'
  }
}

/** What distinguishes the constants of one kernel besides its name: operand formats, or the collective. */
export function formatOf(query: KernelQuery): string {
  switch (query.kind) {
    case 'gemm':
    case 'moe':
      return query.format
    case 'prefillAttention':
      return query.format === 'bfloat16' ? (query.kv === 'bfloat16' ? 'bfloat16' : 'bfloat16/fp8') : 'fp8'
    case 'decodeAttention':
    case 'mla':
      return query.kv
    case 'collective':
      return query.op
  }
}

/** Decode kernels that read the cache once per query head, where their code says so. */
interface DecodeTraits {
  /** More query heads per KV head than this: one pass per query head. */
  readonly packedLimit?: number
  /** With a sliding window: one pass per query head. */
  readonly windowUnpacked?: true
}

/** TensorRT-LLM: XQA serves groups up to 32, larger ones fall to masked multi-head attention; Blackwell kernels have no
 * such limit. FlashAttention-2 folds query heads into rows only without a window (flash_api.cpp). */
function traitsOf(kernel: string, backend: string, architecture: string): DecodeTraits {
  if (backend === 'trtllm' && !architecture.startsWith('blackwell')) return { packedLimit: 32 }
  if (kernel === 'vllm_flash_attn_fa2' || kernel === 'vllm_flash_attn') return { windowUnpacked: true }
  return {}
}

/** The shape the model of the query's class takes. Attention shapes are new objects; the others are the query itself. */
export function shapeOf(query: KernelQuery, kernel: string, backend: string, architecture: string): object {
  switch (query.kind) {
    case 'gemm':
    case 'moe':
    case 'collective':
      return query
    case 'prefillAttention': {
      // Field by field: spreading an object costs ten times the model.
      const shape: PrefillShape = {
        batch: query.batch,
        qHeads: query.qHeads,
        kvHeads: query.kvHeads,
        headDim: query.headDim,
        newTokens: query.newTokens,
        prefixTokens: query.prefixTokens,
        window: query.window,
        kvBytes: query.kv === 'fp8' ? 1 : 2,
        peak: query.format === 'fp8' ? 'fp8' : 'bf16',
        replayed: query.replayed === true,
      }
      return shape
    }
    case 'decodeAttention': {
      const traits = traitsOf(kernel, backend, architecture)
      const isWindowed = query.window > 0
      const shape: DecodeShape = {
        batch: query.batch,
        qHeads: query.qHeads,
        kvHeads: query.kvHeads,
        kvElements: 2 * query.headDim,
        ioElements: 2 * query.headDim,
        reach: isWindowed ? Math.min(query.window, query.contextTokens) : query.contextTokens,
        kvBytes: query.kv === 'fp8' ? 1 : 2,
        peak: 'bf16',
        packedLimit: traits.windowUnpacked && isWindowed ? 0 : (traits.packedLimit ?? Number.POSITIVE_INFINITY),
        replayed: query.replayed === true,
      }
      return shape
    }
    case 'mla':
      return query.phase === 'prefill' ? mlaPrefill(query) : mlaDecode(query)
  }
}
