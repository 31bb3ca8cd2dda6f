import { importHfConfig, type ModelSpec } from '@capline/core'

const LLAMA = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  hidden_size: 4096,
  intermediate_size: 11008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 32,
  vocab_size: 32000,
  max_position_embeddings: 4096,
  torch_dtype: 'float16',
  tie_word_embeddings: false,
  hidden_act: 'silu',
  rms_norm_eps: 1e-5,
}
export function findModel(name: string): ModelSpec | undefined {
  if (name.toLowerCase() !== 'llama-2-7b') return undefined
  const r = importHfConfig(LLAMA, { name: 'Llama-2-7B' })
  if (!r.ok) throw new Error(JSON.stringify(r.problem))
  return r.value
}
export const suggestModels = (_: string): string[] => []
export const catalogueModels = (): ModelSpec[] => [findModel('llama-2-7b') as ModelSpec]
export const modelSources = (_: string): string[] => []
