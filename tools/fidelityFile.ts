/**
 * `packages/core/data/fidelity.json`: the error tables and plots of docs/fidelity.md as data, for the viewer's fidelity
 * page (its reader: packages/web/src/fidelity/file.ts). Errors are medians of the absolute error in per cent, to three
 * digits; counts are exact. One row per line, so that a change shows which one.
 */
import { type ErrorRow, errorTable } from '@capline/core'

export type FidelitySet = 'kernels' | 'serving' | 'foreign'

export interface FidelityRow {
  readonly set: FidelitySet
  /** `gemm`, `context_attention` … (OP_CLASSES); `tpot`, `ttft`, `throughput` and parts of them. */
  readonly what: string
  readonly title: string
  /** What the rows are grouped by; `all`: the total of `what`. */
  readonly by: string
  readonly key: string
  readonly n: number
  /** Rows it cannot predict. */
  readonly skipped?: number
  readonly rooflinePct: number
  readonly oursPct: number
  readonly oursP90Pct?: number
  /** Median of predicted over measured. */
  readonly ratio?: number
  readonly unseenShapePct?: number
  readonly unseenDevicePct?: number
  readonly unseenArchitecturePct?: number
  readonly unseenModelPct?: number
  /** What we set out to reach: unseen shape or model, unseen device. */
  readonly targets?: readonly [number, number]
}

/** Measured figures that have no error because they are not predicted, and why. */
export interface FidelitySkip {
  readonly set: FidelitySet
  readonly what: string
  readonly reason: string
  readonly n: number
}

/** By what and reason, most frequent first. */
export function tallySkips(set: FidelitySet, all: readonly Pick<FidelitySkip, 'what' | 'reason'>[]): FidelitySkip[] {
  const found = new Map<string, FidelitySkip>()
  for (const { what, reason } of all) {
    const key = `${what}\n${reason}`
    found.set(key, { set, what, reason, n: (found.get(key)?.n ?? 0) + 1 })
  }
  return [...found].sort(([a, x], [b, y]) => y.n - x.n || (a < b ? -1 : 1)).map(([, skip]) => skip)
}

/** What a plot shows of a row. Seconds; throughput: tokens per second. */
export interface PlotPoint {
  readonly measured: number
  readonly predicted: number
  readonly roofline: number
}

export interface FidelityPlot {
  readonly set: FidelitySet
  readonly what: string
  readonly title: string
  readonly points: readonly PlotPoint[]
}

const PLOTTED = 300

/** At most so many, evenly spread over the rows as they come. */
export function sampled<T>(rows: readonly T[]): T[] {
  const n = Math.min(PLOTTED, rows.length)
  return Array.from({ length: n }, (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / n)] as T)
}

/** Errors of groups, ours and the roofline's side by side; groups in the order of their keys. */
export function pairedErrors<T extends PlotPoint>(
  rows: readonly T[],
  group: (row: T) => Readonly<Record<string, string>>,
): { readonly row: ErrorRow; readonly roof: ErrorRow }[] {
  const errors = (value: (row: T) => number) =>
    errorTable(rows.map((one) => ({ group: group(one), logRatio: Math.log(value(one) / one.measured) })))
  const roof = errors((one) => one.roofline)
  return errors((one) => one.predicted)
    .map((row, i) => ({ row, roof: roof[i] as ErrorRow }))
    .sort((a, b) => (JSON.stringify(a.row.group) < JSON.stringify(b.row.group) ? -1 : 1))
}

/** The columns that every table has. */
export function errorColumns(row: ErrorRow, roof: ErrorRow) {
  return {
    n: row.n,
    rooflinePct: roof.medianAbsErrorPct ?? Number.NaN,
    oursPct: row.medianAbsErrorPct ?? Number.NaN,
    oursP90Pct: row.p90AbsErrorPct ?? Number.NaN,
    ratio: row.medianRatio ?? Number.NaN,
  }
}

/** The field, where there is a number to say. */
export function given<K extends string>(name: K, value: number | null | undefined): { readonly [P in K]?: number } {
  const isThere = value !== null && value !== undefined && Number.isFinite(value)
  return (isThere ? { [name]: value } : {}) as { readonly [P in K]?: number }
}

const KEYS = [
  'set',
  'what',
  'title',
  'by',
  'key',
  'n',
  'skipped',
  'rooflinePct',
  'oursPct',
  'oursP90Pct',
  'ratio',
  'unseenShapePct',
  'unseenDevicePct',
  'unseenArchitecturePct',
  'unseenModelPct',
  'targets',
] as const satisfies readonly (keyof FidelityRow)[]

const digits = (x: number) => Number(x.toPrecision(3))

/** Keys in one order, whatever order they were set in; what is no number is absent. */
function plainRow(row: FidelityRow): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const key of KEYS) {
    const value = row[key]
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) continue
    out[key] = typeof value === 'number' && !Number.isInteger(value) ? digits(value) : value
  }
  return out
}

function plainPlot({ set, what, title, points }: FidelityPlot): Record<string, unknown> {
  const triples = sampled(points).map((one) => [digits(one.measured), digits(one.predicted), digits(one.roofline)])
  return { set, what, title, points: triples }
}

/** The whole file as text. */
export function fidelityJson(
  sources: readonly string[],
  rows: readonly FidelityRow[],
  plots: readonly FidelityPlot[],
  skips: readonly FidelitySkip[] = [],
): string {
  const lines = (items: readonly unknown[]) => `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`
  const parts = [
    '"version": 1',
    `"sources": ${lines(sources)}`,
    `"rows": ${lines(rows.map(plainRow))}`,
    ...(skips.length > 0 ? [`"skips": ${lines(skips)}`] : []),
    `"plots": ${lines(plots.map(plainPlot))}`,
  ]
  return `{\n${parts.join(',\n')}\n}\n`
}
