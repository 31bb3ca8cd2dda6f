/**
 * Time of one step, the readable way: build every operator of the network for this step, cost each, add up. Seconds.
 * `compile.ts` computes the same by evaluating a few affine forms; a property test holds the two equal.
 */
import type { StepGroup } from '../architecture/extent.ts'
import {
  type KernelSetting,
  type Network,
  type NetworkStep,
  networkOperators,
  type OperatorGroup,
  passMaker,
} from '../architecture/network.ts'
import { type CostModel, costGroup } from '../cost/roofline.ts'

/** The groups of the step that a part of the network takes. Towers share one: a model with two different ones is rare. */
export function stepOf(part: OperatorGroup['part'], steps: NetworkStep): readonly StepGroup[] {
  if (part === 'tower') return steps.towers?.[0]?.groups ?? []
  return part === 'encoder' ? (steps.encoder?.groups ?? []) : steps.step.groups
}

export function referenceStepTime(
  network: Network,
  setting: KernelSetting,
  cost: CostModel,
  steps: NetworkStep,
): number {
  const shareRoof = !network.convention.vectorRoof
  let total = 0
  for (const group of networkOperators(network, steps, passMaker(network, setting))) {
    for (const { timeS } of costGroup(group.operators, cost, shareRoof, stepOf(group.part, steps))) {
      total += group.repeat * timeS
    }
  }
  return total
}
