/**
 * The small scorer of sparse attention (DeepSeek-V3.2 "lightning indexer", arXiv 2512.02556 section 2): its own
 * queries, one key per token (or per block), scores against every earlier key, and the choice of the best.
 *
 * index_q_proj 2·T·in·Hi·di, index_k_proj 2·T·h·di, index_weights 2·T·h·Hi, index_scores 2·pairs·Hi·di / block flop.
 * The keys are cached in the KV format, or in the format the indexer itself runs in. Leaves out: the top-k selection's own
 * passes (a vector operator over the scores), the norm of the keys.
 */
import { effectiveBits } from '../../catalog/dtypes/dtype.ts'
import type { CacheTensor } from '../cache.ts'
import type { AttentionShape } from '../extent.ts'
import { type Formats, format } from '../formats.ts'
import type { Indexer, Pattern } from '../model.ts'
import { alter, elementwise, linear, type Operator } from '../operator.ts'
import type { Pass } from '../pass.ts'

const EVERY: Pattern = { kind: 'causal' }

/** Bytes of one element of an index key, and the formats that meet in the scores. */
function keyFacts(indexer: Indexer, f: Formats) {
  const { keyFormat, headDim } = indexer
  if (keyFormat === undefined) return { keyBytes: f.kvBytes(headDim), operands: [f.activations.id, f.kv.id] }
  return { keyBytes: effectiveBits(format(keyFormat), headDim) / 8, operands: [keyFormat] }
}

export function indexerOperators(
  indexer: Indexer,
  pass: Pass,
  hidden: number,
  input: string,
  queryInput: string,
): Operator[] {
  if (indexer.shared) return []
  const { numHeads, headDim, blockTokens } = indexer
  const f = pass.formats
  const { keyBytes, operands } = keyFacts(indexer, f)
  const shape: AttentionShape = {
    pattern: EVERY,
    queryHeadsPerKvHead: numHeads,
    keyValueBytes: headDim * keyBytes,
    queryBytes: headDim * f.activationBytes(headDim),
  }
  const extent = pass.extent(shape)
  const pairs = extent.pairs / blockTokens
  const scores = pairs * f.activationBytes(numHeads)
  const { tokens } = pass
  const keys = tokens / blockTokens
  const made = linear(pass, 'index_k_proj', [input], 'attention', keys, hidden, headDim, { kvRow: headDim })
  return [
    linear(pass, 'index_q_proj', [queryInput], 'attention', tokens, indexer.queryInputSize, numHeads * headDim),
    alter(made, { kvWriteBytes: keys * headDim * keyBytes }),
    linear(pass, 'index_weights', [input], 'attention', tokens, hidden, numHeads),
    {
      name: 'index_scores',
      kind: 'attention',
      after: ['index_q_proj', 'index_k_proj', 'index_weights'],
      flop: 2 * pairs * numHeads * headDim,
      vectorFlop: 2 * pairs * numHeads,
      weightBytes: 0,
      activationReadBytes: tokens * numHeads * (headDim * f.activationBytes(headDim) + f.activationBytes(numHeads)),
      activationWriteBytes: scores,
      kvReadBytes: (extent.tiledKeys / blockTokens) * headDim * keyBytes,
      kvWriteBytes: 0,
      linkBytes: 0,
      operands,
      parameters: 0,
      activeParameters: 0,
      storedBytes: 0,
      weightClass: 'attention',
      shape: { m: pairs, k: headDim, n: 1, count: numHeads },
    },
    elementwise(pass, 'index_topk', ['index_scores'], pairs, 1, { reads: 1, writes: 0, flop: 1 }),
  ]
}

export function indexerCache(indexer: Indexer): CacheTensor[] {
  if (indexer.shared) return []
  return [
    {
      name: 'index keys',
      kind: 'tokens',
      elements: indexer.headDim / indexer.blockTokens,
      rowLength: indexer.headDim,
      heads: 1,
      pattern: EVERY,
      format: indexer.keyFormat ?? 'kv',
    },
  ]
}
