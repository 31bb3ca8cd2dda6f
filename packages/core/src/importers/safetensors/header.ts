/**
 * The header of a safetensors file: eight bytes of length (little-endian), then JSON naming every tensor's type, shape and
 * place. From a window onto the file's start; when it is too short the answer is how many bytes it needs, so that an edge
 * reads only the header of a file of any size.
 *
 * Source and checks: huggingface/safetensors `safetensors/src/tensor.rs`: the header has at most 100 MB, places are
 * contiguous from 0 and cover the file, shape × size = length. Lengths in bytes. Leaves out the data.
 * A name that occurs twice loses its first place (as in every JSON reader); the hole that leaves refuses the file.
 */
import { fail, ok, type Result, show, showName } from '../../units/result.ts'
import type { HeaderRead } from '../headerRead.ts'
import { isObject, ownValue } from '../hf/reader.ts'

/** Longest JSON header of the reference implementation (MAX_HEADER_SIZE). */
export const MAX_HEADER_BYTES = 100_000_000
/** Tensors of one file: one tensor per expert and scale of the largest model stays below this. */
export const MAX_TENSORS = 1_000_000
/** Dimensions of a tensor: PyTorch allows 64; published weights have at most 5. */
export const MAX_DIMENSIONS = 64
const LENGTH_BYTES = 8
/** Length of a name: published ones stay below 200. */
const MAX_NAME_LENGTH = 500

/** Bits of one element. */
const DTYPE_BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const

export type SafetensorsDtype = keyof typeof DTYPE_BITS

export interface SafetensorsTensor {
  readonly name: string
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  readonly elements: number
  readonly bytes: number
  /** From the start of the file. */
  readonly offset: number
}

export interface SafetensorsHeader {
  readonly tensors: readonly SafetensorsTensor[]
  /** `__metadata__`: free texts. */
  readonly metadata: ReadonlyMap<string, string>
  /** Where tensor data begin. */
  readonly dataOffset: number
  readonly fileBytes: number
}

const AGAIN = 'Download the file again and compare its size.'

/**
 * Reads a safetensors header from the first `bytes` of a file of `fileBytes`. Too short a window is answered with the bytes it
 * `need`s; a damaged or foreign file is a problem that names the tensor.
 */
export function readSafetensorsHeader(bytes: Uint8Array, fileBytes: number): HeaderRead<SafetensorsHeader> {
  if (!Number.isSafeInteger(fileBytes) || fileBytes < 0) {
    return fail(
      'file',
      `its length ${show(fileBytes)} is not a whole number of bytes`,
      'Give the length of the whole file.',
    )
  }
  const window = bytes.length > fileBytes ? bytes.subarray(0, fileBytes) : bytes
  if (fileBytes < LENGTH_BYTES) return fail('file', `truncated: it has only ${fileBytes} bytes`, AGAIN)
  if (window.length < LENGTH_BYTES) return { need: Math.min(fileBytes, 65_536) }
  const length = new DataView(window.buffer, window.byteOffset, LENGTH_BYTES).getBigUint64(0, true)
  if (length > MAX_HEADER_BYTES) {
    const reason = `a header of ${show(length)} bytes is more than the format's ${MAX_HEADER_BYTES}`
    return fail('header length', reason, 'Give a .safetensors file; this one is of another kind, or damaged.')
  }
  const end = LENGTH_BYTES + Number(length)
  if (end > fileBytes) {
    return fail('header length', `truncated: the header ends at byte ${end}, but the file has ${fileBytes}`, AGAIN)
  }
  if (window.length < end) return { need: end }
  const parsed = parseJson(window.subarray(LENGTH_BYTES, end))
  return parsed.ok ? readTensors(parsed.value, end, fileBytes) : parsed
}

function parseJson(bytes: Uint8Array): Result<object> {
  const remedy = 'Give a .safetensors file; this one is of another kind, or damaged.'
  if (bytes[0] !== 0x7b) return fail('header', 'does not begin with "{"', remedy)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return fail('header', 'is not JSON in UTF-8', remedy)
  }
  return isObject(value) ? ok(value) : fail('header', 'is not a JSON object', remedy)
}

function readTensors(json: object, dataOffset: number, fileBytes: number): Result<SafetensorsHeader> {
  const names = Object.keys(json)
  if (names.length > MAX_TENSORS) {
    return fail('header', `names ${names.length} tensors, more than ${MAX_TENSORS}`, 'Check where the file comes from.')
  }
  const metadata = readMetadata(ownValue(json, '__metadata__'))
  if (!metadata.ok) return metadata
  const tensors: SafetensorsTensor[] = []
  for (const name of names) {
    if (name === '__metadata__') continue
    const tensor = readTensor(name, ownValue(json, name), dataOffset)
    if (!tensor.ok) return tensor
    tensors.push(tensor.value)
  }
  tensors.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes)
  let end = dataOffset
  for (const { name, offset, bytes } of tensors) {
    if (offset !== end) {
      const reason = `begins at byte ${offset}, but the tensor before it ends at ${end}`
      return fail(showName(name), reason, 'Tensors must follow one another without holes: save the model again.')
    }
    end += bytes
  }
  if (end === fileBytes) return ok({ tensors, metadata: metadata.value, dataOffset, fileBytes })
  const reason = end > fileBytes ? 'truncated: ' : ''
  return fail('file', `${reason}the tensors end at byte ${end}, but the file has ${fileBytes}`, AGAIN)
}

function readMetadata(value: unknown): Result<ReadonlyMap<string, string>> {
  const metadata = new Map<string, string>()
  if (value === undefined) return ok(metadata)
  const remedy = 'It must map texts to texts: save the model again.'
  if (!isObject(value)) return fail('__metadata__', `${show(value)} is not an object`, remedy)
  for (const key of Object.keys(value)) {
    const text = ownValue(value, key)
    if (typeof text !== 'string') return fail(`__metadata__.${showName(key)}`, `${show(text)} is not a text`, remedy)
    metadata.set(key, text)
  }
  return ok(metadata)
}

function readTensor(name: string, value: unknown, dataOffset: number): Result<SafetensorsTensor> {
  const path = showName(name)
  const again = 'Save the model again with a current version of safetensors.'
  if (name.length > MAX_NAME_LENGTH) return fail(path, `a name of ${name.length} characters`, again)
  if (!isObject(value)) return fail(path, `${show(value)} is not an object`, again)
  const dtype = ownValue(value, 'dtype')
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPE_BITS, dtype)) {
    return fail(`${path}.dtype`, `${show(dtype)} is not known here`, `Known: ${Object.keys(DTYPE_BITS).join(', ')}.`)
  }
  const known = dtype as SafetensorsDtype
  const shape = ownValue(value, 'shape')
  if (!isSizes(shape) || shape.length > MAX_DIMENSIONS) {
    return fail(`${path}.shape`, `${show(shape)} is not a list of at most ${MAX_DIMENSIONS} sizes`, again)
  }
  const place = ownValue(value, 'data_offsets')
  const [from = 0, to = 0] = isSizes(place) ? place : []
  if (!isSizes(place) || place.length !== 2 || from > to) {
    return fail(`${path}.data_offsets`, `${show(place)} is not a beginning and an end`, again)
  }
  const elements = shape.reduce((product, size) => product * size, 1)
  const bits = elements * DTYPE_BITS[known]
  if (bits !== (to - from) * 8) {
    const reason = `${show(shape)} of ${known} takes ${bits / 8} bytes, but its place has ${to - from}`
    return fail(`${path}.shape`, reason, again)
  }
  return ok({ name, dtype: known, shape, elements, bytes: to - from, offset: dataOffset + from })
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}
