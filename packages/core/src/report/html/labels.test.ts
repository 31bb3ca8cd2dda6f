/** Labels of a chart never cover each other. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Box, placeLabels, textWidth } from './labels.ts'

const frame: Box = { x: 0, y: 0, width: 600, height: 400 }
const SIZE = 12

describe('placeLabels', () => {
  it('lets no label cover another or leave the frame', () => {
    const mark = fc.record({
      x: fc.double({ min: 0, max: 600, noNaN: true }),
      y: fc.double({ min: 0, max: 400, noNaN: true }),
      radius: fc.constant(4),
      text: fc.string({ minLength: 1, maxLength: 20 }),
    })
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 30 }), (marks) => {
        const placed = placeLabels(marks, [], frame, SIZE)
        const boxes = placed.map(({ x, y, anchor, text }) => {
          const width = textWidth(text, SIZE)
          const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
          return { left, right: left + width, top: y - SIZE * 0.85, bottom: y + SIZE * 0.25 }
        })
        boxes.forEach((a, i) => {
          expect(a.left).toBeGreaterThanOrEqual(-1e-9)
          expect(a.right).toBeLessThanOrEqual(600 + 1e-9)
          for (const b of boxes.slice(i + 1)) {
            const apart =
              a.right <= b.left + 1e-9 ||
              b.right <= a.left + 1e-9 ||
              a.bottom <= b.top + 1e-9 ||
              b.bottom <= a.top + 1e-9
            expect(apart).toBe(true)
          }
        })
      }),
    )
  })

  it('keeps the important label when only one has room', () => {
    const at = { x: 20, y: 8, radius: 2 }
    const small: Box = { x: 0, y: 0, width: 60, height: 16 }
    const placed = placeLabels(
      [
        { ...at, text: 'first' },
        { ...at, text: 'later' },
      ],
      [],
      small,
      10,
    )
    expect(placed.map((label) => label.text)).toEqual(['first'])
  })
})
