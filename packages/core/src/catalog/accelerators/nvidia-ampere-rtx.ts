/**
 * NVIDIA Ampere workstation, GeForce and Jetson GPUs (GA102, GA10B). Dense tensor peaks, memory as the driver
 * reports it, SI units. GeForce 16-bit peaks are the FP32-accumulate rate, half of the FP16-accumulate rate that
 * marketing quotes. Left out: laptop parts, NVLink bridges.
 */
import type { Accelerator } from './accelerator.ts'
import { cite, DATA_SHEET, GIB, KIB, MIB } from './cite.ts'

const viewer = cite('llmViewer')
const fork = cite('llmViewerFork')
const hf = cite('huggingface')
const cccl = cite('cccl')
const device = cite('deviceQuery')
const tpu = cite('techPowerUp')
const hmc = cite('hmc3090Ti')

const GA10X = {
  vendor: 'nvidia',
  architecture: 'ampere',
  kind: 'gpu',
  sharedMemoryBytesPerUnit: cccl(99 * KIB),
} as const

export const NVIDIA_AMPERE_RTX: readonly Accelerator[] = [
  {
    ...GA10X,
    id: 'rtx-a6000',
    name: 'NVIDIA RTX A6000',
    year: 2020,
    aliases: ['a6000', 'nvidia_A6000', 'nvidia-rtx-a6000'],
    memoryKind: 'GDDR6',
    matrixFlopPerS: {
      fp16: viewer(154.8385e12, 'stored there as 309.677e12 / 2'),
      bf16: cite('llmperfA6000')(154.8e12),
      int8: viewer(309.7e12),
      int4: cite('llmperfA6000')(619.3e12),
    },
    vectorFlopPerS: { fp32: tpu(38.71e12) },
    memoryBytes: cite('obrienlabs')(49_140 * MIB, 'ECC off; 46,068 MiB with ECC on'),
    memoryBandwidthBytePerS: viewer(768e9),
    l2Bytes: device(6 * MIB),
    computeUnits: device(84),
    clockHz: device(1800e6),
    powerW: device(300),
    priceUsd: hf(4650),
    note: 'The GPU of most figures of LLM Inference Unveiled.',
  },
  {
    ...GA10X,
    id: 'rtx-3090',
    name: 'NVIDIA GeForce RTX 3090',
    year: 2020,
    aliases: ['3090', 'geforce-rtx-3090', 'nvidia_RTX_3090', 'NVIDIA GeForce RTX 3090'],
    memoryKind: 'GDDR6X',
    matrixFlopPerS: {
      fp16: fork(71.16e12, 'FP32 accumulate; 142 with FP16 accumulate'),
      bf16: cite('llmc')(71.2e12, 'FP32 accumulate: 80 of the 3090 Ti scaled by tensor cores and clock'),
      int8: fork(284e12),
    },
    vectorFlopPerS: { fp32: tpu(35.58e12) },
    memoryBytes: device(24_576 * MIB),
    memoryBandwidthBytePerS: cite('gpuPoor')(936e9),
    l2Bytes: device(6 * MIB),
    computeUnits: device(82),
    clockHz: device(1695e6),
    powerW: device(350),
    priceUsd: hf(1500),
    note: '16-bit peaks are the FP32-accumulate rate: half of what marketing quotes.',
  },
  {
    ...GA10X,
    id: 'rtx-3090-ti',
    name: 'NVIDIA GeForce RTX 3090 Ti',
    year: 2022,
    aliases: ['3090ti', 'geforce-rtx-3090-ti', 'NVIDIA GeForce RTX 3090 Ti'],
    memoryKind: 'GDDR6X',
    matrixFlopPerS: {
      fp16: hmc(80e12, 'FP32 accumulate; 160 with FP16 accumulate'),
      bf16: hmc(80e12, 'FP32 accumulate'),
      tf32: hmc(40e12),
      int8: fork(320e12),
      int4: hmc(639.96e12),
    },
    vectorFlopPerS: { fp32: hmc(40e12), fp16: hmc(40e12) },
    memoryBytes: tpu(24 * GIB, DATA_SHEET),
    memoryBandwidthBytePerS: fork(1008e9),
    l2Bytes: tpu(6 * MIB),
    computeUnits: tpu(84),
    clockHz: tpu(1860e6),
    powerW: tpu(450),
    priceUsd: hf(2000),
  },
  {
    id: 'jetson-agx-orin-64gb',
    name: 'NVIDIA Jetson AGX Orin 64 GB',
    vendor: 'nvidia',
    architecture: 'ampere',
    kind: 'soc',
    year: 2022,
    aliases: ['jetson-agx-orin', 'agx-orin', 'orin'],
    matrixFlopPerS: {},
    vectorFlopPerS: { fp32: tpu(5.33e12), fp16: tpu(10.65e12) },
    memoryBytes: tpu(64 * GIB, 'shared with the CPU and the operating system'),
    memoryKind: 'LPDDR5',
    memoryBandwidthBytePerS: tpu(204.8e9),
    sharedMemoryBytesPerUnit: cccl(163 * KIB),
    computeUnits: tpu(16),
    clockHz: tpu(1300e6),
    powerW: tpu(60),
    priceUsd: hf(2000),
    note: 'Dense tensor peak of the GPU alone not sourced; the advertised TOPS are sparse and count the DLA.',
  },
]
