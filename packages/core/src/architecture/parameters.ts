/**
 * Parameter counts: sums over the operators' own weights, so a count and a cost cannot disagree. Active parameters are
 * those one token uses: the chosen experts, and (as publishers count) the whole embedding and head.
 */
import { CONVENTIONS } from './convention.ts'
import type { OperatorGroup } from './group.ts'
import { type ModelSpec, WEIGHT_CLASSES, type WeightClass } from './model.ts'
import {
  mtpGroups,
  type Network,
  networkOf,
  networkOperators,
  passMaker,
  type Rewrite,
  scaleWeights,
} from './network.ts'

export interface ParameterCount {
  /** Every parameter of the answering network, encoder and towers; multi-token-prediction heads left out. */
  readonly total: number
  readonly active: number
  /** Parameters of the multi-token-prediction heads, beside `total`. */
  readonly mtp: number
}

/** Groups of a step in which nothing runs: for what a network holds, not what it does. */
function idleGroups(network: Network): OperatorGroup[] {
  const make = passMaker(network, { kernel: 'flash', tile: {} })
  const step = { groups: [] }
  return networkOperators(network, { step, encoder: step, towers: network.model.towers.map(() => step) }, make)
}

function idleMtpGroups(network: Network): OperatorGroup[] {
  return mtpGroups(network, passMaker(network, { kernel: 'flash', tile: {} }))
}

function sum(groups: readonly OperatorGroup[], of: 'parameters' | 'activeParameters' | 'storedBytes'): number {
  let total = 0
  for (const group of groups) {
    const copies = group.sharedWeights && of !== 'activeParameters' ? 1 : group.repeat
    for (const operator of group.operators) total += copies * operator[of]
  }
  return total
}

const counted = new WeakMap<ModelSpec, ParameterCount>()

/** Remembered per model. */
export function countParameters(model: ModelSpec): ParameterCount {
  const known = counted.get(model) ?? count(model)
  counted.set(model, known)
  return known
}

function count(model: ModelSpec): ParameterCount {
  const network = networkOf(model, model.precision, CONVENTIONS.exact)
  const groups = idleGroups(network)
  return {
    total: sum(groups, 'parameters'),
    active: sum(groups, 'activeParameters'),
    mtp: sum(idleMtpGroups(network), 'parameters'),
  }
}

/** Corrects a network's weight bytes, class by class, to what the model's file says its tensors take; undefined without one. */
export function measuredWeightsRewrite(network: Network): Rewrite | undefined {
  const measured = network.model.measuredWeights
  if (!measured) return undefined
  const counted = new Map<WeightClass, number>()
  for (const group of idleGroups(network)) {
    const copies = group.sharedWeights ? 1 : group.repeat
    for (const o of group.operators) {
      counted.set(o.weightClass, (counted.get(o.weightClass) ?? 0) + copies * o.storedBytes)
    }
  }
  const scale: { [C in WeightClass]?: number } = {}
  for (const name of WEIGHT_CLASSES) {
    const own = counted.get(name)
    const stored = measured.byClass[name]?.bytes
    if (own && stored !== undefined && name !== 'mtp') scale[name] = stored / own
  }
  return scaleWeights(scale)
}

/** Bytes of the weights at rest, in the network's precision, multi-token-prediction heads included when `withMtp`. */
export function storedWeightBytes(network: Network, withMtp: boolean): number {
  const own = sum(idleGroups(network), 'storedBytes')
  return withMtp ? own + sum(idleMtpGroups(network), 'storedBytes') : own
}
