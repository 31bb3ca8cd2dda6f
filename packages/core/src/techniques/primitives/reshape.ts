/**
 * What primitives of the model side share: changing layers of a model, and adding rewrites. Changed models are remembered
 * by the model they came from and a key that says everything about the change, so that equal plans share one object.
 */
import type { Attention, LatentAttention, Layer, Mixer, ModelSpec } from '../../architecture/model.ts'
import type { Rewrite } from '../../architecture/network.ts'
import type { Operator } from '../../architecture/operator.ts'
import type { Pass } from '../../architecture/pass.ts'
import { intern } from '../intern.ts'
import type { Plan } from '../plan.ts'

const changed = new WeakMap<ModelSpec, Map<string, ModelSpec>>()
const MOST = 2000

/** The plan with a changed model. */
export function withModel(plan: Plan, key: string, change: (model: ModelSpec) => ModelSpec): Plan {
  const { scenario } = plan
  const { model } = scenario
  let own = changed.get(model)
  if (!own || own.size > MOST) {
    own = new Map()
    changed.set(model, own)
  }
  let next = own.get(key)
  if (!next) {
    next = change(model)
    own.set(key, next)
  }
  return next === model ? plan : { ...plan, scenario: { ...scenario, model: next } }
}

export function withRewrite(plan: Plan, key: string, make: () => Rewrite): Plan {
  const { scenario } = plan
  return { ...plan, scenario: { ...scenario, rewrites: [...(scenario.rewrites ?? []), intern(key, make)] } }
}

/** A rewrite of the answering stack's layers, operator by operator; one operator may become several, or none. */
export function layerRewrite(change: (operator: Operator, pass: Pass) => Operator | readonly Operator[]): Rewrite {
  return (group, pass) =>
    group.part === 'layer' ? { ...group, operators: group.operators.flatMap((o) => change(o, pass)) } : group
}

/** Groups of layers, with their operators replaced as a whole. */
export function wholeLayerRewrite(change: (...of: Parameters<Rewrite>) => readonly Operator[]): Rewrite {
  return (group, pass, under) => (group.part === 'layer' ? { ...group, operators: change(group, pass, under) } : group)
}

/** Whether layer i of n is among a share of them that is spread evenly, the last one first. */
export function isAmong(share: number, i: number): boolean {
  return Math.floor((i + 1) * share + 1e-9) > Math.floor(i * share + 1e-9)
}

/**
 * The model with a share of its layers changed: of those that `change` can change (returns another object for), spread
 * evenly over the stack. The same object when none is.
 */
export function changeLayers(model: ModelSpec, share: number, change: (layer: Layer) => Layer): ModelSpec {
  const { stack } = model
  const kinds: Layer[] = [...stack.kinds]
  const become = stack.kinds.map((kind) => change(kind))
  const at = new Map<number, number>()
  let able = 0
  const order = stack.order.map((kind) => {
    const next = become[kind]
    if (!next || next === stack.kinds[kind] || !isAmong(share, able++)) return kind
    let index = at.get(kind)
    if (index === undefined) {
      index = kinds.push(next) - 1
      at.set(kind, index)
    }
    return index
  })
  return at.size === 0 ? model : { ...model, stack: { ...stack, kinds, order } }
}

/** Mixers that keep keys and values of every token. */
type FullAttention = (Attention | LatentAttention) & { readonly pattern: { readonly kind: 'causal' } }

export function isFullAttention(mixer: Mixer | undefined): mixer is FullAttention {
  return (mixer?.kind === 'attention' || mixer?.kind === 'mla') && mixer.pattern.kind === 'causal'
}

/** Bytes of one parameter of an operator that holds some. */
export function bytesPerParameter(o: Operator): number {
  return o.parameters > 0 ? o.storedBytes / o.parameters : 0
}

/** Products with weights of their own. */
export function isProduct(o: Operator): boolean {
  return (o.kind === 'gemm' || o.kind === 'grouped-gemm') && o.parameters > 0
}

/** Scales everything a pass does and moves, and leaves what is held. */
export function scaleWork(o: Operator, factor: number): Partial<Operator> {
  return {
    flop: o.flop * factor,
    vectorFlop: o.vectorFlop * factor,
    activationReadBytes: o.activationReadBytes * factor,
    activationWriteBytes: o.activationWriteBytes * factor,
    kvReadBytes: o.kvReadBytes * factor,
    kvWriteBytes: o.kvWriteBytes * factor,
    linkBytes: o.linkBytes * factor,
    shape: { ...o.shape, m: o.shape.m * factor },
  }
}
