/**
 * What interpolation is off by, from the table itself: every point is left out and asked for again, once alone and once
 * with its whole site, and measured over predicted is kept by distance to the nearest point used. The 10th and 90th
 * percentile of a distance class are the ends of an interval. A class too small to say borrows the one of all tables
 * of its operator; beyond the edge of a table the interval (in logarithms) grows by itself with every octave.
 */
import { quantile } from '../calibration/errors.ts'
import { MOST_AXES } from './coordinates.ts'
import { interpolate, makeAnswer } from './interpolate.ts'
import type { MeasuredTable } from './table.ts'

/** Upper ends of the distance classes, weighted octaves; the last is open. */
const CLASSES = [0.25, 0.5, 1, Number.POSITIVE_INFINITY] as const
/** Fewer residuals than this make no percentile. */
const LEAST = 12
/** Points of one table that are asked for again, evenly spaced. */
const MOST_ASKED = 1500

/** Logarithms of measured over predicted, by distance class. */
export type Residuals = readonly (readonly number[])[]

/** Low and high end by distance class, logarithms. */
export type Spread = readonly (readonly [number, number])[]

export function classOf(nearest: number): number {
  let i = 0
  while (i < CLASSES.length - 1 && nearest > CLASSES[i]!) i++
  return i
}

export function residualsOf(table: MeasuredTable): Residuals {
  const classes: number[][] = CLASSES.map(() => [])
  const { points, logUtilisation, tree } = table
  const { dims, at, site } = tree
  const answer = makeAnswer()
  const place = new Float64Array(MOST_AXES)
  const stride = Math.max(1, points.length / MOST_ASKED)
  for (let k = 0; k < points.length; k += stride) {
    const i = Math.floor(k)
    place.set(at.subarray(i * dims, (i + 1) * dims))
    for (const leftSite of [-1, site[i]!]) {
      interpolate(table, place, answer, i, leftSite)
      if (answer.rule !== 'none') classes[classOf(answer.nearest)]!.push(answer.logUtilisation - logUtilisation[i]!)
    }
  }
  return classes
}

/** `own`: of the table; `shared`: of all tables of its operator; `otherwise`: where neither has enough. */
export function spreadOf(own: Residuals, shared: Residuals, otherwise: readonly [number, number]): Spread {
  let before: readonly [number, number] | undefined
  return CLASSES.map((_, i) => {
    const some = [own[i], shared[i]].find((residuals) => residuals !== undefined && residuals.length >= LEAST)
    const ends = some ? ([quantile(some, 0.1), quantile(some, 0.9)] as const) : (before ?? otherwise)
    before = ends
    return ends
  })
}

export function pool(tables: readonly Residuals[]): Residuals {
  return CLASSES.map((_, i) => tables.flatMap((residuals) => residuals[i] ?? []))
}
