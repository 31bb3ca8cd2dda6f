/** One measured kernel call, and the fitted constants of one kernel: what calibration reads and what it writes. */
import type { OpClass } from '../kernels/dispatch.ts'
import type { KernelQuery } from '../kernels/query.ts'

export interface KernelSample {
  readonly op: OpClass
  /** Catalogue id. */
  readonly device: string
  /** Serving engine (vllm, sglang, trtllm) or library (nccl). */
  readonly backend: string
  /** Kernel as the table names it. */
  readonly kernel: string
  readonly query: KernelQuery
  /** Measured time of one call, s. */
  readonly seconds: number
}

/** Measured over predicted: 10th and 90th percentile of short calls (launch-bound), then of long ones. */
export type Spread = readonly [shortLow: number, shortHigh: number, longLow: number, longHigh: number]

export interface DeviceConstants {
  /** The constants that differ between devices of one architecture, in model order (the first three). */
  readonly own: readonly number[]
  readonly rows: number
  /** Shortest and longest measured call, s. */
  readonly range: readonly [number, number]
  /** Median absolute error, per cent: as fitted, and of shapes left out of the fit. */
  readonly fittedPct: number
  readonly unseenPct: number
  readonly spread: Spread
}

/** One kernel on one architecture; kernel and architecture `*`: all kernels of the engine on all devices. */
export interface KernelConstants {
  readonly op: OpClass
  readonly backend: string
  readonly kernel: string
  readonly format: string
  readonly architecture: string
  readonly rows: number
  /** All constants in model order; the per-device ones are the geometric mean over its devices. */
  readonly shared: readonly number[]
  readonly devices: Readonly<Record<string, DeviceConstants>>
}

/** What predictions of an operator class were off by, all devices together; per cent, median absolute. */
export interface ClassError {
  readonly fittedPct: number
  /** Shapes left out of the fit. */
  readonly unseenShapePct: number
  /** Median absolute error, per cent, of whole devices left out. */
  readonly sameArchitecturePct?: number | undefined
  readonly otherArchitecturePct?: number | undefined
  /** Measured over predicted, 10th and 90th percentile. */
  readonly sameArchitecture?: readonly [number, number] | undefined
  readonly otherArchitecture?: readonly [number, number] | undefined
}

/** One device priced without any of its own measurements. */
export interface DeviceLeftOut {
  readonly op: OpClass
  readonly device: string
  /** Other devices of its architecture were still there. */
  readonly isArchitectureKnown: boolean
  readonly rows: number
  readonly medianPct: number
}

export interface CalibrationTable {
  readonly source: string
  readonly kernels: readonly KernelConstants[]
  readonly borrowed: Readonly<Partial<Record<OpClass, ClassError>>>
  readonly leftOut: readonly DeviceLeftOut[]
}
