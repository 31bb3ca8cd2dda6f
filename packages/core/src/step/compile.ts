/**
 * Step time, compiled: every operator's matrix work, vector work and bytes are affine in the features of a pass
 * (`architecture/pass.ts`), so a network on an accelerator is a table of coefficients, in seconds per feature. A step is
 * priced by computing its features and taking, per operator, the largest of four forms. No allocation per step.
 *
 * The coefficients are not written down a second time: the operators' own builders are called with one feature at a time
 * set to one (`template.ts`). `reference.ts` is the readable equal.
 */
import type { StepGroup } from '../architecture/extent.ts'
import { type CostModel, type Sides, stepSeconds } from '../cost/roofline.ts'
import type { Feature } from './features.ts'
import { commonStride, featureOf, smallestChunk } from './features.ts'
import { halvesOf } from './halves.ts'
import type { OperatorTemplate, Template } from './template.ts'

/** Forms of one operator: constant and coefficients, in seconds. */
interface Row {
  readonly repeat: number
  readonly isExchange: boolean
  readonly forms: readonly number[]
}

const FORMS = 4
/** The last of them. */
const LINK = 3

export interface CompiledStep {
  /** Seconds of one step of the answering stack (embedding and head included; encoder and towers not). */
  timeS(groups: readonly StepGroup[]): number
  /** Σ of the decode steps of `sequences` sequences whose contexts run from `from` to `to` cached tokens, both included. */
  sumDecodeS(sequences: number, from: number, to: number, sourceTokens?: number): number
  /** Distinct operators and features, for people who wonder. */
  readonly size: { readonly operators: number; readonly features: number }
}

/** Which form a quantity of a template adds to: matrix work, vector work, bytes, bytes sent; −1 for none (the shape). */
const FORM_OF_QUANTITY: readonly number[] = [0, 1, 2, 2, 2, 2, 2, 3, -1]

/** One operator's forms: constant first, then a coefficient per feature. */
function formsOf(template: OperatorTemplate, width: number, cost: CostModel, shareRoof: boolean): number[] {
  const rates = cost.rates(template.idle)
  const perS = [
    1 / rates.matrixFlopPerS,
    1 / (shareRoof ? rates.matrixFlopPerS : rates.vectorFlopPerS),
    1 / rates.bandwidthBytePerS,
    1 / rates.linkBytePerS,
  ] as const
  const forms = new Array<number>(FORMS * width).fill(0)
  const add = (quantity: number, column: number, amount: number) => {
    const kind = FORM_OF_QUANTITY[quantity] ?? -1
    if (kind < 0) return
    // Sharing a roof, vector work adds to matrix work.
    const form = shareRoof && kind === 1 ? 0 : kind
    const at = form * width + column
    forms[at] = (forms[at] as number) + amount * (perS[kind] as number)
  }
  const { constants, quantity, feature, coefficient } = template
  for (let q = 0; q < constants.length; q++) add(q, 0, constants[q] as number)
  for (let j = 0; j < coefficient.length; j++) {
    add(quantity[j] as number, 1 + (feature[j] as number), coefficient[j] as number)
  }
  return forms
}

/** Sets apart forms that hold the same numbers in other places. */
function weightedSum(forms: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < forms.length; i++) sum += (i + 1) * (forms[i] as number)
  return sum
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number]
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false
  }
  return true
}

/** Coefficients of every operator, equal operators merged. */
function rowsOf(template: Template, cost: CostModel): Row[] {
  const shareRoof = !template.network.convention.vectorRoof
  const width = 1 + template.main.features.length
  const rows: { repeat: number; isExchange: boolean; forms: readonly number[] }[] = []
  // Equal rows have equal sums.
  const bySum = new Map<number, typeof rows>()
  for (const group of template.main.groups) {
    for (const operator of group.operators) {
      const forms = formsOf(operator, width, cost, shareRoof)
      const isExchange = operator.idle.kind === 'collective'
      const sum = weightedSum(forms)
      const alike = bySum.get(sum) ?? []
      const found = alike.find((row) => row.isExchange === isExchange && areEqual(row.forms, forms))
      if (found) {
        found.repeat += group.repeat
        continue
      }
      const row = { repeat: group.repeat, isExchange, forms }
      rows.push(row)
      if (alike.push(row) === 1) bySum.set(sum, alike)
    }
  }
  const busy = rows.filter((row) => row.forms.some((x) => x !== 0))
  return [...busy.filter((row) => !row.isExchange), ...busy.filter((row) => row.isExchange)]
}

/** Sparse rows: per form a constant and (feature, coefficient) pairs, flattened for the evaluator. */
interface Flat {
  readonly count: number
  readonly repeat: Float64Array
  readonly constants: Float64Array
  readonly starts: Int32Array
  readonly features: Int32Array
  readonly coefficients: Float64Array
  /** Whether anything leaves the accelerator. */
  readonly sends: boolean
  /** Rows from here on are exchanges. */
  readonly firstExchange: number
}

/** Lays the nonzero coefficients out flat. */
function flatten(rows: readonly Row[], numFeatures: number): Flat {
  const width = 1 + numFeatures
  const starts: number[] = [0]
  const features: number[] = []
  const coefficients: number[] = []
  const constants: number[] = []
  for (const row of rows) {
    for (let form = 0; form < FORMS; form++) {
      constants.push(row.forms[form * width] as number)
      for (let f = 0; f < numFeatures; f++) {
        const coefficient = row.forms[form * width + 1 + f] as number
        if (coefficient === 0) continue
        features.push(f)
        coefficients.push(coefficient)
      }
      starts.push(features.length)
    }
  }
  return {
    count: rows.length,
    repeat: Float64Array.from(rows, (row) => row.repeat),
    constants: Float64Array.from(constants),
    starts: Int32Array.from(starts),
    features: Int32Array.from(features),
    coefficients: Float64Array.from(coefficients),
    sends: rows.some((row) => row.forms.some((x, i) => i >= LINK * width && x !== 0)),
    firstExchange: rows.filter((row) => !row.isExchange).length,
  }
}

/** Value of one form of one operator at these features. */
function formAt(flat: Flat, slot: number, values: Float64Array): number {
  let s = flat.constants[slot] as number
  const end = flat.starts[slot + 1] as number
  for (let j = flat.starts[slot] as number; j < end; j++) {
    s += (flat.coefficients[j] as number) * (values[flat.features[j] as number] as number)
  }
  return s
}

/** Seconds of rows `from` to `to`. */
function rowsAt(flat: Flat, values: Float64Array, from: number, to: number): number {
  let total = 0
  for (let row = from, slot = from * FORMS; row < to; row++, slot += FORMS) {
    const matrix = formAt(flat, slot, values)
    const vector = formAt(flat, slot + 1, values)
    const memory = formAt(flat, slot + 2, values)
    const link = flat.sends ? formAt(flat, slot + 3, values) : 0
    total += (flat.repeat[row] as number) * Math.max(matrix, vector, memory, link)
  }
  return total
}

const stepAt = (flat: Flat, values: Float64Array): number => rowsAt(flat, values, 0, flat.count)

const sidesAt = (flat: Flat, values: Float64Array): Sides => ({
  computeS: rowsAt(flat, values, 0, flat.firstExchange),
  exchangeS: rowsAt(flat, values, flat.firstExchange, flat.count),
})

/**
 * A template and its cost as affine forms in flat arrays: seconds of any step without building its operators again.
 * Throws `MissingPeak` where the cost has no roof for an operator's formats.
 */
export function compileStep(template: Template, cost: CostModel): CompiledStep {
  const used = template.main.features
  const flat = flatten(rowsOf(template, cost), used.length)
  const { tile } = template.setting
  const values = new Float64Array(used.length)
  const step: { groups: readonly StepGroup[] } = { groups: [] }
  const fill = (into: Float64Array, groups: readonly StepGroup[]) => {
    step.groups = groups
    for (let f = 0; f < used.length; f++) into[f] = featureOf(used[f] as Feature, step, tile)
  }
  const sides = (groups: readonly StepGroup[]): Sides => {
    fill(values, groups)
    return sidesAt(flat, values)
  }
  const timeS = (groups: readonly StepGroup[]) => {
    const halves = cost.overlapsExchange ? halvesOf(groups) : undefined
    if (!halves) {
      fill(values, groups)
      return stepAt(flat, values)
    }
    return stepSeconds(sides(groups), [sides(halves[0]), sides(halves[1])])
  }
  const decodeGroup = (sequences: number, contextTokens: number, sourceTokens: number): StepGroup[] => [
    { sequences, newTokens: 1, contextTokens, sourceTokens },
  ]
  const low = new Float64Array(used.length)
  const middle = new Float64Array(used.length)
  const high = new Float64Array(used.length)

  /** Whether every feature is a straight line from `low` to `high`, and every operator keeps its binding form. */
  const isStraight = (fraction: number): boolean => {
    for (let f = 0; f < used.length; f++) {
      const a = low[f] as number
      const b = high[f] as number
      const line = a + (b - a) * fraction
      if (Math.abs(line - (middle[f] as number)) > 1e-12 * Math.abs(line)) return false
    }
    for (let row = 0, slot = 0; row < flat.count; row++, slot += FORMS) {
      let holds = false
      for (let form = 0; form < FORMS && !holds; form++) {
        holds = true
        for (let other = 0; other < FORMS && holds; other++) {
          if (other === form) continue
          holds =
            formAt(flat, slot + form, low) >= formAt(flat, slot + other, low) &&
            formAt(flat, slot + form, high) >= formAt(flat, slot + other, high)
        }
      }
      if (!holds) return false
    }
    return true
  }

  /**
   * Steps at contexts from, from + stride, …, `steps` of them. A straight run sums as a trapezoid; any other is halved, and
   * so are steps of two halves, which change sides where they like.
   */
  const sumRun = (sequences: number, from: number, steps: number, stride: number, source: number): number => {
    if (steps <= 3) {
      let total = 0
      for (let i = 0; i < steps; i++) total += timeS(decodeGroup(sequences, from + i * stride, source))
      return total
    }
    const half = Math.floor((steps - 1) / 2)
    fill(low, decodeGroup(sequences, from, source))
    fill(middle, decodeGroup(sequences, from + half * stride, source))
    fill(high, decodeGroup(sequences, from + (steps - 1) * stride, source))
    if (!cost.overlapsExchange && isStraight(half / (steps - 1)))
      return (steps * (stepAt(flat, low) + stepAt(flat, high))) / 2
    const after = from + (half + 1) * stride
    return (
      sumRun(sequences, from, half + 1, stride, source) + sumRun(sequences, after, steps - half - 1, stride, source)
    )
  }

  const stride = commonStride(used)
  const chunk = smallestChunk(used)

  /** Exact: no step is left out or sampled. Runs end where a chunk does, and take every `stride`-th context. */
  const sumDecodeS = (sequences: number, from: number, to: number, sourceTokens = 0): number => {
    let total = 0
    for (let at = from; at <= to; ) {
      const end = Math.min(to, chunk === undefined ? to : (Math.floor(at / chunk) + 1) * chunk - 1)
      for (let first = at; first < Math.min(at + stride, end + 1); first++) {
        total += sumRun(sequences, first, Math.floor((end - first) / stride) + 1, stride, sourceTokens)
      }
      at = end + 1
    }
    return total
  }

  return { timeS, sumDecodeS, size: { operators: flat.count, features: used.length } }
}
