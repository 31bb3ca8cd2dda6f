import { describe, expect, it } from 'vitest'
import { cacheTensorBytes } from '../cache.ts'
import type { StateSpace } from '../model.ts'
import { BF16_FORMATS, missingInputs, named, testPass, total } from '../pass.testkit.ts'
import { stateSpace, stateSpaceCache } from './stateSpace.ts'

/** mamba-130m: hidden 768. */
const MAMBA1: StateSpace = {
  kind: 'mamba1',
  innerSize: 1536,
  stateSize: 16,
  convTaps: 4,
  numHeads: 0,
  numGroups: 0,
  dtRank: 48,
  convBias: true,
  projBias: false,
}
/** Nemotron-3-Nano: hidden 2688, 64 heads of 64, 8 groups. */
const MAMBA2: StateSpace = {
  ...MAMBA1,
  kind: 'mamba2',
  innerSize: 4096,
  stateSize: 128,
  numHeads: 64,
  numGroups: 8,
  dtRank: 0,
}

const decode = testPass([{ sequences: 5, newTokens: 1, contextTokens: 900 }])
const prefill = testPass([{ sequences: 1, newTokens: 1024, contextTokens: 0 }])

describe('parameters', () => {
  const count = (s: StateSpace, hidden: number) => total(stateSpace(s, decode, hidden, 'input'), 'parameters')

  it('Mamba 1: in, conv, x, dt, A, D, out', () => {
    const expected = 768 * 3072 + 1536 * 5 + 1536 * 80 + 48 * 1536 + 1536 + 1536 * 16 + 1536 + 1536 * 768
    expect(count(MAMBA1, 768)).toBe(expected)
    expect(count({ ...MAMBA1, innerNorms: true }, 768)).toBe(expected + 48 + 32)
  })

  it('Mamba 2: one projection for z, x, B, C and dt', () => {
    const expected = 2688 * (2 * 4096 + 2 * 1024 + 64) + 6144 * 5 + 3 * 64 + 4096 + 4096 * 2688
    expect(count(MAMBA2, 2688)).toBe(expected)
  })
})

describe('work', () => {
  it('steps the recurrence in decode', () => {
    const out = stateSpace(MAMBA2, decode, 2688, 'input')
    const step = named(out, 'state_recurrent')
    expect(step.vectorFlop).toBe(5 * 4096 * (5 * 128 + 2))
    expect(step.kvReadBytes).toBe(5 * 4096 * 128 * 4)
    expect(named(out, 'state_chunked').kvReadBytes).toBe(0)
    expect(
      named(stateSpace({ ...MAMBA2, stateFormat: 'bf16' }, decode, 2688, 'input'), 'state_recurrent').kvReadBytes,
    ).toBe(5 * 4096 * 128 * 2)
  })

  it('runs the dual form in prefill', () => {
    const scan = named(stateSpace(MAMBA2, prefill, 2688, 'input'), 'state_chunked')
    expect(scan.flop).toBe(1024 * (2 * 128 * (1024 + 4096) + 4 * 4096 * 128))
    expect(scan.kvWriteBytes).toBe(4096 * 128 * 4)
  })

  it('scans channel by channel in Mamba 1', () => {
    const scan = named(stateSpace(MAMBA1, prefill, 768, 'input'), 'state_scan')
    expect(scan.vectorFlop).toBe(1024 * 1536 * 114)
    expect(scan.flop).toBe(0)
  })

  it('every operator reads what is there', () => {
    for (const s of [MAMBA1, { ...MAMBA1, innerNorms: true }, MAMBA2]) {
      expect(missingInputs(stateSpace(s, prefill, 768, 'input'), ['input'])).toEqual([])
    }
  })
})

describe('state', () => {
  const bytes = (s: StateSpace) => stateSpaceCache(s).map((tensor) => cacheTensorBytes(tensor, 12_345, BF16_FORMATS))

  it('is a fixed size: the state in fp32, the convolution in 16 bit', () => {
    expect(bytes(MAMBA1)).toEqual([1536 * 16 * 4, 1536 * 3 * 2])
    expect(bytes(MAMBA2)).toEqual([4096 * 128 * 4, 6144 * 3 * 2])
  })
})
