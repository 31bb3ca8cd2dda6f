/**
 * A network made ready to be asked about many steps: every operator's work and bytes as affine forms in the features of a
 * step. Evaluating a step computes its features once and fills in the operators; no builder runs again. The slow,
 * readable equal is `networkOperators` itself, and a property test holds the two together.
 */
import type { OperatorGroup } from '../architecture/group.ts'
import { groupMakers, type KernelSetting, type Network, type NetworkStep } from '../architecture/network.ts'
import type { Operator } from '../architecture/operator.ts'
import type { Step } from '../architecture/pass.ts'
import { type Feature, featureOf } from './features.ts'
import { formOf, type OperatorTemplate, Pool, quantityCount, WRITES } from './forms.ts'
import { type LivenessSchedule, livenessPeak, livenessSchedule } from './liveness.ts'
import { Prober } from './probe.ts'

export { type OperatorTemplate, quantityCount } from './forms.ts'

export interface GroupTemplate {
  readonly part: OperatorGroup['part']
  readonly name: string
  readonly repeat: number
  readonly sharedWeights: boolean
  readonly operators: readonly OperatorTemplate[]
  readonly schedule: LivenessSchedule
}

/** Groups that share a step: the answering stack with embedding and head, the encoder, or one tower. */
export interface Section {
  readonly features: readonly Feature[]
  readonly groups: readonly GroupTemplate[]
  /** The features that what operators store depends on, by number. */
  readonly stored: readonly number[]
}

export interface Template {
  readonly network: Network
  readonly setting: KernelSetting
  readonly main: Section
  readonly encoder?: Section
  readonly towers: readonly Section[]
}

function storedFeatures(groups: readonly GroupTemplate[]): number[] {
  const out = new Set<number>()
  for (const group of groups) {
    for (const { writes, feature } of group.operators) for (const j of writes) out.add(feature[j] as number)
  }
  return [...out]
}

/** Probes the parts of a network that take the step `own`, place by place. */
function sectionOf(
  network: Network,
  setting: KernelSetting,
  steps: NetworkStep,
  own: Step,
  parts: readonly OperatorGroup['part'][],
): Section {
  const prober = new Prober(network, setting, own)
  const places = groupMakers(network, steps, prober.buildLayer)
    .map((make) => prober.idle(make))
    .filter(({ groups: [first] }) => first && parts.includes(first.part))
  // Builders see more features than they use: number only those that some coefficient depends on.
  const used = new Map<number, number>()
  const pool = new Pool()
  const groups = places.flatMap(({ make, groups: idle, asked }) => {
    const probes = asked.map((feature) => ({ feature, groups: prober.lit(make, feature) }))
    return idle.map((group, g) => ({
      part: group.part,
      name: group.name,
      repeat: group.repeat,
      sharedWeights: group.sharedWeights,
      schedule: livenessSchedule(group.operators),
      operators: group.operators.map((operator, i) => {
        const lit = probes.map(({ feature, groups: of }) => ({
          feature,
          operator: (of[g] as OperatorGroup).operators[i] as Operator,
        }))
        return formOf(operator, lit, used, pool)
      }),
    }))
  })
  return {
    features: [...used.keys()].map((f) => prober.features[f] as Feature),
    groups,
    stored: storedFeatures(groups),
  }
}

export function templateOf(network: Network, setting: KernelSetting): Template {
  const { model } = network
  const idle = (): Step => ({ groups: [] })
  const step = idle()
  const main = sectionOf(network, setting, { step }, step, ['embedding', 'layer', 'head'])
  const encoderStep = idle()
  const encoder = model.encoder
    ? sectionOf(network, setting, { step, encoder: encoderStep }, encoderStep, ['encoder'])
    : undefined
  const towers = model.towers.map((tower) => {
    const towerStep = idle()
    const alone: Network = { ...network, model: { ...model, towers: [tower] } }
    return sectionOf(alone, setting, { step, towers: [towerStep] }, towerStep, ['tower'])
  })
  return { network, setting, main, ...(encoder ? { encoder } : {}), towers }
}

const scratch = (): Float64Array => new Float64Array(quantityCount)

/** Adds the features' shares to the constants; `into` holds the quantities in order. */
export function fillQuantities(template: OperatorTemplate, values: Float64Array, into: Float64Array): void {
  into.set(template.constants)
  const { quantity, feature, coefficient } = template
  for (let j = 0; j < quantity.length; j++) {
    const q = quantity[j] as number
    into[q] = (into[q] as number) + (coefficient[j] as number) * (values[feature[j] as number] as number)
  }
}

function featureValues(section: Section, step: Step, setting: KernelSetting, into?: Float64Array): Float64Array {
  const values = into ?? new Float64Array(section.features.length)
  for (let f = 0; f < values.length; f++) values[f] = featureOf(section.features[f] as Feature, step, setting.tile)
  return values
}

function operatorAt(template: OperatorTemplate, values: Float64Array, q: Float64Array): Operator {
  const plain = template.plain && operatorAt(template.plain, values, q)
  fillQuantities(template, values, q)
  const { idle } = template
  const { k, n, count } = idle.shape
  return {
    name: idle.name,
    kind: idle.kind,
    after: idle.after,
    flop: q[0] as number,
    vectorFlop: q[1] as number,
    weightBytes: q[2] as number,
    activationReadBytes: q[3] as number,
    activationWriteBytes: q[4] as number,
    kvReadBytes: q[5] as number,
    kvWriteBytes: q[6] as number,
    linkBytes: q[7] as number,
    operands: idle.operands,
    parameters: idle.parameters,
    activeParameters: idle.activeParameters,
    storedBytes: idle.storedBytes,
    weightClass: idle.weightClass,
    shape: { m: q[8] as number, k, n, count },
    kernel: idle.kernel,
    ...(plain ? { plain } : {}),
  }
}

function evaluateSection(section: Section, step: Step, setting: KernelSetting, out: OperatorGroup[]): void {
  const values = featureValues(section, step, setting)
  const q = scratch()
  for (const group of section.groups) {
    const operators: Operator[] = []
    for (const template of group.operators) operators.push(operatorAt(template, values, q))
    out.push({
      part: group.part,
      name: group.name,
      repeat: group.repeat,
      sharedWeights: group.sharedWeights,
      operators,
    })
  }
}

/** The operators of a step, in execution order: towers, encoder, then the answering stack. */
export function evaluate(template: Template, steps: NetworkStep): OperatorGroup[] {
  const out: OperatorGroup[] = []
  const { setting } = template
  if (steps.towers) {
    for (let i = 0; i < template.towers.length; i++) {
      const step = steps.towers[i]
      if (step) evaluateSection(template.towers[i] as Section, step, setting, out)
    }
  }
  if (template.encoder && steps.encoder) evaluateSection(template.encoder, steps.encoder, setting, out)
  evaluateSection(template.main, steps.step, setting, out)
  return out
}

/** Bytes an operator stores, and nothing else. */
function writesAt(template: OperatorTemplate, values: Float64Array): number {
  let bytes = template.constants[WRITES] as number
  const { writes, coefficient, feature } = template
  for (let i = 0; i < writes.length; i++) {
    const j = writes[i] as number
    bytes += (coefficient[j] as number) * (values[feature[j] as number] as number)
  }
  return bytes
}

/** Peaks of a section, last asked first: searches ask for the same few again and again. */
interface Peak {
  readonly inputBytes: number
  /** Of the features that what operators store depends on. */
  readonly values: Float64Array
  readonly bytes: number
}

const knownPeaks = new WeakMap<Section, Peak[]>()
const MOST_PEAKS = 8

function sectionPeak(section: Section, step: Step, setting: KernelSetting, inputBytes: number): number {
  const { features, stored } = section
  const values = new Float64Array(features.length)
  for (const f of stored) values[f] = featureOf(features[f] as Feature, step, setting.tile)
  let known = knownPeaks.get(section)
  if (!known) {
    known = []
    knownPeaks.set(section, known)
  }
  const found = known.find((one) => one.inputBytes === inputBytes && stored.every((f) => one.values[f] === values[f]))
  if (found) return found.bytes
  let bytes = 0
  for (const group of section.groups) {
    if (group.part === 'head') continue
    const outputs = group.operators.map((operator) => writesAt(operator, values))
    bytes = Math.max(bytes, livenessPeak(group.schedule, group.part === 'layer' ? inputBytes : 0, outputs))
  }
  known.unshift({ inputBytes, values, bytes })
  if (known.length > MOST_PEAKS) known.pop()
  return bytes
}

/** Peak live activations of a step: the group with the largest live set; layers start with their input of `inputBytes`. */
export function activationPeak(template: Template, steps: NetworkStep, inputBytes: number): number {
  let peak = 0
  const visit = (section: Section, step: Step) => {
    peak = Math.max(peak, sectionPeak(section, step, template.setting, inputBytes))
  }
  template.towers.forEach((tower, i) => {
    const step = steps.towers?.[i]
    if (step) visit(tower, step)
  })
  if (template.encoder && steps.encoder) visit(template.encoder, steps.encoder)
  visit(template.main, steps.step)
  return peak
}
