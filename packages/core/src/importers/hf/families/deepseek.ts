/**
 * Latent attention with shared and routed experts: DeepSeek V2, V3 and V3.2 (sparse attention), Kimi K2, GLM-5, and the
 * dense MLA models that only reuse the attention. Sources: transformers `modeling_deepseek_v2.py`, `modeling_deepseek_v3.py`,
 * `modeling_deepseek_v32.py`, `modeling_glm_moe_dsa.py`; DeepSeek-V3 technical report (arXiv 2412.19437).
 */
import type { Indexer, LatentAttention, Layer } from '../../../architecture/model.ts'
import {
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
  type Shape,
} from '../build.ts'
import type { Fragment, Importer } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS, type Reader } from '../reader.ts'
import { readMoe, sharedExperts } from './moe.ts'

/** The sizes of a latent-attention decoder; head_dim and KV heads in these files are leftovers of the class they extend. */
export function readLatentShape(r: Reader): Shape {
  r.ignore('head_dim', 'num_key_value_heads', 'qk_head_dim')
  const heads = r.int(KEYS.heads, BOUNDS.heads)
  return {
    layers: r.int(KEYS.layers, BOUNDS.layers),
    hidden: r.int(KEYS.hidden, BOUNDS.size),
    heads,
    kvHeads: heads,
    headDim: r.int('v_head_dim', BOUNDS.heads),
    vocab: r.int(KEYS.vocab, BOUNDS.vocab),
  }
}

export function readLatentAttention(r: Reader, shape: Shape): LatentAttention {
  if (r.bool('attention_bias', false))
    r.refuse(
      'attention_bias',
      'true is not expressible for latent attention',
      'Only bias-free latent attention is known.',
    )
  const qLoraRank = r.optionalInt('q_lora_rank', BOUNDS.size)
  return {
    kind: 'mla',
    numQHeads: shape.heads,
    ...(qLoraRank !== undefined && { qLoraRank }),
    kvLoraRank: r.int('kv_lora_rank', BOUNDS.size),
    qkNopeHeadDim: r.int('qk_nope_head_dim', BOUNDS.heads),
    qkRopeHeadDim: r.int('qk_rope_head_dim', BOUNDS.heads),
    vHeadDim: shape.headDim,
    pattern: CAUSAL,
  }
}

/** The lightning indexer of DeepSeek sparse attention, one per layer; `shared` layers use an earlier layer's choice. */
function readIndexer(r: Reader, mixer: LatentAttention, shape: Shape): (shared: boolean) => Indexer {
  const numHeads = r.int('index_n_heads', BOUNDS.heads)
  const headDim = r.int('index_head_dim', BOUNDS.heads)
  const queryInputSize = mixer.qLoraRank ?? shape.hidden
  // The published implementations quantise index queries and keys to FP8 (their scales, 4 bytes of 132, are left out).
  return (shared) => ({ numHeads, headDim, queryInputSize, blockTokens: 1, shared, keyFormat: 'fp8' })
}

/** Dense FFN on the first layers, experts from `first_k_dense_replace` on, or as `mlp_layer_types` says. */
function readSparseLayers(r: Reader, layers: number, denseLayers?: number): readonly boolean[] {
  const first = r.int('first_k_dense_replace', BOUNDS.count, denseLayers)
  const every = r.int('moe_layer_freq', { min: 1, max: 1000 }, 1)
  const rule = (index: number) => index >= first && index % every === 0
  return readLayerTypes<boolean>(r, layers, { dense: false, sparse: true }, rule, 'mlp_layer_types')
}

/** `denseLayers`: how many first layers have a dense FFN where neither the file nor the class says. */
const latentMoe =
  (sparseAttention: boolean, denseLayers?: number): Importer =>
  ({ config: r }) => {
    const shape = readLatentShape(r)
    const context = readContext(r)
    const base = readLatentAttention(r, shape)
    const moe = readMoe(r, { routerBias: hasScoreCorrection(r), ...sharedExperts(r) })
    const wide = dense(readFfnSize(r, shape.hidden), true, readActivation(r, 'silu'), r.bool('mlp_bias', false))
    const sparse = readSparseLayers(r, shape.layers, denseLayers)
    const mixers = sparseAttention ? readSelected(r, shape, base) : perLayer(shape.layers, () => base)
    const layers = perLayer(shape.layers, (i) => layer(mixers[i], sparse[i] ? moe : wide))
    const count = r.int(['num_nextn_predict_layers', 'num_mtp_layers'], { min: 0, max: 64 }, 0)
    const last: Layer | undefined = layers.at(-1)
    return decoder(r, shape, layers, { context, mtp: mtpHead(count, last && layer(mixers[0], last.ffn)) })
  }

/** DeepSeek-V3's `noaux_tc` routing corrects scores with a learned bias per expert; V2 has none. */
function hasScoreCorrection(r: Reader): boolean {
  const method = r.string('topk_method', 'noaux_tc')
  if (method === 'noaux_tc') return true
  if (method === 'greedy' || method === 'group_limited_greedy') return false
  r.refuse(
    'topk_method',
    `'${method.slice(0, 40)}' is not known here`,
    'Known: noaux_tc, greedy, group_limited_greedy.',
  )
  return false
}

function readSelected(r: Reader, shape: Shape, base: LatentAttention): LatentAttention[] {
  const topK = r.int('index_topk', BOUNDS.tokens)
  const indexer = readIndexer(r, base, shape)
  const shared = readLayerTypes<boolean>(r, shape.layers, { full: false, shared: true }, () => false, 'indexer_types')
  r.ignore('layer_types')
  return perLayer(shape.layers, (index) => ({
    ...base,
    pattern: { kind: 'selected', topK },
    indexer: indexer(shared[index] ?? false),
  }))
}

/**
 * LongCat-Flash (arXiv 2509.01322): each of its layers has two latent attentions and two dense FFNs, and experts that read
 * what the first FFN reads and whose output joins after the second. It is expressed as two layers, the first with the
 * dense FFN beside the experts: the same work and weights; that the experts may overlap the second half is left out.
 */
const longcat: Importer = ({ config: r }) => {
  const shape = readLatentShape(r)
  const mixer = readLatentAttention(r, shape)
  const wide = dense(
    r.int(['ffn_hidden_size', 'intermediate_size'], BOUNDS.ffn),
    true,
    readActivation(r, 'silu'),
    false,
  )
  const kind = r.string('zero_expert_type', 'identity')
  if (kind !== 'identity') r.refuse('zero_expert_type', `'${kind.slice(0, 40)}' is not known here`, 'Known: identity.')
  const zeroExperts = r.int('zero_expert_num', { min: 0, max: BOUNDS.experts.max }, 0)
  const experts = readMoe(r, { routerBias: true, denseBeside: wide, ...(zeroExperts > 0 && { zeroExperts }) })
  const pair = [layer(mixer, experts), layer(mixer, wide)]
  const layers = perLayer(shape.layers, () => pair).flat()
  const mtp = mtpHead(r.int('num_nextn_predict_layers', { min: 0, max: 64 }, 0), layer(mixer, wide))
  return decoder(r, shape, layers, { context: readContext(r), mtp })
}

export const DEEPSEEK_FAMILY: Fragment = {
  deepseek_v2: latentMoe(false),
  deepseek_v3: latentMoe(false),
  kimi_k2: latentMoe(false),
  deepseek_v32: latentMoe(true),
  glm_moe_dsa: latentMoe(true),
  glm4_moe_lite: latentMoe(false, 1),
  mistral4: latentMoe(false),
  longcat_flash: longcat,
}
