/**
 * Where every accelerator figure was read. Keys are what the rows cite. Repository entries name the commit and
 * the path; pages are named by the address they were read at. Several are secondary (blogs, databases, other
 * calculators): a row's note says so wherever two of them disagree.
 */
import type { Source } from '../source.ts'

const READ = '2026-11-22'

export const ACCELERATOR_SOURCES = {
  // Other calculators and frameworks
  aiconfigurator: {
    title: 'NVIDIA AIConfigurator system descriptions',
    url: 'github.com/ai-dynamo/aiconfigurator@095f58a51c4c aic-core/src/aiconfigurator_core/systems/*.yaml',
    read: READ,
  },
  llmViewer: {
    title: 'LLM-Viewer hardware parameters',
    url: 'github.com/hahnyuan/LLM-Viewer@472f71f hardwares/hardware_params.py',
    read: READ,
  },
  llmViewerFork: {
    title: 'LLM-Viewer fork with GeForce, Blackwell and Instinct rows taken from vendor white papers',
    url: 'github.com/youge325/LLM-Viewer@cc58a5e69d2b hardwares/hardware_params.py',
    read: READ,
  },
  genz: {
    title: 'GenZ LLM Analyzer system configurations',
    url: 'github.com/abhibambhaniya/GenZ-LLM-Analyzer@091bdd0 Systems/system_configs.py',
    read: READ,
  },
  inferSim: {
    title: 'InferSim GPU table',
    url: 'github.com/alibaba/InferSim@f2293da hardware/gpu.py',
    read: READ,
  },
  llmAnalysis: {
    title: 'llm-analysis GPU configurations',
    url: 'github.com/cli99/llm-analysis@d841e40 llm_analysis/gpu_configs/*.json',
    read: READ,
  },
  huggingface: {
    title: 'Hugging Face hardware table (memory, power, launch or street price, shader TFLOPS)',
    url: 'github.com/huggingface/huggingface.js@fe42e68017ff packages/tasks/src/hardware*.ts',
    read: READ,
  },
  gpuPoor: {
    title: 'gpu_poor GPU configurations',
    url: 'github.com/RahulSChand/gpu_poor@ad2fc0e src/gpu_config.json',
    read: READ,
  },
  mlEngineering: {
    title: 'Machine Learning Engineering Open Book, Accelerators (dense peaks, memory, caches, clocks, power)',
    url: 'github.com/stas00/ml-engineering@744d01e18b79 compute/accelerator/README.md',
    read: READ,
  },
  lightning: {
    title: 'Lightning Fabric peak throughput table',
    url: 'github.com/Lightning-AI/pytorch-lightning@0810121fef07 src/lightning/fabric/utilities/throughput.py',
    read: READ,
  },
  pytorchInductor: {
    title: 'PyTorch Inductor device table',
    url: 'github.com/pytorch/pytorch@00604d0f7e9a torch/_inductor/analysis/device_info.py',
    read: READ,
  },
  llmc: {
    title: 'llm.c peak throughput table (tensor rates with FP32 accumulate, clocks, tensor core counts)',
    url: 'github.com/karpathy/llm.c@0e69e3ae4666 llmc/mfu.h',
    read: READ,
  },
  torchao: {
    title: 'torchao roofline specifications (RTX 5090 row from the NVIDIA RTX Blackwell white paper)',
    url: 'github.com/pytorch/ao@0598012907d6 torchao/testing/training/roofline_utils.py',
    read: READ,
  },
  torchaoB200: {
    title: 'torchao pull request 4002: device query and memory clock of a B200',
    url: 'https://github.com/pytorch/ao/pull/4002',
    read: READ,
  },
  cudnnFrontend: {
    title: 'cuDNN frontend benchmark: dense rates, citing the RTX Blackwell PRO architecture white paper',
    url: 'github.com/NVIDIA/cudnn-frontend@0282420d338c benchmark/attention_training/benchmark_single_sdpa.py',
    read: READ,
  },
  cccl: {
    title: 'CUDA C++ Core Libraries: architecture traits (shared memory a block may opt into)',
    url: 'github.com/NVIDIA/cccl@004ad1986064 libcudacxx/include/cuda/__device/arch_traits.h',
    read: READ,
  },

  // Read off devices
  deviceQuery: {
    title: 'nvidia-smi and deviceQuery listings of real devices',
    url: 'github.com/thamada/gls@e20f22d0eec0 gls/*_smi.py and gls/*_deviceQuery.py',
    read: READ,
  },
  obrienlabs: {
    title: 'nvidia-smi -q of an RTX A6000 with ECC off',
    url: 'github.com/ObrienlabsDev/machine-learning@9a0b4acd3652 gpus.md',
    read: READ,
  },
  modalMemory: {
    title: 'Why does an NVIDIA H100 80GB card offer 85.52 GB? (NVML totals of eight GPUs)',
    url: 'https://thundergolfer.com/blog/nvidia-gpu-memory-capacity',
    read: READ,
  },
  a800Smi: {
    title: 'nvidia-smi of an A800-SXM4-80GB',
    url: 'https://github.com/dexmal/dexbotic/issues/41',
    read: READ,
  },
  b200Smi: {
    title: 'nvidia-smi of an eight-way B200 server',
    url: 'https://github.com/NVIDIA/TensorRT-LLM/issues/10278',
    read: READ,
  },

  // Databases and pages on NVIDIA parts
  techPowerUp: {
    title: 'TechPowerUp GPU database, as extracted in RightNow GPU Database (a third-party copy)',
    url: 'github.com/reox007/RightNow-GPU-Database@77fae385d42a data/all-gpus.json',
    read: READ,
  },
  waredb4090: {
    title: 'WareDB: NVIDIA GeForce RTX 4090',
    url: 'https://waredb.com/processor/nvidia-geforce-rtx-4090',
    read: READ,
  },
  hmcA40: {
    title: 'HMC Tech: NVIDIA A40 vs GRID A100B',
    url: 'https://hmc-tech.com/gpu/nvidia-a40-vs-nvidia-grid-a100b',
    read: READ,
  },
  hmcH100: {
    title: 'HMC Tech: NVIDIA H100 vs A100 SXM 40GB',
    url: 'https://hmc-tech.com/gpu/nvidia-h100-vs-nvidia-a100-sxm-40gb',
    read: READ,
  },
  hmc3090Ti: {
    title: 'HMC Tech: GeForce RTX 4090 D vs RTX 3090 Ti',
    url: 'https://hmc-tech.com/gpu/nvidia-geforce-rtx-4090-d-vs-nvidia-geforce-rtx-3090-ti',
    read: READ,
  },
  llmperfA6000: {
    title: 'NVIDIA RTX A6000 specifications (citing Microway)',
    url: 'https://llmperf.net/categories/gpu/Nvidia-A6000-GPUs',
    read: READ,
  },
  morphH200: {
    title: 'NVIDIA H200 SXM and NVL specifications',
    url: 'https://www.morphllm.com/nvidia-h200',
    read: READ,
  },
  flashMla: {
    title: 'FlashMLA issue 75: H800 SXM5 bandwidth and dense peak',
    url: 'https://github.com/deepseek-ai/FlashMLA/issues/75',
    read: READ,
  },
  dgxSpark: {
    title: 'DGX Spark specification sheet',
    url: 'https://dgx-spark.warehack.ing/hardware/',
    read: READ,
  },

  // AMD
  rocmSpecs: {
    title: 'AMD GPU specifications (ROCm 7.13 preview)',
    url: 'https://rocm.docs.amd.com/en/7.13.0-preview/reference/gpu-specs.html',
    read: READ,
  },
  rocmArchSpecs: {
    title: 'ROCm accelerator and GPU hardware specifications',
    url: 'github.com/ROCm/ROCm@e396b4898f45 docs/reference/gpu-arch-specs.rst',
    read: READ,
  },
  rocmMi100: {
    title: 'AMD Instinct MI100 microarchitecture, peak table',
    url: 'github.com/ROCm/ROCm@e396b4898f45 docs/conceptual/gpu-arch/mi100.md',
    read: READ,
  },
  rocmMi250: {
    title: 'AMD Instinct MI250 microarchitecture, peak table',
    url: 'github.com/ROCm/ROCm@e396b4898f45 docs/conceptual/gpu-arch/mi250.md',
    read: READ,
  },
  rocmMi300: {
    title: 'AMD Instinct MI300 series microarchitecture, peak table',
    url: 'github.com/ROCm/ROCm@e396b4898f45 docs/conceptual/gpu-arch/mi300.md',
    read: READ,
  },
  mi300xLinks: {
    title: 'AMD MI300X GPU: Infinity Fabric links',
    url: 'https://www.emergentmind.com/topics/amd-mi300x-gpu',
    read: READ,
  },
  rdnaRates: {
    title: 'RDNA2 vs RDNA3 vs RDNA4 AI TOPS: operations per clock per compute unit (forum thread)',
    url: 'https://reddit.perdach.com/r/hardware/comments/1j97xyw/rdna2_vs_rdna3_vs_rdna4_ai_tops/mhcayxj/?context=3',
    read: READ,
  },
  strixHalo: {
    title: 'AMD Strix Halo hardware specifications',
    url: 'https://whylucian.github.io/softab/docs/hardware-specs.html',
    read: READ,
  },

  // Google, AWS, Intel, others
  tpuV5e: { title: 'Google Cloud: TPU v5e', url: 'https://docs.cloud.google.com/tpu/docs/v5e', read: READ },
  tpuV6e: { title: 'Google Cloud: TPU v6e', url: 'https://docs.cloud.google.com/tpu/docs/v6e', read: READ },
  tpu7x: {
    title: 'Google Cloud: TPU7x (Ironwood), with v5p and v6e beside it',
    url: 'https://docs.cloud.google.com/tpu/docs/tpu7x',
    read: READ,
  },
  jaxTpu: {
    title: 'JAX Pallas TPU hardware table',
    url: 'github.com/jax-ml/jax@04c63627260d jax/_src/pallas/mosaic/tpu_info.py',
    read: READ,
  },
  trainium1: {
    title: 'AWS Neuron: Trainium architecture',
    url: 'https://awsdocs-neuron.readthedocs-hosted.com/en/v2.28.1/_sources/about-neuron/arch/neuron-hardware/trainium.rst',
    read: READ,
  },
  trainium2: {
    title: 'AWS Neuron: Trainium2 architecture',
    url: 'https://awsdocs-neuron.readthedocs-hosted.com/en/v2.29.0/_sources/about-neuron/arch/neuron-hardware/trainium2.rst',
    read: READ,
  },
  trainium3: {
    title: 'AWS Neuron: Trainium3 architecture',
    url: 'https://awsdocs-neuron.readthedocs-hosted.com/en/v2.29.1/_sources/about-neuron/arch/neuron-hardware/trainium3.rst',
    read: READ,
  },
  neuronCoreV3: {
    title: 'AWS Neuron: NeuronCore-v3 architecture',
    url: 'https://awsdocs-neuron.readthedocs-hosted.com/en/latest/about-neuron/arch/neuron-hardware/neuron-core-v3.html',
    read: READ,
  },
  neuronCoreV4: {
    title: 'AWS Neuron: NeuronCore-v4 architecture',
    url: 'https://awsdocs-neuron.readthedocs-hosted.com/en/latest/about-neuron/arch/neuron-hardware/neuron-core-v4.html',
    read: READ,
  },
  inferentia2: {
    title: 'AWS Neuron: Inferentia2 architecture',
    url: 'https://awsdocs-neuron.readthedocs-hosted.com/en/latest/about-neuron/arch/neuron-hardware/inferentia2.html',
    read: READ,
  },
  gaudi3: {
    title: 'Intel Gaudi 2 and 3 specifications',
    url: 'https://evokernel-specs.pages.dev/hardware/gaudi-3/',
    read: READ,
  },
  groqNews: {
    title: 'TechPowerUp news on the Groq LPU',
    url: 'https://techpowerup.com/news-tags/Processor?page=3',
    read: READ,
  },
  cerebrasWse3: {
    title: 'Cerebras WSE-3 specifications',
    url: 'https://www.yobitel.com/knowledge-base/cerebras-wse-3',
    read: READ,
  },
  sn40l: {
    title: 'SambaNova SN40L RDU, Hot Chips 2024 slides (text)',
    url: 'https://www.sgpjbg.com/baogao/465014.html',
    read: READ,
  },
  appleBandwidth: {
    title: 'Apple silicon memory bandwidth tables',
    url: 'https://craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks and https://ori-wa-0oihggew.ori.bot/llm-knowledge-base/hardware/apple-silicon.html',
    read: READ,
  },
  appleLineup: {
    title: 'Mac hardware lineup, bandwidth by chip bin',
    url: 'https://locara.dev/docs/notes/mac-hardware-lineup',
    read: READ,
  },
  appleM5: {
    title: 'Apple M5 memory bandwidth',
    url: 'https://pakgazette.com/professional-versions-of-apples-m5-chip-could-double-memory-bandwidth',
    read: READ,
  },
  appleM5ProMax: {
    title: 'M5 Pro and M5 Max memory bandwidth',
    url: 'https://foxvector.com/articles/9eb56c7b-c31f-4a58-8f50-289c02a521c3?locale=en',
    read: READ,
  },
  genoaMemory: {
    title: 'EPYC Genoa memory channels and bandwidth',
    url: 'https://playcrazygame.com/',
    read: READ,
  },
  sapphireRapidsAmx: {
    title: 'Sapphire Rapids 9462 AMX throughput worked out from operations per cycle',
    url: 'https://realgenius.tistory.com/207',
    read: READ,
  },
  sapphireRapidsMemory: {
    title: 'Sapphire Rapids memory channels',
    url: 'https://geekinco.com/2021/04/intel-sapphire-rapids-new-details-on.html',
    read: READ,
  },
  graceSuperchip: {
    title: 'NVIDIA Grace CPU Superchip specifications',
    url: 'https://hardwaretimes.com/nvidia-announces-grace-cpu-up-2x-faster-than-amd-epyc-and-intel-xeon-parts-with-better-power-efficiency/',
    read: READ,
  },
  llmInferenceUnveiled: {
    title: 'LLM Inference Unveiled (arXiv 2402.16363), Table 2',
    url: 'https://arxiv.org/abs/2402.16363',
    read: READ,
  },

  // Prices
  mercatusPrices: {
    title: 'Cloud GPU pricing, May 2026',
    url: 'https://www.mercatus-ai.com/blog/cloud-gpu-pricing',
    read: READ,
  },
  aimultiplePrices: {
    title: 'Cloud GPU rental price index, May 2026',
    url: 'https://aimultiple.com/gpu-index',
    read: READ,
  },
  gpuTrackerPrices: {
    title: 'GPU cost per token, March 2026',
    url: 'https://gputracker.dev/blog/gpu-cost-per-token-llm-inference-2026',
    read: READ,
  },
  mi300xPrices: {
    title: 'Instinct MI300X specifications and rent',
    url: 'https://gpu.blog/gpus/instinct-mi300x-mi300x',
    read: READ,
  },
} as const satisfies Record<string, Source>
