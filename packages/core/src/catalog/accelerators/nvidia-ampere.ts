/**
 * NVIDIA data-centre GPUs of the Ampere generation (GA100 and GA102). Dense tensor peaks with FP32 accumulate,
 * CUDA-core peaks, memory as the driver reports it where a listing was found, SI units. Left out: NVLink bridges
 * of PCIe cards, MIG slices.
 */
import type { Accelerator, Link } from './accelerator.ts'
import { cite, DATA_SHEET, GIB, KIB, MIB } from './cite.ts'

const aic = cite('aiconfigurator')
const viewer = cite('llmViewer')
const analysis = cite('llmAnalysis')
const hf = cite('huggingface')
const mle = cite('mlEngineering')
const hmcA40 = cite('hmcA40')
const cccl = cite('cccl')
const device = cite('deviceQuery')
const modal = cite('modalMemory')
const tpu = cite('techPowerUp')

const GA100 = {
  vendor: 'nvidia',
  architecture: 'ampere',
  kind: 'gpu',
  sharedMemoryBytesPerUnit: cccl(163 * KIB, 'of 192 KiB of L1 and shared memory: 164 KiB less 1 KiB the driver takes'),
} as const
const GA10X = {
  vendor: 'nvidia',
  architecture: 'ampere',
  kind: 'gpu',
  memoryKind: 'GDDR6',
  sharedMemoryBytesPerUnit: cccl(99 * KIB),
} as const

const NVLINK_3: Link = { name: 'NVLink 3', bandwidthBytePerS: aic(300e9) }
const PCIE_4: Link = { name: 'PCIe 4.0 x16', bandwidthBytePerS: aic(32e9) }

const A100_MATRIX = {
  fp16: aic(312e12),
  bf16: aic(312e12),
  tf32: mle(156e12),
  int8: aic(624e12),
  int4: cite('hmcH100')(1.25e15, 'page rounds to 1.25 POPS'),
} as const
const A100_VECTOR = { fp32: mle(19.5e12), fp64: tpu(9.75e12) } as const
const A100_CHIP = {
  ...GA100,
  l2Bytes: device(40 * MIB),
  computeUnits: device(108),
  clockHz: device(1410e6),
} as const

export const NVIDIA_AMPERE: readonly Accelerator[] = [
  {
    ...GA10X,
    id: 'a10',
    name: 'NVIDIA A10',
    year: 2021,
    aliases: ['nvidia-a10', 'a10-pcie'],
    matrixFlopPerS: {
      fp16: analysis(125e12),
      bf16: analysis(125e12),
      int8: analysis(250e12),
      int4: analysis(500e12),
    },
    vectorFlopPerS: { fp32: tpu(31.24e12) },
    memoryBytes: device(23_028 * MIB),
    memoryBandwidthBytePerS: analysis(600e9),
    l2Bytes: device(6 * MIB),
    computeUnits: device(72),
    clockHz: device(1695e6),
    hostLink: { name: 'PCIe 4.0 x16', bandwidthBytePerS: analysis(32e9) },
    powerW: device(150),
    priceUsd: hf(3200),
    note: 'One LLM-Viewer fork lists 62.5 TFLOPS FP16; 72 SMs at 1695 MHz and the full tensor rate give 125.',
  },
  {
    ...GA10X,
    id: 'a10g',
    name: 'NVIDIA A10G',
    year: 2021,
    aliases: ['nvidia-a10g'],
    matrixFlopPerS: {
      fp16: analysis(70e12),
      bf16: analysis(70e12),
      int8: analysis(140e12),
      int4: analysis(280e12),
    },
    vectorFlopPerS: { fp32: tpu(31.52e12) },
    memoryBytes: tpu(24 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: analysis(600e9),
    l2Bytes: tpu(6 * MIB),
    clockHz: tpu(1710e6),
    hostLink: { name: 'PCIe 4.0 x16', bandwidthBytePerS: analysis(32e9) },
    powerW: tpu(150),
    note: 'AWS variant with half-rate tensor cores: 70 TFLOPS dense, not the 125 of the A10 that some tables repeat.',
  },
  {
    ...GA100,
    id: 'a30',
    name: 'NVIDIA A30',
    year: 2021,
    aliases: ['nvidia-a30', 'a30-pcie'],
    memoryKind: 'HBM2',
    matrixFlopPerS: { fp16: aic(165e12), bf16: aic(165e12), int8: aic(330e12) },
    vectorFlopPerS: { fp32: tpu(10.32e12) },
    memoryBytes: aic(24 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: aic(933e9),
    l2Bytes: tpu(24 * MIB),
    computeUnits: tpu(56),
    clockHz: tpu(1440e6),
    hostLink: PCIE_4,
    powerW: aic(165),
    priceUsd: hf(5000),
  },
  {
    ...GA10X,
    id: 'a40',
    name: 'NVIDIA A40',
    year: 2020,
    aliases: ['nvidia_A40', 'a40-pcie'],
    matrixFlopPerS: {
      fp16: viewer(149.7e12),
      bf16: hmcA40(149.67e12),
      tf32: hmcA40(74.83e12),
      int8: viewer(299.3e12),
      int4: hmcA40(598.67e12),
    },
    vectorFlopPerS: { fp32: tpu(37.42e12) },
    memoryBytes: device(46_068 * MIB, 'ECC on'),
    memoryBandwidthBytePerS: viewer(696e9),
    l2Bytes: device(6 * MIB),
    computeUnits: device(84),
    clockHz: device(1740e6),
    powerW: device(300),
    priceUsd: hf(5500),
  },
  {
    ...A100_CHIP,
    id: 'a100-sxm-40gb',
    name: 'NVIDIA A100 SXM 40 GB',
    year: 2020,
    aliases: ['nvidia_A100', 'nvidia_A100_40G', 'a100-40gb', 'a100_40g', 'NVIDIA A100-SXM4-40GB'],
    memoryKind: 'HBM2',
    matrixFlopPerS: A100_MATRIX,
    vectorFlopPerS: A100_VECTOR,
    memoryBytes: modal(40_960 * MIB),
    memoryBandwidthBytePerS: viewer(1555e9),
    scaleUpLink: NVLINK_3,
    hostLink: PCIE_4,
    powerW: tpu(400),
    note: 'LLM-Viewer calls this card nvidia_A100.',
  },
  {
    ...A100_CHIP,
    id: 'a100-pcie-40gb',
    name: 'NVIDIA A100 PCIe 40 GB',
    year: 2020,
    aliases: ['NVIDIA A100-PCIE-40GB'],
    memoryKind: 'HBM2',
    matrixFlopPerS: A100_MATRIX,
    vectorFlopPerS: A100_VECTOR,
    memoryBytes: modal(40_960 * MIB),
    memoryBandwidthBytePerS: viewer(1555e9),
    hostLink: PCIE_4,
    powerW: tpu(250),
  },
  {
    ...A100_CHIP,
    id: 'a100-sxm-80gb',
    name: 'NVIDIA A100 SXM 80 GB',
    year: 2020,
    aliases: ['a100', 'a100_sxm', 'a100-80gb', 'a100_80g', 'nvidia_A100_80G', 'NVIDIA A100-SXM4-80GB'],
    memoryKind: 'HBM2e',
    matrixFlopPerS: A100_MATRIX,
    vectorFlopPerS: A100_VECTOR,
    memoryBytes: device(81_920 * MIB),
    memoryBandwidthBytePerS: aic(2039e9),
    scaleUpLink: NVLINK_3,
    hostLink: PCIE_4,
    powerW: aic(400),
    priceUsdPerHour: cite('mercatusPrices')(1.5, 'May 2026, USD; between 0.80 (long tail) and 3.00 (hyperscaler)'),
    priceUsd: hf(15_000),
  },
  {
    ...A100_CHIP,
    id: 'a100-pcie-80gb',
    name: 'NVIDIA A100 PCIe 80 GB',
    year: 2021,
    aliases: ['a100_pcie', 'NVIDIA A100 80GB PCIe', 'NVIDIA A100-PCIE-80GB'],
    memoryKind: 'HBM2e',
    matrixFlopPerS: A100_MATRIX,
    vectorFlopPerS: A100_VECTOR,
    memoryBytes: modal(81_920 * MIB),
    memoryBandwidthBytePerS: aic(1935e9),
    hostLink: PCIE_4,
    powerW: aic(300),
    note: 'Same peaks as SXM on paper at 100 W less: expect a lower sustained clock.',
  },
  {
    ...A100_CHIP,
    id: 'a800-sxm-80gb',
    name: 'NVIDIA A800 SXM 80 GB',
    year: 2022,
    aliases: ['a800', 'nvidia_A800_80G_SXM', 'NVIDIA A800-SXM4-80GB'],
    memoryKind: 'HBM2e',
    matrixFlopPerS: { fp16: viewer(312e12), bf16: viewer(312e12), int8: viewer(624e12) },
    vectorFlopPerS: { fp32: tpu(19.49e12) },
    memoryBytes: cite('a800Smi')(81_920 * MIB),
    memoryBandwidthBytePerS: viewer(2039e9),
    powerW: cite('a800Smi')(400),
    priceUsd: hf(12_000),
    note: 'A100 with a slower NVLink; its rate could not be sourced.',
  },
]
