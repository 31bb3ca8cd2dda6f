/**
 * Dense pre-norm decoders with rotary positions and a gated FFN: Llama and those that differ from it by a bias, a norm or a
 * window. Sources: transformers `modeling_llama.py`, `modeling_mistral.py`, `modeling_qwen2.py`, `modeling_qwen3.py`,
 * `modeling_olmo2.py`, `modeling_phi3.py`, `modeling_stablelm.py`, `modeling_starcoder2.py`, `modeling_cohere.py`,
 * and the custom code of InternLM, Baichuan, Orion and MiniCPM.
 */
import type { Attention, Layer, Norm, Pattern } from '../../../architecture/model.ts'
import {
  attention,
  CAUSAL,
  type Context,
  decoder,
  dense,
  LAYER_NORM,
  layer,
  mtpHead,
  perLayer,
  RMS,
  readActivation,
  readContext,
  readFfnSize,
  readLayerTypes,
  readRotaryDim,
  readShape,
  type Shape,
  sliding,
} from '../build.ts'
import type { Fragment, Importer, ModelParts } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS, type Reader } from '../reader.ts'

interface Traits {
  readonly qkvBias?: boolean
  readonly outBias?: boolean
  readonly ffnBias?: boolean
  readonly gated?: boolean
  readonly norm?: Norm
  readonly normPlacement?: Layer['normPlacement']
  readonly parallel?: Layer['parallel']
  readonly qkNorm?: Attention['qkNorm']
  /** Rotary share of the head when the file does not say. */
  readonly rotary?: number
  readonly tied?: boolean
  readonly headBias?: boolean
  readonly context?: Context
  /** What each layer sees; absent: everything before. */
  readonly pattern?: (layer: number, context: Context) => Pattern
  /** Layers without positions. */
  readonly noRope?: (layer: number) => boolean
  readonly ffnSize?: number
  readonly shape?: Shape
}

export function llamaLike(r: Reader, traits: Traits = {}): ModelParts {
  const shape = traits.shape ?? readShape(r)
  const norm = traits.norm ?? RMS
  const context = traits.context ?? readContext(r)
  // Newer files spell out that every layer is full; anything else here is not understood.
  if (!traits.pattern) readLayerTypes(r, shape.layers, { full_attention: true }, () => true)
  const ffn = dense(
    traits.ffnSize ?? readFfnSize(r, shape.hidden),
    traits.gated ?? true,
    readActivation(r, 'silu'),
    traits.ffnBias ?? false,
  )
  const rotaryDim = readRotaryDim(r, shape.headDim, traits.rotary)
  const layers = perLayer(shape.layers, (index) => {
    const mixer = attention(shape, {
      pattern: traits.pattern?.(index, context) ?? CAUSAL,
      qkvBias: traits.qkvBias ?? false,
      outBias: traits.outBias ?? false,
      rotaryDim: traits.noRope?.(index) ? 0 : rotaryDim,
      ...(traits.qkNorm && { qkNorm: traits.qkNorm }),
    })
    return layer(mixer, ffn, {
      norm,
      normPlacement: traits.normPlacement ?? 'pre',
      ...(traits.parallel && { parallel: traits.parallel }),
    })
  })
  return decoder(r, shape, layers, {
    finalNorm: norm,
    tied: traits.tied ?? false,
    headBias: traits.headBias ?? false,
    context,
  })
}

const llama: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, ffnBias: r.bool('mlp_bias', false) })
}

export const SLIDING_TYPES = { full_attention: false, sliding_attention: true } as const

/** Layers whose `layer_types` (or the family's rule) say sliding see a window, the others everything. */
export function windowed(r: Reader, rule: (layer: number) => boolean): NonNullable<Traits['pattern']> {
  const layers = r.int(KEYS.layers, BOUNDS.layers)
  const window = r.optionalInt(KEYS.window, BOUNDS.tokens)
  const types = readLayerTypes<boolean>(r, layers, SLIDING_TYPES, (index) => window !== undefined && rule(index))
  if (window === undefined && types.includes(true))
    r.refuse('sliding_window', 'missing, although layer_types has sliding layers', 'Add the window in tokens.')
  return (index, context) => (types[index] ? sliding(window, context) : CAUSAL)
}

/** Qwen 2 and 3: the window counts only when switched on, and then only above `max_window_layers`. */
export function qwenWindow(r: Reader): NonNullable<Traits['pattern']> {
  const on = r.bool('use_sliding_window', false)
  if (!on && !r.has('layer_types')) {
    r.ignore('sliding_window', 'max_window_layers')
    return () => CAUSAL
  }
  const first = r.int('max_window_layers', BOUNDS.count, 0)
  return windowed(r, (index) => on && index >= first)
}

/** Every layer slides when a window is set (Mistral 0.1, Starcoder 2, Phi 3). */
const allSliding = (r: Reader) => windowed(r, () => true)

const mistral: Importer = ({ config: r }) => llamaLike(r, { pattern: allSliding(r) })

const qwen2: Importer = ({ config: r }) => llamaLike(r, { qkvBias: r.bool('qkv_bias', true), pattern: qwenWindow(r) })

/** MiMo: Qwen 2 with layers that predict further tokens. */
const mimo: Importer = (input) => {
  const parts = qwen2(input)
  const one = parts.stack.kinds[0]
  const mtp = mtpHead(input.config.int('num_nextn_predict_layers', { min: 0, max: 64 }, 0), one)
  return mtp ? { ...parts, mtp } : parts
}

const qwen3: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, qkNorm: 'head', pattern: qwenWindow(r) })
}

const olmo2: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, qkNorm: 'width', normPlacement: 'post' })
}

/** Olmo 3: as Olmo 2, three sliding layers to one full. */
const olmo3: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  const pattern = windowed(r, (index) => (index + 1) % 4 !== 0)
  return llamaLike(r, { qkvBias: bias, outBias: bias, qkNorm: 'width', normPlacement: 'post', pattern })
}

const olmo: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, norm: { kind: 'layer', bias: false, plain: true } })
}

const phi3: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  const headBias = r.bool('lm_head_bias', false)
  return llamaLike(r, {
    qkvBias: bias,
    outBias: bias,
    ffnBias: r.bool('mlp_bias', false),
    headBias,
    pattern: allSliding(r),
  })
}

const stablelm: Importer = ({ config: r }) =>
  llamaLike(r, {
    norm: LAYER_NORM,
    qkvBias: r.bool('use_qkv_bias', false),
    rotary: 0.25,
    ...(r.bool('qk_layernorm', false) && { qkNorm: 'width' }),
    ...(r.bool('use_parallel_residual', false) && { parallel: 'shared-norm' }),
  })

const starcoder2: Importer = ({ config: r }) => {
  const bias = r.bool('use_bias', true)
  r.ignore('activation_function')
  return llamaLike(r, {
    qkvBias: bias,
    outBias: bias,
    ffnBias: bias,
    gated: false,
    norm: LAYER_NORM,
    tied: true,
    pattern: allSliding(r),
  })
}

/** One norm before both blocks; the norm on queries and keys has a weight per head and dimension. */
const cohere: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  return llamaLike(r, {
    qkvBias: bias,
    outBias: bias,
    norm: { kind: 'layer', bias: false },
    parallel: 'shared-norm',
    tied: true,
    ...(r.bool('use_qk_norm', false) && { qkNorm: 'width' }),
  })
}

/** Three sliding layers with positions to one full layer without. */
const cohere2: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  const every = r.int('sliding_window_pattern', { min: 1, max: 1000 }, 4)
  const pattern = windowed(r, (index) => (index + 1) % every !== 0)
  return llamaLike(r, {
    qkvBias: bias,
    outBias: bias,
    norm: { kind: 'layer', bias: false },
    parallel: 'shared-norm',
    tied: true,
    pattern,
    noRope: (index) => pattern(index, {}).kind === 'causal',
  })
}

/** InternLM 1 and 2: one flag for the biases of all attention projections. */
const internlm: Importer = ({ config: r }) => {
  const bias = r.bool('bias', true)
  return llamaLike(r, { qkvBias: bias, outBias: bias })
}

/** Baichuan 7B turns positions; 13B (hidden size 5120) uses ALiBi, as its own model code does. */
const baichuan: Importer = ({ config: r }) => {
  const shape = readShape(r)
  return llamaLike(r, { shape, noRope: () => shape.hidden === 5120 })
}

const orion: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, norm: LAYER_NORM })
}

const minicpm: Importer = ({ config: r }) => llamaLike(r, { tied: true })

const seedOss: Importer = ({ config: r }) =>
  llamaLike(r, {
    qkvBias: r.bool('attention_bias', true),
    outBias: r.bool('attention_out_bias', false),
    ffnBias: r.bool('mlp_bias', false),
  })

const ernie: Importer = ({ config: r }) => {
  const bias = r.bool('use_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, ffnBias: bias, tied: true })
}

/** GLM-4: half of each head turned; GLM-4-0414 norms before and after each block. */
const glm =
  (normPlacement: Layer['normPlacement']): Importer =>
  ({ config: r }) =>
    llamaLike(r, { qkvBias: r.bool('attention_bias', true), rotary: 0.5, normPlacement })

/** Every fourth layer without positions. */
const smollm3: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  const layers = r.int(KEYS.layers, BOUNDS.layers)
  const interval = r.int('no_rope_layer_interval', { min: 1, max: 1000 }, 4)
  const flag = (value: unknown) => (value === 0 || value === 1 ? value === 1 : undefined)
  const rope = r.list('no_rope_layers', layers, flag, '0 (no positions) or 1')
  return llamaLike(r, {
    qkvBias: bias,
    outBias: bias,
    ffnBias: r.bool('mlp_bias', false),
    tied: true,
    pattern: qwenWindow(r),
    noRope: (index) => (rope ? rope[index] === false : (index + 1) % interval === 0),
  })
}

export const LLAMA_FAMILY: Fragment = {
  llama,
  granite: llama,
  mistral,
  ministral3: mistral,
  qwen2,
  qwen3,
  qwen3_vl_text: qwen3,
  olmo,
  olmo2,
  olmo3,
  phi3,
  stablelm,
  starcoder2,
  cohere,
  cohere2,
  internlm,
  internlm2: internlm,
  baichuan,
  orion,
  minicpm,
  mimo,
  seed_oss: seedOss,
  ernie4_5: ernie,
  glm: glm('pre'),
  glm4: glm('both'),
  smollm3,
}
