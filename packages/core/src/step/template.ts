/**
 * A network made ready to be asked about many steps: every operator's work and bytes as affine forms in the features of a
 * step. Evaluating a step computes its features once and fills in the operators; no builder runs again. The slow,
 * readable equal is `networkOperators` itself, and a property test holds the two together.
 */
import {
  type KernelSetting,
  type Network,
  type NetworkStep,
  networkOperators,
  type OperatorGroup,
} from '../architecture/network.ts'
import type { Operator } from '../architecture/operator.ts'
import type { Step } from '../architecture/pass.ts'
import { type Feature, FeatureTable, featureOf, probePass } from './features.ts'
import { type LivenessSchedule, livenessPeak, livenessSchedule } from './liveness.ts'

/** The quantities of an operator that depend on the step. */
const QUANTITIES = [
  'flop',
  'vectorFlop',
  'weightBytes',
  'activationReadBytes',
  'activationWriteBytes',
  'kvReadBytes',
  'kvWriteBytes',
  'linkBytes',
] as const

const WRITES = QUANTITIES.indexOf('activationWriteBytes')

/** Beside them, the rows of its matrix product. */
const WIDTH = QUANTITIES.length + 1
export const quantityCount = WIDTH

function quantitiesOf(o: Operator): number[] {
  return [...QUANTITIES.map((name) => o[name]), o.shape.m]
}

export interface OperatorTemplate {
  /** The operator in a step where nothing happens; its step-independent fields hold for every step. */
  readonly idle: Operator
  readonly constants: Float64Array
  /** Parallel arrays: this coefficient of that feature adds to that quantity. */
  readonly quantity: Uint8Array
  readonly feature: Uint16Array
  readonly coefficient: Float64Array
  /** The entries that add to activationWriteBytes, for liveness alone. */
  readonly writes: Uint16Array
  /** The same operator before rewrites (`Operator.plain`). */
  readonly plain?: OperatorTemplate
}

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
}

export interface Template {
  readonly network: Network
  readonly setting: KernelSetting
  readonly main: Section
  readonly encoder?: Section
  readonly towers: readonly Section[]
}

type Build = (lit: number) => readonly OperatorGroup[]

/** The affine forms of one operator from what it is when nothing, or one feature, is there. `used` numbers the features. */
function formOf(idle: Operator, lit: readonly Operator[], used: Map<number, number>): OperatorTemplate {
  const constants = quantitiesOf(idle)
  const quantity: number[] = []
  const feature: number[] = []
  const coefficient: number[] = []
  lit.forEach((operator, f) => {
    quantitiesOf(operator).forEach((value, q) => {
      const slope = value - (constants[q] as number)
      if (slope === 0) return
      if (!used.has(f)) used.set(f, used.size)
      quantity.push(q)
      feature.push(used.get(f) as number)
      coefficient.push(slope)
    })
  })
  const { plain } = idle
  return {
    idle,
    constants: Float64Array.from(constants),
    quantity: Uint8Array.from(quantity),
    feature: Uint16Array.from(feature),
    coefficient: Float64Array.from(coefficient),
    writes: Uint16Array.from(quantity.keys()).filter((j) => quantity[j] === WRITES),
    ...(plain
      ? {
          plain: formOf(
            plain,
            lit.map((operator) => operator.plain ?? plain),
            used,
          ),
        }
      : {}),
  }
}

function sectionOf(table: FeatureTable, build: Build): Section {
  const idle = build(-1)
  const probes = table.features.map((_, feature) => build(feature))
  // Builders see more features than they use: number only those that some coefficient depends on.
  const used = new Map<number, number>()
  const groups = idle.map((group, g) => ({
    part: group.part,
    name: group.name,
    repeat: group.repeat,
    sharedWeights: group.sharedWeights,
    schedule: livenessSchedule(group.operators),
    operators: group.operators.map((operator, i) =>
      formOf(
        operator,
        probes.map((probe) => (probe[g] as OperatorGroup).operators[i] as Operator),
        used,
      ),
    ),
  }))
  return { features: [...used.keys()].map((f) => table.features[f] as Feature), groups }
}

export function templateOf(network: Network, setting: KernelSetting): Template {
  const { model } = network
  /** Probes the part of the network whose step is `own`; the other parts see an empty table of their own. */
  const section = (steps: NetworkStep, own: Step, parts: readonly OperatorGroup['part'][]): Section => {
    const table = new FeatureTable()
    const other = new FeatureTable()
    return sectionOf(table, (lit) => {
      table.lit = lit
      const groups = networkOperators(network, steps, (step, formats) =>
        probePass(step === own ? table : other, network, setting, formats),
      )
      return groups.filter((group) => parts.includes(group.part))
    })
  }
  const idle = (): Step => ({ groups: [] })
  const step = idle()
  const main = section({ step }, step, ['embedding', 'layer', 'head'])
  const encoderStep = idle()
  const encoder = model.encoder ? section({ step, encoder: encoderStep }, encoderStep, ['encoder']) : undefined
  const towers = model.towers.map((tower) => {
    const towerStep = idle()
    const alone: Network = { ...network, model: { ...model, towers: [tower] } }
    const table = new FeatureTable()
    const other = new FeatureTable()
    return sectionOf(table, (lit) => {
      table.lit = lit
      const groups = networkOperators(alone, { step, towers: [towerStep] }, (s, formats) =>
        probePass(s === towerStep ? table : other, alone, setting, formats),
      )
      return groups.filter((group) => group.part === 'tower')
    })
  })
  return { network, setting, main, ...(encoder ? { encoder } : {}), towers }
}

const scratch = (): Float64Array => new Float64Array(WIDTH)

/** Adds the features' shares to the constants; `into` holds the quantities in order. */
export function fillQuantities(template: OperatorTemplate, values: Float64Array, into: Float64Array): void {
  into.set(template.constants)
  const { quantity, feature, coefficient } = template
  for (let j = 0; j < quantity.length; j++) {
    const q = quantity[j] as number
    into[q] = (into[q] as number) + (coefficient[j] as number) * (values[feature[j] as number] as number)
  }
}

export function featureValues(section: Section, step: Step, setting: KernelSetting, into?: Float64Array): Float64Array {
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

/** Peak live activations of a step: the group with the largest live set; layers start with their input of `inputBytes`. */
export function activationPeak(template: Template, steps: NetworkStep, inputBytes: number): number {
  let peak = 0
  const visit = (section: Section, step: Step) => {
    const values = featureValues(section, step, template.setting)
    for (const group of section.groups) {
      if (group.part === 'head') continue
      const outputs = group.operators.map((operator) => writesAt(operator, values))
      const own = livenessPeak(group.schedule, group.part === 'layer' ? inputBytes : 0, outputs)
      if (own > peak) peak = own
    }
  }
  template.towers.forEach((tower, i) => {
    const step = steps.towers?.[i]
    if (step) visit(tower, step)
  })
  if (template.encoder && steps.encoder) visit(template.encoder, steps.encoder)
  visit(template.main, steps.step)
  return peak
}
