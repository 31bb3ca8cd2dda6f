import { describe, expect, it } from 'vitest'
import { layerOperators } from './layer.ts'
import type { Layer } from './model.ts'
import { missingInputs, named, testPass, total } from './pass.testkit.ts'

/** Hidden size 16, four vectors, LAuReL of rank 4, per-layer embeddings of 8. */
const LAYER: Layer = {
  name: 'block',
  mixer: {
    kind: 'attention',
    numQHeads: 2,
    numKvHeads: 1,
    headDim: 8,
    pattern: { kind: 'causal' },
    qkvBias: false,
    outBias: false,
    qkNorm: 'head',
    rotaryDim: 8,
  },
  ffn: { kind: 'dense', intermediateSize: 32, gated: true, activation: 'gelu', bias: false },
  norm: { kind: 'rms', bias: false },
  normPlacement: 'both',
  altUpInputs: 4,
  laurelRank: 4,
  perLayerInputSize: 8,
}
const plain = (({ altUpInputs: _, laurelRank: __, ...rest }) => rest)(LAYER)
const pass = testPass([{ sequences: 3, newTokens: 5, contextTokens: 2 }])
const out = layerOperators(LAYER, pass, 16)

describe('alternating updates', () => {
  it('hold a router, two sets of coefficients, a scale and the low-rank residual', () => {
    const own = 16 + 16 * 4 + 4 * 16 + 4 * 4 + 16
    const laurel = 16 * 4 + 4 * 16 + 16
    expect(total(out, 'parameters') - total(layerOperators(plain, pass, 16), 'parameters')).toBe(own + laurel)
  })

  it('move all vectors through memory twice, and run the layer on one', () => {
    expect(named(out, 'altup_predict').activationWriteBytes).toBe(15 * 4 * 16 * 2)
    expect(named(out, 'altup_correct').activationWriteBytes).toBe(15 * 4 * 16 * 2)
    expect(named(out, 'q_proj').flop).toBe(2 * 15 * 16 * 16)
    // The per-layer embedding goes to the three vectors that the layer did not run on.
    expect(named(out, 'per_layer_add').activationWriteBytes).toBe(3 * 15 * 16 * 2)
  })

  it('reads only what is there', () => {
    expect(missingInputs(out, ['input'])).toEqual([])
  })
})
