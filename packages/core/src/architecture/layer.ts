/**
 * One layer: norms, mixer, cross-attention, feed-forward block and residual additions, as operators in execution order.
 * Each kind of mixer and FFN has its own file; the tables below are the only place that knows them all.
 */

import { correctInputs, laurel, predictInputs } from './altup.ts'
import { compressedAttention, compressedCache } from './attention/compressed.ts'
import { crossAttention, crossCache, SOURCE_SIDE } from './attention/cross.ts'
import { latentAttention, latentCache } from './attention/latent.ts'
import { linearAttention, linearCache } from './attention/linear.ts'
import { softmaxAttention, softmaxCache } from './attention/softmax.ts'
import { stateSpace, stateSpaceCache } from './attention/stateSpace.ts'
import type { CacheTensor } from './cache.ts'
import { denseFfn } from './ffn/dense.ts'
import { moeFfn } from './ffn/moe.ts'
import type { Ffn, Layer, Mixer, Norm } from './model.ts'
import { alter, elementwise, linear, type Operator } from './operator.ts'
import type { Pass } from './pass.ts'
import { collapseStreams, expandStreams } from './streams.ts'

type Build<M> = (mixer: M, pass: Pass, hidden: number, input: string) => Operator[]

const MIXERS: { readonly [K in Mixer['kind']]: Build<Extract<Mixer, { kind: K }>> } = {
  attention: softmaxAttention,
  mla: latentAttention,
  compressed: compressedAttention,
  linear: linearAttention,
  mamba1: stateSpace,
  mamba2: stateSpace,
}

const FFNS: { readonly [K in Ffn['kind']]: Build<Extract<Ffn, { kind: K }>> } = { dense: denseFfn, moe: moeFfn }

const CACHES: { readonly [K in Mixer['kind']]: (mixer: Extract<Mixer, { kind: K }>) => CacheTensor[] } = {
  attention: softmaxCache,
  mla: latentCache,
  compressed: compressedCache,
  linear: linearCache,
  mamba1: stateSpaceCache,
  mamba2: stateSpaceCache,
}

export function norm(
  pass: Pass,
  name: string,
  after: readonly string[],
  spec: Norm,
  rows: number,
  width: number,
): Operator {
  const flop = pass.convention.vectorFlop[spec.kind === 'rms' ? 'rmsNorm' : 'layerNorm']
  const parameters = spec.plain ? 0 : width * (spec.bias ? 2 : 1)
  return elementwise(pass, name, after, rows, width, { reads: 1, writes: 1, flop, kind: 'norm' }, { parameters })
}

export function residual(pass: Pass, name: string, after: readonly string[], width: number): Operator {
  const { addOperands: reads, vectorFlop } = pass.convention
  return elementwise(pass, name, after, pass.tokens, width, { reads, writes: 1, flop: vectorFlop.add })
}

function buildMixer(mixer: Mixer, pass: Pass, hidden: number, input: string): Operator[] {
  return (MIXERS[mixer.kind] as Build<Mixer>)(mixer, pass, hidden, input)
}

function buildFfn(ffn: Ffn, pass: Pass, hidden: number, input: string): Operator[] {
  return (FFNS[ffn.kind] as Build<Ffn>)(ffn, pass, hidden, input)
}

/** One residual block: norm → body → (norm) → add, with the norm where the layer puts it. Returns the block's output. */
function block(
  out: Operator[],
  pass: Pass,
  layer: Layer,
  hidden: number,
  name: 'attn' | 'cross' | 'mlp',
  input: string,
  body: (input: string) => Operator[],
): string {
  const { tokens } = pass
  const streams = layer.residualStreams ?? 1
  let at = input
  if (streams > 1) {
    out.push(...collapseStreams(pass, name, input, hidden, streams))
    at = `${name}_collapse`
  }
  if (layer.normPlacement !== 'post') {
    out.push(norm(pass, `${name}_norm`, [at], layer.norm, tokens, hidden))
    at = `${name}_norm`
  }
  const inner = body(at)
  out.push(...inner)
  at = (inner.at(-1) as Operator).name
  if (layer.normPlacement !== 'pre') {
    out.push(norm(pass, `${name}_post_norm`, [at], layer.norm, tokens, hidden))
    at = `${name}_post_norm`
  }
  const sum = `${name}_add`
  out.push(
    streams > 1
      ? expandStreams(pass, name, sum, [input, at], hidden, streams)
      : residual(pass, sum, [input, at], hidden),
  )
  return sum
}

/** GPT-J, NeoX, Falcon, Phi: attention and FFN side by side on the same input, one addition of three. */
function parallelBlock(out: Operator[], pass: Pass, layer: Layer, hidden: number): void {
  const { tokens } = pass
  out.push(norm(pass, 'attn_norm', ['input'], layer.norm, tokens, hidden))
  if (layer.mixer) out.push(...buildMixer(layer.mixer, pass, hidden, 'attn_norm'))
  const mixed = (out.at(-1) as Operator).name
  let mlpInput = 'attn_norm'
  if (layer.parallel === 'own-norms') {
    out.push(norm(pass, 'mlp_norm', ['input'], layer.norm, tokens, hidden))
    mlpInput = 'mlp_norm'
  }
  if (layer.ffn) out.push(...buildFfn(layer.ffn, pass, hidden, mlpInput))
  out.push(residual(pass, 'attn_add', ['input', mixed], hidden))
  out.push(residual(pass, 'mlp_add', ['attn_add', (out.at(-2) as Operator).name], hidden))
}

/** DiT (arXiv 2212.09748): shift, scale and gate vectors from the conditioning, once per sequence. */
function modulation(out: Operator[], pass: Pass, vectors: number, hidden: number): void {
  out.push(linear(pass, 'modulation', ['condition'], 'ffn', pass.sequences, hidden, vectors * hidden, { bias: true }))
  const flop = pass.convention.vectorFlop
  const work = { reads: 1, writes: 1, flop: flop.multiply + flop.add }
  out.push(elementwise(pass, 'modulate', ['modulation', 'input'], pass.tokens, hidden * (vectors / 3), work))
}

/** A layer that only sequences with source states run: their tokens, and no weights when there are none. */
function onlyWithSource(layer: Layer, pass: Pass, hidden: number): Operator[] {
  const { tokens, sequences, attended } = pass.cross
  const own = layerOperators({ ...layer, onlyWithSource: false }, { ...pass, tokens, sequences }, hidden)
  return own.map((o) => (SOURCE_SIDE.has(o.name) ? o : alter(o, { weightBytes: o.weightBytes * attended })))
}

/** The gated projection of per-layer embeddings after the FFN; it is added to every stream but the one that made it. */
function perLayerInput(pass: Pass, layer: Layer, hidden: number, width: number, at: string): Operator[] {
  const flop = pass.convention.vectorFlop
  const others = Math.max(1, (layer.altUpInputs ?? 1) - 1)
  const act = { reads: 2, writes: 1, flop: flop.gelu + flop.gate }
  const added = residual(pass, 'per_layer_add', [at, 'per_layer_norm'], hidden)
  return [
    linear(pass, 'per_layer_gate', [at], 'ffn', pass.tokens, hidden, width),
    elementwise(pass, 'per_layer_act', ['per_layer_gate'], pass.tokens, width, act),
    linear(pass, 'per_layer_proj', ['per_layer_act'], 'ffn', pass.tokens, width, hidden),
    norm(pass, 'per_layer_norm', ['per_layer_proj'], layer.norm, pass.tokens, hidden),
    alter(added, {
      vectorFlop: others * added.vectorFlop,
      activationReadBytes: others * added.activationReadBytes,
      activationWriteBytes: others * added.activationWriteBytes,
    }),
  ]
}

export function layerOperators(layer: Layer, pass: Pass, hidden: number): Operator[] {
  if (layer.onlyWithSource) return onlyWithSource(layer, pass, hidden)
  const out: Operator[] = []
  const { mixer, cross, ffn } = layer
  if (layer.modulationVectors) modulation(out, pass, layer.modulationVectors, hidden)
  if (layer.parallel) {
    parallelBlock(out, pass, layer, hidden)
    return out
  }
  let at = 'input'
  const { altUpInputs, laurelRank } = layer
  if (altUpInputs) {
    out.push(...predictInputs(pass, at, hidden, altUpInputs))
    at = 'altup_predict'
  }
  if (mixer) at = block(out, pass, layer, hidden, 'attn', at, (input) => buildMixer(mixer, pass, hidden, input))
  if (mixer && laurelRank) {
    out.push(...laurel(pass, 'attn_norm', at, hidden, laurelRank, layer.norm))
    at = 'laurel_add'
  }
  if (cross) at = block(out, pass, layer, hidden, 'cross', at, (input) => crossAttention(cross, pass, hidden, input))
  if (ffn) at = block(out, pass, layer, hidden, 'mlp', at, (input) => buildFfn(ffn, pass, hidden, input))
  if (altUpInputs) {
    out.push(...correctInputs(pass, at, hidden, altUpInputs))
    at = 'altup_correct'
  }
  if (layer.perLayerInputSize) out.push(...perLayerInput(pass, layer, hidden, layer.perLayerInputSize, at))
  return out
}

/** What one layer keeps per sequence between passes. */
export function layerCache(layer: Layer): CacheTensor[] {
  const held = layer.mixer ? (CACHES[layer.mixer.kind] as (mixer: Mixer) => CacheTensor[])(layer.mixer) : []
  const share = layer.cachedShare ?? 1
  const own = share === 1 ? held : held.map((t) => (t.kind === 'tokens' ? { ...t, elements: t.elements * share } : t))
  return layer.cross ? [...own, ...crossCache(layer.cross)] : own
}
