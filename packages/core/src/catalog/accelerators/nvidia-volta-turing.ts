/**
 * NVIDIA data-centre GPUs of the Volta and Turing generations. Dense tensor peaks, CUDA-core peaks, memory as
 * the driver reports it where a listing was found, SI units. Left out: Titan, Quadro and GeForce parts.
 */
import type { Accelerator, Link } from './accelerator.ts'
import { cite, DATA_SHEET, GIB, KIB, MIB } from './cite.ts'

const viewer = cite('llmViewer')
const hf = cite('huggingface')
const lightning = cite('lightning')
const cccl = cite('cccl')
const device = cite('deviceQuery')
const tpu = cite('techPowerUp')

const VOLTA = {
  vendor: 'nvidia',
  architecture: 'volta',
  kind: 'gpu',
  year: 2017,
  memoryKind: 'HBM2',
  sharedMemoryBytesPerUnit: cccl(96 * KIB),
} as const

const NVLINK_2: Link = { name: 'NVLink 2', bandwidthBytePerS: cite('llmAnalysis')(150e9) }
const V100_INT8 = viewer(62e12, 'no INT8 tensor cores; dp4a on the vector units')

export const NVIDIA_VOLTA_TURING: readonly Accelerator[] = [
  {
    ...VOLTA,
    id: 'v100-sxm-16gb',
    name: 'NVIDIA V100 SXM2 16 GB',
    aliases: ['v100-16gb', 'Tesla V100-SXM2-16GB'],
    matrixFlopPerS: { fp16: lightning(125e12) },
    vectorFlopPerS: { fp32: lightning(15.7e12), fp64: lightning(7.8e12), int8: V100_INT8 },
    memoryBytes: device(16_384 * MIB, 'older drivers report 16,160 MiB'),
    memoryBandwidthBytePerS: viewer(900e9),
    l2Bytes: device(6 * MIB),
    computeUnits: device(80),
    clockHz: device(1530e6),
    scaleUpLink: NVLINK_2,
    powerW: device(300),
    priceUsd: hf(10_000),
    note: 'No BF16. Tensor peak: 125 TFLOPS on SXM2, 112 on PCIe.',
  },
  {
    ...VOLTA,
    id: 'v100-sxm-32gb',
    name: 'NVIDIA V100 SXM2 32 GB',
    aliases: ['v100', 'v100-32gb', 'v100_sxm', 'Tesla V100-SXM2-32GB', 'Tesla V100'],
    matrixFlopPerS: { fp16: lightning(125e12) },
    vectorFlopPerS: { fp32: lightning(15.7e12), fp64: lightning(7.8e12), int8: V100_INT8 },
    memoryBytes: tpu(32 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: viewer(900e9),
    l2Bytes: tpu(6 * MIB),
    computeUnits: tpu(80),
    clockHz: tpu(1530e6),
    scaleUpLink: NVLINK_2,
    powerW: hf(300),
    priceUsd: hf(10_000),
    note: 'No BF16. Tensor peak: 125 TFLOPS on SXM2, 112 on PCIe.',
  },
  {
    ...VOLTA,
    id: 'v100-pcie-16gb',
    name: 'NVIDIA V100 PCIe 16 GB',
    aliases: ['nvidia_V100', 'v100_pcie', 'Tesla V100-PCIE-16GB'],
    matrixFlopPerS: { fp16: lightning(112e12) },
    vectorFlopPerS: { fp32: lightning(14e12), fp64: lightning(7e12), int8: V100_INT8 },
    memoryBytes: tpu(16 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: viewer(900e9),
    l2Bytes: tpu(6 * MIB),
    computeUnits: tpu(80),
    clockHz: tpu(1380e6),
    powerW: tpu(300, 'other listings of the card give 250 W'),
    note: 'LLM-Viewer calls this card nvidia_V100 (112 TFLOPS). No BF16.',
  },
  {
    ...VOLTA,
    id: 'v100-pcie-32gb',
    name: 'NVIDIA V100 PCIe 32 GB',
    aliases: ['Tesla V100-PCIE-32GB'],
    matrixFlopPerS: { fp16: lightning(112e12) },
    vectorFlopPerS: { fp32: lightning(14e12), fp64: lightning(7e12), int8: V100_INT8 },
    memoryBytes: tpu(32 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: viewer(900e9),
    l2Bytes: tpu(6 * MIB),
    computeUnits: tpu(80),
    clockHz: tpu(1380e6),
    powerW: tpu(250),
    note: 'No BF16.',
  },
  {
    id: 't4',
    name: 'NVIDIA T4',
    vendor: 'nvidia',
    architecture: 'turing',
    kind: 'gpu',
    year: 2018,
    aliases: ['tesla-t4', 'nvidia-t4'],
    matrixFlopPerS: { fp16: lightning(65e12), int8: lightning(130e12) },
    vectorFlopPerS: { fp32: lightning(8.1e12) },
    memoryBytes: cite('modalMemory')(15_360 * MIB),
    memoryKind: 'GDDR6',
    memoryBandwidthBytePerS: tpu(320e9),
    l2Bytes: tpu(4 * MIB),
    sharedMemoryBytesPerUnit: cccl(64 * KIB),
    computeUnits: tpu(40),
    clockHz: tpu(1590e6),
    powerW: hf(70),
    priceUsd: hf(2000),
    note: 'No BF16.',
  },
]
