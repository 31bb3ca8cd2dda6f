/**
 * The architectures of GGUF files (`general.architecture`) and what their tensors do not show: the activation, which
 * layers see a window, which have no rotary positions. Everything else (sizes, biases, gates, norms, experts, the head)
 * is read from the tensors. Source: ggml-org/llama.cpp `src/models/*.cpp` and `conversion/*.py`.
 *
 * Leaves out encoders (BERT, T5), RWKV, draft models, and decoders whose blocks the ModelSpec cannot say (Gemma 3n,
 * Falcon-H1, DeepSeek-V4, LFM2, …): they are refused by name. So is a file with a tensor that `roles.ts` does not know.
 */
import type { Activation } from '../../architecture/model.ts'

export interface Family {
  /** `model_type` as its publisher names it. */
  readonly modelType: string
  readonly activation: Activation
  readonly rope?: 'none'
  /**
   * Layers that see a window, when the file has no list: all but every `period`-th (0 = all). `window`: the default when
   * the file does not give one. `chunked`: tokens of their own chunk rather than the last ones.
   */
  readonly window?: { readonly period: number; readonly tokens?: number; readonly chunked?: true }
  /** Layers without rotary positions: those that see everything, or every fourth. */
  readonly noRope?: 'full' | 'fourth'
  /** Norms have no learned weight, so the file has none (OLMo 1). */
  readonly plainNorm?: true
  /** Another `model_type` shares the architecture: the one that has this tensor in its last layer. */
  readonly variant?: { readonly tensor: string; readonly modelType: string }
  /** `context_length` is a placeholder. */
  readonly noContext?: true
}

const family = (modelType: string, activation: Activation = 'silu', rest: Partial<Family> = {}): Family => ({
  modelType,
  activation,
  ...rest,
})

const FAMILIES: { readonly [architecture: string]: Family } = {
  llama: family('llama', 'silu', { variant: { tensor: 'ffn_gate_inp.weight', modelType: 'mixtral' } }),
  llama4: family('llama4', 'silu', { window: { period: 4, tokens: 8192, chunked: true }, noRope: 'fourth' }),
  mistral3: family('mistral3'),
  arcee: family('arcee', 'relu2'),
  baichuan: family('baichuan'),
  bailingmoe: family('bailing_moe'),
  bailingmoe2: family('bailing_moe_v2'),
  bloom: family('bloom', 'gelu', { rope: 'none' }),
  chatglm: family('chatglm'),
  codeshell: family('codeshell', 'gelu'),
  'command-r': family('cohere'),
  cohere2: family('cohere2', 'silu', { window: { period: 4 }, noRope: 'full' }),
  deepseek: family('deepseek'),
  deepseek2: family('deepseek_v2', 'silu', { variant: { tensor: 'exp_probs_b.bias', modelType: 'deepseek_v3' } }),
  deepseek32: family('deepseek_v32'),
  dots1: family('dots1'),
  ernie4_5: family('ernie4_5'),
  'ernie4_5-moe': family('ernie4_5_moe'),
  exaone: family('exaone'),
  exaone4: family('exaone4', 'silu', { window: { period: 4 }, noRope: 'full' }),
  falcon: family('falcon', 'gelu'),
  gemma: family('gemma', 'gelu'),
  gemma2: family('gemma2', 'gelu', { window: { period: 2, tokens: 4096 } }),
  gemma3: family('gemma3_text', 'gelu', { window: { period: 6 } }),
  gemma4: family('gemma4_text', 'gelu'),
  'glm-dsa': family('glm_moe_dsa'),
  glm4: family('glm4'),
  glm4moe: family('glm4_moe'),
  'gpt-oss': family('gpt_oss', 'silu', { window: { period: 2 } }),
  gpt2: family('gpt2', 'gelu', { rope: 'none' }),
  gptneox: family('gpt_neox', 'gelu'),
  granite: family('granite'),
  granitehybrid: family('granitemoehybrid'),
  granitemoe: family('granitemoe'),
  'hunyuan-dense': family('hunyuan_v1_dense'),
  'hunyuan-moe': family('hunyuan_v1_moe'),
  internlm2: family('internlm2'),
  jamba: family('jamba', 'silu', { rope: 'none' }),
  mamba: family('mamba', 'silu', { rope: 'none', noContext: true }),
  mamba2: family('mamba2', 'silu', { rope: 'none', noContext: true }),
  mimo2: family('mimo_v2_flash'),
  minicpm: family('minicpm'),
  'minimax-m2': family('minimax_m2'),
  mpt: family('mpt', 'gelu', { rope: 'none' }),
  nemotron: family('nemotron', 'relu2'),
  nemotron_h: family('nemotron_h', 'relu2', { rope: 'none' }),
  nemotron_h_moe: family('nemotron_h', 'relu2', { rope: 'none' }),
  olmo: family('olmo', 'silu', { plainNorm: true }),
  olmo2: family('olmo2', 'silu', { window: { period: 4 } }),
  olmoe: family('olmoe'),
  orion: family('orion'),
  phi2: family('phi', 'gelu'),
  phi3: family('phi3', 'silu', { window: { period: 0 } }),
  phimoe: family('phimoe', 'silu', { window: { period: 0 } }),
  qwen2: family('qwen2'),
  qwen2moe: family('qwen2_moe'),
  qwen2vl: family('qwen2_vl'),
  qwen3: family('qwen3'),
  qwen35: family('qwen3_5_text'),
  qwen35moe: family('qwen3_5_moe_text'),
  qwen3moe: family('qwen3_moe'),
  qwen3next: family('qwen3_next'),
  qwen3vl: family('qwen3_vl_text'),
  qwen3vlmoe: family('qwen3_vl_moe_text'),
  refact: family('refact', 'silu', { rope: 'none' }),
  seed_oss: family('seed_oss'),
  smollm3: family('smollm3', 'silu', { noRope: 'fourth' }),
  stablelm: family('stablelm'),
  starcoder: family('gpt_bigcode', 'gelu', { rope: 'none' }),
  starcoder2: family('starcoder2', 'gelu', { window: { period: 0 } }),
  xverse: family('xverse'),
}

export const ARCHITECTURES: readonly string[] = Object.keys(FAMILIES)

export function familyOf(architecture: string): Family | undefined {
  return Object.hasOwn(FAMILIES, architecture) ? FAMILIES[architecture] : undefined
}
