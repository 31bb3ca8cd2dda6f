/**
 * Utilisation at a place of a table, by four rules in this order:
 *
 *   exact   a measured point: its own
 *   along   two points of its line around it, at most `GAP` apart: between theirs, linear in octaves
 *   near    the nearest points of all lines within `REACH`: their mean, weights 1 / distance⁴ (Shepard 1968)
 *   none    nothing within reach
 *
 * A place beyond the table's edge is moved to the edge first (utilisation is held there) and `beyond` says how far. So
 * every answer lies within the utilisations it was made of, and time follows the calibrated model beyond the edge.
 */
import { lineAt, type MeasuredTable } from './table.ts'
import { findNearest, makeFound } from './tree.ts'

/** Weighted octaves: neighbours further away say less than the calibrated model. */
export const REACH = 2
/** Widest gap that two points of a line are joined across. */
const GAP = 2
/** Octaves beyond the edge, along the line; in any other size: `REACH`. */
const FURTHEST = 6
/** Sizes are computed alike for the table and the query, so equal ones have equal coordinates but for rounding. */
const SAME = 1e-9
/** Keeps weights finite. */
const TINY = 1e-12

export type Rule = 'exact' | 'along' | 'near' | 'none'

export interface Answer {
  rule: Rule
  logUtilisation: number
  /** Distance to the nearest point used, weighted octaves. */
  nearest: number
  /** Distance beyond the edge, weighted octaves. */
  beyond: number
  /** Of an exact answer. */
  point: number
}

export function makeAnswer(): Answer {
  return { rule: 'none', logUtilisation: 0, nearest: Number.POSITIVE_INFINITY, beyond: 0, point: -1 }
}

const found = makeFound()
const clamped = new Float64Array(32)

/** Moves the place into the box of the table; the distance, or infinity when that is too far. */
function clamp(table: MeasuredTable, place: Float64Array): number {
  const { low, high, tree } = table
  const { run, dims } = tree
  let sum = 0
  for (let d = 0; d < dims; d++) {
    const x = place[d]!
    const y = Math.min(Math.max(x, low[d]!), high[d]!)
    const past = Math.abs(x - y)
    // Also catches what is not a number.
    if (!(past <= (d === run ? FURTHEST : REACH))) return Number.POSITIVE_INFINITY
    clamped[d] = y
    sum += past * past
  }
  return Math.sqrt(sum)
}

/** The rules `exact` and `along`; false when neither holds. */
function onLine(table: MeasuredTable, leftPoint: number, leftSite: number, into: Answer): boolean {
  const line = lineAt(table, clamped)
  if (line < 0) return false
  const { dims, run, at, site } = table.tree
  const { start, order } = table.lines
  const first = start[line]!
  const end = start[line + 1]!
  const x = clamped[run]!
  let low = first
  let high = end
  while (low < high) {
    const mid = (low + high) >> 1
    if (at[order[mid]! * dims + run]! < x - SAME) low = mid + 1
    else high = mid
  }
  const isLeft = (place: number) => order[place] === leftPoint || site[order[place]!] === leftSite
  while (high < end && isLeft(high)) high++
  while (low > first && isLeft(low - 1)) low--
  const above = high < end ? order[high]! : -1
  if (above >= 0 && at[above * dims + run]! <= x + SAME) {
    into.rule = 'exact'
    into.logUtilisation = table.logUtilisation[above]!
    into.nearest = 0
    into.point = above
    return true
  }
  const below = low > first ? order[low - 1]! : -1
  if (above < 0 || below < 0) return false
  const from = at[below * dims + run]!
  const to = at[above * dims + run]!
  if (to - from > GAP) return false
  const share = (x - from) / (to - from)
  into.rule = 'along'
  into.logUtilisation = table.logUtilisation[below]! * (1 - share) + table.logUtilisation[above]! * share
  into.nearest = Math.min(x - from, to - x)
  return true
}

/** `leftPoint`, `leftSite`: what the table must not use (−1: nothing), to judge it by its own points. */
export function interpolate(
  table: MeasuredTable,
  place: Float64Array,
  into: Answer,
  leftPoint = -1,
  leftSite = -1,
): void {
  into.rule = 'none'
  into.nearest = Number.POSITIVE_INFINITY
  into.point = -1
  into.beyond = clamp(table, place)
  if (into.beyond === Number.POSITIVE_INFINITY) return
  if (onLine(table, leftPoint, leftSite, into)) return
  findNearest(table.tree, clamped, REACH, found, leftPoint, leftSite)
  if (found.count === 0) return
  let weights = 0
  let sum = 0
  for (let i = 0; i < found.count; i++) {
    const squared = found.squared[i]!
    const weight = 1 / (squared * squared + TINY)
    weights += weight
    sum += weight * table.logUtilisation[found.point[i]!]!
  }
  into.rule = 'near'
  into.logUtilisation = sum / weights
  into.nearest = Math.sqrt(found.squared[0]!)
}
