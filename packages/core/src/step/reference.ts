/**
 * Time of one step, the readable way: build every operator of the network for this step, cost each, add up. Seconds.
 * `compile.ts` computes the same by evaluating a few affine forms; a property test holds the two equal.
 */
import type { StepGroup } from '../architecture/extent.ts'
import type { OperatorGroup } from '../architecture/group.ts'
import {
  type KernelSetting,
  type Network,
  type NetworkStep,
  networkOperators,
  passMaker,
} from '../architecture/network.ts'
import { type CostModel, costGroup, type Sides, stepSeconds } from '../cost/roofline.ts'
import { halvesOf } from './halves.ts'

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
  const sidesOf = (of: NetworkStep): Sides => {
    let computeS = 0
    let exchangeS = 0
    for (const group of networkOperators(network, of, passMaker(network, setting))) {
      costGroup(group.operators, cost, shareRoof, stepOf(group.part, of)).forEach(({ timeS }, i) => {
        if (group.operators[i]?.kind === 'collective') exchangeS += group.repeat * timeS
        else computeS += group.repeat * timeS
      })
    }
    return { computeS, exchangeS }
  }
  const halves = cost.overlapsExchange ? halvesOf(steps.step.groups) : undefined
  if (!halves) return stepSeconds(sidesOf(steps))
  const [first, second] = halves
  return stepSeconds(sidesOf(steps), [
    sidesOf({ ...steps, step: { groups: first } }),
    sidesOf({ step: { groups: second } }),
  ])
}
