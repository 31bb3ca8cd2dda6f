/** Positions and ticks of a chart's axis: logarithmic (base 2 or 10) or linear. */
import { type ChartAxis, QUANTITY_TEXT } from '../chart.ts'

export interface Scale {
  readonly at: (value: number) => number
  readonly ticks: readonly { readonly value: number; readonly text: string }[]
}

/** Every n-th of a list, so that at most `most` remain. */
function thin<T>(items: readonly T[], most: number): T[] {
  const every = Math.max(1, Math.ceil(items.length / most))
  return items.filter((_, i) => i % every === 0)
}

function logTicks([from, to]: readonly [number, number], base: number, most: number): number[] {
  const log = (x: number) => Math.log(x) / Math.log(base)
  const first = Math.ceil(log(from) - 1e-9)
  const last = Math.floor(log(to) + 1e-9)
  return thin(
    Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => base ** (first + i)),
    most,
  )
}

function linearTicks([from, to]: readonly [number, number], most: number): number[] {
  const rough = (to - from) / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((x) => x * power >= rough) ?? 10) * power
  const out: number[] = []
  // `|| 0`: no negative zero.
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to * (1 + 1e-9); i++) out.push(i * step || 0)
  return out
}

/** `start` and `end`: pixels of the domain's two ends; `most`: ticks there is room for. */
export function scaleOf(axis: ChartAxis, start: number, end: number, most: number): Scale {
  const isLog = axis.scale === 'log'
  const [from, to] = axis.domain
  const place = isLog
    ? (x: number) => Math.log(x / from) / Math.log(to / from)
    : (x: number) => (x - from) / (to - from)
  const at = (value: number) => start + (end - start) * (to === from ? 0.5 : place(value))
  const values = isLog ? logTicks(axis.domain, axis.base ?? 10, most) : linearTicks(axis.domain, most)
  return { at, ticks: values.map((value) => ({ value, text: QUANTITY_TEXT[axis.quantity](value) })) }
}
