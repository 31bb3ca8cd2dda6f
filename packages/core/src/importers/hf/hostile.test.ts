/** Hostile configurations: no exception, no absurd size, whatever the file says. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuSeconds } from '../../cpu.testkit.ts'
import { badNumbers, DEEPSEEK, GPT_OSS, LLAMA } from './hf.testkit.ts'
import { importHfConfig } from './index.ts'

describe('hostile input', () => {
  const BASES: object[] = [
    LLAMA,
    DEEPSEEK,
    GPT_OSS,
    ...['qwen3_next', 'gemma4_text', 'llama4_text', 'falcon', 'mpt', 'gpt_neo', 'glm_moe_dsa', 'dbrx', 'cohere2'].map(
      (type) => ({
        model_type: type,
        num_hidden_layers: 4,
        n_layers: 4,
        first_k_dense_replace: 1,
        attn_config: { kv_n_heads: 8 },
        ffn_config: {},
        no_rope_layers: [1, 1, 1, 0],
        layer_types: null,
        rope_parameters: { full_attention: { rope_type: 'yarn', factor: 4 } },
      }),
    ),
  ]
  const KEYS = [...new Set(BASES.flatMap((base) => Object.keys(base)))].concat(
    'head_dim sliding_window use_sliding_window mlp_only_layers attention_types rope_scaling text_config moe_layers block_configs'.split(
      ' ',
    ),
    'hidden_act ffn_dim n_inner ffn_mult expansion_ratio partial_rotary_factor rotary_dim __proto__ index_topk'.split(
      ' ',
    ),
  )
  const SPECIAL = fc.constantFrom<unknown>(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0,
    0.5,
    1e300,
    1e6,
    2 ** 31,
    '',
    '64',
    null,
    true,
    [],
    {},
    [[['global', 'local'], 2]],
    'constructor',
  )

  it('never throws and never makes a size that is not whole, finite and non-negative', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...BASES),
        fc.array(
          fc.tuple(
            fc.constantFrom(...KEYS),
            fc.oneof(SPECIAL, fc.integer(), fc.double(), fc.jsonValue({ maxDepth: 2 })),
          ),
          {
            maxLength: 4,
          },
        ),
        (base, changes) => {
          const config = Object.fromEntries([...Object.entries(base), ...changes])
          const result = importHfConfig(config)
          if (result.ok) expect(badNumbers(result.value)).toEqual([])
          else
            expect(
              result.problem.path.length * result.problem.reason.length * result.problem.remedy.length,
            ).toBeGreaterThan(0)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('never throws on arbitrary JSON', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.jsonValue(),
        (config, quantSidecar) => void importHfConfig(config, { quantSidecar }),
      ),
    )
  })

  it('never throws on a known type with arbitrary quantisation', () => {
    const scheme = fc.record(
      {
        quant_method: fc.constantFrom<unknown>(
          'fp8',
          'modelopt',
          'compressed-tensors',
          'gptq',
          'awq',
          'bitsandbytes',
          'mxfp4',
          3,
        ),
        quant_algo: fc.constantFrom<unknown>('FP8', 'NVFP4', 'MIXED_PRECISION', 'x', null),
        ignore: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
        config_groups: fc.dictionary(
          fc.string(),
          fc.record({ weights: fc.jsonValue(), targets: fc.array(fc.string()) }),
        ),
        quantized_layers: fc.dictionary(fc.string(), fc.record({ quant_algo: fc.constantFrom('FP8', 'NVFP4', 'x') })),
        weight_block_size: fc.jsonValue(),
        bits: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(scheme, (quantization_config) => {
        const result = importHfConfig({ ...LLAMA, quantization_config })
        if (result.ok) expect(badNumbers(result.value)).toEqual([])
      }),
    )
  })

  it('thousands of patterns in thousands of layers stay within a second or two', () => {
    const patterns = (make: (i: number) => string) => Array.from({ length: 9000 }, (_, i) => make(i))
    for (const ignore of [
      patterns((i) => `layers.1*.x${i}`),
      patterns((i) => `*a*b*c*${i}*`),
      patterns((i) => `layers.${i}.mlp`),
    ]) {
      const config = { ...LLAMA, num_hidden_layers: 1000, quantization_config: { quant_method: 'fp8', ignore } }
      expect(cpuSeconds(() => importHfConfig(config))).toBeLessThan(8)
    }
  })
})
