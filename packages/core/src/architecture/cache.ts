/**
 * What a sequence leaves behind between passes: tensors that grow with the context (keys and values, latents, index
 * keys) and states of fixed size (convolutions, linear attention, state spaces). Elements; bytes come from formats.
 */

import { dtypeBytes } from '../catalog/dtypes/dtype.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import { cachedTokens } from './extent.ts'
import type { Formats } from './formats.ts'
import { format } from './formats.ts'
import type { Pattern } from './model.ts'

export interface CacheTensor {
  readonly name: string
  /** `source`: keys and values of encoder states, one row per source token, whatever the context. */
  readonly kind: 'tokens' | 'state' | 'source'
  /** Per cached token (of the context, or of the source), or per sequence for a state. */
  readonly elements: number
  /** Width of one row (head): scales of the format are per row or per group inside it. */
  readonly rowLength: number
  /** Parts that tensor parallelism can spread over ranks (KV heads); 1: every rank holds it whole. */
  readonly heads: number
  /** Which tokens are held. */
  readonly pattern: Pattern
  /**
   * `kv`: the precision's KV format; `kv-wide`: what the activations' format takes beyond it; else the format the engine
   * keeps it in whatever the KV format.
   */
  readonly format: 'kv' | 'kv-wide' | DtypeId
}

/** Rows a sequence of `contextTokens` (and `sourceTokens` encoder states) holds of a tensor. */
function rowsOf(tensor: CacheTensor, contextTokens: number, sourceTokens: number): number {
  if (tensor.kind === 'state') return 1
  return tensor.kind === 'source' ? sourceTokens : cachedTokens(tensor.pattern, contextTokens)
}

/** Bytes of one tensor for one sequence of `contextTokens`, cross-attending to `sourceTokens`. */
export function cacheTensorBytes(
  tensor: CacheTensor,
  contextTokens: number,
  formats: Formats,
  sourceTokens = 0,
): number {
  const elements = tensor.elements * rowsOf(tensor, contextTokens, sourceTokens)
  const row = tensor.rowLength
  if (tensor.format === 'kv-wide') return elements * Math.max(0, formats.activationBytes(row) - formats.kvBytes(row))
  if (tensor.format === 'kv') return elements * formats.kvBytes(tensor.rowLength)
  return dtypeBytes(format(tensor.format), elements, tensor.rowLength)
}
