/**
 * Decoders whose layers differ in more than a window: Qwen3-Next and Qwen 3.5 (gated delta net between attention layers),
 * Llama 4 (chunked attention, experts on some layers), and NVIDIA's searched architectures (a block list). Sources:
 * transformers `modeling_qwen3_next.py`, `modeling_qwen3_5.py`, `modeling_llama4.py`; custom code of DeciLM / Nemotron-NAS.
 */
import type { Ffn, Layer, LinearAttention, Mixer } from '../../../architecture/model.ts'
import {
  attention,
  CAUSAL,
  decoder,
  dense,
  layer,
  mtpHead,
  perLayer,
  readActivation,
  readContext,
  readFfnSize,
  readLayerTypes,
  readRotaryDim,
  readShape,
  sliding,
} from '../build.ts'
import type { Fragment, Importer } from '../family.ts'
import { BOUNDS, isObject, Reader } from '../reader.ts'
import { qwenSparse, readMoe } from './moe.ts'

const qwenHybrid =
  (experts: boolean): Importer =>
  ({ config: r }) => {
    const shape = readShape(r)
    const context = readContext(r)
    const bias = r.bool('attention_bias', false)
    const every = r.int('full_attention_interval', { min: 1, max: 1000 }, 4)
    const kinds = readLayerTypes<boolean>(
      r,
      shape.layers,
      { full_attention: true, linear_attention: false },
      (index) => (index + 1) % every === 0,
    )
    const full = attention(shape, {
      qkvBias: bias,
      outBias: bias,
      qkNorm: 'head',
      rotaryDim: readRotaryDim(r, shape.headDim, 0.25),
      ...(r.bool('attn_output_gate', true) && { outputGate: true }),
    })
    const linear: LinearAttention = {
      kind: 'linear',
      rule: 'delta',
      numKeyHeads: r.int('linear_num_key_heads', BOUNDS.heads),
      numValueHeads: r.int('linear_num_value_heads', BOUNDS.heads),
      keyHeadDim: r.int('linear_key_head_dim', BOUNDS.heads),
      valueHeadDim: r.int('linear_value_head_dim', BOUNDS.heads),
      convTaps: r.int('linear_conv_kernel_dim', { min: 0, max: 1024 }),
      outputGate: true,
      gateRank: 0,
    }
    const ffns = readQwenFfns(r, shape.hidden, experts)
    const layers = perLayer(shape.layers, (index) => layer(kinds[index] ? full : linear, ffns(index)))
    const count = r.int('mtp_num_hidden_layers', { min: 0, max: 64 }, 0)
    return decoder(r, shape, layers, { context, mtp: mtpHead(count, layer(full, ffns(shape.layers - 1))) })
  }

function readQwenFfns(r: Reader, hidden: number, experts: boolean): (index: number) => Ffn {
  const activation = readActivation(r, 'silu')
  if (!experts) r.ignore('mlp_only_layers', 'decoder_sparse_step')
  const sparse = experts ? qwenSparse(r) : () => false
  const shared = experts ? (r.optionalInt('shared_expert_intermediate_size', BOUNDS.optionalSize) ?? 0) : 0
  const moe = experts && readMoe(r, shared > 0 ? { sharedIntermediateSize: shared, sharedGate: true } : {})
  return (index) => (moe && sparse(index) ? moe : dense(readFfnSize(r, hidden), true, activation, false))
}

/** Three chunked layers with rotary positions to one full layer without; experts on every `interleave_moe_layer_step`-th. */
const llama4: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const context = readContext(r)
  const bias = r.bool('attention_bias', false)
  const chunk = r.int('attention_chunk_size', { min: 1, max: BOUNDS.tokens.max })
  const interval = r.int('no_rope_layer_interval', { min: 1, max: 1000 }, 4)
  const flag = (value: unknown) => (value === 0 || value === 1 ? value === 1 : undefined)
  const listed = r.raw('no_rope_layers')
  const given = Array.isArray(listed) && listed.length === 0 ? undefined : listed
  const ropes = given === undefined ? undefined : r.list('no_rope_layers', shape.layers, flag, '0 (no positions) or 1')
  const hasRope = (index: number) => ropes?.[index] ?? (index + 1) % interval !== 0
  const types = { chunked_attention: true, full_attention: false }
  const chunked = readLayerTypes<boolean>(r, shape.layers, types, hasRope)
  // Queries and keys are normalised without a weight.
  r.ignore('use_qk_norm')
  const width = r.int('intermediate_size', BOUNDS.ffn)
  const moe = readMoe(r, { sharedIntermediateSize: width }, 'intermediate_size')
  const wide = dense(r.int('intermediate_size_mlp', BOUNDS.ffn), true, readActivation(r, 'silu'), false)
  const step = r.int('interleave_moe_layer_step', { min: 1, max: 1000 }, 1)
  const routed = readMoeLayers(r, shape.layers, step)
  const layers = perLayer(shape.layers, (index) =>
    layer(
      attention(shape, {
        pattern: chunked[index] ? { kind: 'chunked', chunk } : CAUSAL,
        qkvBias: bias,
        outBias: bias,
        rotaryDim: hasRope(index) ? shape.headDim : 0,
      }),
      routed(index) ? moe : wide,
    ),
  )
  return decoder(r, shape, layers, { context })
}

function readMoeLayers(r: Reader, layers: number, step: number): (index: number) => boolean {
  const value = r.raw('moe_layers')
  if (value === undefined || value === null) return (index) => (index + 1) % step === 0
  if (Array.isArray(value) && value.every((x) => Number.isInteger(x) && x >= 0 && x < layers)) {
    const set = new Set<unknown>(value)
    return (index) => set.has(index)
  }
  r.refuse('moe_layers', `is not a list of layer numbers from 0 to ${layers - 1}`, 'Correct the list or leave it out.')
  return () => true
}

/** A searched architecture: per layer, attention with its own KV groups or none, and an FFN of its own width or none. */
const nemotronNas: Importer = ({ config: r }) => {
  r.ignore('num_key_value_heads')
  const shape = readShape(r)
  const context = readContext(r)
  const bias = r.bool('attention_bias', false)
  const ffnBias = r.bool('mlp_bias', false)
  const activation = readActivation(r, 'silu')
  const blocks = r.list('block_configs', shape.layers, (x) => (isObject(x) ? x : undefined), 'an object')
  if (!blocks) r.refuse('block_configs', 'missing', 'Give one block per layer, with attention and ffn.')
  const layers = (blocks ?? []).map((block, index) => {
    const one = new Reader(block, `${r.prefix}block_configs[${index}].`, {}, r.problems)
    return nasLayer(one, shape, context, { bias, ffnBias, activation })
  })
  return decoder(r, shape, layers.length ? layers : [layer(undefined, undefined)], { context })
}

function nasLayer(
  r: Reader,
  shape: ReturnType<typeof readShape>,
  context: ReturnType<typeof readContext>,
  common: {
    readonly bias: boolean
    readonly ffnBias: boolean
    readonly activation: 'silu' | 'gelu' | 'relu' | 'relu2'
  },
): Layer {
  const [a, f] = [r.object('attention'), r.object('ffn')]
  for (const [key, part] of [
    ['attention', a],
    ['ffn', f],
  ] as const) {
    if (!part) r.refuse(key, 'missing', 'Give the block with no_op, or its sizes.')
    for (const flag of ['replace_with_linear', 'sparsify', 'unshifted_sink', 'num_sink_tokens'])
      if (part?.has(flag) && part.raw(flag) !== false)
        part.refuse(
          flag,
          'is set, and such blocks cannot be expressed',
          'Only attention with KV groups, FFNs and no-ops are known.',
        )
  }
  let mixer: Mixer | undefined
  if (a && !a.bool('no_op', false)) {
    const group = a.int('n_heads_in_group', BOUNDS.heads)
    if (shape.heads % group !== 0)
      a.refuse('n_heads_in_group', `${group} does not divide ${shape.heads} heads`, 'Check the value.')
    const kvHeads = Math.max(1, Math.floor(shape.heads / group))
    const pattern = sliding(a.optionalInt('window_length', BOUNDS.tokens), context)
    mixer = attention({ ...shape, kvHeads }, { pattern, qkvBias: common.bias, outBias: common.bias })
  }
  let ffn: Ffn | undefined
  if (f && !f.bool('no_op', false)) {
    // Two thirds of mult × hidden, up to the next multiple of 256.
    const width = Math.floor((2 * f.float('ffn_mult', { min: 1e-3, max: 100 }) * shape.hidden) / 3)
    ffn = dense(Math.max(1, Math.ceil(width / 256)) * 256, true, common.activation, common.ffnBias)
  }
  return layer(mixer, ffn)
}

export const HYBRID_FAMILY: Fragment = {
  qwen3_next: qwenHybrid(true),
  qwen3_5_text: qwenHybrid(false),
  qwen3_5_moe_text: qwenHybrid(true),
  llama4_text: llama4,
  'nemotron-nas': nemotronNas,
}
