/**
 * A k-d tree over points in a flat array, and the search for the nearest ones (Friedman, Bentley, Finkel 1977; distances
 * to boxes kept per axis as in Arya and Mount 1993). Of points that follow each other on one line only the nearest on
 * either side counts: a densely measured line must not crowd out the other neighbours, nor outvote its own far end.
 * The search writes into a scratch that the caller owns and allocates nothing.
 */

export interface Tree {
  readonly dims: number
  /** Coordinate that varies along a line. */
  readonly run: number
  readonly count: number
  /** count × dims, in the order of the leaves. */
  readonly at: Float64Array
  /** Line of every point. */
  readonly line: Int32Array
  /** What a point is left out with: its whole site. */
  readonly site: Int32Array
  readonly cuts: Cuts
}

/**
 * Nodes by number, the root first. Sizes of kernels are few and repeat, so a node is cut between two different values as
 * near to its middle as they allow, and knows where either side ends: what lies between is nobody's.
 */
export interface Cuts {
  /** Points, as given, in the order of the leaves. */
  readonly order: Int32Array
  /** Axis of the cut; −1: a leaf. */
  readonly axis: Int8Array
  /** Largest value on the left, smallest on the right. */
  readonly below: Float64Array
  readonly above: Float64Array
  /** Children of an inner node, the first and the end of the points of a leaf. */
  readonly left: Int32Array
  readonly right: Int32Array
}

export const NEIGHBOURS = 6
const LEAF = 8
/** A box is passed over when it could only improve the squared distance by less than this factor. */
const WORTH = 2

/** The nearest points found, nearest first; `squared`: squared distances. */
export interface Found {
  readonly point: Int32Array
  readonly squared: Float64Array
  /** −1: before the place on its line, 1: at it or after. */
  readonly side: Int8Array
  count: number
}

export function makeFound(): Found {
  return {
    point: new Int32Array(NEIGHBOURS),
    squared: new Float64Array(NEIGHBOURS),
    side: new Int8Array(NEIGHBOURS),
    count: 0,
  }
}

/** Sorts keys[from…to) far enough that the one at `nth` is in its place (Hoare's selection); gives that key. */
function nthKey(keys: Float64Array, from: number, to: number, nth: number): number {
  let low = from
  let high = to - 1
  while (low < high) {
    const pivot = keys[(low + high) >> 1]!
    let i = low
    let j = high
    while (i <= j) {
      while (keys[i]! < pivot) i++
      while (keys[j]! > pivot) j--
      if (i > j) break
      const swap = keys[i]!
      keys[i++] = keys[j]!
      keys[j--] = swap
    }
    if (nth <= j) high = j
    else if (nth >= i) low = i
    else break
  }
  return keys[nth]!
}

/** The axis along which these points lie furthest apart; undefined when they all coincide. */
function widestAxis(at: Float64Array, dims: number, order: Int32Array, from: number, to: number): number | undefined {
  let widest: number | undefined
  let width = 0
  for (let d = 0; d < dims; d++) {
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (let i = from; i < to; i++) {
      const x = at[order[i]! * dims + d]!
      low = Math.min(low, x)
      high = Math.max(high, x)
    }
    if (high - low > width) {
      width = high - low
      widest = d
    }
  }
  return widest
}

export function cutsOf(at: Float64Array, count: number, dims: number): Cuts {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  const keys = new Float64Array(count)
  const scratch = new Int32Array(count)
  const axis: number[] = []
  const below: number[] = []
  const above: number[] = []
  const left: number[] = []
  const right: number[] = []
  const grow = (from: number, to: number): number => {
    const node = axis.length
    axis.push(-1)
    below.push(0)
    above.push(0)
    left.push(from)
    right.push(to)
    const d = to - from > LEAF ? widestAxis(at, dims, order, from, to) : undefined
    if (d === undefined) return node
    for (let i = from; i < to; i++) keys[i] = at[order[i]! * dims + d]!
    const middle = (from + to) >> 1
    const median = nthKey(keys, from, to, middle)
    // Smaller ones to the front of the scratch, equal ones and larger ones behind them.
    let smaller = 0
    let equal = 0
    for (let i = from; i < to; i++) {
      const x = at[order[i]! * dims + d]!
      if (x < median) smaller++
      else if (x === median) equal++
    }
    const isAfter = smaller === 0 || Math.abs(from + smaller + equal - middle) < Math.abs(from + smaller - middle)
    const goesLeft = (x: number) => x < median || (isAfter && x === median && smaller + equal < to - from)
    let front = from
    let back = to
    let lowEnd = Number.NEGATIVE_INFINITY
    let highStart = Number.POSITIVE_INFINITY
    for (let i = from; i < to; i++) {
      const point = order[i]!
      const x = at[point * dims + d]!
      if (goesLeft(x)) {
        scratch[front++] = point
        lowEnd = Math.max(lowEnd, x)
      } else {
        scratch[--back] = point
        highStart = Math.min(highStart, x)
      }
    }
    for (let i = from; i < to; i++) order[i] = scratch[i]!
    const mid = front
    axis[node] = d
    below[node] = lowEnd
    above[node] = highStart
    left[node] = grow(from, mid)
    right[node] = grow(mid, to)
    return node
  }
  grow(0, count)
  return {
    order,
    axis: Int8Array.from(axis),
    below: Float64Array.from(below),
    above: Float64Array.from(above),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
  }
}

/** The search in progress: the models are synchronous, so one is enough. */
let tree: Tree
let place: Float64Array
let found: Found
let skipPoint = -1
let skipSite = -1
/** Squared distance from which a point no longer matters. */
let limit = 0
/** Distance to the box being visited, by coordinate. */
const offset = new Float64Array(32)

function consider(from: number, to: number): void {
  const { dims, run, at, line, site } = tree
  const { point, squared, side } = found
  const around = place
  const leftPoint = skipPoint
  const leftSite = skipSite
  let count = found.count
  let worst = limit
  for (let i = from, base = from * dims; i < to; i++, base += dims) {
    let sum = 0
    for (let d = 0; d < dims; d++) {
      const x = at[base + d]! - around[d]!
      sum += x * x
    }
    if (sum >= worst || i === leftPoint || site[i] === leftSite) continue
    const own = line[i]!
    const its = at[base + run]! < around[run]! ? -1 : 1
    let slot = 0
    while (slot < count && (line[point[slot]!] !== own || side[slot] !== its)) slot++
    if (slot < count) {
      if (squared[slot]! <= sum) continue
    } else if (count < NEIGHBOURS) count++
    else slot = NEIGHBOURS - 1
    // Sift up: the list stays sorted by distance.
    while (slot > 0 && squared[slot - 1]! > sum) {
      point[slot] = point[slot - 1]!
      squared[slot] = squared[slot - 1]!
      side[slot] = side[slot - 1]!
      slot--
    }
    point[slot] = i
    squared[slot] = sum
    side[slot] = its
    if (count === NEIGHBOURS) worst = squared[NEIGHBOURS - 1]!
  }
  found.count = count
  limit = worst
}

/** `away`: squared distance to the node's box. */
function visit(node: number, away: number): void {
  const { axis, below, above, left, right } = tree.cuts
  const d = axis[node]!
  if (d < 0) {
    consider(left[node]!, right[node]!)
    return
  }
  const toLeft = place[d]! - below[node]!
  const toRight = above[node]! - place[d]!
  const isRight = toRight < toLeft
  visit(isRight ? right[node]! : left[node]!, away)
  const before = offset[d]!
  const past = Math.max(before, isRight ? toLeft : toRight)
  const further = away - before * before + past * past
  if (further * WORTH >= limit) return
  offset[d] = past
  visit(isRight ? left[node]! : right[node]!, further)
  offset[d] = before
}

/** The nearest points within `reach` (exclusive), without `leftPoint` and all of `leftSite` (−1: none). */
export function findNearest(
  inTree: Tree,
  around: Float64Array,
  reach: number,
  into: Found,
  leftPoint = -1,
  leftSite = -1,
): void {
  tree = inTree
  place = around
  found = into
  skipPoint = leftPoint
  skipSite = leftSite
  limit = reach * reach
  into.count = 0
  offset.fill(0)
  if (inTree.count > 0) visit(0, 0)
}
