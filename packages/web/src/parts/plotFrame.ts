/** A chart's frame in pixels: scales, ticks, and the room the axes take. */
import { type Box, type Chart, type ChartAxis, QUANTITY_TEXT, type Scale, scaleOf, textWidth } from '@capline/core'

export const FONT = 12

export interface Frame {
  readonly width: number
  readonly height: number
  readonly box: Box
  readonly x: Scale
  readonly y: Scale
}

/** Names at whole positions for axes that are lists of choices. */
function withNames(axis: ChartAxis, scale: Scale): Scale {
  if (!axis.names) return scale
  return { at: scale.at, ticks: axis.names.map((text, value) => ({ value, text })) }
}

/** Where a logarithmic axis spans too little for decades to mark it, ones, twos and fives do. */
function dense(axis: ChartAxis, scale: Scale, most: number): Scale {
  if (axis.scale !== 'log' || axis.base === 2 || scale.ticks.length > 2) return scale
  const [from, to] = axis.domain
  const values: number[] = []
  const steps = Math.log10(to / from) < 0.6 ? [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9] : [1, 2, 5]
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    for (const step of steps) {
      const value = step * 10 ** power
      if (value >= from && value <= to) values.push(value)
    }
  }
  const every = Math.max(1, Math.ceil(values.length / Math.max(2, most)))
  const text = QUANTITY_TEXT[axis.quantity]
  return {
    at: scale.at,
    ticks: values.filter((_, i) => i % every === 0).map((value) => ({ value, text: text(value) })),
  }
}

export function frameOf(chart: Chart, width: number, height: number): Frame {
  const top = FONT * 1.2
  const bottom = height - FONT * 3.4
  const most = Math.floor((bottom - top) / (FONT * 2.6))
  const y = dense(chart.y, scaleOf(chart.y, bottom, top, most), most)
  const left = Math.max(...y.ticks.map((tick) => textWidth(tick.text, FONT)), FONT * 2) + FONT
  const right = width - FONT
  const x = withNames(
    chart.x,
    dense(
      chart.x,
      scaleOf(chart.x, left, right, Math.floor((right - left) / (FONT * 4.2))),
      Math.floor((right - left) / (FONT * 6)),
    ),
  )
  return { width, height, box: { x: left, y: top, width: right - left, height: bottom - top }, x, y }
}

/** A domain zoomed by `factor` about a place given as a share of the axis. */
export function zoomed(axis: ChartAxis, factor: number, about: number): readonly [number, number] {
  const [from, to] = axis.domain
  if (axis.scale === 'log') {
    const span = Math.log(to / from)
    const middle = Math.log(from) + span * about
    return [Math.exp(middle - span * factor * about), Math.exp(middle + span * factor * (1 - about))]
  }
  const span = to - from
  const middle = from + span * about
  return [middle - span * factor * about, middle + span * factor * (1 - about)]
}

/** A domain moved by a share of its length. */
export function moved(axis: ChartAxis, by: number): readonly [number, number] {
  const [from, to] = axis.domain
  if (axis.scale === 'log') {
    const factor = (to / from) ** by
    return [from * factor, to * factor]
  }
  return [from + (to - from) * by, to + (to - from) * by]
}
