/**
 * Rows of kernel tables sorted into kernels and points. A kernel measured in several versions of its engine counts, point
 * by point, in the newest; repeats of one query in that version are one point at their geometric mean.
 */
import { formatOf, type OpClass } from '../kernels/dispatch.ts'
import { AXES, MOST_AXES, placeOf } from './coordinates.ts'
import type { MeasuredPoint, MeasuredRow } from './table.ts'

export interface KernelPoints {
  readonly op: OpClass
  readonly format: string
  readonly backend: string
  readonly kernel: string
  /** Newest version of any point. */
  readonly version: string
  readonly points: readonly MeasuredPoint[]
}

const NUMERIC = new Intl.Collator('en', { numeric: true })

/** 0.24.0 after 0.9.1; a release after its candidates. */
export function compareVersions(a: string, b: string): number {
  const release = (version: string) => version.replace(/[-.]?(?:rc|a|b|dev).*$/i, '')
  const byRelease = NUMERIC.compare(release(a), release(b))
  if (byRelease !== 0) return byRelease
  const isCandidate = (version: string) => (release(version) === version ? 1 : 0)
  return isCandidate(a) - isCandidate(b) || NUMERIC.compare(a, b)
}

interface Group {
  readonly head: Omit<KernelPoints, 'points' | 'version'>
  readonly byPlace: Map<string, { rows: MeasuredRow[]; version: string }>
}

export function gatherPoints(rows: readonly MeasuredRow[]): KernelPoints[] {
  const groups = new Map<string, Group>()
  const place = new Float64Array(MOST_AXES)
  for (const row of rows) {
    const { op, backend, kernel, backendVersion } = row
    const format = formatOf(row.query)
    const key = `${op}|${format}|${backend}|${kernel}`
    let group = groups.get(key)
    if (!group) {
      group = { head: { op, format, backend, kernel }, byPlace: new Map() }
      groups.set(key, group)
    }
    placeOf(op, row.query, place)
    const at = place.subarray(0, AXES[op].axes.length).join()
    const known = group.byPlace.get(at)
    const order = known ? compareVersions(backendVersion, known.version) : 1
    if (order > 0) group.byPlace.set(at, { rows: [row], version: backendVersion })
    else if (order === 0) known?.rows.push(row)
  }
  return [...groups.values()].map(({ head, byPlace }) => {
    const points: MeasuredPoint[] = []
    let version = ''
    for (const { rows: some, version: its } of byPlace.values()) {
      const [first] = some
      if (!first) continue
      if (compareVersions(its, version) > 0) version = its
      const times = some.map((row) => row.seconds)
      const seconds =
        times.length === 1 ? first.seconds : Math.exp(times.reduce((sum, t) => sum + Math.log(t), 0) / times.length)
      points.push({ query: first.query, seconds, shortest: Math.min(...times), longest: Math.max(...times) })
    }
    return { ...head, version, points }
  })
}
