import { describe, expect, it } from 'vitest'
import { layerOperators } from './layer.ts'
import type { Layer } from './model.ts'
import { missingInputs, named, testPass, total } from './pass.testkit.ts'

const plain: Layer = {
  name: 'FFN',
  ffn: { kind: 'dense', intermediateSize: 64, gated: true, activation: 'silu', bias: false },
  norm: { kind: 'rms', bias: false },
  normPlacement: 'pre',
}
const streamed: Layer = { ...plain, residualStreams: 4 }

describe('hyper-connections', () => {
  const pass = testPass([{ sequences: 1, newTokens: 10, contextTokens: 0 }])

  it('add one small product per block', () => {
    const extra =
      total(layerOperators(streamed, pass, 32), 'parameters') - total(layerOperators(plain, pass, 32), 'parameters')
    expect(extra).toBe(4 * 32 * 24 + 24 + 3)
  })

  it('carry four streams between blocks', () => {
    const out = layerOperators(streamed, pass, 32)
    expect(named(out, 'mlp_collapse').activationWriteBytes).toBe(10 * 32 * 2)
    expect(named(out, 'mlp_add').activationWriteBytes).toBe(10 * 4 * 32 * 2)
    expect(named(out, 'mlp_add').activationReadBytes).toBe(10 * 5 * 32 * 2)
    expect(missingInputs(out, ['input'])).toEqual([])
  })
})
