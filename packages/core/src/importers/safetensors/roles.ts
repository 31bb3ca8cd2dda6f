/**
 * What a tensor of a Hugging Face checkpoint is for, from its name: `model.layers.3.self_attn.q_proj.weight` → attention.
 * First rule that matches wins; a name no rule knows is counted with the FFN (matrices) or the norms (vectors) and reported.
 */
import type { WeightClass } from '../../architecture/model.ts'

/** Parts of names, between dots, that decide; in this order. */
const RULES: readonly (readonly [WeightClass, RegExp])[] = [
  ['mtp', /(^|\.)(mtp|mtp_layers|mtp_block|eagle)(\.|$)/],
  [
    'tower',
    /(^|\.)(visual|vision\w*|audio\w*|image\w*|embed_vision|embed_audio|multi_modal_projector|mm_projector|mlp1)(\.|$)/,
  ],
  ['router', /(^|\.)(shared_expert_gate|router|gate_network|e_score_correction_bias)(\.|$)/],
  ['shared', /(^|\.)(shared_experts?|shared_mlp)(\.|$)/],
  [
    'norm',
    /norm[^.]{0,8}\.(weight|bias)$|(^|\.)(ln_\w+|ln1|ln2|layer_scalar)(\.|$)|(^|\.)(\w*_)?(norm|layernorm)s?\d*(\.|$)/i,
  ],
  ['router', /(^|\.)(mlp|block_sparse_moe|feed_forward|moe|mixer|ffn)\.(gate|wg)(\.|$)/],
  ['experts', /(^|\.)experts?(\.|_|$)/],
  ['head', /(^|\.)(lm_head|embed_out|score|classifier)(\.|$)|^(model\.)?output\.weight$/],
  [
    'embedding',
    /(^|\.)(embed_tokens\w*|wte|wpe|word_embeddings|embed_in|tok_embeddings|embed_positions|token_type_embeddings|embeddings?|embed)(\.|$)/,
  ],
  ['attention', /(^|\.)(self_attn|attn|attention|self_attention|cross_attn|encoder_attn|linear_attn|indexer)(\.|_|$)/],
  [
    'ffn',
    /(^|\.)(mlp|feed_forward|ffn|fc1|fc2|block_sparse_moe|c_fc|dense_h_to_4h|dense_4h_to_h|up_proj|down_proj|gate_proj|gate_up_proj|w1|w2|w3)(\.|_|$)/,
  ],
  ['attention', /(^|\.)(mixer|mamba|ssm|[qkvo]_proj|qkv_proj|query_key_value|c_attn)(\.|_|$)/],
]

const LAYER = /(^|\.)(layers|layer|h|blocks|block)\.(\d{1,5})(\.|$)/

interface HfRole {
  readonly weightClass: WeightClass
  readonly layer?: number
  /** Whether a rule knew the name. */
  readonly known: boolean
}

/** `mtpLayers`: layers that predict further tokens, stored after the decoder's own (DeepSeek-V3, GLM-4.5). */
export function hfRole(name: string, dimensions: number, mtpLayers: ReadonlySet<number>): HfRole {
  const found = LAYER.exec(name)?.[3]
  const layer = found === undefined ? undefined : Number(found)
  const first = RULES[0]
  const tower = RULES[1]
  if (layer !== undefined && mtpLayers.has(layer) && !tower?.[1].test(name)) return { weightClass: 'mtp', known: true }
  const rule = RULES.find(([, pattern]) => pattern.test(name))
  const weightClass = rule?.[0] ?? (dimensions > 1 ? 'ffn' : 'norm')
  const inDecoder = weightClass !== 'tower' && weightClass !== first?.[0]
  return { weightClass, known: rule !== undefined, ...(layer !== undefined && inDecoder && { layer }) }
}

/** Layers whose tensors join hidden state and embedding: the heads that predict further tokens. */
export function mtpLayersOf(names: Iterable<string>): ReadonlySet<number> {
  const layers = new Set<number>()
  for (const name of names) {
    if (!/\.(eh_proj|enorm|hnorm)\./.test(name)) continue
    const found = LAYER.exec(name)?.[3]
    if (found !== undefined) layers.add(Number(found))
  }
  return layers
}
