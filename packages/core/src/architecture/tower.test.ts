import { describe, expect, it } from 'vitest'
import { CONVENTIONS } from './convention.ts'
import { resolveFormats } from './formats.ts'
import type { Tower } from './model.ts'
import { BF16, BF16_FORMATS, testPass } from './pass.testkit.ts'
import { passOf } from './pass.ts'
import { frontEndOperator, towerOperators } from './tower.ts'

/** Two layers of 8 values and 2 heads over pictures of 16 patches of 12 values; four tokens are merged to one. */
const TOWER: Tower = {
  kind: 'vision',
  stack: {
    hiddenSize: 8,
    kinds: [
      {
        name: 'block',
        mixer: {
          kind: 'attention',
          numQHeads: 2,
          numKvHeads: 2,
          headDim: 4,
          pattern: { kind: 'bidirectional' },
          qkvBias: true,
          outBias: true,
          rotaryDim: 0,
        },
        ffn: { kind: 'dense', intermediateSize: 32, gated: false, activation: 'gelu', bias: true },
        norm: { kind: 'layer', bias: true },
        normPlacement: 'pre',
      },
    ],
    order: [0, 0],
    finalNorm: { kind: 'layer', bias: true },
  },
  patchValues: 12,
  patchBias: true,
  positions: 16,
  tokensPerItem: 16,
  outputTokensPerItem: 4,
  projector: [[32, 20, true]],
}

describe('towers', () => {
  const pass = testPass([{ sequences: 3, newTokens: 16, contextTokens: 0 }])
  const groups = towerOperators(TOWER, pass)

  it('hold patch embedding, positions, layers, final norm and projector', () => {
    const count = groups.reduce((sum, g) => sum + g.repeat * g.operators.reduce((own, o) => own + o.parameters, 0), 0)
    const block = 4 * (8 * 8 + 8) + (8 * 32 + 32) + (32 * 8 + 8) + 2 * 16
    expect(count).toBe(12 * 8 + 8 + 16 * 8 + 2 * block + 16 + 32 * 20 + 20)
  })

  it('embed every patch and project every merged token', () => {
    expect(groups[0]?.operators[0]?.flop).toBe(2 * 48 * 12 * 8)
    expect(groups.at(-1)?.operators.at(-1)?.flop).toBe(2 * 12 * 32 * 20)
  })

  it('keep the format of their class where the language part is quantised', () => {
    const formats = resolveFormats({ ...BF16, weights: 'nvfp4', classes: { tower: 'bf16' } }, CONVENTIONS.exact)
    const step = { groups: [{ sequences: 3, newTokens: 16, contextTokens: 0 }] }
    const own = passOf(step, { formats, kernel: 'flash', convention: CONVENTIONS.exact, tile: {} })
    const bytes = (of: typeof pass) =>
      towerOperators(TOWER, of).flatMap((g) => g.operators.map(({ storedBytes }) => storedBytes))
    expect(bytes(own)).toEqual(bytes(pass))
  })

  it('keep no cache: a KV format does not touch their keys and values', () => {
    const formats = resolveFormats({ ...BF16, kv: 'fp8' }, CONVENTIONS.exact)
    const step = { groups: [{ sequences: 3, newTokens: 16, contextTokens: 0 }] }
    const own = passOf(step, { formats, kernel: 'flash', convention: CONVENTIONS.exact, tile: {} })
    const traffic = (of: typeof pass) =>
      towerOperators(TOWER, of).flatMap((g) => g.operators.map((o) => o.kvReadBytes + o.kvWriteBytes))
    expect(traffic(own)).toEqual(traffic(pass))
  })

  it('front ends work once per source', () => {
    const front = frontEndOperator({ parameters: 1000, macPerItem: 5000 }, pass, 8)
    expect(front.flop).toBe(3 * 2 * 5000)
    expect(front.parameters).toBe(1000)
    expect(front.storedBytes).toBe(1000 * BF16_FORMATS.weightBytes('tower', 8))
  })
})
