/** Whatever is said of the layout, the count says how many accelerators there are. */
import type { QuestionLink } from '@capline/core'
import { describe, expect, it } from 'vitest'
import { axesOf, countOfAxes, namesAxes, withAxes, withAxis, withCount, withLayout } from './layout.ts'

const LINK: QuestionLink = { model: 'm', accelerator: 'a', count: 8, question: { batch: 4 }, hardware: {} }
const NAMED: QuestionLink = { ...LINK, question: { batch: 4, tp: 4, pp: 2 } }

describe('changes of a layout', () => {
  it('multiplies axes to a count; experts alone bring the accelerators that split them', () => {
    expect(countOfAxes({ tp: 4, pp: 2, dp: 3 })).toBe(24)
    expect(countOfAxes({ ep: 8 })).toBe(8)
    expect(countOfAxes({ tp: 2, ep: 8 })).toBe(8)
    expect(countOfAxes({ tp: 8, ep: 8 })).toBe(8)
    expect(countOfAxes({ tp: 3, ep: 8 })).toBe(3)
  })

  it('keeps what else is asked, and takes a way for all out when an axis is numbered', () => {
    const link = { ...LINK, question: { ...LINK.question, layout: 'tensor' } }
    expect(withAxis(link, 'pp', 2)).toEqual({ count: 2, question: { batch: 4, pp: 2 } })
    expect(withAxis(NAMED, 'pp', undefined)).toEqual({ count: 4, question: { batch: 4, tp: 4 } })
    expect(withAxes(NAMED, { dp: 8 })).toEqual({ count: 8, question: { batch: 4, dp: 8 } })
  })

  it('goes back to the best of all with the same count', () => {
    expect(withLayout(NAMED, 'auto')).toEqual({ count: 8, question: { batch: 4 } })
    expect(withLayout(NAMED, 'data')).toEqual({ count: 8, question: { batch: 4, layout: 'data' } })
    expect(withAxis({ ...LINK, question: { tp: 8 } }, 'tp', undefined)).toEqual({ count: 8, question: {} })
  })

  it('leaves named axes behind when another count is asked', () => {
    expect(withCount(NAMED, 2)).toEqual({ count: 2, question: { batch: 4 } })
    const way = { ...LINK, question: { layout: 'tensor' } }
    expect(withCount(way, 2)).toEqual({ count: 2, question: { layout: 'tensor' } })
  })

  it('knows which axes are named', () => {
    expect(axesOf(NAMED)).toEqual({ tp: 4, pp: 2 })
    expect(namesAxes(LINK)).toBe(false)
  })
})
