/**
 * The first generations: decoders with layer norms, plain FFNs of two matrices, biases, and learned or ALiBi positions, and
 * the parallel-block models. Sources: transformers `modeling_gpt2.py`, `modeling_gpt_bigcode.py`, `modeling_gpt_neo.py`,
 * `modeling_gpt_neox.py`, `modeling_gptj.py`, `modeling_codegen.py`, `modeling_opt.py`, `modeling_bloom.py`,
 * `modeling_phi.py`.
 */
import type { Attention, Embedding, Layer, Norm, Pattern } from '../../../architecture/model.ts'
import {
  attention,
  CAUSAL,
  type Context,
  decoder,
  dense,
  LAYER_NORM,
  layer,
  perLayer,
  readActivation,
  readContext,
  readFfnSize,
  readRotaryDim,
  readShape,
  type Shape,
  sliding,
} from '../build.ts'
import type { Fragment, Importer, ModelParts } from '../family.ts'
import { BOUNDS, type Reader } from '../reader.ts'

interface Plan {
  readonly shape?: Shape
  readonly mixer: Partial<Omit<Attention, 'kind'>>
  readonly ffnBias: boolean
  readonly parallel?: Layer['parallel']
  readonly normPlacement?: Layer['normPlacement']
  readonly norm?: Norm
  readonly finalNorm?: boolean
  readonly tied: boolean
  readonly headBias?: boolean
  /** Adds a learned position table of this many rows more than the context. */
  readonly learnedPositions?: number
  readonly embedding?: Partial<Embedding>
  readonly pattern?: (index: number, context: Context) => Pattern
  readonly activation?: 'gelu' | 'relu'
}

/** Layer norms and a two-matrix FFN of four times the hidden size unless the file says otherwise. */
export function gptLike(r: Reader, plan: Plan): ModelParts {
  const shape = plan.shape ?? readShape(r)
  const context = readContext(r)
  const norm = plan.norm ?? LAYER_NORM
  const ffn = dense(readFfnSize(r, shape.hidden, 4), false, readActivation(r, plan.activation ?? 'gelu'), plan.ffnBias)
  const layers = perLayer(shape.layers, (index) =>
    layer(attention(shape, { pattern: plan.pattern?.(index, context) ?? CAUSAL, ...plan.mixer }), ffn, {
      norm,
      normPlacement: plan.normPlacement ?? 'pre',
      ...(plan.parallel && { parallel: plan.parallel }),
    }),
  )
  if (plan.learnedPositions !== undefined && context.trainedContextTokens === undefined)
    r.refuse(
      'max_position_embeddings',
      'missing: it sizes the learned position table',
      'Add it (n_positions in GPT-2).',
    )
  const positions =
    plan.learnedPositions === undefined ? 0 : (context.trainedContextTokens ?? 0) + plan.learnedPositions
  return decoder(r, shape, layers, {
    context,
    tied: plan.tied,
    headBias: plan.headBias ?? false,
    finalNorm: (plan.finalNorm ?? true) ? norm : undefined,
    embedding: { positions, ...plan.embedding },
  })
}

const BIASED = { qkvBias: true, outBias: true } as const

const gpt2: Importer = ({ config: r }) =>
  gptLike(r, { mixer: { ...BIASED, rotaryDim: 0 }, ffnBias: true, tied: true, learnedPositions: 0 })

const bigcode: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const kvHeads = r.bool('multi_query', true) ? 1 : shape.heads
  return gptLike(r, {
    shape: { ...shape, kvHeads },
    mixer: { ...BIASED, rotaryDim: 0 },
    ffnBias: true,
    tied: true,
    learnedPositions: 0,
  })
}

/** Global and local (window 256) layers in turn; `attention_types` spells out other orders. */
const gptNeo: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const window = r.int('window_size', { min: 1, max: BOUNDS.tokens.max }, 256)
  const local = readNeoTypes(r, shape.layers)
  return gptLike(r, {
    shape,
    mixer: { qkvBias: false, outBias: true, rotaryDim: 0 },
    ffnBias: true,
    tied: true,
    learnedPositions: 0,
    pattern: (index, context) => (local[index] ? sliding(window, context) : CAUSAL),
  })
}

/** `[[["global", "local"], 12]]`: lists of types with how often each repeats. */
function readNeoTypes(r: Reader, layers: number): readonly boolean[] {
  const value = r.raw('attention_types')
  if (value === undefined || value === null) return perLayer(layers, (index) => index % 2 === 1)
  const out: boolean[] = []
  const groups = Array.isArray(value) ? value : []
  for (const group of groups) {
    const [types, times] = Array.isArray(group) ? group : []
    if (!Array.isArray(types) || !Number.isInteger(times) || times < 1 || types.length * times > layers - out.length)
      break
    for (let i = 0; i < times; i++) for (const type of types) out.push(type === 'local')
    if (!types.every((type) => type === 'local' || type === 'global')) out.length = 0
  }
  if (out.length === layers) return out
  r.refuse(
    'attention_types',
    `does not name global or local for each of ${layers} layers`,
    'Give groups such as [[["global", "local"], 12]] that add up to the layer count.',
  )
  return perLayer(layers, () => false)
}

/** Attention and FFN side by side, each with its own norm, unless switched off. */
const gptNeox: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const bias = r.bool('attention_bias', true)
  return gptLike(r, {
    shape,
    mixer: { qkvBias: bias, outBias: bias, rotaryDim: readRotaryDim(r, shape.headDim, 0.25) },
    ffnBias: true,
    tied: false,
    ...(r.bool('use_parallel_residual', true) && { parallel: 'own-norms' }),
  })
}

/** GPT-J and CodeGen: one norm for both blocks, no attention biases, a bias on the head. */
const gptj: Importer = ({ config: r }) => {
  const shape = readShape(r)
  return gptLike(r, {
    shape,
    mixer: { rotaryDim: readRotaryDim(r, shape.headDim) },
    ffnBias: true,
    parallel: 'shared-norm',
    tied: false,
    headBias: true,
  })
}

/** Phi 1 to 2; `phi-msft` is the same model in its first custom code. */
const phi: Importer = ({ config: r }) => {
  const shape = readShape(r)
  return gptLike(r, {
    shape,
    mixer: {
      ...BIASED,
      rotaryDim: readRotaryDim(r, shape.headDim, 0.5),
      ...(r.bool('qk_layernorm', false) && { qkNorm: 'head' }),
    },
    ffnBias: true,
    parallel: 'shared-norm',
    tied: false,
    headBias: true,
  })
}

/** OPT keeps two rows more than positions; the 350M model has a narrow embedding and norms after the blocks. */
const opt: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const bias = r.bool('enable_bias', true)
  const before = r.bool('do_layer_norm_before', true)
  const size = r.optionalInt('word_embed_proj_dim', BOUNDS.size) ?? shape.hidden
  const learned = r.bool('layer_norm_elementwise_affine', true)
  return gptLike(r, {
    shape,
    mixer: { qkvBias: bias, outBias: bias, rotaryDim: 0 },
    ffnBias: bias,
    activation: 'relu',
    norm: learned ? LAYER_NORM : { kind: 'layer', bias: false, plain: true },
    normPlacement: before ? 'pre' : 'post',
    finalNorm: before && !r.bool('_remove_final_layer_norm', false),
    tied: true,
    learnedPositions: 2,
    embedding: { size },
  })
}

const bloom: Importer = ({ config: r }) =>
  gptLike(r, { mixer: { ...BIASED, rotaryDim: 0 }, ffnBias: true, tied: true, embedding: { norm: LAYER_NORM } })

export const GPT_FAMILY: Fragment = {
  gpt2,
  gpt_bigcode: bigcode,
  gpt_neo: gptNeo,
  gpt_neox: gptNeox,
  gptj,
  codegen: gptj,
  opt,
  bloom,
  phi,
  'phi-msft': phi,
}
