/**
 * A model as data: what a published configuration says, in the field's own terms, one layer kind at a time.
 * Per-layer lists are normal: a stack names its layer kinds and the order they come in; there is never one scalar
 * for "the layer". Sizes are elements, never bytes (bytes come from the precision, see `formats.ts`).
 *
 * Everything a mixer or FFN costs or holds is derived from these fields by its own file (`attention/`, `ffn/`);
 * parameter counts are sums over the same operators that cost time, so the two cannot disagree.
 */
import type { DtypeId } from '../catalog/dtypes/table.ts'

/** Which keys a query sees. */
export type Pattern =
  /** Every earlier token and itself. */
  | { readonly kind: 'causal' }
  /** The last `window` tokens, itself included. */
  | { readonly kind: 'sliding'; readonly window: number }
  /** The tokens of its own chunk up to itself (Llama 4). */
  | { readonly kind: 'chunked'; readonly chunk: number }
  /** Every token of the pass, both directions (encoders), or of its own `block` of tokens (windows of vision towers). */
  | { readonly kind: 'bidirectional'; readonly block?: number }
  /** At most `topK` earlier tokens that an indexer picks (DeepSeek sparse attention; MiniMax-M3 in blocks). */
  | { readonly kind: 'selected'; readonly topK: number }
  /**
   * A sliding window of raw tokens, and besides it the older context compressed `ratio` tokens to one entry, of which
   * at most `topK` are read (absent: all) (DeepSeek-V4 CSA and HCA).
   */
  | { readonly kind: 'compressed'; readonly ratio: number; readonly window: number; readonly topK?: number }
  /**
   * Sparse attention of parts: the last `local` keys (itself the first) `dilation` apart, the first `global` tokens, every
   * `stride`-th token older than the window's span (0: none; only undilated), and of what is left `chosen` tokens and the
   * share `share` (by content or at random).
   */
  | {
      readonly kind: 'sparse'
      readonly local: number
      readonly dilation: number
      readonly global: number
      readonly stride: number
      readonly chosen: number
      readonly share: number
      /** A budget drops what it does not keep, beside the pattern; absent: whatever may still be seen stays. */
      readonly keeps?: { readonly tokens: number; readonly share: number }
      /** Prompts attend to all of themselves. */
      readonly decodeOnly?: boolean
    }
  /**
   * A cache that keeps `tokens` of its tokens, or `share` of them where that is more; the rest is dropped token by token,
   * or after each pass (a prompt then attends all of itself).
   */
  | {
      readonly kind: 'kept'
      readonly tokens: number
      readonly share: number
      readonly prunes: 'by-token' | 'after-pass'
    }
  /**
   * Its own segment up to itself, and a memory: each segment leaves `carry` entries, of which the last `bank` stay, and
   * older ones `compress` to one up to `bank2`; a token reads at most `read` of them (absent: all).
   */
  | {
      readonly kind: 'segments'
      readonly segment: number
      readonly bank: number
      readonly carry: number
      readonly bank2: number
      readonly compress: number
      readonly read?: number
    }

export interface Norm {
  readonly kind: 'rms' | 'layer'
  readonly bias: boolean
  /** No learned weight (OLMo 1, DiT). */
  readonly plain?: boolean
}

/** A small scorer that picks the keys a `selected` pattern reads (DeepSeek-V3.2, GLM-5: "lightning indexer"). */
export interface Indexer {
  readonly numHeads: number
  readonly headDim: number
  /** Width of what its query projection reads: MLA's query latent, or the hidden size. */
  readonly queryInputSize: number
  /** One key per this many tokens (block-wise selection); 1 = per token. */
  readonly blockTokens: number
  /** Uses another layer's choice: holds no weights and computes nothing. */
  readonly shared: boolean
  /** Format that keys are kept and multiplied in whatever the KV format (DeepSeek-V3.2: FP8); absent: the KV format. */
  readonly keyFormat?: DtypeId
}

/** Softmax attention with grouped heads: MHA (numKvHeads = numQHeads), GQA, MQA (1). */
export interface Attention {
  readonly kind: 'attention'
  readonly numQHeads: number
  readonly numKvHeads: number
  readonly headDim: number
  /** Width that queries, keys and values are projected from, when not the hidden size (Zamba 2: twice). */
  readonly inputSize?: number
  /** Width of a value head when it differs from headDim. */
  readonly vHeadDim?: number
  readonly pattern: Pattern
  readonly qkvBias: boolean
  /** False: keys have no bias though queries and values do (Whisper). */
  readonly keyBias?: boolean
  readonly outBias: boolean
  /** Norm on queries and keys: per head, or over the whole width. */
  readonly qkNorm?: 'head' | 'width'
  /** Dimensions per head that rotary embedding turns; 0 = none. */
  readonly rotaryDim: number
  /** A learned gate of the output width, from the same input (Qwen3-Next). */
  readonly outputGate?: boolean
  /**
   * One projection makes keys and values (Gemma 4 global layers). They are cached apart all the same: keys are scaled by
   * their norm and turned by their position, values are only normalised.
   */
  readonly keyIsValue?: boolean
  /** Reads an earlier layer's keys and values: no K/V projection, no cache of its own (Gemma 3n). */
  readonly sharesKv?: boolean
  /** A learned logit per head beside the keys (gpt-oss). */
  readonly sinks?: boolean
  /** Learned relative-position table, entries per head (T5: 32 buckets). */
  readonly relativeBuckets?: number
  readonly indexer?: Indexer
  /** How a sparse pattern's keys are chosen, when that takes work. */
  readonly selection?: KeySelection
  /** An associative state beside the keys, for what they no longer hold (Infini-Attention, LESS). */
  readonly state?: AttentionState
  /** Last tokens whose keys and values stay in the activations' format, whatever the cache's (KIVI's residual). */
  readonly wideTokens?: number
}

/** The work of choosing keys from the queries and keys there are (`attention/selection.ts`). */
export interface KeySelection {
  /** `scores`: every query against every key (or one per `perTokens`); `centroids`: every query and key against a few vectors. */
  readonly by: 'scores' | 'centroids'
  /** Dimensions of a head that are compared. */
  readonly dims: number
  /** Tokens that one compared key stands for (landmarks of blocks). */
  readonly perTokens: number
  /** Bits of a compared element over those of a cached one. */
  readonly widthShare: number
  /** Centroids or hash projections, all rounds. */
  readonly vectors: number
  /** Nothing is chosen while a prompt is read. */
  readonly decodeOnly?: boolean
}

/** Sums of φ(k)·vᵀ and of φ(k), per key/value head: read by every query, updated by every token. */
export interface AttentionState {
  /** Features of φ; the head's width: elementwise φ, else a projection. */
  readonly rank: number
  /** A learned gate per head between the two answers. */
  readonly gate: boolean
}

/** Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434 section 2.1): keys and values from one cached latent. */
export interface LatentAttention {
  readonly kind: 'mla'
  readonly numQHeads: number
  /** Absent: queries are projected directly. */
  readonly qLoraRank?: number
  readonly kvLoraRank: number
  readonly qkNopeHeadDim: number
  readonly qkRopeHeadDim: number
  readonly vHeadDim: number
  readonly pattern: Pattern
  readonly indexer?: Indexer
  /** A learned output gate from the layer's input (Kimi-K3). */
  readonly outputGate?: boolean
}

/** DeepSeek-V4 attention: one shared key/value head, low-rank query and output, compressed older context. */
export interface CompressedAttention {
  readonly kind: 'compressed'
  readonly numQHeads: number
  readonly headDim: number
  readonly rotaryDim: number
  readonly qLoraRank: number
  readonly oLoraRank: number
  readonly oGroups: number
  /** `sliding` for layers that keep only the window; `compressed` for CSA/HCA layers. */
  readonly pattern: Pattern
  readonly indexer?: Indexer
}

/** Attention from decoder tokens to encoder states (T5, Whisper, mllama); keys and values are made once per request. */
export interface CrossAttention {
  readonly numQHeads: number
  readonly numKvHeads: number
  readonly headDim: number
  /** Width of the encoder states. */
  readonly sourceSize: number
  readonly qkvBias: boolean
  /** False: keys have no bias though queries and values do (Whisper). */
  readonly keyBias?: boolean
  readonly outBias: boolean
  /** A norm on each head's queries and keys (mllama). */
  readonly qkNorm?: boolean
}

/** State-form mixers: a fixed state per sequence instead of a growing cache. */
export interface LinearAttention {
  readonly kind: 'linear'
  /**
   * delta: gated delta net (Qwen3-Next, arXiv 2412.06464); kda: Kimi delta attention, a decay per channel
   * (arXiv 2510.26692); gla: gated linear attention (arXiv 2312.06635); rwkv5: (arXiv 2404.05892);
   * lightning: decay without a learned gate (MiniMax-01, arXiv 2501.08313); kernel: sums of φ(k)·vᵀ and of φ(k), no decay,
   * one per key/value head (linear transformers, arXiv 2006.16236; Performer, arXiv 2009.14794).
   */
  readonly rule: 'delta' | 'kda' | 'gla' | 'rwkv5' | 'lightning' | 'kernel'
  /** kernel: features of φ when not the key's width. */
  readonly featureDim?: number
  readonly numKeyHeads: number
  readonly numValueHeads: number
  readonly keyHeadDim: number
  readonly valueHeadDim: number
  /** Taps of the short causal convolution on q, k and v; 0 = none. */
  readonly convTaps: number
  /** Full-width output gate projection. */
  readonly outputGate: boolean
  /** Rank of low-rank gate projections (KDA, GLA, RWKV); 0 = full or none, as the rule says. */
  readonly gateRank: number
  /** Query heads when several share a key and value head (GLA); absent: numKeyHeads. The state has one per query head. */
  readonly numQueryHeads?: number
  /** Format the engine keeps the recurrent state in; absent: fp32. */
  readonly stateFormat?: DtypeId
}

/** Selective state space: Mamba 1 (arXiv 2312.00752) and Mamba 2 (arXiv 2405.21060). */
export interface StateSpace {
  readonly kind: 'mamba1' | 'mamba2'
  readonly innerSize: number
  readonly stateSize: number
  readonly convTaps: number
  /** Mamba 2: heads of `innerSize / numHeads`; Mamba 1: 0. */
  readonly numHeads: number
  /** Mamba 2: groups that share B and C. */
  readonly numGroups: number
  /** Mamba 1: rank of the step-size projection. */
  readonly dtRank: number
  readonly convBias: boolean
  readonly projBias: boolean
  /** Jamba: norms on dt, B and C. */
  readonly innerNorms?: boolean
  /** Format the engine keeps the recurrent state in; absent: fp32. */
  readonly stateFormat?: DtypeId
}

export type Mixer = Attention | LatentAttention | CompressedAttention | LinearAttention | StateSpace

export type Activation = 'silu' | 'gelu' | 'relu' | 'relu2'

export interface DenseFfn {
  readonly kind: 'dense'
  readonly intermediateSize: number
  /** Two input projections, one of them through the activation (SwiGLU, GeGLU). */
  readonly gated: boolean
  readonly activation: Activation
  readonly bias: boolean
  /** RWKV channel mix: interpolates with the previous token, and gates the output by a projection of the hidden size. */
  readonly channelMix?: boolean
}

export interface MoeFfn {
  readonly kind: 'moe'
  readonly numExperts: number
  readonly topK: number
  readonly expertIntermediateSize: number
  readonly gated: boolean
  readonly activation: Activation
  /** Biases on the experts' projections (gpt-oss). */
  readonly expertBias: boolean
  /** A bias per expert on the router: learned with the projection, or DeepSeek's score correction. */
  readonly routerBias: boolean
  /** Experts work on this width, behind a down- and an up-projection (latent MoE: Nemotron-3, Kimi-K3). */
  readonly latentSize?: number
  /** Experts every token uses, as one dense FFN of their joint width. */
  readonly sharedIntermediateSize?: number
  /** A sigmoid gate on the shared expert (Qwen2-MoE): hiddenSize weights. */
  readonly sharedGate?: boolean
  /** A dense FFN beside the experts, on every token (Gemma 4). */
  readonly denseBeside?: DenseFfn
  /** Experts chosen by a fixed table from the token id; the router only weighs them (DeepSeek-V4's first layers). */
  readonly hashRouted?: boolean
  /**
   * Further experts that the router may choose and that hand a token on unchanged, without weights or work (LongCat-Flash,
   * arXiv 2509.01322 section 2.1): `topK` of `numExperts + zeroExperts` are chosen.
   */
  readonly zeroExperts?: number
  /** How one rank of many holds them; absent: whole. `numExperts` and `expertIntermediateSize` stay those of the model. */
  readonly spread?: ExpertSpread
}

/** One rank's share of a mixture: `numExperts / ep` experts of `1 / tp` of their width, for the tokens of `sources` ranks. */
export interface ExpertSpread {
  readonly tp: number
  readonly ep: number
  readonly sources: number
}

export type Ffn = DenseFfn | MoeFfn

export interface Layer {
  /** Shown to people: `sliding attention + MoE`. */
  readonly name: string
  readonly mixer?: Mixer
  readonly cross?: CrossAttention
  readonly ffn?: Ffn
  /** The whole layer is left out for sequences without source states (mllama's cross-attention layers without a picture). */
  readonly onlyWithSource?: boolean
  readonly norm: Norm
  /** Where norms stand: before each block, after it, both (Gemma 2), or (post-residual) as in BERT. */
  readonly normPlacement: 'pre' | 'post' | 'both'
  /** Attention and FFN read the same input and are added together (GPT-J, NeoX, Falcon, Phi). */
  readonly parallel?: 'shared-norm' | 'own-norms'
  /** DiT's adaptive norm: this many shift/scale/gate vectors of the hidden size, from the conditioning. */
  readonly modulationVectors?: number
  /** Gemma 3n/4: a gated projection of per-layer embeddings of this width after the FFN. */
  readonly perLayerInputSize?: number
  /** Hyper-connections: the residual is this many parallel streams of the hidden size (DeepSeek-V4); absent: one. */
  readonly residualStreams?: number
  /** Alternating updates: the residual is this many vectors of the hidden size, of which the layer runs on one (Gemma 3n). */
  readonly altUpInputs?: number
  /** Rank of a learned low-rank residual beside the mixer (Gemma 3n's LAuReL). */
  readonly laurelRank?: number
  /** Weights used by every layer of this kind are one copy (Zamba, ALBERT). */
  readonly sharedWeights?: boolean
  /** Share of the tokens whose keys and values this layer holds (early exits, caches of one layer for all); absent: all. */
  readonly cachedShare?: number
}

export interface Stack {
  readonly hiddenSize: number
  readonly kinds: readonly Layer[]
  /** Index into `kinds` of every layer, first to last. */
  readonly order: readonly number[]
  readonly finalNorm?: Norm
}

export interface Embedding {
  readonly vocabSize: number
  /** Width of the table; a projection to the hidden size follows when they differ (OPT-350m). */
  readonly size: number
  /** Rows of a learned absolute position table; 0 = none. */
  readonly positions: number
  /** Rows of a token-type table (BERT); 0 = none. */
  readonly tokenTypes: number
  /** Norm after the embedding (BLOOM, BERT). */
  readonly norm?: Norm
  /** Vectors that alternating updates start from and end in, each made by a square projection but for the first (Gemma 3n). */
  readonly altUpInputs?: number
  /** Per-layer embeddings (Gemma 3n/4): table of vocabSize × (layers × size). */
  readonly perLayer?: { readonly vocabSize: number; readonly size: number }
}

export interface Head {
  /** Rows of the output: the vocabulary, or the classes/patch values. */
  readonly outputSize: number
  /** Uses the input embedding's table. */
  readonly tied: boolean
  readonly bias: boolean
  /** Width of the head's own hidden transform (BERT's MLM head, pooler); 0 = none. */
  readonly transformSize: number
  /** Computed for every token of a pass (masked language models, diffusion), not only for each sequence's last. */
  readonly everyToken?: boolean
}

/** Convolutions before a stack: weights, and multiply-accumulates per item. */
export interface FrontEnd {
  readonly parameters: number
  readonly macPerItem: number
}

/** An encoder whose output tokens join the prompt (vision, audio) or feed cross-attention (Whisper, mllama). */
export interface Tower {
  readonly kind: 'vision' | 'audio'
  /** Where its output goes: into the prompt (absent), or to cross-attention as source states (mllama). */
  readonly feeds?: 'prompt' | 'cross'
  readonly stack: Stack
  /** Input values of one patch or frame group that the patch embedding turns into one token. */
  readonly patchValues: number
  /** Whether the patch embedding has a bias. */
  readonly patchBias: boolean
  /** Learned position rows and class tokens. */
  readonly positions: number
  /** Tokens inside the tower for one image (or one audio clip), at the configured size. */
  readonly tokensPerItem: number
  /** Tokens of one item that join the prompt after merging. */
  readonly outputTokensPerItem: number
  /** The projector's linear layers, in order: [in, out, bias]. */
  readonly projector: readonly (readonly [number, number, boolean])[]
  /** Further convolutions before the stack. */
  readonly frontEnd?: FrontEnd
}

/** Extra layers that predict further tokens (DeepSeek-V3 MTP): held with the weights, run only when speculating. */
export interface MtpHead {
  readonly layers: readonly Layer[]
  /** The projection that joins hidden state and embedding: 2 × hidden → hidden, per layer. */
  readonly joins: boolean
}

/** Groups of weights that a checkpoint or a user gives a format of their own. */
export const WEIGHT_CLASSES = [
  'attention',
  'ffn',
  'experts',
  'shared',
  'router',
  'norm',
  'embedding',
  'head',
  'tower',
  'mtp',
] as const
export type WeightClass = (typeof WEIGHT_CLASSES)[number]

/** The formats a checkpoint is published in. */
export interface CheckpointPrecision {
  readonly weights: DtypeId
  readonly activations: DtypeId
  readonly kv: DtypeId
  readonly classes?: { readonly [C in WeightClass]?: DtypeId }
  /** Layers (first, last; both included) of the decoder that differ. */
  readonly layers?: readonly {
    readonly from: number
    readonly to: number
    readonly classes: { readonly [C in WeightClass]?: DtypeId }
  }[]
}

/** What the tensors of one class take in a file, scales and zero-points included. */
export interface StoredClass {
  readonly bytes: number
  /** Weights held, however they are packed; absent when a file's header cannot tell. */
  readonly elements?: number
  /** The format most of them are in; absent when it has no row in the catalogue. */
  readonly dtype?: DtypeId
}

/**
 * Exact bytes of the tensors as stored, read from the header of a file (GGUF, safetensors). `precision` names one format
 * per class, so it only comes near a file that mixes formats; these bytes are the truth for memory, and
 * `byClass[c].bytes` over the stored bytes of the operators of class c corrects the weight traffic of that class.
 */
export interface MeasuredWeights {
  /** Sum of `byClass`, and of `byDtype` and `otherBytes`. */
  readonly totalBytes: number
  readonly byClass: { readonly [C in WeightClass]?: StoredClass }
  /** Scales and zero-points are counted with the weights they belong to. */
  readonly byDtype: { readonly [D in DtypeId]?: number }
  /** Tensors in formats that are no weight format (indices, 64-bit floats). */
  readonly otherBytes: number
}

export interface ModelSpec {
  readonly id: string
  readonly name: string
  /** The architecture family as its publisher names it (`model_type`). */
  readonly family: string
  readonly kind: 'decoder' | 'encoder' | 'encoder-decoder' | 'diffusion'
  readonly embedding?: Embedding
  /** The stack that answers: a decoder, a lone encoder, or the denoiser. */
  readonly stack: Stack
  /** Encoder–decoder models: the encoder of the prompt. */
  readonly encoder?: {
    readonly stack: Stack
    readonly embedding?: Embedding
    readonly fixedTokens?: number
    /** Convolutions that turn one source into its tokens (Whisper): weights, and multiply-accumulates per source. */
    readonly frontEnd?: FrontEnd
  }
  readonly head?: Head
  readonly towers: readonly Tower[]
  readonly mtp?: MtpHead
  /** Longest position the publisher trained the model for, extensions of the training included. */
  readonly trainedContextTokens?: number
  /** Positions that the configured scaling (YaRN factor and the like) reaches beyond the trained ones. */
  readonly extendedContextTokens?: number
  /** Diffusion: values of one patch in, and tokens of one picture. */
  readonly diffusion?: { readonly patchValues: number; readonly tokens: number; readonly conditionParameters: number }
  readonly precision: CheckpointPrecision
  /** Present when the model was read from a weight file rather than from a configuration. */
  readonly measuredWeights?: MeasuredWeights
}
