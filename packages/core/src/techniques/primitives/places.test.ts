import { describe, expect, it } from 'vitest'
import { device, unwrap } from '../../scenario/scenario.testkit.ts'
import { payingBatches } from '../breakEven.ts'
import { techniqueById } from '../catalog/index.ts'
import { compose } from '../compose.ts'
import { benchOf } from '../outcome/bench.ts'
import { trafficOf } from '../outcome/traffic.ts'
import { defaultsOf } from '../parameters.ts'
import { applied, catalogueModel, outcomeOf, performanceOf, testPlan } from '../techniques.testkit.ts'
import { tiersOf } from '../tiers.ts'
import { ALLOC, PLACE } from './places.ts'

const plan = testPlan({ outputTokens: 2 })
const decodes = [{ sequences: 1, newTokens: 1, contextTokens: 2048 }]

describe('PLACE', () => {
  it('weights on the host: what a step reads of them over the link, 64 GB/s on an H100', () => {
    const { weightBytes } = trafficOf(unwrap(benchOf(plan.scenario)), decodes)
    const hidden = performanceOf(applied(plan, PLACE, { what: 'weights' })).tpotS ?? 0
    expect(hidden).toBeCloseTo(weightBytes / 64e9, 12)
    const exposed = performanceOf(applied(plan, PLACE, { what: 'weights', overlapped: false })).tpotS ?? 0
    expect(exposed).toBeCloseTo(weightBytes / 64e9 + (performanceOf(plan).tpotS ?? 0), 12)
  })

  it('on disk: at the slower of disk and link', () => {
    const { weightBytes } = trafficOf(unwrap(benchOf(plan.scenario)), decodes)
    const slow = performanceOf(applied(plan, PLACE, { tier: 'disk', bandwidthBytePerS: 2e9 })).tpotS ?? 0
    expect(slow).toBeCloseTo(weightBytes / 2e9, 12)
    const fast = performanceOf(applied(plan, PLACE, { tier: 'disk', bandwidthBytePerS: 200e9 })).tpotS ?? 0
    expect(fast).toBeCloseTo(weightBytes / 64e9, 12)
  })

  it('worked on by the host: at its memory’s 460.8 GB/s, in turn with the rest', () => {
    const bench = unwrap(benchOf(plan.scenario))
    const { onWeights, activationBytes } = trafficOf(bench, decodes)
    const host = performanceOf(applied(plan, PLACE, { compute: 'host', overlapped: false })).tpotS ?? 0
    const hostS = Math.max(onWeights.bytes / 460.8e9, onWeights.flop / tiersOf(plan.scenario.accelerator).hostFlopPerS)
    const restS = bench.compiled.timeS(decodes) - onWeights.timeS
    expect(host).toBeCloseTo(restS + hostS + activationBytes / 64e9, 12)
  })

  it('moving beats working on the host from some batch on, where the weights are shared by enough tokens', () => {
    const host = (p: typeof plan) => PLACE.apply(p, { ...defaultsOf('PLACE'), compute: 'host', overlapped: false })
    const move = (p: typeof plan) => PLACE.apply(p, defaultsOf('PLACE'))
    const ranges = unwrap(payingBatches(plan, move, host))
    expect(ranges).toHaveLength(1)
    expect(ranges[0]?.from).toBeGreaterThan(8)
    // As far as the cache beside the moved weights fits.
    const { maxUsers } = outcomeOf(unwrap(move(plan))).memory
    expect(ranges[0]).toMatchObject({ to: maxUsers, endsMemory: true })
  })

  it('costs more time and less memory with every share, and no class is placed twice over', () => {
    let [time, bytes] = [0, Number.POSITIVE_INFINITY]
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const outcome = outcomeOf(applied(plan, PLACE, { share, overlapped: false }))
      expect(outcome.performance.e2eS).toBeGreaterThan(time)
      expect(outcome.memory.weightBytes).toBeLessThan(bytes)
      time = outcome.performance.e2eS
      bytes = outcome.memory.weightBytes
    }
    const most = applied(plan, PLACE, { share: 0.7 })
    expect(PLACE.apply(most, { ...defaultsOf('PLACE'), share: 0.5 }).ok).toBe(false)
    expect(PLACE.apply(most, { ...defaultsOf('PLACE'), what: 'kv', share: 0.5 }).ok).toBe(true)
  })

  it('lets a model run that does not fit, and says when the host is full', () => {
    const big = testPlan({ outputTokens: 2 }, { model: catalogueModel('llama-3.1-70b') })
    expect(outcomeOf(big).memory.fits).toBe(false)
    expect(outcomeOf(applied(big, PLACE, {})).memory).toMatchObject({ fits: true })
    const bigger = testPlan({ outputTokens: 2 }, { model: catalogueModel('llama-3.1-405b') })
    expect(outcomeOf(applied(bigger, PLACE, {})).memory).toMatchObject({ fits: false, overfull: 'host' })
  })

  it('cache on the host: read over the link in every step, written there in prefill, and the memory holds more users', () => {
    const own = testPlan({ batchSize: 4, outputTokens: 2 })
    const made = outcomeOf(applied(own, PLACE, { what: 'kv' }))
    const bench = unwrap(benchOf(own.scenario))
    const { kvReadBytes } = trafficOf(bench, [{ sequences: 4, newTokens: 1, contextTokens: 2048 }])
    expect(made.performance.tpotS).toBeCloseTo(kvReadBytes / 64e9, 12)
    expect(made.memory.kvBytes).toBe(0)
    expect(made.memory.maxUsers ?? 0).toBeGreaterThan(outcomeOf(own).memory.maxUsers ?? 0)
    const selected = performanceOf(applied(own, PLACE, { what: 'kv', readShare: 0.1 })).tpotS ?? 0
    expect(selected).toBeLessThan(made.performance.tpotS ?? 0)
  })
})

describe('PLACE of what does not fit (Accelerate)', () => {
  const uses = techniqueById('hf-accelerate')?.uses ?? []
  const of = (model: string) => {
    const own = testPlan({ outputTokens: 2 }, { model: catalogueModel(model) })
    const made = unwrap(compose(own.scenario, uses))
    return { made, before: outcomeOf(own), after: outcomeOf(made) }
  }

  it('moves nothing where all of it fits', () => {
    const { made, before, after } = of('llama-3.1-8b')
    expect(made.placed).toEqual([])
    expect(after.performance).toEqual(before.performance)
    expect(made.remarks.at(-1)?.text).toContain('nothing is moved')
  })

  it('fills the accelerator to the brim, with two of 80 layers as room to stream through', () => {
    const { made, before, after } = of('llama-3.1-70b')
    const { memory } = before
    const over = memory.totalBytes - (memory.capacityBytes ?? 0)
    expect(made.placed[0]?.share).toBeCloseTo(over / (memory.weightBytes * (1 - 2 / 80)), 6)
    expect(made.placed).toHaveLength(1)
    expect(after.memory.fits).toBe(true)
    expect(after.memory.totalBytes / (memory.capacityBytes ?? 1)).toBeCloseTo(1, 6)
  })

  it('goes on to the disk where the host is full', () => {
    const { made, after } = of('llama-3.1-405b')
    expect(made.placed.map(({ tier }) => tier)).toEqual(['host', 'disk'])
    expect(after.memory.fits).toBe(true)
  })
})

describe('PLACE of a cache of which a pattern chooses', () => {
  it('brings its share of what is chosen: 1,024 of 2,049 keys, 9 of 10 from the disk', () => {
    const own = testPlan({ outputTokens: 2 })
    const row = techniqueById('kv-secondary-storage')
    const made = performanceOf(unwrap(compose(own.scenario, row?.uses ?? []))).tpotS ?? 0
    // 1,024 chosen tokens and the token itself, 32 layers of 8 heads of 128, keys and values of 2 bytes; the new token goes out.
    const perToken = 32 * 8 * 128 * 2 * 2
    const { diskBytePerS } = tiersOf(own.scenario.accelerator)
    expect(made).toBeCloseTo((0.9 * 1025 * perToken) / diskBytePerS, 5)
  })

  it('reads no more of what lies there than its share, whatever is chosen', () => {
    const own = testPlan({ outputTokens: 2 })
    const disk = { what: 'kv', tier: 'disk', share: 1 } as const
    const tpot = (readShare: number) => performanceOf(applied(own, PLACE, { ...disk, readShare })).tpotS ?? 0
    expect(tpot(0.5) / tpot(1)).toBeCloseTo(0.5, 6)
  })
})

describe('PLACE in memory that computes', () => {
  const busy = testPlan({ batchSize: 32, promptTokens: 16384, outputTokens: 2 })
  const groups = [{ sequences: 32, newTokens: 1, contextTokens: 16384 }]

  it('a GPU whose memory does the attention: the rest beside the cache’s bytes at the bandwidth within', () => {
    const row = techniqueById('gpu-hbm-pim')
    const made = unwrap(compose(busy.scenario, row?.uses ?? []))
    const bench = unwrap(benchOf(busy.scenario))
    const { onKv } = trafficOf(bench, groups)
    const rest = bench.compiled.timeS(groups) - onKv.timeS
    expect(performanceOf(made).tpotS).toBeCloseTo(Math.max(rest, onKv.bytes / 10e12), 12)
    expect(performanceOf(made).tpotS ?? 0).toBeLessThan(performanceOf(busy).tpotS ?? 0)
    expect(made.remarks.map(({ text }) => text).join()).not.toMatch(/kept on the chip/)
  })

  it('without a figure it reads as fast as the accelerator, and says so; it frees no memory', () => {
    const row = techniqueById('processing-in-memory')
    const made = unwrap(compose(busy.scenario, row?.uses ?? []))
    expect(made.remarks.at(-1)?.text).toMatch(/no figure of it is given/)
    expect(performanceOf(made).tpotS ?? 0).toBeLessThan(performanceOf(busy).tpotS ?? 0)
    expect(outcomeOf(made).memory.kvBytes).toBe(outcomeOf(busy).memory.kvBytes)
  })
})

describe('PLACE with search', () => {
  const t4 = { model: catalogueModel('opt-30b'), accelerator: device('t4') }
  const own = testPlan({ batchSize: 32, promptTokens: 512, outputTokens: 32 }, t4)

  it('fits a model four times the memory, and is at least as fast as everything on the host', () => {
    const found = applied(own, PLACE, { search: true })
    const outcome = outcomeOf(found)
    expect(outcome.memory.fits).toBe(true)
    expect(found.remarks.at(-1)?.text).toContain('linear program')
    let allHost = own
    for (const what of ['weights', 'kv', 'activations']) allHost = applied(allHost, PLACE, { what })
    expect(outcome.performance.e2eS).toBeLessThan(performanceOf(allHost).e2eS)
  })

  it('moves nothing where everything fits', () => {
    const small = applied(testPlan(), PLACE, { search: true })
    expect(small.placed).toHaveLength(0)
    expect(performanceOf(small).e2eS).toBe(performanceOf(testPlan()).e2eS)
  })
})

describe('ALLOC', () => {
  it('a block of 16 leaves 7.5 tokens of a sequence empty; waste of a half doubles the cache', () => {
    const own = testPlan({ batchSize: 4 })
    const exact = outcomeOf(own).memory
    const paged = outcomeOf(applied(own, ALLOC, { blockTokens: 16 })).memory
    expect(paged.kvBytes / exact.kvBytes).toBeCloseTo((2176 + 7.5) / 2176, 9)
    const wasted = outcomeOf(applied(own, ALLOC, { policy: 'tokens', waste: 0.5 })).memory
    expect(wasted.kvBytes).toBeCloseTo(2 * exact.kvBytes, 0)
  })

  it('contiguous reservation of 8192 tokens for 2176 holds about a quarter of the users', () => {
    const own = testPlan({ batchSize: 1 })
    const most = (p: typeof own) => outcomeOf(p).memory.maxUsers ?? 0
    const reserved = applied(own, ALLOC, { policy: 'contiguous', reservedTokens: 8192 })
    expect(most(reserved) / most(own)).toBeCloseTo(2176 / 8192, 1)
    expect(performanceOf(reserved)).toEqual(performanceOf(own))
    expect(most(applied(own, ALLOC, { blockTokens: 512 }))).toBeLessThan(most(applied(own, ALLOC, { blockTokens: 16 })))
  })
})
