import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { ACCELERATORS } from '../../catalog/accelerators/index.ts'
import { cpuSeconds } from '../../cpu.testkit.ts'
import { type DeviceModel, deviceModel } from '../kernels/device.ts'
import { type FabricOp, flatRingSeconds, oneShotVolume, portVolume, railVolume, rounds } from './algorithms.ts'
import { collectiveTime, prepareCollective } from './collectives.ts'
import { exchangeBytes, expectedDistinct } from './expertExchange.ts'
import { type Fabric, fabricOf, type RankGroup } from './fabric.ts'
import { LINK_CONSTANTS } from './linkClasses.ts'
import { parseNetwork } from './network.ts'

const of = (id: string) => ACCELERATORS[id] as Accelerator

function fabric(id: string, count: number, raw?: string): Fabric {
  const network = raw === undefined ? undefined : parseNetwork('--network', raw)
  if (network && !network.ok) throw new Error(network.problem.reason)
  const made = fabricOf(of(id), { count, ...(network ? { network: network.value } : {}) })
  if (!made.ok) throw new Error(made.problem.reason)
  return made.value
}

function priced(op: FabricOp, group: RankGroup, over: Fabric, device?: DeviceModel): (bytes: number) => number {
  const prepared = prepareCollective(op, group, over, device)
  if (!prepared.ok) throw new Error(prepared.problem.reason)
  return prepared.value.seconds
}

const OPS: readonly FabricOp[] = ['all_reduce', 'all_gather', 'reduce_scatter', 'alltoall', 'broadcast', 'send_recv']

describe('algorithms, worked out by hand', () => {
  test('ring all-reduce of 8 MB over 4 ranks: 2 · 3/4 · 8 = 12 MB leave a port, a gather half of it', () => {
    expect(portVolume('all_reduce', 8e6, 4)).toBe(12e6)
    expect(portVolume('all_gather', 8e6, 4)).toBe(6e6)
    expect(portVolume('reduce_scatter', 8e6, 4)).toBe(6e6)
  })
  test('one-shot: 3 times the whole; a message and a broadcast: once', () => {
    expect(oneShotVolume(8e6, 4)).toBe(24e6)
    expect(portVolume('send_recv', 8e6, 2)).toBe(8e6)
    expect(portVolume('broadcast', 8e6, 4)).toBe(8e6)
  })
  test('recursive doubling of 8: 3 rounds, 6 there and back; 5 ranks need as many', () => {
    expect(rounds('all_gather', 8)).toBe(3)
    expect(rounds('all_reduce', 8)).toBe(6)
    expect(rounds('all_reduce', 5)).toBe(6)
    expect(rounds('alltoall', 64)).toBe(1)
  })
  test('two nodes of 8, 16 MB: a tree sends 2 MB through each of 8 adapters', () => {
    expect(railVolume('all_reduce', 16e6, 8, 2, 8)).toBe(2e6)
  })
  test('four nodes of 8, 32 MB: rings send 2 · 31/32 · 32 / 8 = 7.75 MB through each', () => {
    expect(railVolume('all_reduce', 32e6, 8, 4, 8)).toBe(7.75e6)
    expect(railVolume('all_gather', 32e6, 8, 4, 8)).toBe(3.875e6)
  })
  test('all-to-all, 2 × 8, 16 MB a rank: half goes abroad, 8 MB a rank; over one shared adapter 64 MB', () => {
    expect(railVolume('alltoall', 16e6, 8, 2, 8)).toBe(8e6)
    expect(railVolume('alltoall', 16e6, 8, 2, 1)).toBe(64e6)
  })
  test('flat ring of 4 over 1 GB/s and 10 µs, 4 MB: 6 · (10 µs + 1 ms)', () => {
    expect(flatRingSeconds(4e6, 4, 10e-6, 1e9)).toBeCloseTo(6.06e-3, 12)
  })
})

describe('fabrics, worked out by hand', () => {
  test('256 MB between two nodes over 400 Gb/s: 12 µs + 256 MB / (0.72 · 50 GB/s) = 7.123 ms', () => {
    const send = priced('send_recv', { perNode: 1, nodes: 2 }, fabric('h100-sxm', 16))
    expect(send(256e6)).toBeCloseTo(12e-6 + 256e6 / 36e9, 9)
  })
  test('all-reduce, two nodes of one H100, 64 MB: 2 rounds · 16 µs + 24 µs · 2^0.66 + 64 MB / 48 GB/s', () => {
    const reduce = priced('all_reduce', { perNode: 1, nodes: 2 }, fabric('h100-sxm', 16))
    expect(reduce(64e6)).toBeCloseTo(32e-6 + 24e-6 * 2 ** 0.66 + 64e6 / 48e9, 9)
    // 4 KiB take the quick protocol: 32 µs + 4096 / 7.5 GB/s.
    expect(reduce(4096)).toBeCloseTo(32e-6 + 4096 / 7.5e9, 10)
  })
  test('two MI300X use one of seven links: 64 GB/s, not 448', () => {
    const over = fabric('mi300x', 8)
    expect(priced('all_reduce', { perNode: 2, nodes: 1 }, fabric('mi300x', 2))(1e9)).toBeGreaterThan(0.02)
    const { callS, hopS, setupS, rich } = LINK_CONSTANTS.xgmi
    const pair = priced('all_reduce', { perNode: 2, nodes: 1 }, over)
    expect(pair(1e9)).toBeCloseTo(callS + 2 * hopS + setupS + 1e9 / (rich * 64e9), 9)
    const all = priced('all_reduce', { perNode: 8, nodes: 1 }, over)
    expect(all(1e9)).toBeCloseTo(callS + 6 * hopS + setupS + 1.75e9 / (rich * 448e9), 9)
  })
  test('vLLM on eight MI300X below 8 MiB: its own kernel, one shot for small messages, two for larger', () => {
    const over = fabric('mi300x', 8)
    const device = deviceModel(of('mi300x'), 'vllm')
    const timeOf = (bytes: number) => {
      const time = collectiveTime('all_reduce', bytes, { perNode: 8, nodes: 1 }, over, device)
      if (!time.ok) throw new Error(time.problem.reason)
      return time.value
    }
    expect(timeOf(8192).algorithm).toBe('one-shot')
    expect(timeOf(8192).timeS).toBeCloseTo(5e-6 + (7 * 8192) / (0.28 * 448e9), 10)
    expect(timeOf(1 << 20).algorithm).toBe('two-shot')
    expect(timeOf(1 << 26).algorithm).toBe('direct')
  })
  test('four nodes of B200: rings at the pace of the network, NVLink in its shadow', () => {
    const over = fabric('b200', 32)
    const time = collectiveTime('all_reduce', 4 * 2 ** 30, { perNode: 8, nodes: 4 }, over, deviceModel(of('b200')))
    if (!time.ok) throw new Error(time.problem.reason)
    expect(time.value.algorithm).toBe('hierarchical, rings over 4 nodes')
    expect(time.value.borrowed).toBe(true)
    expect(time.value.timeS).toBeGreaterThan((0.2421875 * 4 * 2 ** 30) / 48e9)
    expect(time.value.low).toBeLessThan(time.value.timeS)
    expect(time.value.high).toBeGreaterThan(time.value.timeS)
  })
  test('a group that does not fit is a problem', () => {
    expect(prepareCollective('all_reduce', { perNode: 9, nodes: 1 }, fabric('h100-sxm', 8))).toMatchObject({
      ok: false,
    })
    expect(prepareCollective('all_reduce', { perNode: 0, nodes: 1 }, fabric('h100-sxm', 8))).toMatchObject({
      ok: false,
    })
  })
})

const IDS = [
  'h100-sxm',
  'b200',
  'a100-sxm-80gb',
  'l40s',
  'mi300x',
  'rtx-4090',
  'tpu-v5e',
  'gb200',
  'arc-pro-b60',
] as const
const scenes = fc
  .record({
    id: fc.constantFrom(...IDS),
    engine: fc.constantFrom(undefined, 'vllm', 'sglang', 'trtllm', 'bare'),
    op: fc.constantFrom(...OPS),
    nodes: fc.constantFrom(1, 2, 3, 8),
    share: fc.integer({ min: 1, max: 8 }),
    gigabit: fc.constantFrom(10, 100, 400),
    kind: fc.constantFrom('roce', 'ethernet'),
  })
  .map(({ id, engine, op, nodes, share, gigabit, kind }) => {
    const whole = fabricOf(of(id), { count: 8 })
    const per = whole.ok ? whole.value.perNode : 1
    const over = fabric(id, Math.max(2, per) * nodes, `${kind}-${gigabit}`)
    const group = { perNode: Math.min(share, over.perNode), nodes: Math.min(nodes, over.nodes) }
    const device = engine === 'bare' ? undefined : deviceModel(of(id), engine)
    return { op, over, group, device }
  })
const size = fc.double({ min: 1, max: 1e10, noNaN: true })

describe('laws', () => {
  test('never decreases with bytes, finite and positive; one rank is free', () => {
    fc.assert(
      fc.property(scenes, size, size, ({ op, over, group, device }, a, b) => {
        const seconds = priced(op, group, over, device)
        const [small, large] = [seconds(Math.min(a, b)), seconds(Math.max(a, b))]
        expect(Number.isFinite(large)).toBe(true)
        if (group.perNode * group.nodes === 1) expect(large).toBe(0)
        else expect(small).toBeGreaterThan(0)
        expect(large).toBeGreaterThanOrEqual(small * (1 - 1e-12))
      }),
      { numRuns: 400 },
    )
  })
  test('the interval holds the time', () => {
    fc.assert(
      fc.property(scenes, size, ({ op, over, group, device }, bytes) => {
        const time = collectiveTime(op, bytes, group, over, device)
        if (!time.ok) throw new Error(time.problem.reason)
        const { low, timeS, high } = time.value
        expect(low).toBeLessThanOrEqual(timeS)
        expect(high).toBeGreaterThanOrEqual(timeS)
      }),
    )
  })
  test('more bandwidth is never slower', () => {
    fc.assert(
      fc.property(
        scenes,
        size,
        fc.double({ min: 1, max: 10, noNaN: true }),
        ({ op, over, group, device }, bytes, x) => {
          const faster: Fabric = {
            ...over,
            ...(over.scaleUp && {
              scaleUp: { ...over.scaleUp, bandwidthBytePerS: x * over.scaleUp.bandwidthBytePerS },
            }),
            ...(over.scaleOut && {
              scaleOut: { ...over.scaleOut, bandwidthBytePerS: x * over.scaleOut.bandwidthBytePerS },
            }),
          }
          const before = priced(op, group, over, device)(bytes)
          expect(priced(op, group, faster, device)(bytes)).toBeLessThanOrEqual(before * (1 + 1e-12))
        },
      ),
    )
  })
  test('algorithms: reduce-scatter ≤ all-reduce ≤ reduce-scatter + all-gather', () => {
    fc.assert(
      fc.property(scenes, size, ({ over, group }, bytes) => {
        const of = (op: FabricOp) => priced(op, group, over)(bytes)
        const [all, scatter, gather] = [of('all_reduce'), of('reduce_scatter'), of('all_gather')]
        expect(all).toBeGreaterThanOrEqual(scatter * (1 - 1e-12))
        expect(all).toBeLessThanOrEqual((scatter + gather) * (1 + 1e-12))
      }),
      { numRuns: 300 },
    )
  })
  test('large messages: hierarchical is no slower than a flat ring over the network', () => {
    fc.assert(
      fc.property(scenes, fc.double({ min: 1e9, max: 1e11, noNaN: true }), ({ over, group, device }, bytes) => {
        const { scaleOut } = over
        // Only where the network is the slow link: 10 Gb/s, below what PCIe through the host carries.
        if (!scaleOut || group.nodes < 2 || scaleOut.bandwidthBytePerS > 2e9) return
        const c = LINK_CONSTANTS[scaleOut.kind]
        const ranks = group.perNode * group.nodes
        const flat = flatRingSeconds(bytes, ranks, c.hopS, c.rich * scaleOut.bandwidthBytePerS)
        expect(priced('all_reduce', group, over, device)(bytes)).toBeLessThanOrEqual(flat * 1.001 + 1e-3)
      }),
    )
  })
})

describe('expert exchange', () => {
  test('top 2 of 4 ranks: 4 · (1 − (3/4)²) = 1.75 copies; one rank gets one; many ranks get topK', () => {
    expect(expectedDistinct(4, 2)).toBeCloseTo(1.75, 12)
    expect(expectedDistinct(1, 8)).toBe(1)
    expect(expectedDistinct(1e9, 8)).toBeCloseTo(8, 6)
  })
  test('bytes: 128 tokens × 1.75 × 4096 × 2', () => {
    const exchange = { tokensPerRank: 128, topK: 2, hidden: 4096, bytesPerElement: 2, ranks: 4 }
    expect(exchangeBytes(exchange)).toBeCloseTo(128 * 1.75 * 4096 * 2, 6)
    expect(exchangeBytes({ ...exchange, perExpert: true })).toBe(128 * 2 * 4096 * 2)
  })
  test('copies never exceed ranks or choices', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 512 }), fc.integer({ min: 1, max: 64 }), (ranks, topK) => {
        const copies = expectedDistinct(ranks, topK)
        expect(copies).toBeLessThanOrEqual(Math.min(ranks, topK) * (1 + 1e-12))
        expect(copies).toBeGreaterThanOrEqual(1 - 1e-12)
      }),
    )
  })
})

test('a price costs less than a microsecond', () => {
  const over = fabric('b200', 32)
  const reduce = priced('all_reduce', { perNode: 8, nodes: 4 }, over, deviceModel(of('b200'), 'vllm'))
  let sum = 0
  const run = (n: number) => {
    for (let i = 0; i < n; i++) sum += reduce(1e5 + i * 977)
  }
  run(50_000)
  const bestS = Math.min(...[0, 1, 2, 3, 4].map(() => cpuSeconds(() => run(20_000)) / 20_000))
  expect(sum).toBeGreaterThan(0)
  if (process.env.CAPLINE_SHOW) process.stdout.write(`${(bestS * 1e9).toFixed(0)} ns per price\n`)
  // Three times the aim, for a slow machine.
  expect(bestS).toBeLessThan(3e-6)
})
