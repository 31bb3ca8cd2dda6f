/**
 * What is counted, as a table of switches. `exact` counts what a serving engine does; `paper` counts what
 * LLM-Viewer (commit 472f71f) counts, so that the published tables of "LLM Inference Unveiled" (arXiv 2402.16363)
 * can be reproduced. Nothing else in the code asks which convention is in force.
 */
export interface Convention {
  readonly id: 'exact' | 'paper'
  /** Embedding look-up, rotary embedding, query/key norms, biases, final norm, norm weights. */
  readonly smallOperators: boolean
  /** flop of one multiply-accumulate in the output head. */
  readonly headFlopPerMac: 2 | 1
  /** Activations of the head are counted for every sequence (true) or once per pass. */
  readonly headActivationsPerSequence: boolean
  /** Tensors a residual addition reads. */
  readonly addOperands: 2 | 1
  /** The FFN's activation works on the intermediate width, or on the hidden width. */
  readonly actWidth: 'intermediate' | 'hidden'
  /** flop per element of the elementwise operators. */
  readonly vectorFlop: VectorFlop
  /** A decoded token attends itself as well as the context before it. */
  readonly newTokenAttendsItself: boolean
  /** Prefill scores read the queries of every head (true), or as many as there are K/V heads. */
  readonly scoresReadEveryQuery: boolean
  /** Activations are kept in their quantised format between operators (true), or in 16 bit (false). */
  readonly quantizedActivationsKept: boolean
  /** Every weight, the head's included, has the one weight format; or norms, router, embedding and head keep their own. */
  readonly oneWeightFormat: boolean
  /** Scales and zero-points are counted in the bytes of a format. */
  readonly scales: boolean
  /**
   * Compute roof: `operands` = the widest operand of each operator; `all-int8` = one roof for the whole
   * network, INT8 when weights, activations and KV all have at most 8 bits.
   */
  readonly roof: 'operands' | 'all-int8'
  /** Matrix and vector work have roofs of their own, or share the matrix roof. */
  readonly vectorRoof: boolean
  /** Peak of live activations over the dependency graph, or the sum of one layer's stores. */
  readonly activationMemory: 'liveness' | 'sum-of-stores'
  /** Weights outside the layers (embedding, head, norms) are part of the memory. */
  readonly memoryOutsideLayers: boolean
  /** The cache is that of the finished request, or of its prompt. */
  readonly memoryAt: 'end' | 'prompt'
}

/** flop per element of elementwise work (an exponential or a division counts as one). */
export interface VectorFlop {
  readonly rmsNorm: number
  readonly layerNorm: number
  readonly softmax: number
  readonly add: number
  readonly multiply: number
  readonly silu: number
  readonly gelu: number
  readonly relu: number
  readonly relu2: number
  readonly rope: number
  /** Multiplication by the gate's other half, per output element. */
  readonly gate: number
}

/** Square and sum 2, scale 1, weight 1 (RMS); mean 1, variance 3, normalise 1, affine 2 (layer norm); … see docs/operators.md. */
const EXACT_VECTOR_FLOP: VectorFlop = {
  rmsNorm: 4,
  layerNorm: 7,
  softmax: 5,
  add: 1,
  multiply: 1,
  silu: 4,
  gelu: 8,
  relu: 1,
  relu2: 2,
  rope: 6,
  gate: 1,
}

/** LLM-Viewer: 7 per normalised element, 5 per score, 1 per added element, 2 per element of the activation. */
const PAPER_VECTOR_FLOP: VectorFlop = { ...EXACT_VECTOR_FLOP, rmsNorm: 7, silu: 1, gelu: 1, relu: 1, relu2: 1 }

export const CONVENTIONS = {
  exact: {
    id: 'exact',
    smallOperators: true,
    headFlopPerMac: 2,
    headActivationsPerSequence: true,
    addOperands: 2,
    actWidth: 'intermediate',
    vectorFlop: EXACT_VECTOR_FLOP,
    newTokenAttendsItself: true,
    scoresReadEveryQuery: true,
    quantizedActivationsKept: false,
    oneWeightFormat: false,
    scales: true,
    roof: 'operands',
    vectorRoof: true,
    activationMemory: 'liveness',
    memoryOutsideLayers: true,
    memoryAt: 'end',
  },
  paper: {
    id: 'paper',
    smallOperators: false,
    headFlopPerMac: 1,
    headActivationsPerSequence: false,
    addOperands: 1,
    actWidth: 'hidden',
    vectorFlop: PAPER_VECTOR_FLOP,
    newTokenAttendsItself: false,
    scoresReadEveryQuery: false,
    quantizedActivationsKept: true,
    oneWeightFormat: true,
    scales: false,
    roof: 'all-int8',
    vectorRoof: false,
    activationMemory: 'sum-of-stores',
    memoryOutsideLayers: false,
    memoryAt: 'prompt',
  },
} as const satisfies Record<string, Convention>

export type ConventionId = keyof typeof CONVENTIONS
