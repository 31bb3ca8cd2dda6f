/**
 * The model that one rank runs: heads, columns, experts and vocabulary divided by the layout; what is copied to every rank
 * (norms, routers, MLA latents, KV heads beyond their number) stays whole. Because it is an ordinary model, its operators,
 * cache, weights and activations follow like those of any other.
 */
import type {
  Attention,
  CompressedAttention,
  CrossAttention,
  DenseFfn,
  Embedding,
  Ffn,
  Head,
  LatentAttention,
  Layer,
  LinearAttention,
  Mixer,
  ModelSpec,
  MoeFfn,
  Stack,
  StateSpace,
} from '../architecture/model.ts'
import { expertRanks, expertTp, type Layout } from './layout.ts'

const part = (whole: number, ways: number): number => Math.max(1, Math.ceil(whole / ways))

function attention(a: Attention, tp: number): Attention {
  return {
    ...a,
    numQHeads: part(a.numQHeads, tp),
    numKvHeads: part(a.numKvHeads, tp),
  }
}

function latent(a: LatentAttention, tp: number): LatentAttention {
  return { ...a, numQHeads: part(a.numQHeads, tp) }
}

function compressed(a: CompressedAttention, tp: number): CompressedAttention {
  return { ...a, numQHeads: part(a.numQHeads, tp), oGroups: part(a.oGroups, tp) }
}

function linear(a: LinearAttention, tp: number): LinearAttention {
  return {
    ...a,
    numKeyHeads: part(a.numKeyHeads, tp),
    numValueHeads: part(a.numValueHeads, tp),
    ...(a.numQueryHeads === undefined ? {} : { numQueryHeads: part(a.numQueryHeads, tp) }),
  }
}

function stateSpace(a: StateSpace, tp: number): StateSpace {
  return {
    ...a,
    innerSize: part(a.innerSize, tp),
    numHeads: a.numHeads === 0 ? 0 : part(a.numHeads, tp),
    numGroups: a.numGroups === 0 ? 0 : part(a.numGroups, tp),
  }
}

const MIXERS: { readonly [K in Mixer['kind']]: (mixer: Extract<Mixer, { kind: K }>, tp: number) => Mixer } = {
  attention,
  mla: latent,
  compressed,
  linear,
  mamba1: stateSpace,
  mamba2: stateSpace,
}

function mixerOf(mixer: Mixer, tp: number): Mixer {
  return (MIXERS[mixer.kind] as (mixer: Mixer, tp: number) => Mixer)(mixer, tp)
}

function dense(ffn: DenseFfn, ways: number): DenseFfn {
  return { ...ffn, intermediateSize: part(ffn.intermediateSize, ways) }
}

/** Shared experts and dense neighbours are split over the ranks that share a token; copies of attention each run their own. */
function moe(ffn: MoeFfn, layout: Layout): MoeFfn {
  const shared = ffn.sharedIntermediateSize
  return {
    ...ffn,
    ...(shared ? { sharedIntermediateSize: part(shared, layout.tp) } : {}),
    ...(ffn.denseBeside ? { denseBeside: dense(ffn.denseBeside, layout.tp) } : {}),
    ...(expertRanks(layout) > 1
      ? { spread: { tp: expertTp(layout), ep: layout.ep, sources: layout.attentionDp } }
      : {}),
  }
}

function ffnOf(ffn: Ffn, layout: Layout): Ffn {
  return ffn.kind === 'dense' ? dense(ffn, layout.tp) : moe(ffn, layout)
}

function crossOf(a: CrossAttention, tp: number): CrossAttention {
  return { ...a, numQHeads: part(a.numQHeads, tp), numKvHeads: part(a.numKvHeads, tp) }
}

/** One rank's layer is one object however often it is asked for: what is remembered of layers is found again (`step/probe.ts`). */
const rankLayers = new WeakMap<Layer, Map<string, Layer>>()

function layerOf(layer: Layer, layout: Layout): Layer {
  const { tp, ep, attentionDp } = layout
  const known = rankLayers.get(layer) ?? new Map<string, Layer>()
  rankLayers.set(layer, known)
  const key = `${tp}/${ep}/${attentionDp}`
  const found = known.get(key)
  if (found) return found
  const made: Layer = {
    ...layer,
    ...(layer.mixer ? { mixer: mixerOf(layer.mixer, tp) } : {}),
    ...(layer.cross ? { cross: crossOf(layer.cross, tp) } : {}),
    ...(layer.ffn ? { ffn: ffnOf(layer.ffn, layout) } : {}),
  }
  known.set(key, made)
  return made
}

function stackOf(stack: Stack, layout: Layout): Stack {
  return { ...stack, kinds: stack.kinds.map((layer) => layerOf(layer, layout)) }
}

function embeddingOf(embedding: Embedding, tp: number): Embedding {
  return { ...embedding, vocabSize: part(embedding.vocabSize, tp) }
}

function headOf(head: Head, tp: number): Head {
  return { ...head, outputSize: part(head.outputSize, tp) }
}

/** The model of one rank, all stages of a pipeline together. Towers run whole on every rank (as engines run them by default). */
export function shardModel(model: ModelSpec, layout: Layout): ModelSpec {
  const { tp } = layout
  if (tp === 1 && expertRanks(layout) === 1) return model
  return {
    ...model,
    stack: stackOf(model.stack, layout),
    ...(model.embedding ? { embedding: embeddingOf(model.embedding, tp) } : {}),
    ...(model.head ? { head: headOf(model.head, tp) } : {}),
    ...(model.encoder ? { encoder: { ...model.encoder, stack: stackOf(model.encoder.stack, layout) } } : {}),
    ...(model.mtp ? { mtp: { ...model.mtp, layers: model.mtp.layers.map((layer) => layerOf(layer, layout)) } } : {}),
  }
}

/** First layer of every stage and one past the last: as even as layers go, the longer stages first. */
export function stageBounds(layers: number, stages: number): number[] {
  return Array.from({ length: stages + 1 }, (_, i) => Math.min(layers, Math.ceil((i * layers) / stages)))
}

/** An encoder that another stage holds: its sources still count, its weights do not. */
function withoutLayers(encoder: NonNullable<ModelSpec['encoder']>): NonNullable<ModelSpec['encoder']> {
  const { fixedTokens, stack } = encoder
  const { finalNorm: _, ...rest } = stack
  return { stack: { ...rest, order: [] }, ...(fixedTokens === undefined ? {} : { fixedTokens }) }
}

/** One stage of a pipeline as a model of its own: its layers, the embedding on the first, the head on the last. */
export function stageModel(rank: ModelSpec, stages: number, stage: number): ModelSpec {
  if (stages === 1) return rank
  const bounds = stageBounds(rank.stack.order.length, stages)
  const order = rank.stack.order.slice(bounds[stage], bounds[stage + 1])
  const { embedding, head, finalNorm, ...rest } = { ...rank, finalNorm: rank.stack.finalNorm }
  const last = stage === stages - 1
  // A tied head needs the table on the last stage too.
  const table = stage === 0 || (last && head?.tied)
  const { finalNorm: _, ...stack } = rank.stack
  return {
    ...rest,
    stack: { ...stack, order, ...(last && finalNorm ? { finalNorm } : {}) },
    ...(table && embedding ? { embedding } : {}),
    ...(last && head ? { head } : {}),
    ...(rank.encoder && stage > 0 ? { encoder: withoutLayers(rank.encoder) } : {}),
    towers: stage === 0 ? rank.towers : [],
  }
}
