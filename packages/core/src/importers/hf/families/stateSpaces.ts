/**
 * Decoders built on state spaces: Mamba 1 and 2, Falcon-Mamba, and the hybrids Jamba, Nemotron-H (Nemotron 3) and Zamba 2.
 * Sources: transformers `modeling_mamba.py`, `modeling_mamba2.py`, `modeling_falcon_mamba.py`, `modeling_jamba.py`,
 * `modeling_nemotron_h.py`, `modeling_zamba2.py`.
 * Left out: Falcon-Mamba's weightless norms on dt, B and C.
 */
import type { Activation, Attention, Ffn, Layer, Mixer, MoeFfn, StateSpace } from '../../../architecture/model.ts'
import {
  attention,
  checkGroups,
  decoder,
  dense,
  layer,
  mtpHead,
  perLayer,
  readActivation,
  readContext,
  readFfnSize,
  readShape,
  type Shape,
} from '../build.ts'
import type { Fragment, Importer } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS, type Keys, type Reader } from '../reader.ts'
import { checkTopK, readMoe } from './moe.ts'

const POSITIVE = { min: 1, max: 1024 }

/** A step-size rank: a number, or `auto` = hidden / 16 rounded up. */
function readRank(r: Reader, key: string, hidden: number): number {
  const value = r.raw(key) ?? 'auto'
  return value === 'auto' ? Math.ceil(hidden / 16) : r.int(key, BOUNDS.size)
}

/** `float32`, `bfloat16` or `float16`: the format engines keep the recurrent state in. */
function readStateFormat(r: Reader, keys: Keys): Pick<StateSpace, 'stateFormat'> {
  const table = { float32: undefined, auto: undefined, bfloat16: 'bf16', float16: 'fp16' } as const
  const stateFormat = r.choice<'bf16' | 'fp16' | undefined>(keys, table, undefined)
  return stateFormat ? { stateFormat } : {}
}

interface Widths {
  readonly layers: number
  readonly hidden: number
  readonly vocab: number
}

const readWidths = (r: Reader): Widths => ({
  layers: r.int(KEYS.layers, BOUNDS.layers),
  hidden: r.int(KEYS.hidden, BOUNDS.size),
  vocab: r.int(KEYS.vocab, BOUNDS.vocab),
})

/** A decoder without attention: the head counts of a Shape do not apply. */
const headless = ({ layers, hidden, vocab }: Widths): Shape => ({
  layers,
  hidden,
  vocab,
  heads: 1,
  kvHeads: 1,
  headDim: 1,
})

/** Mamba and Falcon-Mamba. */
const mamba: Importer = ({ config: r }) => {
  const widths = readWidths(r)
  const mixer: StateSpace = {
    kind: 'mamba1',
    innerSize: r.int(['intermediate_size', 'd_inner'], BOUNDS.ffn, r.int('expand', POSITIVE) * widths.hidden),
    stateSize: r.int('state_size', BOUNDS.size),
    convTaps: r.int('conv_kernel', POSITIVE),
    numHeads: 0,
    numGroups: 0,
    dtRank: readRank(r, 'time_step_rank', widths.hidden),
    convBias: r.bool('use_conv_bias'),
    projBias: r.bool('use_bias'),
  }
  const one = layer(mixer, undefined)
  return decoder(
    r,
    headless(widths),
    perLayer(widths.layers, () => one),
    { tied: true },
  )
}

const mamba2: Importer = ({ config: r }) => {
  const widths = readWidths(r)
  const numHeads = r.int('num_heads', BOUNDS.heads)
  const mixer: StateSpace = {
    kind: 'mamba2',
    innerSize: numHeads * r.int('head_dim', BOUNDS.heads),
    stateSize: r.int('state_size', BOUNDS.size),
    convTaps: r.int('conv_kernel', POSITIVE),
    numHeads,
    numGroups: r.int('n_groups', BOUNDS.heads),
    dtRank: 0,
    convBias: r.bool('use_conv_bias'),
    projBias: r.bool('use_bias'),
  }
  const one = layer(mixer, undefined)
  return decoder(
    r,
    headless(widths),
    perLayer(widths.layers, () => one),
  )
}

/** One attention layer per period, experts on every `expert_layer_period`-th; no positions. */
const jamba: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const [period, offset] = [r.int('attn_layer_period', POSITIVE), r.int('attn_layer_offset', BOUNDS.count)]
  const [expertPeriod, expertOffset] = [
    r.int('expert_layer_period', POSITIVE),
    r.int('expert_layer_offset', BOUNDS.count),
  ]
  const state: StateSpace = {
    kind: 'mamba1',
    innerSize: r.int('mamba_expand', POSITIVE) * shape.hidden,
    stateSize: r.int('mamba_d_state', BOUNDS.size),
    convTaps: r.int('mamba_d_conv', POSITIVE),
    numHeads: 0,
    numGroups: 0,
    dtRank: readRank(r, 'mamba_dt_rank', shape.hidden),
    convBias: r.bool('mamba_conv_bias'),
    projBias: r.bool('mamba_proj_bias'),
    innerNorms: true,
  }
  const full = attention(shape, { rotaryDim: 0 })
  const plain = dense(readFfnSize(r, shape.hidden), true, readActivation(r, 'silu'), false)
  const moe = readMoe(r, {}, 'intermediate_size')
  const layers = perLayer(shape.layers, (index) =>
    layer(
      index % period === offset ? full : state,
      moe.numExperts > 1 && index % expertPeriod === expertOffset ? moe : plain,
    ),
  )
  return { ...decoder(r, shape, layers), expertModules: ['feed_forward.experts'] }
}

const BLOCKS = { mamba: 'M', attention: '*', moe: 'E', mlp: '-' } as const
type Block = (typeof BLOCKS)[keyof typeof BLOCKS]

/** A list of block names, or one character per block (`M` Mamba 2, `*` attention, `-` FFN, `E` experts). */
function readBlocks(r: Reader, listKey: string, patternKey: string): readonly Block[] {
  const names = r.strings(listKey, BOUNDS.layers.max)
  const known = (block: string): Block | undefined => Object.values(BLOCKS).find((one) => one === block)
  const blocks = names.length
    ? names.map((name) => (Object.hasOwn(BLOCKS, name) ? BLOCKS[name as keyof typeof BLOCKS] : undefined))
    : [...r.string(patternKey)].map(known)
  if (blocks.every((block) => block !== undefined)) return blocks
  const key = names.length ? listKey : patternKey
  r.refuse(key, 'has an unknown block', `Known: ${Object.keys(BLOCKS).join(', ')}, or M, *, E and -.`)
  return []
}

/** Every layer is one block behind its own norm: Mamba 2, attention without positions, a plain FFN, or ungated experts. */
const nemotronH: Importer = ({ config: r }) => {
  const blocks = readBlocks(r, 'layers_block_type', 'hybrid_override_pattern')
  if (blocks.length === 0) r.refuse('layers_block_type', 'missing', 'Give it, or hybrid_override_pattern.')
  const count = r.optionalInt('num_hidden_layers', BOUNDS.layers)
  if (count !== undefined && count !== blocks.length)
    r.refuse('num_hidden_layers', `is ${count}, and the blocks are ${blocks.length}`, 'Correct one of them.')
  const heads = r.int(KEYS.heads, BOUNDS.heads)
  const kvHeads = r.int(KEYS.kvHeads, BOUNDS.heads)
  checkGroups(r, 'num_key_value_heads', heads, kvHeads)
  // Older files name the attention's head size apart.
  const headDim = r.optionalInt('attention_head_dim', BOUNDS.heads) ?? r.int('head_dim', BOUNDS.heads)
  const hidden = r.int('hidden_size', BOUNDS.size)
  const shape: Shape = {
    layers: Math.max(1, blocks.length),
    hidden,
    heads,
    kvHeads,
    headDim,
    vocab: r.int('vocab_size', BOUNDS.vocab),
  }
  const build = nemotronBlocks(r, shape)
  const layers = blocks.map((block) => layer(...build(block)))
  const extra = readBlocks(r, 'mtp_layers_block_type', 'mtp_hybrid_override_pattern').map(build)
  const joined: Layer = layer(extra.find(([mixer]) => mixer)?.[0], extra.find(([, ffn]) => ffn)?.[1])
  const predict = r.int('num_nextn_predict_layers', { min: 0, max: 64 }, 0)
  const mtp = extra.length > 0 ? mtpHead(predict, joined) : undefined
  const parts = decoder(r, shape, layers.length ? layers : [layer(undefined, undefined)], { mtp })
  return { ...parts, expertModules: ['mixer.experts'] }
}

function nemotronBlocks(r: Reader, shape: Shape): (block: Block) => [Mixer | undefined, Ffn | undefined] {
  const bias = r.bool('attention_bias', false)
  const numHeads = r.int('mamba_num_heads', BOUNDS.heads)
  const activation = r.choice<Activation>(
    'mlp_hidden_act',
    { relu2: 'relu2', silu: 'silu', relu: 'relu', gelu: 'gelu' },
    'relu2',
  )
  const ffnBias = r.bool('mlp_bias', false)
  const state: StateSpace = {
    kind: 'mamba2',
    innerSize: numHeads * r.int('mamba_head_dim', BOUNDS.heads),
    stateSize: r.int('ssm_state_size', BOUNDS.size),
    convTaps: r.int('conv_kernel', POSITIVE),
    numHeads,
    numGroups: r.int('n_groups', BOUNDS.heads),
    dtRank: 0,
    convBias: r.bool('use_conv_bias'),
    projBias: r.bool('use_bias', false),
    ...readStateFormat(r, 'mamba_ssm_cache_dtype'),
  }
  const full: Attention = attention(shape, { qkvBias: bias, outBias: bias, rotaryDim: 0 })
  const plain = dense(r.int('intermediate_size', BOUNDS.ffn), false, activation, ffnBias)
  const shared = r.int('n_shared_experts', BOUNDS.count) > 0
  const latent = r.optionalInt('moe_latent_size', BOUNDS.size)
  const moe: MoeFfn = {
    kind: 'moe',
    numExperts: r.int(KEYS.experts, BOUNDS.experts),
    topK: r.int(KEYS.topK, { min: 1, max: BOUNDS.experts.max }),
    expertIntermediateSize: r.int(KEYS.expertFfn, BOUNDS.ffn),
    gated: false,
    activation,
    expertBias: ffnBias,
    routerBias: true,
    ...(latent !== undefined && { latentSize: latent }),
    ...(shared && { sharedIntermediateSize: r.int('moe_shared_expert_intermediate_size', BOUNDS.ffn) }),
  }
  const table: { readonly [B in Block]: [Mixer | undefined, Ffn | undefined] } = {
    M: [state, undefined],
    '*': [full, undefined],
    '-': [undefined, plain],
    E: [undefined, checkTopK(r, moe)],
  }
  return (block) => table[block]
}

/**
 * Zamba 2: Mamba 2 everywhere, and before some of its layers one of `num_mem_blocks` shared transformer blocks, which read
 * the hidden state beside the embedding. What each use has of its own (a square projection of the hidden size, low-rank
 * adapters) stands as an ungated FFN of the same weights and work.
 */
const zamba2: Importer = ({ config: r }) => {
  const widths = readWidths(r)
  const { hidden } = widths
  const heads = r.int(KEYS.heads, BOUNDS.heads)
  const kvHeads = r.optionalInt(KEYS.kvHeads, BOUNDS.heads) ?? heads
  const headDim = r.optionalInt('attention_head_dim', BOUNDS.heads) ?? (2 * hidden) / heads
  checkGroups(r, 'num_key_value_heads', heads, kvHeads)
  if (!Number.isInteger(headDim))
    r.refuse('num_attention_heads', `${heads} heads do not divide ${2 * hidden} values`, 'Check both.')
  const numHeads = r.int('n_mamba_heads', BOUNDS.heads)
  const state: StateSpace = {
    kind: 'mamba2',
    innerSize: r.int('mamba_expand', POSITIVE) * hidden,
    stateSize: r.int('mamba_d_state', BOUNDS.size),
    convTaps: r.int('mamba_d_conv', POSITIVE),
    numHeads,
    numGroups: r.int('mamba_ngroups', BOUNDS.heads),
    dtRank: 0,
    convBias: r.bool('use_conv_bias'),
    projBias: r.bool('add_bias_linear', false),
  }
  const width = r.int('intermediate_size', BOUNDS.ffn, 4 * hidden)
  const rank = r.int('adapter_rank', BOUNDS.size)
  const activation = readActivation(r, 'gelu')
  const rotaryDim = r.bool('use_mem_rope', false) ? headDim : 0
  const mixer = attention({ heads, kvHeads, headDim }, { inputSize: 2 * hidden, rotaryDim })
  const shared = (block: number) =>
    layer(mixer, dense(width, true, activation, false), { name: `shared block ${block + 1}`, sharedWeights: true })
  // Square projection: h² weights; the FFN's adapter: h·rank + rank·2·width.
  const own = Math.round((hidden * hidden + rank * (hidden + 2 * width)) / (2 * hidden))
  const link = layer(state, dense(own, false, activation, false), { name: 'Mamba 2 behind a shared block' })
  const plain = layer(state, undefined)
  const blocks = r.int('num_mem_blocks', { min: 1, max: 64 })
  const hybrid = readHybridLayers(r, widths.layers)
  if (r.bool('use_shared_attention_adapter', false))
    r.refuse('use_shared_attention_adapter', 'true is not expressible', 'Only adapters on the FFN are known.')
  let used = 0
  const layers = perLayer(widths.layers, (i) => (hybrid.has(i) ? [shared(used++ % blocks), link] : [plain])).flat()
  return decoder(r, { ...headless(widths), heads, kvHeads, headDim }, layers, { tied: true, context: readContext(r) })
}

function readHybridLayers(r: Reader, layers: number): ReadonlySet<number> {
  const types = r.strings('layers_block_type', BOUNDS.layers.max)
  if (types.length === layers) return new Set(types.flatMap((type, index) => (type === 'hybrid' ? [index] : [])))
  const ids = r.raw('hybrid_layer_ids')
  if (Array.isArray(ids) && ids.every((id) => Number.isInteger(id) && id >= 0 && id < layers))
    return new Set<number>(ids)
  r.refuse('layers_block_type', 'missing', 'Give mamba or hybrid for every layer, or hybrid_layer_ids.')
  return new Set()
}

export const STATE_SPACE_FAMILY: Fragment = { mamba, falcon_mamba: mamba, mamba2, jamba, nemotron_h: nemotronH, zamba2 }
