import type { TableRecord } from '../importers/table/cells.ts'
import type { ReadServing, ServingTable } from './point.ts'
import { readMlperf } from './readMlperf.ts'
import { readPoints } from './readPoints.ts'
import { readTrtllmOnline, readTrtllmPerf } from './readTrtllm.ts'

export { calibrateServing, engineTableModule, type Unseen, unseenErrors } from './calibrate.ts'
export { type CalibrationPoints, calibrationPoints, type Sample as ServingSample } from './calibrationPoints.ts'
export { servingColumns } from './columns.ts'
export { acceleratorByName, modelByName, systemByName } from './names.ts'
export * from './point.ts'
export * from './predict.ts'
export { type PricerCache, pricerOf, type StepPricer } from './pricer.ts'
export { brokenRules, type ServingRule } from './rules.ts'
export { type ServingBasis, type ServingScore, scorePoint, servingErrors } from './validate.ts'

const READERS: Readonly<Record<ServingTable, (records: readonly TableRecord[], firstLine?: number) => ReadServing>> = {
  points: readPoints,
  trtllm_perf: readTrtllmPerf,
  mlperf: readMlperf,
  trtllm_online_serving: readTrtllmOnline,
}

export function readServingTable(table: ServingTable, records: readonly TableRecord[], firstLine = 2): ReadServing {
  return READERS[table](records, firstLine)
}
