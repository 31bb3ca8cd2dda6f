/**
 * The calibrated cost of single kernels on a device. `deviceModel` binds an accelerator and an engine to fitted constants;
 * `kernelSeconds` prices a query without allocating (attention: one small object); `kernelTime` adds the interval and
 * where the figure comes from.
 *
 * The interval is the measured-over-predicted range (10th to 90th percentile) that cross-validation found for this kernel
 * on this device: of shapes it was not fitted to, short and long calls apart. A device without measurements borrows the
 * constants of its architecture, or of its class, and gets the wider range of whole devices left out of the fit.
 */
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { CALIBRATION } from '../calibration/constants.ts'
import type { CalibrationTable, KernelConstants } from '../calibration/sample.ts'
import { assemble, type Borrowing, type Selection, selectConstants, type Wanted } from '../calibration/select.ts'
import { type Chip, chipOf } from './chip.ts'
import { formatOf, OP_MODELS, type OpClass, opClassOf, shapeOf } from './dispatch.ts'
import { quantiseSeconds } from './gemm.ts'
import { isLent, lentConstants } from './lentFormat.ts'
import type { KernelModel } from './model.ts'
import { type GemmQuery, KERNEL_FORMATS, type KernelQuery } from './query.ts'

/** A call is short below this many times its fixed cost: the regime where launches decide. */
export const SHORT_CALL = 2.5
/** Beyond the measured range of times by more than this factor, a figure is an extrapolation. */
const RANGE_MARGIN = 2
/** When cross-validation could not leave a device out: a factor of two either way. */
const UNKNOWN: readonly [number, number] = [0.5, 2]

/** One kernel on one device, ready to be evaluated. */
export interface KernelCell {
  readonly model: KernelModel<object>
  readonly constants: Float64Array
  readonly source: KernelConstants
  readonly borrowing: Borrowing
}

export interface DeviceModel {
  readonly chip: Chip
  /** Serving engine as the tables name it; absent: whichever was measured most. */
  readonly engine: string | undefined
  /** Nothing was measured on this device itself. */
  readonly borrowed: boolean
  readonly table: CalibrationTable
  /** Filled as kernels are asked for: by class, then by format and kernel. */
  readonly cells: Map<OpClass, Map<string, KernelCell | null>>
}

export interface KernelTime {
  readonly timeS: number
  readonly low: number
  readonly high: number
  readonly basis: 'calibrated'
  /** Constants of another device. */
  readonly borrowed: boolean
  /** Shorter or longer than anything the constants were fitted to, or a format fitted on no such hardware. */
  readonly extrapolated: boolean
  /** Engine, kernel and architecture of the constants. */
  readonly from: string
}

const ENGINES: Readonly<Record<string, string>> = {
  vllm: 'vllm',
  sglang: 'sglang',
  trtllm: 'trtllm',
  'tensorrt-llm': 'trtllm',
}

/** Undefined when the catalogue has no matrix peak or no memory bandwidth for the accelerator. */
export function deviceModel(
  accelerator: Accelerator,
  engine?: string,
  table: CalibrationTable = CALIBRATION,
): DeviceModel | undefined {
  const chip = chipOf(accelerator)
  if (!chip) return undefined
  const isMeasured = table.kernels.some((row) => row.devices[chip.id] !== undefined)
  const known = engine === undefined ? undefined : (ENGINES[engine.toLowerCase()] ?? undefined)
  return { chip, engine: known, borrowed: !isMeasured, table, cells: new Map() }
}

function cellOf({ chip }: DeviceModel, selection: Selection, constants = assemble(selection, chip)): KernelCell {
  const model = OP_MODELS[selection.constants.op] as KernelModel<object>
  return { model, constants, source: selection.constants, borrowing: selection.borrowing }
}

/** A format measured on another architecture only: priced from the device's own 16-bit product (lentFormat.ts). */
function lentCell(device: DeviceModel, selection: Selection, wanted: Wanted): KernelCell | undefined {
  if (!isLent(selection)) return undefined
  const wide = selectConstants(device.table.kernels, { ...wanted, format: 'bfloat16' })
  if (wide?.constants.format !== 'bfloat16') return undefined
  const constants = lentConstants(device.table, selection.constants.format, wide, device.chip)
  return constants && cellOf(device, { constants: wide.constants, borrowing: 'other' }, constants)
}

/** The constants of a kernel on a device; `kernel`, `backend`: as tables name them, else the engine's most measured. */
export function kernelCell(
  device: DeviceModel,
  op: OpClass,
  format: string,
  kernel?: string,
  backend: string | undefined = device.engine,
): KernelCell | undefined {
  let byKey = device.cells.get(op)
  if (!byKey) {
    byKey = new Map()
    device.cells.set(op, byKey)
  }
  const key = kernel === undefined && backend === device.engine ? format : `${format}|${backend}|${kernel}`
  let cell = byKey.get(key)
  if (cell === undefined) {
    const { id, architecture } = device.chip
    const wanted = { op, device: id, architecture, backend, kernel, format }
    const selection = selectConstants(device.table.kernels, wanted)
    cell = selection ? (lentCell(device, selection, wanted) ?? cellOf(device, selection)) : null
    byKey.set(key, cell)
  }
  return cell ?? undefined
}

/** Seconds of one call; NaN when the class was never measured anywhere. */
export function kernelSeconds(query: KernelQuery, device: DeviceModel, kernel?: string, backend?: string): number {
  const cell = kernelCell(device, opClassOf(query), formatOf(query), kernel, backend)
  if (!cell) return Number.NaN
  const { source } = cell
  const shape = shapeOf(query, kernel ?? source.kernel, backend ?? source.backend, device.chip.architecture)
  return cell.model.seconds(shape, device.chip, cell.constants)
}

/**
 * What a product saves when its engine quantises the input inside the kernel before (norm, activation, attention): the
 * measured call's own quantisation, and the launch that goes with it (its fixed cost beyond the 16-bit product's).
 */
export function fusedQuantisationSeconds(query: GemmQuery, device: DeviceModel): number {
  if (!KERNEL_FORMATS[query.format].quantises) return 0
  const cell = kernelCell(device, 'gemm', query.format)
  const wide = kernelCell(device, 'gemm', 'bfloat16')
  if (!cell) return 0
  const launch = wide ? Math.max(0, (cell.constants[0] as number) - (wide.constants[0] as number)) : 0
  return launch + quantiseSeconds(query, device.chip, cell.constants)
}

/** The interval's ends over the predicted time. */
function rangeOf(device: DeviceModel, op: OpClass, cell: KernelCell, timeS: number): readonly [number, number] {
  if (cell.borrowing === 'own') {
    const spread = cell.source.devices[device.chip.id]?.spread
    if (spread) return timeS < SHORT_CALL * cell.constants[0]! ? [spread[0], spread[1]] : [spread[2], spread[3]]
  }
  const borrowed = device.table.borrowed[op]
  const same = cell.borrowing === 'architecture' ? borrowed?.sameArchitecture : undefined
  return same ?? borrowed?.otherArchitecture ?? UNKNOWN
}

/** Whether the constants were fitted to calls of such a length, in this format. */
function isExtrapolated(query: KernelQuery, cell: KernelCell, timeS: number): boolean {
  if (cell.source.format !== formatOf(query)) return true
  const ranges = Object.values(cell.source.devices)
  if (ranges.length === 0) return true
  return !ranges.some(({ range: [low, high] }) => timeS > low / RANGE_MARGIN && timeS < high * RANGE_MARGIN)
}

/** Time with its interval; undefined when the class was never measured anywhere. */
export function kernelTime(
  query: KernelQuery,
  device: DeviceModel,
  kernel?: string,
  backend?: string,
): KernelTime | undefined {
  const op = opClassOf(query)
  const cell = kernelCell(device, op, formatOf(query), kernel, backend)
  if (!cell) return undefined
  const timeS = kernelSeconds(query, device, kernel, backend)
  const [low, high] = rangeOf(device, op, cell, timeS)
  return {
    timeS,
    // The range is of measured over predicted: a biased model may have both ends on one side.
    low: timeS * Math.min(1, low),
    high: timeS * Math.max(1, high),
    basis: 'calibrated',
    borrowed: cell.borrowing !== 'own',
    extrapolated: isExtrapolated(query, cell, timeS),
    from: `${cell.source.backend} ${cell.source.kernel} on ${cell.source.architecture}`,
  }
}
