import { describe, expect, test } from 'vitest'
import type { ModelSpec } from '../../architecture/model.ts'
import { formatProblem, type Result } from '../../units/result.ts'
import { importHfConfig } from '../hf/index.ts'
import { writeGguf } from './gguf.testkit.ts'
import { readGgufHeader } from './header.ts'
import { importGguf } from './model.ts'
import { MODELS } from './models.testkit.ts'

function modelOf(result: Result<ModelSpec>): ModelSpec {
  if (!result.ok) throw new Error(formatProblem(result.problem))
  return result.value
}

function load(name: keyof typeof MODELS): ModelSpec {
  const { header, fileBytes } = writeGguf(MODELS[name].meta, MODELS[name].tensors)
  const read = readGgufHeader(header, fileBytes)
  if ('need' in read || !read.ok) throw new Error(JSON.stringify(read))
  return modelOf(importGguf(read.value))
}

describe('the same model from a configuration', () => {
  const alternate = (layers: number) =>
    Array.from({ length: layers }, (_, i) => (i % 2 === 0 ? 'sliding_attention' : 'full_attention'))
  test.each<[keyof typeof MODELS, Record<string, unknown>]>([
    [
      'qwen3-30b-a3b',
      {
        model_type: 'qwen3_moe',
        hidden_size: 2048,
        num_hidden_layers: 48,
        num_attention_heads: 32,
        num_key_value_heads: 4,
        head_dim: 128,
        num_experts: 128,
        num_experts_per_tok: 8,
        moe_intermediate_size: 768,
        intermediate_size: 6144,
        max_position_embeddings: 40960,
        vocab_size: 151936,
        tie_word_embeddings: false,
      },
    ],
    [
      'gemma-2-2b',
      {
        model_type: 'gemma2',
        hidden_size: 2304,
        num_hidden_layers: 26,
        num_attention_heads: 8,
        num_key_value_heads: 4,
        head_dim: 256,
        intermediate_size: 9216,
        max_position_embeddings: 8192,
        sliding_window: 4096,
        hidden_activation: 'gelu_pytorch_tanh',
        vocab_size: 256000,
      },
    ],
    [
      'gpt-oss-20b',
      {
        model_type: 'gpt_oss',
        hidden_size: 2880,
        num_hidden_layers: 24,
        num_attention_heads: 64,
        num_key_value_heads: 8,
        head_dim: 64,
        num_local_experts: 32,
        num_experts_per_tok: 4,
        intermediate_size: 2880,
        attention_bias: true,
        layer_types: alternate(24),
        sliding_window: 128,
        max_position_embeddings: 131072,
        rope_scaling: { rope_type: 'yarn', factor: 32, original_max_position_embeddings: 4096 },
        tie_word_embeddings: false,
        vocab_size: 201088,
      },
    ],
  ])('%s', (name, config) => {
    const { stack, embedding, head, family, trainedContextTokens, extendedContextTokens } = modelOf(
      importHfConfig(config),
    )
    expect(load(name)).toMatchObject({ stack, embedding, head, family })
    expect(load(name).trainedContextTokens).toBe(trainedContextTokens)
    expect(load(name).extendedContextTokens).toBe(extendedContextTokens)
  })
})
