import { describe, expect, it } from 'vitest'
import type { DenseFfn } from '../model.ts'
import { missingInputs, named, testPass, total } from '../pass.testkit.ts'
import { denseFfn } from './dense.ts'

const GATED: DenseFfn = { kind: 'dense', intermediateSize: 48, gated: true, activation: 'silu', bias: false }
const pass = testPass([{ sequences: 2, newTokens: 5, contextTokens: 7 }])

describe('dense feed-forward block', () => {
  it('gated: three matrices, plain: two and biases', () => {
    expect(total(denseFfn(GATED, pass, 16, 'input'), 'parameters')).toBe(3 * 16 * 48)
    const plain = { ...GATED, gated: false, bias: true }
    expect(total(denseFfn(plain, pass, 16, 'input'), 'parameters')).toBe(2 * 16 * 48 + 48 + 16)
    expect(total(denseFfn(GATED, pass, 16, 'input'), 'flop')).toBe(3 * 2 * 10 * 16 * 48)
  })

  it("RWKV's channel mix adds two interpolations and a gate of the hidden size", () => {
    const mix: DenseFfn = { ...GATED, gated: false, activation: 'relu2', channelMix: true }
    const out = denseFfn(mix, pass, 16, 'input')
    expect(total(out, 'parameters')).toBe(2 * 16 * 48 + 16 * 16 + 2 * 16)
    expect(named(out, 'receptance_proj').flop).toBe(2 * 10 * 16 * 16)
    expect(missingInputs(out, ['input'])).toEqual([])
  })
})
