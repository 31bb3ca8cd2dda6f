/** The question the core answers, as data: a model on an accelerator (or many, in a layout) under a workload and formats. */
import type { ConventionId } from '../architecture/convention.ts'
import type { StepGroup } from '../architecture/extent.ts'
import type { PrecisionChange } from '../architecture/formats.ts'
import type { ModelSpec } from '../architecture/model.ts'
import type { Rewrite } from '../architecture/network.ts'
import type { AttentionKernel } from '../architecture/pass.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import type { Efficiency } from '../cost/efficiency.ts'
import type { NetworkSpec } from '../cost/fabric/index.ts'
import type { Roofs } from '../cost/peaks.ts'
import type { KernelTimer } from '../cost/pricing/kernelPricer.ts'
import type { CostModel } from '../cost/roofline.ts'
import type { EngineId } from '../engine/profile.ts'
import { type Layout, microBatch, ONE_ACCELERATOR, rankSequences } from '../layout/layout.ts'
import type { Workload } from '../workload/workload.ts'

export type Basis = CostModel['basis']

/** One question, complete. */
export interface Scenario {
  readonly model: ModelSpec
  readonly accelerator: Accelerator
  /** Figures that replace the accelerator's own (the paper convention's hardware table; a user's what-if). */
  readonly roofs?: Roofs
  readonly workload: Workload
  readonly precision: PrecisionChange
  readonly kernel: AttentionKernel
  readonly convention: ConventionId
  /** A step of any mix to analyse beside the phases: prefill chunks, decodes, verification. */
  readonly step?: readonly StepGroup[]
  /** Share of the memory an engine may use. */
  readonly memoryUtilization?: number
  /** Dollars per accelerator-hour, when the user knows better than the catalogue. */
  readonly priceUsdPerHour?: number
  /** What techniques change in the operators themselves, applied in order. */
  readonly rewrites?: readonly Rewrite[]
  /** Shares of the roofs that kernels reach, by class of operator; absent: all of them. */
  readonly efficiency?: readonly Efficiency[]
  /** How the model is spread over accelerators; absent: one. */
  readonly layout?: Layout
  /** Nodes the accelerators stand in; absent: as few as hold them. */
  readonly nodes?: number
  /** The network between nodes. */
  readonly network?: NetworkSpec
  /** What times come from; absent: the roofline. */
  readonly basis?: Basis
  /** Whose host time and kernels the calibrated basis takes; absent: generic. */
  readonly engine?: EngineId
  /** A user's own kernel measurements, for the measured basis. */
  readonly kernels?: KernelTimer
}

/** The layout in force. */
export function layoutOf(scenario: Scenario): Layout {
  return scenario.layout ?? ONE_ACCELERATOR
}

/** The load of one rank in one step: its sequences of one micro-batch. */
export function rankWorkload(scenario: Scenario): Workload {
  const layout = layoutOf(scenario)
  const { workload } = scenario
  const batchSize = microBatch(layout, rankSequences(layout, workload.batchSize))
  return batchSize === workload.batchSize ? workload : { ...workload, batchSize }
}
