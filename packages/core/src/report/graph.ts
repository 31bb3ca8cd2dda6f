/**
 * The network as a graph: one group per part of the model (embedding, every layer kind with its count, head, encoder,
 * towers), its operators as nodes, an edge wherever one reads what another wrote, and the order the layers come in.
 * Positions are the caller's; nothing here draws. Seconds of one instance, shares of the whole phase (all instances).
 *
 * The `request` phase is the prefill and every decode step of the answer, summed operator by operator: exactly under the
 * roofline, by a trapezoid over sampled contexts where kernels are priced.
 */
import type { GroupPart } from '../architecture/group.ts'
import type { Operator } from '../architecture/operator.ts'
import type { Range } from '../cost/pricing/price.ts'
import type { Bound } from '../cost/roofline.ts'
import { type Analysis, costGroups, type Phase } from '../scenario/analyze.ts'
import type { Bench } from '../scenario/bench.ts'
import { requestRange } from '../scenario/ranges.ts'
import { rankWorkload } from '../scenario/scenario.ts'
import { compileFor } from '../step/compileKernels.ts'
import { decodeStep, decodes, shownContext, sourceTokens } from '../step/phases.ts'
import { evaluate, type GroupTemplate, type Template } from '../step/template.ts'
import type { Ends } from '../units/interval.ts'

export type GraphPhase = 'prefill' | 'decode' | 'request'

export interface GraphNode {
  /** Unique in its group: the operator's name; `input` and `output` stand for the layer's own. */
  readonly id: string
  readonly kind: Operator['kind'] | 'port'
  readonly timeS: number
  /** Of the phase, all instances: 0 to 1. */
  readonly share: number
  /** Absent for ports. */
  readonly bound?: Bound
  /** Interval of the time, where kernels were priced, and its warnings. */
  readonly range?: Range
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
}

export interface GraphGroup {
  /** Place in the list of groups, stable as long as the model is the same. */
  readonly index: number
  readonly part: GroupPart
  readonly name: string
  readonly repeat: number
  readonly share: number
  /** Of all instances. */
  readonly timeS: number
  /** Where kernels were priced: the operators' own, as if they erred together. */
  readonly range?: Ends
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export interface NetworkGraph {
  readonly phase: GraphPhase
  readonly timeS: number
  /** Where kernels were priced. */
  readonly range?: Ends
  /**
   * Part of the time and of no operator: what the engine adds to the kernels, and how far a pipeline stretches them. Negative
   * where exchange and work overlap: so much of the operators is hidden.
   */
  readonly outsideS?: number
  readonly groups: readonly GraphGroup[]
  /** For every layer of the answering stack, the index of its group. */
  readonly layerOrder: readonly number[]
}

interface Cost {
  readonly timeS: number
  readonly bound: Bound
  readonly range?: Range | undefined
}

/** Seconds and bound of one instance of an operator in the phase; undefined when it does nothing there. */
type Costs = (group: number, name: string) => Cost | undefined

/** Every group of a template, in execution order; a group's index here is its name in links. */
export function templateGroups(template: Template): GroupTemplate[] {
  return [
    ...template.towers.flatMap((tower) => tower.groups),
    ...(template.encoder?.groups ?? []),
    ...template.main.groups,
  ]
}

/** The costs of an analysed phase, found by group and name; groups a phase leaves out are skipped in order. */
function phaseCosts(groups: readonly GroupTemplate[], phase: Phase): Costs {
  const found = new Map<string, Cost>()
  let at = 0
  groups.forEach((group, index) => {
    const own = phase.groups[at]
    if (!own || own.part !== group.part || own.name !== group.name || own.repeat !== group.repeat) return
    at++
    for (const { operator, cost } of own.operators) found.set(`${index}/${operator.name}`, cost)
  })
  return (group, name) => found.get(`${group}/${name}`)
}

/** Both intervals and both warnings. */
function sumRange(a: Range | undefined, b: Range | undefined): Range | undefined {
  if (!a || !b) return a ?? b
  return {
    low: a.low + b.low,
    high: a.high + b.high,
    borrowed: a.borrowed || b.borrowed,
    extrapolated: a.extrapolated || b.extrapolated,
  }
}

/** Decode steps sampled over the growing context where kernels are priced: their times change slowly. */
const SAMPLES = 9

/** Kernels of all decode steps, operator by operator: a trapezoid over sampled contexts. */
function sampledDecode(bench: Bench, groups: readonly GroupTemplate[], first: number, last: number): Costs {
  const { template, cost, scenario } = bench
  const rank = rankWorkload(scenario)
  const steps = last - first + 1
  const samples = Math.min(SAMPLES, steps)
  const parts = Array.from({ length: samples }, (_, i) => {
    const context = samples === 1 ? first : Math.round(first + ((last - first) * i) / (samples - 1))
    const step = decodeStep(scenario.model, rank, context)
    const costs = phaseCosts(groups, costGroups(template.network, cost, evaluate(template, step), step))
    const isEnd = i === 0 || i === samples - 1
    return { costs, weight: samples === 1 ? steps : (steps * (isEnd ? 0.5 : 1)) / (samples - 1) }
  })
  return (group, name) => {
    let sum: Cost | undefined
    for (const { costs, weight } of parts) {
      const own = costs(group, name)
      if (!own) continue
      const { range } = own
      const scaled = range ? { ...range, low: range.low * weight, high: range.high * weight } : undefined
      sum = { timeS: (sum?.timeS ?? 0) + own.timeS * weight, bound: own.bound, range: sumRange(sum?.range, scaled) }
    }
    return sum
  }
}

/** All decode steps under roofs alone: each operator compiled by itself and summed exactly. */
function exactDecode(bench: Bench, groups: readonly GroupTemplate[], first: number, last: number): Costs {
  const { template, cost, scenario } = bench
  const { batchSize } = rankWorkload(scenario)
  const source = sourceTokens(scenario.model, scenario.workload)
  return (index, name) => {
    const group = groups[index] as GroupTemplate
    const operator = group.operators.find((o) => o.idle.name === name)
    if (!operator) return undefined
    const alone = { ...group, repeat: 1, operators: [operator] }
    const compiled = compileFor({ ...template, main: { ...template.main, groups: [alone] } }, cost)
    return { timeS: compiled.sumDecodeS(batchSize, first, last, source), bound: 'memory' }
  }
}

/** Prefill plus all decode steps, each operator summed over the growing context. */
function requestCosts(bench: Bench, analysis: Analysis, groups: readonly GroupTemplate[]): Costs {
  const { template, cost, scenario } = bench
  const { model, workload } = scenario
  const prefill = phaseCosts(groups, analysis.prefill)
  const decode = analysis.decode ? phaseCosts(groups, analysis.decode) : undefined
  const first = shownContext(model, workload, template.network.convention)
  const last = first + (decodes(model) ? workload.outputTokens - 1 : 0) - 1
  const firstMain = groups.length - template.main.groups.length
  if (!decode || last < first) return prefill
  const steps = (cost.pricer ? sampledDecode : exactDecode)(bench, groups, first, last)
  return (index, name) => {
    const before = prefill(index, name)
    const after = index < firstMain ? undefined : steps(index, name)
    if (!after) return before
    const prefillS = before?.timeS ?? 0
    const timeS = prefillS + after.timeS
    if (timeS === 0) return undefined
    const bound = (after.timeS > prefillS ? decode(index, name)?.bound : before?.bound) ?? before?.bound ?? 'memory'
    return { timeS, bound, range: sumRange(before?.range, after.range) }
  }
}

/** Operators a phase leaves out are bridged: who reads them reads what they read. */
function sourcesOf(group: GroupTemplate, present: ReadonlySet<string>): Map<string, readonly string[]> {
  const resolved = new Map<string, readonly string[]>()
  const known = new Set(group.operators.map((o) => o.idle.name))
  for (const { idle } of group.operators) {
    const sources = new Set<string>()
    for (const name of idle.after) {
      if (present.has(name)) sources.add(name)
      else if (known.has(name)) for (const far of resolved.get(name) ?? ['input']) sources.add(far)
      else sources.add('input')
    }
    resolved.set(idle.name, [...sources])
  }
  return resolved
}

function groupEnds(costs: readonly Cost[], repeat: number): Ends {
  const sum = (end: keyof Ends) => costs.reduce((total, one) => total + (one.range?.[end] ?? one.timeS), 0)
  return { low: repeat * sum('low'), high: repeat * sum('high') }
}

function graphGroup(group: GroupTemplate, index: number, costs: Costs, phaseS: number): GraphGroup | undefined {
  const priced = group.operators.flatMap(({ idle }) => {
    const cost = costs(index, idle.name)
    return cost ? [{ idle, ...cost }] : []
  })
  if (priced.length === 0) return undefined
  const present = new Set(priced.map((o) => o.idle.name))
  const sources = sourcesOf(group, present)
  const edges: GraphEdge[] = []
  const read = new Set<string>()
  for (const { idle } of priced) {
    for (const from of sources.get(idle.name) ?? []) {
      edges.push({ from, to: idle.name })
      read.add(from)
    }
  }
  const ends = priced.filter((o) => !read.has(o.idle.name)).map((o) => ({ from: o.idle.name, to: 'output' }))
  const ofPhase = (timeS: number) => (phaseS > 0 ? (group.repeat * timeS) / phaseS : 0)
  const timeS = priced.reduce((sum, o) => sum + o.timeS, 0)
  const port = (id: string): GraphNode => ({ id, kind: 'port', timeS: 0, share: 0 })
  return {
    index,
    part: group.part,
    name: group.name,
    repeat: group.repeat,
    share: ofPhase(timeS),
    timeS: group.repeat * timeS,
    ...(priced.some((o) => o.range) ? { range: groupEnds(priced, group.repeat) } : {}),
    nodes: [
      port('input'),
      ...priced.map((o) => ({
        id: o.idle.name,
        kind: o.idle.kind,
        timeS: o.timeS,
        share: ofPhase(o.timeS),
        bound: o.bound,
        ...(o.range ? { range: o.range } : {}),
      })),
      port('output'),
    ],
    edges: [...edges, ...ends],
  }
}

export function networkGraph(bench: Bench, analysis: Analysis, phase: GraphPhase): NetworkGraph {
  const { template } = bench
  const groups = templateGroups(template)
  const shown = phase === 'decode' && analysis.decode ? analysis.decode : analysis.prefill
  const costs = phase === 'request' ? requestCosts(bench, analysis, groups) : phaseCosts(groups, shown)
  const timeS = phase === 'request' ? analysis.request.e2eS : shown.timeS
  const range = phase === 'request' ? requestRange(analysis) : shown.range
  const firstLayer = groups.findIndex((group) => group.part === 'layer')
  const layerOrder: number[] = []
  template.network.sets.forEach((set, i) => {
    for (const layer of set.layers) layerOrder[layer] = firstLayer + i
  })
  const drawn = groups.flatMap((group, index) => graphGroup(group, index, costs, timeS) ?? [])
  const insideS = drawn.reduce((sum, group) => sum + group.timeS, 0)
  return {
    phase,
    timeS,
    ...(range ? { range: { low: range.low, high: range.high } } : {}),
    ...(Math.abs(timeS - insideS) > 0.001 * timeS ? { outsideS: timeS - insideS } : {}),
    groups: drawn,
    layerOrder,
  }
}
