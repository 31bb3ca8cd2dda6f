/**
 * The network as a graph: one group per part of the model (embedding, every layer kind with its count, head, encoder,
 * towers), its operators as nodes, an edge wherever one reads what another wrote, and the order the layers come in.
 * Positions are the caller's; nothing here draws. Seconds of one instance, shares of the whole phase (all instances).
 *
 * The `request` phase is the prefill and every decode step of the answer, exactly summed operator by operator.
 */
import type { GroupPart } from '../architecture/network.ts'
import type { Operator } from '../architecture/operator.ts'
import type { Bound } from '../cost/roofline.ts'
import type { Analysis, Bench, Phase } from '../scenario/analyze.ts'
import { compileStep } from '../step/compile.ts'
import { decodes, shownContext, sourceTokens } from '../step/phases.ts'
import type { GroupTemplate, Template } from '../step/template.ts'

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
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export interface NetworkGraph {
  readonly phase: GraphPhase
  readonly timeS: number
  readonly groups: readonly GraphGroup[]
  /** For every layer of the answering stack, the index of its group. */
  readonly layerOrder: readonly number[]
}

/** Seconds and bound of one instance of an operator in the phase; undefined when it does nothing there. */
type Costs = (group: number, name: string) => { readonly timeS: number; readonly bound: Bound } | undefined

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
  const found = new Map<string, { timeS: number; bound: Bound }>()
  let at = 0
  groups.forEach((group, index) => {
    const own = phase.groups[at]
    if (!own || own.part !== group.part || own.name !== group.name || own.repeat !== group.repeat) return
    at++
    for (const { operator, cost } of own.operators) found.set(`${index}/${operator.name}`, cost)
  })
  return (group, name) => found.get(`${group}/${name}`)
}

/** Prefill plus all decode steps: each operator compiled alone and summed over the growing context. */
function requestCosts(bench: Bench, analysis: Analysis, groups: readonly GroupTemplate[]): Costs {
  const { template, cost, scenario } = bench
  const { model, workload } = scenario
  const prefill = phaseCosts(groups, analysis.prefill)
  const decode = analysis.decode ? phaseCosts(groups, analysis.decode) : undefined
  const first = shownContext(model, workload, template.network.convention)
  const last = first + (decodes(model) ? workload.outputTokens - 1 : 0) - 1
  const firstMain = groups.length - template.main.groups.length
  return (index, name) => {
    const before = prefill(index, name)
    const group = groups[index] as GroupTemplate
    const operator = group.operators.find((o) => o.idle.name === name)
    if (!operator || index < firstMain || !decode || last < first) return before
    const alone = { ...group, repeat: 1, operators: [operator] }
    const compiled = compileStep({ ...template, main: { ...template.main, groups: [alone] } }, cost)
    const decodeS = compiled.sumDecodeS(workload.batchSize, first, last, sourceTokens(model, workload))
    const prefillS = before?.timeS ?? 0
    const timeS = prefillS + decodeS
    if (timeS === 0) return undefined
    const bound = (decodeS > prefillS ? decode(index, name)?.bound : before?.bound) ?? before?.bound ?? 'memory'
    return { timeS, bound }
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
    nodes: [
      port('input'),
      ...priced.map((o) => ({
        id: o.idle.name,
        kind: o.idle.kind,
        timeS: o.timeS,
        share: ofPhase(o.timeS),
        bound: o.bound,
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
  const firstLayer = groups.findIndex((group) => group.part === 'layer')
  const layerOrder: number[] = []
  template.network.sets.forEach((set, i) => {
    for (const layer of set.layers) layerOrder[layer] = firstLayer + i
  })
  return {
    phase,
    timeS,
    groups: groups.flatMap((group, index) => graphGroup(group, index, costs, timeS) ?? []),
    layerOrder,
  }
}
