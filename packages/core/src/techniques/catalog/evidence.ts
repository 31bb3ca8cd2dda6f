/**
 * Under which names the published measurements know a technique. Most have the same id there; these are measured under
 * another, as the same mechanism or as an instance of it. Everything else of the catalogue has no measurement.
 */
import { MEASURED_TECHNIQUES } from '../../evidence/index.ts'

const ALSO: { readonly [technique: string]: readonly string[] } = {
  /** Round to nearest is uniform quantization after training without more. */
  ptq: ['rtn'],
  'uniform-quantization': ['rtn'],
  pruning: ['magnitude-pruning'],
  'int8-int4': ['int8-w8a8'],
  'w-bit-notation': ['int4-weight-only', 'int8-w8a8', 'kv-q4'],
  'h100-fp8-tensor-core': ['fp8'],
  /** n-grams of the prompt as the draft. */
  llma: ['prompt-lookup'],
  'sglang-kv-cache': ['prefix-caching'],
  tetriinfer: ['prefill-decode-disaggregation'],
  orca: ['continuous-batching'],
  'effective-long-context-scaling': ['rope-base'],
  'dist-attention': ['infinite-llm', 'decode-context-parallel'],
  rag: ['retrieval-filter'],
}

/** Ids of the measured techniques that are this one, its own name first. */
export function evidenceIdsOf(technique: string): readonly string[] {
  const own = MEASURED_TECHNIQUES.has(technique) ? [technique] : []
  return [...own, ...(Object.hasOwn(ALSO, technique) ? (ALSO[technique] ?? []) : [])]
}

export const MEASURED_ELSEWHERE: readonly string[] = Object.keys(ALSO)
