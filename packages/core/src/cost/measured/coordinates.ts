/**
 * Where a query lies among measured points: one coordinate per size, in octaves (log2) times a weight, so that Euclidean
 * distance says how far two kernels are alike. `run` is the size that varies along one line of a table (rows of a
 * product, context, tokens, bytes); all others name the line.
 *
 * Weights come from leave-one-out errors on the public tables: a size that changes the kernel chosen (head dimension,
 * GPUs of a collective) weighs so much that a neighbour in it is out of reach; one the calibrated model prices well
 * (context length) weighs little. Having no window and having one, gated and not, are apart whatever their sizes.
 */
import type { OpClass } from '../kernels/dispatch.ts'
import type { KernelQuery } from '../kernels/query.ts'

interface Axis {
  readonly name: string
  /** Distance of one octave. */
  readonly weight: number
}

interface Axes {
  readonly axes: readonly Axis[]
  /** Index of the size that varies along a line. */
  readonly run: number
}

const ATTENTION = ['query heads', 'query heads per KV head', 'head dimension', 'window', 'sequences'] as const

function axesOf(names: readonly string[], weights: readonly number[], run: number): Axes {
  return { axes: names.map((name, i) => ({ name, weight: weights[i] ?? 1 })), run }
}

const COLLECTIVE = axesOf(['GPUs', 'bytes'], [3, 1], 1)

export const AXES: Readonly<Record<OpClass, Axes>> = {
  gemm: axesOf(['m', 'n', 'k'], [1, 1, 1], 0),
  context_attention: axesOf([...ATTENTION, 'new tokens', 'length per new token'], [0.7, 0.7, 8, 1, 0.5, 1, 0.5], 5),
  generation_attention: axesOf([...ATTENTION, 'context'], [0.7, 2, 8, 2, 0.7, 0.5], 5),
  context_mla: axesOf(['heads', 'sequences', 'new tokens', 'length per new token'], [0.7, 0.7, 1, 1], 2),
  generation_mla: axesOf(['heads', 'sequences', 'context'], [0.5, 1, 1], 2),
  moe: axesOf(
    ['tokens', 'hidden', 'inter', 'top k', 'experts', 'tp', 'ep', 'alpha', 'gated'],
    [0.7, 1.4, 1.4, 0.7, 0.7, 0.7, 0.7, 1.4, 1],
    0,
  ),
  nccl: COLLECTIVE,
  custom_allreduce: COLLECTIVE,
}

export const MOST_AXES = 9
/** Where the absence of a size is put: out of reach of every size. */
const APART = 64

/** Octaves of the query's sizes, unweighted. */
function octaves(query: KernelQuery, into: Float64Array): void {
  const { log2 } = Math
  switch (query.kind) {
    case 'gemm':
      into[0] = log2(query.m)
      into[1] = log2(query.n)
      into[2] = log2(query.k)
      return
    case 'prefillAttention':
    case 'decodeAttention':
      into[0] = log2(query.qHeads)
      into[1] = log2(query.qHeads / query.kvHeads)
      into[2] = log2(query.headDim)
      into[3] = query.window > 0 ? log2(query.window) : APART
      into[4] = log2(query.batch)
      if (query.kind === 'decodeAttention') into[5] = log2(query.contextTokens)
      else {
        into[5] = log2(query.newTokens)
        into[6] = log2(1 + query.prefixTokens / query.newTokens)
      }
      return
    case 'mla':
      into[0] = log2(query.heads)
      into[1] = log2(query.batch)
      if (query.phase === 'decode') into[2] = log2(query.prefixTokens + query.newTokens)
      else {
        into[2] = log2(query.newTokens)
        into[3] = log2(1 + query.prefixTokens / query.newTokens)
      }
      return
    case 'moe':
      into[0] = log2(query.tokens)
      into[1] = log2(query.hidden)
      into[2] = log2(query.inter)
      into[3] = log2(query.topK)
      into[4] = log2(query.experts)
      into[5] = log2(query.tp)
      into[6] = log2(query.ep)
      // The exponent of the power law is a number of its own, not a size.
      into[7] = query.alpha
      into[8] = query.gated ? 0 : APART
      return
    case 'collective':
      into[0] = log2(query.gpus)
      into[1] = log2(query.bytes)
  }
}

const WEIGHTS: Readonly<Record<OpClass, Float64Array>> = Object.fromEntries(
  Object.entries(AXES).map(([op, { axes }]) => [op, Float64Array.from(axes, (axis) => axis.weight)]),
) as Record<OpClass, Float64Array>

/** Writes the weighted coordinates of a query of the class `op`; no allocation. */
export function placeOf(op: OpClass, query: KernelQuery, into: Float64Array): void {
  octaves(query, into)
  const weights = WEIGHTS[op]
  for (let i = 0; i < weights.length; i++) into[i] = into[i]! * weights[i]!
}
