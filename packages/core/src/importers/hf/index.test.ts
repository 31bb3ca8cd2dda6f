/** Importing single configurations: sizes, layer patterns, and refusals. */
import { describe, expect, it } from 'vitest'
import { DEEPSEEK, GPT_OSS, imported, LLAMA, layersOf } from './hf.testkit.ts'
import { importHfConfig } from './index.ts'
import { parseConfigText } from './text.ts'

const problemOf = (config: unknown, quantSidecar?: unknown) => {
  const result = importHfConfig(config, { quantSidecar })
  if (result.ok) throw new Error('imported')
  return result.problem
}

describe('sizes', () => {
  it('Llama 3.1 8B', () => {
    const model = imported(LLAMA)
    expect(model).toMatchObject({
      family: 'llama',
      kind: 'decoder',
      embedding: { vocabSize: 128256, size: 4096, positions: 0 },
      head: { outputSize: 128256, tied: false, bias: false },
      stack: { hiddenSize: 4096, finalNorm: { kind: 'rms' } },
      // Stated beyond the 8192 it started from: its publisher extended the training.
      trainedContextTokens: 131072,
      precision: { weights: 'bf16', activations: 'bf16', kv: 'bf16' },
      towers: [],
    })
    expect(model.stack.kinds).toHaveLength(1)
    expect(model.stack.kinds[0]).toMatchObject({
      name: 'full attention + dense FFN',
      mixer: { numQHeads: 32, numKvHeads: 8, headDim: 128, rotaryDim: 128, qkvBias: false },
      ffn: { kind: 'dense', intermediateSize: 14336, gated: true, activation: 'silu' },
      normPlacement: 'pre',
    })
  })

  it('class defaults, name and explicit null', () => {
    expect(imported({ model_type: 'llama' }).stack.order).toHaveLength(32)
    expect(imported({ ...LLAMA, num_key_value_heads: null }).stack.kinds[0]?.mixer).toMatchObject({ numKvHeads: 32 })
    const named = importHfConfig(LLAMA, { name: 'meta-llama/Llama-3.1-8B' })
    expect(named.ok && named.value).toMatchObject({ id: 'meta-llama-llama-3.1-8b', name: 'meta-llama/Llama-3.1-8B' })
  })

  it('DeepSeek-V3: dense layers first, experts after, one layer of prediction', () => {
    const model = imported(DEEPSEEK)
    expect(model.stack.order).toEqual([0, 0, 0, 1, 1, 1, 1, 1])
    expect(model.stack.kinds[1]).toMatchObject({
      name: 'latent attention + MoE',
      ffn: { numExperts: 256, topK: 8, expertIntermediateSize: 2048, sharedIntermediateSize: 2048, routerBias: true },
    })
    expect(model.mtp).toMatchObject({ joins: true, layers: [{ ffn: { kind: 'moe' } }] })
    expect(model.precision).toEqual({
      weights: 'fp8-block',
      activations: 'fp8',
      kv: 'bf16',
      classes: { norm: 'bf16', embedding: 'bf16', router: 'bf16', head: 'bf16' },
    })
  })

  it('a window of 128 in turn with full layers, sinks and biases', () => {
    const patterns = layersOf(imported(GPT_OSS)).map(
      (layer) => layer.mixer?.kind === 'attention' && layer.mixer.pattern,
    )
    expect(patterns[0]).toEqual({ kind: 'sliding', window: 128 })
    expect(patterns[1]).toEqual({ kind: 'causal' })
    expect(imported(GPT_OSS).stack.kinds[0]).toMatchObject({
      mixer: { sinks: true, qkvBias: true, outBias: true },
      ffn: { expertBias: true, routerBias: true },
    })
  })

  it.each([
    ['opt', { mixer: { rotaryDim: 0, qkvBias: true }, ffn: { gated: false, activation: 'relu', bias: true } }],
    ['falcon', { parallel: 'shared-norm', mixer: { numKvHeads: 1, headDim: 64 }, ffn: { intermediateSize: 18176 } }],
    ['gpt_neox', { parallel: 'own-norms', mixer: { rotaryDim: 24 } }],
    ['gptj', { parallel: 'shared-norm', mixer: { rotaryDim: 64, qkvBias: false }, ffn: { bias: true } }],
    ['phi', { parallel: 'shared-norm', mixer: { rotaryDim: 32, qkvBias: true } }],
    ['gemma2', { normPlacement: 'both', mixer: { pattern: { kind: 'sliding', window: 4096 } } }],
    ['olmo2', { normPlacement: 'post', mixer: { qkNorm: 'width' } }],
    ['qwen2', { mixer: { qkvBias: true, outBias: false, pattern: { kind: 'causal' } } }],
    ['qwen3', { mixer: { qkNorm: 'head', headDim: 128, qkvBias: false } }],
    ['cohere', { parallel: 'shared-norm', norm: { kind: 'layer', bias: false } }],
    ['starcoder2', { norm: { kind: 'layer', bias: true }, ffn: { gated: false, bias: true } }],
    [
      'qwen3_next',
      { mixer: { kind: 'linear', rule: 'delta', numValueHeads: 32, convTaps: 4 }, ffn: { sharedGate: true } },
    ],
    ['bloom', { norm: { kind: 'layer', bias: true }, mixer: { rotaryDim: 0 } }],
  ])('%s from its class defaults', (modelType, expected) => {
    expect(imported({ model_type: modelType }).stack.kinds[0]).toMatchObject(expected)
  })

  it('learned positions: OPT keeps two rows more', () => {
    expect(imported({ model_type: 'opt' }).embedding?.positions).toBe(2050)
    expect(imported({ model_type: 'gpt2' }).embedding?.positions).toBe(1024)
    const narrow = imported({
      model_type: 'opt',
      hidden_size: 1024,
      word_embed_proj_dim: 512,
      do_layer_norm_before: false,
      num_attention_heads: 16,
    })
    expect(narrow.embedding?.size).toBe(512)
    expect(narrow.stack.kinds[0]?.normPlacement).toBe('post')
    expect(narrow.stack.finalNorm).toBeUndefined()
  })

  it('scaling of positions', () => {
    const tokens = (rope: object | undefined, longest = 32768) => {
      const model = imported({ ...LLAMA, max_position_embeddings: longest, rope_scaling: rope })
      return [model.trainedContextTokens, model.extendedContextTokens]
    }
    expect(tokens(undefined)).toEqual([32768, undefined])
    expect(tokens({ type: 'yarn', factor: 4, original_max_position_embeddings: 32768 })).toEqual([32768, 131072])
    expect(tokens({ type: 'yarn', factor: 4 })).toEqual([32768, 131072])
    expect(tokens({ type: 'linear', factor: 2 })).toEqual([32768, 65536])
    expect(tokens({ rope_type: 'longrope', original_max_position_embeddings: 4096 })).toEqual([32768, undefined])
  })

  it('a wrapper imports its text part and hands down its own flag', () => {
    const model = imported({
      model_type: 'qwen3_vl',
      tie_word_embeddings: true,
      text_config: { model_type: 'qwen3_vl_text' },
    })
    expect(model.family).toBe('qwen3_vl')
    expect(model.head?.tied).toBe(true)
    expect(problemOf({ model_type: 'qwen3_vl' }).path).toBe('text_config')
    expect(problemOf({ model_type: 'qwen3_vl', text_config: { num_hidden_layers: 'many' } }).path).toBe(
      'text_config.num_hidden_layers',
    )
  })
})

describe('refusals', () => {
  it('what is not a configuration', () => {
    for (const value of [undefined, null, 3, 'x', [], true]) expect(problemOf(value).path).toBe('config.json')
    expect(problemOf({}).path).toBe('model_type')
    expect(problemOf({ model_type: 7 }).reason).toContain('not a text')
    expect(problemOf(LLAMA, 'x').path).toContain('hf_quant_config')
  })

  it('unknown types by name, with the closest', () => {
    const problem = problemOf({ model_type: 'qwen9' })
    expect(problem.reason).toContain('"qwen9"')
    expect(problem.remedy).toContain('qwen2')
    for (const type of ['__proto__', 'constructor', 'toString', 'x'.repeat(5000)])
      expect(problemOf({ model_type: type }).path).toBe('model_type')
  })

  it('architectures decide where the type is missing, drafts are never imported', () => {
    const { model_type: _, ...untyped } = LLAMA
    expect(imported(untyped).family).toBe('llama')
    for (const draft of [
      'LlamaForCausalLMEagle3',
      'DFlashDraftModel',
      'PEagleDraftModel',
      'DSparkDraftModel',
      'DominoDraftModel',
    ])
      expect(problemOf({ ...LLAMA, architectures: [draft] }).reason).toContain('speculative draft')
    expect(problemOf({ ...untyped, architectures: ['SomethingElse'] }).reason).toContain('SomethingElse')
  })

  it.each([
    ['num_hidden_layers', 0],
    ['hidden_size', '4096'],
    ['vocab_size', 1e300],
    ['num_key_value_heads', 5],
    ['hidden_act', 'tanh'],
    ['num_local_experts', 8],
    ['kv_lora_rank', 512],
    ['layer_types', ['sliding_attention']],
  ])('Llama with %s = %j', (key, value) => {
    expect(problemOf({ ...LLAMA, [key]: value }).path).toBe(key)
  })

  it('unknown layer types, too many chosen experts, unknown quantisation', () => {
    const types = ['sliding_attention', 'full_attention', 'mamba', 'full_attention']
    expect(problemOf({ ...GPT_OSS, layer_types: types })).toMatchObject({
      path: 'layer_types[2]',
      reason: '"mamba" is not understood',
    })
    expect(problemOf({ ...DEEPSEEK, num_experts_per_tok: 300 }).path).toBe('num_experts_per_tok')
    expect(problemOf({ ...LLAMA, quantization_config: { quant_method: 'aqlm' } }).path).toBe(
      'quantization_config.quant_method',
    )
    expect(problemOf({ ...LLAMA, torch_dtype: 'int3' }).path).toBe('torch_dtype')
  })
})

describe('text', () => {
  it("Python's Infinity and NaN are read as texts, so that a size that is no number is refused", () => {
    const parsed = parseConfigText('{"a": [0.0, Infinity, -Infinity], "b": NaN, "c": "NaN \\" Infinity"}')
    expect(parsed).toEqual({ ok: true, value: { a: [0, 'Infinity', '-Infinity'], b: 'NaN', c: 'NaN " Infinity' } })
    const size = parseConfigText('{"model_type": "llama", "hidden_size": NaN}')
    const refused = size.ok ? importHfConfig(size.value) : size
    expect(refused).toMatchObject({ ok: false, problem: { path: 'hidden_size' } })
    expect(parseConfigText('{')).toMatchObject({ ok: false, problem: { path: 'config.json' } })
  })
})
