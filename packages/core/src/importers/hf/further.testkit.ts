/** Configurations of published models whose files are not at hand, second part: sizes from their files and model cards. */
const QWEN_VISION = { depth: 32, in_chans: 3, patch_size: 14, spatial_merge_size: 2, temporal_patch_size: 2 }

export const QWEN2_5_VL_7B = {
  architectures: ['Qwen2_5_VLForConditionalGeneration'],
  model_type: 'qwen2_5_vl',
  hidden_size: 3584,
  intermediate_size: 18944,
  num_hidden_layers: 28,
  num_attention_heads: 28,
  num_key_value_heads: 4,
  max_position_embeddings: 128000,
  max_window_layers: 28,
  sliding_window: 32768,
  use_sliding_window: false,
  vocab_size: 152064,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] },
  vision_config: {
    ...QWEN_VISION,
    hidden_act: 'silu',
    hidden_size: 1280,
    intermediate_size: 3420,
    num_heads: 16,
    out_hidden_size: 3584,
    window_size: 112,
    fullatt_block_indexes: [7, 15, 23, 31],
  },
}
export const QWEN2_5_VL_72B = {
  ...QWEN2_5_VL_7B,
  hidden_size: 8192,
  intermediate_size: 29568,
  num_hidden_layers: 80,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  max_window_layers: 80,
  vision_config: { ...QWEN2_5_VL_7B.vision_config, intermediate_size: 3456, out_hidden_size: 8192 },
}
export const QWEN2_VL_7B = {
  ...QWEN2_5_VL_7B,
  model_type: 'qwen2_vl',
  vision_config: {
    ...QWEN_VISION,
    embed_dim: 1280,
    hidden_size: 3584,
    mlp_ratio: 4,
    num_heads: 16,
    hidden_act: 'quick_gelu',
  },
}
export const MLLAMA_11B = {
  model_type: 'mllama',
  text_config: {
    model_type: 'mllama_text_model',
    hidden_size: 4096,
    intermediate_size: 14336,
    num_hidden_layers: 40,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    vocab_size: 128256,
    cross_attention_layers: [3, 8, 13, 18, 23, 28, 33, 38],
    rope_scaling: { rope_type: 'llama3', factor: 8, original_max_position_embeddings: 8192 },
    torch_dtype: 'bfloat16',
  },
  vision_config: {
    model_type: 'mllama_vision_model',
    hidden_size: 1280,
    image_size: 560,
    intermediate_layers_indices: [3, 7, 15, 23, 30],
    supported_aspect_ratios: [
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 4],
      [2, 1],
      [2, 2],
      [3, 1],
      [4, 1],
    ],
    vision_output_dim: 7680,
  },
}
export const MLLAMA_90B = {
  ...MLLAMA_11B,
  text_config: {
    ...MLLAMA_11B.text_config,
    hidden_size: 8192,
    intermediate_size: 28672,
    num_hidden_layers: 100,
    num_attention_heads: 64,
    cross_attention_layers: Array.from({ length: 20 }, (_, index) => 5 * index + 3),
  },
}
export const GEMMA3N_E4B = {
  model_type: 'gemma3n',
  text_config: {
    model_type: 'gemma3n_text',
    intermediate_size: Array.from({ length: 35 }, () => 16384),
    layer_types: Array.from({ length: 35 }, (_, i) => (i % 5 === 4 ? 'full_attention' : 'sliding_attention')),
  },
}
export const GEMMA3N_E2B = {
  model_type: 'gemma3n',
  text_config: {
    model_type: 'gemma3n_text',
    num_hidden_layers: 30,
    num_kv_shared_layers: 10,
    intermediate_size: Array.from({ length: 30 }, () => 8192),
    layer_types: Array.from({ length: 30 }, (_, i) => (i % 5 === 4 ? 'full_attention' : 'sliding_attention')),
  },
}
export const INTERNVL3_5_8B = {
  model_type: 'internvl_chat',
  architectures: ['InternVLChatModel'],
  downsample_ratio: 0.5,
  llm_config: {
    model_type: 'qwen3',
    architectures: ['Qwen3ForCausalLM'],
    hidden_size: 4096,
    intermediate_size: 12288,
    num_hidden_layers: 36,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    head_dim: 128,
    vocab_size: 151936,
    max_position_embeddings: 40960,
    tie_word_embeddings: false,
  },
  vision_config: {
    model_type: 'intern_vit_6b',
    hidden_size: 1024,
    image_size: 448,
    intermediate_size: 4096,
    num_attention_heads: 16,
    num_hidden_layers: 24,
    patch_size: 14,
    norm_type: 'layer_norm',
    qk_normalization: false,
    qkv_bias: true,
    hidden_act: 'gelu',
  },
}
export const QWEN2_AUDIO = {
  model_type: 'qwen2_audio',
  audio_config: { model_type: 'qwen2_audio_encoder' },
  text_config: {
    model_type: 'qwen2',
    hidden_size: 4096,
    intermediate_size: 11008,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    vocab_size: 156032,
  },
}
export const GLM_4_5V = {
  model_type: 'glm4v_moe',
  text_config: { model_type: 'glm4v_moe_text', vocab_size: 151552, head_dim: 128 },
  vision_config: { intermediate_size: 10944 },
}
export const LONGCAT = {
  model_type: 'longcat_flash',
  hidden_size: 6144,
  ffn_hidden_size: 12288,
  expert_ffn_hidden_size: 2048,
  num_layers: 28,
  num_attention_heads: 64,
  n_routed_experts: 512,
  zero_expert_num: 256,
  zero_expert_type: 'identity',
  moe_topk: 12,
  q_lora_rank: 1536,
  kv_lora_rank: 512,
  qk_rope_head_dim: 64,
  qk_nope_head_dim: 128,
  v_head_dim: 128,
  vocab_size: 131072,
  max_position_embeddings: 131072,
  torch_dtype: 'bfloat16',
}
export const MIMO_7B = {
  model_type: 'mimo',
  architectures: ['MiMoForCausalLM'],
  hidden_size: 4096,
  intermediate_size: 11008,
  num_hidden_layers: 36,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  num_nextn_predict_layers: 1,
  attention_bias: true,
  vocab_size: 151680,
  max_position_embeddings: 32768,
  use_sliding_window: false,
  tie_word_embeddings: false,
}
export const CODESTRAL_MAMBA = { model_type: 'mamba2', hidden_size: 4096, num_hidden_layers: 64, vocab_size: 32768 }
export const GROK_1 = {
  model_type: 'grok-1',
  hidden_size: 6144,
  intermediate_size: 32768,
  num_hidden_layers: 64,
  num_attention_heads: 48,
  num_key_value_heads: 8,
  num_experts: 8,
  num_experts_per_tok: 2,
  vocab_size: 131072,
  max_position_embeddings: 8192,
}
export const ARCTIC = {
  model_type: 'arctic',
  hidden_size: 7168,
  intermediate_size: 4864,
  num_hidden_layers: 35,
  num_attention_heads: 56,
  num_key_value_heads: 8,
  num_local_experts: 128,
  num_experts_per_tok: 2,
  moe_layer_frequency: 1,
  parallel_attn_mlp_res: true,
  vocab_size: 32000,
  max_position_embeddings: 4096,
}
export const OLMOE = { model_type: 'olmoe', intermediate_size: 1024 }
export const GLM_4_7_FLASH = { model_type: 'glm4_moe_lite' }
export const MISTRAL_SMALL_4 = { model_type: 'mistral4' }
export const SEED_OSS = {
  model_type: 'seed_oss',
  hidden_size: 5120,
  intermediate_size: 27648,
  num_hidden_layers: 64,
  num_attention_heads: 80,
  num_key_value_heads: 8,
  head_dim: 128,
  vocab_size: 155136,
  max_position_embeddings: 524288,
}
