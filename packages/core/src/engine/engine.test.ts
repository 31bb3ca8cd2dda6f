import { describe, expect, test } from 'vitest'
import { ENGINE_TABLE } from './constants.ts'
import { isBorrowedEngine, tpotInterval, ttftInterval } from './interval.ts'
import { constantsKey, ENGINE_IDS, engineProfile, engineRow, engineTime } from './profile.ts'
import { REGIMES, regimeOfSequences } from './table.ts'

describe('engine constants', () => {
  test('a version finds its row; nothing said is the newest', () => {
    expect(constantsKey('vllm', '0.12.0')).toBe('synchronous')
    expect(constantsKey('vllm', 'v0.13.1')).toBe('synchronous')
    expect(constantsKey('vllm', '0.14.0')).toBe('vllm')
    expect(constantsKey('vllm', '1.0.0')).toBe('vllm')
    expect(constantsKey('vllm')).toBe('vllm')
    expect(constantsKey('vllm', 'nightly-20260101')).toBe('vllm')
    expect(constantsKey('trtllm', '0.17')).toBe('trtllm')
    expect(constantsKey('trtllm', '1.0.0rc3')).toBe('synchronous')
    expect(constantsKey('trtllm', '1.1.0rc2.post2')).toBe('trtllm')
    expect(constantsKey('sglang', '0.4.0')).toBe('sglang')
    expect(constantsKey('generic')).toBe('vllm')
  })
  test('every engine has a profile; the unmeasured one adds nothing to a step', () => {
    for (const id of ENGINE_IDS) expect(engineProfile(id).constants.exposedS).toBeGreaterThanOrEqual(0)
    expect(engineRow('llama.cpp')).toBeUndefined()
    expect(engineProfile('llama.cpp').constants).toMatchObject({ exposedS: 0, exposedSequenceS: 0 })
  })
  test('a step is its kernels, a part per step and a part per sequence', () => {
    const time = engineTime({ exposedS: 1e-3, exposedSequenceS: 1e-5, arrivalS: 0, queueShare: 0 })
    const groups = [
      { sequences: 3, newTokens: 1, contextTokens: 10 },
      { sequences: 1, newTokens: 512, contextTokens: 0 },
    ]
    expect(time.stepS(5e-3, groups)).toBeCloseTo(6.04e-3, 12)
  })
  test('the committed table: positive, with intervals around the prediction and errors of what was left out', () => {
    expect(Object.keys(ENGINE_TABLE.rows).sort()).toEqual(['sglang', 'synchronous', 'trtllm', 'vllm'])
    for (const row of Object.values(ENGINE_TABLE.rows)) {
      expect(row.points).toBeGreaterThan(100)
      for (const regime of REGIMES) expect(row.spread[regime][0]).toBeLessThan(row.spread[regime][1])
    }
    expect(ENGINE_TABLE.leftOut.some(({ what }) => what === 'model')).toBe(true)
    expect(ENGINE_TABLE.leftOut.some(({ what }) => what === 'device')).toBe(true)
  })
})

describe('intervals of whole steps', () => {
  test('never narrower than the kernels, never narrower than the validated error', () => {
    const narrow = tpotInterval('vllm', 8, 10, { low: 9.99, high: 10.01 })
    const [low, high] = ENGINE_TABLE.rows.vllm?.spread.some ?? [1, 1]
    expect(narrow).toEqual({ low: 10 * low, high: 10 * high })
    const wide = { low: 1, high: 100 }
    expect(tpotInterval('vllm', 8, 10, wide)).toEqual(wide)
    const late = ENGINE_TABLE.rows.sglang?.firstLateS ?? 0
    expect(late).toBeGreaterThan(0)
    expect(ttftInterval('sglang', wide)).toEqual({ low: 1, high: 100 + late })
  })
  test('regimes have their own', () => {
    const kernels = { low: 9.99, high: 10.01 }
    expect(tpotInterval('sglang', 1, 10, kernels)).not.toEqual(tpotInterval('sglang', 100, 10, kernels))
  })
  test('an engine nobody measured may be any of the measured ones: its interval holds theirs, and is wider than each', () => {
    expect(isBorrowedEngine('llama.cpp')).toBe(true)
    for (const id of ['generic', 'vllm', 'sglang', 'trtllm', undefined] as const)
      expect(isBorrowedEngine(id)).toBe(false)
    for (const kernelS of [2e-4, 5e-3, 0.1]) {
      for (const sequences of [1, 8, 200]) {
        const kernels = { low: 0.95 * kernelS, high: 1.05 * kernelS }
        const own = tpotInterval('llama.cpp', sequences, kernelS, kernels)
        const first = ttftInterval('llama.cpp', kernels)
        for (const row of Object.values(ENGINE_TABLE.rows)) {
          const stepS = kernelS + row.exposedS + row.exposedSequenceS * sequences
          const [low, high] = row.spread[regimeOfSequences(sequences)]
          expect(own.low).toBeLessThanOrEqual(stepS * low)
          expect(own.high).toBeGreaterThanOrEqual(stepS * high)
          expect(own.high / own.low).toBeGreaterThan(high / low)
          expect(first.high).toBeGreaterThanOrEqual(kernels.high + row.firstLateS)
        }
        expect(first.low).toBe(kernels.low)
      }
    }
  })
})
