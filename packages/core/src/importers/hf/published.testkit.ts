/**
 * Which models are compared with their published parameter counts: those of the corpus, those that share every size with
 * one of them, and configurations of models without a file. The counts themselves are the catalogue's, each with its
 * source, or the label that the vLLM recipes give the model (`report.testkit.ts`).
 */
import * as further from './further.testkit.ts'
import * as unusual from './unusual.testkit.ts'

/** Model → its file in the corpus, or its configuration; models that share every size with a listed one. */
export const SAME_SIZES: { readonly [model: string]: string } = {
  'MiniMaxAI/MiniMax-M2': 'MiniMaxAI__MiniMax-M2.5',
  'MiniMaxAI/MiniMax-M2.1': 'MiniMaxAI__MiniMax-M2.5',
  'Qwen/Qwen3-235B-A22B-Instruct-2507': 'Qwen__Qwen3-235B-A22B',
  'Qwen/Qwen3.5-122B-A10B': 'nvidia__Qwen3.5-122B-A10B-NVFP4',
  'Qwen/Qwen3.6-27B': 'nvidia__Qwen3.6-27B-NVFP4',
  'Qwen/Qwen3.6-35B-A3B': 'nvidia__Qwen3.6-35B-A3B-NVFP4',
  'deepseek-ai/DeepSeek-V3.1': 'nvidia__DeepSeek-V3.1-NVFP4',
  'deepseek-ai/DeepSeek-V3.2-Exp': 'deepseek-ai__DeepSeek-V3.2',
  'google/gemma-4-26B-A4B-it': 'nvidia__Gemma-4-26B-A4B-NVFP4',
  'meta-llama/Llama-3.1-8B-Instruct': 'meta-llama__Llama-3.1-8B',
  'meta-llama/Llama-3.3-70B-Instruct': 'meta-llama__Llama-3.1-70B',
  'moonshotai/Kimi-K2-Thinking': 'moonshotai__Kimi-K2-Instruct',
  'moonshotai/Kimi-K2.6': 'nvidia__Kimi-K2.6-NVFP4',
  'moonshotai/Kimi-K2.7-Code': 'nvidia__Kimi-K2.7-Code-NVFP4',
  'nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16': 'nvidia__NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4',
  'nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-BF16': 'nvidia__NVIDIA-Nemotron-3.5-Lightning-30B-A3B-NVFP4',
  'zai-org/GLM-4.6': 'zai-org__GLM-4.5',
  'zai-org/GLM-4.7': 'zai-org__GLM-4.5',
}

/** Quantised versions of a listed model: the same count. */
export const VARIANT = /-(?:NVFP4|FP8|FP8-Static-PerTensor|BF16)$/

/** Models without a file in the corpus. */
export const CONFIGURED: { readonly [model: string]: object } = {
  'Qwen/Qwen2-VL-7B-Instruct': further.QWEN2_VL_7B,
  'Qwen/Qwen2.5-VL-7B-Instruct': further.QWEN2_5_VL_7B,
  'Qwen/Qwen2.5-VL-72B-Instruct': further.QWEN2_5_VL_72B,
  'Qwen/Qwen2-Audio-7B': further.QWEN2_AUDIO,
  'OpenGVLab/InternVL3_5-8B': further.INTERNVL3_5_8B,
  'meta-llama/Llama-3.2-11B-Vision': further.MLLAMA_11B,
  'meta-llama/Llama-3.2-90B-Vision': further.MLLAMA_90B,
  'google/gemma-3n-E2B (text)': further.GEMMA3N_E2B,
  'google/gemma-3n-E4B (text)': further.GEMMA3N_E4B,
  'google/gemma-3-4b-it': unusual.GEMMA3_4B,
  'zai-org/GLM-4.5V': further.GLM_4_5V,
  'zai-org/GLM-4.7-Flash': further.GLM_4_7_FLASH,
  'mistralai/Mistral-Small-4-119B-2603': further.MISTRAL_SMALL_4,
  'meituan-longcat/LongCat-Flash-Chat': further.LONGCAT,
  'XiaomiMiMo/MiMo-7B-RL': further.MIMO_7B,
  'hpcai-tech/grok-1': further.GROK_1,
  'Snowflake/snowflake-arctic-instruct': further.ARCTIC,
  'allenai/OLMoE-1B-7B-0924': further.OLMOE,
  'LGAI-EXAONE/EXAONE-4.0-32B': further.EXAONE4_32B,
  'ibm-granite/granite-4.0-h-small': further.GRANITE4_H_SMALL,
  'nvidia/Minitron-8B-Base': further.MINITRON_8B,
  'arcee-ai/AFM-4.5B': further.AFM,
  'moonshotai/Kimi-Linear-48B-A3B-Instruct': unusual.KIMI_LINEAR,
  'MiniMaxAI/MiniMax-Text-01': unusual.MINIMAX_01,
  'Zyphra/Zamba2-7B-instruct': unusual.ZAMBA2,
  'state-spaces/mamba-130m-hf': unusual.MAMBA,
  'state-spaces/mamba-2.8b-hf': unusual.MAMBA_2_8B,
  'tiiuae/falcon-mamba-7b-instruct': unusual.FALCON_MAMBA,
  'mistralai/Mamba-Codestral-7B-v0.1': further.CODESTRAL_MAMBA,
  'openai/whisper-large-v3': unusual.WHISPER_LARGE_V3,
  'facebook/DiT-XL-2-256': unusual.DIT,
  'baidu/ERNIE-4.5-21B-A3B-PT': { model_type: 'ernie4_5_moe' },
  'ByteDance-Seed/Seed-OSS-36B-Instruct': further.SEED_OSS,
  'tiiuae/falcon-7b': { model_type: 'falcon' },
  'ai21labs/Jamba-v0.1': { model_type: 'jamba' },
  'google-t5/t5-small': { model_type: 't5' },
}

/** Counts that differ by more than 1 % and more than the rounding of the published figure, and why. */
const IN_NAME = 'the label repeats the name of the model, which is not a count of its checkpoint'
const TEXT_ONLY = 'the label repeats the name, which counts the text alone; the vision tower is held too'
export const DIFFERENCES: { readonly [model: string]: string } = {
  'OpenGVLab/InternVL3_5-8B': TEXT_ONLY,
  'Qwen/Qwen2.5-VL-72B-Instruct': TEXT_ONLY,
  'Qwen/Qwen2.5-VL-7B-Instruct': TEXT_ONLY,
  'baidu/ERNIE-4.5-21B-A3B-PT': IN_NAME,
  'moonshotai/Kimi-Linear-48B-A3B-Instruct': IN_NAME,
  'nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-BF16': IN_NAME,
}

/** Files whose name is not the model they describe. */
export const NOTES: { readonly [model: string]: string } = {
  'deepseek-ai/DeepSeek-V2-Lite':
    'the file leaves out that queries are projected directly, so the class default counts',
  'google/gemma-3n-E2B (text)': 'without the unused key and value projections of the layers that share them',
  'google/gemma-3n-E4B (text)': 'without the unused key and value projections of the layers that share them',
  'Qwen/Qwen-7B': 'the file describes Qwen-1.8B',
  'Qwen/Qwen2-preset': 'the file describes Qwen1.5-1.8B',
  'baichuan-inc/Baichuan-7B': 'the file describes Baichuan2-7B',
  'microsoft/phi-4': 'the file describes Phi-4-mini',
}
