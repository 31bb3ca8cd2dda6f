/**
 * A small GGUF writer for tests: the header's bytes and the length of the whole file (tensor data are never written, so
 * models of any size fit), and tensor lists of the usual decoders.
 */
import { GGML_TYPES } from './types.ts'

export type MetaValue = number | boolean | string | bigint | readonly number[] | readonly boolean[] | readonly string[]
export type Meta = Readonly<Record<string, MetaValue>>

export interface TensorSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: string
}

export interface WrittenGguf {
  readonly header: Uint8Array
  readonly fileBytes: number
}

export const TYPE_IDS: ReadonlyMap<string, number> = new Map([...GGML_TYPES].map(([id, type]) => [type.name, id]))

const ENCODER = new TextEncoder()

export class Bytes {
  readonly parts: number[] = []

  u8(value: number): this {
    this.parts.push(value & 0xff)
    return this
  }

  u32(value: number): this {
    for (let i = 0; i < 4; i++) this.parts.push((value >>> (8 * i)) & 0xff)
    return this
  }

  u64(value: number | bigint): this {
    const big = BigInt.asUintN(64, BigInt(value))
    for (let i = 0n; i < 8n; i++) this.parts.push(Number((big >> (8n * i)) & 0xffn))
    return this
  }

  text(value: string): this {
    const bytes = ENCODER.encode(value)
    this.u64(bytes.length)
    for (const byte of bytes) this.parts.push(byte)
    return this
  }

  raw(value: string): this {
    for (const byte of ENCODER.encode(value)) this.parts.push(byte)
    return this
  }

  f64(value: number): this {
    for (const byte of new Uint8Array(new Float64Array([value]).buffer)) this.parts.push(byte)
    return this
  }

  done(): Uint8Array {
    return Uint8Array.from(this.parts)
  }
}

function scalarType(value: unknown): number {
  if (typeof value === 'string') return 8
  if (typeof value === 'boolean') return 7
  if (typeof value === 'bigint') return 10
  return Number.isInteger(value) ? 4 : 12
}

function putScalar(out: Bytes, value: number | boolean | string | bigint): void {
  if (typeof value === 'string') out.text(value)
  else if (typeof value === 'boolean') out.u8(value ? 1 : 0)
  else if (typeof value === 'bigint') out.u64(value)
  else if (Number.isInteger(value)) out.u32(value)
  else out.f64(value)
}

export function putMeta(out: Bytes, key: string, value: MetaValue): void {
  out.text(key)
  if (typeof value === 'object') {
    out
      .u32(9)
      .u32(scalarType(value[0] ?? 0))
      .u64(value.length)
    for (const entry of value) putScalar(out, entry)
    return
  }
  out.u32(scalarType(value))
  putScalar(out, value)
}

export function tensorBytes({ shape, type }: TensorSpec): number {
  const row = GGML_TYPES.get(TYPE_IDS.get(type) ?? -1)
  if (!row) throw new Error(`no tensor type ${type}`)
  return (shape.reduce((a, b) => a * b, 1) / row.blockElements) * row.blockBytes
}

export function writeGguf(
  meta: Meta,
  tensors: readonly TensorSpec[],
  options: { readonly version?: number; readonly alignment?: number } = {},
): WrittenGguf {
  const alignment = options.alignment ?? 32
  const pairs = Object.entries(meta)
  const out = new Bytes()
    .raw('GGUF')
    .u32(options.version ?? 3)
    .u64(tensors.length)
    .u64(pairs.length)
  for (const [key, value] of pairs) putMeta(out, key, value)
  const pad = (value: number) => Math.ceil(value / alignment) * alignment
  let offset = 0
  for (const tensor of tensors) {
    out.text(tensor.name).u32(tensor.shape.length)
    for (const size of tensor.shape) out.u64(size)
    out.u32(TYPE_IDS.get(tensor.type) ?? -1).u64(offset)
    offset = pad(offset + tensorBytes(tensor))
  }
  return { header: out.done(), fileBytes: pad(out.parts.length) + offset }
}

/** `attn_q 256x512 Q4_K, …` as the tensors of one block (or, with an empty prefix, of the whole model). */
export function tensors(prefix: string, list: string): TensorSpec[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const [stem = '', shape = '', type = 'F32'] = item.split(/\s+/)
      const name = /\.(weight|bias)$|ssm_[ad]$/.test(stem) ? stem : `${stem}.weight`
      return { name: `${prefix}${name}`, shape: shape.split('x').map(Number), type }
    })
}

export interface LlamaSizes {
  readonly layers: number
  readonly hidden: number
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly ffn: number
  readonly vocab: number
}

/** A llama-architecture file as llama.cpp's Q4_K_M leaves it: Q6_K for the head and half of the value and down matrices. */
export function llamaQ4KM(s: LlamaSizes): { readonly meta: Meta; readonly tensors: TensorSpec[] } {
  const q = s.heads * s.headDim
  const k = s.kvHeads * s.headDim
  const list = tensors(
    '',
    `token_embd ${s.hidden}x${s.vocab} Q4_K, output_norm ${s.hidden}, output ${s.hidden}x${s.vocab} Q6_K`,
  )
  for (let i = 0; i < s.layers; i++) {
    const eighth = Math.floor(s.layers / 8)
    const more = i < eighth || i >= Math.floor((7 * s.layers) / 8) || (i - eighth) % 3 === 2 ? 'Q6_K' : 'Q4_K'
    list.push(
      ...tensors(
        `blk.${i}.`,
        `attn_norm ${s.hidden}, ffn_norm ${s.hidden},
        attn_q ${s.hidden}x${q} Q4_K, attn_k ${s.hidden}x${k} Q4_K, attn_v ${s.hidden}x${k} ${more}, attn_output ${q}x${s.hidden} Q4_K,
        ffn_gate ${s.hidden}x${s.ffn} Q4_K, ffn_up ${s.hidden}x${s.ffn} Q4_K, ffn_down ${s.ffn}x${s.hidden} ${more}`,
      ),
    )
  }
  const meta = {
    'general.architecture': 'llama',
    'general.name': 'Tiny Llama',
    'llama.block_count': s.layers,
    'llama.context_length': 8192,
    'llama.embedding_length': s.hidden,
    'llama.feed_forward_length': s.ffn,
    'llama.attention.head_count': s.heads,
    'llama.attention.head_count_kv': s.kvHeads,
    'llama.attention.layer_norm_rms_epsilon': 0.00001,
    'llama.rope.dimension_count': s.headDim,
    'tokenizer.ggml.tokens': ['<unk>', '<s>', '</s>'],
  }
  return { meta, tensors: list }
}

export const TINY: LlamaSizes = { layers: 3, hidden: 256, heads: 4, kvHeads: 2, headDim: 64, ffn: 512, vocab: 512 }
export const LLAMA_31_8B: LlamaSizes = {
  layers: 32,
  hidden: 4096,
  heads: 32,
  kvHeads: 8,
  headDim: 128,
  ffn: 14336,
  vocab: 128256,
}
