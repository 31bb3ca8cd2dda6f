/**
 * NVIDIA Blackwell GPUs: data centre (B200 to GB300, one GPU of a superchip), GeForce, workstation and GB10.
 * Dense peaks, driver memory, SI units, NVLink one direction. `fp4` is NVFP4. GeForce 16-bit and FP8 peaks are the
 * FP32-accumulate rate, half of the FP16-accumulate rate. Left out: the Grace half of GB200 and GB300.
 */
import type { Accelerator, Link } from './accelerator.ts'
import { cite, DATA_SHEET, GIB, KIB, MIB } from './cite.ts'

const aic = cite('aiconfigurator')
const fork = cite('llmViewerFork')
const hf = cite('huggingface')
const mle = cite('mlEngineering')
const ao = cite('torchao')
const aoB200 = cite('torchaoB200')
const cudnn = cite('cudnnFrontend')
const cccl = cite('cccl')
const device = cite('deviceQuery')
const tpu = cite('techPowerUp')

const BLACKWELL = {
  vendor: 'nvidia',
  architecture: 'blackwell',
  kind: 'gpu',
  memoryKind: 'HBM3e',
  sharedMemoryBytesPerUnit: cccl(227 * KIB),
} as const
const RTX_BLACKWELL = {
  vendor: 'nvidia',
  architecture: 'blackwell-rtx',
  kind: 'gpu',
  year: 2025,
  memoryKind: 'GDDR7',
  sharedMemoryBytesPerUnit: cccl(99 * KIB),
} as const

const NVLINK_5: Link = { name: 'NVLink 5', bandwidthBytePerS: aic(900e9) }
const PCIE_5: Link = { name: 'PCIe 5.0 x16', bandwidthBytePerS: aic(64e9) }
const PCIE_6: Link = { name: 'PCIe 6.0 x16', bandwidthBytePerS: aic(128e9) }

export const NVIDIA_BLACKWELL: readonly Accelerator[] = [
  {
    ...BLACKWELL,
    id: 'b200',
    name: 'NVIDIA B200 SXM',
    year: 2024,
    aliases: ['b200_sxm', 'NVIDIA B200'],
    matrixFlopPerS: {
      fp16: mle(2250e12),
      bf16: aic(2250e12),
      tf32: mle(1125e12),
      fp8: aic(4500e12),
      fp6: mle(4500e12),
      int8: aic(4500e12),
      fp4: aic(9000e12),
    },
    vectorFlopPerS: { fp32: mle(80e12) },
    memoryBytes: cite('b200Smi')(183_359 * MIB, 'AIConfigurator stores 180 GiB; other tables 180 or 192 GB'),
    memoryBandwidthBytePerS: aic(7700e9, 'bus width and memory clock give 7672; data sheets round to 8000'),
    l2Bytes: aoB200(126.5 * MIB),
    computeUnits: aoB200(148),
    clockHz: mle(1965e6, 'device maximum'),
    scaleUpLink: NVLINK_5,
    hostLink: PCIE_6,
    powerW: aic(1000),
    priceUsd: hf(40_000),
  },
  {
    ...BLACKWELL,
    id: 'b300',
    name: 'NVIDIA B300 SXM',
    year: 2025,
    aliases: ['b300_sxm', 'NVIDIA B300', 'NVIDIA B300 SXM6 AC'],
    matrixFlopPerS: {
      fp16: mle(2250e12),
      bf16: aic(2250e12),
      tf32: mle(1125e12),
      fp8: aic(4500e12),
      fp6: mle(4500e12),
      int8: aic(153.5e12, 'halved from 307 with sparsity; one table repeats the 4500 of the B200'),
      fp4: aic(14_000e12, 'other tables: 12,600 to 15,000'),
    },
    vectorFlopPerS: { fp32: mle(80e12) },
    memoryBytes: aic(275_040 * MIB),
    memoryBandwidthBytePerS: aic(7750e9, 'data sheets round to 8000'),
    computeUnits: tpu(148),
    scaleUpLink: NVLINK_5,
    hostLink: PCIE_6,
    powerW: aic(1100),
    priceUsd: hf(45_000),
    note: 'INT8 tensor rate is a thirtieth of FP8: an INT8 checkpoint is a poor fit.',
  },
  {
    ...BLACKWELL,
    id: 'gb200',
    name: 'NVIDIA GB200 (one Blackwell GPU of the superchip)',
    year: 2024,
    aliases: ['gb200-nvl72', 'NVIDIA GB200'],
    matrixFlopPerS: {
      fp16: mle(2500e12),
      bf16: aic(2500e12),
      tf32: mle(1250e12),
      fp8: aic(5000e12),
      fp6: mle(5000e12),
      int8: aic(5000e12),
      fp4: aic(10_000e12),
    },
    vectorFlopPerS: { fp32: mle(80e12) },
    memoryBytes: aic(189_471 * MIB),
    memoryBandwidthBytePerS: aic(8000e9, 'InferSim stores 13,400, which nothing supports'),
    l2Bytes: mle(126e6),
    clockHz: mle(2062e6, 'device maximum'),
    scaleUpLink: NVLINK_5,
    hostLink: PCIE_5,
    powerW: aic(1200),
  },
  {
    ...BLACKWELL,
    id: 'gb300',
    name: 'NVIDIA GB300 (one Blackwell Ultra GPU of the superchip)',
    year: 2025,
    aliases: ['gb300-nvl72', 'NVIDIA GB300'],
    matrixFlopPerS: {
      fp16: mle(2500e12),
      bf16: aic(2500e12),
      tf32: mle(1250e12),
      fp8: aic(5000e12),
      fp6: mle(5000e12),
      int8: aic(165e12, 'one table repeats the 5000 of the GB200'),
      fp4: aic(15_000e12),
    },
    vectorFlopPerS: { fp32: mle(80e12) },
    memoryBytes: aic(284_208 * MIB),
    memoryBandwidthBytePerS: aic(8000e9),
    scaleUpLink: NVLINK_5,
    hostLink: PCIE_5,
    powerW: aic(1400),
    note: 'INT8 tensor rate is a thirtieth of FP8: an INT8 checkpoint is a poor fit.',
  },
  {
    ...RTX_BLACKWELL,
    id: 'rtx-5080',
    name: 'NVIDIA GeForce RTX 5080',
    aliases: ['5080', 'geforce-rtx-5080', 'NVIDIA GeForce RTX 5080'],
    matrixFlopPerS: {
      fp16: fork(112.6e12, 'FP32 accumulate'),
      bf16: fork(112.6e12, 'FP32 accumulate'),
      int8: fork(450.2e12),
    },
    vectorFlopPerS: { fp32: tpu(56.28e12) },
    memoryBytes: tpu(16 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: fork(960e9),
    l2Bytes: tpu(64 * MIB),
    computeUnits: tpu(84),
    clockHz: tpu(2617e6),
    powerW: tpu(360),
    priceUsd: hf(1000),
  },
  {
    ...RTX_BLACKWELL,
    id: 'rtx-5090',
    name: 'NVIDIA GeForce RTX 5090',
    aliases: ['5090', 'geforce-rtx-5090', 'NVIDIA GeForce RTX 5090'],
    matrixFlopPerS: {
      fp16: fork(209.5e12, 'FP32 accumulate; advertised FP16 figures are FP16 accumulate or sparse'),
      bf16: ao(209.5e12, 'FP32 accumulate'),
      fp8: ao(419e12, 'FP32 accumulate'),
      int8: fork(838e12),
      fp4: ao(1676e12),
    },
    vectorFlopPerS: { fp32: tpu(104.8e12) },
    memoryBytes: device(32_607 * MIB),
    memoryBandwidthBytePerS: fork(1792e9, 'torchao stores 1.792e15: a slip of a thousand'),
    l2Bytes: device(96 * MIB),
    computeUnits: device(170),
    clockHz: device(2407e6),
    powerW: device(575),
    priceUsd: hf(2000),
    note: '16-bit and FP8 peaks are the FP32-accumulate rate; cards boost past 2407 MHz and can exceed them.',
  },
  {
    ...RTX_BLACKWELL,
    id: 'rtx-pro-6000',
    name: 'NVIDIA RTX PRO 6000 Blackwell (Workstation or Server Edition)',
    aliases: [
      'rtx_pro_6000_server',
      'rtx-pro-6000-blackwell',
      'pro-6000',
      'rtx-6000-pro',
      'NVIDIA RTX PRO 6000 Blackwell Server Edition',
      'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
    ],
    matrixFlopPerS: {
      fp16: cudnn(503.8e12),
      bf16: cudnn(503.8e12),
      fp8: cudnn(1007.6e12, 'twice the BF16 rate per clock'),
      int8: aic(935.6e12, 'scaled there to the 2430 MHz one server allowed'),
      fp4: aic(1871.2e12, 'scaled there to the 2430 MHz one server allowed'),
    },
    vectorFlopPerS: { fp32: tpu(126e12) },
    memoryBytes: aic(97_887 * MIB),
    memoryBandwidthBytePerS: aic(1792e9),
    l2Bytes: tpu(128 * MIB),
    computeUnits: tpu(188),
    clockHz: tpu(2617e6),
    hostLink: PCIE_5,
    powerW: aic(600),
    priceUsd: hf(8600),
    note: 'Full-rate FP32 accumulate: pages that list 251.9 TFLOPS apply the GeForce halving to it.',
  },
  {
    id: 'dgx-spark',
    name: 'NVIDIA DGX Spark (GB10)',
    vendor: 'nvidia',
    architecture: 'blackwell-rtx',
    kind: 'soc',
    year: 2025,
    aliases: ['gb10', 'spark', 'NVIDIA GB10'],
    matrixFlopPerS: { fp4: cite('dgxSpark')(500e12, 'half of the advertised petaflop, which is with sparsity') },
    vectorFlopPerS: { fp32: tpu(29.71e12) },
    memoryBytes: hf(128 * GIB, 'data-sheet size, shared with the CPU and the operating system'),
    memoryKind: 'LPDDR5X',
    memoryBandwidthBytePerS: tpu(273.2e9),
    sharedMemoryBytesPerUnit: cccl(99 * KIB),
    computeUnits: tpu(48),
    clockHz: tpu(2418e6),
    powerW: hf(140),
    priceUsd: hf(3999),
    note: 'NVIDIA publishes only the FP4 figure; estimates of its BF16 peak differ twofold, so none is given.',
  },
]
