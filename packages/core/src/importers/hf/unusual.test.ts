/** The families beside plain decoders: counts, caches and towers against published figures. */
import { describe, expect, it } from 'vitest'
import { countParameters } from '../../architecture/parameters.ts'
import { CORPUS_ABSENT, corpusConfig, corpusModel, hasCorpus, imported, layersOf } from './hf.testkit.ts'
import { heldBytes } from './report.testkit.ts'
import {
  DIT,
  FALCON_MAMBA,
  GEMMA3_4B,
  KIMI_LINEAR,
  MAMBA,
  MAMBA_2_8B,
  MINIMAX_01,
  WHISPER_LARGE_V3,
  ZAMBA2,
} from './unusual.testkit.ts'

/** Exact counts of published checkpoints whose files are not at hand (sizes from their model cards). */
const EXACT: readonly (readonly [string, object, number])[] = [
  ['mamba-130m', MAMBA, 129_135_360],
  ['mamba-2.8b', MAMBA_2_8B, 2_768_345_600],
  ['falcon-mamba-7b', FALCON_MAMBA, 7_272_665_088],
  ['Mamba-Codestral-7B', { model_type: 'mamba2', vocab_size: 32768 }, 7_285_403_648],
  ['Jamba-v0.1', { model_type: 'jamba' }, 51_570_323_328],
  ['bert-base-uncased', { model_type: 'bert', architectures: ['BertModel'] }, 109_482_240],
  ['t5-small', { model_type: 't5' }, 60_506_624],
  // Without the 1152 weights of the norm before the projector.
  ['gemma-3-4b-it', GEMMA3_4B, 4_300_079_472 - 1152],
  ['whisper-large-v3', WHISPER_LARGE_V3, 1_543_490_560],
  // 675.1 million with the 294,912 fixed position values.
  ['DiT-XL/2', DIT, 675_129_632 - 294_912],
]

describe('exact parameter counts', () => {
  it.each(EXACT)('%s', (_, config, expected) => {
    expect(countParameters(imported(config)).total).toBe(expected)
  })

  it('MiniMax-Text-01: 456 billion, 45.9 active', () => {
    const count = countParameters(imported(MINIMAX_01))
    expect(count.total / 1e9).toBeCloseTo(456, 0)
    // The publisher leaves embedding and head out of the active ones.
    expect((count.active - 2 * 200064 * 6144) / 1e9).toBeCloseTo(45.9, 1)
  })

  it('Kimi-Linear-48B: 49.1 billion, 3 active; Zamba2-7B: 7.36 billion', () => {
    expect(countParameters(imported(KIMI_LINEAR)).total / 1e9).toBeCloseTo(49.1, 1)
    expect(countParameters(imported(ZAMBA2)).total / 1e9).toBeCloseTo(7.36, 2)
  })
})

/** Published totals in billions, and how far labels that are rounded may lie. */
const TOTALS: readonly (readonly [string, number, number])[] = [
  ['Qwen__Qwen3-Next-80B-A3B-Instruct', 79.7, 0.005],
  ['Qwen__Qwen3.5-27B', 27, 0.015],
  ['Qwen__Qwen3.5-35B-A3B', 35, 0.01],
  ['nvidia__Qwen3.5-122B-A10B-NVFP4', 122, 0.01],
  ['Qwen__Qwen3.5-397B-A17B', 397, 0.01],
  ['nvidia__NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', 31.6, 0.005],
  ['nvidia__NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4', 120.6, 0.005],
  ['nvidia__NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16', 550, 0.005],
  ['nvidia__Nemotron-H-56B-Base-8K', 56, 0.01],
  ['moonshotai__Kimi-K3', 2800, 0.01],
  ['moonshotai__Kimi-K2.5', 1027, 0.005],
  ['deepseek-ai__DeepSeek-V4-Flash', 284, 0.005],
  // With its prediction layer 1.599; the label is 1.6 trillion.
  ['deepseek-ai__DeepSeek-V4-Pro', 1600, 0.02],
  ['sgl-project__DeepSeek-V4-Flash-FP8', 284, 0.005],
  ['MiniMaxAI__MiniMax-M3', 427, 0.005],
  ['nvidia__MiniMax-M3-NVFP4', 427, 0.005],
  ['stepfun-ai__Step-3.7-Flash', 198, 0.005],
  ['nvidia__Gemma-4-26B-A4B-NVFP4', 26, 0.01],
  ['google-t5__t5-3b', 2.85, 0.005],
  ['google-t5__t5-11b', 11.3, 0.005],
  ['llava-hf__llava-1.5-7b-hf', 7.06, 0.002],
  ['microsoft__Phi-3.5-vision-instruct', 4.15, 0.005],
  ['mistralai__Ministral-3-3B-2512', 3.85, 0.005],
  ['Qwen__Qwen3-VL-2B-Instruct', 2.13, 0.005],
  ['Qwen__Qwen3-VL-4B-Instruct', 4.44, 0.005],
  ['Qwen__Qwen3-VL-30B-A3B-Instruct', 31.07, 0.005],
  ['fla-hub__gla-7B', 7.24, 0.005],
]

describe.skipIf(!hasCorpus)('published totals, in billions', () => {
  it.each(TOTALS)('%s: %d', (name, expected, within) => {
    expect(Math.abs(countParameters(corpusModel(name)).total / 1e9 / expected - 1)).toBeLessThan(within)
  })

  it.each([
    ['deepseek-ai__DeepSeek-V4-Flash', 13, 14],
    ['deepseek-ai__DeepSeek-V4-Pro', 49, 50],
    ['MiniMaxAI__MiniMax-M3', 25, 27],
    ['nvidia__NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4', 12, 13],
    ['nvidia__NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', 3, 3.7],
  ])('%s uses %d to %d per token', (name, from, to) => {
    const active = countParameters(corpusModel(name)).active / 1e9
    expect(active).toBeGreaterThan(from)
    expect(active).toBeLessThan(to)
  })

  it('RWKV-5 3B: the file says tied; untied it is the published 3.06 billion', () => {
    const config = corpusConfig('RWKV__rwkv-5-world-3b') as object
    const untied = countParameters(imported({ ...config, tie_word_embeddings: false })).total
    expect(untied / 1e9).toBeCloseTo(3.06, 2)
    expect(untied - countParameters(imported(config)).total).toBe(65536 * 2560)
  })
})

describe.skipIf(!hasCorpus)('what a sequence keeps', () => {
  it.each([
    ['Qwen__Qwen3-Next-80B-A3B-Instruct', 24],
    ['Qwen__Qwen3.5-27B', 64],
    ['nvidia__NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', 6],
    // FP8; one projection, but keys and values cached apart.
    ['nvidia__Gemma-4-26B-A4B-NVFP4', 10],
    ['moonshotai__Kimi-K3', 27],
    // 60 layers of keys and values, 57 of index keys.
    ['MiniMaxAI__MiniMax-M3', 120 + 57 / 4],
    // 21 layers with an entry of 512 and an index key of 128 every 4 tokens, 20 with an entry every 128.
    ['deepseek-ai__DeepSeek-V4-Flash', (21 * 640 * 2) / 4 / 1024 + (20 * 512 * 2) / 128 / 1024],
    ['RWKV__rwkv-5-world-3b', 0],
    ['fla-hub__gla-7B', 0],
  ])('%s: %d KiB per token', (name, expected) => {
    expect(heldBytes(corpusModel(name)).perToken / 1024).toBeCloseTo(expected, 6)
  })

  it('states of a fixed size, in fp32 unless the file says otherwise', () => {
    // 36 layers of 32 heads × 128 × 128, and three taps of 8192 channels in 16 bit.
    expect(heldBytes(corpusModel('Qwen__Qwen3-Next-80B-A3B-Instruct')).state).toBe(36 * (32 * 16384 * 4 + 8192 * 3 * 2))
    // 23 Mamba 2 layers of 4096 × 128.
    expect(heldBytes(corpusModel('nvidia__NVIDIA-Nemotron-3-Nano-30B-A3B-BF16')).state).toBe(
      23 * (4096 * 128 * 4 + 6144 * 3 * 2),
    )
    expect(heldBytes(corpusModel('moonshotai__Kimi-K3')).state).toBe(69 * (96 * 16384 * 4 + 3 * 12288 * 3 * 2))
  })

  it('T5 keeps keys and values of the source beside its own', () => {
    const { perToken, perSource } = heldBytes(corpusModel('google-t5__t5-3b'))
    expect(perSource).toBe(24 * 2 * 4096 * 2)
    expect(perToken).toBe(perSource)
  })
})

describe.skipIf(!hasCorpus)('structure', () => {
  it('Nemotron 3: the list of names and the string of letters say the same', () => {
    const letters = corpusModel('nvidia__NVIDIA-Nemotron-3-Nano-30B-A3B-BF16')
    const names = corpusModel('nvidia__NVIDIA-Nemotron-3.5-Lightning-30B-A3B-NVFP4')
    expect(names.stack).toEqual(letters.stack)
    const count = (kind: string) => layersOf(letters).filter(({ mixer, ffn }) => (mixer ?? ffn)?.kind === kind).length
    expect([count('mamba2'), count('attention'), count('moe')]).toEqual([23, 6, 23])
  })

  it('Nemotron 3 Super: ungated experts in a latent width, one prediction layer', () => {
    const model = corpusModel('nvidia__NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4')
    const moe = layersOf(model).find(({ ffn }) => ffn)?.ffn
    expect(moe).toMatchObject({ kind: 'moe', latentSize: 1024, gated: false, activation: 'relu2', topK: 22 })
    expect(model.mtp?.layers).toHaveLength(1)
  })

  it('DeepSeek-V4: window, selected and whole compressed layers, hash routing first, four residual streams', () => {
    const layers = layersOf(corpusModel('deepseek-ai__DeepSeek-V4-Flash'))
    const patterns = layers.map(({ mixer }) => (mixer?.kind === 'compressed' ? mixer.pattern : undefined))
    expect(patterns[0]).toEqual({ kind: 'sliding', window: 128 })
    expect(patterns[2]).toEqual({ kind: 'compressed', ratio: 4, window: 128, topK: 512 })
    expect(patterns[3]).toEqual({ kind: 'compressed', ratio: 128, window: 128 })
    expect(layers.map(({ ffn }) => ffn?.kind === 'moe' && ffn.hashRouted === true).lastIndexOf(true)).toBe(2)
    expect(layers.every(({ residualStreams }) => residualStreams === 4)).toBe(true)
  })

  it('vision towers hand on merged tokens', () => {
    const items = (name: string) => corpusModel(name).towers.map((t) => [t.tokensPerItem, t.outputTokensPerItem])
    expect(items('llava-hf__llava-1.5-7b-hf')).toEqual([[577, 576]])
    expect(items('Qwen__Qwen3.5-27B')).toEqual([[2304, 576]])
    expect(items('moonshotai__Kimi-K3')).toEqual([[4096, 1024]])
    expect(items('nvidia__Gemma-4-26B-A4B-NVFP4')).toEqual([[2520, 280]])
    expect(items('microsoft__Phi-3.5-vision-instruct')).toEqual([[577, 144]])
    expect(items('stepfun-ai__Step-3.7-Flash')).toEqual([[2704, 169]])
  })
})

describe('structure from configurations', () => {
  it('Whisper: 1500 source tokens, convolutions before them, cross-attention in every decoder layer', () => {
    const model = imported(WHISPER_LARGE_V3)
    expect(model.encoder?.fixedTokens).toBe(1500)
    expect(model.encoder?.frontEnd?.parameters).toBe(128 * 1280 * 3 + 1280 + 1280 * 1280 * 3 + 1280)
    expect(layersOf(model).every(({ cross }) => cross !== undefined)).toBe(true)
    expect(heldBytes(model).perSource).toBe(32 * 2 * 1280 * 2)
  })

  it('DiT: original arguments and those of diffusers', () => {
    const diffusers = {
      _class_name: 'DiTTransformer2DModel',
      num_attention_heads: 16,
      attention_head_dim: 72,
      num_layers: 28,
      sample_size: 32,
      patch_size: 2,
      in_channels: 4,
      out_channels: 8,
      num_embeds_ada_norm: 1000,
    }
    const [a, b] = [imported(DIT), imported(diffusers)]
    expect(a.diffusion?.tokens).toBe(256)
    expect(b.stack).toEqual(a.stack)
    expect(b.diffusion).toEqual(a.diffusion)
  })

  it('Zamba 2: two shared blocks in turn', () => {
    const model = imported(ZAMBA2)
    expect(layersOf(model).filter(({ sharedWeights }) => sharedWeights)).toHaveLength(13)
    expect(model.stack.kinds.filter(({ sharedWeights }) => sharedWeights)).toHaveLength(2)
  })
})

if (!hasCorpus) describe('unusual architectures', () => it.skip(CORPUS_ABSENT, () => {}))
