/**
 * Encoders, encoder-decoders, denoisers and state-space models: BERT, T5, DiT, Mamba; and LLaVA. Sources:
 * `sources.ts`.
 */
import type { Attention, ModelSpec, Norm } from '../../architecture/model.ts'
import {
  BF16,
  BIDIRECTIONAL,
  decoder,
  FP16,
  FP32,
  gqa,
  head,
  type Identity,
  LAYER_NORM,
  layer,
  layers,
  llamaLike,
  mamba1,
  mha,
  plainFfn,
  RMS,
  stack,
  vision,
} from './build.ts'
import { billions, type ModelRow } from './row.ts'

/** T5 (arXiv 1910.10683): RMS norms, no biases; the first layer of each stack holds the relative positions. */
function t5(of: Identity, heads: number, intermediate: number): ModelSpec {
  const hidden = 1024
  const ffn = plainFfn(intermediate, { activation: 'relu', bias: false })
  const attention = (rest: Partial<Attention>) => gqa(heads, heads, 128, { rotaryDim: 0, ...rest })
  const first = { relativeBuckets: 32 }
  const reading = (rest: Partial<Attention>) => layer(attention({ pattern: BIDIRECTIONAL, ...rest }), ffn)
  const writing = (rest: Partial<Attention>) =>
    layer(attention(rest), ffn, {
      name: 'full attention + cross-attention + dense FFN',
      cross: { numQHeads: heads, numKvHeads: heads, headDim: 128, sourceSize: hidden, qkvBias: false, outBias: false },
    })
  return {
    ...decoder(of, { hidden, vocab: 32128, tied: true }, layers([1, writing(first)], [23, writing({})])),
    kind: 'encoder-decoder',
    encoder: { stack: stack(hidden, layers([1, reading(first)], [23, reading({})]), RMS) },
  }
}

/** BERT base: norms after each block, learned positions and token types, and a pooler as its head. */
const BERT_BASE: ModelSpec = {
  id: 'bert-base',
  name: 'BERT base',
  family: 'bert',
  kind: 'encoder',
  embedding: { vocabSize: 28996, size: 768, positions: 512, tokenTypes: 2, norm: LAYER_NORM },
  stack: stack(
    768,
    layers([
      12,
      layer(mha(12, 64, { pattern: BIDIRECTIONAL }), plainFfn(3072), { norm: LAYER_NORM, normPlacement: 'post' }),
    ]),
  ),
  head: head(768, { bias: true }),
  towers: [],
  trainedContextTokens: 512,
  precision: BF16,
}

/** DiT-XL/2 at 256 pixels: 16 × 16 patches of the latent; shift, scale and gate of both blocks from the condition. */
const PLAIN_NORM: Norm = { kind: 'layer', bias: false, plain: true }
const DIT_XL_2: ModelSpec = {
  id: 'dit-xl-2',
  name: 'DiT-XL/2',
  family: 'DiTTransformer2DModel',
  kind: 'diffusion',
  stack: stack(
    1152,
    layers([
      28,
      layer(mha(16, 72, { pattern: BIDIRECTIONAL }), plainFfn(4608), { norm: PLAIN_NORM, modulationVectors: 6 }),
    ]),
    PLAIN_NORM,
  ),
  head: head(32, { bias: true, everyToken: true }),
  diffusion: { patchValues: 16, tokens: 256, conditionParameters: 5_453_568 },
  towers: [],
  precision: BF16,
}

/** Mamba (arXiv 2312.00752): inner width twice the hidden size, 16 states, 4 taps, step rank a sixteenth. */
const mamba = (id: string, name: string, hidden: number, count: number) =>
  decoder(
    { id, name, family: 'mamba', precision: FP32 },
    { hidden, vocab: 50280, tied: true },
    layers([count, layer(mamba1(2 * hidden, 16, 4, hidden / 16), undefined)]),
  )

/** CLIP ViT-L/14 at 336 pixels: 576 patches and a class token that the language model does not see. */
const CLIP_336 = vision({
  hidden: 1024,
  layers: 24,
  heads: 16,
  headDim: 64,
  intermediate: 4096,
  finalNorm: LAYER_NORM,
  patchValues: 588,
  patchBias: false,
  positions: 578,
  tokens: 577,
  outputTokens: 576,
  projector: [
    [1024, 4096, true],
    [4096, 4096, true],
  ],
})

export const SPECIAL: readonly ModelRow[] = [
  {
    spec: t5({ id: 't5-3b', name: 'T5 3B', family: 't5', context: 512, precision: BF16 }, 32, 16384),
    aliases: ['google-t5/t5-3b'],
    source: 'recurrentMemory',
    published: { ...billions('3'), source: 'modelName' },
  },
  {
    spec: t5({ id: 't5-11b', name: 'T5 11B', family: 't5', context: 512, precision: BF16 }, 128, 65536),
    aliases: ['google-t5/t5-11b'],
    source: 'recurrentMemory',
    published: { ...billions('11'), source: 'modelName' },
  },
  {
    spec: BERT_BASE,
    aliases: ['google-bert/bert-base-cased', 'bert-base-cased'],
    source: 'llmAnalysis',
    published: { total: 108_310_272, source: 'kerasHub' },
  },
  {
    spec: DIT_XL_2,
    aliases: ['facebook/DiT-XL-2-256', 'dit-xl'],
    source: 'ditCode',
    published: {
      total: 675_129_632,
      source: 'ditCode',
      note: 'its tensors added up; 294912 of them are a fixed table of positions, not counted here',
    },
  },
  {
    spec: mamba('mamba-130m', 'Mamba 130M', 768, 24),
    aliases: ['state-spaces/mamba-130m', 'state-spaces/mamba-130m-hf'],
    source: 'mambaRs',
    published: { ...billions('0.13'), source: 'modelName' },
  },
  {
    spec: mamba('mamba-2.8b', 'Mamba 2.8B', 2560, 64),
    aliases: ['state-spaces/mamba-2.8b', 'state-spaces/mamba-2.8b-hf'],
    source: 'mambaRs',
    published: { total: 2_768_345_600, source: 'rocmMamba' },
  },
  {
    spec: llamaLike(
      { id: 'llava-1.5-7b', name: 'LLaVA 1.5 7B', family: 'llava', context: 4096, precision: FP16 },
      {
        hidden: 4096,
        layers: 32,
        qHeads: 32,
        kvHeads: 32,
        headDim: 128,
        intermediate: 11008,
        vocab: 32064,
        towers: [CLIP_336],
      },
    ),
    aliases: ['llava-hf/llava-1.5-7b-hf'],
    source: 'mlcLlm',
    published: { ...billions('7'), source: 'modelName' },
  },
]
