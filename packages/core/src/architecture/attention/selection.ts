/**
 * Choosing the keys of a sparse pattern from the queries and keys there are, without weights of its own (an `Indexer` has
 * some). T new tokens, H query and Hk key heads of d, D of them compared, one key per b tokens, u vectors:
 *   scores     2·(pairs / b)·H·D flop, one vector flop per score; reads keys / b · Hk · D elements of the cached keys
 *   centroids  2·T·(H + Hk)·D·u flop and one vector flop per product (k-means, hashing, sorting networks)
 * Leaves out: the selection's own passes over the scores, making landmarks, moving what was chosen together.
 */
import type { AttentionShape } from '../extent.ts'
import type { KeySelection, Pattern } from '../model.ts'
import type { Operator } from '../operator.ts'
import type { Pass } from '../pass.ts'

const EVERY: Pattern = { kind: 'causal' }

export function selectKeys(
  s: KeySelection,
  pass: Pass,
  w: { readonly numQHeads: number; readonly numKvHeads: number; readonly headDim: number },
  queries: string,
  keys: readonly string[],
): Operator[] {
  const { numQHeads: H, numKvHeads: Hk, headDim: d } = w
  const f = pass.formats
  const shape: AttentionShape = {
    pattern: EVERY,
    queryHeadsPerKvHead: H / Hk,
    keyValueBytes: s.dims * f.kvBytes(d) * s.widthShare,
    queryBytes: s.dims * f.activationBytes(d),
  }
  const part = s.decodeOnly ? 'short' : 'all'
  const extent = pass.extent(shape, part)
  const { tokens } = pass.part(part)
  const byScores = s.by === 'scores'
  const products = byScores ? (extent.pairs / s.perTokens) * H : tokens * (H + Hk) * s.vectors
  return [
    {
      name: 'select_keys',
      kind: 'attention',
      after: [queries, ...keys],
      flop: 2 * products * s.dims,
      vectorFlop: products,
      weightBytes: 0,
      activationReadBytes: tokens * H * s.dims * f.activationBytes(d),
      activationWriteBytes: 0,
      kvReadBytes: byScores ? (extent.tiledKeys / s.perTokens) * Hk * shape.keyValueBytes : 0,
      kvWriteBytes: 0,
      linkBytes: 0,
      operands: [f.activations.id, f.kv.id],
      parameters: 0,
      activeParameters: 0,
      storedBytes: 0,
      weightClass: 'attention',
      shape: { m: products, k: s.dims, n: 1, count: 1 },
    },
  ]
}
