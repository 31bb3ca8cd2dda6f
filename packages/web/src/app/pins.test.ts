/** A pin is whole in the address: question, layout, basis and techniques come back as they went in. */
import type { QuestionLink } from '@capline/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packPin, pinName, unpackPin, withPin } from './pins.ts'

const LINK: QuestionLink = {
  model: 'llama-3.1-70b',
  accelerator: 'h100-sxm',
  count: 8,
  question: { batch: 32, tp: 4, pp: 2, basis: 'calibrated' },
  hardware: {},
}
const BLANK: QuestionLink = { model: '', accelerator: '', count: 1, question: {}, hardware: {} }

describe('a pinned scenario', () => {
  it('names what it asks, its layout, its basis and its techniques', () => {
    expect(pinName({ link: LINK, with: '' })).toBe(
      'llama-3.1-70b on 8 × h100-sxm, batch 32, tp 4, pp 2, basis calibrated',
    )
    expect(pinName({ link: LINK, with: 'h2o:budget=0.2,w4' })).toMatch(/basis calibrated, with h2o:budget=0\.2, w4$/)
  })

  it('comes back from the address as it was, whatever its techniques are written with', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (techniques) => {
        const pin = { link: LINK, with: techniques }
        expect(unpackPin(packPin(pin), BLANK)).toEqual({ pin, problems: [] })
      }),
    )
  })

  it('of an older address has no techniques', () => {
    const { pin, problems } = unpackPin('model:llama-3.1-8b~on:a100-sxm-80gb~batch:4', BLANK)
    expect(pin).toMatchObject({ with: '', link: { model: 'llama-3.1-8b', question: { batch: 4 } } })
    expect(problems).toEqual([])
  })

  it('stays among the last six', () => {
    const pins = Array.from({ length: 9 }, (_, i) => ({ link: { ...LINK, count: i + 1 }, with: '' }))
    let kept: readonly (typeof pins)[number][] = []
    for (const pin of pins) kept = withPin(kept, pin)
    expect(kept.map(({ link }) => link.count)).toEqual([4, 5, 6, 7, 8, 9])
  })
})
