/**
 * The measured cost of single kernels: a user's own kernel tables for one accelerator, interpolated.
 *
 * `measuredDevice` indexes the tables once; `measuredSeconds` prices a query; `measuredTime` adds the interval and says
 * where the figure comes from. A measured point is answered with its own time, anything between with the calibrated
 * time over interpolated utilisation (interpolate.ts), and what no measurement is near to with the calibrated time:
 * then `basis` is `calibrated`. Rows that break a physical rule are left out and counted (calibration/rules.ts).
 *
 * The tables hold times of kernels replayed on the same buffers. `caches: 'cold'` corrects queries that are not
 * `replayed` by what the calibrated model says the warm cache is worth (median 1.00, 1.02 to 1.17 at the 90th
 * percentile); by default times are as measured.
 */
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { shapeKey } from '../calibration/calibrate.ts'
import { breachOf, type DefectRule } from '../calibration/rules.ts'
import type { CalibrationTable } from '../calibration/sample.ts'
import { isHostBound } from '../calibration/select.ts'
import { type DeviceModel, deviceModel, kernelCell, kernelSeconds, kernelTime } from '../kernels/device.ts'
import { formatOf, type OpClass, opClassOf } from '../kernels/dispatch.ts'
import type { KernelQuery } from '../kernels/query.ts'
import { MOST_AXES, placeOf } from './coordinates.ts'
import { type Answer, interpolate, makeAnswer } from './interpolate.ts'
import { gatherPoints } from './points.ts'
import { classOf, pool, residualsOf, type Spread, spreadOf } from './spread.ts'
import { buildTable, type MeasuredRow, type MeasuredTable, referenceSeconds } from './table.ts'

export interface MeasuredOptions {
  /** Serving engine whose kernels are wanted (vllm, sglang, trtllm); absent: whichever was measured most. */
  readonly engine?: string | undefined
  /** Default: `asMeasured`. */
  readonly caches?: 'asMeasured' | 'cold' | undefined
  /** Constants of the calibrated model; default: the committed ones. */
  readonly calibration?: CalibrationTable | undefined
}

interface Entry {
  readonly table: MeasuredTable
  readonly spread: Spread
  readonly from: string
  /** What serving does not do: only under its own name, or when there is nothing else. */
  readonly isHostBound: boolean
}

export interface MeasuredDevice {
  readonly calibrated: DeviceModel
  readonly isCold: boolean
  /** Points that can be answered from. */
  readonly points: number
  /** Rows left out because they break a physical rule. */
  readonly dropped: ReadonlyMap<DefectRule, number>
  readonly tables: ReadonlyMap<OpClass, ReadonlyMap<string, readonly Entry[]>>
  /** Tables to be asked for an unnamed kernel, best first; filled as they are asked for. */
  readonly choices: Map<OpClass, Map<string, readonly Entry[]>>
}

export interface MeasuredTime {
  readonly timeS: number
  readonly low: number
  readonly high: number
  readonly basis: 'measured' | 'calibrated'
  /** The very query was measured. */
  readonly exact: boolean
  /** Distance to the nearest point used, weighted octaves; infinity when there is none. */
  readonly nearest: number
  /** Beyond the sizes of the table; of a calibrated time, beyond those of the fit. */
  readonly extrapolated: boolean
  /** Engine, version and kernel. */
  readonly from: string
}

/** Which kernel is meant, and what its table must not use. */
export interface MeasuredChoice {
  readonly kernel?: string | undefined
  readonly backend?: string | undefined
  /** Leave the query's own point, or its whole site, out: to judge a table by itself. */
  readonly leaveOut?: 'point' | 'site' | undefined
}

/** A factor of two either way, as logarithms: when neither tables nor fit can say. */
const UNKNOWN = [-Math.LN2, Math.LN2] as const
/** An unnamed kernel is taken from the engine's next table when its first has nothing this near, weighted octaves. */
const NEAR_ENOUGH = 1

/** Undefined when the catalogue has no matrix peak or no memory bandwidth for the accelerator. */
export function measuredDevice(
  rows: readonly MeasuredRow[],
  accelerator: Accelerator,
  options: MeasuredOptions = {},
): MeasuredDevice | undefined {
  const calibrated = deviceModel(accelerator, options.engine, options.calibration)
  if (!calibrated) return undefined
  const { chip } = calibrated
  const dropped = new Map<DefectRule, number>()
  const sound = rows.filter((row) => {
    if (row.deviceId !== chip.id) return false
    const breach = breachOf(row.query, row.seconds, chip)
    if (breach) dropped.set(breach.rule, (dropped.get(breach.rule) ?? 0) + 1)
    return !breach
  })
  const built = gatherPoints(sound).flatMap(({ op, format, backend, kernel, version, points }) => {
    const cell = kernelCell(calibrated, op, format, kernel, backend)
    if (!cell) return []
    return [buildTable({ op, format, backend, kernel, version, chip, cell }, points, shapeKey)]
  })
  const residuals = new Map(built.map((table) => [table, residualsOf(table)]))
  const tables = new Map<OpClass, Map<string, Entry[]>>()
  let points = 0
  for (const table of built) {
    points += table.points.length
    const alike = built.filter((other) => other.op === table.op).map((other) => residuals.get(other) ?? [])
    const isSame = table.cell.source.kernel === table.kernel
    const entry: Entry = {
      table,
      spread: spreadOf(residuals.get(table) ?? [], pool(alike), UNKNOWN),
      from: [table.backend, table.version, table.kernel].filter(Boolean).join(' '),
      isHostBound: table.kernel.endsWith('_eager') || (isSame && isHostBound(table.cell.source)),
    }
    let byFormat = tables.get(table.op)
    if (!byFormat) {
      byFormat = new Map()
      tables.set(table.op, byFormat)
    }
    const list = byFormat.get(table.format)
    if (list) list.push(entry)
    else byFormat.set(table.format, [entry])
  }
  return { calibrated, isCold: options.caches === 'cold', points, dropped, tables, choices: new Map() }
}

/** As in the choice of calibrated constants: the engine's own first, host-bound ones last, then the most measured. */
function rank(device: MeasuredDevice, entries: readonly Entry[]): readonly Entry[] {
  const { engine } = device.calibrated
  const likeness = (entry: Entry) => (entry.table.backend === engine ? 4 : 0) - (entry.isHostBound ? 8 : 0)
  const ranked = [...entries].sort((a, b) => likeness(b) - likeness(a) || b.table.points.length - a.table.points.length)
  const [best] = ranked
  if (!best) return []
  // Kernels of one engine complete each other; those of another do not.
  return ranked.filter((entry) => entry.table.backend === best.table.backend && likeness(entry) === likeness(best))
}

const NONE: readonly Entry[] = []

function entriesFor(device: MeasuredDevice, op: OpClass, format: string): readonly Entry[] {
  let byFormat = device.choices.get(op)
  if (!byFormat) {
    byFormat = new Map()
    device.choices.set(op, byFormat)
  }
  let entries = byFormat.get(format)
  if (!entries) {
    entries = rank(device, device.tables.get(op)?.get(format) ?? NONE)
    byFormat.set(format, entries)
  }
  return entries
}

const place = new Float64Array(MOST_AXES)
let best = makeAnswer()
let other = makeAnswer()

/** Asks one table; leaves the answer in `into`. */
function ask(entry: Entry, query: KernelQuery, leaveOut: 'point' | 'site' | undefined, into: Answer): void {
  const { table } = entry
  const site = leaveOut === 'site' ? (table.sites.get(shapeKey(query)) ?? -1) : -1
  interpolate(table, place, into, -1, site)
  if (leaveOut === 'point' && into.rule === 'exact') interpolate(table, place, into, into.point)
}

/** The table that knows the query best; its answer is then in `best`. Undefined: none is near. */
function find(device: MeasuredDevice, op: OpClass, query: KernelQuery, choice?: MeasuredChoice): Entry | undefined {
  const format = formatOf(query)
  placeOf(op, query, place)
  let entries: readonly Entry[]
  if (choice?.kernel === undefined) entries = entriesFor(device, op, format)
  else {
    const named = device.tables.get(op)?.get(format) ?? NONE
    entries = named.filter(
      ({ table }) =>
        table.kernel === choice.kernel && (choice.backend === undefined || table.backend === choice.backend),
    )
  }
  let chosen: Entry | undefined
  for (const entry of entries) {
    ask(entry, query, choice?.leaveOut, other)
    if (other.rule === 'none' || (chosen && other.nearest >= best.nearest)) continue
    chosen = entry
    const swap = best
    best = other
    other = swap
    if (best.nearest <= NEAR_ENOUGH) break
  }
  return chosen
}

/** Seconds from the answer in `best`. */
function secondsOf(device: MeasuredDevice, table: MeasuredTable, query: KernelQuery): number {
  const isExact = best.rule === 'exact' && best.beyond === 0
  const isCold = device.isCold && query.kind !== 'collective' && query.replayed !== true
  if (!isExact) return referenceSeconds(table, query, !isCold) / Math.exp(best.logUtilisation)
  const { seconds } = table.points[best.point]!
  return isCold ? seconds * (referenceSeconds(table, query, false) / referenceSeconds(table, query, true)) : seconds
}

/** Seconds of one call: `(query) => seconds` for a step; NaN when the class was never measured anywhere. */
export function measuredSeconds(query: KernelQuery, device: MeasuredDevice, choice?: MeasuredChoice): number {
  const entry = find(device, opClassOf(query), query, choice)
  if (!entry) return kernelSeconds(query, device.calibrated, choice?.kernel, choice?.backend)
  return secondsOf(device, entry.table, query)
}

/** Time with its interval and origin; undefined when the class was never measured anywhere, here or elsewhere. */
export function measuredTime(
  query: KernelQuery,
  device: MeasuredDevice,
  choice?: MeasuredChoice,
): MeasuredTime | undefined {
  const entry = find(device, opClassOf(query), query, choice)
  if (!entry) {
    const time = kernelTime(query, device.calibrated, choice?.kernel, choice?.backend)
    if (!time) return undefined
    const { timeS, low, high, basis, extrapolated, from } = time
    return { timeS, low, high, basis, exact: false, nearest: Number.POSITIVE_INFINITY, extrapolated, from }
  }
  const timeS = secondsOf(device, entry.table, query)
  const { nearest, beyond, rule, point } = best
  if (rule === 'exact' && beyond === 0) {
    const { seconds, shortest, longest } = entry.table.points[point]!
    const low = timeS * (shortest / seconds)
    const high = timeS * (longest / seconds)
    return { timeS, low, high, basis: 'measured', exact: true, nearest: 0, extrapolated: false, from: entry.from }
  }
  const [low, high] = entry.spread[classOf(nearest)]!
  const wider = 1 + beyond
  return {
    timeS,
    low: timeS * Math.exp(Math.min(0, low) * wider),
    high: timeS * Math.exp(Math.max(0, high) * wider),
    basis: 'measured',
    exact: false,
    nearest,
    extrapolated: beyond > 0,
    from: entry.from,
  }
}
