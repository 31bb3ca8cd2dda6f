/** Number formats of checkpoints: what quantisation recipes give to which weights. */
import { describe, expect, it } from 'vitest'
import { CORPUS_ABSENT, corpusModel, hasCorpus, imported } from './hf.testkit.ts'
import { importHfConfig } from './index.ts'

const LLAMA = { model_type: 'llama', num_hidden_layers: 4, torch_dtype: 'bfloat16' }
const MOE = { model_type: 'qwen3_moe', num_hidden_layers: 4, torch_dtype: 'bfloat16' }
const SIXTEEN = { norm: 'bf16', embedding: 'bf16', head: 'bf16' }

const precision = (base: object, quantization_config: object, sidecar?: unknown) =>
  imported({ ...base, quantization_config }, sidecar).precision

describe('methods', () => {
  it('base formats', () => {
    const of = (dtype: object) => imported({ model_type: 'llama', ...dtype }).precision.weights
    expect(of({ torch_dtype: 'float16' })).toBe('fp16')
    expect(of({ dtype: 'float32' })).toBe('fp32')
    expect(of({})).toBe('bf16')
  })

  it('FP8 per tensor and per block, with or without 8-bit keys and values', () => {
    expect(precision(LLAMA, { quant_method: 'fp8', activation_scheme: 'dynamic' })).toEqual({
      weights: 'fp8',
      activations: 'fp8',
      kv: 'bf16',
      classes: SIXTEEN,
    })
    expect(precision(LLAMA, { quant_method: 'fp8', weight_block_size: [128, 128] }).weights).toBe('fp8-block')
    const modelopt = {
      quant_method: 'modelopt',
      quant_algo: 'FP8',
      kv_cache_quant_algo: 'FP8',
      exclude_modules: ['lm_head'],
    }
    expect(precision(LLAMA, modelopt).kv).toBe('fp8')
    expect(precision(LLAMA, { ...modelopt, kv_cache_quant_algo: null }).kv).toBe('bf16')
  })

  it('weight-only integers keep 16-bit activations', () => {
    expect(precision(LLAMA, { quant_method: 'gptq', bits: 4, group_size: 128 })).toMatchObject({
      weights: 'int4',
      activations: 'bf16',
    })
    expect(precision(LLAMA, { quant_method: 'awq', bits: 4, group_size: 64 }).weights).toBe('int4-g64')
    expect(precision(LLAMA, { quant_method: 'gptq', bits: 4, group_size: 32 }).weights).toBe('int4-g32')
    expect(
      precision(LLAMA, { quant_method: 'gptq', bits: 8, group_size: -1, lm_head: true }).classes?.head,
    ).toBeUndefined()
    expect(
      precision(LLAMA, { quant_method: 'bitsandbytes', load_in_4bit: true, bnb_4bit_quant_type: 'nf4' }).weights,
    ).toBe('nf4')
  })

  it('compressed-tensors: 8-bit weights and activations, or packed 4-bit experts', () => {
    const eight = { num_bits: 8, type: 'int', strategy: 'channel' }
    const group = { targets: ['Linear'], weights: eight, input_activations: eight }
    expect(
      precision(LLAMA, { quant_method: 'compressed-tensors', config_groups: { group_0: group }, ignore: ['lm_head'] }),
    ).toMatchObject({
      weights: 'int8',
      activations: 'int8',
    })
    const packed = {
      targets: ['Linear'],
      weights: { num_bits: 4, type: 'int', group_size: 32 },
      input_activations: null,
    }
    const ignore = ['lm_head', 're:.*self_attn.*']
    expect(precision(MOE, { quant_method: 'compressed-tensors', config_groups: { g: packed }, ignore })).toEqual({
      weights: 'int4-g32',
      activations: 'bf16',
      kv: 'bf16',
      classes: { attention: 'bf16', router: 'bf16', ...SIXTEEN },
    })
  })

  it('a sidecar stands in for a missing quantization_config', () => {
    const sidecar = { quantization: { quant_algo: 'NVFP4', kv_cache_quant_algo: 'FP8', exclude_modules: ['lm_head'] } }
    expect(imported(LLAMA, sidecar).precision).toMatchObject({ weights: 'nvfp4', activations: 'nvfp4', kv: 'fp8' })
  })

  it('single layers that are left out become ranges', () => {
    const quant = {
      quant_method: 'fp8',
      modules_to_not_convert: ['model.layers.0.self_attn', 'model.layers.1.self_attn', 'model.layers.3'],
    }
    expect(precision({ ...LLAMA, num_hidden_layers: 12 }, quant).layers).toEqual([
      { from: 0, to: 1, classes: { attention: 'bf16' } },
      { from: 3, to: 3, classes: { attention: 'bf16', ffn: 'bf16' } },
    ])
  })

  it('mixed precision by named layers', () => {
    const quantized_layers = Object.fromEntries(
      [0, 1, 2, 3].flatMap((i) => [
        [`model.layers.${i}.self_attn.q_proj`, { quant_algo: 'FP8' }],
        [`model.layers.${i}.mlp.up_proj`, { quant_algo: 'W4A16_NVFP4', group_size: 16 }],
      ]),
    )
    expect(precision(LLAMA, { quant_method: 'modelopt', quant_algo: 'MIXED_PRECISION', quantized_layers })).toEqual({
      weights: 'nvfp4',
      activations: 'bf16',
      kv: 'bf16',
      classes: { attention: 'fp8', ...SIXTEEN },
    })
  })

  it('refuses what it does not know', () => {
    const refused = (quantization_config: unknown) => {
      const result = importHfConfig({ ...LLAMA, quantization_config })
      return result.ok ? undefined : result.problem.path
    }
    expect(refused({})).toBe('quantization_config.quant_method')
    expect(refused({ quant_method: 'hqq' })).toBe('quantization_config.quant_method')
    expect(refused({ quant_method: 'modelopt', quant_algo: 'FP3' })).toBe('quantization_config.quant_algo')
    expect(refused({ quant_method: 'gptq', bits: 7.5 })).toBe('quantization_config.bits')
    expect(refused({ quant_method: 'fp8', ignore: ['re:(a+)+$'] })).toBe('quantization_config.ignore')
    expect(refused({ quant_method: 'gptq', bits: 4, dynamic: { '-:x': {} } })).toBe('quantization_config.dynamic')
  })
})

describe.skipIf(!hasCorpus)('published recipes', () => {
  it('gpt-oss: experts only', () => {
    const { weights, classes, activations } = corpusModel('openai__gpt-oss-120b').precision
    expect({ weights, activations, ...classes }).toMatchObject({
      weights: 'mxfp4',
      activations: 'bf16',
      attention: 'bf16',
      router: 'bf16',
    })
    expect(classes?.experts).toBeUndefined()
  })

  it('Kimi-K2.5: packed 4-bit experts, everything else 16 bit', () => {
    expect(corpusModel('moonshotai__Kimi-K2.5').precision).toMatchObject({
      weights: 'int4-g32',
      classes: { attention: 'bf16', ffn: 'bf16', shared: 'bf16', head: 'bf16' },
    })
  })

  it('DeepSeek-V3.1 NVFP4: 16-bit attention and prediction layer, 8-bit keys and values', () => {
    const { weights, kv, classes, layers } = corpusModel('nvidia__DeepSeek-V3.1-NVFP4').precision
    expect({ weights, kv, layers }).toEqual({ weights: 'nvfp4', kv: 'fp8', layers: undefined })
    expect(classes).toMatchObject({ attention: 'bf16', mtp: 'bf16', head: 'bf16' })
    expect(classes?.ffn).toBeUndefined()
  })

  it('GLM-5.1 NVFP4: the first layers, attention and shared experts stay in 16 bit', () => {
    expect(corpusModel('nvidia__GLM-5.1-NVFP4').precision.classes).toMatchObject({
      attention: 'bf16',
      ffn: 'bf16',
      shared: 'bf16',
    })
  })

  it('Qwen3.6-27B: FP8 mixers beside 4-bit FFNs and head', () => {
    const { weights, classes } = corpusModel('nvidia__Qwen3.6-27B-NVFP4').precision
    expect(weights).toBe('nvfp4')
    expect(classes).toMatchObject({ attention: 'fp8' })
    expect(classes?.head).toBeUndefined()
  })

  it('Gemma 4: experts only; the dense FFN beside them stays in 16 bit', () => {
    const { weights, classes } = corpusModel('nvidia__Gemma-4-26B-A4B-NVFP4').precision
    expect(weights).toBe('nvfp4')
    expect(classes).toMatchObject({ attention: 'bf16', ffn: 'bf16' })
    expect(classes?.experts).toBeUndefined()
  })
})

if (!hasCorpus) describe('published recipes', () => it.skip(CORPUS_ABSENT, () => {}))
