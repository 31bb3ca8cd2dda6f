import { describe, expect, test } from 'vitest'
import type { StepGroup } from '../architecture/extent.ts'
import { type EngineProfile, engineProfile } from '../engine/profile.ts'
import { ONE_WORKER, type ServingPoint } from './point.ts'
import { devicesOf, predictServing } from './predict.ts'
import type { StepPricer } from './pricer.ts'
import { brokenRules } from './rules.ts'

const queueing = (queueShare: number): EngineProfile => {
  const vllm = engineProfile('vllm')
  return { ...vllm, constants: { ...vllm.constants, queueShare } }
}

const POINT: ServingPoint = {
  id: 'a',
  line: 2,
  source: 'points',
  engine: 'vllm',
  engineVersion: '',
  model: 'llama-3.1-8b',
  accelerator: 'h100-sxm',
  mode: 'aggregated',
  promptTokens: 1000,
  outputTokens: 101,
  lengthSpread: 0.2,
  load: { kind: 'concurrency', requests: 8 },
  client: 'process',
  layout: ONE_WORKER,
  formats: {},
  measured: {},
  columns: {},
}

/** 10 ms a step, 10 µs per token. */
const stepS = (groups: readonly StepGroup[]) => groups.reduce((s, g) => s + g.sequences * g.newTokens * 1e-5, 0.01)
const pricer = (own: Partial<StepPricer> = {}): StepPricer => ({
  stepS,
  kernelS: stepS,
  kernelRange: () => [1, 1],
  floorS: (groups) => stepS(groups) / 4,
  heldSequences: () => 1000,
  profile: queueing(0),
  ...own,
})
const predict = (point: ServingPoint, own?: Partial<StepPricer>) => {
  const one = pricer(own)
  const prediction = predictServing(point, { prefill: one, decode: one })
  if (!prediction) throw new Error('not predicted')
  return prediction
}

describe('aggregated', () => {
  test('Little: in flight = rate × (TTFT + answer), with and without waiting for room', () => {
    for (const held of [1000, 4]) {
      const { ttftS = 0, tpotS = 0, outputTokensPerS } = predict(POINT, { heldSequences: () => held })
      const perS = outputTokensPerS / POINT.outputTokens
      expect(perS * (ttftS + 100 * tpotS)).toBeCloseTo(8, 1)
    }
  })
  test('less room: the rest waits, TPOT is that of what runs', () => {
    const crowded = predict(POINT, { heldSequences: () => 4 })
    const four = predict({ ...POINT, load: { kind: 'concurrency', requests: 4 } })
    expect(crowded.running).toBe(4)
    expect(crowded.tpotS).toBeCloseTo(four.tpotS ?? 0, 12)
    expect(crowded.ttftS).toBeGreaterThan(2 * (four.ttftS ?? 0))
  })
  test('what waves add to TTFT they take from TPOT', () => {
    const calm = predict(POINT)
    const waves = predict(POINT, { profile: queueing(0.3) })
    expect(waves.tpotS).toBeLessThan(calm.tpotS ?? 0)
    expect(waves.ttftS).toBeGreaterThan(calm.ttftS ?? 0)
    expect(waves.outputTokensPerS).toBe(calm.outputTokensPerS)
  })
  test('attention ranks share the sequences; copies multiply the throughput', () => {
    const ranks = { ...ONE_WORKER, attentionDp: 4, moeEp: 4 }
    const each = predict({ ...POINT, load: { kind: 'concurrency', requests: 2 } })
    const all = predict({ ...POINT, layout: ranks })
    expect(all.tpotS).toBeCloseTo(each.tpotS ?? 0, 12)
    expect(all.outputTokensPerS).toBeCloseTo(4 * each.outputTokensPerS, 6)
    const copies = predict({ ...POINT, layout: { ...ONE_WORKER, dp: 4 } })
    expect(copies.outputTokensPerS).toBeCloseTo(4 * each.outputTokensPerS, 6)
    expect(devicesOf({ ...POINT, layout: ranks })).toBe(4)
  })
  test('a run of so many requests goes in waves; an endless one is its limit from above', () => {
    const of = (requests?: number) => {
      const load = { kind: 'saturated', ...(requests === undefined ? {} : { requests }) } as const
      return predict({ ...POINT, load }, { heldSequences: () => 8 })
    }
    const endless = of().outputTokensPerS
    // Whole waves lose nothing; a last one of a single request takes a time of its own.
    expect(of(16).outputTokensPerS).toBeCloseTo(endless, 6)
    expect(of(17).outputTokensPerS).toBeLessThan(0.8 * endless)
    expect(of(8001).outputTokensPerS).toBeGreaterThan(0.99 * endless)
    expect(of(3).running).toBe(3)
    const three = predict({ ...POINT, load: { kind: 'concurrency', requests: 3 } })
    expect(of(3).outputTokensPerS).toBeCloseTo(three.outputTokensPerS, 6)
  })
  test('a slow trickle is served at its own rate', () => {
    const { outputTokensPerS, tpotS } = predict({ ...POINT, load: { kind: 'rate', requestsPerS: 0.1 } })
    expect(outputTokensPerS).toBeCloseTo(10.1, 6)
    expect(tpotS).toBeCloseTo(0.01001, 9)
  })
  test('a model that does not fit is not predicted', () => {
    const none = pricer({ heldSequences: () => 0 })
    expect(predictServing(POINT, { prefill: none, decode: none })).toBeUndefined()
  })
})

describe('disaggregated', () => {
  const pools: ServingPoint = {
    ...POINT,
    mode: 'disaggregated',
    prefill: { workers: 1, layout: ONE_WORKER },
    decode: { workers: 2, layout: ONE_WORKER },
  }
  test('decode steps carry no prompts', () => {
    const { tpotS, running } = predict(pools)
    expect(tpotS).toBeCloseTo(0.01 + running * 1e-5, 9)
  })
  test('a slow prefill pool holds the requests back', () => {
    const slow = predictServing(
      { ...pools, load: { kind: 'concurrency', requests: 400 } },
      { prefill: pricer({ stepS: (groups) => 20 * stepS(groups) }), decode: pricer() },
    )
    const fast = predict({ ...pools, load: { kind: 'concurrency', requests: 400 } })
    expect(slow?.running).toBeLessThan(fast.running / 2)
    expect(slow?.ttftS).toBeGreaterThan(fast.ttftS ?? 0)
  })
  test('all accelerators count', () => expect(devicesOf(pools)).toBe(3))
})

describe('physical rules', () => {
  const broken = (ttftS: number, tpotS: number) =>
    brokenRules({ ...POINT, measured: { ttftS, tpotS } }, { prefill: pricer(), decode: pricer() })
  test('a token faster than a pass at full bandwidth, prompts faster than the peak', () => {
    expect(broken(0.1, 0.02)).toEqual([])
    expect(broken(0.5, 0.002)).toEqual(['faster-than-a-pass'])
    const many = { ...POINT, load: { kind: 'concurrency' as const, requests: 1000 } }
    expect(
      brokenRules({ ...many, measured: { ttftS: 0.1, tpotS: 0.01 } }, { prefill: pricer(), decode: pricer() }),
    ).toEqual(['more-prompts-than-peak'])
  })
})
