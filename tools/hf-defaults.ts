/**
 * Writes `packages/core/src/importers/hf/defaults.ts`: the numeric and logical class defaults of the transformers
 * configuration classes that the importer reads. Input (argv[2]): a JSON object, configuration class → {fields, attribute_map},
 * extracted from the transformers wheel. Output: standard output.
 *
 * Usage: npx tsx tools/hf-defaults.ts <defaults.json> > packages/core/src/importers/hf/defaults.ts
 */
import { readFileSync } from 'node:fs'
import { CONTEXT_KEYS, KEYS, SIGNIFICANT_KEYS } from '../packages/core/src/importers/hf/keys.ts'

/** Model type → configuration class; sub-configurations are written `type.key`. */
const CLASSES = {
  llama: 'LlamaConfig',
  granite: 'GraniteConfig',
  mistral: 'MistralConfig',
  ministral3: 'Ministral3Config',
  mixtral: 'MixtralConfig',
  qwen2: 'Qwen2Config',
  qwen2_moe: 'Qwen2MoeConfig',
  qwen3: 'Qwen3Config',
  qwen3_moe: 'Qwen3MoeConfig',
  qwen3_next: 'Qwen3NextConfig',
  qwen3_vl_text: 'Qwen3VLTextConfig',
  qwen3_vl_moe_text: 'Qwen3VLMoeTextConfig',
  qwen3_5_text: 'Qwen3_5TextConfig',
  qwen3_5_moe_text: 'Qwen3_5MoeTextConfig',
  gemma: 'GemmaConfig',
  gemma2: 'Gemma2Config',
  gemma3_text: 'Gemma3TextConfig',
  gemma4_text: 'Gemma4TextConfig',
  gpt2: 'GPT2Config',
  gpt_bigcode: 'GPTBigCodeConfig',
  gpt_neo: 'GPTNeoConfig',
  gpt_neox: 'GPTNeoXConfig',
  gptj: 'GPTJConfig',
  codegen: 'CodeGenConfig',
  opt: 'OPTConfig',
  bloom: 'BloomConfig',
  falcon: 'FalconConfig',
  mpt: 'MptConfig',
  olmo: 'OlmoConfig',
  olmo2: 'Olmo2Config',
  olmo3: 'Olmo3Config',
  phi: 'PhiConfig',
  phi3: 'Phi3Config',
  phimoe: 'PhimoeConfig',
  stablelm: 'StableLmConfig',
  starcoder2: 'Starcoder2Config',
  cohere: 'CohereConfig',
  cohere2: 'Cohere2Config',
  deepseek_v2: 'DeepseekV2Config',
  deepseek_v3: 'DeepseekV3Config',
  deepseek_v32: 'DeepseekV32Config',
  glm: 'GlmConfig',
  glm4: 'Glm4Config',
  glm4_moe: 'Glm4MoeConfig',
  glm_moe_dsa: 'GlmMoeDsaConfig',
  gpt_oss: 'GptOssConfig',
  granitemoe: 'GraniteMoeConfig',
  llama4_text: 'Llama4TextConfig',
  minimax_m2: 'MiniMaxM2Config',
  dbrx: 'DbrxConfig',
  'dbrx.attn_config': 'DbrxAttentionConfig',
  'dbrx.ffn_config': 'DbrxFFNConfig',
  'mpt.attn_config': 'MptAttentionConfig',
  ernie4_5: 'Ernie4_5Config',
  ernie4_5_moe: 'Ernie4_5_MoeConfig',
  seed_oss: 'SeedOssConfig',
  smollm3: 'SmolLM3Config',
  mamba: 'MambaConfig',
  mamba2: 'Mamba2Config',
  falcon_mamba: 'FalconMambaConfig',
  zamba2: 'Zamba2Config',
  jamba: 'JambaConfig',
  nemotron_h: 'NemotronHConfig',
  kimi_linear: 'KimiLinearConfig',
  deepseek_v4: 'DeepseekV4Config',
  minimax_m3_vl_text: 'MiniMaxM3VLTextConfig',
  step3p5: 'Step3p7TextConfig',
  bert: 'BertConfig',
  t5: 'T5Config',
  whisper: 'WhisperConfig',
  clip_vision_model: 'CLIPVisionConfig',
  dinov2: 'Dinov2Config',
  siglip_vision_model: 'SiglipVisionConfig',
  pixtral: 'PixtralVisionConfig',
  qwen3_vl_vision: 'Qwen3VLVisionConfig',
  qwen3_5_vision: 'Qwen3_5VisionConfig',
  gemma4_vision: 'Gemma4VisionConfig',
  llama4_vision_model: 'Llama4VisionConfig',
  minimax_m3_vl_vision: 'MiniMaxM3VLVisionConfig',
  step3p5_vision: 'Step3p7VisionConfig',
  qwen2_vl_text: 'Qwen2VLTextConfig',
  qwen2_vl_vision: 'Qwen2VLVisionConfig',
  qwen2_5_vl_text: 'Qwen2_5_VLTextConfig',
  qwen2_5_vl_vision: 'Qwen2_5_VLVisionConfig',
  mllama_text_model: 'MllamaTextConfig',
  mllama_vision_model: 'MllamaVisionConfig',
  internvl_vision: 'InternVLVisionConfig',
  glm4v_text: 'Glm4vTextConfig',
  glm4v_moe_text: 'Glm4vMoeTextConfig',
  glm4v_vision: 'Glm4vVisionConfig',
  gemma3n_text: 'Gemma3nTextConfig',
  qwen2_audio_encoder: 'Qwen2AudioEncoderConfig',
  voxtral_encoder: 'VoxtralEncoderConfig',
  longcat_flash: 'LongcatFlashConfig',
  glm4_moe_lite: 'Glm4MoeLiteConfig',
  mistral4: 'Mistral4Config',
  olmoe: 'OlmoeConfig',
  nemotron: 'NemotronConfig',
  arcee: 'ArceeConfig',
  exaone4: 'Exaone4Config',
  hunyuan_v1_dense: 'HunYuanDenseV1Config',
  granitemoehybrid: 'GraniteMoeHybridConfig',
} as const satisfies Record<string, string>

/** Keys the importers read beside the synonyms and the significant ones. */
const FURTHER_KEYS = [
  '_remove_final_layer_norm',
  'activation',
  'attention_bias',
  'attention_chunk_size',
  'attention_out_bias',
  'bias',
  'do_layer_norm_before',
  'enable_bias',
  'enable_moe_block',
  'expansion_ratio',
  'ffn_hidden_size',
  'index_head_dim',
  'index_n_heads',
  'intermediate_size_mlp',
  'kv_n_heads',
  'layer_norm_elementwise_affine',
  'learned_pos_emb',
  'linear_conv_kernel_dim',
  'linear_key_head_dim',
  'linear_num_value_heads',
  'linear_value_head_dim',
  'lm_head_bias',
  'max_window_layers',
  'mlp_bias',
  'moe_layer_end_index',
  'moe_layer_interval',
  'moe_layer_start_index',
  'moe_num_shared_experts',
  'moe_top_k',
  'new_decoder_architecture',
  'no_bias',
  'no_rope_layer_interval',
  'num_ln_in_parallel_attn',
  'parallel_attn',
  'qk_nope_head_dim',
  'qk_rope_head_dim',
  'rotary_dim',
  'tie_word_embeddings',
  'top_k_experts',
  'topk_method',
  'use_bias',
  'use_double_wide_mlp',
  'use_parallel_residual',
  'use_qkv_bias',
  'use_sliding_window',
  'vocab_size_per_layer_input',
  'window_size',
  'qk_ln',
  'alibi',
  // State spaces.
  'conv_kernel',
  'expand',
  'mamba_conv_bias',
  'mamba_d_conv',
  'mamba_expand',
  'mamba_head_dim',
  'mamba_ngroups',
  'mamba_n_groups',
  'mamba_n_heads',
  'mamba_num_heads',
  'mamba_proj_bias',
  'n_groups',
  'n_mamba_heads',
  'state_size',
  'use_conv_bias',
  'attn_layer_offset',
  'attn_layer_period',
  'expert_layer_offset',
  'expert_layer_period',
  'moe_shared_expert_intermediate_size',
  'num_mem_blocks',
  'adapter_rank',
  'use_shared_attention_adapter',
  'use_mem_rope',
  'mamba_ssm_cache_dtype',
  'altup_num_inputs',
  'laurel_rank',
  // Encoders and encoder-decoders.
  'd_kv',
  'd_ff',
  'feed_forward_proj',
  'relative_attention_num_buckets',
  'type_vocab_size',
  'num_mel_bins',
  'encoder_layers',
  'decoder_layers',
  'encoder_attention_heads',
  'decoder_attention_heads',
  'encoder_ffn_dim',
  'decoder_ffn_dim',
  'max_source_positions',
  'max_target_positions',
  // Vision towers.
  'embed_dim',
  'attention_heads',
  'num_global_layers',
  'max_num_tiles',
  'depth',
  'image_size',
  'patch_size',
  'num_channels',
  'in_channels',
  'spatial_merge_size',
  'temporal_patch_size',
  'out_hidden_size',
  'num_position_embeddings',
  'pooling_kernel_size',
  'position_embedding_size',
  'mlp_ratio',
  'vision_output_dim',
  'projector_input_dim',
  'projector_output_dim',
  'pixel_shuffle_ratio',
  'use_swiglu_ffn',
  // DeepSeek-V4, MiniMax-M3, Step 3.7.
  'o_lora_rank',
  'o_groups',
  'dense_intermediate_size',
  'index_block_size',
  'index_topk_blocks',
  'share_expert_dim',
]

interface ConfigClass {
  readonly fields: { readonly [name: string]: unknown }
}

/** A number, a truth value, a text, or a product of numbers written as an expression. */
function scalar(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return undefined
  const product = /^<expr> (\d+) \* (\d+)$/.exec(value)
  if (product) return String(Number(product[1]) * Number(product[2]))
  return value.startsWith('<') ? undefined : `'${value}'`
}

const classes: { readonly [name: string]: ConfigClass } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const wanted = new Set<string>([...Object.values(KEYS).flat(), ...CONTEXT_KEYS, ...SIGNIFICANT_KEYS, ...FURTHER_KEYS])
const rows: string[] = []
for (const [type, name] of Object.entries(CLASSES)) {
  const one = classes[name]
  if (!one) {
    console.error(`no class ${name}`)
    continue
  }
  const fields = Object.entries(one.fields)
    .filter(([key]) => wanted.has(key))
    .flatMap(([key, value]) => {
      const text = scalar(value)
      return text === undefined ? [] : [`    ${key}: ${text},`]
    })
  const key = /^\w+$/.test(type) ? type : `'${type}'`
  rows.push(`  ${key}: {`, ...fields, '  },')
}
process.stdout.write(`/**
 * What an absent key means: the defaults of the transformers configuration classes, which published files omit when a value
 * equals its default. Only keys that the importer reads; a default of null is left out. Source:
 * huggingface/transformers 5.18.0, configuration classes. Written by tools/hf-defaults.ts.
 */
import type { ClassDefaults } from './reader.ts'

export const CLASS_DEFAULTS_SOURCE = 'huggingface/transformers 5.18.0, configuration classes'

export const CLASS_DEFAULTS: { readonly [modelType: string]: ClassDefaults } = {
${rows.join('\n')}
}

export function classDefaults(modelType: string): ClassDefaults {
  return Object.hasOwn(CLASS_DEFAULTS, modelType) ? (CLASS_DEFAULTS[modelType] ?? {}) : {}
}
`)
