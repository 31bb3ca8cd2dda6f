/** Positions and ticks of chart axes. */

import { describe, expect, it } from 'vitest'
import type { ChartAxis } from '../chart.ts'
import { scaleOf } from './scale.ts'

const axis = (rest: Partial<ChartAxis>): ChartAxis => ({
  label: '',
  quantity: 'count',
  scale: 'linear',
  domain: [0, 100],
  ...rest,
})

describe('scaleOf', () => {
  it('places linear values between the ends', () => {
    const scale = scaleOf(axis({}), 10, 210, 5)
    expect([scale.at(0), scale.at(50), scale.at(100)]).toEqual([10, 110, 210])
    expect(scale.ticks.map((tick) => tick.value)).toEqual([0, 20, 40, 60, 80, 100])
  })

  it('ticks logarithmic axes at whole powers', () => {
    const scale = scaleOf(axis({ scale: 'log', base: 2, domain: [1, 1024] }), 0, 100, 20)
    expect(scale.ticks.map((tick) => tick.text)).toEqual([
      '1',
      '2',
      '4',
      '8',
      '16',
      '32',
      '64',
      '128',
      '256',
      '512',
      '1k',
    ])
    expect(scale.at(32)).toBeCloseTo(50)
  })

  it('thins ticks where there is little room', () => {
    const scale = scaleOf(axis({ scale: 'log', base: 10, domain: [1, 1e9] }), 0, 100, 4)
    expect(scale.ticks.length).toBeLessThanOrEqual(4)
  })
})
