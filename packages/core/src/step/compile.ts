/**
 * Step time, compiled: every operator's matrix work, vector work and bytes are affine in the features of a pass
 * (`architecture/pass.ts`), so a network on an accelerator is a table of coefficients, in seconds per feature. A step is
 * priced by computing its features and taking, per operator, the largest of three forms. No allocation per step.
 *
 * The coefficients are not written down a second time: the operators' own builders are called with one feature at a time
 * set to one (`ProbePass`). `reference.ts` is the readable equal.
 */
import type { AttentionShape, StepGroup, TileFacts } from '../architecture/extent.ts'
import { attendedPairs, tiledKeys, visibleKeys } from '../architecture/extent.ts'
import type { Formats } from '../architecture/formats.ts'
import { type KernelSetting, type Network, networkOperators, type OperatorGroup } from '../architecture/network.ts'
import { type Counts, type CrossCounts, type Extent, expectedTouched, inPart, type Part, type Pass } from '../architecture/pass.ts'
import { type CostModel, operatorBytes } from '../cost/roofline.ts'

/** One feature: how to compute it from the groups of a step. */
type Feature =
  | { readonly kind: 'tokens' | 'sequences' | 'present'; readonly part: Part }
  | { readonly kind: 'logits' | 'crossPairs' | 'crossKeys' | 'crossNewKeys' | 'crossPresent' }
  | { readonly kind: 'pairs' | 'square' | 'keys' | 'tiledKeys'; readonly shape: AttentionShape; readonly part: Part }
  | { readonly kind: 'touched'; readonly numExperts: number; readonly topK: number }

/** The features that a network's operators ask for, in the order first asked. */
class FeatureTable {
  readonly features: Feature[] = []
  readonly #index = new Map<string, number>()
  /** Values handed to the builders while probing: all zero but one. */
  lit = -1

  value(key: string, feature: Feature): number {
    let at = this.#index.get(key)
    if (at === undefined) {
      at = this.features.length
      this.#index.set(key, at)
      this.features.push(feature)
    }
    return at === this.lit ? 1 : 0
  }
}

function probePass(table: FeatureTable, network: Network, setting: KernelSetting, formats: Formats): Pass {
  const counts = (part: Part): Counts => ({
    tokens: table.value(`tokens/${part}`, { kind: 'tokens', part }),
    sequences: table.value(`sequences/${part}`, { kind: 'sequences', part }),
  })
  const all = counts('all')
  const extent = (shape: AttentionShape, part: Part = 'all'): Extent => {
    const of = JSON.stringify([shape.pattern, shape.queryHeadsPerKvHead, shape.keyValueBytes, shape.queryBytes, part])
    return {
      pairs: table.value(`pairs/${of}`, { kind: 'pairs', shape, part }),
      square: table.value(`square/${of}`, { kind: 'square', shape, part }),
      keys: table.value(`keys/${of}`, { kind: 'keys', shape, part }),
      tiledKeys: table.value(`tiled/${of}`, { kind: 'tiledKeys', shape, part }),
    }
  }
  const cross: CrossCounts = {
    pairs: table.value('cross/pairs', { kind: 'crossPairs' }),
    keys: table.value('cross/keys', { kind: 'crossKeys' }),
    newKeys: table.value('cross/new', { kind: 'crossNewKeys' }),
    present: table.value('cross/present', { kind: 'crossPresent' }),
  }
  return {
    tokens: all.tokens,
    sequences: all.sequences,
    logitTokens: table.value('logits', { kind: 'logits' }),
    cross,
    part: (part) => (part === 'all' ? all : counts(part)),
    present: (part) => table.value(`present/${part}`, { kind: 'present', part }),
    extent,
    touched: (numExperts, topK) =>
      table.value(`touched/${numExperts}/${topK}`, { kind: 'touched', numExperts, topK }),
    formats,
    kernel: setting.kernel,
    convention: network.convention,
  }
}

function featureOf(feature: Feature, groups: readonly StepGroup[], tile: TileFacts): number {
  let total = 0
  for (const g of groups) {
    const n = g.sequences
    switch (feature.kind) {
      case 'tokens':
        if (inPart(g, feature.part)) total += n * g.newTokens
        break
      case 'sequences':
        if (inPart(g, feature.part)) total += n
        break
      case 'present':
        if (inPart(g, feature.part) && n > 0) total = 1
        break
      case 'logits':
        total += n
        break
      case 'crossPairs':
        total += n * g.newTokens * (g.sourceTokens ?? 0)
        break
      case 'crossKeys':
        total += n * (g.sourceTokens ?? 0)
        break
      case 'crossNewKeys':
        total += n * (g.newSourceTokens ?? 0)
        break
      case 'crossPresent':
        if (n * (g.newSourceTokens ?? 0) > 0) total = 1
        break
      case 'pairs':
        if (inPart(g, feature.part)) total += n * attendedPairs(feature.shape.pattern, g.newTokens, g.contextTokens)
        break
      case 'square':
        if (inPart(g, feature.part)) total += n * g.newTokens * visibleKeys(feature.shape.pattern, g.newTokens, g.contextTokens)
        break
      case 'keys':
        if (inPart(g, feature.part)) total += n * visibleKeys(feature.shape.pattern, g.newTokens, g.contextTokens)
        break
      case 'tiledKeys':
        if (inPart(g, feature.part)) total += n * tiledKeys(feature.shape, g.newTokens, g.contextTokens, tile)
        break
      case 'touched':
        total += n * g.newTokens
        break
    }
  }
  return feature.kind === 'touched' ? expectedTouched(feature.numExperts, feature.topK, total) : total
}

/** Forms of one operator: constant and coefficients, in seconds. */
interface Row {
  readonly repeat: number
  readonly forms: Float64Array
}

const FORMS = 3

export interface CompiledStep {
  /** Seconds of one step of the answering stack (embedding and head included; encoder and towers not). */
  timeS(groups: readonly StepGroup[]): number
  /** Σ of the decode steps of `sequences` sequences whose contexts run from `from` to `to` cached tokens, both included. */
  sumDecodeS(sequences: number, from: number, to: number, sourceTokens?: number): number
  /** Distinct operators and features, for people who wonder. */
  readonly size: { readonly operators: number; readonly features: number }
}

function secondsOf(group: OperatorGroup, i: number, cost: CostModel, shareRoof: boolean): [number, number, number] {
  const o = group.operators[i]
  if (!o) return [0, 0, 0]
  const rates = cost.rates(o.operands)
  return shareRoof
    ? [(o.flop + o.vectorFlop) / rates.matrixFlopPerS, 0, operatorBytes(o) / rates.bandwidthBytePerS]
    : [o.flop / rates.matrixFlopPerS, o.vectorFlop / rates.vectorFlopPerS, operatorBytes(o) / rates.bandwidthBytePerS]
}

/** Coefficients of every operator, equal operators merged. */
function probeRows(network: Network, setting: KernelSetting, cost: CostModel, table: FeatureTable): Row[] {
  const shareRoof = !network.convention.vectorRoof
  const build = (lit: number) => {
    table.lit = lit
    return networkOperators(network, { step: { groups: [] } }, (_, formats) => probePass(table, network, setting, formats))
  }
  const constant = build(-1)
  const probes = table.features.map((_, feature) => build(feature))
  const width = 1 + probes.length
  const rows = new Map<string, { repeat: number; forms: Float64Array }>()
  constant.forEach((group, g) => {
    group.operators.forEach((_, i) => {
      const forms = new Float64Array(FORMS * width)
      const base = secondsOf(group, i, cost, shareRoof)
      base.forEach((s, form) => {
        forms[form * width] = s
      })
      probes.forEach((probe, feature) => {
        const lit = secondsOf(probe[g] as OperatorGroup, i, cost, shareRoof)
        lit.forEach((s, form) => {
          forms[form * width + 1 + feature] = s - (base[form] as number)
        })
      })
      const key = forms.join()
      const found = rows.get(key)
      if (found) found.repeat += group.repeat
      else rows.set(key, { repeat: group.repeat, forms })
    })
  })
  return [...rows.values()].filter((row) => row.forms.some((x) => x !== 0))
}

/** Sparse rows: per form a constant and (feature, coefficient) pairs, flattened for the evaluator. */
interface Flat {
  readonly count: number
  readonly repeat: Float64Array
  readonly constants: Float64Array
  readonly starts: Int32Array
  readonly features: Int32Array
  readonly coefficients: Float64Array
}

/** Keeps the features that any operator depends on, and lays the coefficients out flat. */
function flatten(rows: readonly Row[], table: FeatureTable): { flat: Flat; used: Feature[] } {
  const width = 1 + table.features.length
  const isUsed = table.features.map((_, f) =>
    rows.some((row) => [0, 1, 2].some((form) => row.forms[form * width + 1 + f] !== 0)),
  )
  const place = new Map<number, number>()
  const used = table.features.filter((_, f) => {
    if (isUsed[f]) place.set(f, place.size)
    return isUsed[f]
  })
  const starts: number[] = [0]
  const features: number[] = []
  const coefficients: number[] = []
  const constants: number[] = []
  for (const row of rows) {
    for (let form = 0; form < FORMS; form++) {
      constants.push(row.forms[form * width] as number)
      for (const [f, at] of place) {
        const coefficient = row.forms[form * width + 1 + f] as number
        if (coefficient === 0) continue
        features.push(at)
        coefficients.push(coefficient)
      }
      starts.push(features.length)
    }
  }
  const flat = {
    count: rows.length,
    repeat: Float64Array.from(rows, (row) => row.repeat),
    constants: Float64Array.from(constants),
    starts: Int32Array.from(starts),
    features: Int32Array.from(features),
    coefficients: Float64Array.from(coefficients),
  }
  return { flat, used }
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

function stepAt(flat: Flat, values: Float64Array): number {
  let total = 0
  for (let row = 0, slot = 0; row < flat.count; row++, slot += FORMS) {
    const matrix = formAt(flat, slot, values)
    const vector = formAt(flat, slot + 1, values)
    const memory = formAt(flat, slot + 2, values)
    const compute = matrix > vector ? matrix : vector
    total += (flat.repeat[row] as number) * (compute > memory ? compute : memory)
  }
  return total
}

/** Patterns whose decode features are piecewise linear in the context, so that sums have closed forms. */
function isPiecewiseLinear(feature: Feature): boolean {
  if (!('shape' in feature)) return true
  const { kind } = feature.shape.pattern
  return kind !== 'chunked' && kind !== 'compressed'
}

export function compileStep(network: Network, setting: KernelSetting, cost: CostModel): CompiledStep {
  const table = new FeatureTable()
  const rows = probeRows(network, setting, cost, table)
  const { flat, used } = flatten(rows, table)
  const { tile } = setting
  const values = new Float64Array(used.length)
  const fill = (into: Float64Array, groups: readonly StepGroup[]) => {
    for (let f = 0; f < used.length; f++) into[f] = featureOf(used[f] as Feature, groups, tile)
  }
  const timeS = (groups: readonly StepGroup[]) => {
    fill(values, groups)
    return stepAt(flat, values)
  }
  const closedForm = used.every(isPiecewiseLinear)

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

  /** A straight segment sums as a trapezoid; any other is halved. Exact: no step is left out or sampled. */
  const sumSegment = (sequences: number, from: number, to: number, source: number): number => {
    const steps = to - from + 1
    if (steps <= 3) {
      let total = 0
      for (let c = from; c <= to; c++) total += timeS(decodeGroup(sequences, c, source))
      return total
    }
    const half = Math.floor((from + to) / 2)
    fill(low, decodeGroup(sequences, from, source))
    fill(middle, decodeGroup(sequences, half, source))
    fill(high, decodeGroup(sequences, to, source))
    if (isStraight((half - from) / (to - from))) return (steps * (stepAt(flat, low) + stepAt(flat, high))) / 2
    return sumSegment(sequences, from, half, source) + sumSegment(sequences, half + 1, to, source)
  }

  const sumDecodeS = (sequences: number, from: number, to: number, sourceTokens = 0): number => {
    if (to < from) return 0
    if (closedForm) return sumSegment(sequences, from, to, sourceTokens)
    let total = 0
    for (let c = from; c <= to; c++) total += timeS(decodeGroup(sequences, c, sourceTokens))
    return total
  }

  return { timeS, sumDecodeS, size: { operators: flat.count, features: used.length } }
}
