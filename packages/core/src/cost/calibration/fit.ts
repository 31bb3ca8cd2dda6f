/**
 * Fits all kernels of a set of samples. One group is one kernel of one engine, format and architecture; its constants are
 * shared by the devices of the architecture but for the per-device ones (fixed time, reached shares of the roofs), which
 * are fitted in turn with the shared ones. Every fit starts from the defaults and from a fit of the class as a whole, and
 * keeps the better: no random starts, so the same samples give the same constants.
 */
import type { Chip } from '../kernels/chip.ts'
import { constantsOf, formatOf, OP_MODELS, type OpClass, shapeOf } from '../kernels/dispatch.ts'
import type { KernelModel } from '../kernels/model.ts'
import { type FitProblem, optimise } from './optimise.ts'
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
const CLASS_SAMPLE = 1500
const ITERATIONS = 16

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
): FitProblem {
  const specs = constantsOf(op)
  const model = OP_MODELS[op] as KernelModel<object>
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
        into[i] = Math.log(model.seconds(row.shape, row.chip, constants)) - row.logSeconds
      }
    },
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

/** Constants that fit a whole operator class roughly: the second start of every fit. Evenly spaced sample of its rows. */
export function fitClass(op: OpClass, rows: readonly Prepared[]): Float64Array {
  const stride = Math.max(1, Math.floor(rows.length / CLASS_SAMPLE))
  const some = rows.filter((_, i) => i % stride === 0)
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

/** `starts`: further starting points, such as the class's constants. */
export function fitGroup(op: OpClass, rows: readonly Prepared[], starts: readonly Float64Array[]): GroupFit {
  const specs = constantsOf(op)
  const all = range(0, specs.length)
  const defaults = Float64Array.from(specs, (spec) => spec.start)
  const pooled = problemOf(op, rows, all)
  let best = optimise(pooled, defaults, ITERATIONS)
  for (const start of starts) {
    const other = optimise(pooled, start, ITERATIONS)
    if (other.loss < best.loss) best = other
  }
  let shared = best.constants
  const byDevice = new Map<string, Prepared[]>()
  for (const row of rows) {
    const list = byDevice.get(row.chip.id)
    if (list) list.push(row)
    else byDevice.set(row.chip.id, [row])
  }
  const own = new Map<string, Float64Array>()
  const fitOwn = () => {
    for (const [device, some] of byDevice) {
      const from = Float64Array.from(shared)
      from.set(own.get(device) ?? from.subarray(0, PER_DEVICE))
      const fitted = byDevice.size === 1 ? from : optimise(problemOf(op, some, range(0, PER_DEVICE)), from, 8).constants
      own.set(device, fitted.slice(0, PER_DEVICE))
    }
  }
  fitOwn()
  if (byDevice.size > 1) {
    shared = optimise(problemOf(op, rows, range(PER_DEVICE, specs.length), own), shared, 8).constants
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
