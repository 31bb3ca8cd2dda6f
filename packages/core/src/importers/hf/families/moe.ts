/**
 * Decoders with softmax attention and routed experts on some or all layers. Sources: transformers `modeling_mixtral.py`,
 * `modeling_qwen2_moe.py`, `modeling_qwen3_moe.py`, `modeling_gpt_oss.py`, `modeling_minimax_m2.py`, `modeling_glm4_moe.py`,
 * `modeling_ernie4_5_moe.py`, `modeling_dbrx.py`, `modeling_phimoe.py`, and the custom code of MiMo-V2-Flash.
 */
import type { Attention, Ffn, MoeFfn } from '../../../architecture/model.ts'
import {
  attention,
  CAUSAL,
  checkGroups,
  decoder,
  dense,
  layer,
  mtpHead,
  perLayer,
  readActivation,
  readContext,
  readFfnSize,
  readRotaryDim,
  readShape,
  sliding,
} from '../build.ts'
import { classDefaults } from '../defaults.ts'
import type { Fragment, Importer } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS, type Keys, type Reader } from '../reader.ts'
import { qwenWindow, windowed } from './llama.ts'

/** Experts with the usual absences; `width` names the keys of one expert's width. */
export function readMoe(
  r: Reader,
  rest: Partial<MoeFfn> = {},
  width: Keys = KEYS.expertFfn,
  topKKeys: Keys = KEYS.topK,
): MoeFfn {
  const numExperts = r.int(KEYS.experts, BOUNDS.experts)
  const topK = r.int(topKKeys, { min: 1, max: BOUNDS.experts.max })
  return checkTopK(r, {
    kind: 'moe',
    numExperts,
    topK,
    expertIntermediateSize: r.int(width, BOUNDS.ffn),
    gated: true,
    activation: readActivation(r, 'silu'),
    expertBias: false,
    routerBias: false,
    ...rest,
  })
}

export function checkTopK(r: Reader, ffn: MoeFfn): MoeFfn {
  if (ffn.topK <= ffn.numExperts + (ffn.zeroExperts ?? 0)) return ffn
  r.refuse(KEYS.topK[0], `${ffn.topK} exceeds the ${ffn.numExperts} experts`, 'Check both counts.')
  return { ...ffn, topK: ffn.numExperts }
}

/** `n_shared_experts` experts of the routed width, as one FFN; none when null or 0. */
export function sharedExperts(r: Reader, keys: Keys = ['n_shared_experts', 'num_shared_experts']): Partial<MoeFfn> {
  const count = r.optionalInt(keys, BOUNDS.count) ?? 0
  return count > 0 ? { sharedIntermediateSize: count * r.int(KEYS.expertFfn, BOUNDS.ffn) } : {}
}

/** Qwen: every `decoder_sparse_step`-th layer routes, except those of `mlp_only_layers`. */
export function qwenSparse(r: Reader): (index: number) => boolean {
  const step = r.int('decoder_sparse_step', { min: 1, max: 1000 }, 1)
  const only = r.raw('mlp_only_layers')
  const listed = Array.isArray(only) ? only : []
  const layers = r.int(KEYS.layers, BOUNDS.layers)
  if ((only ?? null) !== null && !Array.isArray(only))
    r.refuse('mlp_only_layers', 'is not a list', 'Give the layer numbers that have a dense FFN, or leave it out.')
  for (const one of listed)
    if (!Number.isInteger(one) || one < 0 || one >= layers)
      r.refuse('mlp_only_layers', `an entry is not a layer number from 0 to ${layers - 1}`, 'Correct the list.')
  const denseLayers = new Set<unknown>(listed)
  return (index) => !denseLayers.has(index) && (index + 1) % step === 0
}

const mixtral: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const context = readContext(r)
  const ffn = readMoe(r, {}, 'intermediate_size')
  const pattern = windowed(r, () => true)
  const rotaryDim = readRotaryDim(r, shape.headDim)
  const layers = perLayer(shape.layers, (i) =>
    layer(attention(shape, { pattern: pattern(i, context), rotaryDim }), ffn),
  )
  return decoder(r, shape, layers, { context })
}

const phimoe: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const context = readContext(r)
  const bias = r.bool('attention_bias', false)
  const ffn = readMoe(r, {}, 'intermediate_size')
  const pattern = windowed(r, () => true)
  const norm = { kind: 'layer', bias: true } as const
  const layers = perLayer(shape.layers, (i) =>
    layer(attention(shape, { pattern: pattern(i, context), qkvBias: bias, outBias: bias }), ffn, { norm }),
  )
  return decoder(r, shape, layers, { context, finalNorm: norm, headBias: r.bool('lm_head_bias', false) })
}

const granitemoe: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const bias = r.bool('attention_bias', false)
  const one = layer(attention(shape, { qkvBias: bias, outBias: bias }), readMoe(r, {}, 'intermediate_size'))
  return decoder(
    r,
    shape,
    perLayer(shape.layers, () => one),
  )
}

const qwenMoe =
  (version: 2 | 3): Importer =>
  ({ config: r }) => {
    const shape = readShape(r)
    const context = readContext(r)
    const bias = version === 3 && r.bool('attention_bias', false)
    const qkvBias = version === 2 ? r.bool('qkv_bias', true) : bias
    if (version === 3) r.ignore('use_qk_norm', 'qkv_bias')
    const shared = r.optionalInt('shared_expert_intermediate_size', BOUNDS.optionalSize) ?? 0
    const moe = readMoe(r, shared > 0 ? { sharedIntermediateSize: shared, sharedGate: true } : {})
    const sparse = qwenSparse(r)
    const pattern = qwenWindow(r)
    const layers = perLayer(shape.layers, (index) => {
      const ffn: Ffn = sparse(index) ? moe : dense(readFfnSize(r, shape.hidden), true, readActivation(r, 'silu'), false)
      const rest = { pattern: pattern(index, context), qkvBias, outBias: bias }
      return layer(attention(shape, version === 3 ? { ...rest, qkNorm: 'head' } : rest), ffn)
    })
    return decoder(r, shape, layers, { context })
  }

/** Sliding and full layers in turn, a learned sink per head, biases on attention, router and experts. */
const gptOss: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const context = readContext(r)
  const bias = r.bool('attention_bias', true)
  const ffn = readMoe(r, { expertBias: true, routerBias: true }, 'intermediate_size')
  const pattern = windowed(r, (index) => (index + 1) % 2 === 1)
  const layers = perLayer(shape.layers, (index) =>
    layer(attention(shape, { pattern: pattern(index, context), qkvBias: bias, outBias: bias, sinks: true }), ffn),
  )
  return decoder(r, shape, layers, { context })
}

/**
 * MiniMax-M2. Its MTP modules are named in the configuration but not part of the published checkpoint (62 layers and the
 * embeddings alone make the published 229B), so none are held.
 */
const minimaxM2: Importer = ({ config: r }) => {
  const shape = readShape(r)
  r.list('attn_type_list', shape.layers, (x) => (x === 1 ? 1 : undefined), '1 (softmax attention)')
  r.ignore('num_mtp_modules', 'mtp_transformer_layers')
  const shared = r.optionalInt('shared_intermediate_size', BOUNDS.optionalSize) ?? 0
  const qkNorm = r.bool('use_qk_norm', true)
  const perHead = r.choice('qk_norm_type', { per_layer: false, per_head: true }, false)
  const rotaryDim = readRotaryDim(r, shape.headDim)
  const context = readContext(r)
  const ffn = readMoe(
    r,
    { routerBias: r.bool('use_routing_bias', true), ...(shared > 0 && { sharedIntermediateSize: shared }) },
    'intermediate_size',
  )
  const pattern = windowed(r, () => true)
  const layers = perLayer(shape.layers, (index) =>
    layer(
      attention(shape, {
        pattern: pattern(index, context),
        rotaryDim,
        ...(qkNorm && { qkNorm: perHead ? 'head' : 'width' }),
      }),
      ffn,
    ),
  )
  return decoder(r, shape, layers, { context })
}

/** MiMo-V2-Flash: sliding layers (1 in hybrid_layer_pattern) have their own heads and sinks; values narrower than keys. */
const mimoV2: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const context = readContext(r)
  const bias = r.bool('attention_bias', false)
  const flag = (value: unknown) => (value === 0 || value === 1 ? value === 1 : undefined)
  const slides = r.list('hybrid_layer_pattern', shape.layers, flag, '0 (full) or 1 (sliding)')
  const routed = r.list('moe_layer_freq', shape.layers, flag, '0 (dense) or 1 (experts)')
  if (!slides) r.refuse('hybrid_layer_pattern', 'missing', 'Give 0 (full) or 1 (sliding) per layer.')
  if (!routed) r.refuse('moe_layer_freq', 'missing', 'Give 0 (dense) or 1 (experts) per layer.')
  r.ignore('attention_chunk_size')
  const window = r.int(KEYS.window, { min: 1, max: BOUNDS.tokens.max })
  const fraction = r.float('partial_rotary_factor', { min: 0, max: 1 }, 1)
  const make = (prefix: '' | 'swa_'): Attention => {
    const isSliding = prefix !== ''
    const own = (key: string, base: number) => (isSliding ? r.int(`${prefix}${key}`, BOUNDS.heads, base) : base)
    const heads = own('num_attention_heads', shape.heads)
    const kvHeads = own('num_key_value_heads', shape.kvHeads)
    const headDim = own('head_dim', shape.headDim)
    checkGroups(r, `${prefix}num_key_value_heads`, heads, kvHeads)
    const vHeadDim = own('v_head_dim', r.int('v_head_dim', BOUNDS.heads, headDim))
    return attention(
      { heads, kvHeads, headDim },
      {
        pattern: isSliding ? sliding(window, context) : CAUSAL,
        qkvBias: bias,
        rotaryDim: 2 * Math.round((headDim * fraction) / 2),
        ...(vHeadDim !== headDim && { vHeadDim }),
        ...(r.bool(`add_${isSliding ? 'swa' : 'full'}_attention_sink_bias`, false) && { sinks: true }),
      },
    )
  }
  const [full, swa] = [make(''), make('swa_')]
  const routerBias = r.string('topk_method', 'noaux_tc') === 'noaux_tc'
  const moe = readMoe(r, { routerBias, ...sharedExperts(r) })
  const wide = dense(readFfnSize(r, shape.hidden), true, readActivation(r, 'silu'), false)
  const layers = perLayer(shape.layers, (index) => layer(slides?.[index] ? swa : full, routed?.[index] ? moe : wide))
  return decoder(r, shape, layers, { context })
}

const glm4Moe: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const qkvBias = r.bool('attention_bias', false)
  const rotaryDim = readRotaryDim(r, shape.headDim, 0.5)
  const first = r.int('first_k_dense_replace', BOUNDS.count)
  const moe = readMoe(r, { routerBias: true, ...sharedExperts(r) })
  const wide = dense(readFfnSize(r, shape.hidden), true, readActivation(r, 'silu'), false)
  const mixer = attention(shape, { qkvBias, rotaryDim, ...(r.bool('use_qk_norm', false) && { qkNorm: 'head' }) })
  const layers = perLayer(shape.layers, (index) => layer(mixer, index < first ? wide : moe))
  const mtp = mtpHead(r.int('num_nextn_predict_layers', { min: 0, max: 64 }, 0), layer(mixer, moe))
  return decoder(r, shape, layers, { mtp })
}

const ernieMoe: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const bias = r.bool('use_bias', false)
  const activation = readActivation(r, 'silu')
  const start = r.int('moe_layer_start_index', BOUNDS.count, 1)
  const end = r.optionalInt('moe_layer_end_index', { min: -1, max: 1000 }) ?? -1
  const interval = r.int('moe_layer_interval', { min: 1, max: 1000 }, 1)
  const moe = readMoe(r, { routerBias: true, expertBias: bias, ...sharedExperts(r, 'moe_num_shared_experts') })
  const wide = dense(readFfnSize(r, shape.hidden), true, activation, bias)
  const mixer = attention(shape, { qkvBias: bias, outBias: bias })
  const last = end < 0 ? shape.layers - 1 : end
  const layers = perLayer(shape.layers, (i) =>
    layer(mixer, (i + 1) % interval === 0 && i >= start && i <= last ? moe : wide),
  )
  const mtp = mtpHead(r.int('num_nextn_predict_layers', { min: 0, max: 64 }, 0), layer(mixer, moe))
  return decoder(r, shape, layers, { tied: true, mtp })
}

/** DBRX keeps KV heads and experts in sub-configurations; layer norms without bias. */
const dbrx: Importer = ({ config: r }) => {
  const heads = r.object('attn_config', classDefaults('dbrx.attn_config'))
  const experts = r.object('ffn_config', classDefaults('dbrx.ffn_config'))
  if (!heads) r.refuse('attn_config', 'missing', 'Give attn_config with kv_n_heads.')
  if (!experts)
    r.refuse('ffn_config', 'missing', 'Give ffn_config with moe_num_experts, moe_top_k and ffn_hidden_size.')
  const base = readShape(r)
  const kvHeads = heads?.int('kv_n_heads', BOUNDS.heads) ?? 1
  const shape = { ...base, kvHeads }
  if (heads) checkGroups(heads, 'kv_n_heads', base.heads, kvHeads)
  const ffn: MoeFfn = {
    kind: 'moe',
    numExperts: experts?.int('moe_num_experts', { min: 1, max: BOUNDS.experts.max }) ?? 1,
    topK: experts?.int('moe_top_k', { min: 1, max: BOUNDS.experts.max }) ?? 1,
    expertIntermediateSize: experts?.int('ffn_hidden_size', BOUNDS.ffn) ?? 1,
    gated: true,
    activation: 'silu',
    expertBias: false,
    routerBias: false,
  }
  const norm = { kind: 'layer', bias: false } as const
  const one = layer(attention(shape), checkTopK(experts ?? r, ffn), { norm })
  return decoder(
    r,
    shape,
    perLayer(shape.layers, () => one),
    { finalNorm: norm },
  )
}

export const MOE_FAMILY: Fragment = {
  mixtral,
  phimoe,
  granitemoe,
  qwen2_moe: qwenMoe(2),
  qwen3_moe: qwenMoe(3),
  qwen3_vl_moe_text: qwenMoe(3),
  gpt_oss: gptOss,
  minimax_m2: minimaxM2,
  mimo_v2_flash: mimoV2,
  glm4_moe: glm4Moe,
  ernie4_5_moe: ernieMoe,
  dbrx,
}
