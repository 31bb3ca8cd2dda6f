/** The families beside plain decoders, given values that no publisher meant. */
import { describe, expect, it } from 'vitest'
import { countParameters } from '../../architecture/parameters.ts'
import { badNumbers, imported } from './hf.testkit.ts'
import { importHfConfig } from './index.ts'
import { DIT, KIMI_LINEAR, MAMBA, WHISPER_LARGE_V3, ZAMBA2 } from './unusual.testkit.ts'

describe('hostile values', () => {
  const VALUES = [0, -1, 1.5, 7, 1e300, Number.NaN, '8', '', null, true, [], [1], {}]
  const bases: readonly object[] = [
    KIMI_LINEAR,
    ZAMBA2,
    WHISPER_LARGE_V3,
    DIT,
    MAMBA,
    { model_type: 'jamba', attn_layer_period: 8, mamba_dt_rank: 'auto' },
    { model_type: 't5', d_kv: 64, feed_forward_proj: 'relu' },
    { model_type: 'nemotron_h', layers_block_type: ['mamba', 'moe', 'attention'], moe_latent_size: 64 },
    { model_type: 'nemotron_h', hybrid_override_pattern: 'M-*E', mamba_num_heads: 8, attention_head_dim: 64 },
    {
      model_type: 'deepseek_v4',
      num_hidden_layers: 3,
      compress_ratios: [0, 4, 128, 0],
      o_groups: 8,
      qk_rope_head_dim: 64,
    },
    { model_type: 'rwkv5', hidden_size: 128, num_hidden_layers: 2, vocab_size: 100, head_size: 64 },
    {
      model_type: 'gla',
      hidden_size: 128,
      num_hidden_layers: 2,
      vocab_size: 100,
      num_heads: 4,
      num_kv_heads: 2,
      expand_k: 1,
    },
  ]

  it('never throw, never make a size that is not whole, finite and non-negative', () => {
    for (const base of bases) {
      imported(base)
      for (const key of Object.keys(base).filter((name) => name !== 'model_type')) {
        for (const value of VALUES) {
          const result = importHfConfig({ ...base, [key]: value })
          if (!result.ok) expect(result.problem.remedy).not.toBe('')
          else {
            expect(badNumbers(result.value), `${JSON.stringify(base).slice(0, 60)} ${key} = ${value}`).toEqual([])
            expect(Number.isFinite(countParameters(result.value).total)).toBe(true)
          }
        }
      }
    }
  })

  it.each([
    [{ model_type: 'nemotron_h', hybrid_override_pattern: 'MX' }, 'hybrid_override_pattern'],
    [{ model_type: 'nemotron_h' }, 'layers_block_type'],
    [{ model_type: 'deepseek_v4', qk_rope_head_dim: 64 }, 'compress_ratios'],
    [{ ...KIMI_LINEAR, linear_attn_config: undefined }, 'linear_attn_config'],
    [{ ...ZAMBA2, hybrid_layer_ids: undefined }, 'layers_block_type'],
    [{ ...DIT, num_heads: 7 }, 'num_heads'],
  ])('%o names %s', (config, path) => {
    const result = importHfConfig(config)
    expect(result.ok ? '' : result.problem.path).toBe(path)
  })
})
