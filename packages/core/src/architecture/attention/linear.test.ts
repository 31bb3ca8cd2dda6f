import { describe, expect, it } from 'vitest'
import { cacheTensorBytes } from '../cache.ts'
import type { LinearAttention } from '../model.ts'
import { BF16_FORMATS, missingInputs, named, testPass, total } from '../pass.testkit.ts'
import { linearAttention, linearCache } from './linear.ts'

/** Qwen3-Next-80B: hidden 2048. */
const DELTA: LinearAttention = {
  kind: 'linear',
  rule: 'delta',
  numKeyHeads: 16,
  numValueHeads: 32,
  keyHeadDim: 128,
  valueHeadDim: 128,
  convTaps: 4,
  outputGate: true,
  gateRank: 0,
}
/** Kimi-Linear-48B: hidden 2304. */
const KDA: LinearAttention = { ...DELTA, rule: 'kda', numKeyHeads: 32, outputGate: false, gateRank: 128 }
/** fla-hub/gla-7B: hidden 4096, 32 heads, 8 key/value heads, no output gate. */
const GLA: LinearAttention = {
  ...DELTA,
  rule: 'gla',
  numKeyHeads: 8,
  numValueHeads: 8,
  numQueryHeads: 32,
  convTaps: 0,
  outputGate: false,
  gateRank: 16,
}
/** RWKV-5 3B: hidden 2560, 40 heads of 64. */
const RWKV: LinearAttention = {
  ...DELTA,
  rule: 'rwkv5',
  numKeyHeads: 40,
  numValueHeads: 40,
  keyHeadDim: 64,
  valueHeadDim: 64,
  convTaps: 0,
}
const LIGHTNING: LinearAttention = { ...DELTA, rule: 'lightning', numKeyHeads: 64, numValueHeads: 64, convTaps: 0 }

const decode = testPass([{ sequences: 3, newTokens: 1, contextTokens: 5000 }])
const prefill = testPass([{ sequences: 2, newTokens: 640, contextTokens: 0 }])

describe('parameters', () => {
  const count = (a: LinearAttention, hidden: number) => total(linearAttention(a, decode, hidden, 'input'), 'parameters')

  it('gated delta net: q, k, v, z, b, a, conv, A_log, dt_bias, norm, out', () => {
    const projections = 2048 * (2048 + 2048 + 4096 + 4096 + 32 + 32)
    expect(count(DELTA, 2048)).toBe(projections + 8192 * 4 + 32 + 32 + 128 + 4096 * 2048)
  })

  it('KDA: low-rank decay and output gate, one beta per head', () => {
    const lowRank = 2 * (2304 * 128 + 128 * 4096)
    const rest = 12288 * 4 + 32 + 4096 + 128 + 4096 * 2304
    expect(count(KDA, 2304)).toBe(3 * 2304 * 4096 + 2304 * 32 + lowRank + rest)
    const full = { ...KDA, outputGate: true }
    expect(count(full, 2304) - count(KDA, 2304)).toBe(2304 * 4096 - (2304 * 128 + 128 * 4096))
  })

  it('GLA with grouped keys: the decay has a bias', () => {
    const decay = 4096 * 16 + 16 * 1024 + 1024
    expect(count(GLA, 4096)).toBe(4096 * (4096 + 1024 + 1024) + decay + 128 + 4096 * 4096)
  })

  it('RWKV-5 time mix: five square matrices, four mixes, decay and bonus, group norm', () => {
    expect(count(RWKV, 2560)).toBe(5 * 2560 * 2560 + 4 * 2560 + 2 * 2560 + 2 * 2560)
  })

  it('lightning: q, k, v, gate, out and one norm of the whole width', () => {
    expect(count(LIGHTNING, 6144)).toBe(5 * 6144 * 8192 + 8192)
  })
})

describe('work', () => {
  it('decode reads and writes the fp32 state once per sequence', () => {
    const state = named(linearAttention(DELTA, decode, 2048, 'input'), 'state_recurrent')
    expect(state.kvReadBytes).toBe(3 * 32 * 128 * 128 * 4)
    expect(state.kvWriteBytes).toBe(state.kvReadBytes)
    expect(state.vectorFlop).toBe(3 * 32 * 7 * 128 * 128)
    expect(named(linearAttention(DELTA, decode, 2048, 'input'), 'state_chunked').flop).toBe(0)
  })

  it('prefill works in chunks of 64', () => {
    const intra = 2 * 64 * 256 + 4 * 16384
    const correction = 2 * 64 * 384 + 2 * 16384 + (2 * 4096) / 3
    const delta = named(linearAttention(DELTA, prefill, 2048, 'input'), 'state_chunked')
    expect(delta.flop).toBeCloseTo(1280 * 32 * (intra + correction), 3)
    expect(delta.kvReadBytes).toBe(2 * 32 * 16384 * 4)
    const plain = named(linearAttention(LIGHTNING, prefill, 6144, 'input'), 'state_chunked')
    expect(plain.flop).toBe(1280 * 64 * intra)
    // Twenty chunk states of 64 heads each way, besides q, k, v in and the output.
    expect(plain.activationWriteBytes).toBe(1280 * 8192 * 2 + 20 * 64 * 16384 * 2)
  })

  it('every operator reads what is there', () => {
    for (const a of [DELTA, KDA, GLA, RWKV, LIGHTNING]) {
      expect(missingInputs(linearAttention(a, prefill, 2560, 'input'), ['input'])).toEqual([])
    }
  })
})

describe('state', () => {
  const bytes = (a: LinearAttention, context: number) =>
    linearCache(a).reduce((sum, tensor) => sum + cacheTensorBytes(tensor, context, BF16_FORMATS), 0)

  it('does not grow with the context', () => {
    expect(bytes(DELTA, 100)).toBe(32 * 16384 * 4 + 8192 * 3 * 2)
    expect(bytes(DELTA, 100_000)).toBe(bytes(DELTA, 100))
  })

  it('takes the configured format, and one state per query head', () => {
    expect(bytes({ ...DELTA, stateFormat: 'bf16' }, 1)).toBe(32 * 16384 * 2 + 8192 * 3 * 2)
    expect(bytes(GLA, 1)).toBe(32 * 16384 * 4)
    expect(bytes(RWKV, 1)).toBe(40 * 64 * 64 * 4 + 2 * 2560 * 2)
  })
})
