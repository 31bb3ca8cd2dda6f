/**
 * The formats people serve models in. Block layouts of the GGUF types are those of ggml's `ggml-common.h`
 * (block bytes × 8 / block elements); micro-scaling formats are OCP MX 1.0; NVFP4 is NVIDIA's (16 elements share one
 * FP8 scale). Integer weight formats without a GGUF layout carry the usual GPTQ/AWQ grouping: 128 elements,
 * a 16-bit scale and a zero-point of the element's width.
 */
import type { Dtype } from './dtype.ts'
import type { MadeId } from './made.ts'

const GGML = 'ggml-org/llama.cpp ggml/src/ggml-common.h'
const OCP = 'OCP Microscaling Formats (MX) Specification v1.0'
const IEEE = 'IEEE 754'

type Row = Omit<Dtype, 'id'>

const float = (name: string, bits: number, compute: Dtype['compute'], source = IEEE): Row => ({
  name,
  bits,
  compute,
  dynamic: true,
  source,
})

/** A GGUF block format: its bits per element already hold the block's scales. Weight-only: multiplied in 16 bit. */
const gguf = (name: string, blockBytes: number, blockElements: number, dynamic = false): Row => ({
  name,
  bits: (blockBytes * 8) / blockElements,
  compute: 'fp16',
  dynamic,
  source: GGML,
})

const integer = (bits: number, compute: Dtype['compute']): Row => ({
  name: `INT${bits}, groups of 128 with a 16-bit scale and a ${bits}-bit zero-point`,
  bits,
  group: 128,
  scaleBits: 16,
  zeroBits: bits,
  compute,
  dynamic: true,
  source: 'GPTQ (arXiv 2210.17323) section 4, AWQ (arXiv 2306.00978) section 5: group size 128',
})

export const DTYPES = {
  fp32: float('IEEE single', 32, 'fp32'),
  tf32: float('TensorFloat-32 (stored in 32 bits)', 32, 'tf32', 'NVIDIA A100 white paper'),
  fp16: float('IEEE half', 16, 'fp16'),
  bf16: float('bfloat16', 16, 'bf16', 'Google bfloat16'),
  fp8: float('FP8 (E4M3 or E5M2), one scale per tensor', 8, 'fp8', 'OFP8, arXiv 2209.05433'),
  'fp8-block': {
    name: 'FP8 E4M3, one 32-bit scale per 128×128 block',
    bits: 8,
    group: 128 * 128,
    scaleBits: 32,
    compute: 'fp8',
    dynamic: true,
    source: 'DeepSeek-V3 technical report (arXiv 2412.19437) section 3.3',
  },
  mxfp8: { name: 'MXFP8', bits: 8, group: 32, scaleBits: 8, compute: 'fp8', dynamic: true, source: OCP },
  fp6: float('FP6 (E3M2 or E2M3), one scale per tensor', 6, 'fp6', OCP),
  mxfp6: { name: 'MXFP6', bits: 6, group: 32, scaleBits: 8, compute: 'fp6', dynamic: true, source: OCP },
  fp4: float('FP4 E2M1, one scale per tensor', 4, 'fp4', OCP),
  mxfp4: { name: 'MXFP4', bits: 4, group: 32, scaleBits: 8, compute: 'fp4', dynamic: true, source: OCP },
  nvfp4: {
    name: 'NVFP4: E2M1, 16 elements share an FP8 scale',
    bits: 4,
    group: 16,
    scaleBits: 8,
    compute: 'fp4',
    dynamic: true,
    source: 'NVIDIA, Introducing NVFP4 (developer blog, 2025)',
  },
  nf4: {
    name: 'NF4 with double quantisation, groups of 64',
    bits: 4,
    group: 64,
    scaleBits: 8.125,
    compute: 'fp16',
    dynamic: false,
    source: 'QLoRA (arXiv 2305.14314) section 3: 0.127 bits per parameter for the constants',
  },
  int8: {
    name: 'INT8, one 16-bit scale per row (output channel, token or head)',
    bits: 8,
    group: 'row',
    scaleBits: 16,
    compute: 'int8',
    dynamic: true,
    source: 'SmoothQuant (arXiv 2211.10438) section 3',
  },
  int6: integer(6, 'int8'),
  int5: integer(5, 'int8'),
  int4: integer(4, 'int4'),
  'int4-g64': {
    ...integer(4, 'int4'),
    name: 'INT4, groups of 64 with a 16-bit scale and a 4-bit zero-point',
    group: 64,
  },
  'int4-g32': {
    name: 'INT4, symmetric groups of 32 with a 16-bit scale',
    bits: 4,
    group: 32,
    scaleBits: 16,
    compute: 'int4',
    dynamic: false,
    source: 'compressed-tensors pack-quantized, as Kimi-K2-Thinking and Kimi-K2.5 publish (group_size 32, symmetric)',
  },
  int3: integer(3, 'int4'),
  int2: integer(2, 'int4'),
  int1: integer(1, 'int1'),
  q8_0: gguf('GGUF Q8_0', 34, 32, true),
  q6_k: gguf('GGUF Q6_K', 210, 256),
  q5_k: gguf('GGUF Q5_K', 176, 256),
  q5_1: gguf('GGUF Q5_1', 24, 32, true),
  q5_0: gguf('GGUF Q5_0', 22, 32, true),
  q4_k: gguf('GGUF Q4_K', 144, 256),
  q4_1: gguf('GGUF Q4_1', 20, 32, true),
  q4_0: gguf('GGUF Q4_0', 18, 32, true),
  q3_k: gguf('GGUF Q3_K', 110, 256),
  q2_k: gguf('GGUF Q2_K', 84, 256),
  iq4_nl: gguf('GGUF IQ4_NL', 18, 32, true),
  iq4_xs: gguf('GGUF IQ4_XS', 136, 256),
  iq3_s: gguf('GGUF IQ3_S', 110, 256),
  iq3_xxs: gguf('GGUF IQ3_XXS', 98, 256),
  iq2_s: gguf('GGUF IQ2_S', 82, 256),
  iq2_xs: gguf('GGUF IQ2_XS', 74, 256),
  iq2_xxs: gguf('GGUF IQ2_XXS', 66, 256),
  iq1_m: gguf('GGUF IQ1_M', 56, 256),
  iq1_s: gguf('GGUF IQ1_S', 50, 256),
  q2_0: gguf('GGUF Q2_0', 18, 64),
  q1_0: gguf('GGUF Q1_0', 18, 128),
  tq2_0: gguf('GGUF TQ2_0', 66, 256),
  tq1_0: gguf('GGUF TQ1_0', 54, 256),
} as const satisfies Record<string, Row>

/** A row of the table. */
export type TableDtypeId = keyof typeof DTYPES

/** A row of the table, or a format written in the language of `made.ts`. */
export type DtypeId = TableDtypeId | MadeId
