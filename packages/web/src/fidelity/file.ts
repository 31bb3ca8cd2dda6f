/**
 * The error tables of `packages/core/data/fidelity.json` (made by tools/fidelity.ts with docs/fidelity.md), as they are read:
 * rows that say nothing usable are left out, so that a newer file never breaks an older page. Errors are medians of the
 * absolute error, per cent.
 */
export type FidelitySet = 'kernels' | 'serving' | 'foreign'

export interface FidelityRow {
  readonly set: FidelitySet
  /** `gemm`, `tpot` … */
  readonly what: string
  readonly title: string
  /** What the rows are grouped by; `all`: the total. */
  readonly by: string
  readonly key: string
  readonly n?: number
  readonly skipped?: number
  readonly rooflinePct?: number
  readonly oursPct?: number
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

/** Measured figures that are not predicted, and why. */
export interface FidelitySkip {
  readonly set: FidelitySet
  readonly what: string
  readonly reason: string
  readonly n: number
}

/** Measured, ours, roofline. */
export type FidelityPoint = readonly [measured: number, ours: number, roofline: number]

export interface FidelityPlot {
  readonly set: FidelitySet
  readonly what: string
  readonly title: string
  readonly points: readonly FidelityPoint[]
}

export interface FidelityFile {
  readonly sources: readonly string[]
  readonly rows: readonly FidelityRow[]
  readonly plots: readonly FidelityPlot[]
  readonly skips: readonly FidelitySkip[]
}

const SETS: readonly string[] = ['kernels', 'serving', 'foreign']

const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> => typeof raw === 'object' && raw !== null
const isNumber = (raw: unknown): raw is number => typeof raw === 'number' && Number.isFinite(raw)
const isText = (raw: unknown): raw is string => typeof raw === 'string'
const listOf = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : [])

const NUMBERS = [
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
] as const

function rowOf(raw: unknown): FidelityRow[] {
  if (!isRecord(raw)) return []
  const { set, what, title, by, key, targets } = raw
  if (!isText(set) || !SETS.includes(set) || !isText(what) || !isText(by)) return []
  const numbers = Object.fromEntries(NUMBERS.flatMap((name) => (isNumber(raw[name]) ? [[name, raw[name]]] : [])))
  const [first, second] = listOf(targets)
  return [
    {
      set: set as FidelitySet,
      what,
      title: isText(title) ? title : what,
      by,
      key: isText(key) ? key : '',
      ...numbers,
      ...(isNumber(first) && isNumber(second) ? { targets: [first, second] as const } : {}),
    },
  ]
}

function pointOf(raw: unknown): FidelityPoint[] {
  const [measured, ours, roofline] = listOf(raw)
  const isUsable = isNumber(measured) && isNumber(ours) && isNumber(roofline) && measured > 0 && ours > 0
  return isUsable ? [[measured, ours, roofline]] : []
}

function plotOf(raw: unknown): FidelityPlot[] {
  if (!isRecord(raw) || !isText(raw.set) || !SETS.includes(raw.set) || !isText(raw.what)) return []
  const points = listOf(raw.points).flatMap(pointOf)
  const title = isText(raw.title) ? raw.title : raw.what
  return points.length > 0 ? [{ set: raw.set as FidelitySet, what: raw.what, title, points }] : []
}

function skipOf(raw: unknown): FidelitySkip[] {
  if (!isRecord(raw)) return []
  const { set, what, reason, n } = raw
  if (!isText(set) || !SETS.includes(set) || !isText(what) || !isText(reason) || !isNumber(n) || n <= 0) return []
  return [{ set: set as FidelitySet, what, reason, n }]
}

/** Undefined when there is nothing in it. */
export function readFidelity(raw: unknown): FidelityFile | undefined {
  if (!isRecord(raw)) return undefined
  const rows = listOf(raw.rows).flatMap(rowOf)
  if (rows.length === 0) return undefined
  return {
    sources: listOf(raw.sources).filter(isText),
    rows,
    plots: listOf(raw.plots).flatMap(plotOf),
    skips: listOf(raw.skips).flatMap(skipOf),
  }
}

export interface SkipReason {
  readonly set: FidelitySet
  readonly reason: string
  /** Figures of all kinds. */
  readonly n: number
  /** By kind, most frequent first. */
  readonly parts: readonly { readonly what: string; readonly n: number }[]
}

/** A number by itself; those inside names (`fp16`, `gpt-j-6b`) belong to the name. */
const NUMBER = /(?<![\w.-])\d+(?![\w.-])/g

/** `12 to 72`. */
function numbersText(numbers: readonly number[]): string {
  const all = [...new Set(numbers)].sort((a, b) => a - b)
  return all.length === 1 ? String(all[0]) : `${all[0]} to ${all.at(-1)}`
}

/** Reasons that differ only in their numbers are one, with the range of each; most figures first. */
export function skipReasons(skips: readonly FidelitySkip[]): SkipReason[] {
  const groups = new Map<string, FidelitySkip[]>()
  for (const skip of skips) {
    const key = `${skip.set} ${skip.reason.replace(NUMBER, '…')}`
    groups.set(key, [...(groups.get(key) ?? []), skip])
  }
  const reasons = [...groups.values()].map((own): SkipReason => {
    const texts = own.map(({ reason }) => reason)
    const numbers = texts.map((text) => [...text.matchAll(NUMBER)].map(([digits]) => Number(digits)))
    let at = 0
    const reason = (texts[0] ?? '').replace(NUMBER, () => {
      const place = at++
      return numbersText(numbers.flatMap((all) => all[place] ?? []))
    })
    const counts = new Map<string, number>()
    for (const { what, n } of own) counts.set(what, (counts.get(what) ?? 0) + n)
    const parts = [...counts].map(([what, n]) => ({ what, n })).sort((a, b) => b.n - a.n)
    return { set: own[0]?.set ?? 'serving', reason, n: parts.reduce((sum, { n }) => sum + n, 0), parts }
  })
  return reasons.sort((a, b) => b.n - a.n)
}

/** What rows are grouped by, in the order people ask. */
const BY_ORDER = ['device', 'engine', 'model', 'family', 'regime', 'format', 'layout']

export function groupingsOf(rows: readonly FidelityRow[]): string[] {
  const found = [...new Set(rows.map((row) => row.by))].filter((by) => by !== 'all')
  const place = (by: string) => (BY_ORDER.includes(by) ? BY_ORDER.indexOf(by) : BY_ORDER.length)
  return found.sort((a, b) => place(a) - place(b))
}

/** Where the plain roofline is off by less than our constants. */
export const rooflineNearer = (rows: readonly FidelityRow[]): FidelityRow[] =>
  rows.filter(({ rooflinePct, oursPct }) => rooflinePct !== undefined && oursPct !== undefined && rooflinePct < oursPct)

/** `h100_sxm` and `h100-sxm` are one device. */
export const sameKey = (a: string, b: string): boolean =>
  a.toLowerCase().replaceAll('_', '-') === b.toLowerCase().replaceAll('_', '-')

/** The total of a class where the file has none: absent, never made up from parts. */
export function totalsOf(rows: readonly FidelityRow[], set: FidelitySet): FidelityRow[] {
  return rows.filter((row) => row.set === set && row.by === 'all')
}
