/**
 * Decoders with sparse or compressed attention of their own: DeepSeek-V4 (window, compressed entries, indexer), MiniMax-M3
 * (an indexer that picks blocks of keys) and Step 3.5 / 3.7 (sliding layers with more heads). Sources: transformers
 * `modeling_deepseek_v4.py`, `modeling_minimax_m3_vl.py`, `modeling_step3p7.py`; vLLM `step3p5.py`.
 * Left out: Step's gate per head (hidden × heads weights per layer), MiniMax-M3's norms on index queries and keys.
 */
import type { CompressedAttention, Indexer, Layer, Pattern } from '../../../architecture/model.ts'
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
  readLayerTypes,
  readRotaryDim,
  readShape,
  type Shape,
  sliding,
} from '../build.ts'
import type { Fragment, Importer, ModelParts } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS, type Reader } from '../reader.ts'
import { SLIDING_TYPES } from './llama.ts'
import { readMoe, sharedExperts } from './moe.ts'

/** Tokens per compressed entry, layer by layer, then of the extra prediction layers; 0: only the window. */
function readRatios(r: Reader, layers: number, extra: number): readonly number[] {
  const raw = r.raw('compress_ratios')
  const length = Array.isArray(raw) && raw.length === layers + extra ? raw.length : layers
  const ratio = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_536 ? value : undefined
  const ratios = r.list('compress_ratios', length, ratio, 'a number of tokens per entry, or 0')
  if (!ratios) r.refuse('compress_ratios', 'missing', 'Give the compression of every layer: 0, 4 or 128.')
  return ratios ?? []
}

/** The smallest published ratio is read through the indexer (CSA), larger ones entirely (HCA). */
const SELECTING_RATIO = 4

const deepseekV4: Importer = ({ config: r }) => {
  r.ignore('num_key_value_heads')
  const heads = r.int(KEYS.heads, BOUNDS.heads)
  const headDim = r.int('head_dim', BOUNDS.heads)
  const shape: Shape = {
    layers: r.int(KEYS.layers, BOUNDS.layers),
    hidden: r.int(KEYS.hidden, BOUNDS.size),
    heads,
    kvHeads: 1,
    headDim,
    vocab: r.int(KEYS.vocab, BOUNDS.vocab),
  }
  const extra = r.int('num_nextn_predict_layers', { min: 0, max: 64 }, 0)
  const ratios = readRatios(r, shape.layers, extra)
  const window = r.int(KEYS.window, { min: 1, max: BOUNDS.tokens.max })
  const topK = r.int('index_topk', { min: 1, max: BOUNDS.tokens.max })
  const groups = r.int('o_groups', BOUNDS.heads)
  if (heads % groups !== 0) r.refuse('o_groups', `${groups} groups do not divide ${heads} heads`, 'Check both.')
  const base = {
    kind: 'compressed',
    numQHeads: heads,
    headDim,
    rotaryDim: r.int('qk_rope_head_dim', BOUNDS.heads),
    qLoraRank: r.int('q_lora_rank', BOUNDS.size),
    oLoraRank: r.int('o_lora_rank', BOUNDS.size),
    oGroups: groups,
  } as const
  const indexer: Omit<Indexer, 'blockTokens'> = {
    numHeads: r.int('index_n_heads', BOUNDS.heads),
    headDim: r.int('index_head_dim', BOUNDS.heads),
    queryInputSize: base.qLoraRank,
    shared: false,
  }
  const mixer = (ratio: number): CompressedAttention => {
    if (ratio === 0) return { ...base, pattern: { kind: 'sliding', window } }
    if (ratio > SELECTING_RATIO) return { ...base, pattern: { kind: 'compressed', ratio, window } }
    const pattern: Pattern = { kind: 'compressed', ratio, window, topK }
    return { ...base, pattern, indexer: { ...indexer, blockTokens: ratio } }
  }
  const shared = sharedExperts(r)
  const moe = readMoe(r, { routerBias: true, ...shared })
  const hashed = { ...moe, routerBias: false, hashRouted: true }
  const first = r.int('num_hash_layers', BOUNDS.count, 0)
  const streams = r.int('hc_mult', { min: 1, max: 64 }, 1)
  const rest = streams > 1 ? { residualStreams: streams } : {}
  const layers = perLayer(shape.layers, (i) => layer(mixer(ratios[i] ?? 0), i < first ? hashed : moe, rest))
  const predict = layer(mixer(ratios[shape.layers] ?? 0), moe, rest)
  const parts = decoder(r, shape, layers, { context: readContext(r), mtp: mtpHead(extra, predict) })
  return { ...parts, expertModules: ['ffn.experts', 'mlp.experts'] }
}

/** Flags per layer, or a rule where the list is absent. */
function readFlags(r: Reader, key: string, layers: number, rule: (index: number) => boolean): readonly boolean[] {
  const flag = (value: unknown) => (value === 0 || value === 1 ? value === 1 : undefined)
  return r.list(key, layers, flag, '0 or 1') ?? perLayer(layers, rule)
}

/**
 * MiniMax-M3: on sparse layers a small indexer scores every key, and each group of query heads reads the `topk` blocks with
 * the highest score. Its prediction modules are not part of the published checkpoint.
 */
const minimaxM3: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const context = readContext(r)
  const rotaryDim = readRotaryDim(r, shape.headDim)
  const routerBias = r.bool('use_routing_bias', true)
  r.ignore('num_mtp_modules', 'num_nextn_predict_layers', 'first_k_dense_replace', ...KEYS.expertFfn)
  const perHead = r.choice('qk_norm_type', { per_layer: false, per_head: true }, true)
  const qkNorm = r.bool('use_qk_norm', true) ? ({ qkNorm: perHead ? 'head' : 'width' } as const) : {}
  const outputGate = r.bool('attention_output_gate', false) ? { outputGate: true } : {}
  const sparse = r.object('sparse_attention_config')
  const on = sparse?.bool('use_sparse_attention', true) ?? false
  const blockTokens = sparse?.int('sparse_block_size', BOUNDS.tokens) ?? 1
  const pattern: Pattern = {
    kind: 'selected',
    topK: blockTokens * (sparse?.int('sparse_topk_blocks', BOUNDS.tokens) ?? 1),
  }
  const indexer: Indexer = {
    numHeads: sparse?.int('sparse_num_index_heads', BOUNDS.heads) ?? 1,
    headDim: sparse?.int('sparse_index_dim', BOUNDS.heads) ?? 1,
    queryInputSize: shape.hidden,
    // Keys are kept and scored per token; only the choice is per block.
    blockTokens: 1,
    shared: false,
  }
  const selects = sparse ? readFlags(sparse, 'sparse_attention_freq', shape.layers, () => true) : []
  const full = attention(shape, { rotaryDim, ...qkNorm, ...outputGate })
  const count = r.int('n_shared_experts', BOUNDS.count, 1)
  const shared = count * r.int('shared_intermediate_size', BOUNDS.ffn)
  const moe = readMoe(r, { routerBias, ...(shared > 0 && { sharedIntermediateSize: shared }) }, 'intermediate_size')
  const plain = dense(r.int('dense_intermediate_size', BOUNDS.ffn), true, readActivation(r, 'silu'), false)
  const routed = readFlags(r, 'moe_layer_freq', shape.layers, () => true)
  const layers = perLayer(shape.layers, (index) =>
    layer(on && selects[index] ? { ...full, pattern, indexer } : full, routed[index] ? moe : plain),
  )
  return { ...decoder(r, shape, layers, { context }), expertModules: ['block_sparse_moe.experts', 'mlp.experts'] }
}

/** Which layers have experts: a list of layer numbers (text or list), or from `first_k_dense_replace` on. */
function readStepExperts(r: Reader, layers: number): (index: number) => boolean {
  const raw = r.raw('moe_layers_enum')
  const listed = typeof raw === 'string' ? raw.split(',').map(Number) : raw
  if (listed === undefined || listed === null) {
    const first = r.int('first_k_dense_replace', BOUNDS.count, 3)
    return (index) => index >= first
  }
  if (Array.isArray(listed) && listed.length <= 2 * layers && listed.every((x) => Number.isInteger(x) && x >= 0)) {
    const set = new Set<unknown>(listed)
    return (index) => set.has(index)
  }
  r.refuse('moe_layers_enum', 'is not a list of layer numbers', 'Give numbers, or a text of numbers between commas.')
  return () => true
}

/** Step 3.5 Flash and the text part of Step 3.7 Flash; per-layer lists may go on over the prediction layers. */
export function stepText(r: Reader): ModelParts {
  const hidden = r.int(KEYS.hidden, BOUNDS.size)
  const heads = r.int(KEYS.heads, BOUNDS.heads)
  const kvHeads = r.int([...KEYS.kvHeads, 'num_attention_groups'], BOUNDS.heads)
  checkGroups(r, 'num_key_value_heads', heads, kvHeads)
  const headDim = r.int('head_dim', BOUNDS.heads, 128)
  const shape: Shape = {
    layers: r.int(KEYS.layers, BOUNDS.layers),
    hidden,
    heads,
    kvHeads,
    headDim,
    vocab: r.int(KEYS.vocab, BOUNDS.vocab),
  }
  const context = readContext(r)
  const extra = r.int(['num_nextn_predict_layers', 'num_mtp_layers'], { min: 0, max: 64 }, 0)
  const raw = r.raw('layer_types')
  const listed = Array.isArray(raw) && raw.length === shape.layers + extra ? shape.layers + extra : shape.layers
  const slides = readLayerTypes<boolean>(r, listed, SLIDING_TYPES, () => false)
  const window = r.optionalInt(KEYS.window, BOUNDS.tokens)
  const other = r.object('attention_other_setting')
  const slidingHeads =
    r.optionalInt('num_sliding_attention_heads', BOUNDS.heads) ??
    other?.int('num_attention_heads', BOUNDS.heads, heads) ??
    heads
  const qkvBias = r.bool('attention_bias', false)
  const own = { qkvBias, outBias: qkvBias, qkNorm: 'head' } as const
  const swa = attention({ heads: slidingHeads, kvHeads, headDim }, { ...own, pattern: sliding(window, context) })
  const full = attention(shape, { ...own, pattern: CAUSAL })
  const sharedSize = r.int(['share_expert_dim', 'share_expert_dims'], BOUNDS.optionalSize)
  r.ignore('n_shared_experts', 'num_local_experts')
  const moe = {
    ...readMoe(
      r.withDefaults({}),
      {
        routerBias: r.bool('use_moe_router_bias', true),
        ...(sharedSize > 0 && { sharedIntermediateSize: sharedSize }),
      },
      KEYS.expertFfn,
      [...KEYS.topK, 'moe_top_k'],
    ),
  }
  r.ignore(...KEYS.experts, ...KEYS.expertFfn)
  const plain = dense(r.int('intermediate_size', BOUNDS.ffn), true, 'silu', r.bool('mlp_bias', false))
  const routed = readStepExperts(r, shape.layers)
  const layers: Layer[] = perLayer(shape.layers, (i) => layer(slides[i] ? swa : full, routed(i) ? moe : plain))
  const predict = layer(slides[shape.layers] ? swa : full, plain)
  const parts = decoder(r, shape, layers, { context, mtp: mtpHead(extra, predict) })
  return { ...parts, expertModules: ['moe', 'moe.experts', 'mlp.experts'] }
}

export const SPARSE_FAMILY: Fragment = {
  deepseek_v4: deepseekV4,
  deepseek_ref: deepseekV4,
  minimax_m3: minimaxM3,
  minimax_m3_vl_text: minimaxM3,
  step3p5: ({ config }) => stepText(config),
}
