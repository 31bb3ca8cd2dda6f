/**
 * CPUs, one socket per row (two dies for the Grace superchip). FP32 peaks of the Hugging Face table are one round
 * figure per family, so treat them as an order of magnitude. Memory capacity depends on the machine and is left
 * out, as are NUMA effects.
 */
import type { Accelerator } from './accelerator.ts'
import { cite } from './cite.ts'

const hf = cite('huggingface')
const viewer = cite('llmViewer')
const amx = cite('sapphireRapidsAmx')
const grace = cite('graceSuperchip')

const FAMILY = 'one round figure for the family'

export const CPU: readonly Accelerator[] = [
  {
    id: 'epyc-genoa',
    name: 'AMD EPYC Genoa (one socket)',
    vendor: 'amd',
    architecture: 'zen4',
    kind: 'cpu',
    year: 2022,
    aliases: ['genoa', 'epyc-9004', 'epyc-9654'],
    matrixFlopPerS: {},
    vectorFlopPerS: { fp32: hf(5e12, FAMILY) },
    memoryKind: 'DDR5-4800, 12 channels',
    memoryBandwidthBytePerS: cite('genoaMemory')(460.8e9, '12 channels x 8 bytes x 4800 MT/s'),
    powerW: hf(360),
    priceUsd: hf(11_500, FAMILY),
  },
  {
    id: 'epyc-turin',
    name: 'AMD EPYC Turin (one socket)',
    vendor: 'amd',
    architecture: 'zen5',
    kind: 'cpu',
    year: 2024,
    aliases: ['turin', 'epyc-9005'],
    matrixFlopPerS: {},
    vectorFlopPerS: { fp32: hf(13.8e12, FAMILY) },
    powerW: hf(500),
    priceUsd: hf(13_000, FAMILY),
    note: 'Its memory speed could not be sourced, so the bandwidth is absent.',
  },
  {
    id: 'xeon-max-9462',
    name: 'Intel Xeon Max 9462 (Sapphire Rapids, 32 cores, AMX)',
    vendor: 'intel',
    architecture: 'sapphire-rapids',
    kind: 'cpu',
    year: 2023,
    aliases: ['sapphire-rapids', 'xeon-spr', 'xeon-9462'],
    matrixFlopPerS: {
      bf16: amx(88.5e12, '32 cores x 1024 operations per cycle x 2.7 GHz'),
      int8: amx(176.9e12, '32 cores x 2048 operations per cycle x 2.7 GHz'),
    },
    vectorFlopPerS: { fp32: hf(1.3e12, FAMILY) },
    memoryKind: 'DDR5-4800, 8 channels',
    memoryBandwidthBytePerS: cite('sapphireRapidsMemory')(307.2e9, '8 channels x 8 bytes x 4800 MT/s'),
    computeUnits: amx(32),
    clockHz: amx(2700e6, 'base clock'),
    powerW: hf(350),
    note: 'AMX peaks at the base clock. With HBM2e in use the socket offers up to 1 TB/s on 64 GB.',
  },
  {
    id: 'i9-13900k',
    name: 'Intel Core i9-13900K',
    vendor: 'intel',
    architecture: 'raptor-lake',
    kind: 'cpu',
    year: 2022,
    aliases: ['intel_13900k', '13900k', 'core-i9-13900k'],
    matrixFlopPerS: {},
    vectorFlopPerS: { fp32: hf(0.85e12, FAMILY) },
    memoryKind: 'DDR5, 2 channels',
    memoryBandwidthBytePerS: viewer(89.6e9),
    powerW: hf(253),
    priceUsd: hf(600),
    note: 'LLM-Viewer counts 1.38 TFLOPS of FP16 from AVX-512, which this part does not enable.',
  },
  {
    id: 'grace-superchip',
    name: 'NVIDIA Grace CPU Superchip (144 cores)',
    vendor: 'nvidia',
    architecture: 'neoverse-v2',
    kind: 'cpu',
    year: 2023,
    aliases: ['grace', 'grace-cpu', 'nvidia-grace'],
    matrixFlopPerS: {},
    vectorFlopPerS: { fp64: grace(7.1e12) },
    memoryBytes: grace(960e9, 'largest option'),
    memoryKind: 'LPDDR5X',
    memoryBandwidthBytePerS: grace(1e12, 'up to'),
    l2Bytes: grace(234e6, 'L3 of both dies'),
    computeUnits: grace(144),
    powerW: grace(500),
  },
]
