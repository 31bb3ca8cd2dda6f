/**
 * What a row of a public kernel table says, in our terms. The tables are NVIDIA AIConfigurator's (Apache-2.0,
 * systems/data/…/*_perf.parquet; one CSV per operator class with device columns added): latency in ms, message sizes in
 * elements, `step` the tokens before the new ones, `isl` the new tokens, an empty or zero window meaning none.
 */
import type { KernelFormat, KernelQuery } from '../../cost/kernels/query.ts'

export const TABLES = [
  'gemm',
  'context_attention',
  'generation_attention',
  'context_mla',
  'generation_mla',
  'moe',
  'nccl',
  'custom_allreduce',
] as const

export type TableName = (typeof TABLES)[number]

export interface KernelMeasurement {
  readonly op: TableName
  /** As the table writes it, and the catalogue's id. */
  readonly device: string
  readonly deviceId: string
  readonly backend: string
  readonly backendVersion: string
  readonly kernel: string
  /** Format as the table writes it. */
  readonly dtype: string
  readonly query: KernelQuery
  readonly seconds: number
  /** Line of the file (the header is line 1), or row of a binary table. */
  readonly line: number
  /** All columns, for grouping. */
  readonly columns: Readonly<Record<string, string>>
}

/** A row that cannot be. `reason` opens with the column and the value. */
export interface RowFault {
  readonly line: number
  readonly column: string
  /** As the table writes it. */
  readonly value: string
  readonly reason: string
  /** What the user can do. */
  readonly remedy: string
  /** All columns, for grouping. */
  readonly columns: Readonly<Record<string, string>>
}

/** A row that is well formed but that no model covers: an unknown device, format or operator class. Still counted. */
export interface UncoveredRow {
  readonly line: number
  readonly reason: string
  /** One of the modelled classes, or the file's name. */
  readonly op: string
  readonly columns: Readonly<Record<string, string>>
}

export interface ReadTable {
  readonly op: TableName
  readonly measurements: readonly KernelMeasurement[]
  readonly uncovered: readonly UncoveredRow[]
  readonly faults: readonly RowFault[]
  readonly missingColumns: readonly string[]
  /** What to do about missing columns. */
  readonly columnRemedy: string
}

/** Formats of the tables → those of the models; variants that run the same kernel share one. */
const TABLE_FORMATS: Readonly<Record<string, KernelFormat>> = {
  bfloat16: 'bfloat16',
  fp8: 'fp8',
  fp8_static: 'fp8',
  fp8_ootb: 'fp8',
  fp8_per_tensor: 'fp8',
  fp8_per_channel: 'fp8',
  fp8_block: 'fp8_block',
  fp8_blockwise: 'fp8_block',
  fp8_block_scaled: 'fp8_block',
  nvfp4: 'nvfp4',
  fp4: 'nvfp4',
  int8_wo: 'int8_wo',
  w8a16: 'int8_wo',
  int4_wo: 'int4_wo',
  w4a16: 'int4_wo',
  w4a16_awq: 'int4_wo',
  w4a16_gptq: 'int4_wo',
  w4afp8: 'int4_wo',
  nvfp4_wo: 'w4a16_mxfp4',
  sq: 'sq',
  w8a8_sq: 'sq',
  w8a8_int8: 'sq',
  w4a16_mxfp4: 'w4a16_mxfp4',
  w4a8_mxfp4_mxfp8: 'w4a8_mxfp4_mxfp8',
}

/** Other spellings of a number format, as programs and libraries print them. */
const SPELLINGS: Readonly<Record<string, string>> = {
  bf16: 'bfloat16',
  fp16: 'bfloat16',
  f16: 'bfloat16',
  float16: 'bfloat16',
  half: 'bfloat16',
  fp8_e4m3: 'fp8',
  e4m3: 'fp8',
  fp8_e4m3fn: 'fp8',
  float8_e4m3fn: 'fp8',
  float8: 'fp8',
}

/** One spelling per format: lower case, underscores, without the library's name; 16-bit formats run alike. */
export function formatWord(name: string): string {
  const word = name
    .toLowerCase()
    .replace(/^(?:torch|jnp|np)\./, '')
    .replace(/[\s-]+/g, '_')
  return Object.hasOwn(SPELLINGS, word) ? (SPELLINGS[word] as string) : word
}

/** Undefined: no kernel of that format is modelled. */
export function tableFormat(name: string): KernelFormat | undefined {
  const word = formatWord(name)
  return Object.hasOwn(TABLE_FORMATS, word) ? TABLE_FORMATS[word] : undefined
}

/** Bytes of one element of a message, by the word of its format. */
export const MESSAGE_BYTES: Readonly<Record<string, number>> = {
  int8: 1,
  uint8: 1,
  fp8: 1,
  bfloat16: 2,
  float32: 4,
  fp32: 4,
  float: 4,
}
