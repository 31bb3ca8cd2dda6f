import type { CalibrationTable } from './sample.ts'

export const CALIBRATION: CalibrationTable = { source: '', borrowed: {}, leftOut: [], kernels: [] }
