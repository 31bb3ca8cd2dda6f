/**
 * What each tensor of a GGUF file is for: its layer and its class of weights. Names as in ggml-org/llama.cpp
 * `src/llama-arch.cpp` (LLM_TENSOR_NAMES): `blk.<layer>.<stem>.<weight|bias|scale>`, or `<stem>.weight` outside the layers.
 *
 * A bias counts with the matrix it belongs to, as the operators do. A name that is not in these tables belongs to an
 * architecture nobody has described here, and the importer refuses it: it must not be left out of the cost silently.
 */
import type { WeightClass } from '../../architecture/model.ts'

type Stems = { readonly [C in WeightClass]?: string }

const BLOCK: Stems = {
  attention: `attn_q attn_k attn_v attn_qkv attn_output attn_gate attn_sinks
    attn_q_a attn_q_b attn_kv_a_mqa attn_kv_b attn_k_b attn_v_b indexer.proj indexer.attn_k indexer.attn_q_b
    ssm_in ssm_x ssm_dt ssm_out ssm_conv1d ssm_a ssm_d ssm_ba ssm_alpha ssm_beta`,
  ffn: 'ffn_gate ffn_up ffn_down ffn_latent_down ffn_latent_up inp_gate proj',
  experts: 'ffn_gate_exps ffn_up_exps ffn_down_exps ffn_gate_up_exps',
  shared: 'ffn_gate_shexp ffn_up_shexp ffn_down_shexp',
  router: 'ffn_gate_inp ffn_gate_inp_shexp exp_probs_b',
  norm: `attn_norm attn_norm_2 attn_q_norm attn_k_norm attn_q_a_norm attn_kv_a_norm indexer.k_norm
    ffn_norm post_attention_norm post_ffw_norm post_ffw_norm_1 post_ffw_norm_2 pre_ffw_norm_2 post_norm
    layer_output_scale attn_rot_embd rope_freqs ssm_norm ssm_dt_norm ssm_b_norm ssm_c_norm`,
}

const GLOBAL: Stems = {
  embedding: 'token_embd position_embd token_types per_layer_token_embd per_layer_model_proj',
  head: 'output',
  norm: 'token_embd_norm output_norm per_layer_proj_norm rope_freqs rope_factors_long rope_factors_short',
}

function table(stems: Stems): ReadonlyMap<string, WeightClass> {
  const rows = Object.entries(stems) as [WeightClass, string][]
  return new Map(rows.flatMap(([name, list]) => list.split(/\s+/).map((stem) => [stem, name] as const)))
}

const BLOCK_CLASS = table(BLOCK)
const GLOBAL_CLASS = table(GLOBAL)

interface Role {
  readonly weightClass: WeightClass
  readonly layer?: number
}

const NAME = /^(?:blk\.(\d{1,4})\.)?(.+?)(?:\.(?:weight|bias|scale|input_scale))?$/

/** Its role in a model of `layers` decoder layers (blocks beyond them predict further tokens); undefined: not known. */
export function roleOf(name: string, layers: number): Role | undefined {
  const match = NAME.exec(name)
  const stem = match?.[2] ?? ''
  if (match?.[1] === undefined) {
    const weightClass = GLOBAL_CLASS.get(stem)
    return weightClass && { weightClass }
  }
  const layer = Number(match[1])
  const weightClass = BLOCK_CLASS.get(stem) ?? (/^ffn_(gate|up|down)\.\d{1,5}$/.test(stem) ? 'experts' : undefined)
  if (layer >= layers) return weightClass || stem.startsWith('nextn.') ? { weightClass: 'mtp' } : undefined
  return weightClass && { weightClass, layer }
}
