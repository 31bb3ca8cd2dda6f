/**
 * Further text decoders that differ from the families above by a rule or two: Grok-1, Arctic, OLMoE, Nemotron 4, AFM (Arcee),
 * EXAONE 4, Granite 4 hybrids, Hunyuan dense, and the text parts of GLM-4.1V to 4.6V. Sources: transformers `modeling_olmoe.py`,
 * `modeling_nemotron.py`, `modeling_arcee.py`, `modeling_exaone4.py`,
 * `modeling_granitemoehybrid.py`, `modeling_hunyuan_v1_dense.py`, `modeling_glm4v.py`;
 * custom code of Grok-1 and Arctic.
 */
import type { Norm, StateSpace } from '../../../architecture/model.ts'
import {
  attention,
  decoder,
  dense,
  layer,
  perLayer,
  readActivation,
  readContext,
  readLayerTypes,
  readShape,
} from '../build.ts'
import type { Fragment, Importer } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS, type Reader } from '../reader.ts'
import { llamaLike, windowed } from './llama.ts'
import { MOE_FAMILY, readMoe } from './moe.ts'

/** Norms on both sides of every block, tied embeddings. */
const grok1: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const experts = readMoe(r, { activation: 'gelu' }, 'intermediate_size')
  const one = layer(attention(shape), experts, { normPlacement: 'both' })
  return decoder(
    r,
    shape,
    perLayer(shape.layers, () => one),
    { tied: true, context: readContext(r) },
  )
}

/** Experts on every `moe_layer_frequency`-th layer, beside them a dense FFN as wide as the hidden size. */
const arctic: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const every = r.int('moe_layer_frequency', { min: 1, max: 1000 }, 2)
  const beside = r.bool('parallel_attn_mlp_res', true)
  const activation = readActivation(r, 'silu')
  const small = dense(shape.hidden, true, activation, false)
  const experts = readMoe(r, beside ? { denseBeside: small } : {}, 'intermediate_size')
  const plain = dense(r.int('intermediate_size', BOUNDS.ffn), true, activation, false)
  const layers = perLayer(shape.layers, (i) => layer(attention(shape), (i + 1) % every === 0 ? experts : plain))
  return decoder(r, shape, layers, { context: readContext(r) })
}

const olmoe: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const bias = r.bool('attention_bias', false)
  const mixer = attention(shape, { qkvBias: bias, outBias: bias, qkNorm: 'width' })
  const one = layer(mixer, readMoe(r, {}, 'intermediate_size'))
  return decoder(
    r,
    shape,
    perLayer(shape.layers, () => one),
    { context: readContext(r) },
  )
}

/** Layer norms with a weight that counts from one, half of each head turned, an ungated FFN. */
const nemotron: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  const norm: Norm = { kind: 'layer', bias: true }
  const ffnBias = r.bool('mlp_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, ffnBias, gated: false, norm, rotary: 0.5 })
}

const arcee: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, ffnBias: r.bool('mlp_bias', false), gated: false })
}

/** `sliding_window_pattern`: how many layers to one full, or a text of that length such as `LLLG`. */
function readEvery(r: Reader): number {
  const text = r.raw('sliding_window_pattern')
  if (typeof text === 'string' && /^L{0,99}G$/.test(text)) return text.length
  return r.optionalInt('sliding_window_pattern', { min: 1, max: 1000 }) ?? 4
}

/** Norms after the blocks and on queries and keys; three sliding layers to one full, unless no window is set. */
const exaone4: Importer = ({ config: r }) => {
  const every = readEvery(r)
  const pattern = windowed(r, (index) => (index + 1) % every !== 0)
  const isMixed = r.optionalInt(KEYS.window, BOUNDS.tokens) !== undefined
  const noRope = (index: number) => isMixed && pattern(index, {}).kind === 'causal'
  return llamaLike(r, { qkNorm: 'head', normPlacement: 'post', pattern, noRope })
}

/** Granite 4: Mamba 2 on most layers, attention on a few; experts beside a shared FFN, or that alone. */
const graniteHybrid: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const types = readLayerTypes<boolean>(r, shape.layers, { mamba: false, attention: true }, () => false)
  if (!r.has('layer_types')) r.refuse('layer_types', 'missing', 'Give mamba or attention for every layer.')
  const bias = r.bool('attention_bias', false)
  const rotaryDim = r.string('position_embedding_type') === 'rope' ? shape.headDim : 0
  const full = attention(shape, { qkvBias: bias, outBias: bias, rotaryDim })
  const state: StateSpace = {
    kind: 'mamba2',
    innerSize: r.int('mamba_expand', { min: 1, max: 1024 }) * shape.hidden,
    stateSize: r.int('mamba_d_state', BOUNDS.size),
    convTaps: r.int('mamba_d_conv', { min: 1, max: 1024 }),
    numHeads: r.int('mamba_n_heads', BOUNDS.heads),
    numGroups: r.int('mamba_n_groups', BOUNDS.heads),
    dtRank: 0,
    convBias: r.bool('mamba_conv_bias'),
    projBias: r.bool('mamba_proj_bias'),
  }
  const shared = r.int('shared_intermediate_size', BOUNDS.ffn)
  const routed = r.int(KEYS.experts, BOUNDS.optionalSize) > 0
  const ffn = routed
    ? readMoe(r, { sharedIntermediateSize: shared }, 'intermediate_size')
    : dense(shared, true, readActivation(r, 'silu'), false)
  if (!routed) r.ignore(...KEYS.topK)
  const layers = perLayer(shape.layers, (index) => layer(types[index] ? full : state, ffn))
  return decoder(r, shape, layers, { tied: true, context: readContext(r) })
}

const hunyuan: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, ...(r.bool('use_qk_norm', true) && { qkNorm: 'head' }) })
}

export const FURTHER_FAMILY: Fragment = {
  'grok-1': grok1,
  arctic,
  olmoe,
  nemotron,
  arcee,
  exaone4,
  granitemoehybrid: graniteHybrid,
  hunyuan_v1_dense: hunyuan,
  glm4v_text: ({ config: r }) =>
    llamaLike(r, { qkvBias: r.bool('attention_bias', true), rotary: 0.5, normPlacement: 'both' }),
  glm4v_moe_text: MOE_FAMILY.glm4_moe as Importer,
}
