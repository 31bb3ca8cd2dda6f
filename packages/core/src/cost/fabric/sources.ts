/**
 * Where the figures of links, domains, networks and published collective times were read. Repository entries name the
 * file; threads are named by their address. The accelerators' own links keep the sources of the catalogue.
 */
import type { Source } from '../../catalog/source.ts'

const READ = '2026-11-22'

export const FABRIC_SOURCES = {
  aiconfigurator: {
    title: 'NVIDIA AIConfigurator system descriptions (GPUs per node and rack, NIC per GPU)',
    url: 'github.com/ai-dynamo/aiconfigurator@095f58a51c4c aic-core/src/aiconfigurator_core/systems/*.yaml',
    read: READ,
  },
  gb200Network: {
    title: 'aisimulate pull request 192: CX7 400 Gb/s per GPU of B200 and GB200, citing the DGX SuperPOD architecture',
    url: 'https://github.com/ai-dynamo/aisimulate/pull/192',
    read: READ,
  },
  mlNetwork: {
    title: 'Machine Learning Engineering Open Book, Network (InfiniBand rates, xGMI links, PCIe, EFA, NVL72)',
    url: 'github.com/stas00/ml-engineering@0030e63f5275 network/README.md',
    read: READ,
  },
  mlBenchmarks: {
    title: 'Machine Learning Engineering Open Book, Network benchmarks (4 nodes of 8 B200; 8 H200)',
    url: 'github.com/stas00/ml-engineering@0cc3de50b2dd network/benchmarks/README.md',
    read: READ,
  },
  vllmAllReduce: {
    title:
      'vLLM custom all-reduce: world sizes 2, 4, 6, 8 in one node, below 8 MiB, more than two only when fully linked',
    url: 'github.com/vllm-project/vllm@00d618aab604 vllm/distributed/device_communicators/custom_all_reduce.py',
    read: READ,
  },
  sglangAllReduce: {
    title: 'SGLang custom all-reduce: as vLLM, below 8 MiB, 16 MiB on ROCm',
    url: 'github.com/sgl-project/sglang@004e6561cb8a python/sglang/srt/distributed/device_communicators/custom_all_reduce.py',
    read: READ,
  },
  vllmRocm: {
    title: 'vLLM pull request 39080: custom all-reduce on eight MI355X, link rate 76.8 GB/s',
    url: 'https://github.com/vllm-project/vllm/pull/39080',
    read: READ,
  },
  rocmXgmi: {
    title: 'Understanding RCCL bandwidth and xGMI performance on MI300X: 64 GB/s a link, about 48 usable',
    url: 'https://rocm.blogs.amd.com/software-tools-optimization/mi300x-rccl-xgmi/README.html',
    read: READ,
  },
  vidur: {
    title: 'Vidur network profiles (A100, H100, A40: NVLink, PCIe between pairs, between nodes)',
    url: 'github.com/microsoft/vidur@7d47513 data/profiling/network',
    read: READ,
  },
  deepEp: {
    title: 'DeepEP, measured latencies of its low-latency dispatch and combine on H800 with 400 Gb/s InfiniBand',
    url: 'github.com/deepseek-ai/DeepEP@0297fc801788 docs/legacy.md',
    read: READ,
  },
  nccl1357: {
    title: 'NCCL issue 1357: tree all-reduce of two nodes with one H100 each',
    url: 'https://github.com/NVIDIA/nccl/issues/1357',
    read: READ,
  },
  nccl1244: {
    title: 'NCCL issue 1244: all-reduce of two nodes of eight H20 with 400 Gb/s InfiniBand',
    url: 'https://github.com/NVIDIA/nccl/issues/1244',
    read: READ,
  },
  nccl812: {
    title: 'NCCL issue 812: all-reduce over DGX A100 with eight 200 Gb/s adapters',
    url: 'https://github.com/NVIDIA/nccl/issues/812',
    read: READ,
  },
  nccl1639: {
    title: 'NCCL issue 1639: all-reduce over GeForce RTX 5090 on PCIe',
    url: 'https://github.com/NVIDIA/nccl/issues/1639',
    read: READ,
  },
  geforcePeer: {
    title: 'nccl-tests issue 117: GeForce cards without peer access',
    url: 'https://github.com/NVIDIA/nccl-tests/issues/117',
    read: READ,
  },
  spark: {
    title: 'DGX Spark playbooks pull request 103: all-reduce of two DGX Spark over 200 Gb/s',
    url: 'https://github.com/NVIDIA/dgx-spark-playbooks/pull/103',
    read: READ,
  },
  coreweaveRack: {
    title: 'CoreWeave nccl-tests pull request 43: all-reduce over the 72 GPUs of a GB200 rack',
    url: 'https://github.com/coreweave/nccl-tests/pull/43',
    read: READ,
  },
  coreweaveRacks: {
    title: 'CoreWeave nccl-tests pull request 48: all-reduce over twenty GB200 racks, 1,440 GPUs',
    url: 'https://github.com/coreweave/nccl-tests/pull/48',
    read: READ,
  },
  hccl: {
    title: 'Intel Gaudi documentation, collectives performance (eight cards, 256 MB)',
    url: 'https://docs.habana.ai/en/latest/Management_and_Monitoring/Network_Configuration/Collectives_Performance.html',
    read: READ,
  },
  tpuV5e: {
    title: 'Google Cloud: TPU v5e (pod size, topology)',
    url: 'https://docs.cloud.google.com/tpu/docs/v5e',
    read: READ,
  },
  tpuV5p: {
    title: 'Google Cloud: TPU v5p (pod size, topology)',
    url: 'https://docs.cloud.google.com/tpu/docs/v5p',
    read: READ,
  },
  general: { title: 'General knowledge: no document was read', url: '', read: READ },
} as const satisfies Record<string, Source>

export type FabricSourceKey = keyof typeof FABRIC_SOURCES
