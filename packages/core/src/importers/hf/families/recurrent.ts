/**
 * Decoders built on linear attention: RWKV-5, gated linear attention, MiniMax-01 and M1 (lightning attention), and Kimi
 * Linear / Kimi-K3 (Kimi delta attention with latent attention between, experts behind a latent width in K3). Sources: custom
 * code of RWKV, MiniMax-Text-01 and Kimi-Linear, flash-linear-attention `models/gla`, transformers `modeling_kimi_linear.py`.
 * Left out: Kimi-K3's attention over the sums of earlier blocks of layers (four vectors of weights per layer) and the norm
 * of its latent experts.
 */
import type { LinearAttention } from '../../../architecture/model.ts'
import {
  attention,
  checkGroups,
  decoder,
  dense,
  LAYER_NORM,
  layer,
  mtpHead,
  perLayer,
  readActivation,
  readContext,
  readFfnSize,
  readLayerTypes,
  readRotaryDim,
  readShape,
  type Shape,
} from '../build.ts'
import type { Fragment, Importer } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS, type Reader } from '../reader.ts'
import { readLatentAttention, readLatentShape } from './deepseek.ts'
import { readMoe, sharedExperts } from './moe.ts'

const rwkv5: Importer = ({ config: r }) => {
  const hidden = r.int(KEYS.hidden, BOUNDS.size)
  const inner = r.optionalInt('attention_hidden_size', BOUNDS.size) ?? hidden
  const headDim = r.int(['head_size', 'head_dim'], BOUNDS.heads, 64)
  const heads = inner / headDim
  if (!Number.isInteger(heads) || inner !== hidden)
    r.refuse('attention_hidden_size', `${inner} is not ${hidden} in whole heads of ${headDim}`, 'Check both sizes.')
  const shape: Shape = {
    layers: r.int(KEYS.layers, BOUNDS.layers),
    hidden,
    heads,
    kvHeads: heads,
    headDim,
    vocab: r.int(KEYS.vocab, BOUNDS.vocab),
  }
  const mixer: LinearAttention = {
    kind: 'linear',
    rule: 'rwkv5',
    numKeyHeads: heads,
    numValueHeads: heads,
    keyHeadDim: headDim,
    valueHeadDim: headDim,
    convTaps: 0,
    outputGate: true,
    gateRank: 0,
  }
  // 3.5 × hidden, down to a multiple of 32.
  const width = r.optionalInt('intermediate_size', BOUNDS.ffn) ?? Math.floor((hidden * 3.5) / 32) * 32
  const one = layer(mixer, { ...dense(width, false, 'relu2', false), channelMix: true }, { norm: LAYER_NORM })
  const trained = r.optionalInt('context_length', BOUNDS.tokens)
  return decoder(
    r,
    shape,
    perLayer(shape.layers, () => one),
    {
      finalNorm: LAYER_NORM,
      embedding: { norm: LAYER_NORM },
      context: trained === undefined ? {} : { trainedContextTokens: trained },
    },
  )
}

const gla: Importer = ({ config: r }) => {
  const hidden = r.int(KEYS.hidden, BOUNDS.size)
  const heads = r.int(KEYS.heads, BOUNDS.heads)
  const kvHeads = r.optionalInt(KEYS.kvHeads, BOUNDS.heads) ?? heads
  checkGroups(r, 'num_kv_heads', heads, kvHeads)
  const keyHeadDim = Math.round((r.float('expand_k', BOUNDS.factor, 0.5) * hidden) / heads)
  const valueHeadDim = Math.round((r.float('expand_v', BOUNDS.factor, 1) * hidden) / heads)
  if (keyHeadDim < 1 || valueHeadDim < 1)
    r.refuse(
      'num_heads',
      `${heads} heads leave no values of ${hidden} for each`,
      'Check hidden_size, expand_k and expand_v.',
    )
  const mixer: LinearAttention = {
    kind: 'linear',
    rule: 'gla',
    numQueryHeads: heads,
    numKeyHeads: kvHeads,
    numValueHeads: kvHeads,
    keyHeadDim,
    valueHeadDim,
    convTaps: r.bool('use_short_conv', false) ? r.int('conv_size', { min: 1, max: 1024 }, 4) : 0,
    outputGate: r.bool('use_output_gate', true),
    gateRank: r.int('gate_low_rank_dim', BOUNDS.size, 16),
  }
  const ratio = r.float('hidden_ratio', BOUNDS.factor, 4)
  const width =
    r.optionalInt('intermediate_size', BOUNDS.ffn) ?? 256 * Math.ceil(Math.floor((hidden * ratio * 2) / 3) / 256)
  const one = layer(mixer, dense(width, true, readActivation(r, 'silu'), false))
  const layers = r.int(KEYS.layers, BOUNDS.layers)
  const shape: Shape = { layers, hidden, heads, kvHeads, headDim: valueHeadDim, vocab: r.int(KEYS.vocab, BOUNDS.vocab) }
  return decoder(
    r,
    shape,
    perLayer(layers, () => one),
  )
}

/** The layers, counted from 1, that `linear_attn_config` gives to delta attention; the others have latent attention. */
function readDeltaLayers(r: Reader, layers: number): (index: number) => boolean {
  const read = (key: string): ReadonlySet<unknown> => {
    const value = r.raw(key)
    if (Array.isArray(value) && value.every((x) => Number.isInteger(x) && x >= 1 && x <= layers)) return new Set(value)
    r.refuse(key, `is not a list of layer numbers from 1 to ${layers}`, 'Give the published list.')
    return new Set()
  }
  const [delta, full] = [read('kda_layers'), read('full_attn_layers')]
  if (delta.size + full.size !== layers)
    r.refuse(
      'kda_layers',
      `and full_attn_layers name ${delta.size + full.size} of ${layers} layers`,
      'Name every layer once.',
    )
  return (index) => delta.has(index + 1)
}

const kimiLinear: Importer = ({ config: r }) => {
  const shape = readLatentShape(r)
  const gate = r.bool('mla_use_output_gate', false)
  const latent = { ...readLatentAttention(r, shape), ...(gate && { outputGate: true }) }
  const linear = r.object('linear_attn_config')
  if (!linear) r.refuse('linear_attn_config', 'missing', 'Give the heads and layers of the linear attention.')
  const heads = linear?.int('num_heads', BOUNDS.heads) ?? 1
  const headDim = linear?.int('head_dim', BOUNDS.heads) ?? 1
  const delta: LinearAttention = {
    kind: 'linear',
    rule: 'kda',
    numKeyHeads: heads,
    numValueHeads: heads,
    keyHeadDim: headDim,
    valueHeadDim: headDim,
    convTaps: linear?.int('short_conv_kernel_size', { min: 1, max: 1024 }, 4) ?? 4,
    outputGate: linear?.bool('use_full_rank_gate', false) ?? false,
    gateRank: headDim,
  }
  const isDelta = linear ? readDeltaLayers(linear, shape.layers) : () => true
  const width = r.optionalInt('routed_expert_hidden_size', BOUNDS.size)
  const moe = readMoe(r, { routerBias: true, ...sharedExperts(r), ...(width !== undefined && { latentSize: width }) })
  const plain = dense(readFfnSize(r, shape.hidden), true, readActivation(r, 'silu'), false)
  const first = r.int('first_k_dense_replace', BOUNDS.count, 1)
  const every = r.int('moe_layer_freq', { min: 1, max: 1000 }, 1)
  const layers = perLayer(shape.layers, (i) =>
    layer(isDelta(i) ? delta : latent, i >= first && i % every === 0 ? moe : plain),
  )
  const count = r.int(['num_nextn_predict_layers', 'num_mtp_layers'], { min: 0, max: 64 }, 0)
  return decoder(r, shape, layers, { context: readContext(r), mtp: mtpHead(count, layer(latent, moe)) })
}

/** MiniMax-01 and M1: lightning attention (0 in attn_type_list), and full attention on every eighth layer. */
const minimax01: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const context = readContext(r)
  const types = { linear_attention: false, full_attention: true } as const
  const flag = (value: unknown) => (value === 0 || value === 1 ? value === 1 : undefined)
  const full =
    r.list('attn_type_list', shape.layers, flag, '0 (lightning) or 1 (softmax)') ??
    readLayerTypes<boolean>(r, shape.layers, types, (index) => (index + 1) % 2 === 0)
  const lightning: LinearAttention = {
    kind: 'linear',
    rule: 'lightning',
    numKeyHeads: shape.heads,
    numValueHeads: shape.heads,
    keyHeadDim: shape.headDim,
    valueHeadDim: shape.headDim,
    convTaps: 0,
    outputGate: true,
    gateRank: 0,
  }
  const softmax = attention(shape, { rotaryDim: readRotaryDim(r, shape.headDim) })
  const shared = r.optionalInt('shared_intermediate_size', BOUNDS.optionalSize) ?? 0
  const moe = readMoe(r, shared > 0 ? { sharedIntermediateSize: shared } : {}, 'intermediate_size')
  const layers = perLayer(shape.layers, (index) => layer(full[index] ? softmax : lightning, moe))
  return { ...decoder(r, shape, layers, { context }), expertModules: ['block_sparse_moe.experts', 'mlp.experts'] }
}

export const RECURRENT_FAMILY: Fragment = {
  rwkv5,
  gla,
  kimi_linear: kimiLinear,
  minimax: minimax01,
  minimax_text_01: minimax01,
  minimax_m1: minimax01,
}
