/** Configurations of published models whose files are not at hand: sizes from their model cards and papers. */
export const KIMI_LINEAR = {
  model_type: 'kimi_linear',
  num_experts: 256,
  num_experts_per_token: 8,
  num_shared_experts: 1,
  linear_attn_config: {
    num_heads: 32,
    head_dim: 128,
    short_conv_kernel_size: 4,
    full_attn_layers: [4, 8, 12, 16, 20, 24, 27],
    kda_layers: [1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 23, 25, 26],
  },
}
export const ZAMBA2 = {
  model_type: 'zamba2',
  hidden_size: 3584,
  num_hidden_layers: 81,
  hybrid_layer_ids: [6, 11, 17, 23, 29, 35, 41, 47, 53, 59, 65, 71, 77],
  num_mem_blocks: 2,
  mamba_ngroups: 2,
  n_mamba_heads: 112,
  adapter_rank: 128,
  intermediate_size: 14336,
  use_mem_rope: true,
}
export const WHISPER_LARGE_V3 = {
  model_type: 'whisper',
  d_model: 1280,
  encoder_layers: 32,
  decoder_layers: 32,
  encoder_attention_heads: 20,
  decoder_attention_heads: 20,
  encoder_ffn_dim: 5120,
  decoder_ffn_dim: 5120,
  num_mel_bins: 128,
  vocab_size: 51866,
}
export const DIT = { model_type: 'dit', input_size: 32, hidden_size: 1152, depth: 28, num_heads: 16, patch_size: 2 }
export const MINIMAX_01 = {
  model_type: 'minimax_text_01',
  hidden_size: 6144,
  num_hidden_layers: 80,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  head_dim: 128,
  rotary_dim: 64,
  intermediate_size: 9216,
  num_local_experts: 32,
  num_experts_per_tok: 2,
  shared_intermediate_size: 0,
  vocab_size: 200064,
  attn_type_list: Array.from({ length: 80 }, (_, index) => (index % 8 === 7 ? 1 : 0)),
}
export const GEMMA3_4B = {
  model_type: 'gemma3',
  mm_tokens_per_image: 256,
  text_config: {
    model_type: 'gemma3_text',
    hidden_size: 2560,
    intermediate_size: 10240,
    num_hidden_layers: 34,
    sliding_window: 1024,
    vocab_size: 262208,
  },
  vision_config: {
    model_type: 'siglip_vision_model',
    hidden_size: 1152,
    image_size: 896,
    intermediate_size: 4304,
    num_attention_heads: 16,
    num_hidden_layers: 27,
    patch_size: 14,
  },
}
export const MAMBA = { model_type: 'mamba', hidden_size: 768, num_hidden_layers: 24, time_step_rank: 48 }
export const MAMBA_2_8B = { model_type: 'mamba', hidden_size: 2560, num_hidden_layers: 64, time_step_rank: 'auto' }
export const FALCON_MAMBA = {
  model_type: 'falcon_mamba',
  hidden_size: 4096,
  num_hidden_layers: 64,
  vocab_size: 65024,
  tie_word_embeddings: false,
}
