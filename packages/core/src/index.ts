/** The public face of the core: everything here is pure data and pure functions. */
export * from './architecture/convention.ts'
export * from './architecture/extent.ts'
export * from './architecture/formats.ts'
export * from './architecture/model.ts'
export type * from './architecture/network.ts'
export type * from './architecture/operator.ts'
export { countParameters, type ParameterCount } from './architecture/parameters.ts'
export type { AttentionKernel, Step } from './architecture/pass.ts'
export * from './catalog/accelerators/index.ts'
export * from './catalog/dtypes/dtype.ts'
export * from './catalog/dtypes/table.ts'
export {
  findModel,
  MODEL_SOURCES,
  MODELS,
  type ModelRow,
  type ModelSourceKey,
  type PublishedCount,
  suggestModels,
} from './catalog/models/index.ts'
export type { Source, Sourced } from './catalog/source.ts'
export { calibrate } from './cost/calibration/calibrate.ts'
export { CALIBRATION } from './cost/calibration/constants.ts'
export { absErrorsPct, type ErrorRow, errorTable, medianPct, quantile, type Scored } from './cost/calibration/errors.ts'
export { breachOf, DEFECT_RULES, type DefectRule } from './cost/calibration/rules.ts'
export type {
  CalibrationTable,
  ClassError,
  DeviceLeftOut,
  KernelConstants,
  KernelSample,
} from './cost/calibration/sample.ts'
export { roundTable, tableToJson, tableToModule } from './cost/calibration/write.ts'
export * from './cost/fabric/index.ts'
export { type Chip, chipOf } from './cost/kernels/chip.ts'
export {
  type DeviceModel,
  deviceModel,
  type KernelCell,
  type KernelTime,
  kernelCell,
  kernelSeconds,
  kernelTime,
} from './cost/kernels/device.ts'
export { formatOf, OP_CLASSES, type OpClass } from './cost/kernels/dispatch.ts'
export { rooflineSeconds } from './cost/kernels/idealTime.ts'
export type * from './cost/kernels/query.ts'
export * from './cost/measured/index.ts'
export * from './cost/peaks.ts'
export { measuredTimer } from './cost/pricing/measured.ts'
export * from './cost/roofline.ts'
export * from './engine/constants.ts'
export * from './engine/interval.ts'
export * from './engine/profile.ts'
export * from './engine/table.ts'
export * from './evidence/index.ts'
export * from './figures/index.ts'
export { type GgufHeader, type GgufTensor, readGgufHeader } from './importers/gguf/header.ts'
export { type GgufOptions, importGguf } from './importers/gguf/model.ts'
export * from './importers/hardware.ts'
export * from './importers/hardwareEdit.ts'
export * from './importers/hf/index.ts'
export { parseConfigText } from './importers/hf/text.ts'
export * from './importers/kernelTables/index.ts'
export {
  readSafetensorsHeader,
  type SafetensorsHeader,
  type SafetensorsTensor,
} from './importers/safetensors/header.ts'
export { checkIndex, readSafetensorsIndex, type SafetensorsIndex } from './importers/safetensors/shards.ts'
export { type WeighedTensors, weighTensors } from './importers/safetensors/weigh.ts'
export * from './layout/layout.ts'
export * from './memory/fit.ts'
export * from './memory/plan.ts'
export * from './report/index.ts'
export * from './scenario/analyze.ts'
export * from './scenario/bench.ts'
export * from './scenario/explain.ts'
export * from './scenario/fields.ts'
export * from './scenario/fit.ts'
export * from './scenario/layouts.ts'
export * from './scenario/link.ts'
export * from './scenario/question.ts'
export * from './scenario/ranges.ts'
export * from './scenario/scenario.ts'
export * from './scenario/sweep.ts'
export * from './scenario/sweepRow.ts'
export * from './serving/index.ts'
export * from './step/compile.ts'
export { decodes, finalContext, promptTokens } from './step/phases.ts'
export { referenceStepTime } from './step/reference.ts'
export { type BatchRange, payingBatches, tokenSeconds } from './techniques/breakEven.ts'
export * from './techniques/cap/index.ts'
export * from './techniques/changes.ts'
export { type Compatibility, type CompatibilityKind, compatibilityOf } from './techniques/compatibility.ts'
export { compose, isIdentity } from './techniques/compose.ts'
export { type EvaluateOptions, evaluatePlan, type Outcome, type Performance } from './techniques/evaluate.ts'
export * from './techniques/index.ts'
export type { ContextLimit, ContextOutcome } from './techniques/outcome/context.ts'
export type { MemoryOutcome } from './techniques/outcome/memory.ts'
export { type PlanPhases, planPhases } from './techniques/outcome/phases.ts'
export { defaultsOf, identityOf, PARAMETERS, PRIMITIVE_IDS, type PrimitiveId } from './techniques/parameters.ts'
export { type PlacementProblem, placementProgram } from './techniques/placement/flexgen.ts'
export { type LinearProgram, programText, type Solution } from './techniques/placement/program.ts'
export { applyPlacement, placementProblem, searchPlacement } from './techniques/placement/search.ts'
export { solveSmall } from './techniques/placement/simplex.ts'
export { offerSolver, type Solve } from './techniques/placement/solver.ts'
export * from './techniques/plan.ts'
export type { Parameter as PrimitiveParameter, Use, Value as ParameterValue } from './techniques/primitive.ts'
export { PRIMITIVES } from './techniques/primitives/index.ts'
export { readPrimitiveId, valuesOf } from './techniques/values.ts'
export { closest } from './units/closest.ts'
export * from './units/format.ts'
export * from './units/interval.ts'
export * from './units/parse.ts'
export * from './units/result.ts'
export * from './units/text.ts'
export * from './workload/workload.ts'
