/**
 * Google TPUs, one chip per row: peaks per chip, SI units, inter-chip links halved to one direction. `computeUnits`
 * are TensorCores and `sharedMemoryBytesPerUnit` their vector memory. Left out: prices (the public pages contradict
 * each other), power (not published), SparseCores.
 */
import type { Accelerator } from './accelerator.ts'
import { cite, GIB, MIB } from './cite.ts'

const genz = cite('genz')
const jax = cite('jaxTpu')
const v5e = cite('tpuV5e')
const v6e = cite('tpuV6e')
const tpu7x = cite('tpu7x')
const mle = cite('mlEngineering')

const TPU = { vendor: 'google', kind: 'npu', vectorFlopPerS: {} } as const
const ONE_WAY = 'half of the published both-way rate'

export const GOOGLE_TPU: readonly Accelerator[] = [
  {
    ...TPU,
    id: 'tpu-v4',
    name: 'Google TPU v4',
    architecture: 'tpu-v4',
    aliases: ['tpuv4', 'v4-tpu'],
    matrixFlopPerS: { bf16: genz(275e12), int8: mle(275e12) },
    memoryBytes: jax(34.4e9, '32 GiB'),
    memoryKind: 'HBM2',
    memoryBandwidthBytePerS: genz(1228e9),
    l2Bytes: jax(134e6, 'common memory of the chip'),
    sharedMemoryBytesPerUnit: jax(16 * MIB),
    computeUnits: jax(2),
  },
  {
    ...TPU,
    id: 'tpu-v5e',
    name: 'Google TPU v5e',
    architecture: 'tpu-v5',
    year: 2023,
    aliases: ['v5e', 'v5litepod', 'tpu-v5-lite'],
    matrixFlopPerS: { bf16: v5e(197e12), int8: v5e(393e12), int4: jax(788e12) },
    memoryBytes: jax(17.2e9, '16 GiB'),
    memoryKind: 'HBM2',
    memoryBandwidthBytePerS: v5e(819e9, 'another version of the page says 800 GiB/s'),
    sharedMemoryBytesPerUnit: jax(128 * MIB),
    computeUnits: v5e(1),
    scaleUpLink: { name: 'ICI, 2D torus', bandwidthBytePerS: v5e(200e9, ONE_WAY) },
  },
  {
    ...TPU,
    id: 'tpu-v5p',
    name: 'Google TPU v5p',
    architecture: 'tpu-v5',
    year: 2023,
    aliases: ['v5p'],
    matrixFlopPerS: {
      bf16: tpu7x(459e12),
      fp8: tpu7x(459e12, 'no faster than bf16; JAX marks FP8 as not available'),
      int8: jax(918e12),
      int4: jax(1840e12),
    },
    memoryBytes: tpu7x(95 * GIB),
    memoryKind: 'HBM2e',
    memoryBandwidthBytePerS: tpu7x(2765e9, 'JAX stores 2460'),
    sharedMemoryBytesPerUnit: jax(64 * MIB),
    computeUnits: jax(2),
    scaleUpLink: { name: 'ICI, 3D torus', bandwidthBytePerS: tpu7x(600e9, ONE_WAY) },
  },
  {
    ...TPU,
    id: 'tpu-v6e',
    name: 'Google TPU v6e (Trillium)',
    architecture: 'tpu-v6',
    year: 2024,
    aliases: ['v6e', 'trillium'],
    matrixFlopPerS: {
      bf16: v6e(918e12),
      fp8: tpu7x(918e12, 'no faster than bf16'),
      int8: v6e(1836e12),
      int4: jax(3680e12),
    },
    memoryBytes: jax(34.4e9, '32 GiB'),
    memoryBandwidthBytePerS: v6e(1638e9),
    sharedMemoryBytesPerUnit: jax(128 * MIB),
    computeUnits: v6e(1),
    scaleUpLink: { name: 'ICI, 2D torus', bandwidthBytePerS: v6e(400e9, ONE_WAY) },
  },
  {
    ...TPU,
    id: 'tpu-v7',
    name: 'Google TPU7x (Ironwood)',
    architecture: 'tpu-v7',
    year: 2025,
    aliases: ['ironwood', 'tpu7x', 'tpu-v7x', 'v7x'],
    matrixFlopPerS: { bf16: tpu7x(2307e12), fp8: tpu7x(4614e12) },
    memoryBytes: tpu7x(192 * GIB),
    memoryKind: 'HBM3e',
    memoryBandwidthBytePerS: tpu7x(7380e9),
    scaleUpLink: { name: 'ICI, 3D torus', bandwidthBytePerS: tpu7x(600e9, ONE_WAY) },
    note: 'INT8 not published.',
  },
]
