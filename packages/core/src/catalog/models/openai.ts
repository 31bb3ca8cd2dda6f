/**
 * OpenAI GPT-2, gpt-oss and Whisper. Sources: `sources.ts`.
 */
import type { Attention, CheckpointPrecision, ModelSpec } from '../../architecture/model.ts'
import {
  BF16,
  BIDIRECTIONAL,
  cycle,
  decoder,
  FP16,
  gqa,
  type Identity,
  LAYER_NORM,
  layer,
  layers,
  llamaLike,
  mha,
  moe,
  plainFfn,
  sliding,
  stack,
} from './build.ts'
import { activeBillions, billions, type ModelRow } from './row.ts'

/** Experts in MXFP4, everything else in BF16. */
const MXFP4_EXPERTS: CheckpointPrecision = {
  weights: 'mxfp4',
  activations: 'bf16',
  kv: 'bf16',
  classes: { attention: 'bf16', norm: 'bf16', embedding: 'bf16', router: 'bf16', head: 'bf16' },
}

/** gpt-oss: biases everywhere, a learned sink per head, a window of 128 tokens in every other layer. */
function gptOss(id: string, name: string, count: number, experts: number): ModelSpec {
  const biases = { qkvBias: true, outBias: true, sinks: true }
  const ffn = moe({ experts, topK: 4, expert: 2880 }, { expertBias: true, routerBias: true })
  const local = layer(gqa(64, 8, 64, { ...biases, pattern: sliding(128) }), ffn)
  const full = layer(gqa(64, 8, 64, biases), ffn)
  return decoder(
    { id, name, family: 'gpt_oss', context: 131072, precision: MXFP4_EXPERTS },
    { hidden: 2880, vocab: 201088 },
    cycle(count, [1, local], [1, full]),
  )
}

/** Whisper: keys without a bias; two convolutions of three taps turn 3000 frames into 1500 tokens. */
function whisper(
  of: Identity,
  hidden: number,
  count: number,
  heads: number,
  melBins: number,
  vocab: number,
): ModelSpec {
  const sizes = { headDim: hidden / heads, rest: { norm: LAYER_NORM } }
  const ffn = plainFfn(4 * hidden)
  const attention = (rest: Partial<Attention>) => mha(heads, sizes.headDim, { keyBias: false, ...rest })
  const listening = layer(attention({ pattern: BIDIRECTIONAL }), ffn, sizes.rest)
  const writing = layer(attention({}), ffn, {
    ...sizes.rest,
    name: 'full attention + cross-attention + dense FFN',
    cross: {
      numQHeads: heads,
      numKvHeads: heads,
      headDim: sizes.headDim,
      sourceSize: hidden,
      qkvBias: true,
      keyBias: false,
      outBias: true,
    },
  })
  const first = 3 * melBins * hidden
  const second = 3 * hidden * hidden
  return {
    ...decoder(
      of,
      { hidden, vocab, tied: true, finalNorm: LAYER_NORM, embedding: { positions: 448 } },
      layers([count, writing]),
    ),
    kind: 'encoder-decoder',
    encoder: {
      embedding: { vocabSize: 0, size: hidden, positions: 1500, tokenTypes: 0 },
      stack: stack(hidden, layers([count, listening]), LAYER_NORM),
      fixedTokens: 1500,
      frontEnd: { parameters: first + second + 2 * hidden, macPerItem: 3000 * first + 1500 * second },
    },
  }
}

export const OPENAI: readonly ModelRow[] = [
  {
    spec: llamaLike(
      { id: 'gpt2', name: 'GPT-2', family: 'gpt2', context: 1024, precision: BF16 },
      {
        hidden: 768,
        layers: 12,
        qHeads: 12,
        kvHeads: 12,
        headDim: 64,
        intermediate: 3072,
        vocab: 50257,
        norm: LAYER_NORM,
        attention: { qkvBias: true, outBias: true, rotaryDim: 0 },
        ffn: { gated: false, activation: 'gelu', bias: true },
        tied: true,
        embedding: { positions: 1024 },
      },
    ),
    aliases: ['openai-community/gpt2', 'gpt-2', 'gpt2-small'],
    source: 'mlcLlm',
    published: { total: 124_439_808, source: 'kerasHub' },
  },
  {
    spec: llamaLike(
      { id: 'gpt2-medium', name: 'GPT-2 medium', family: 'gpt2', context: 1024, precision: BF16 },
      {
        hidden: 1024,
        layers: 24,
        qHeads: 16,
        kvHeads: 16,
        headDim: 64,
        intermediate: 4096,
        vocab: 50257,
        norm: LAYER_NORM,
        attention: { qkvBias: true, outBias: true, rotaryDim: 0 },
        ffn: { gated: false, activation: 'gelu', bias: true },
        tied: true,
        embedding: { positions: 1024 },
      },
    ),
    aliases: ['openai-community/gpt2-medium'],
    source: 'mlcLlm',
    published: { total: 354_823_168, source: 'kerasHub' },
  },
  {
    spec: llamaLike(
      { id: 'gpt2-large', name: 'GPT-2 large', family: 'gpt2', context: 1024, precision: BF16 },
      {
        hidden: 1280,
        layers: 36,
        qHeads: 20,
        kvHeads: 20,
        headDim: 64,
        intermediate: 5120,
        vocab: 50257,
        norm: LAYER_NORM,
        attention: { qkvBias: true, outBias: true, rotaryDim: 0 },
        ffn: { gated: false, activation: 'gelu', bias: true },
        tied: true,
        embedding: { positions: 1024 },
      },
    ),
    aliases: ['openai-community/gpt2-large'],
    source: 'llmAnalysis',
    published: { total: 774_030_080, source: 'kerasHub' },
  },
  {
    spec: gptOss('gpt-oss-20b', 'gpt-oss 20B', 24, 32),
    aliases: ['openai/gpt-oss-20b'],
    source: 'aiconfigurator',
    published: { total: 20_914_757_184, ...activeBillions('3.6'), activeWithout: ['embedding'], source: 'kerasHub' },
  },
  {
    spec: gptOss('gpt-oss-120b', 'gpt-oss 120B', 36, 128),
    aliases: ['openai/gpt-oss-120b'],
    source: 'aiconfigurator',
    published: { total: 116_829_156_672, ...activeBillions('5.1'), activeWithout: ['embedding'], source: 'kerasHub' },
  },
  {
    spec: whisper(
      { id: 'whisper-large-v3', name: 'Whisper large v3', family: 'whisper', context: 448, precision: FP16 },
      1280,
      32,
      20,
      128,
      51866,
    ),
    aliases: ['openai/whisper-large-v3'],
    source: 'whisperConfig',
    published: { ...billions('1.55'), source: 'vllmRecipes' },
  },
]
