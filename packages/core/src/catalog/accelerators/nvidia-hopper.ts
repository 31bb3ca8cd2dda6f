/**
 * NVIDIA Hopper GPUs: H100, H200, the export variants H20 and H800, and the Hopper half of GH200. Dense tensor
 * peaks (half of the sparse figures of the data sheets), driver memory, SI units, NVLink one direction. Left out:
 * the Grace half of GH200 (see cpu.ts) and its LPDDR5X.
 */
import type { Accelerator, Link } from './accelerator.ts'
import { cite, DATA_SHEET, GIB, KIB, MIB } from './cite.ts'

const aic = cite('aiconfigurator')
const infer = cite('inferSim')
const genz = cite('genz')
const hf = cite('huggingface')
const mle = cite('mlEngineering')
const hmc = cite('hmcH100')
const morph = cite('morphH200')
const device = cite('deviceQuery')
const tpu = cite('techPowerUp')

const HOPPER = {
  vendor: 'nvidia',
  architecture: 'hopper',
  kind: 'gpu',
  sharedMemoryBytesPerUnit: cite('cccl')(227 * KIB),
} as const

const NVLINK_4: Link = { name: 'NVLink 4', bandwidthBytePerS: aic(450e9) }
const PCIE_5: Link = { name: 'PCIe 5.0 x16', bandwidthBytePerS: aic(64e9) }

const SXM_MATRIX = {
  fp16: aic(989e12),
  bf16: aic(989e12),
  tf32: mle(494.5e12),
  fp8: aic(1978e12),
  int8: aic(1978e12),
} as const
const SXM_CLOCK = mle(1830e6, 'the clock the tensor peaks are stated at; the device reports a 1980 MHz maximum')
const GH200_MATRIX = {
  fp16: mle(989e12),
  bf16: mle(989e12),
  tf32: mle(494.5e12),
  fp8: mle(1979e12),
  int8: mle(1979e12),
} as const

export const NVIDIA_HOPPER: readonly Accelerator[] = [
  {
    ...HOPPER,
    id: 'h100-sxm',
    name: 'NVIDIA H100 SXM 80 GB',
    year: 2022,
    aliases: [
      'h100',
      'h100-80gb',
      'h100-sxm5',
      'h100-sxm-80gb',
      'nvidia_H100',
      'nvidia_H100_SXM',
      'NVIDIA H100 80GB HBM3',
    ],
    memoryKind: 'HBM3',
    matrixFlopPerS: SXM_MATRIX,
    vectorFlopPerS: { fp32: mle(67e12) },
    memoryBytes: device(81_559 * MIB),
    memoryBandwidthBytePerS: aic(3350e9),
    l2Bytes: device(50 * MIB),
    computeUnits: device(132),
    clockHz: SXM_CLOCK,
    scaleUpLink: NVLINK_4,
    hostLink: PCIE_5,
    powerW: aic(700),
    priceUsdPerHour: cite('aimultiplePrices')(2.95, 'May 2026, USD, median of 37 providers; offers from 1.99 to 5.00'),
    priceUsd: hf(30_000),
  },
  {
    ...HOPPER,
    id: 'h100-pcie',
    name: 'NVIDIA H100 PCIe 80 GB',
    year: 2022,
    aliases: ['h100-pcie-80gb', 'nvidia_H100_PCIe', 'NVIDIA H100 PCIe'],
    memoryKind: 'HBM2e',
    matrixFlopPerS: {
      fp16: aic(756.5e12),
      bf16: aic(756.5e12),
      tf32: hmc(378.23e12),
      fp8: aic(1513e12),
      int8: aic(1513e12),
    },
    vectorFlopPerS: { fp32: hmc(51.22e12), fp16: hmc(102.44e12), bf16: hmc(102.44e12) },
    memoryBytes: aic(80 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: aic(2000e9),
    l2Bytes: tpu(50 * MIB),
    computeUnits: tpu(114),
    clockHz: cite('llmc')(1620e6, 'the clock the tensor peaks are stated at; boost is 1755 MHz'),
    hostLink: PCIE_5,
    powerW: aic(350),
  },
  {
    ...HOPPER,
    id: 'h100-nvl',
    name: 'NVIDIA H100 NVL 94 GB',
    year: 2023,
    aliases: ['h100-nvl-94gb', 'NVIDIA H100 NVL'],
    memoryKind: 'HBM3',
    matrixFlopPerS: {},
    vectorFlopPerS: { fp32: tpu(60.32e12) },
    memoryBytes: device(95_830 * MIB),
    memoryBandwidthBytePerS: tpu(3940e9),
    l2Bytes: device(60 * MIB),
    computeUnits: device(132),
    clockHz: device(1785e6),
    powerW: mle(400, 'configurable 350 to 400 W'),
    note: 'One card of the pair. Its dense tensor peak was not found; the H200 NVL row is the nearest sourced part.',
  },
  {
    ...HOPPER,
    id: 'h20',
    name: 'NVIDIA H20',
    year: 2024,
    aliases: ['nvidia-h20', 'h20-96gb'],
    memoryKind: 'HBM3',
    matrixFlopPerS: { fp16: infer(148e12), bf16: infer(148e12), fp8: infer(296e12) },
    vectorFlopPerS: {},
    memoryBytes: hf(96 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: infer(4096e9),
    scaleUpLink: { name: 'NVLink 4', bandwidthBytePerS: infer(450e9) },
    powerW: hf(400),
    priceUsd: hf(13_500),
    note: 'Export variant: a seventh of the H100 tensor rate with more bandwidth.',
  },
  {
    ...HOPPER,
    id: 'h800',
    name: 'NVIDIA H800 SXM',
    year: 2023,
    aliases: ['h800-sxm', 'nvidia-h800'],
    memoryKind: 'HBM3',
    matrixFlopPerS: { fp16: infer(989e12), bf16: infer(989e12), fp8: infer(1979e12) },
    vectorFlopPerS: { fp32: tpu(59.3e12) },
    memoryBytes: hf(80 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: cite('flashMla')(3350e9, 'InferSim stores 3430'),
    computeUnits: tpu(132),
    scaleUpLink: { name: 'NVLink 4, cut down', bandwidthBytePerS: infer(200e9) },
    powerW: hf(700),
    priceUsd: hf(30_000),
    note: 'Export variant: H100 with less than half the NVLink rate.',
  },
  {
    ...HOPPER,
    id: 'h200-sxm',
    name: 'NVIDIA H200 SXM 141 GB',
    year: 2024,
    aliases: ['h200', 'h200-141gb', 'NVIDIA H200'],
    memoryKind: 'HBM3e',
    matrixFlopPerS: SXM_MATRIX,
    vectorFlopPerS: { fp32: mle(67e12) },
    memoryBytes: device(143_771 * MIB, 'AIConfigurator stores 141 GiB, 0.4% more'),
    memoryBandwidthBytePerS: aic(4800e9),
    l2Bytes: device(60 * MIB, 'device query; several tables repeat the 50 MiB of the H100'),
    computeUnits: device(132),
    clockHz: SXM_CLOCK,
    scaleUpLink: NVLINK_4,
    hostLink: PCIE_5,
    powerW: aic(700),
    priceUsdPerHour: cite('mercatusPrices')(4.5, 'May 2026, USD; between 2.50 (long tail) and 7.00 (hyperscaler)'),
    priceUsd: hf(32_000),
  },
  {
    ...HOPPER,
    id: 'h200-nvl',
    name: 'NVIDIA H200 NVL 141 GB',
    year: 2024,
    aliases: ['NVIDIA H200 NVL'],
    memoryKind: 'HBM3e',
    matrixFlopPerS: {
      fp16: morph(835.5e12, 'half of the 1,671 with sparsity'),
      bf16: morph(835.5e12, 'half of the 1,671 with sparsity'),
      fp8: morph(1670.5e12, 'half of the 3,341 with sparsity'),
    },
    vectorFlopPerS: { fp32: tpu(60.32e12) },
    memoryBytes: morph(141 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: morph(4800e9),
    computeUnits: tpu(132),
    powerW: mle(600),
  },
  {
    ...HOPPER,
    id: 'gh200-96gb',
    name: 'NVIDIA GH200 (Hopper GPU, 96 GB HBM3)',
    year: 2023,
    aliases: ['gh200', 'gh200-480gb', 'NVIDIA GH200 480GB'],
    memoryKind: 'HBM3',
    matrixFlopPerS: GH200_MATRIX,
    vectorFlopPerS: { fp32: mle(67e12) },
    memoryBytes: device(97_871 * MIB),
    memoryBandwidthBytePerS: mle(4000e9),
    l2Bytes: device(60 * MIB),
    computeUnits: device(132),
    clockHz: device(1980e6, 'device maximum; the tensor peaks correspond to 1830 MHz'),
    note: 'The 480 GB of the device name is the CPU memory. One table stores 1979 as its 16-bit peak: FP8 or sparse.',
  },
  {
    ...HOPPER,
    id: 'gh200-144gb',
    name: 'NVIDIA GH200 (Hopper GPU, 144 GB HBM3e)',
    year: 2024,
    aliases: ['gh200-141gb', 'gh200-hbm3e'],
    memoryKind: 'HBM3e',
    matrixFlopPerS: GH200_MATRIX,
    vectorFlopPerS: { fp32: mle(67e12) },
    memoryBytes: mle(141 * GIB, 'data-sheet size read as GiB; GenZ stores 144'),
    memoryBandwidthBytePerS: genz(4900e9, 'another table lists 4800'),
    scaleUpLink: { name: 'NVLink 4', bandwidthBytePerS: genz(450e9) },
    powerW: mle(900),
  },
]
