/**
 * NVIDIA Ada GPUs: data centre (L4, L40, L40S), workstation and GeForce. Dense tensor peaks, memory as the driver
 * reports it where a listing was found, SI units. GeForce 16-bit peaks are the FP32-accumulate rate, half of the
 * FP16-accumulate rate that marketing quotes. Left out: laptop parts.
 */
import type { Accelerator, Link } from './accelerator.ts'
import { cite, DATA_SHEET, GIB, KIB, MIB } from './cite.ts'

const aic = cite('aiconfigurator')
const viewer = cite('llmViewer')
const fork = cite('llmViewerFork')
const hf = cite('huggingface')
const mle = cite('mlEngineering')
const llmc = cite('llmc')
const waredb = cite('waredb4090')
const device = cite('deviceQuery')
const tpu = cite('techPowerUp')

const ADA = {
  vendor: 'nvidia',
  architecture: 'ada',
  kind: 'gpu',
  memoryKind: 'GDDR6',
  sharedMemoryBytesPerUnit: cite('cccl')(99 * KIB),
} as const

const PCIE_4: Link = { name: 'PCIe 4.0 x16', bandwidthBytePerS: aic(32e9) }

export const NVIDIA_ADA: readonly Accelerator[] = [
  {
    ...ADA,
    id: 'l4',
    name: 'NVIDIA L4',
    year: 2023,
    aliases: ['nvidia-l4'],
    matrixFlopPerS: { fp16: aic(121e12), bf16: aic(121e12), fp8: aic(242e12), int8: aic(242e12) },
    vectorFlopPerS: { fp32: tpu(30.29e12) },
    memoryBytes: device(23_034 * MIB),
    memoryBandwidthBytePerS: aic(300e9),
    l2Bytes: device(48 * MIB),
    computeUnits: device(58),
    clockHz: device(2040e6),
    hostLink: PCIE_4,
    powerW: aic(72),
    priceUsd: hf(2500),
    note: 'The peaks assume 2040 MHz, which 72 W does not sustain under matrix load.',
  },
  {
    ...ADA,
    id: 'l40',
    name: 'NVIDIA L40',
    year: 2022,
    aliases: ['nvidia_L40'],
    matrixFlopPerS: { fp16: viewer(181e12), bf16: viewer(181e12), int8: viewer(362e12) },
    vectorFlopPerS: { fp32: tpu(90.52e12) },
    memoryBytes: tpu(48 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: viewer(864e9),
    l2Bytes: tpu(96 * MIB),
    computeUnits: tpu(142),
    clockHz: tpu(2490e6),
    powerW: hf(300),
    priceUsd: hf(7500),
    note: 'Half the tensor rate of the L40S from the same chip.',
  },
  {
    ...ADA,
    id: 'l40s',
    name: 'NVIDIA L40S',
    year: 2023,
    aliases: ['nvidia-l40s'],
    matrixFlopPerS: {
      fp16: aic(362.05e12),
      bf16: aic(362.05e12),
      tf32: mle(183e12),
      fp8: aic(733e12),
      int8: aic(733e12),
    },
    vectorFlopPerS: { fp32: mle(91.6e12) },
    memoryBytes: aic(46_068 * MIB),
    memoryBandwidthBytePerS: aic(864e9),
    l2Bytes: device(96 * MIB, 'some databases list 48 MB; this is the device query'),
    computeUnits: device(142),
    clockHz: device(2520e6),
    hostLink: PCIE_4,
    powerW: aic(350),
    priceUsd: hf(8500),
  },
  {
    ...ADA,
    id: 'rtx-6000-ada',
    name: 'NVIDIA RTX 6000 Ada Generation',
    year: 2022,
    aliases: ['6000-ada', 'rtx-a6000-ada', 'nvidia_A6000_Ada', 'NVIDIA RTX 6000 Ada Generation'],
    matrixFlopPerS: { fp16: fork(364.2e12), bf16: fork(364.2e12), int8: fork(728.5e12) },
    vectorFlopPerS: { fp32: tpu(91.06e12) },
    memoryBytes: device(49_140 * MIB),
    memoryBandwidthBytePerS: fork(960e9),
    l2Bytes: device(96 * MIB),
    computeUnits: device(142),
    clockHz: device(2505e6),
    powerW: device(300),
    priceUsd: hf(6800),
    note: 'Full-rate FP32 accumulate, unlike GeForce. FP8 not sourced.',
  },
  {
    ...ADA,
    id: 'rtx-4080',
    name: 'NVIDIA GeForce RTX 4080',
    year: 2022,
    aliases: ['4080', 'geforce-rtx-4080', 'NVIDIA GeForce RTX 4080'],
    memoryKind: 'GDDR6X',
    matrixFlopPerS: {
      fp16: fork(97.47e12, 'FP32 accumulate'),
      bf16: fork(97.47e12, 'FP32 accumulate'),
      int8: fork(389.9e12),
    },
    vectorFlopPerS: { fp32: tpu(48.74e12) },
    memoryBytes: tpu(16 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: fork(716.8e9),
    l2Bytes: tpu(64 * MIB),
    computeUnits: tpu(76),
    clockHz: tpu(2505e6),
    powerW: tpu(320),
    priceUsd: hf(1200),
  },
  {
    ...ADA,
    id: 'rtx-4090',
    name: 'NVIDIA GeForce RTX 4090',
    year: 2022,
    aliases: ['4090', 'geforce-rtx-4090', 'nvidia_RTX_4090', 'NVIDIA GeForce RTX 4090'],
    memoryKind: 'GDDR6X',
    matrixFlopPerS: {
      fp16: llmc(165.2e12, 'FP32 accumulate; 330.3 with FP16 accumulate'),
      bf16: llmc(165.2e12, 'FP32 accumulate'),
      tf32: llmc(82.6e12),
      fp8: llmc(330.3e12, 'FP32 accumulate; 660.6 with FP16 accumulate'),
      int8: waredb(660.6e12),
      int4: waredb(1321.21e12),
    },
    vectorFlopPerS: { fp32: waredb(82.58e12), fp16: waredb(82.58e12) },
    memoryBytes: device(24_564 * MIB),
    memoryBandwidthBytePerS: waredb(1008e9),
    l2Bytes: device(72 * MIB),
    computeUnits: device(128),
    clockHz: device(2520e6),
    powerW: device(450),
    priceUsdPerHour: cite('gpuTrackerPrices')(0.34, 'March 2026, USD, marketplace rent'),
    priceUsd: hf(1600),
    note: '16-bit and FP8 peaks are the FP32-accumulate rate: half of what marketing quotes.',
  },
]
