/**
 * Families of techniques, in the order they are shown. `heading` is the line of the survey's Table 1 a family stands under;
 * families without one are outside that table.
 */
import { closest } from '../../units/closest.ts'

export interface Family {
  readonly title: string
  readonly heading?: string
}

export const FAMILIES = {
  'model-memory': { title: 'Model memory', heading: 'Model Memory' },
  'positional-embedding': { title: 'Positional embedding', heading: 'Positional Embedding' },
  'accuracy-long-context': { title: 'Accuracy under long context', heading: 'Found-in-the-middle' },
  'sparse-attention': { title: 'Sparse attention', heading: 'Sparse Attention' },
  'kv-eviction': { title: 'KV eviction', heading: 'Sparse Attention' },
  'sparse-attention-hw': { title: 'Hardware for sparse attention', heading: 'Sparse Attention' },
  'linear-attention': { title: 'Linear attention', heading: 'Linear Attention' },
  'sequence-parallel': { title: 'Distributed acceleration', heading: 'Distributed Accl.' },
  'prompt-compression': { title: 'Prompt compression', heading: 'Prompt Compression' },
  'agent-memory': { title: 'Agent memory', heading: 'Agent Memory' },
  retrieval: { title: 'Retrieval' },
  'long-context': { title: 'Other long-context design' },
  'quantization-ptq': { title: 'Quantization after training', heading: 'Quantization' },
  'quantization-qat': { title: 'Quantization in training', heading: 'Quantization' },
  'quantization-kv': { title: 'KV quantization', heading: 'Quantization' },
  'quantization-peft': { title: 'Quantized fine-tuning' },
  'data-format': { title: 'Data formats' },
  pruning: { title: 'Pruning', heading: 'Model Pruning' },
  factorization: { title: 'Factorization' },
  distillation: { title: 'Distillation' },
  'early-exit': { title: 'Early exit' },
  'contextual-sparsity': { title: 'Contextual sparsity' },
  moe: { title: 'Mixture of experts' },
  'speculative-decoding': { title: 'Speculative decoding' },
  'parallel-decoding': { title: 'Parallel decoding' },
  'operator-fusion': { title: 'Operator fusion' },
  'memory-management': { title: 'Memory management and offloading' },
  'parallel-serving': { title: 'Batching and scheduling' },
  'spatial-architecture': { title: 'Spatial architectures' },
  pim: { title: 'Processing in memory' },
  'processing-unit': { title: 'Processing units' },
  'hardware-gpu': { title: 'GPUs' },
  model: { title: 'Models' },
  multimodal: { title: 'Multimodal models' },
  'analysis-tool': { title: 'Analysis' },
  reliability: { title: 'Reliability' },
  combination: { title: 'Combinations' },
} as const satisfies Record<string, Family>

export type FamilyId = keyof typeof FAMILIES

export const FAMILY_IDS = Object.keys(FAMILIES) as readonly FamilyId[]

/** Up to `most` families whose id or title is near a word, or holds it: `quantization` is four. */
export function suggestFamilies(word: string, most = 5): FamilyId[] {
  const names = new Map<string, FamilyId>(FAMILY_IDS.map((id) => [FAMILIES[id].title.toLowerCase(), id]))
  for (const id of FAMILY_IDS) names.set(id, id)
  const near = closest(word, [...names.keys()], 3 * most)
  return [...new Set(near.flatMap((name) => names.get(name) ?? []))].slice(0, most)
}
