/**
 * Encoders and encoder–decoders: BERT, T5 and Whisper. Sources: transformers `modeling_bert.py`, `modeling_t5.py`,
 * `modeling_whisper.py`; arXiv 1810.04805, 1910.10683, 2212.04356.
 */
import type { Activation, CrossAttention, DenseFfn, Layer, Norm } from '../../../architecture/model.ts'
import {
  attention,
  dense,
  LAYER_NORM,
  layer,
  perLayer,
  RMS,
  readActivation,
  readContext,
  readShape,
  stackOf,
} from '../build.ts'
import type { Fragment, Importer } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS, type Reader } from '../reader.ts'

const BOTH_WAYS = { kind: 'bidirectional' } as const

function architectures(r: Reader): readonly string[] {
  return r.strings('architectures', 100)
}

/** BERT: norms after each block; a masked-language-model head, or the pooler. */
const bert: Importer = ({ config: r }) => {
  const shape = readShape(r)
  if (r.bool('add_cross_attention', false) || r.bool('is_decoder', false))
    r.refuse('add_cross_attention', 'a BERT decoder is not expressible', 'Only the encoder is known.')
  const mixer = attention(shape, { pattern: BOTH_WAYS, qkvBias: true, outBias: true, rotaryDim: 0 })
  const ffn = dense(r.int(KEYS.ffn, BOUNDS.ffn), false, readActivation(r, 'gelu'), true)
  const one = layer(mixer, ffn, { norm: LAYER_NORM, normPlacement: 'post' })
  const masked = architectures(r).some((name) => /ForMaskedLM$|ForPreTraining$/.test(name))
  const { hidden, vocab } = shape
  return {
    kind: 'encoder',
    embedding: {
      vocabSize: vocab,
      size: hidden,
      positions: r.int('max_position_embeddings', BOUNDS.tokens),
      tokenTypes: r.int('type_vocab_size', BOUNDS.count, 2),
      norm: LAYER_NORM,
    },
    stack: stackOf(
      hidden,
      perLayer(shape.layers, () => one),
    ),
    head: masked
      ? {
          outputSize: vocab,
          tied: r.bool('tie_word_embeddings', true),
          bias: true,
          transformSize: hidden,
          everyToken: true,
        }
      : { outputSize: hidden, tied: false, bias: true, transformSize: 0 },
    ...readContext(r),
  }
}

interface Block {
  readonly sizes: { readonly heads: number; readonly kvHeads: number; readonly headDim: number }
  readonly hidden: number
  readonly ffn: DenseFfn
  readonly norm: Norm
  readonly bias: boolean
  readonly keyBias?: boolean
}

const keyBiasOf = ({ keyBias }: Block) => (keyBias === undefined ? {} : { keyBias })

function encoderLayer(block: Block, relativeBuckets = 0): Layer {
  const { sizes, ffn, norm, bias } = block
  const buckets = { ...(relativeBuckets > 0 && { relativeBuckets }), ...keyBiasOf(block) }
  return layer(attention(sizes, { pattern: BOTH_WAYS, qkvBias: bias, outBias: bias, rotaryDim: 0, ...buckets }), ffn, {
    norm,
  })
}

function decoderLayer(block: Block, relativeBuckets = 0): Layer {
  const { sizes, hidden, ffn, norm, bias } = block
  const buckets = { ...(relativeBuckets > 0 && { relativeBuckets }), ...keyBiasOf(block) }
  const cross: CrossAttention = {
    numQHeads: sizes.heads,
    numKvHeads: sizes.kvHeads,
    headDim: sizes.headDim,
    sourceSize: hidden,
    qkvBias: bias,
    outBias: bias,
    ...keyBiasOf(block),
  }
  const mixer = attention(sizes, { qkvBias: bias, outBias: bias, rotaryDim: 0, ...buckets })
  return layer(mixer, ffn, { name: 'full attention + cross-attention + dense FFN', norm, cross })
}

interface FfnKind {
  readonly gated: boolean
  readonly activation: Activation
}

const T5_FFN: { readonly [name: string]: FfnKind } = {
  relu: { gated: false, activation: 'relu' },
  gelu: { gated: false, activation: 'gelu' },
  'gated-gelu': { gated: true, activation: 'gelu' },
  'gated-silu': { gated: true, activation: 'silu' },
}

/** T5: no biases, positions by a relative-bias table that the first layer of each stack holds for all. */
const t5: Importer = ({ config: r }) => {
  r.bool('is_encoder_decoder', true)
  const hidden = r.int(['d_model', 'hidden_size'], BOUNDS.size)
  const layers = r.int(['num_layers', 'num_hidden_layers'], BOUNDS.layers)
  const decoderLayers = r.optionalInt('num_decoder_layers', BOUNDS.layers) ?? layers
  const heads = r.int(['num_heads', 'num_attention_heads'], BOUNDS.heads)
  const sizes = { heads, kvHeads: heads, headDim: r.int(['d_kv', 'head_dim'], BOUNDS.heads) }
  const kind = r.choice<FfnKind>('feed_forward_proj', T5_FFN, { gated: false, activation: 'relu' })
  const ffn = dense(r.int(['d_ff', 'intermediate_size'], BOUNDS.ffn), kind.gated, kind.activation, false)
  const buckets = r.int('relative_attention_num_buckets', BOUNDS.size)
  const block: Block = { sizes, hidden, ffn, norm: RMS, bias: false }
  const vocab = r.int(KEYS.vocab, BOUNDS.vocab)
  const stack = (count: number, make: (block: Block, buckets?: number) => Layer) =>
    stackOf(
      hidden,
      perLayer(count, (index) => make(block, index === 0 ? buckets : 0)),
      RMS,
    )
  return {
    kind: 'encoder-decoder',
    embedding: { vocabSize: vocab, size: hidden, positions: 0, tokenTypes: 0 },
    encoder: { stack: stack(layers, encoderLayer) },
    stack: stack(decoderLayers, decoderLayer),
    head: { outputSize: vocab, tied: r.bool('tie_word_embeddings', true), bias: false, transformSize: 0 },
    ...readContext(r),
  }
}

/** Whisper: two convolutions over 30 s of log-mel frames (stride 1, then 2), learned and fixed positions, biases. */
const whisper: Importer = ({ config: r }) => {
  r.bool('is_encoder_decoder', true)
  r.ignore('num_hidden_layers', 'head_dim')
  const hidden = r.int(['d_model', 'hidden_size'], BOUNDS.size)
  const source = r.int('max_source_positions', BOUNDS.tokens)
  const target = r.int('max_target_positions', BOUNDS.tokens)
  const mels = r.int('num_mel_bins', BOUNDS.size)
  const activation = readActivation(r, 'gelu')
  const block = (side: 'encoder' | 'decoder'): Block => {
    const heads = r.int(`${side}_attention_heads`, BOUNDS.heads)
    if (hidden % heads !== 0)
      r.refuse(`${side}_attention_heads`, `${heads} do not divide d_model ${hidden}`, 'Check both.')
    const ffn = dense(r.int(`${side}_ffn_dim`, BOUNDS.ffn), false, activation, true)
    return {
      sizes: { heads, kvHeads: heads, headDim: Math.floor(hidden / heads) },
      hidden,
      ffn,
      norm: LAYER_NORM,
      bias: true,
      keyBias: false,
    }
  }
  const [encoder, answer] = [block('encoder'), block('decoder')]
  const vocab = r.int(KEYS.vocab, BOUNDS.vocab)
  const frames = 2 * source
  return {
    kind: 'encoder-decoder',
    embedding: { vocabSize: vocab, size: hidden, positions: target, tokenTypes: 0 },
    encoder: {
      embedding: { vocabSize: 0, size: hidden, positions: source, tokenTypes: 0 },
      stack: stackOf(
        hidden,
        perLayer(r.int('encoder_layers', BOUNDS.layers), () => encoderLayer(encoder)),
        LAYER_NORM,
      ),
      fixedTokens: source,
      frontEnd: {
        parameters: 3 * hidden * (mels + hidden) + 2 * hidden,
        macPerItem: 3 * hidden * (frames * mels + source * hidden),
      },
    },
    stack: stackOf(
      hidden,
      perLayer(r.int('decoder_layers', BOUNDS.layers), () => decoderLayer(answer)),
      LAYER_NORM,
    ),
    head: { outputSize: vocab, tied: r.bool('tie_word_embeddings', true), bias: false, transformSize: 0 },
    trainedContextTokens: target,
  }
}

export const ENCODER_FAMILY: Fragment = { bert, t5, whisper }
