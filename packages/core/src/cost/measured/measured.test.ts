import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACCELERATORS, type Accelerator } from '../../catalog/accelerators/index.ts'
import { deviceModel, kernelSeconds } from '../kernels/device.ts'
import { opClassOf } from '../kernels/dispatch.ts'
import type { GemmQuery, KernelQuery } from '../kernels/query.ts'
import { type MeasuredRow, measuredDevice, measuredSeconds, measuredTime } from './index.ts'
import { compareVersions } from './points.ts'

const H100 = ACCELERATORS['h100-sxm'] as Accelerator
const CALIBRATED = deviceModel(H100, 'vllm') as NonNullable<ReturnType<typeof deviceModel>>
const KERNEL = 'torch.nn.functional.linear'

const gemm = (m: number, n = 4096, k = 4096): GemmQuery => ({
  kind: 'gemm',
  m,
  n,
  k,
  format: 'bfloat16',
  replayed: true,
})

/** Measured at this utilisation of the calibrated time. */
function row(query: KernelQuery, utilisation: number, more: Partial<MeasuredRow> = {}): MeasuredRow {
  const kernel = more.kernel ?? KERNEL
  const seconds = kernelSeconds(query, CALIBRATED, kernel, 'vllm') / utilisation
  return {
    op: opClassOf(query),
    deviceId: H100.id,
    backend: 'vllm',
    backendVersion: '1',
    kernel,
    query,
    seconds,
    ...more,
  }
}

function deviceOf(rows: readonly MeasuredRow[], options = {}) {
  const device = measuredDevice(rows, H100, { engine: 'vllm', ...options })
  if (!device) throw new Error('no device')
  return device
}

function timeOf(query: KernelQuery, device: ReturnType<typeof deviceOf>, choice = {}) {
  const time = measuredTime(query, device, choice)
  if (!time) throw new Error('no time')
  return time
}

const ONE_EACH: readonly KernelQuery[] = [
  gemm(64),
  {
    kind: 'prefillAttention',
    batch: 2,
    qHeads: 32,
    kvHeads: 8,
    headDim: 128,
    newTokens: 1024,
    prefixTokens: 512,
    window: 0,
    format: 'bfloat16',
    kv: 'bfloat16',
    replayed: true,
  },
  {
    kind: 'decodeAttention',
    batch: 16,
    qHeads: 32,
    kvHeads: 8,
    headDim: 128,
    contextTokens: 4096,
    window: 0,
    kv: 'bfloat16',
    replayed: true,
  },
  {
    kind: 'mla',
    phase: 'prefill',
    batch: 1,
    heads: 16,
    newTokens: 512,
    prefixTokens: 0,
    kv: 'bfloat16',
    replayed: true,
  },
  {
    kind: 'mla',
    phase: 'decode',
    batch: 8,
    heads: 16,
    newTokens: 1,
    prefixTokens: 2047,
    kv: 'bfloat16',
    replayed: true,
  },
  {
    kind: 'moe',
    tokens: 256,
    hidden: 4096,
    inter: 1536,
    topK: 8,
    experts: 128,
    tp: 1,
    ep: 1,
    alpha: 0,
    gated: true,
    format: 'bfloat16',
    replayed: true,
  },
  { kind: 'collective', op: 'all_reduce', bytes: 1 << 20, gpus: 8, custom: false },
  { kind: 'collective', op: 'all_reduce', bytes: 1 << 20, gpus: 8, custom: true },
]

describe('a measured point', () => {
  test.each(ONE_EACH.map((query) => [opClassOf(query), query] as const))(
    '%s: is answered with its own time',
    (op, query) => {
      const measured = row(query, 0.7, { kernel: `mine_${op}` })
      const device = deviceOf([measured])
      const time = timeOf(query, device)
      expect(time).toMatchObject({
        basis: 'measured',
        exact: true,
        nearest: 0,
        extrapolated: false,
        from: `vllm 1 mine_${op}`,
      })
      expect([time.timeS, time.low, time.high]).toEqual([measured.seconds, measured.seconds, measured.seconds])
      expect(measuredSeconds(query, device)).toBe(measured.seconds)
      // As measured, whether or not the query says its caches are warm.
      expect(measuredSeconds({ ...query, replayed: false } as KernelQuery, device)).toBe(measured.seconds)
    },
  )
  test('repeats are one point at their geometric mean, their range its interval; only the newest version counts', () => {
    const at = (seconds: number, backendVersion: string) => row(gemm(64), 1, { seconds, backendVersion })
    const time = timeOf(gemm(64), deviceOf([at(9e-5, '0.9.2'), at(4e-5, '0.24.0'), at(1e-4, '0.24.0')]))
    expect(time.timeS).toBeCloseTo(Math.sqrt(4e-9), 12)
    expect(time.low).toBeCloseTo(4e-5, 12)
    expect(time.high).toBeCloseTo(1e-4, 12)
    expect(compareVersions('1.3.0', '1.3.0rc20')).toBe(1)
    expect(compareVersions('1.3.0rc20', '1.3.0rc3')).toBe(1)
  })
  test('caches cold: a replayed query keeps its time, one of a serving step takes longer where the cache helped', () => {
    const rows = [row(gemm(16, 2048, 2048), 0.9)]
    const device = deviceOf(rows, { caches: 'cold' })
    const warm = gemm(16, 2048, 2048)
    const cold = { ...warm, replayed: false }
    expect(measuredSeconds(warm, device)).toBe(rows[0]?.seconds)
    const ratio = kernelSeconds(cold, CALIBRATED, KERNEL, 'vllm') / kernelSeconds(warm, CALIBRATED, KERNEL, 'vllm')
    expect(measuredSeconds(cold, device) / measuredSeconds(warm, device)).toBeCloseTo(ratio, 9)
  })
})

describe('between points', () => {
  const utilisation = fc.double({ min: 0.5, max: 1.5, noNaN: true })
  test('of one line: within their utilisations, and continuous at them', () => {
    fc.assert(
      fc.property(utilisation, utilisation, fc.integer({ min: 65, max: 255 }), (a, b, m) => {
        const device = deviceOf([row(gemm(64), a), row(gemm(256), b)])
        const time = timeOf(gemm(m), device)
        const reached = kernelSeconds(gemm(m), CALIBRATED, KERNEL, 'vllm') / time.timeS
        expect(reached).toBeGreaterThanOrEqual(Math.min(a, b) * (1 - 1e-9))
        expect(reached).toBeLessThanOrEqual(Math.max(a, b) * (1 + 1e-9))
        expect(time).toMatchObject({ basis: 'measured', exact: false, extrapolated: false })
        // The model has steps; utilisation has none.
        const justAfter = gemm(64.000001)
        const there = kernelSeconds(justAfter, CALIBRATED, KERNEL, 'vllm') / timeOf(justAfter, device).timeS
        expect(there).toBeCloseTo(a, 5)
      }),
      { numRuns: 40 },
    )
  })
  test('of several sites: within the utilisations of all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(2048, 3072, 4096, 6144), fc.integer({ min: 1, max: 512 }), utilisation), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.integer({ min: 1, max: 512 }),
        (points, m) => {
          const device = deviceOf(points.map(([n, at, u]) => row(gemm(at, n), u)))
          const time = timeOf(gemm(m, 3500), device)
          if (time.basis === 'calibrated') return
          const used = points.map(([, , u]) => u)
          const reached = kernelSeconds(gemm(m, 3500), CALIBRATED, KERNEL, 'vllm') / time.timeS
          expect(reached).toBeGreaterThanOrEqual(Math.min(...used) * (1 - 1e-9))
          expect(reached).toBeLessThanOrEqual(Math.max(...used) * (1 + 1e-9))
          expect(time.low).toBeLessThanOrEqual(time.timeS)
          expect(time.high).toBeGreaterThanOrEqual(time.timeS)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('beyond the edge', () => {
  const device = deviceOf([row(gemm(64), 0.8), row(gemm(256), 0.6)])
  test('utilisation is held, time grows with the query, the interval with the distance, and it is said', () => {
    fc.assert(
      fc.property(fc.integer({ min: 257, max: 12_000 }), fc.integer({ min: 1, max: 3000 }), (m, more) => {
        const [near, far] = [timeOf(gemm(m), device), timeOf(gemm(m + more), device)]
        expect(near.extrapolated).toBe(true)
        expect(kernelSeconds(gemm(m), CALIBRATED, KERNEL, 'vllm') / near.timeS).toBeCloseTo(0.6, 9)
        expect(far.timeS).toBeGreaterThanOrEqual(near.timeS)
        expect(far.high / far.timeS).toBeGreaterThanOrEqual(near.high / near.timeS)
        expect(far.low / far.timeS).toBeLessThanOrEqual(near.low / near.timeS)
      }),
      { numRuns: 40 },
    )
  })
  test('too far, another head size, another format: the calibrated time, and it is said', () => {
    const [, , decode] = ONE_EACH
    const asked: KernelQuery[] = [
      gemm(64, 65_536),
      gemm(1 << 20),
      { ...gemm(64), format: 'fp8' },
      gemm(Number.NaN),
      { ...decode, headDim: 64 } as KernelQuery,
    ]
    const both = deviceOf([row(gemm(64), 0.8), row(decode as KernelQuery, 0.8, { kernel: 'mine' })])
    for (const query of asked) {
      const time = timeOf(query, both)
      expect(time).toMatchObject({ basis: 'calibrated', exact: false, nearest: Number.POSITIVE_INFINITY })
      expect(time.timeS).toEqual(kernelSeconds(query, both.calibrated))
    }
  })
})

describe('which table answers', () => {
  const slow = row(gemm(64), 0.5, { kernel: 'slow', backend: 'sglang' })
  test('the engine’s own, unless another kernel is named; leaving out the site leaves the neighbours', () => {
    const rows = [row(gemm(64), 0.8), row(gemm(64, 5000), 0.7), slow]
    const device = deviceOf(rows)
    expect(timeOf(gemm(64), device).from).toBe(`vllm 1 ${KERNEL}`)
    expect(timeOf(gemm(64), device, { kernel: 'slow', backend: 'sglang' }).timeS).toBe(slow.seconds)
    expect(timeOf(gemm(64), device, { kernel: 'slow', leaveOut: 'site' }).basis).toBe('calibrated')
    const left = timeOf(gemm(64), device, { leaveOut: 'site' })
    expect(kernelSeconds(gemm(64), CALIBRATED, KERNEL, 'vllm') / left.timeS).toBeCloseTo(0.7, 9)
    expect(timeOf(gemm(64), deviceOf([slow])).from).toBe('sglang 1 slow')
  })
  test('an eager kernel only when there is nothing else', () => {
    const [custom] = ONE_EACH.slice(-1) as [KernelQuery]
    const eager = row(custom, 0.2, { kernel: 'custom_eager' })
    const graph = row(custom, 0.9, { kernel: 'custom_graph' })
    expect(timeOf(custom, deviceOf([eager, eager, graph])).from).toBe('vllm 1 custom_graph')
    expect(timeOf(custom, deviceOf([eager])).from).toBe('vllm 1 custom_eager')
  })
  test('rows of other devices and rows that break a physical rule are not used; the latter are counted', () => {
    const ideal = (2 * 8192 ** 3) / 989e12
    const rows = [
      row(gemm(64), 0.8, { deviceId: 'l40s' }),
      row(gemm(8192, 8192, 8192), 1, { seconds: ideal * 0.6 }),
      row(gemm(64, 8192), 0.8),
    ]
    const device = deviceOf(rows)
    expect(device.points).toBe(1)
    expect([...device.dropped]).toEqual([['faster-than-compute', 1]])
  })
})
