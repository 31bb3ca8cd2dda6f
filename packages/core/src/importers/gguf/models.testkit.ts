/**
 * Published models as the GGUF files that llama.cpp's converter makes of them: metadata and tensor lists only. Totals are
 * those of the published configurations; tensor layouts follow ggml-org/llama.cpp `src/models/*.cpp`.
 */
import { type Meta, type TensorSpec, tensors } from './gguf.testkit.ts'

export interface ModelFile {
  readonly meta: Meta
  readonly tensors: readonly TensorSpec[]
  /** Total of the published configuration, without heads that predict further tokens. */
  readonly parameters: number
}

function file(
  architecture: string,
  meta: Meta,
  global: string,
  blocks: number,
  block: (index: number) => string,
  parameters: number,
): ModelFile {
  const own = Object.entries(meta).map(([key, value]) => [`${architecture}.${key}`, value] as const)
  const list = tensors('', global)
  for (let i = 0; i < blocks; i++) list.push(...tensors(`blk.${i}.`, block(i)))
  return {
    meta: {
      'general.architecture': architecture,
      'general.name': architecture,
      [`${architecture}.block_count`]: blocks,
      ...Object.fromEntries(own),
    },
    tensors: list,
    parameters,
  }
}

const RMS = { 'attention.layer_norm_rms_epsilon': 0.000001 }
const LAYER = { 'attention.layer_norm_epsilon': 0.00001 }

/** The three attention matrices and the output, [hidden → heads × size]. */
const qkvo = (h: number, q: number, k: number, type = 'F16', v = k, o = q) =>
  `attn_q ${h}x${q} ${type}, attn_k ${h}x${k} ${type}, attn_v ${h}x${v} ${type}, attn_output ${o}x${h} ${type}`

const gated = (h: number, f: number, type = 'F16') =>
  `ffn_gate ${h}x${f} ${type}, ffn_up ${h}x${f} ${type}, ffn_down ${f}x${h} ${type}`

const experts = (h: number, f: number, n: number, type = 'F16') =>
  `ffn_gate_inp ${h}x${n}, ffn_gate_exps ${h}x${f}x${n} ${type}, ffn_up_exps ${h}x${f}x${n} ${type}, ffn_down_exps ${f}x${h}x${n} ${type}`

const shared = (h: number, f: number, type = 'F16') =>
  `ffn_gate_shexp ${h}x${f} ${type}, ffn_up_shexp ${h}x${f} ${type}, ffn_down_shexp ${f}x${h} ${type}`

export const MODELS = {
  'gpt-2': file(
    'gpt2',
    { context_length: 1024, embedding_length: 768, 'attention.head_count': 12, ...LAYER },
    'token_embd 768x50257 F16, position_embd 768x1024, output_norm 768, output_norm.bias 768',
    12,
    () => `attn_norm 768, attn_norm.bias 768, ffn_norm 768, ffn_norm.bias 768,
      attn_qkv 768x2304 F16, attn_qkv.bias 2304, attn_output 768x768 F16, attn_output.bias 768,
      ffn_up 768x3072 F16, ffn_up.bias 3072, ffn_down 3072x768 F16, ffn_down.bias 768`,
    124_439_808,
  ),
  'falcon-7b': file(
    'falcon',
    {
      context_length: 2048,
      embedding_length: 4544,
      'attention.head_count': 71,
      'attention.head_count_kv': 1,
      ...LAYER,
    },
    'token_embd 4544x65024 F16, output_norm 4544, output_norm.bias 4544',
    32,
    () => `attn_norm 4544, attn_norm.bias 4544, attn_qkv 4544x4672 F16, attn_output 4544x4544 F16,
      ffn_up 4544x18176 F16, ffn_down 18176x4544 F16`,
    6_921_720_704,
  ),
  'phi-2': file(
    'phi2',
    { context_length: 2048, embedding_length: 2560, 'attention.head_count': 32, 'rope.dimension_count': 32, ...LAYER },
    'token_embd 2560x51200 F16, output_norm 2560, output_norm.bias 2560, output 2560x51200 F16, output.bias 51200',
    32,
    () => `attn_norm 2560, attn_norm.bias 2560, attn_qkv 2560x7680 F16, attn_qkv.bias 7680,
      attn_output 2560x2560 F16, attn_output.bias 2560,
      ffn_up 2560x10240 F16, ffn_up.bias 10240, ffn_down 10240x2560 F16, ffn_down.bias 2560`,
    2_779_683_840,
  ),
  'pythia-160m': file(
    'gptneox',
    {
      context_length: 2048,
      embedding_length: 768,
      'attention.head_count': 12,
      'rope.dimension_count': 16,
      use_parallel_residual: true,
      ...LAYER,
    },
    'token_embd 768x50304 F16, output_norm 768, output_norm.bias 768, output 768x50304 F16',
    12,
    () => `attn_norm 768, attn_norm.bias 768, ffn_norm 768, ffn_norm.bias 768,
      attn_qkv 768x2304 F16, attn_qkv.bias 2304, attn_output 768x768 F16, attn_output.bias 768,
      ffn_up 768x3072 F16, ffn_up.bias 3072, ffn_down 3072x768 F16, ffn_down.bias 768`,
    162_322_944,
  ),
  'phi-3-mini': file(
    'phi3',
    {
      context_length: 4096,
      embedding_length: 3072,
      'attention.head_count': 32,
      'attention.head_count_kv': 32,
      'attention.sliding_window': 2047,
      'rope.dimension_count': 96,
      ...RMS,
    },
    'token_embd 3072x32064 F16, output_norm 3072, output 3072x32064 F16, rope_factors_long 48, rope_factors_short 48',
    32,
    () => `attn_norm 3072, ffn_norm 3072, attn_qkv 3072x9216 F16, attn_output 3072x3072 F16,
      ffn_up 3072x16384 F16, ffn_down 8192x3072 F16`,
    3_821_079_552,
  ),
  'gemma-2-2b': file(
    'gemma2',
    {
      context_length: 8192,
      embedding_length: 2304,
      'attention.head_count': 8,
      'attention.head_count_kv': 4,
      'attention.key_length': 256,
      'attention.value_length': 256,
      ...RMS,
    },
    'token_embd 2304x256000 Q6_K, output_norm 2304',
    26,
    () => `attn_norm 2304, post_attention_norm 2304, ffn_norm 2304, post_ffw_norm 2304,
      ${qkvo(2304, 2048, 1024)}, ${gated(2304, 9216)}`,
    2_614_341_888,
  ),
  'olmo-2-7b': file(
    'olmo2',
    { context_length: 4096, embedding_length: 4096, 'attention.head_count': 32, 'attention.head_count_kv': 32, ...RMS },
    'token_embd 4096x100352 F16, output_norm 4096, output 4096x100352 F16',
    32,
    () => `post_attention_norm 4096, post_ffw_norm 4096, attn_q_norm 4096, attn_k_norm 4096,
      ${qkvo(4096, 4096, 4096)}, ${gated(4096, 11008)}`,
    7_298_617_344,
  ),
  'qwen3-30b-a3b': file(
    'qwen3moe',
    {
      context_length: 40960,
      embedding_length: 2048,
      'attention.head_count': 32,
      'attention.head_count_kv': 4,
      'attention.key_length': 128,
      'attention.value_length': 128,
      expert_count: 128,
      expert_used_count: 8,
      ...RMS,
    },
    'token_embd 2048x151936 Q4_K, output_norm 2048, output 2048x151936 Q6_K',
    48,
    () => `attn_norm 2048, ffn_norm 2048, attn_q_norm 128, attn_k_norm 128,
      ${qkvo(2048, 4096, 512, 'Q4_K')}, ${experts(2048, 768, 128, 'Q4_K')}`,
    30_532_122_624,
  ),
  'gpt-oss-20b': file(
    'gpt-oss',
    {
      context_length: 131072,
      embedding_length: 2880,
      'attention.head_count': 64,
      'attention.head_count_kv': 8,
      'attention.key_length': 64,
      'attention.value_length': 64,
      'attention.sliding_window': 128,
      'rope.scaling.type': 'yarn',
      'rope.scaling.factor': 32,
      'rope.scaling.original_context_length': 4096,
      expert_count: 32,
      expert_used_count: 4,
      ...RMS,
    },
    'token_embd 2880x201088 BF16, output_norm 2880, output 2880x201088 BF16',
    24,
    () => `attn_norm 2880, post_attention_norm 2880, attn_sinks 64,
      ${qkvo(2880, 4096, 512, 'BF16')}, attn_q.bias 4096, attn_k.bias 512, attn_v.bias 512, attn_output.bias 2880,
      ${experts(2880, 2880, 32, 'MXFP4')}, ffn_gate_inp.bias 32,
      ffn_gate_exps.bias 2880x32, ffn_up_exps.bias 2880x32, ffn_down_exps.bias 2880x32`,
    20_914_757_184,
  ),
  'deepseek-v3': file(
    'deepseek2',
    {
      context_length: 163840,
      embedding_length: 7168,
      'attention.head_count': 128,
      'attention.head_count_kv': 1,
      'attention.key_length': 576,
      'attention.value_length': 512,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128,
      'attention.q_lora_rank': 1536,
      'attention.kv_lora_rank': 512,
      'rope.dimension_count': 64,
      'rope.scaling.type': 'yarn',
      'rope.scaling.factor': 40,
      'rope.scaling.original_context_length': 4096,
      leading_dense_block_count: 3,
      expert_count: 256,
      expert_used_count: 8,
      ...RMS,
    },
    'token_embd 7168x129280 Q4_K, output_norm 7168, output 7168x129280 Q6_K',
    61,
    (i) => `attn_norm 7168, ffn_norm 7168, attn_q_a 7168x1536 Q4_K, attn_q_a_norm 1536, attn_q_b 1536x24576 Q4_K,
      attn_kv_a_mqa 7168x576 Q8_0, attn_kv_a_norm 512, attn_k_b 128x512x128 Q8_0, attn_v_b 512x128x128 Q8_0,
      attn_output 16384x7168 Q4_K,
      ${i < 3 ? gated(7168, 18432, 'Q4_K') : `${experts(7168, 2048, 256, 'Q2_K')}, exp_probs_b.bias 256, ${shared(7168, 2048, 'Q4_K')}`}`,
    671_026_419_200,
  ),
  'mamba-130m': file(
    'mamba',
    {
      context_length: 1048576,
      embedding_length: 768,
      'attention.head_count': 0,
      'ssm.conv_kernel': 4,
      'ssm.inner_size': 1536,
      'ssm.state_size': 16,
      'ssm.time_step_rank': 48,
      ...RMS,
    },
    'token_embd 768x50280 F16, output_norm 768',
    24,
    () => `attn_norm 768, ssm_in 768x3072 F16, ssm_conv1d 4x1536, ssm_conv1d.bias 1536, ssm_x 1536x80 F16,
      ssm_dt 48x1536 F16, ssm_dt.bias 1536, ssm_a 16x1536, ssm_d 1536, ssm_out 1536x768 F16`,
    129_135_360,
  ),
  'qwen3-next-80b': file(
    'qwen3next',
    {
      context_length: 262144,
      embedding_length: 2048,
      'attention.head_count': 16,
      'attention.head_count_kv': 2,
      'attention.key_length': 256,
      'attention.value_length': 256,
      'rope.dimension_count': 64,
      'ssm.conv_kernel': 4,
      'ssm.inner_size': 4096,
      'ssm.state_size': 128,
      'ssm.time_step_rank': 32,
      'ssm.group_count': 16,
      expert_count: 512,
      expert_used_count: 10,
      ...RMS,
    },
    'token_embd 2048x151936 BF16, output_norm 2048, output 2048x151936 BF16',
    48,
    (i) => `attn_norm 2048, post_attention_norm 2048,
      ${
        i % 4 === 3
          ? `${qkvo(2048, 8192, 512, 'BF16', 512, 4096)}, attn_q_norm 256, attn_k_norm 256`
          : `attn_qkv 2048x8192 BF16, attn_gate 2048x4096 BF16, ssm_conv1d 4x8192, ssm_dt.bias 32, ssm_a 32,
             ssm_ba 2048x64 BF16, ssm_norm 128, ssm_out 4096x2048 BF16`
      },
      ${experts(2048, 512, 512, 'BF16')}, ${shared(2048, 512, 'BF16')}, ffn_gate_inp_shexp 2048`,
    79_674_391_296,
  ),
  'llama-4-scout': file(
    'llama4',
    {
      context_length: 10485760,
      embedding_length: 5120,
      'attention.head_count': 40,
      'attention.head_count_kv': 8,
      interleave_moe_layer_step: 1,
      expert_count: 16,
      expert_used_count: 1,
      ...RMS,
    },
    'token_embd 5120x202048 Q4_K, output_norm 5120, output 5120x202048 Q6_K, rope_freqs 64',
    48,
    () => `attn_norm 5120, ffn_norm 5120, ${qkvo(5120, 5120, 1024, 'Q4_K')}, ${experts(5120, 8192, 16, 'Q4_K')},
      ${shared(5120, 8192, 'Q4_K')}`,
    107_769_861_120,
  ),
  'glm-4.5': file(
    'glm4moe',
    {
      context_length: 131072,
      embedding_length: 5120,
      nextn_predict_layers: 1,
      'attention.head_count': 96,
      'attention.head_count_kv': 8,
      'attention.key_length': 128,
      'attention.value_length': 128,
      'rope.dimension_count': 64,
      expert_count: 160,
      expert_used_count: 8,
      ...RMS,
    },
    'token_embd 5120x151552 Q4_K, output_norm 5120, output 5120x151552 Q6_K',
    93,
    (i) => `attn_norm 5120, post_attention_norm 5120, attn_q_norm 128, attn_k_norm 128,
      ${qkvo(5120, 12288, 1024, 'Q4_K')}, attn_q.bias 12288, attn_k.bias 1024, attn_v.bias 1024,
      ${i < 3 ? gated(5120, 12288, 'Q4_K') : `${experts(5120, 1536, 160, 'Q4_K')}, exp_probs_b.bias 160, ${shared(5120, 1536, 'Q4_K')}`}
      ${i === 92 ? ', nextn.eh_proj 10240x5120 Q8_0, nextn.enorm 5120, nextn.hnorm 5120, nextn.shared_head_norm 5120' : ''}`,
    352_797_829_024,
  ),
  'mamba2-130m': file(
    'mamba2',
    {
      context_length: 1048576,
      embedding_length: 768,
      'ssm.conv_kernel': 4,
      'ssm.inner_size': 1536,
      'ssm.state_size': 128,
      'ssm.time_step_rank': 24,
      'ssm.group_count': 1,
      ...RMS,
    },
    'token_embd 768x50288 F16, output_norm 768',
    24,
    () => `attn_norm 768, ssm_in 768x3352 F16, ssm_conv1d 4x1792, ssm_conv1d.bias 1792, ssm_dt.bias 24,
      ssm_a 1x24, ssm_d 1x24, ssm_norm 1536x1, ssm_out 1536x768 F16`,
    128_989_632,
  ),
} as const satisfies Record<string, ModelFile>
