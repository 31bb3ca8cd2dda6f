/**
 * A whole network as groups of operators: embedding, every layer kind with its count, final norm and head, encoder and
 * towers. One group's operators are of one instance; `repeat` counts the instances (layers of that kind and precision).
 */
import type { CacheTensor } from './cache.ts'
import type { Convention } from './convention.ts'
import { conditioning, embeddingOperators, headOperators } from './ends.ts'
import type { TileFacts } from './extent.ts'
import { type Formats, resolveFormats, uncached } from './formats.ts'
import type { GroupPart, OperatorGroup } from './group.ts'
import { layerCache, layerOperators, norm } from './layer.ts'
import type { CheckpointPrecision, Layer, ModelSpec, Stack, WeightClass } from './model.ts'
import { alter, linear, type Operator } from './operator.ts'
import { type AttentionKernel, type Pass, passOf, type Step } from './pass.ts'
import { frontEndOperator, towerOperators } from './tower.ts'

/** Layers of one kind and one precision. */
interface LayerSet {
  readonly layer: Layer
  readonly layers: readonly number[]
  readonly formats: Formats
}

/**
 * A change to the operators of one group, made while the group's pass is known (`Network.rewrites`): side modules, skipped
 * work, fused traffic, collectives. It must keep every operator's work and bytes affine in the features of the pass
 * (`pass.ts`): scale them by constants, add operators made from the pass, never branch on how many tokens there are. `under`
 * gives the same group, changed as far, in another pass (`Pass.union`): its quantities may take the place of these.
 */
export type Rewrite = (group: OperatorGroup, pass: Pass, under: (other: Pass) => OperatorGroup) => OperatorGroup

export interface PassView {
  readonly ranks: number
  see(pass: Pass): Pass
}

type WeightScale = { readonly [C in WeightClass]?: number }

/** A model made ready to count: layer kinds split by precision, formats resolved. */
export interface Network {
  readonly model: ModelSpec
  readonly precision: CheckpointPrecision
  readonly convention: Convention
  /** Formats outside the layers. */
  readonly formats: Formats
  /** Applied to every group in this order. */
  readonly rewrites: readonly Rewrite[]
  /** What one rank sees of a pass, where ranks share its tokens and keys; absent: all of it. */
  readonly view?: PassView
  readonly sets: readonly LayerSet[]
  readonly encoderSets: readonly LayerSet[]
}

function layerSets(stack: Stack, precision: CheckpointPrecision, convention: Convention, formats: Formats): LayerSet[] {
  const sets = new Map<string, { layer: Layer; layers: number[]; formats: Formats }>()
  stack.order.forEach((kind, index) => {
    const range = precision.layers?.findIndex((r) => index >= r.from && index <= r.to) ?? -1
    const key = `${kind}/${range}`
    const found = sets.get(key)
    if (found) {
      found.layers.push(index)
      return
    }
    const layer = stack.kinds[kind]
    if (!layer) throw new Error(`layer ${index} is of kind ${kind}, which the stack does not have`)
    const own = range < 0 ? formats : resolveFormats(precision, convention, index)
    sets.set(key, { layer, layers: [index], formats: own })
  })
  return [...sets.values()]
}

const withoutCache = (set: LayerSet): LayerSet => ({ ...set, formats: uncached(set.formats) })

export function networkOf(
  model: ModelSpec,
  precision: CheckpointPrecision,
  convention: Convention,
  rewrites: readonly Rewrite[] = [],
  view?: PassView,
): Network {
  const formats = resolveFormats(precision, convention)
  const encoder = model.encoder?.stack
  const sets = layerSets(model.stack, precision, convention, formats)
  const encoderSets = encoder ? layerSets(encoder, { ...precision, layers: [] }, convention, formats) : []
  const isCached = model.kind === 'decoder' || model.kind === 'encoder-decoder'
  return {
    model,
    precision,
    convention,
    formats,
    rewrites,
    ...(view ? { view } : {}),
    sets: isCached ? sets : sets.map(withoutCache),
    encoderSets: encoderSets.map(withoutCache),
  }
}

/** How each part of the network is stepped: the answering stack, and the encoder and towers when they run. */
export interface NetworkStep {
  readonly step: Step
  readonly encoder?: Step
  /** One step per tower of the model. */
  readonly towers?: readonly Step[]
}

export interface KernelSetting {
  readonly kernel: AttentionKernel
  readonly tile: TileFacts
}

/** Makes the pass of a step in given formats: direct (`passOf`), or a probe (`step/compile.ts`). */
export type PassMaker = (step: Step, formats: Formats) => Pass

export function passMaker(network: Network, setting: KernelSetting): PassMaker {
  const { convention } = network
  return (step, formats) => passOf(step, { ...setting, formats, convention })
}

/** Builds the operators of one layer: `layerOperators`, or what somebody remembers of it. */
export type LayerBuilder = (layer: Layer, pass: Pass, hidden: number) => readonly Operator[]

/** Makes the groups of one place in the network; whoever asks about single places need not build the others. */
export type GroupMaker = (makePass: PassMaker) => readonly OperatorGroup[]

/** Every place of the network that a step runs, in execution order. */
export function groupMakers(
  network: Network,
  steps: NetworkStep,
  buildLayer: LayerBuilder = layerOperators,
): GroupMaker[] {
  const { model, formats, view } = network
  const out: GroupMaker[] = []
  const rewritten = (
    group: OperatorGroup,
    pass: Pass,
    again: (other: Pass) => OperatorGroup,
  ): readonly OperatorGroup[] => {
    if (group.operators.length === 0) return []
    const { rewrites } = network
    const changed = (from: OperatorGroup, own: Pass, upTo: number): OperatorGroup => {
      let done = from
      for (let i = 0; i < upTo; i++) {
        done = (rewrites[i] as Rewrite)(done, own, (other) => changed(again(other), other, i))
      }
      return done
    }
    const done = changed(group, pass, rewrites.length)
    return [done === group ? done : withPlain(done, group)]
  }
  // What ranks share is the answering stack's tokens; encoder and towers take whole sources.
  const addTo =
    (seenBy: PassView | undefined): AddMaker =>
    (step, of, make) =>
      out.push((makePass) => {
        const whole = makePass(step, of)
        const pass = seenBy ? seenBy.see(whole) : whole
        return make(pass).flatMap((group, g) => rewritten(group, pass, (other) => make(other)[g] as OperatorGroup))
      })
  steps.towers?.forEach((step, i) => {
    const tower = model.towers[i]
    if (tower) addTo(undefined)(step, formats, (pass) => towerOperators(tower, pass))
  })
  if (model.encoder && steps.encoder) {
    encoderMakers(model.encoder, network, steps.encoder, buildLayer, addTo(undefined))
  }
  answeringMakers(network, steps.step, buildLayer, addTo(view))
  return out
}

type AddMaker = (step: Step, formats: Formats, make: (pass: Pass) => readonly OperatorGroup[]) => void

/** Every operator of one step, grouped, in execution order. */
export function networkOperators(network: Network, steps: NetworkStep, makePass: PassMaker): OperatorGroup[] {
  return groupMakers(network, steps).flatMap((make) => make(makePass))
}

/** Remembers what rewritten operators were, where the kernel that runs them is still the same. */
function withPlain(group: OperatorGroup, before: OperatorGroup): OperatorGroup {
  const originals = new Map(before.operators.map((o) => [o.name, o]))
  const operators = group.operators.map((o) => {
    const original = originals.get(o.name)
    if (!original || original === o || o.kernel === undefined || o.kernel !== original.kernel) return o
    const isSameShape = original.shape.k === o.shape.k && original.shape.n === o.shape.n
    // What travels is not the kernel's: a ring keeps its link bytes.
    return isSameShape ? { ...o, plain: { ...original, linkBytes: o.linkBytes } } : o
  })
  return { ...group, operators }
}

function single(part: GroupPart, name: string, operators: readonly Operator[]): OperatorGroup {
  return { part, name, repeat: 1, sharedWeights: false, operators }
}

function encoderMakers(
  encoder: NonNullable<ModelSpec['encoder']>,
  network: Network,
  step: Step,
  buildLayer: LayerBuilder,
  add: AddMaker,
): void {
  const { formats, encoderSets } = network
  const { stack, embedding, frontEnd } = encoder
  const hidden = stack.hiddenSize
  if (frontEnd) {
    add(step, formats, (pass) => [single('encoder', 'encoder front end', [frontEndOperator(frontEnd, pass, hidden)])])
  }
  if (embedding) {
    add(step, formats, (pass) => [
      single('encoder', 'encoder embedding', embeddingOperators(embedding, pass, hidden, 0)),
    ])
  }
  stackMakers('encoder', encoderSets, stack, step, buildLayer, add)
  const { finalNorm } = stack
  if (finalNorm) {
    add(step, formats, (pass) => [
      single('encoder', 'encoder norm', [norm(pass, 'encoder_norm', ['input'], finalNorm, pass.tokens, hidden)]),
    ])
  }
}

function answeringMakers(network: Network, step: Step, buildLayer: LayerBuilder, add: AddMaker): void {
  const { model, formats, convention } = network
  const { embedding, diffusion, stack } = model
  const hidden = stack.hiddenSize
  if (embedding && convention.smallOperators) {
    add(step, formats, (pass) => [
      single('embedding', 'embedding', embeddingOperators(embedding, pass, hidden, stack.order.length)),
    ])
  }
  if (diffusion && convention.smallOperators) {
    add(step, formats, (pass) => [
      single('embedding', 'patches and conditioning', conditioning(diffusion, pass, hidden)),
    ])
  }
  stackMakers('layer', network.sets, stack, step, buildLayer, add)
  add(step, formats, (pass) => [single('head', 'head', headOperators(model, pass))])
}

/** A rewrite that scales the weight bytes of classes, where a file's header says what its tensors really take. */
export function scaleWeights(scale: WeightScale): Rewrite {
  return (group) => {
    const operators = group.operators.map((o) => {
      const factor = scale[o.weightClass] ?? 1
      return factor === 1 ? o : alter(o, { weightBytes: o.weightBytes * factor, storedBytes: o.storedBytes * factor })
    })
    return { ...group, operators }
  }
}

function stackMakers(
  part: GroupPart,
  sets: readonly LayerSet[],
  stack: Stack,
  step: Step,
  buildLayer: LayerBuilder,
  add: AddMaker,
): void {
  for (const { layer, layers, formats } of sets) {
    add(step, formats, (pass) => [
      {
        part,
        name: layer.name,
        repeat: layers.length,
        sharedWeights: layer.sharedWeights ?? false,
        operators: buildLayer(layer, pass, stack.hiddenSize),
      },
    ])
  }
}

/** Extra-token prediction layers: held with the weights, not run in an ordinary step. */
export function mtpGroups(network: Network, makePass: PassMaker): OperatorGroup[] {
  const { mtp } = network.model
  if (!mtp) return []
  const hidden = network.model.stack.hiddenSize
  // A format for the class covers everything in the head, or its matrices take the formats of their own classes.
  const own = network.precision.classes?.mtp
  const precision: CheckpointPrecision = own ? { ...network.precision, weights: own, classes: {} } : network.precision
  const pass = makePass({ groups: [] }, resolveFormats(precision, network.convention))
  return mtp.layers.map((layer) => {
    const operators = layerOperators(layer, pass, hidden)
    if (mtp.joins) {
      operators.push(linear(pass, 'mtp_join', ['input'], 'mtp', 0, 2 * hidden, hidden))
      for (const name of ['mtp_norm_embed', 'mtp_norm_hidden', 'mtp_norm_out']) {
        operators.push(norm(pass, name, ['input'], layer.norm, 0, hidden))
      }
    }
    return { part: 'mtp', name: layer.name, repeat: 1, sharedWeights: false, operators }
  })
}

/** What the answering stack keeps between passes: per layer set, how many layers and which tensors. */
export function networkCache(
  network: Network,
): { readonly layers: number; readonly formats: Formats; readonly tensors: CacheTensor[] }[] {
  return network.sets.map((set) => ({
    layers: set.layers.length,
    formats: set.formats,
    tensors: layerCache(set.layer),
  }))
}
