import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { halvesOf } from './halves.ts'

const group = fc.record({
  sequences: fc.integer({ min: 1, max: 300 }),
  newTokens: fc.integer({ min: 1, max: 9000 }),
  contextTokens: fc.integer({ min: 0, max: 100_000 }),
})
const tokens = (groups: readonly { sequences: number; newTokens: number }[]) =>
  groups.reduce((sum, { sequences, newTokens }) => sum + sequences * newTokens, 0)

describe('halves of a step', () => {
  it('halve sequences; of one sequence its tokens, the second half seeing the first', () => {
    expect(halvesOf([{ sequences: 5, newTokens: 1, contextTokens: 9 }])).toEqual([
      [{ sequences: 3, newTokens: 1, contextTokens: 9 }],
      [{ sequences: 2, newTokens: 1, contextTokens: 9 }],
    ])
    expect(halvesOf([{ sequences: 1, newTokens: 7, contextTokens: 2 }])).toEqual([
      [{ sequences: 1, newTokens: 4, contextTokens: 2 }],
      [{ sequences: 1, newTokens: 3, contextTokens: 6 }],
    ])
  })

  it('there are none of one token', () => {
    expect(halvesOf([{ sequences: 1, newTokens: 1, contextTokens: 100 }])).toBeUndefined()
  })

  it('two single tokens of different contexts are one each', () => {
    const [one, two] = [1, 2].map((contextTokens) => ({ sequences: 1, newTokens: 1, contextTokens }))
    expect(one && two && halvesOf([one, two])).toEqual([[one], [two]])
  })

  it('have the tokens of the whole', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), (groups) => {
        const halves = halvesOf(groups)
        if (halves) expect(tokens(halves[0]) + tokens(halves[1])).toBe(tokens(groups))
        else expect(tokens(groups)).toBe(1)
      }),
    )
  })
})
