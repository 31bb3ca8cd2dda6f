/**
 * DIM: the model in another shape: fewer layers, heads or neurons, a narrower hidden size, or a student in its place. Every
 * operator is built anew from the new shape. Heads stay whole (query heads in whole groups per key/value head), sizes are
 * rounded to whole numbers; experts keep their count, their width goes with the feed-forward factor.
 */
import type { Ffn, Layer, Mixer, ModelSpec } from '../../architecture/model.ts'
import { ok } from '../../units/result.ts'
import { modelNamed, primitiveOf, type Readings, remarked } from './readings.ts'
import { isAmong, withModel } from './reshape.ts'

interface Factors {
  readonly depth: number
  readonly hidden: number
  readonly heads: number
  readonly kvHeads: number
  readonly ffn: number
  readonly crossLayerShare: number
}

const whole = (x: number) => Math.max(1, Math.round(x))

/** Query and key/value heads: in proportion, groups kept whole; or as many key/value heads as asked for. */
function headsOf(q: number, kv: number, { heads, kvHeads }: Factors) {
  if (kvHeads > 0) {
    const keys = Math.min(kvHeads, q)
    return { numKvHeads: keys, numQHeads: keys * whole((q * heads) / keys) }
  }
  if (heads === 1) return { numQHeads: q, numKvHeads: kv }
  const keys = whole(kv * heads)
  return { numKvHeads: keys, numQHeads: keys * whole((q * heads) / keys) }
}

function mixerIn(mixer: Mixer, f: Factors): Mixer {
  switch (mixer.kind) {
    case 'attention':
      return {
        ...mixer,
        ...headsOf(mixer.numQHeads, mixer.numKvHeads, f),
        ...(mixer.inputSize ? { inputSize: whole(mixer.inputSize * f.hidden) } : {}),
      }
    case 'mla':
    case 'compressed':
      return { ...mixer, numQHeads: whole(mixer.numQHeads * f.heads) }
    case 'linear': {
      const values = whole(mixer.numValueHeads * f.heads)
      const keys = mixer.numKeyHeads === mixer.numValueHeads ? values : whole(mixer.numKeyHeads * f.heads)
      return { ...mixer, numKeyHeads: keys, numValueHeads: values }
    }
    default: {
      const heads = mixer.numHeads > 0 ? whole(mixer.numHeads * f.heads) : 0
      const perHead = heads > 0 ? mixer.innerSize / mixer.numHeads : 1
      return { ...mixer, numHeads: heads, innerSize: heads > 0 ? heads * perHead : whole(mixer.innerSize * f.heads) }
    }
  }
}

function ffnIn(ffn: Ffn, factor: number): Ffn {
  if (ffn.kind === 'dense') return { ...ffn, intermediateSize: whole(ffn.intermediateSize * factor) }
  return {
    ...ffn,
    expertIntermediateSize: whole(ffn.expertIntermediateSize * factor),
    ...(ffn.sharedIntermediateSize ? { sharedIntermediateSize: whole(ffn.sharedIntermediateSize * factor) } : {}),
    ...(ffn.denseBeside ? { denseBeside: ffnIn(ffn.denseBeside, factor) as typeof ffn.denseBeside } : {}),
  }
}

function layerIn(layer: Layer, f: Factors): Layer {
  return {
    ...layer,
    ...(layer.mixer ? { mixer: mixerIn(layer.mixer, f) } : {}),
    ...(layer.cross && f.heads !== 1
      ? { cross: { ...layer.cross, ...headsOf(layer.cross.numQHeads, layer.cross.numKvHeads, f) } }
      : {}),
    ...(layer.ffn ? { ffn: ffnIn(layer.ffn, f.ffn) } : {}),
  }
}

/** Layers at even distances through the stack, first and last among them. */
function depthOrder(order: readonly number[], depth: number): number[] {
  const count = whole(order.length * depth)
  if (count === order.length) return [...order]
  return Array.from({ length: count }, (_, i) => {
    const at = count === 1 ? order.length - 1 : Math.round((i * (order.length - 1)) / (count - 1))
    return order[at] as number
  })
}

function shaped(model: ModelSpec, f: Factors): ModelSpec {
  const { stack, embedding, measuredWeights: _, ...rest } = model
  const hiddenSize = whole(stack.hiddenSize * f.hidden)
  let kinds = stack.kinds.map((kind) => layerIn(kind, f))
  let order = depthOrder(stack.order, f.depth)
  if (f.crossLayerShare < 1) {
    // Every kind with cross-attention gets a twin without it.
    const twins = kinds.map(({ cross: _cross, ...kind }) => kind)
    const count = kinds.length
    kinds = [...kinds, ...twins]
    order = order.map((kind, i) => (kinds[kind]?.cross && !isAmong(f.crossLayerShare, i) ? kind + count : kind))
  }
  const table = embedding && embedding.size === stack.hiddenSize ? { ...embedding, size: hiddenSize } : embedding
  return { ...rest, ...(table ? { embedding: table } : {}), stack: { ...stack, hiddenSize, kinds, order } }
}

function factorsOf(values: Readings): Factors {
  const share = values.number('parameterShare')
  return {
    depth: values.number('depth'),
    hidden: values.number('hidden'),
    heads: values.number('heads') * share,
    kvHeads: values.number('kvHeads'),
    ffn: values.number('ffn') * share,
    crossLayerShare: values.number('crossLayerShare'),
  }
}

const isPlain = (f: Factors) =>
  f.depth === 1 && f.hidden === 1 && f.heads === 1 && f.kvHeads === 0 && f.ffn === 1 && f.crossLayerShare === 1

export const DIM = primitiveOf(
  'DIM',
  'Shape change',
  'shape',
  'Factors on depth, hidden size, heads and feed-forward width, or a student: every operator from the new shape',
  (plan, values) => {
    const student = values.text('student')
    let next = plan
    if (student !== '' && student !== plan.scenario.model.id) {
      const model = modelNamed('DIM.student', student)
      if (!model.ok) return model
      next = remarked(
        { ...plan, scenario: { ...plan.scenario, model: model.value } },
        'DIM',
        `${model.value.name} answers in the place of ${plan.scenario.model.name}`,
      )
    }
    const factors = factorsOf(values)
    if (isPlain(factors)) return ok(next)
    return ok(withModel(next, `DIM ${JSON.stringify(factors)}`, (model) => shaped(model, factors)))
  },
)
