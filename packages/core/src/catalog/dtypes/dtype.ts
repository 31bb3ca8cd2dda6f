/**
 * Number formats of weights, activations and the KV cache: bits per stored element, the scales that come
 * with them, and the operand width a matrix unit sees.
 *
 * effective bits = bits + (scaleBits + zeroBits) / group. `group` is a number of elements, or `row`: one scale
 * per row of the matrix (per output channel, per token, per head), whose length the caller passes.
 * Sources per row in `table.ts`. Leaves out codebook tables shared by a whole tensor (a few kB).
 */
import type { ComputeDtype } from '../accelerators/accelerator.ts'

export interface Dtype {
  readonly id: string
  readonly name: string
  /** Bits of one stored element, scales left out. */
  readonly bits: number
  /** Elements that share one scale; `row` = one per matrix row; absent = one per tensor (free) or none. */
  readonly group?: number | 'row'
  readonly scaleBits?: number
  readonly zeroBits?: number
  /** What the matrix unit multiplies when both operands have this format; wider where unsupported (see computeDtype). */
  readonly compute: ComputeDtype
  /** May be an activation or KV format (weight-only formats, such as GGUF's, may not). */
  readonly dynamic: boolean
  readonly source: string
}

/** Bits one element costs in memory, scales and zero-points included. `rowLength`: elements in a row, for `row` groups. */
export function effectiveBits(dtype: Dtype, rowLength: number): number {
  const group = dtype.group === 'row' ? rowLength : dtype.group
  if (!group) return dtype.bits
  return dtype.bits + ((dtype.scaleBits ?? 0) + (dtype.zeroBits ?? 0)) / group
}

/** Bytes of `elements` elements in rows of `rowLength`. */
export function dtypeBytes(dtype: Dtype, elements: number, rowLength: number): number {
  return (elements * effectiveBits(dtype, rowLength)) / 8
}
