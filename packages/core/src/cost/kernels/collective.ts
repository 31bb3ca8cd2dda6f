/**
 * Collectives over one link domain: latency plus bytes over bandwidth, with a quick and a rich protocol.
 *
 *   time = smoothmax(latency, min(V₁ / quick, rich latency + V / rich)) + ramp
 *   V = bytes × (n−1)/n, twice that for an all-reduce (ring, Thakur et al. 2005)
 *   V₁ = V, or bytes × (n−1) for an engine's own one-shot all-reduce
 *
 * Rates are shares of the link's one-way bandwidth and change with the number of GPUs as (n/2)^ln(scaling): below 1 where
 * the path narrows (PCIe over two sockets), above where the switch reduces (NVLink SHARP). Monotone in bytes.
 */
import type { Chip } from './chip.ts'
import { type ConstantSpec, type KernelModel, smoothMax } from './model.ts'
import type { CollectiveQuery } from './query.ts'

const C = { latency: 0, rich: 1, quick: 2, perGpu: 3, scaling: 4, setup: 5, sharpness: 6, ramp: 7 } as const

export const COLLECTIVE_CONSTANTS: readonly ConstantSpec[] = [
  {
    name: 'latency',
    unit: 's',
    start: 8e-6,
    min: 5e-7,
    max: 3e-4,
    perDevice: true,
    meaning: 'shortest call between two',
  },
  {
    name: 'rich',
    unit: '1',
    start: 0.6,
    min: 0.01,
    max: 1.2,
    perDevice: true,
    meaning: 'share of the link, large messages',
  },
  {
    name: 'quick',
    unit: '1',
    start: 0.3,
    min: 0.005,
    max: 1.2,
    perDevice: true,
    meaning: 'share of the link, small messages',
  },
  { name: 'perGpu', unit: 's', start: 1e-6, min: 1e-9, max: 5e-5, meaning: 'latency of every further GPU' },
  {
    name: 'scaling',
    unit: '1',
    start: 1.1,
    min: 0.02,
    max: 5,
    meaning: 'e^(growth of the rates with the doubling of GPUs)',
  },
  { name: 'setup', unit: 's', start: 1e-5, min: 1e-7, max: 3e-4, meaning: 'setting up the rich protocol' },
  { name: 'sharpness', unit: '1', start: 2, min: 1, max: 8, meaning: 'exponent of the smooth maximum' },
  { name: 'ramp', unit: 's', start: 2e-6, min: 1e-9, max: 3e-4, meaning: 'extra latency of medium and large messages' },
]

function seconds(query: CollectiveQuery, chip: Chip, c: Float64Array): number {
  const { gpus, bytes } = query
  if (gpus < 2) return 0
  const volume = ((bytes * (gpus - 1)) / gpus) * (query.op === 'all_reduce' ? 2 : 1)
  const first = query.custom ? bytes * (gpus - 1) : volume
  const rate = chip.link * (gpus === 2 ? 1 : (gpus / 2) ** Math.log(c[C.scaling]!))
  const latency = c[C.latency]! + c[C.perGpu]! * (gpus - 2)
  const quick = first / (c[C.quick]! * rate)
  const rich = c[C.setup]! + volume / (c[C.rich]! * rate)
  return smoothMax(latency, Math.min(quick, rich), c[C.sharpness]!) + (c[C.ramp]! * quick) / (quick + latency)
}

export const collectiveModel: KernelModel<CollectiveQuery> = { constants: COLLECTIVE_CONSTANTS, seconds }
