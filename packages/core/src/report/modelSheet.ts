/**
 * What a model is, as data for a list and for a full sheet: parameters, layer kinds, weights and cache. Everything is
 * computed from the specification by the same code that prices it. Bytes are of the published formats.
 */
import { CONVENTIONS } from '../architecture/convention.ts'
import type { Ffn, Mixer, ModelSpec, Pattern } from '../architecture/model.ts'
import { networkOf } from '../architecture/network.ts'
import { countParameters, type ParameterCount, storedWeightBytes } from '../architecture/parameters.ts'
import { kvBytes } from '../memory/plan.ts'
import { formatCount } from '../units/format.ts'

/** Context at which the cache of one token is averaged: windows are full, states have spread out. */
export const KV_AT_TOKENS = 8192

export interface LayerSheet {
  readonly name: string
  readonly layers: number
  readonly mixer: string
  readonly ffn: string
}

export interface ModelSheet {
  readonly id: string
  readonly name: string
  readonly family: string
  readonly kind: ModelSpec['kind']
  readonly parameters: ParameterCount
  readonly layers: number
  readonly hiddenSize: number
  readonly vocabSize: number | null
  readonly trainedContextTokens: number | null
  readonly extendedContextTokens: number | null
  readonly precision: ModelSpec['precision']
  readonly weightBytes: number
  /** Cache and states of one sequence of `KV_AT_TOKENS`, per token. */
  readonly kvBytesPerToken: number
  /** Cache and states of one sequence at doubling contexts. */
  readonly kvBytesAt: readonly { readonly contextTokens: number; readonly bytes: number }[]
  readonly layerKinds: readonly LayerSheet[]
  readonly encoderLayers: number
  readonly towers: readonly {
    readonly kind: string
    readonly layers: number
    readonly hiddenSize: number
    readonly outputTokensPerItem: number
  }[]
}

const PATTERNS: { readonly [K in Pattern['kind']]: (pattern: Extract<Pattern, { kind: K }>) => string } = {
  causal: () => '',
  sliding: ({ window }) => `, window ${formatCount(window)}`,
  chunked: ({ chunk }) => `, chunks of ${formatCount(chunk)}`,
  bidirectional: () => ', both directions',
  selected: ({ topK }) => `, top ${formatCount(topK)} selected`,
  compressed: ({ ratio, window, topK }) =>
    `, window ${formatCount(window)} and older tokens ${formatCount(ratio)} to 1${topK ? `, top ${formatCount(topK)}` : ''}`,
  sparse: (p) =>
    `, sparse: ${formatCount(p.local)} local${p.global ? `, ${formatCount(p.global)} global` : ''}${p.stride ? `, every ${formatCount(p.stride)}th` : ''}${p.chosen || p.share ? `, ${formatCount(p.chosen)} and ${+(100 * p.share).toFixed(2)} % chosen` : ''}`,
  kept: ({ tokens, share }) =>
    `, cache keeps ${share > 0 ? `${+(100 * share).toFixed(2)} %, at least ` : ''}${formatCount(tokens)} tokens`,
  segments: ({ segment, bank, bank2 }) =>
    `, segments of ${formatCount(segment)} with a memory of ${formatCount(bank + bank2)}`,
}

function patternText(pattern: Pattern): string {
  return (PATTERNS[pattern.kind] as (pattern: Pattern) => string)(pattern)
}

function mixerText(mixer: Mixer | undefined): string {
  if (!mixer) return 'none'
  switch (mixer.kind) {
    case 'attention': {
      const { numQHeads, numKvHeads, headDim } = mixer
      const form = numKvHeads === numQHeads ? 'MHA' : numKvHeads === 1 ? 'MQA' : 'GQA'
      return `${form}, ${numQHeads} query and ${numKvHeads} KV heads of ${headDim}${patternText(mixer.pattern)}`
    }
    case 'mla':
      return `MLA, ${mixer.numQHeads} heads, latent ${mixer.kvLoraRank} + ${mixer.qkRopeHeadDim} rotary${patternText(mixer.pattern)}`
    case 'compressed':
      return `compressed attention, ${mixer.numQHeads} heads of ${mixer.headDim}${patternText(mixer.pattern)}`
    case 'linear':
      return `linear attention (${mixer.rule}), ${mixer.numValueHeads} heads, state ${mixer.keyHeadDim}×${mixer.valueHeadDim}`
    case 'mamba1':
      return `Mamba 1, inner size ${formatCount(mixer.innerSize)}, state ${mixer.stateSize}`
    case 'mamba2':
      return `Mamba 2, ${mixer.numHeads} heads, inner size ${formatCount(mixer.innerSize)}, state ${mixer.stateSize}`
  }
}

function ffnText(ffn: Ffn | undefined): string {
  if (!ffn) return 'none'
  if (ffn.kind === 'dense')
    return `dense ${formatCount(ffn.intermediateSize)}, ${ffn.gated ? 'gated ' : ''}${ffn.activation}`
  const shared = ffn.sharedIntermediateSize ? `, shared ${formatCount(ffn.sharedIntermediateSize)}` : ''
  return `${ffn.topK} of ${ffn.numExperts} experts of ${formatCount(ffn.expertIntermediateSize)}${shared}`
}

function layerKinds(model: ModelSpec): LayerSheet[] {
  return model.stack.kinds
    .map((layer, kind) => ({
      name: layer.name,
      layers: model.stack.order.filter((at) => at === kind).length,
      mixer: mixerText(layer.mixer),
      ffn: ffnText(layer.ffn),
    }))
    .filter((layer) => layer.layers > 0)
}

export function modelSheet(model: ModelSpec): ModelSheet {
  const network = networkOf(model, model.precision, CONVENTIONS.exact)
  const source = model.encoder ? (model.encoder.fixedTokens ?? KV_AT_TOKENS) : 0
  const cache = (tokens: number) => kvBytes(network, tokens, 1, { source })
  const longest = model.extendedContextTokens ?? model.trainedContextTokens ?? KV_AT_TOKENS
  const contexts = [1024, 8192, 32_768, 131_072].filter((tokens) => tokens < longest)
  return {
    id: model.id,
    name: model.name,
    family: model.family,
    kind: model.kind,
    parameters: countParameters(model),
    layers: model.stack.order.length,
    hiddenSize: model.stack.hiddenSize,
    vocabSize: model.embedding?.vocabSize ?? null,
    trainedContextTokens: model.trainedContextTokens ?? null,
    extendedContextTokens: model.extendedContextTokens ?? null,
    precision: model.precision,
    weightBytes: model.measuredWeights?.totalBytes ?? storedWeightBytes(network, false),
    kvBytesPerToken: cache(KV_AT_TOKENS) / KV_AT_TOKENS,
    kvBytesAt: [...contexts, longest].map((contextTokens) => ({ contextTokens, bytes: cache(contextTokens) })),
    layerKinds: layerKinds(model),
    encoderLayers: model.encoder?.stack.order.length ?? 0,
    towers: model.towers.map((tower) => ({
      kind: tower.kind,
      layers: tower.stack.order.length,
      hiddenSize: tower.stack.hiddenSize,
      outputTokensPerItem: tower.outputTokensPerItem,
    })),
  }
}
