/**
 * Time of one step, the readable way: build every operator of the network for this step, cost each, add up. Seconds.
 * `compile.ts` computes the same by evaluating a few affine forms; a property test holds the two equal.
 */
import {
  type KernelSetting,
  type Network,
  type NetworkStep,
  networkOperators,
  passMaker,
} from '../architecture/network.ts'
import { type CostModel, costOperator } from '../cost/roofline.ts'

export function referenceStepTime(
  network: Network,
  setting: KernelSetting,
  cost: CostModel,
  steps: NetworkStep,
): number {
  const shareRoof = !network.convention.vectorRoof
  let total = 0
  for (const group of networkOperators(network, steps, passMaker(network, setting))) {
    for (const operator of group.operators) total += group.repeat * costOperator(operator, cost, shareRoof).timeS
  }
  return total
}
