/** Error statistics of predictions: what `validate` prints and what the intervals are made of. */

/** The value below which a share `q` of the numbers lies; linear between neighbours. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return Number.NaN
  const place = q * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below]!
  return low + (place - below) * ((sorted[below + 1] ?? low) - low)
}

/** |predicted / measured − 1| in per cent, from log ratios. */
export function absErrorsPct(logRatios: readonly number[]): number[] {
  return logRatios.map((r) => 100 * Math.abs(Math.exp(r) - 1))
}

export function medianPct(logRatios: readonly number[]): number {
  return quantile(absErrorsPct(logRatios), 0.5)
}

export interface ErrorRow {
  /** The group's keys, such as `{op: 'gemm', device: 'h100_sxm'}`. */
  readonly group: Readonly<Record<string, string>>
  readonly n: number
  /** Null when no row of the group could be predicted. */
  readonly medianAbsErrorPct: number | null
  readonly p90AbsErrorPct: number | null
  /** Predicted over measured. */
  readonly medianRatio: number | null
}

export interface Scored {
  readonly group: Readonly<Record<string, string>>
  /** log(predicted / measured); undefined: no prediction. */
  readonly logRatio: number | undefined
}

const round = (x: number) => Math.round(x * 1000) / 1000

/**
 * One row per group, in order of first appearance. Rows without a prediction make a row of their own beside their group,
 * with a count and no errors.
 */
export function errorTable(rows: Iterable<Scored>): ErrorRow[] {
  const groups = new Map<string, { readonly group: Scored['group']; n: number; readonly ratios: number[] }>()
  for (const row of rows) {
    const key = JSON.stringify([row.group, row.logRatio === undefined])
    let entry = groups.get(key)
    if (!entry) {
      entry = { group: row.group, n: 0, ratios: [] }
      groups.set(key, entry)
    }
    entry.n++
    if (row.logRatio !== undefined) entry.ratios.push(row.logRatio)
  }
  return [...groups.values()].map(({ group, n, ratios }) => {
    if (ratios.length === 0) return { group, n, medianAbsErrorPct: null, p90AbsErrorPct: null, medianRatio: null }
    const errors = absErrorsPct(ratios)
    return {
      group,
      n,
      medianAbsErrorPct: round(quantile(errors, 0.5)),
      p90AbsErrorPct: round(quantile(errors, 0.9)),
      medianRatio: round(Math.exp(quantile(ratios, 0.5))),
    }
  })
}
