import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACCELERATORS } from '../../catalog/accelerators/index.ts'
import { chipOf } from './chip.ts'
import { type DeviceModel, deviceModel, kernelSeconds, kernelTime } from './device.ts'
import { rooflineSeconds } from './idealTime.ts'
import type { KernelFormat, KernelQuery } from './query.ts'
import { makeRankLoad, rankLoad } from './routing.ts'

const DEVICES = ['a100-sxm-80gb', 'h100-sxm', 'h200-sxm', 'l40s', 'b200', 'rtx-pro-6000', 'mi300x'] as const
const ENGINES = [undefined, 'vllm', 'sglang', 'trtllm'] as const

function modelOf(id: string, engine?: string): DeviceModel {
  const model = deviceModel(ACCELERATORS[id]!, engine)
  if (!model) throw new Error(`${id} cannot be priced`)
  return model
}

const device = fc
  .tuple(fc.constantFrom(...DEVICES), fc.constantFrom(...ENGINES))
  .map(([id, engine]) => modelOf(id, engine))
const size = fc.integer({ min: 1, max: 20_000 })
const format = fc.constantFrom<KernelFormat>('bfloat16', 'fp8', 'fp8_block', 'nvfp4', 'int4_wo')
const narrow = fc.constantFrom<'bfloat16' | 'fp8'>('bfloat16', 'fp8')

const gemm = fc.record({ kind: fc.constant('gemm' as const), m: size, n: size, k: size, format })
const heads = fc.constantFrom([1, 1], [8, 8], [32, 8], [64, 8], [64, 1], [128, 4])
const prefill = fc
  .record({
    batch: fc.integer({ min: 1, max: 64 }),
    heads,
    headDim: fc.constantFrom(64, 128, 256),
    newTokens: fc.integer({ min: 1, max: 16_000 }),
    prefixTokens: fc.integer({ min: 0, max: 32_000 }),
    window: fc.constantFrom(0, 128, 4096),
    format: narrow,
    kv: narrow,
  })
  .map(({ heads: [q, kv], ...rest }) => ({ kind: 'prefillAttention' as const, qHeads: q!, kvHeads: kv!, ...rest }))
const decode = fc
  .record({
    batch: fc.integer({ min: 1, max: 1024 }),
    heads,
    headDim: fc.constantFrom(64, 128, 256),
    contextTokens: fc.integer({ min: 1, max: 200_000 }),
    window: fc.constantFrom(0, 1024),
    kv: narrow,
  })
  .map(({ heads: [q, kv], ...rest }) => ({ kind: 'decodeAttention' as const, qHeads: q!, kvHeads: kv!, ...rest }))
const mla = fc
  .record({
    phase: fc.constantFrom<'prefill' | 'decode'>('prefill', 'decode'),
    batch: fc.integer({ min: 1, max: 256 }),
    heads: fc.constantFrom(8, 16, 128),
    tokens: fc.integer({ min: 1, max: 8000 }),
    prefixTokens: fc.integer({ min: 0, max: 60_000 }),
    kv: narrow,
  })
  .map(({ tokens, ...rest }) => ({ kind: 'mla' as const, newTokens: rest.phase === 'decode' ? 1 : tokens, ...rest }))
const moe = fc.record({
  kind: fc.constant('moe' as const),
  tokens: fc.integer({ min: 1, max: 30_000 }),
  hidden: fc.constantFrom(2048, 4096, 7168),
  inter: fc.constantFrom(768, 2048, 14_336),
  topK: fc.constantFrom(2, 8),
  experts: fc.constantFrom(8, 64, 256),
  tp: fc.constantFrom(1, 8),
  ep: fc.constantFrom(1, 8),
  alpha: fc.constantFrom(0, 1.01, 1.2),
  gated: fc.boolean(),
  format,
})
const collective = fc.record({
  kind: fc.constant('collective' as const),
  op: fc.constantFrom('all_reduce' as const, 'all_gather' as const, 'alltoall' as const),
  bytes: fc.integer({ min: 1, max: 2 ** 30 }),
  gpus: fc.constantFrom(2, 4, 8),
  custom: fc.boolean(),
})
const anything: fc.Arbitrary<KernelQuery> = fc.oneof(gemm, prefill, decode, mla, moe, collective)

/** Time may not fall; a part in a million for rounding. */
const notLess = (more: number, less: number) => expect(more).toBeGreaterThanOrEqual(less * (1 - 1e-6))
const seconds = (query: KernelQuery, on: DeviceModel) => kernelSeconds(query, on)

describe('time does not fall when the work grows', () => {
  test('GEMM: in m, n and k, exactly', () => {
    fc.assert(
      fc.property(
        device,
        gemm,
        fc.constantFrom('m', 'n', 'k'),
        fc.integer({ min: 1, max: 4000 }),
        (on, query, axis, by) => {
          notLess(seconds({ ...query, [axis]: query[axis as 'm'] + by }, on), seconds(query, on))
        },
      ),
    )
  })
  test('decode attention and MLA decode: in the context', () => {
    fc.assert(
      fc.property(device, decode, fc.integer({ min: 1, max: 50_000 }), (on, query, by) => {
        notLess(seconds({ ...query, contextTokens: query.contextTokens + by }, on), seconds(query, on))
      }),
    )
    fc.assert(
      fc.property(device, mla, fc.integer({ min: 1, max: 50_000 }), (on, query, by) => {
        notLess(seconds({ ...query, prefixTokens: query.prefixTokens + by }, on), seconds(query, on))
      }),
    )
  })
  test('prefill attention: in new tokens, prefix, heads and batch', () => {
    fc.assert(
      fc.property(device, prefill, fc.integer({ min: 1, max: 4000 }), (on, query, by) => {
        const base = seconds(query, on)
        // A window slides: with a prefix, more new tokens see no fewer keys each.
        notLess(seconds({ ...query, newTokens: query.newTokens + by }, on), base)
        notLess(seconds({ ...query, prefixTokens: query.prefixTokens + by }, on), base)
        notLess(seconds({ ...query, batch: query.batch + 1 }, on), base)
        notLess(seconds({ ...query, qHeads: query.qHeads * 2 }, on), base)
      }),
    )
  })
  test('collectives: in bytes', () => {
    fc.assert(
      fc.property(device, collective, fc.integer({ min: 1, max: 2 ** 24 }), (on, query, by) => {
        notLess(seconds({ ...query, bytes: query.bytes + by }, on), seconds(query, on))
      }),
    )
  })
  test('MoE and the batch of decode attention: within one tile or one split, not more than half', () => {
    fc.assert(
      fc.property(device, moe, (on, query) => {
        expect(seconds({ ...query, tokens: query.tokens * 2 }, on)).toBeGreaterThan(seconds(query, on) * 0.5)
      }),
    )
    fc.assert(
      fc.property(device, decode, (on, query) => {
        expect(seconds({ ...query, batch: query.batch * 2 }, on)).toBeGreaterThan(seconds(query, on) * 0.5)
      }),
    )
  })
})

describe('bounds', () => {
  test('never below the ideal roofline when buffers are cold; collectives may beat the ring, in the switch', () => {
    fc.assert(
      fc.property(device, anything, (on, query) => {
        const time = seconds(query, on)
        expect(Number.isFinite(time) && time > 0).toBe(true)
        // The ideal counts 16-bit inputs once; models count the narrow copy they multiply.
        if (query.kind !== 'collective') notLess(time, rooflineSeconds(query, on.chip) * 0.999)
      }),
    )
  })
  test('replaying on the same buffers is never slower', () => {
    fc.assert(
      fc.property(device, fc.oneof(gemm, prefill, decode, moe), (on, query) => {
        notLess(seconds(query, on), seconds({ ...query, replayed: true }, on))
      }),
    )
  })
  test('the interval holds the figure', () => {
    fc.assert(
      fc.property(device, anything, (on, query) => {
        const time = kernelTime(query, on)!
        expect(time.low).toBeLessThanOrEqual(time.timeS)
        expect(time.high).toBeGreaterThanOrEqual(time.timeS)
      }),
    )
  })
})

describe('units and provenance', () => {
  test('a large bf16 product on an H100 takes milliseconds, near its peak', () => {
    const query = { kind: 'gemm', m: 8192, n: 8192, k: 8192, format: 'bfloat16' } as const
    const time = seconds(query, modelOf('h100-sxm', 'vllm'))
    expect(time).toBeGreaterThan(1.1e-3)
    expect(time).toBeLessThan(2.5e-3)
  })
  test('reading 70 B parameters in FP8 on an H200 is bound by its 4.8 TB/s', () => {
    const query = { kind: 'gemm', m: 1, n: 57_344, k: 8192, format: 'fp8' } as const
    const time = seconds(query, modelOf('h200-sxm', 'vllm'))
    expect(time).toBeGreaterThan(98e-6)
    expect(time).toBeLessThan(180e-6)
  })
  test('a device without measurements says so and is less sure', () => {
    const query = { kind: 'gemm', m: 64, n: 4096, k: 4096, format: 'bfloat16' } as const
    const own = kernelTime(query, modelOf('h100-sxm', 'vllm'))!
    const sibling = kernelTime(query, modelOf('h200-sxm', 'vllm'))!
    const stranger = kernelTime(query, modelOf('mi300x', 'vllm'))!
    const width = ({ low, high }: { low: number; high: number }) => high / low
    expect([own.borrowed, sibling.borrowed, stranger.borrowed]).toEqual([false, true, true])
    expect(width(stranger)).toBeGreaterThan(width(own))
    expect(modelOf('h200-sxm').borrowed).toBe(true)
    expect(modelOf('h100-sxm').borrowed).toBe(false)
  })
  test('boards that keep check bits among their data carry a sixteenth less of them', () => {
    const checked = Object.values(ACCELERATORS).filter((one) => {
      const chip = chipOf(one)
      return chip !== undefined && chip.bandwidth < chip.ratedBandwidth
    })
    expect(checked.map(({ id }) => id).sort()).toEqual(['a10', 'a40', 'l4', 'l40s', 't4'])
    for (const one of checked) {
      const chip = chipOf(one)!
      const gib = one.memoryBytes!.value / 2 ** 30
      // The driver's figure says so too: of whole gibibytes of chips, a sixteenth is gone.
      expect(gib / (8 * Math.ceil(gib / 8)), one.id).toBeCloseTo(15 / 16, 2)
      expect(chip.bandwidth / chip.ratedBandwidth).toBe(15 / 16)
    }
    expect(chipOf(ACCELERATORS['rtx-4090']!)?.bandwidth).toBe(1008e9)
  })
  test('an accelerator without bandwidth has no model', () => {
    const { memoryBandwidthBytePerS: _, ...rest } = ACCELERATORS['h100-sxm']!
    expect(deviceModel(rest)).toBeUndefined()
  })
})

describe('routing', () => {
  test('loads add up to the pairs of the rank; balanced is even, power law heavier', () => {
    const sum = (alpha: number) => {
      const load = rankLoad(4096, 8, 256, 8, alpha, makeRankLoad())
      let pairs = 0
      for (let j = 0; j < load.count; j++) pairs += load.experts[j]! * load.load[j]!
      return pairs
    }
    expect(sum(0)).toBeCloseTo(4096)
    expect(sum(1.2)).toBeGreaterThan(4096)
    expect(sum(1.2)).toBeLessThan(8 * 4096)
  })
})
