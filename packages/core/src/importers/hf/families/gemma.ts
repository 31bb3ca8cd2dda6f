/**
 * Gemma 1 to 4 and 3n, text parts: wide heads of a fixed size, gated GELU, tied embeddings, norms on both sides of each block from
 * Gemma 2 on, sliding layers between full ones. Sources: transformers `modeling_gemma.py`, `modeling_gemma2.py`,
 * `modeling_gemma3.py`, `modeling_gemma3n.py`, `modeling_gemma4.py`.
 */
import type { Ffn } from '../../../architecture/model.ts'
import {
  attention,
  CAUSAL,
  checkGroups,
  decoder,
  dense,
  layer,
  perLayer,
  readActivation,
  readContext,
  readFfnSize,
  readLayerTypes,
  readShape,
  ropeObject,
  sliding,
} from '../build.ts'
import type { Fragment, Importer } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS, type Reader } from '../reader.ts'
import { llamaLike, SLIDING_TYPES, windowed } from './llama.ts'
import { readMoe } from './moe.ts'

const gemma: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  return llamaLike(r, { qkvBias: bias, outBias: bias, tied: true })
}

/** Sliding and full layers in turn, beginning with a sliding one. */
const gemma2: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  const pattern = windowed(r, (index) => index % 2 === 0)
  return llamaLike(r, { qkvBias: bias, outBias: bias, tied: true, normPlacement: 'both', pattern })
}

/** Five sliding layers to one full; a norm on each head's queries and keys. */
const gemma3: Importer = ({ config: r }) => {
  const bias = r.bool('attention_bias', false)
  const every = r.int('sliding_window_pattern', { min: 1, max: 1000 }, 6)
  const pattern = windowed(r, (index) => (index + 1) % every !== 0)
  const context = readContext(r, true)
  return llamaLike(r, {
    qkvBias: bias,
    outBias: bias,
    tied: true,
    normPlacement: 'both',
    qkNorm: 'head',
    pattern,
    context,
  })
}

/**
 * Gemma 4: full layers have their own head size and KV heads and may use one tensor for keys and values; a mixture runs
 * beside the dense FFN; the last `num_kv_shared_layers` read earlier layers' keys and values; small models add per-layer
 * embeddings. The small extra norms around the mixture are left out.
 */
const gemma4: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const context = readContext(r, true)
  const activation = readActivation(r, 'gelu')
  const bias = r.bool('attention_bias', false)
  const window = r.int(KEYS.window, { min: 1, max: BOUNDS.tokens.max })
  const rule = (index: number) => (index + 1) % 6 !== 0 && index !== shape.layers - 1
  const slides = readLayerTypes<boolean>(r, shape.layers, SLIDING_TYPES, rule)
  const oneTensor = r.bool('attention_k_eq_v', false)
  const sharing = r.int('num_kv_shared_layers', BOUNDS.count, 0)
  if (sharing >= shape.layers)
    r.refuse('num_kv_shared_layers', `${sharing} leaves none of ${shape.layers} layers with keys`, 'Check the value.')
  const headDim = r.int('global_head_dim', BOUNDS.heads, slides.includes(false) ? undefined : shape.headDim)
  const kvHeads = oneTensor ? r.int('num_global_key_value_heads', BOUNDS.heads, shape.kvHeads) : shape.kvHeads
  r.ignore('num_global_key_value_heads')
  checkGroups(r, 'num_global_key_value_heads', shape.heads, kvHeads)
  const rope = r.object('rope_parameters')?.object('full_attention') ?? ropeObject(r)
  const fraction = rope?.float('partial_rotary_factor', { min: 0, max: 1 }, 1) ?? 1
  const width = readFfnSize(r, shape.hidden)
  const doubled = r.bool('use_double_wide_mlp', false)
  const perLayerSize = r.int('hidden_size_per_layer_input', BOUNDS.optionalSize, 0)
  const mixture = r.bool('enable_moe_block', false)
  const topKKeys = r.has('top_k_experts') ? 'top_k_experts' : KEYS.topK
  if (!mixture) r.ignore(...KEYS.experts, ...KEYS.expertFfn)
  const routed = mixture ? readMoe(r, { activation }, KEYS.expertFfn, topKKeys) : undefined
  const layers = perLayer(shape.layers, (index) => {
    const shares = index >= shape.layers - sharing
    const own = { qkvBias: bias, outBias: bias, qkNorm: 'head', ...(shares && { sharesKv: true }) } as const
    const mixer = slides[index]
      ? attention(shape, { ...own, pattern: sliding(window, context) })
      : attention(
          { heads: shape.heads, kvHeads, headDim },
          {
            ...own,
            pattern: CAUSAL,
            rotaryDim: 2 * Math.round((headDim * fraction) / 2),
            ...(oneTensor && { keyIsValue: true }),
          },
        )
    const plain = dense(doubled && shares ? 2 * width : width, true, activation, false)
    const ffn: Ffn = routed ? { ...routed, denseBeside: plain } : plain
    return layer(mixer, ffn, { normPlacement: 'both', ...(perLayerSize > 0 && { perLayerInputSize: perLayerSize }) })
  })
  const rows = r.int('vocab_size_per_layer_input', BOUNDS.vocab, shape.vocab)
  const parts = decoder(r, shape, layers, {
    tied: true,
    context,
    ...(perLayerSize > 0 && { embedding: { perLayer: { vocabSize: rows, size: perLayerSize } } }),
  })
  return { ...parts, expertModules: ['experts', 'moe.experts'] }
}

/** A width for all layers, or a list of one for each. */
function readWidths(r: Reader, layers: number): (index: number) => number {
  if (!Array.isArray(r.raw('intermediate_size'))) {
    const width = r.int('intermediate_size', BOUNDS.ffn)
    return () => width
  }
  const width = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= BOUNDS.ffn.max ? value : undefined
  const widths = r.list('intermediate_size', layers, width, 'a width')
  return (index) => widths?.[index] ?? 1
}

/**
 * Gemma 3n: alternating updates, a low-rank residual beside the attention, per-layer embeddings; the last layers read
 * earlier keys and values (their own unused projections, in the checkpoint all the same, are left out). Sparse activations
 * of the first layers save no work in dense products.
 */
const gemma3n: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const context = readContext(r, true)
  const activation = readActivation(r, 'gelu')
  const bias = r.bool('attention_bias', false)
  const window = r.int(KEYS.window, { min: 1, max: BOUNDS.tokens.max })
  const slides = readLayerTypes<boolean>(r, shape.layers, SLIDING_TYPES, (index) => (index + 1) % 5 !== 0)
  const sharing = r.int('num_kv_shared_layers', { min: 0, max: shape.layers }, 0)
  const widths = readWidths(r, shape.layers)
  const altUpInputs = r.int('altup_num_inputs', { min: 1, max: 64 })
  const laurelRank = r.int('laurel_rank', BOUNDS.size)
  const perLayerInputSize = r.int('hidden_size_per_layer_input', BOUNDS.size)
  const layers = perLayer(shape.layers, (index) => {
    const mixer = attention(shape, {
      pattern: slides[index] ? sliding(window, context) : CAUSAL,
      qkvBias: bias,
      outBias: bias,
      qkNorm: 'head',
      ...(index >= shape.layers - sharing && { sharesKv: true }),
    })
    const ffn = dense(widths(index), true, activation, false)
    return layer(mixer, ffn, {
      normPlacement: 'both',
      perLayerInputSize,
      laurelRank,
      ...(altUpInputs > 1 && { altUpInputs }),
    })
  })
  const rows = r.int('vocab_size_per_layer_input', BOUNDS.vocab, shape.vocab)
  return decoder(r, shape, layers, {
    tied: true,
    context,
    embedding: {
      perLayer: { vocabSize: rows, size: perLayerInputSize },
      ...(altUpInputs > 1 && { altUpInputs }),
    },
  })
}

export const GEMMA_FAMILY: Fragment = {
  gemma,
  gemma2,
  gemma3_text: gemma3,
  gemma3n_text: gemma3n,
  gemma4_text: gemma4,
}
