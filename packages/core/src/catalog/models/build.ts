/**
 * Constructors the rows of the model catalogue are written with: small, pure, and named after what the publications name,
 * so that a row reads as its table of hyper-parameters. What a constructor leaves out is the commonest choice (causal
 * attention, rotary positions over the whole head, SwiGLU, RMS norm before each block, no biases); a row states what
 * differs. Layers that are one object are one kind of the stack.
 */
import { layerName } from '../../architecture/layerName.ts'
import type {
  Attention,
  CheckpointPrecision,
  DenseFfn,
  Embedding,
  Ffn,
  FrontEnd,
  Head,
  LatentAttention,
  Layer,
  LinearAttention,
  Mixer,
  ModelSpec,
  MoeFfn,
  MtpHead,
  Norm,
  Pattern,
  Stack,
  StateSpace,
  Tower,
} from '../../architecture/model.ts'

export const RMS: Norm = { kind: 'rms', bias: false }
export const LAYER_NORM: Norm = { kind: 'layer', bias: true }
const CAUSAL: Pattern = { kind: 'causal' }
export const BIDIRECTIONAL: Pattern = { kind: 'bidirectional' }
export const sliding = (window: number): Pattern => ({ kind: 'sliding', window })

export const BF16: CheckpointPrecision = { weights: 'bf16', activations: 'bf16', kv: 'bf16' }
export const FP16: CheckpointPrecision = { weights: 'fp16', activations: 'fp16', kv: 'fp16' }
export const FP32: CheckpointPrecision = { weights: 'fp32', activations: 'fp32', kv: 'fp32' }
/** Blocks of 128 × 128 in FP8, as DeepSeek-V3 is published. */
export const FP8_BLOCK: CheckpointPrecision = {
  weights: 'fp8-block',
  activations: 'fp8',
  kv: 'bf16',
  classes: { norm: 'bf16', embedding: 'bf16', router: 'bf16', head: 'bf16' },
}

/** Softmax attention with grouped heads. */
export function gqa(numQHeads: number, numKvHeads: number, headDim: number, rest: Partial<Attention> = {}): Attention {
  return {
    kind: 'attention',
    numQHeads,
    numKvHeads,
    headDim,
    pattern: CAUSAL,
    qkvBias: false,
    outBias: false,
    rotaryDim: headDim,
    ...rest,
  }
}

/** Every query head has its own key and value head; biases everywhere, positions from a table (GPT-2, OPT, BERT, ViT). */
export function mha(numHeads: number, headDim: number, rest: Partial<Attention> = {}): Attention {
  return gqa(numHeads, numHeads, headDim, { qkvBias: true, outBias: true, rotaryDim: 0, ...rest })
}

/** Multi-head latent attention. */
export function mla(
  sizes: Omit<LatentAttention, 'kind' | 'pattern'> & { readonly pattern?: Pattern },
): LatentAttention {
  return { kind: 'mla', pattern: CAUSAL, ...sizes }
}

/** Gated delta net, as the Qwen3-Next line uses it. */
export function deltaNet(numKeyHeads: number, numValueHeads: number, headDim: number): LinearAttention {
  return {
    kind: 'linear',
    rule: 'delta',
    numKeyHeads,
    numValueHeads,
    keyHeadDim: headDim,
    valueHeadDim: headDim,
    convTaps: 4,
    outputGate: true,
    gateRank: 0,
  }
}

export function mamba1(innerSize: number, stateSize: number, convTaps: number, dtRank: number): StateSpace {
  const flags = { numHeads: 0, numGroups: 0, convBias: true, projBias: false }
  return { kind: 'mamba1', innerSize, stateSize, convTaps, dtRank, ...flags }
}

/** Mamba 2 with heads of `innerSize / numHeads`. */
export function mamba2(innerSize: number, stateSize: number, numHeads: number, numGroups: number): StateSpace {
  const flags = { convTaps: 4, dtRank: 0, convBias: true, projBias: false }
  return { kind: 'mamba2', innerSize, stateSize, numHeads, numGroups, ...flags }
}

/** SwiGLU of this width. */
export function dense(intermediateSize: number, rest: Partial<DenseFfn> = {}): DenseFfn {
  return { kind: 'dense', intermediateSize, gated: true, activation: 'silu', bias: false, ...rest }
}

/** Two projections with GELU between them and biases on both (GPT-2, BERT, ViT); `rest` for ReLU or no biases. */
export function plainFfn(intermediateSize: number, rest: Partial<DenseFfn> = {}): DenseFfn {
  return { kind: 'dense', intermediateSize, gated: false, activation: 'gelu', bias: true, ...rest }
}

/** `topK` of `numExperts` SwiGLU experts of width `expert`; `shared`: joint width of the experts every token uses. */
export function moe(
  sizes: { readonly experts: number; readonly topK: number; readonly expert: number; readonly shared?: number },
  rest: Partial<MoeFfn> = {},
): MoeFfn {
  return {
    kind: 'moe',
    numExperts: sizes.experts,
    topK: sizes.topK,
    expertIntermediateSize: sizes.expert,
    gated: true,
    activation: 'silu',
    expertBias: false,
    routerBias: false,
    ...(sizes.shared !== undefined && { sharedIntermediateSize: sizes.shared }),
    ...rest,
  }
}

/** A pre-norm layer named after its blocks; `rest` for other norms, parallel blocks or a name of its own. */
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

/**
 * Layers first to last, as runs of equal ones: `layers([3, dense], [58, sparse])`. Runs are kept as they are, never spread
 * to a layer each, since every row is built on every start.
 */
export type Run = readonly [count: number, layer: Layer]

export function layers(...runs: readonly Run[]): readonly Run[] {
  return runs
}

/** The runs over and over until `total` layers. */
export function cycle(total: number, ...runs: readonly Run[]): readonly Run[] {
  const all: Run[] = []
  for (let left = total, next = 0; left > 0; next++) {
    const [count, one] = runs[next % runs.length] as Run
    all.push([Math.min(count, left), one])
    left -= count
  }
  return all
}

/** One letter per layer. */
export function spelled(letters: string, kinds: Readonly<Record<string, Layer>>): readonly Run[] {
  return [...letters].map((letter) => [1, kinds[letter] as Layer])
}

/** The stack of these runs: kinds in order of appearance, those that would share a name numbered. */
export function stack(hiddenSize: number, runs: readonly Run[], finalNorm?: Norm): Stack {
  const seen: Layer[] = []
  const kinds: Layer[] = []
  let order: number[] = []
  for (const [count, one] of runs) {
    let at = seen.indexOf(one)
    if (at < 0) {
      const twins = seen.filter((known) => known.name === one.name).length
      at = seen.push(one) - 1
      kinds.push(twins > 0 ? { ...one, name: `${one.name} (${twins + 1})` } : one)
    }
    if (runs.length === 1) order = new Array<number>(count).fill(at)
    else for (let i = 0; i < count; i++) order.push(at)
  }
  return finalNorm ? { hiddenSize, kinds, order, finalNorm } : { hiddenSize, kinds, order }
}

export interface Identity {
  readonly id: string
  readonly name: string
  /** As the publisher names the architecture. */
  readonly family: string
  /** Longest trained position, or that and the longest reachable with the published scaling. */
  readonly context?: number | readonly [trained: number, extended: number]
  readonly precision: CheckpointPrecision
}

function context(of: Identity): Pick<ModelSpec, 'trainedContextTokens' | 'extendedContextTokens'> {
  if (of.context === undefined) return {}
  if (typeof of.context === 'number') return { trainedContextTokens: of.context }
  return { trainedContextTokens: of.context[0], extendedContextTokens: of.context[1] }
}

interface DecoderSizes {
  readonly hidden: number
  readonly vocab: number
  readonly tied?: boolean
  readonly headBias?: boolean
  /** Absent: RMS. */
  readonly finalNorm?: Norm
  readonly embedding?: Partial<Embedding>
  readonly towers?: readonly Tower[]
  /** Layers that predict further tokens, each with its joining projection. */
  readonly mtp?: readonly Layer[]
}

/** A decoder of these layers with one embedding table and a head. */
export function decoder(of: Identity, sizes: DecoderSizes, runs: readonly Run[]): ModelSpec {
  const mtp: MtpHead | undefined = sizes.mtp && { layers: sizes.mtp, joins: true }
  return {
    id: of.id,
    name: of.name,
    family: of.family,
    kind: 'decoder',
    embedding: { vocabSize: sizes.vocab, size: sizes.hidden, positions: 0, tokenTypes: 0, ...sizes.embedding },
    stack: stack(sizes.hidden, runs, sizes.finalNorm ?? RMS),
    head: head(sizes.vocab, { tied: sizes.tied ?? false, bias: sizes.headBias ?? false }),
    towers: sizes.towers ?? [],
    ...(mtp && { mtp }),
    ...context(of),
    precision: of.precision,
  }
}

export function head(outputSize: number, rest: Partial<Head> = {}): Head {
  return { outputSize, tied: false, bias: false, transformSize: 0, ...rest }
}

export interface LlamaSizes extends Omit<DecoderSizes, 'finalNorm'> {
  readonly layers: number
  readonly qHeads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly intermediate: number
  /** What differs from Llama. */
  readonly attention?: Partial<Attention>
  readonly ffn?: Partial<DenseFfn>
  readonly norm?: Norm
  readonly layer?: Partial<Layer>
}

/** A decoder of equal layers of attention and dense FFN, as Llama is. */
export function llamaLike(of: Identity, sizes: LlamaSizes): ModelSpec {
  const norm = sizes.norm ?? RMS
  const mixer = gqa(sizes.qHeads, sizes.kvHeads, sizes.headDim, sizes.attention)
  const one = layer(mixer, dense(sizes.intermediate, sizes.ffn), { norm, ...sizes.layer })
  return decoder(of, { ...sizes, finalNorm: norm }, layers([sizes.layers, one]))
}

interface VisionSizes {
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  readonly headDim: number
  readonly intermediate: number
  readonly finalNorm?: Norm
  /** Values of one patch: side × side × colours (× frames). */
  readonly patchValues: number
  readonly patchBias: boolean
  readonly positions: number
  /** Tokens of one image inside the tower, and after merging. */
  readonly tokens: number
  readonly outputTokens: number
  readonly projector: Tower['projector']
  readonly frontEnd?: FrontEnd
  /** Another layer than the vision transformer's with biases and layer norms. */
  readonly layer?: Layer
}

/** A vision transformer and its projector. */
export function vision(sizes: VisionSizes): Tower {
  const mixer = mha(sizes.heads, sizes.headDim, { pattern: BIDIRECTIONAL })
  const one = sizes.layer ?? layer(mixer, plainFfn(sizes.intermediate), { norm: LAYER_NORM })
  return {
    kind: 'vision',
    stack: stack(sizes.hidden, layers([sizes.layers, one]), sizes.finalNorm),
    patchValues: sizes.patchValues,
    patchBias: sizes.patchBias,
    positions: sizes.positions,
    tokensPerItem: sizes.tokens,
    outputTokensPerItem: sizes.outputTokens,
    projector: sizes.projector,
    ...(sizes.frontEnd && { frontEnd: sizes.frontEnd }),
  }
}
