/**
 * Where the model catalogue's numbers were read: configurations (keys the rows give as `source`) and published parameter
 * counts. Repository entries name the commit and the path; several rows share one entry, and the file within it is named
 * after the model.
 */
import type { Source } from '../source.ts'

const READ = '2026-11-22'

export const MODEL_SOURCES = {
  // Configurations
  aiconfigurator: {
    title: "NVIDIA AIConfigurator's copies of published configurations",
    url: 'github.com/ai-dynamo/aiconfigurator@095f58a51c4c aic-core/src/aiconfigurator_core/model_configs/*_config.json',
    read: READ,
  },
  mlcLlm: {
    title: 'MLC LLM model presets, as published on Hugging Face',
    url: 'github.com/mlc-ai/mlc-llm@79d603f085f5 python/mlc_llm/model/model_preset.py',
    read: READ,
  },
  llmAnalysis: {
    title: 'llm-analysis model configurations',
    url: 'github.com/cli99/llm-analysis@d841e40aec8c llm_analysis/model_configs/*.json',
    read: READ,
  },
  llmServingSim: {
    title: "LLMServingSim's copies of published configurations",
    url: 'github.com/casys-kaist/LLMServingSim@5daddb21a545 configs/model/*/*.json',
    read: READ,
  },
  squeezeLlm: {
    title: "SqueezeLLM's copies of published configurations",
    url: 'github.com/SqueezeAILab/SqueezeLLM@a5fd71f353bf models/*/config.json',
    read: READ,
  },
  ktransformers: {
    title: "KTransformers' copy of DeepSeek-V2-Lite's configuration",
    url: 'github.com/kvcache-ai/ktransformers@95009ea6856c archive/kt-sft/ktransformers/configs/model_config/config.json',
    read: READ,
  },
  rtpLlm: {
    title: "RTP-LLM's copy of GLM-4.5's configuration",
    url: 'github.com/alibaba/rtp-llm@4b8d39cd5cbe rtp_llm/test/model_test/fake_test/testdata/glm45/tokenizer/config.json',
    read: READ,
  },
  inferSim: {
    title: "InferSim's copy of Qwen3-Next's configuration",
    url: 'github.com/alibaba/InferSim@f2293dab6d23 hf_configs/qwen3-next-80B-A3B_config.json',
    read: READ,
  },
  recurrentMemory: {
    title: 'T5 configurations of the recurrent memory transformer',
    url: 'github.com/booydar/recurrent-memory-transformer@9d0ebe177868 base_models/configs/t5configs/*.json',
    read: READ,
  },
  ipex: {
    title: "Intel Extension for PyTorch's copy of Falcon 40B's configuration",
    url: 'github.com/intel/intel-extension-for-pytorch@6d3ba89cf9c4 examples/cpu/llm/inference/utils/model_config/',
    read: READ,
  },
  litgpt: {
    title: 'LitGPT model configurations, each with the address of the published file',
    url: 'github.com/Lightning-AI/litgpt@26857050fe3f litgpt/config.py',
    read: READ,
  },
  kvfit: {
    title: 'kvfit registry: trimmed published configurations and the exact count of the safetensors metadata',
    url: 'github.com/debaditc/kvfit@bd4ccabf9143 src/kvfit/data/models.json',
    read: READ,
  },
  tensorRtLlmGemma3: {
    title: 'TensorRT-LLM test of Gemma 3 with the published vision settings; text sizes from kvfit and LitGPT',
    url: 'github.com/NVIDIA/TensorRT-LLM@fe6fa01d7fcc tests/unittest/_torch/modeling/test_modeling_gemma3.py',
    read: READ,
  },
  mptCard: {
    title: 'MPT-7B model card, table of hyper-parameters',
    url: 'github.com/asgaardlab/model-card-reorganization@3a0a6702b42a verified_model_cards/mosaicml@mpt-7b/',
    read: READ,
  },
  gptJCard: {
    title: 'GPT-J 6B model card, table of hyper-parameters',
    url: 'github.com/asgaardlab/model-card-reorganization@3a0a6702b42a verified_model_cards/EleutherAI@gpt-j-6b/',
    read: READ,
  },
  mambaRs: {
    title: 'mamba.rs constants, each with the address of the published file',
    url: 'github.com/LaurentMazare/mamba.rs@74c4809a0c6e src/constants.rs',
    read: READ,
  },
  whisperConfig: {
    title: 'Configuration of Whisper large-v3 in an unchanged copy of its repository',
    url: 'huggingface.co/FL33TW00D-HF/whisper-large-v3/blame/main/config.json',
    read: READ,
  },
  ditCode: {
    title: 'DiT, official implementation: DiT_XL_2',
    url: 'github.com/facebookresearch/DiT@00d70acc18e0 models.py',
    read: READ,
  },
  gpt3Table: {
    title: 'GPT-3 (arXiv 2005.14165) table 2.1, with vocabulary and positions, in a copy of its row',
    url: 'ppmzhang2.github.io/nlp/gpt/model.html',
    read: READ,
  },
  palmCode: {
    title: 'Scaling transformer inference, official code: sizes and checkpoint shapes of PaLM 540B',
    url: 'github.com/google-research/google-research@18c44597e68b scaling_transformer_inference_efficiency/checkpoint.py',
    read: READ,
  },
  glamCode: {
    title: 'Praxis, GLaM layers; sizes of 64B/64E in public notes on the paper (arXiv 2112.06905)',
    url: 'github.com/google/praxis@728becd10d09 praxis/layers/glam.py',
    read: READ,
  },
  stMoeCode: {
    title: 'Flaxformer, official configuration of ST-MoE-32B and the files it includes',
    url: 'github.com/google/flaxformer@3cbba275bc78 flaxformer/t5x/configs/moe/models/st_moe_32b.gin',
    read: READ,
  },
  bloomConfig: {
    title: 'Configuration of BLOOM 176B in an instruction-tuned copy of its repository',
    url: 'huggingface.co/sambanovasystems/BLOOMChat-176B-v1/blob/50643307a77b79628fbbbea69e593eacc28ebf9c/config.json',
    read: READ,
  },
  llamaSizes: {
    title: 'LLaMA 7B and 13B as loaded from their published configurations',
    url: 'github.com/scottlogic-alex/llm-memory-calculator@93934b33eb75 llama-sizes.md',
    read: READ,
  },
  mobileVlmConfig: {
    title: 'Configurations of MobileVLM V2 1.7B and 3B, which hold the sizes of their language models',
    url: 'huggingface.co/mtgv/MobileVLM_V2-1.7B, mtgv/MobileVLM_V2-3B: config.json',
    read: READ,
  },

  // Parameter counts
  kerasHub: {
    title: 'KerasHub presets: parameters of the converted checkpoints',
    url: 'github.com/keras-team/keras-hub@71453d08f59e keras_hub/src/models/*/*_presets.py',
    read: READ,
  },
  vllmRecipes: {
    title: 'vLLM recipes: parameter_count and active_parameters as the publishers label them',
    url: 'github.com/vllm-project/recipes@8959cf6 models/*/*.yaml',
    read: READ,
  },
  llmfit: {
    title: "llmfit's list of checkpoints with the counts of the Hugging Face API",
    url: 'github.com/AlexsJones/llmfit@3f44fd30a43d scripts/scrape_hf_models.py',
    read: READ,
  },
  calflops: {
    title: 'calflops, table of model parameters',
    url: 'github.com/MrYxJ/calculate-flops.pytorch@086d419f3b7b README.md',
    read: READ,
  },
  loram: {
    title: 'LoRAM (arXiv 2502.13533), table 5: original parameters of Llama 2 70B and Llama 3.1 70B',
    url: 'arxiv.org/abs/2502.13533 (table 5, read in a copy of its tables in a public blog)',
    read: READ,
  },
  mixtralDiscussion: {
    title: 'Parameters of Mixtral 8x22B, total and active, counted on its weights',
    url: 'huggingface.co/mistral-community/Mixtral-8x22B-v0.1/discussions/6',
    read: READ,
  },
  mixtralDocs: {
    title: 'NeMo AutoModel documentation: Mixtral, 47B total / 13B active',
    url: 'docs.nvidia.com/nemo/automodel/latest/model-coverage/llm/mistralai/mixtral.html',
    read: READ,
  },
  llama4Blog: {
    title: 'Llama 4 on Hugging Face: ~400B and ~109B in all, 17B active',
    url: 'huggingface.co/blog/llama4-release',
    read: READ,
  },
  llama4Docs: {
    title: 'Transformers documentation of Llama 4: 109B and 402B',
    url: 'huggingface.co/docs/transformers/model_doc/llama4',
    read: READ,
  },
  ministralCard: {
    title: 'Ministral 3 3B model card: 3.4B language model and 0.4B vision encoder',
    url: 'huggingface.co/mistralai/Ministral-3-3B-Base-2512',
    read: READ,
  },
  nemotronNanoReview: {
    title: 'Nemotron 3 Nano 30B-A3B: 31.6 billion in all, 3.2 active, 3.6 with the embeddings',
    url: 'crafiq.ai/models/language/nvidia-nvidia-nemotron-3-nano-30b-a3b',
    read: READ,
  },
  rocmMamba: {
    title: 'AMD ROCm blog on Mamba: parameters of state-spaces/mamba-2.8b as loaded',
    url: 'github.com/ROCm/rocm-blogs@e4ea0bcf0419 blogs/artificial-intelligence/mamba/README.md',
    read: READ,
  },
  phiDocs: {
    title: 'NeMo AutoModel documentation: Phi-2, 2.7B',
    url: 'docs.nvidia.com/nemo/automodel/latest/model-coverage/llm/microsoft/phi.html',
    read: READ,
  },
  bloomCard: {
    title: 'BLOOM model card, version 1.3: technical specifications',
    url: 'huggingface.co/bigscience/bloom',
    read: READ,
  },
  palmPaper: {
    title: 'PaLM (arXiv 2204.02311), in a public summary of its architecture',
    url: 'emergentmind.com/topics/palm-540b-parameter-model',
    read: READ,
  },
  glamPaper: {
    title: 'GLaM (arXiv 2112.06905): 1.2T in all, 96.6B active, in public notes on the paper',
    url: 'chanys.github.io/glam',
    read: READ,
  },
  stMoePaper: {
    title: 'ST-MoE (arXiv 2202.08906), abstract: 269B parameters',
    url: 'arxiv.org/abs/2202.08906 (abstract, read in copies of the page)',
    read: READ,
  },
  modelName: {
    title: "The count in the model's own name, as its publisher releases it",
    url: 'huggingface.co, name of the repository (first alias of the row)',
    read: READ,
  },
} as const satisfies Record<string, Source>
