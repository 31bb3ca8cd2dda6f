/**
 * Step time under a kernel-wise cost, compiled. Most kernels depend only on how many tokens and sequences a step brings,
 * so their sum is remembered by those counts; what is left to price in every step is attention, whose time follows the
 * contexts. `reference.ts` is the readable equal.
 */
import type { StepGroup } from '../architecture/extent.ts'
import { SHORT_TOKENS } from '../architecture/pass.ts'
import type { Price, Pricer } from '../cost/pricing/price.ts'
import { stackedColumns } from '../cost/pricing/stack.ts'
import { type CostModel, type Rates, type Sides, stepSeconds } from '../cost/roofline.ts'
import type { EngineTime } from '../engine/profile.ts'
import { type CompiledStep, compileStep } from './compile.ts'
import { type Feature, featureOf } from './features.ts'
import { halvesOf } from './halves.ts'
import { fillQuantities, type OperatorTemplate, quantityCount, type Template } from './template.ts'

interface Row {
  readonly repeat: number
  readonly template: OperatorTemplate
  readonly price: Price
  /** Under the roofs, for rewritten operators: they reach the share of the roofs that their plain kernel reaches. */
  readonly rates: Rates
}

/** Features that the counts of a step settle, whatever the contexts. */
function isCount(feature: Feature): boolean {
  return ['tokens', 'sequences', 'present', 'logits', 'touched'].includes(feature.kind)
}

/** What two operators must share to cost the same in every step. */
function rowKey(template: OperatorTemplate, columns: number): string {
  const { idle, plain } = template
  const formText = (of: OperatorTemplate) =>
    [of.constants, of.quantity, of.feature, of.coefficient].map((part) => part.join()).join(';')
  const work = `${formText(template)}/${plain ? formText(plain) : ''}`
  const fused = idle.name.endsWith('_add')
  return JSON.stringify([idle.kind, idle.kernel, idle.operands, idle.shape.k, columns, fused]) + work
}

/** Rows of the answering stack, equal operators of different layer kinds merged. */
function rowsOf(template: Template, cost: CostModel, pricer: Pricer): Row[] {
  const rows = new Map<string, { repeat: number; template: OperatorTemplate; price: Price; rates: Rates }>()
  for (const group of template.main.groups) {
    const columns = stackedColumns(group.operators.map((o) => o.idle))
    group.operators.forEach((operator, i) => {
      const { idle } = operator
      if (idle.kernel?.kind === 'within' || (columns[i] === 0 && idle.kind === 'gemm')) return
      const key = rowKey(operator, columns[i] as number)
      const found = rows.get(key)
      if (found) found.repeat += group.repeat
      else {
        const price = pricer.price(idle.plain ?? idle, columns[i] as number)
        rows.set(key, { repeat: group.repeat, template: operator, price, rates: cost.rates(idle) })
      }
    })
  }
  return [...rows.values()]
}

/** Features a row reads, its plain form's included. */
function featuresOf({ template }: Row): number[] {
  return [...template.feature, ...(template.plain?.feature ?? [])]
}

/** Whether an operator does nothing in a step without long groups. */
function isLongOnly(row: Row, features: readonly Feature[]): boolean {
  const own = featuresOf(row)
  if (row.price.byGroups || own.length === 0) return false
  return own.every((f) => {
    const feature = features[f] as Feature
    return 'part' in feature && feature.part === 'long'
  })
}

function hasLong(groups: readonly StepGroup[]): boolean {
  for (let i = 0; i < groups.length; i++) if ((groups[i] as StepGroup).newTokens > SHORT_TOKENS) return true
  return false
}

interface Memo {
  tokens: number
  short: number
  sequences: number
  shortSequences: number
  computeS: number
  exchangeS: number
}

const MEMO_SIZE = 1024

/** Steps sampled at most in a run of decode steps; their times change slowly with the context. */
const SAMPLES = 33

/** The compiled step of either kind of cost. */
export function compileFor(template: Template, cost: CostModel, engine?: EngineTime): CompiledStep {
  return cost.pricer ? compileKernelStep(template, cost, cost.pricer, engine) : compileStep(template, cost)
}

function compileKernelStep(template: Template, cost: CostModel, pricer: Pricer, engine?: EngineTime): CompiledStep {
  const { features } = template.main
  const { tile } = template.setting
  const rows = rowsOf(template, cost, pricer)
  const counted: Row[] = []
  const contextual: Row[] = []
  const longOnly: Row[] = []
  for (const row of rows) {
    const used = featuresOf(row).map((f) => features[f] as Feature)
    const settled = !row.price.byGroups && used.every(isCount)
    const kind = settled ? counted : isLongOnly(row, features) ? longOnly : contextual
    kind.push(row)
  }
  const needed = (of: readonly Row[]) => [
    ...new Set(of.filter((r) => !r.price.byGroups || r.template.plain).flatMap(featuresOf)),
  ]
  const countFeatures = needed(counted)
  const contextFeatures = needed(contextual)
  const longFeatures = needed(longOnly)
  const values = new Float64Array(features.length)
  const quantities = new Float64Array(quantityCount)
  const load = { rows: 0, flop: 0, vectorFlop: 0, bytes: 0, linkBytes: 0, share: 1 }
  const step: { groups: readonly StepGroup[] } = { groups: [] }
  const fill = (which: readonly number[], groups: readonly StepGroup[]) => {
    step.groups = groups
    for (let i = 0; i < which.length; i++) {
      const f = which[i] as number
      values[f] = featureOf(features[f] as Feature, step, tile)
    }
  }
  const loadFrom = (own: OperatorTemplate) => {
    fillQuantities(own, values, quantities)
    load.flop = quantities[0] as number
    load.vectorFlop = quantities[1] as number
    load.bytes =
      (quantities[2] as number) +
      (quantities[3] as number) +
      (quantities[4] as number) +
      (quantities[5] as number) +
      (quantities[6] as number)
    load.linkBytes = quantities[7] as number
    load.rows = quantities[8] as number
  }
  const idealS = (rates: Rates): number =>
    Math.max(
      load.flop / rates.matrixFlopPerS,
      load.vectorFlop / rates.vectorFlopPerS,
      load.bytes / rates.bandwidthBytePerS,
    )
  // Of the last `sum`: what exchanges took beside the kernels.
  let exchangeS = 0
  const sum = (of: readonly Row[], groups: readonly StepGroup[]): number => {
    let total = 0
    exchangeS = 0
    for (let i = 0; i < of.length; i++) {
      const { repeat, template: own, price, rates } = of[i] as Row
      let share = 1
      if (own.plain) {
        loadFrom(own)
        share = idealS(rates)
        loadFrom(own.plain)
        const before = idealS(rates)
        share = before > 0 ? share / before : 1
      } else if (!price.byGroups) loadFrom(own)
      load.share = share
      const seconds = repeat * share * price.seconds(load, groups)
      if (own.idle.kind === 'collective') exchangeS += seconds
      else total += seconds
    }
    return total
  }

  // Made when first needed: most networks of a ranking price a handful of steps.
  const memo = new Array<Memo | undefined>(MEMO_SIZE).fill(undefined)
  const settledBy = (groups: readonly StepGroup[]): Memo => {
    let tokens = 0
    let short = 0
    let sequences = 0
    let shortSequences = 0
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i] as StepGroup
      const own = group.sequences * group.newTokens
      tokens += own
      sequences += group.sequences
      if (group.newTokens <= SHORT_TOKENS) {
        short += own
        shortSequences += group.sequences
      }
    }
    const slot =
      (Math.imul(Math.trunc(tokens), 31) + Math.imul(Math.trunc(sequences), 7) + Math.trunc(short)) & (MEMO_SIZE - 1)
    let known = memo[slot]
    const holds =
      known !== undefined &&
      known.tokens === tokens &&
      known.short === short &&
      known.sequences === sequences &&
      known.shortSequences === shortSequences
    if (known && holds) return known
    if (!known) {
      known = { tokens: -1, short: 0, sequences: 0, shortSequences: 0, computeS: 0, exchangeS: 0 }
      memo[slot] = known
    }
    fill(countFeatures, groups)
    known.tokens = tokens
    known.short = short
    known.sequences = sequences
    known.shortSequences = shortSequences
    known.computeS = sum(counted, groups)
    known.exchangeS = exchangeS
    return known
  }

  const sides = (groups: readonly StepGroup[]): Sides => {
    const settled = settledBy(groups)
    fill(contextFeatures, groups)
    const { computeS: settledS, exchangeS: settledLinkS } = settled
    let computeS = settledS + sum(contextual, groups)
    let linkS = settledLinkS + exchangeS
    if (longOnly.length > 0 && hasLong(groups)) {
      fill(longFeatures, groups)
      computeS += sum(longOnly, groups)
      linkS += exchangeS
    }
    return { computeS, exchangeS: linkS }
  }

  const timeS = (groups: readonly StepGroup[]): number => {
    const halves = cost.overlapsExchange ? halvesOf(groups) : undefined
    const gpuS = stepSeconds(sides(groups), halves && [sides(halves[0]), sides(halves[1])])
    return engine ? engine.stepS(gpuS, groups) : gpuS
  }

  const group = { sequences: 1, newTokens: 1, contextTokens: 0, sourceTokens: 0 }
  const one: readonly StepGroup[] = [group]
  const decodeS = (sequences: number, contextTokens: number, source: number): number => {
    group.sequences = sequences
    group.contextTokens = contextTokens
    group.sourceTokens = source
    return timeS(one)
  }

  /** Every step when they are few; else a trapezoid over evenly spaced contexts. */
  const sumDecodeS = (sequences: number, from: number, to: number, sourceTokens = 0): number => {
    const steps = to - from + 1
    if (steps <= 0) return 0
    let total = 0
    if (steps <= SAMPLES) {
      for (let c = from; c <= to; c++) total += decodeS(sequences, c, sourceTokens)
      return total
    }
    const gap = (to - from) / (SAMPLES - 1)
    for (let i = 0; i < SAMPLES; i++) {
      const edge = i === 0 || i === SAMPLES - 1 ? 0.5 : 1
      total += edge * decodeS(sequences, from + i * gap, sourceTokens)
    }
    // The trapezoid spans steps − 1 gaps of one; the ends count half, so one more step is added at their mean.
    return total * gap + (decodeS(sequences, from, sourceTokens) + decodeS(sequences, to, sourceTokens)) / 2
  }

  return { timeS, sumDecodeS, size: { operators: rows.length, features: features.length } }
}
