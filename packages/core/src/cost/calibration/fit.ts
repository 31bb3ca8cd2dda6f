/**
 * Fits all kernels of a set of samples. One group is one kernel of one engine, format and architecture; its constants are
 * shared by the devices of the architecture but for the per-device ones (fixed time, reached shares of the roofs), which
 * are fitted in turn with the shared ones. Every fit starts from the defaults, from a rough fit of all kernels of the
 * architecture, and from between the two, and goes on from the best. No random starts, and rows in an order of their own
 * (order.ts): the same samples give the same constants however the files list them.
 */
import type { Chip } from '../kernels/chip.ts'
import { constantsOf, formatOf, OP_MODELS, type OpClass, shapeOf } from '../kernels/dispatch.ts'
import type { KernelModel } from '../kernels/model.ts'
import { atClock } from './clock.ts'
import { type FitProblem, type Fitted, optimise } from './optimise.ts'
import type { KernelSample } from './sample.ts'

/** A sample ready to be priced. */
export interface Prepared {
  readonly sample: KernelSample
  readonly shape: object
  readonly chip: Chip
  readonly format: string
  readonly logSeconds: number
}

export interface Group {
  readonly op: OpClass
  readonly backend: string
  readonly kernel: string
  readonly format: string
  readonly architecture: string
  readonly rows: readonly Prepared[]
}

export interface GroupFit {
  readonly shared: Float64Array
  /** Per device: the per-device constants. */
  readonly own: ReadonlyMap<string, Float64Array>
}

/** The per-device constants lead every model's table. */
export const PER_DEVICE = 3
/** Fewer rows than this get no constants of their own. */
export const LEAST_ROWS = 20
const CLASS_SAMPLE = 1200
/** Rows of one device that a fit looks at, evenly spaced: more change no constant visibly. */
const FIT_SAMPLE = 450
const ITERATIONS = 14

export function prepare(sample: KernelSample, chip: Chip): Prepared {
  return {
    sample,
    chip,
    shape: shapeOf(sample.query, sample.kernel, sample.backend, chip.architecture),
    format: formatOf(sample.query),
    logSeconds: Math.log(sample.seconds),
  }
}

export function groupRows(rows: readonly Prepared[]): Group[] {
  const groups = new Map<string, { readonly head: Omit<Group, 'rows'>; readonly rows: Prepared[] }>()
  for (const row of rows) {
    const { op, backend, kernel } = row.sample
    const { architecture } = row.chip
    const key = [op, backend, kernel, row.format, architecture].join('|')
    let group = groups.get(key)
    if (!group) {
      group = { head: { op, backend, kernel, format: row.format, architecture }, rows: [] }
      groups.set(key, group)
    }
    group.rows.push(row)
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, { head, rows: own }]) => ({ ...head, rows: own }))
}

/** log(predicted / measured) of one row. */
export function residual(op: OpClass, row: Prepared, c: Float64Array): number {
  const model = OP_MODELS[op] as KernelModel<object>
  return Math.log(model.seconds(row.shape, row.chip, c)) - row.logSeconds
}

function problemOf(
  op: OpClass,
  rows: readonly Prepared[],
  free: readonly number[],
  own?: ReadonlyMap<string, Float64Array>,
  isClass = false,
): FitProblem {
  const specs = constantsOf(op)
  const model = OP_MODELS[op] as KernelModel<object>
  const clocked = new Float64Array(specs.length)
  const perRow = own && rows.map((row) => own.get(row.chip.id) as Float64Array)
  return {
    size: rows.length,
    min: Float64Array.from(specs, (spec) => spec.min),
    max: Float64Array.from(specs, (spec) => spec.max),
    free,
    residuals: (constants, into) => {
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!
        if (perRow) constants.set(perRow[i]!)
        const c = isClass ? atClock(op, constants, row.chip.clock, clocked) : constants
        into[i] = Math.log(model.seconds(row.shape, row.chip, c)) - row.logSeconds
      }
    },
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

function thin<T>(rows: readonly T[], most: number): readonly T[] {
  if (rows.length <= most) return rows
  return range(0, most).map((i) => rows[Math.floor(((i + 0.5) * rows.length) / most)]!)
}

/** Constants that fit rows of a class roughly, all kernels together: a start of other fits. Evenly spaced sample of them. */
export function fitClass(op: OpClass, rows: readonly Prepared[]): Float64Array {
  const some = thin(rows, CLASS_SAMPLE)
  const specs = constantsOf(op)
  const start = Float64Array.from(specs, (spec) => spec.start)
  return optimise(problemOf(op, some, range(0, specs.length)), start, ITERATIONS).constants
}

function geometricMean(vectors: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(PER_DEVICE)
  for (let i = 0; i < PER_DEVICE; i++) {
    let sum = 0
    for (const vector of vectors) sum += Math.log(vector[i]!)
    mean[i] = Math.exp(sum / vectors.length)
  }
  return mean
}

/** The specification's own starting values. */
export function defaultsOf(op: OpClass): Float64Array {
  return Float64Array.from(constantsOf(op), (spec) => spec.start)
}

/** Between two starting points, in the logarithm: a third one. */
export function halfway(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => Math.sqrt(value * (b[i] as number)))
}

/** The best of the fits from several starting points. `isClass`: the constants stand for any architecture (clock.ts). */
export function fitGroup(
  op: OpClass,
  given: readonly Prepared[],
  starts: readonly Float64Array[],
  isClass = false,
): GroupFit {
  const specs = constantsOf(op)
  const all = range(0, specs.length)
  const byDevice = new Map<string, Prepared[]>()
  for (const row of given) {
    const list = byDevice.get(row.chip.id)
    if (list) list.push(row)
    else byDevice.set(row.chip.id, [row])
  }
  for (const [device, list] of byDevice) byDevice.set(device, [...thin(list, FIT_SAMPLE)])
  const rows = [...byDevice.values()].flat()
  const pooled = problemOf(op, rows, all, undefined, isClass)
  let best: Fitted | undefined
  for (const start of starts) {
    const fitted = optimise(pooled, start, ITERATIONS)
    if (!best || fitted.loss < best.loss) best = fitted
  }
  // The best goes on from where it stopped: the others would not catch up.
  if (best) {
    const further = optimise(pooled, best.constants, 2 * ITERATIONS)
    if (further.loss < best.loss) best = further
  }
  let shared = best?.constants ?? defaultsOf(op)
  const own = new Map<string, Float64Array>()
  const fitOwn = () => {
    for (const [device, some] of byDevice) {
      const from = Float64Array.from(shared)
      from.set(own.get(device) ?? from.subarray(0, PER_DEVICE))
      const problem = problemOf(op, some, range(0, PER_DEVICE), undefined, isClass)
      const fitted = byDevice.size === 1 ? from : optimise(problem, from, 8).constants
      own.set(device, fitted.slice(0, PER_DEVICE))
    }
  }
  fitOwn()
  if (byDevice.size > 1) {
    shared = optimise(problemOf(op, rows, range(PER_DEVICE, specs.length), own, isClass), shared, 8).constants
    fitOwn()
  }
  shared = Float64Array.from(shared)
  shared.set(geometricMean([...own.values()]))
  return { shared, own }
}

/** The constants of one device in a fit: its own where it has them. */
export function constantsFor(fit: GroupFit, device: string): Float64Array {
  const c = Float64Array.from(fit.shared)
  const own = fit.own.get(device)
  if (own) c.set(own)
  return c
}
