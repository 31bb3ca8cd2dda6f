/**
 * One measured kernel: an engine's kernel in one format, its points, and the search among them.
 *
 * What is interpolated is utilisation: the calibrated model's time over the measured one, as a logarithm. The model
 * explains sizes, tiles and waves; what is left changes slowly from shape to shape. (Against the plain roofline the
 * median leave-one-out errors are 1.7 to 6.5 times larger: its utilisation runs from 0.01 to 1 with the size of the call.)
 */
import type { Chip } from '../kernels/chip.ts'
import type { KernelCell } from '../kernels/device.ts'
import { type OpClass, shapeOf } from '../kernels/dispatch.ts'
import type { GemmQuery, KernelQuery, MoeQuery } from '../kernels/query.ts'
import { AXES, placeOf } from './coordinates.ts'
import { cutsOf, type Tree } from './tree.ts'

/** One row of a kernel table, as far as this basis needs it. */
export interface MeasuredRow {
  readonly op: OpClass
  /** Catalogue id. */
  readonly deviceId: string
  readonly backend: string
  readonly backendVersion: string
  readonly kernel: string
  readonly query: KernelQuery
  readonly seconds: number
}

/** A point: all measurements of one query by one kernel, of its newest version; the time is their geometric mean. */
export interface MeasuredPoint {
  readonly query: KernelQuery
  readonly seconds: number
  readonly shortest: number
  readonly longest: number
}

export interface MeasuredTable {
  readonly op: OpClass
  readonly format: string
  readonly backend: string
  readonly kernel: string
  readonly version: string
  readonly chip: Chip
  /** The calibrated kernel that utilisation refers to. */
  readonly cell: KernelCell
  readonly points: readonly MeasuredPoint[]
  readonly tree: Tree
  readonly logUtilisation: Float64Array
  /** Smallest and largest coordinate of any point. */
  readonly low: Float64Array
  readonly high: Float64Array
  readonly lines: Lines
  /** Site number by name. */
  readonly sites: ReadonlyMap<string, number>
}

/** Points that differ in the run coordinate alone, in its order; found by a hash of the other coordinates. */
export interface Lines {
  readonly start: Int32Array
  readonly order: Int32Array
  /** Hash → first line, line → next line of the same hash; −1: none. */
  readonly head: Int32Array
  readonly next: Int32Array
}

function hashOf(at: Float64Array, from: number, dims: number, run: number): number {
  let hash = 0x811c9dc5
  for (let d = 0; d < dims; d++) {
    if (d !== run) hash = Math.imul(hash ^ Math.round(at[from + d]! * 1_048_576), 0x01000193)
  }
  return (hash ^ (hash >>> 15)) >>> 0
}

function isSameLine(a: Float64Array, fromA: number, b: Float64Array, fromB: number, dims: number, run: number) {
  for (let d = 0; d < dims; d++) if (d !== run && a[fromA + d] !== b[fromB + d]) return false
  return true
}

/** The line a place is on; −1: none. */
export function lineAt(table: MeasuredTable, place: Float64Array): number {
  const { dims, run, at } = table.tree
  const { head, next, start, order } = table.lines
  let line = head[hashOf(place, 0, dims, run) & (head.length - 1)]!
  while (line >= 0 && !isSameLine(at, order[start[line]!]! * dims, place, 0, dims, run)) line = next[line]!
  return line
}

function linesOf(at: Float64Array, count: number, dims: number, run: number) {
  let size = 16
  while (size < 2 * count) size *= 2
  const head = new Int32Array(size).fill(-1)
  const next: number[] = []
  const members: number[][] = []
  const line = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const slot = hashOf(at, i * dims, dims, run) & (size - 1)
    let own = head[slot]!
    while (own >= 0 && !isSameLine(at, (members[own]?.[0] ?? 0) * dims, at, i * dims, dims, run)) own = next[own]!
    if (own < 0) {
      own = members.length
      members.push([])
      next.push(head[slot]!)
      head[slot] = own
    }
    members[own]?.push(i)
    line[i] = own
  }
  const start = new Int32Array(members.length + 1)
  const order = new Int32Array(count)
  members.forEach((some, i) => {
    some.sort((a, b) => at[a * dims + run]! - at[b * dims + run]!)
    order.set(some, start[i])
    start[i + 1] = start[i]! + some.length
  })
  return { line, lines: { start, order, head, next: Int32Array.from(next) } }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Scratch copies of queries that are their own shape. */
const gemm: Writable<GemmQuery> = { kind: 'gemm', m: 1, n: 1, k: 1, format: 'bfloat16', replayed: true }
const moe: Writable<MoeQuery> = {
  kind: 'moe',
  tokens: 1,
  hidden: 1,
  inter: 1,
  topK: 1,
  experts: 1,
  tp: 1,
  ep: 1,
  alpha: 0,
  gated: true,
  format: 'bfloat16',
  replayed: true,
}

/** The query as the kernel model takes it, with caches as after a replay or as in a serving step. */
function shapeFor(table: MeasuredTable, query: KernelQuery, replayed: boolean): object {
  if (query.kind === 'gemm') {
    if (query.replayed === replayed) return query
    gemm.m = query.m
    gemm.n = query.n
    gemm.k = query.k
    gemm.format = query.format
    gemm.replayed = replayed
    return gemm
  }
  if (query.kind === 'moe') {
    if (query.replayed === replayed) return query
    moe.tokens = query.tokens
    moe.hidden = query.hidden
    moe.inter = query.inter
    moe.topK = query.topK
    moe.experts = query.experts
    moe.tp = query.tp
    moe.ep = query.ep
    moe.alpha = query.alpha
    moe.gated = query.gated
    moe.format = query.format
    moe.replayed = replayed
    return moe
  }
  if (query.kind === 'collective') return query
  // Attention shapes are new objects, ours to change.
  const shape = shapeOf(query, table.kernel, table.backend, table.chip.architecture) as { replayed: boolean }
  shape.replayed = replayed
  return shape
}

/** The calibrated time that utilisation refers to; `replayed`: as benchmarks call it. */
export function referenceSeconds(table: MeasuredTable, query: KernelQuery, replayed: boolean): number {
  const { cell, chip } = table
  return cell.model.seconds(shapeFor(table, query, replayed), chip, cell.constants)
}

export interface TableHead {
  readonly op: OpClass
  readonly format: string
  readonly backend: string
  readonly kernel: string
  readonly version: string
  readonly chip: Chip
  readonly cell: KernelCell
}

/** `siteOf`: what is left out together when the table is asked about itself. */
export function buildTable(
  head: TableHead,
  given: readonly MeasuredPoint[],
  siteOf: (query: KernelQuery) => string,
): MeasuredTable {
  const { axes, run } = AXES[head.op]
  const dims = axes.length
  const count = given.length
  const place = new Float64Array(dims)
  const asGiven = new Float64Array(count * dims)
  given.forEach((point, i) => {
    placeOf(head.op, point.query, place)
    asGiven.set(place, i * dims)
  })
  const cuts = cutsOf(asGiven, count, dims)
  const points = Array.from(cuts.order, (i) => given[i] as MeasuredPoint)
  const at = new Float64Array(count * dims)
  const low = new Float64Array(dims).fill(Number.POSITIVE_INFINITY)
  const high = new Float64Array(dims).fill(Number.NEGATIVE_INFINITY)
  const sites = new Map<string, number>()
  const site = new Int32Array(count)
  points.forEach((point, i) => {
    const from = cuts.order[i]! * dims
    for (let d = 0; d < dims; d++) {
      const x = asGiven[from + d]!
      at[i * dims + d] = x
      low[d] = Math.min(low[d]!, x)
      high[d] = Math.max(high[d]!, x)
    }
    const name = siteOf(point.query)
    const known = sites.get(name) ?? sites.size
    sites.set(name, known)
    site[i] = known
  })
  const { line, lines } = linesOf(at, count, dims, run)
  const tree: Tree = { dims, run, count, at, line, site, cuts }
  const logUtilisation = new Float64Array(count)
  const table = { ...head, points, tree, logUtilisation, low, high, lines, sites }
  points.forEach((point, i) => {
    logUtilisation[i] = Math.log(referenceSeconds(table, point.query, true) / point.seconds)
  })
  return table
}
