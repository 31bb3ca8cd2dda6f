/**
 * From samples to the table of constants, with the errors that cross-validation finds: whole shapes left out (four parts,
 * by the part of a query that names the layer, so that neighbours in batch or length cannot help), and whole devices
 * left out (priced from the rest of the architecture, or from the class when the architecture is gone with the device).
 */
import type { Chip } from '../kernels/chip.ts'
import { OP_CLASSES, type OpClass } from '../kernels/dispatch.ts'
import type { KernelQuery } from '../kernels/query.ts'
import { medianPct, quantile } from './errors.ts'
import {
  constantsFor,
  defaultsOf,
  fitClass,
  fitGroup,
  type Group,
  type GroupFit,
  groupRows,
  halfway,
  LEAST_ROWS,
  type Prepared,
  prepare,
  residual,
} from './fit.ts'
import { inOrder } from './order.ts'
import type {
  CalibrationTable,
  ClassError,
  DeviceConstants,
  DeviceLeftOut,
  KernelConstants,
  KernelSample,
  Spread,
} from './sample.ts'
import { assemble, CLASS, selectConstants } from './select.ts'

const FOLDS = 4
/** A class row over all devices needs this much to be worth having. */
const LEAST_CLASS_ROWS = 40
/** A call is short below this many times its fixed cost: the regime where launches decide (as in kernels/device.ts). */
const SHORT = 2.5

/** The layer a query belongs to: what a held-out shape is. */
export function shapeKey(query: KernelQuery): string {
  switch (query.kind) {
    case 'gemm':
      return `${query.n}x${query.k}`
    case 'prefillAttention':
    case 'decodeAttention':
      return `${query.qHeads}/${query.kvHeads}/${query.headDim}/${query.window}`
    case 'mla':
      return `${query.heads}/${query.batch}`
    case 'moe':
      return `${query.hidden}/${query.inter}/${query.experts}/${query.topK}`
    case 'collective':
      return `${query.bytes}`
  }
}

/** FNV-1a: the same part for the same shape on every device and run. */
function foldOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 7) % FOLDS
}

function spreadOf(rows: readonly Prepared[], ratios: readonly number[], fixed: number): Spread {
  const short: number[] = []
  const long: number[] = []
  ratios.forEach((r, i) => {
    ;(rows[i]!.sample.seconds < SHORT * fixed ? short : long).push(-r)
  })
  const all = [...short, ...long]
  const ends = (part: readonly number[]) => {
    const some = part.length >= 12 ? part : all
    return [Math.exp(quantile(some, 0.1)), Math.exp(quantile(some, 0.9))] as const
  }
  return [...ends(short), ...ends(long)]
}

interface FittedGroup {
  readonly group: Group
  readonly row: KernelConstants
}

/** Residuals of every row by a fit that did not see its shape; undefined where that leaves too little to fit. */
function unseenShapes(group: Group, start: Float64Array): (number | undefined)[] {
  const folds = group.rows.map((row) => foldOf(shapeKey(row.sample.query)))
  const out: (number | undefined)[] = new Array(group.rows.length).fill(undefined)
  for (let fold = 0; fold < FOLDS; fold++) {
    const train = group.rows.filter((_, i) => folds[i] !== fold)
    if (train.length < LEAST_ROWS || train.length === group.rows.length) continue
    const fit = fitGroup(group.op, train, [start])
    group.rows.forEach((row, i) => {
      if (folds[i] === fold && fit.own.has(row.chip.id))
        out[i] = residual(group.op, row, constantsFor(fit, row.chip.id))
    })
  }
  return out
}

function describeDevices(
  group: Group,
  fit: GroupFit,
  unseen: readonly (number | undefined)[],
): Record<string, DeviceConstants> {
  const devices: Record<string, DeviceConstants> = {}
  for (const [device, own] of fit.own) {
    const rows: Prepared[] = []
    const fitted: number[] = []
    const held: number[] = []
    const heldRows: Prepared[] = []
    const c = constantsFor(fit, device)
    group.rows.forEach((row, i) => {
      if (row.chip.id !== device) return
      rows.push(row)
      fitted.push(residual(group.op, row, c))
      const r = unseen[i]
      if (r !== undefined) {
        held.push(r)
        heldRows.push(row)
      }
    })
    const hasHeld = held.length >= 12
    const times = rows.map((row) => row.sample.seconds)
    devices[device] = {
      own: [...own],
      rows: rows.length,
      range: [quantile(times, 0), quantile(times, 1)],
      fittedPct: medianPct(fitted),
      unseenPct: medianPct(hasHeld ? held : fitted),
      spread: hasHeld ? spreadOf(heldRows, held, own[0]!) : spreadOf(rows, fitted, own[0]!),
    }
  }
  return devices
}

function rowOf(group: Group, fit: GroupFit, devices: Record<string, DeviceConstants>): KernelConstants {
  const { op, backend, kernel, format, architecture, rows } = group
  return { op, backend, kernel, format, architecture, rows: rows.length, shared: [...fit.shared], devices }
}

/** One row per engine and format over all devices, and one per kernel that several architectures share. */
function classRows(op: OpClass, rows: readonly Prepared[], start: Float64Array): KernelConstants[] {
  const groups = new Map<string, Prepared[]>()
  for (const row of rows) {
    for (const kernel of [CLASS, row.sample.kernel]) {
      const key = `${row.sample.backend}|${row.format}|${kernel}`
      const list = groups.get(key)
      if (list) list.push(row)
      else groups.set(key, [row])
    }
  }
  const sizeOf = (key: string) => (groups.get(key) as Prepared[]).length
  return [...groups.keys()].sort().flatMap((key) => {
    const some = groups.get(key) as Prepared[]
    const [backend, format, kernel] = key.split('|') as [string, string, string]
    if (some.length < LEAST_CLASS_ROWS) return []
    if (kernel !== CLASS) {
      const isShared = new Set(some.map((row) => row.chip.architecture)).size > 1
      if (!isShared || some.length === sizeOf(`${backend}|${format}|${CLASS}`)) return []
    }
    const fit = fitGroup(op, some, [start], true)
    return [rowOf({ op, backend, kernel, format, architecture: CLASS, rows: some }, fit, {})]
  })
}

/** Residuals of a device priced without any of its own measurements. */
function unseenDevice(device: Chip, fitted: readonly FittedGroup[], rows: readonly Prepared[]) {
  const op = fitted[0]!.group.op
  const without = rows.filter((row) => row.chip.id !== device.id)
  const siblings = without.filter((row) => row.chip.architecture === device.architecture)
  const start = fitClass(op, siblings.length > 0 ? siblings : without)
  const others = fitted.flatMap(({ group, row }) => {
    if (!row.devices[device.id]) return [row]
    const rest = group.rows.filter((one) => one.chip.id !== device.id)
    return rest.length < LEAST_ROWS ? [] : [rowOf({ ...group, rows: rest }, fitGroup(op, rest, [start]), {})]
  })
  const isLast = !others.some((row) => row.architecture === device.architecture)
  const table = isLast ? [...others, ...classRows(op, without, start)] : others
  const ratios: number[] = []
  for (const row of rows) {
    if (row.chip.id !== device.id) continue
    const { backend, kernel } = row.sample
    const wanted = { op, device: device.id, architecture: device.architecture, backend, kernel, format: row.format }
    const selection = selectConstants(table, wanted)
    if (selection) ratios.push(residual(op, row, assemble(selection, device)))
  }
  return { isLast, ratios }
}

/**
 * Where the fits of an architecture's kernels start besides the defaults: a rough fit of all its kernels together. Of its
 * own rows alone, so that its constants are the same whichever other devices the tables hold.
 */
function startsOf(op: OpClass, rows: readonly Prepared[]): ReadonlyMap<string, Float64Array> {
  const architectures = new Set(rows.map((row) => row.chip.architecture))
  const ofOne = (name: string) =>
    fitClass(
      op,
      rows.filter((row) => row.chip.architecture === name),
    )
  return new Map([...architectures].map((name) => [name, ofOne(name)]))
}

type Part = { readonly isLast: boolean; readonly ratios: readonly number[] }

function classError(parts: readonly Part[], fitted: readonly number[], unseen: readonly number[]): ClassError {
  const of = (isLast: boolean) => parts.filter((part) => part.isLast === isLast).flatMap((part) => part.ratios)
  const ends = (ratios: readonly number[]) =>
    ratios.length === 0 ? undefined : ([Math.exp(-quantile(ratios, 0.9)), Math.exp(-quantile(ratios, 0.1))] as const)
  const pct = (ratios: readonly number[]) => (ratios.length === 0 ? undefined : medianPct(ratios))
  const same = of(false)
  const other = of(true)
  return {
    fittedPct: medianPct(fitted),
    unseenShapePct: medianPct(unseen.length > 0 ? unseen : fitted),
    sameArchitecturePct: pct(same),
    otherArchitecturePct: pct(other),
    sameArchitecture: ends(same),
    otherArchitecture: ends(other),
  }
}

/** Fits and cross-validates everything in the samples. `chips`: by catalogue id. `progress` is told what is being done. */
export function calibrate(
  samples: readonly KernelSample[],
  chips: ReadonlyMap<string, Chip>,
  source: string,
  progress: (line: string) => void = () => {},
): CalibrationTable {
  const kernels: KernelConstants[] = []
  const borrowed: Partial<Record<OpClass, ClassError>> = {}
  const leftOut: DeviceLeftOut[] = []
  const ordered = inOrder(samples)
  for (const op of OP_CLASSES) {
    const rows = ordered
      .filter((sample) => sample.op === op)
      .map((sample) => prepare(sample, chips.get(sample.device) as Chip))
    if (rows.length === 0) continue
    const starts = startsOf(op, rows)
    const seen: number[] = []
    const held: number[] = []
    const fitted = groupRows(rows)
      .filter((group) => group.rows.length >= LEAST_ROWS)
      .map((group) => {
        const start = starts.get(group.architecture) as Float64Array
        const fit = fitGroup(op, group.rows, [defaultsOf(op), halfway(defaultsOf(op), start), start])
        const unseen = unseenShapes(group, start)
        for (const r of unseen) if (r !== undefined) held.push(r)
        for (const row of group.rows) seen.push(residual(op, row, constantsFor(fit, row.chip.id)))
        return { group, row: rowOf(group, fit, describeDevices(group, fit, unseen)) }
      })
    if (fitted.length === 0) continue
    kernels.push(...fitted.map(({ row }) => row), ...classRows(op, rows, fitClass(op, rows)))
    const devices = [...new Map(rows.map((row) => [row.chip.id, row.chip])).values()]
    const parts = devices.length < 2 ? [] : devices.map((device) => unseenDevice(device, fitted, rows))
    borrowed[op] = classError(parts, seen, held)
    parts.forEach(({ isLast, ratios }, i) => {
      if (ratios.length === 0) return
      const device = devices[i]!.id
      leftOut.push({ op, device, isArchitectureKnown: !isLast, rows: ratios.length, medianPct: medianPct(ratios) })
    })
    progress(`${op}: ${rows.length} rows, ${fitted.length} kernels`)
  }
  return { source, kernels, borrowed, leftOut }
}
