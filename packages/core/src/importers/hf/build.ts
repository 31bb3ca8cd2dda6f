/**
 * The parts family importers share: the sizes every decoder names, activations, layer patterns, position scaling, and the
 * assembly of layers into a stack of distinct kinds.
 */

import { layerName } from '../../architecture/layerName.ts'
import type {
  Activation,
  Attention,
  DenseFfn,
  Embedding,
  Ffn,
  Layer,
  Mixer,
  MtpHead,
  Norm,
  Pattern,
  Stack,
} from '../../architecture/model.ts'
import type { ModelParts } from './family.ts'
import { CONTEXT_KEYS, KEYS } from './keys.ts'
import { BOUNDS, type Reader } from './reader.ts'

export const RMS: Norm = { kind: 'rms', bias: false }
export const LAYER_NORM: Norm = { kind: 'layer', bias: true }
export const CAUSAL: Pattern = { kind: 'causal' }

export interface Shape {
  readonly layers: number
  readonly hidden: number
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly vocab: number
}

/** Layers, hidden size, heads and vocabulary; an absent KV head count means one per query head. */
export function readShape(r: Reader): Shape {
  const layers = r.int(KEYS.layers, BOUNDS.layers)
  const hidden = r.int(KEYS.hidden, BOUNDS.size)
  const heads = r.int(KEYS.heads, BOUNDS.heads)
  const kvHeads = r.optionalInt(KEYS.kvHeads, { min: 1, max: BOUNDS.heads.max }) ?? heads
  const vocab = r.int(KEYS.vocab, BOUNDS.vocab)
  checkGroups(r, KEYS.kvHeads[0], heads, kvHeads)
  return { layers, hidden, heads, kvHeads, headDim: readHeadDim(r, hidden, heads), vocab }
}

export function checkGroups(r: Reader, key: string, heads: number, kvHeads: number): void {
  if (heads % kvHeads !== 0)
    r.refuse(key, `${kvHeads} KV heads do not divide ${heads} query heads`, 'Check both head counts.')
}

function readHeadDim(r: Reader, hidden: number, heads: number): number {
  const explicit = r.optionalInt(KEYS.headDim, BOUNDS.heads)
  if (explicit !== undefined) return explicit
  if (hidden % heads === 0) return hidden / heads
  r.refuse(
    'head_dim',
    `missing, and ${hidden} hidden values do not divide into ${heads} heads`,
    'Add head_dim, or correct hidden_size or num_attention_heads.',
  )
  return 1
}

const ACTIVATIONS: { readonly [name: string]: Activation } = {
  silu: 'silu',
  swish: 'silu',
  swiglu: 'silu',
  swigluoai: 'silu',
  situ: 'silu',
  gelu: 'gelu',
  gelu_new: 'gelu',
  gelu_fast: 'gelu',
  gelu_pytorch_tanh: 'gelu',
  quick_gelu: 'gelu',
  relu: 'relu',
  relu2: 'relu2',
}

/** The first activation key that is set counts: Gemma files give two that differ in name only. */
export function readActivation(r: Reader, fallback: Activation): Activation {
  const key = KEYS.activation.find((name) => r.has(name))
  return key ? r.choice(key, ACTIVATIONS, fallback) : r.choice(KEYS.activation, ACTIVATIONS, fallback)
}

/**
 * The width of the dense FFN; `factor` × hidden where the family says so and the key is absent. `ffn_embed_dim` is another
 * tool's key: for gated FFNs it holds 4 × hidden, not the width, unless the file says that it counts gated units.
 */
export function readFfnSize(r: Reader, hidden: number, factor?: number): number {
  const others = KEYS.ffn.filter((key) => key !== 'ffn_embed_dim')
  if (factor === undefined && r.has('ffn_embed_dim') && !others.some((key) => r.has(key))) {
    if (!r.bool('mlp_gated_linear_units', false))
      r.refuse(
        'ffn_embed_dim',
        'does not tell the width of a gated FFN',
        'Give intermediate_size, as config.json does.',
      )
  }
  return r.int(KEYS.ffn, BOUNDS.ffn, factor === undefined ? undefined : factor * hidden)
}

export function dense(intermediateSize: number, gated: boolean, activation: Activation, bias: boolean): DenseFfn {
  return { kind: 'dense', intermediateSize, gated, activation, bias }
}

/** Rotary dimensions per head: `rotary_dim`, or a fraction of the head, wherever the file keeps it. */
export function readRotaryDim(r: Reader, headDim: number, fallback = 1): number {
  const whole = r.optionalInt('rotary_dim', { min: 0, max: BOUNDS.heads.max })
  if (whole !== undefined) {
    r.ignore('partial_rotary_factor', 'rotary_pct')
    if (whole > headDim) r.refuse('rotary_dim', `${whole} exceeds the head's ${headDim} dimensions`, 'Check head_dim.')
    return Math.min(whole, headDim)
  }
  const parameters = ropeObject(r)
  const nested = parameters?.has('partial_rotary_factor') ? parameters : r
  const fraction = nested.float(['partial_rotary_factor', 'rotary_pct'], { min: 0, max: 1 }, fallback)
  return 2 * Math.round((headDim * fraction) / 2)
}

/** rope_parameters (transformers 5) or rope_scaling; where they are keyed by layer type, those of full attention. */
export function ropeObject(r: Reader): Reader | undefined {
  const rope = r.object('rope_parameters') ?? r.object('rope_scaling')
  return rope?.has('full_attention') ? rope.object('full_attention') : rope
}

export interface Context {
  readonly trainedContextTokens?: number
  readonly extendedContextTokens?: number
}

/**
 * Trained and extended positions. A file that states more positions than it started from (`original_…`) was published
 * that way: its publisher extended the training, so the stated length is the trained one. As in vLLM (`config.py`, `_get_and_verify_max_len`): YaRN multiplies the original length
 * by its factor; linear and dynamic scaling multiply max_position_embeddings; llama3, longrope and su already include their
 * factor in it. `included`: families whose max_position_embeddings includes every factor (Gemma 3).
 */
export function readContext(r: Reader, included = false): Context {
  const keys = CONTEXT_KEYS.filter((key) => r.has(key))
  const longest = r.optionalInt(keys[0] ?? CONTEXT_KEYS, BOUNDS.tokens)
  const rope = ropeObject(r)
  const kind = rope?.string(rope.has('rope_type') ? 'rope_type' : 'type', 'default') ?? 'default'
  const factor = rope?.float('factor', BOUNDS.factor, 1) ?? 1
  const stated = rope?.optionalInt('original_max_position_embeddings', BOUNDS.tokens)
  const original = stated ?? r.optionalInt('original_max_position_embeddings', BOUNDS.tokens)
  if (longest === undefined) return original === undefined ? {} : { trainedContextTokens: original }
  const trained = longest
  const scaled =
    kind === 'yarn'
      ? Math.min(original ?? longest, longest) * factor
      : kind === 'linear' || kind === 'dynamic'
        ? longest * factor
        : 0
  const extended = included ? longest : Math.min(Math.max(longest, Math.floor(scaled)), BOUNDS.tokens.max)
  return extended > trained
    ? { trainedContextTokens: trained, extendedContextTokens: extended }
    : { trainedContextTokens: trained }
}

/** A window as a pattern; one that covers every position of the model is plain causal attention. */
export function sliding(window: number | undefined, context: Context): Pattern {
  const longest = context.extendedContextTokens ?? context.trainedContextTokens
  return window === undefined || (longest !== undefined && window >= longest) ? CAUSAL : { kind: 'sliding', window }
}

/** `layer_types`: one known name per layer, translated by `table`; absent: `fallback(layer)`. */
export function readLayerTypes<T>(
  r: Reader,
  layers: number,
  table: { readonly [name: string]: T },
  fallback: (layer: number) => T,
  key = 'layer_types',
): readonly T[] {
  const known = (value: unknown) =>
    typeof value === 'string' && Object.hasOwn(table, value) ? table[value] : undefined
  const types = r.list(key, layers, known, `one of ${Object.keys(table).join(', ')}`)
  return types ?? Array.from({ length: layers }, (_, layer) => fallback(layer))
}

/** An attention mixer with the usual absences left out. */
export function attention(
  sizes: { readonly heads: number; readonly kvHeads: number; readonly headDim: number },
  rest: Partial<Omit<Attention, 'kind' | 'numQHeads' | 'numKvHeads' | 'headDim'>> = {},
): Attention {
  return {
    kind: 'attention',
    numQHeads: sizes.heads,
    numKvHeads: sizes.kvHeads,
    headDim: sizes.headDim,
    pattern: CAUSAL,
    qkvBias: false,
    outBias: false,
    rotaryDim: sizes.headDim,
    ...rest,
  }
}

export function layer(mixer: Mixer | undefined, ffn: Ffn | undefined, rest: Partial<Layer> = {}): Layer {
  return {
    name: layerName(mixer, ffn),
    ...(mixer && { mixer }),
    ...(ffn && { ffn }),
    norm: RMS,
    normPlacement: 'pre',
    ...rest,
  }
}

/** Layers in order as a stack of distinct kinds; kinds that would share a name are numbered. */
export function stackOf(hiddenSize: number, layers: readonly Layer[], finalNorm?: Norm): Stack {
  const kinds: Layer[] = []
  const index = new Map<string, number>()
  const order: number[] = []
  for (const one of layers) {
    const key = JSON.stringify(one)
    let at = index.get(key)
    if (at === undefined) {
      const twins = kinds.filter((kind) => kind.name === one.name || kind.name.startsWith(`${one.name} (`)).length
      at = kinds.push(twins ? { ...one, name: `${one.name} (${twins + 1})` } : one) - 1
      index.set(key, at)
    }
    order.push(at)
  }
  return finalNorm ? { hiddenSize, kinds, order, finalNorm } : { hiddenSize, kinds, order }
}

/** A decoder with one embedding table and a head, as nearly every family has. */
export function decoder(
  r: Reader,
  shape: Shape,
  layers: readonly Layer[],
  options: {
    readonly tied?: boolean
    readonly finalNorm?: Norm | undefined
    readonly headBias?: boolean
    readonly embedding?: Partial<Embedding>
    readonly context?: Context
    readonly mtp?: MtpHead | undefined
  } = {},
): ModelParts {
  const finalNorm = 'finalNorm' in options ? options.finalNorm : RMS
  return {
    kind: 'decoder',
    embedding: { vocabSize: shape.vocab, size: shape.hidden, positions: 0, tokenTypes: 0, ...options.embedding },
    stack: stackOf(shape.hidden, layers, finalNorm),
    head: {
      outputSize: shape.vocab,
      tied: r.bool('tie_word_embeddings', options.tied ?? false),
      bias: options.headBias ?? false,
      transformSize: 0,
    },
    ...(options.mtp && { mtp: options.mtp }),
    ...(options.context ?? readContext(r)),
  }
}

export function perLayer<T>(layers: number, make: (layer: number) => T): T[] {
  return Array.from({ length: layers }, (_, index) => make(index))
}

/** Extra prediction layers, each with its own joining projection. */
export function mtpHead(count: number, one: Layer | undefined): MtpHead | undefined {
  return count > 0 && one ? { layers: perLayer(count, () => one), joins: true } : undefined
}
