/**
 * The tensor types a GGUF file may name: id → elements and bytes of one block, and the catalogue's format.
 * Source: ggml-org/llama.cpp `ggml/include/ggml.h` (enum ggml_type) and `ggml/src/ggml-common.h` (block layouts);
 * ggml-org/ggml `docs/gguf.md`. Bytes of a tensor = elements / blockElements × blockBytes, exactly.
 * Leaves out the types other forks add (ids above 42): their layouts are not published with the format.
 */
import type { DtypeId } from '../../catalog/dtypes/table.ts'

export interface GgmlType {
  readonly name: string
  readonly blockElements: number
  readonly blockBytes: number
  /** Absent for types that are no weight format: integers, 64-bit floats, intermediate sums. */
  readonly dtype?: DtypeId
}

const row = (name: string, blockElements: number, blockBytes: number, dtype?: DtypeId): GgmlType => ({
  name,
  blockElements,
  blockBytes,
  ...(dtype && { dtype }),
})

const ROWS: readonly (readonly [id: number, type: GgmlType])[] = [
  [0, row('F32', 1, 4, 'fp32')],
  [1, row('F16', 1, 2, 'fp16')],
  [2, row('Q4_0', 32, 18, 'q4_0')],
  [3, row('Q4_1', 32, 20, 'q4_1')],
  [6, row('Q5_0', 32, 22, 'q5_0')],
  [7, row('Q5_1', 32, 24, 'q5_1')],
  [8, row('Q8_0', 32, 34, 'q8_0')],
  [9, row('Q8_1', 32, 36)],
  [10, row('Q2_K', 256, 84, 'q2_k')],
  [11, row('Q3_K', 256, 110, 'q3_k')],
  [12, row('Q4_K', 256, 144, 'q4_k')],
  [13, row('Q5_K', 256, 176, 'q5_k')],
  [14, row('Q6_K', 256, 210, 'q6_k')],
  [15, row('Q8_K', 256, 292)],
  [16, row('IQ2_XXS', 256, 66, 'iq2_xxs')],
  [17, row('IQ2_XS', 256, 74, 'iq2_xs')],
  [18, row('IQ3_XXS', 256, 98, 'iq3_xxs')],
  [19, row('IQ1_S', 256, 50, 'iq1_s')],
  [20, row('IQ4_NL', 32, 18, 'iq4_nl')],
  [21, row('IQ3_S', 256, 110, 'iq3_s')],
  [22, row('IQ2_S', 256, 82, 'iq2_s')],
  [23, row('IQ4_XS', 256, 136, 'iq4_xs')],
  [24, row('I8', 1, 1)],
  [25, row('I16', 1, 2)],
  [26, row('I32', 1, 4)],
  [27, row('I64', 1, 8)],
  [28, row('F64', 1, 8)],
  [29, row('IQ1_M', 256, 56, 'iq1_m')],
  [30, row('BF16', 1, 2, 'bf16')],
  [34, row('TQ1_0', 256, 54, 'tq1_0')],
  [35, row('TQ2_0', 256, 66, 'tq2_0')],
  [39, row('MXFP4', 32, 17, 'mxfp4')],
  [40, row('NVFP4', 64, 36, 'nvfp4')],
  [41, row('Q1_0', 128, 18, 'q1_0')],
  [42, row('Q2_0', 64, 18, 'q2_0')],
]

export const GGML_TYPES: ReadonlyMap<number, GgmlType> = new Map(ROWS)

/** Ids that once had a meaning; files with them must be made again. */
export const REMOVED_TYPES: ReadonlyMap<number, string> = new Map([
  [4, 'Q4_2'],
  [5, 'Q4_3'],
  [31, 'Q4_0_4_4'],
  [32, 'Q4_0_4_8'],
  [33, 'Q4_0_8_8'],
  [36, 'IQ4_NL_4_4'],
  [37, 'IQ4_NL_4_8'],
  [38, 'IQ4_NL_8_8'],
])
