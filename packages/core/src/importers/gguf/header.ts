/**
 * The header of a GGUF file (versions 2 and 3, little-endian): metadata and the list of tensors, from a window onto the
 * file's start. When the window is too short the answer is how many bytes it needs, so that an edge reads only the header
 * of a file of any size. Nothing is read beyond it, and tokenizer lists are stepped over, keeping their length.
 *
 * Source: ggml-org/ggml `docs/gguf.md`; checks as in ggml-org/llama.cpp `ggml/src/gguf.cpp`, with limits of our own
 * where that one accepts a gigabyte. Lengths in bytes. Leaves out version 1 (32-bit counts; refused by name), big-endian
 * files (refused by name) and arrays of arrays (in the specification, in no published file, refused by llama.cpp too).
 */
import { type Problem, type Result, show, showName } from '../../units/result.ts'
import type { HeaderRead } from '../headerRead.ts'
import { Cursor } from './cursor.ts'
import { GGML_TYPES, type GgmlType, REMOVED_TYPES } from './types.ts'
import { type GgufValue, readValue } from './value.ts'

/** Longest header read: the largest published ones (256 k tokens, with merges and an embedded tokenizer) stay below 40 MiB. */
export const MAX_HEADER_BYTES = 256 * 1024 * 1024
/** Metadata pairs: published files have fewer than 200. */
export const MAX_METADATA = 65_536
/** Tensors: DeepSeek-V3 has 1,086; one tensor per expert of the largest model stays below this. */
export const MAX_TENSORS = 262_144
/** Length of a metadata key (specification). */
const MAX_KEY_BYTES = 65_535
/** Length of a tensor name: the specification says 64; forks have gone to 128. */
const MAX_NAME_BYTES = 256
/** Dimensions of a tensor (GGML_MAX_DIMS). */
export const MAX_DIMENSIONS = 4
/** Largest alignment: a power of two; published files have 32. */
const MAX_ALIGNMENT = 1024 * 1024
const DEFAULT_ALIGNMENT = 32
/** First window worth asking for, so that a short header takes one read. */
const FIRST_WINDOW_BYTES = 65_536

export interface GgufTensor {
  readonly name: string
  /** Innermost first: a matrix [k → n] is [k, n]. */
  readonly shape: readonly number[]
  readonly type: GgmlType
  readonly elements: number
  readonly bytes: number
  /** From the start of the file. */
  readonly offset: number
}

export interface GgufHeader {
  readonly version: number
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: readonly GgufTensor[]
  readonly alignment: number
  /** Where tensor data begin: the header and its padding. */
  readonly dataOffset: number
  readonly fileBytes: number
}

const OTHER_FORMATS: ReadonlyMap<string, string> = new Map([
  ['lmgg', 'GGML'],
  ['fmgg', 'GGMF'],
  ['tjgg', 'GGJT'],
  ['algg', 'GGLA'],
])

/**
 * Reads a GGUF header from the first `bytes` of a file of `fileBytes`. Too short a window is answered with the bytes it `need`s;
 * a damaged or foreign file is a problem that names the place.
 */
export function readGgufHeader(bytes: Uint8Array, fileBytes: number): HeaderRead<GgufHeader> {
  if (!Number.isSafeInteger(fileBytes) || fileBytes < 0) {
    return refusal({
      path: 'file',
      reason: `its length ${show(fileBytes)} is not a whole number of bytes`,
      remedy: 'Give the length of the whole file.',
    })
  }
  const window = bytes.length > fileBytes ? bytes.subarray(0, fileBytes) : bytes
  const cursor = new Cursor(window, fileBytes, MAX_HEADER_BYTES)
  const header = parse(cursor)
  const outcome = cursor.outcome
  if (!outcome) return { ok: true, value: header }
  if ('problem' in outcome) return refusal(outcome.problem)
  // At least twice the last window, so that a long header takes few reads.
  const wanted = Math.max(outcome.need, 2 * window.length, FIRST_WINDOW_BYTES)
  return { need: Math.min(wanted, fileBytes, MAX_HEADER_BYTES) }
}

function refusal(problem: Problem): Result<never> {
  return { ok: false, problem }
}

function parse(cursor: Cursor): GgufHeader {
  const version = readVersion(cursor)
  const tensorCount = cursor.count('tensor_count', MAX_TENSORS, 'Check that this is a model file.')
  const metadataCount = cursor.count('metadata_kv_count', MAX_METADATA, 'Check that this is a model file.')
  // The least a pair (8 + 1 + 4 + 1) and a tensor (8 + 4 + 4 + 8) can take.
  cursor.fits(metadataCount * 14 + tensorCount * 24, 'the claimed number of metadata pairs and tensors')
  const metadata = readMetadata(cursor, metadataCount)
  const alignment = readAlignment(cursor, metadata)
  const listed: Listed[] = []
  for (let i = 0; i < tensorCount && !cursor.stopped; i++) listed.push(readTensor(cursor, i, alignment))
  const dataOffset = padded(cursor.at, alignment)
  const tensors = cursor.stopped ? [] : place(cursor, listed, dataOffset)
  return { version, metadata, tensors, alignment, dataOffset, fileBytes: cursor.fileBytes }
}

function padded(at: number, alignment: number): number {
  return Math.ceil(at / alignment) * alignment
}

function readVersion(cursor: Cursor): number {
  const magic = cursor.text(4, 'magic')
  if (!cursor.stopped && magic !== 'GGUF') {
    const old = OTHER_FORMATS.get(magic)
    const reason = old ? `this is a ${old} file, the format before GGUF` : `${show(magic)} is not "GGUF"`
    cursor.refuse('magic', reason, old ? 'Convert the model again to GGUF.' : 'Give a .gguf file.')
  }
  const version = cursor.u32('version')
  if (cursor.stopped) return version
  const convert = 'Convert it with gguf-py (gguf_convert_endian) or give a little-endian file.'
  if (version !== 0 && (version & 0xffff) === 0) cursor.refuse('version', 'the file is big-endian', convert)
  else if (version === 1) cursor.refuse('version', 'GGUF version 1 is not read', 'Convert the model again (version 3).')
  else if (version !== 2 && version !== 3) {
    cursor.refuse('version', `GGUF version ${version} is not known`, 'Versions 2 and 3 are read.')
  }
  return version
}

function readMetadata(cursor: Cursor, count: number): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>()
  for (let i = 0; i < count && !cursor.stopped; i++) {
    const where = `metadata[${i}]`
    const length = cursor.count(`${where}.key`, MAX_KEY_BYTES, 'The specification allows no longer key.')
    const key = cursor.text(length, `${where}.key`)
    if (cursor.stopped) break
    if (key === '') cursor.refuse(`${where}.key`, 'is empty', 'Every pair needs a key: convert the model again.')
    else if (metadata.has(key))
      cursor.refuse(showName(key), 'occurs twice', 'Keep one value per key: convert the model again.')
    const value = readValue(cursor, showName(key))
    if (value !== undefined) metadata.set(key, value)
  }
  return metadata
}

function readAlignment(cursor: Cursor, metadata: ReadonlyMap<string, GgufValue>): number {
  const value = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT
  const isPower = typeof value === 'number' && Number.isInteger(Math.log2(value)) && value >= 1
  if (isPower && value <= MAX_ALIGNMENT) return value
  const reason = `${show(value)} is not a power of two up to ${MAX_ALIGNMENT}`
  cursor.refuse('general.alignment', reason, 'Convert the model again, with the default alignment of 32.')
  return DEFAULT_ALIGNMENT
}

/** A tensor before its place in the file is checked; `relative` counts from where data begin. */
interface Listed extends Omit<GgufTensor, 'offset'> {
  readonly relative: number
}

const UNKNOWN: GgmlType = { name: 'unknown', blockElements: 1, blockBytes: 1 }

function readTensor(cursor: Cursor, index: number, alignment: number): Listed {
  const where = `tensors[${index}]`
  const length = cursor.count(`${where}.name`, MAX_NAME_BYTES, 'The specification allows 64 bytes.')
  const name = cursor.text(length, `${where}.name`)
  const path = name === '' ? where : showName(name)
  const dimensions = cursor.u32(path)
  if (dimensions > MAX_DIMENSIONS) {
    cursor.refuse(path, `has ${dimensions} dimensions`, `At most ${MAX_DIMENSIONS} exist: the file is damaged.`)
  }
  const shape: number[] = []
  let elements = 1
  for (let i = 0; i < dimensions && !cursor.stopped; i++) {
    const size = cursor.count(path, Number.MAX_SAFE_INTEGER, 'No tensor is so large: the file is damaged.')
    shape.push(size)
    elements *= size
  }
  const type = readType(cursor, path)
  const relative = cursor.count(path, Number.MAX_SAFE_INTEGER, 'No file is so large: the file is damaged.')
  const row = shape[0] ?? 1
  const bytes = (elements / type.blockElements) * type.blockBytes
  const damaged = 'Download the file again, or convert the model again.'
  if (!(elements * 8 <= Number.MAX_SAFE_INTEGER)) {
    cursor.refuse(path, `its shape ${show(shape)} holds too many elements`, damaged)
  } else if (row % type.blockElements !== 0) {
    const reason = `its rows of ${row} elements are no multiple of the ${type.blockElements} elements of a ${type.name} block`
    cursor.refuse(path, reason, damaged)
  } else if (relative % alignment !== 0) {
    cursor.refuse(path, `its offset ${relative} is no multiple of the alignment ${alignment}`, damaged)
  }
  return { name, shape, type, elements, bytes, relative }
}

function readType(cursor: Cursor, path: string): GgmlType {
  const id = cursor.u32(path)
  const type = GGML_TYPES.get(id)
  if (type || cursor.stopped) return type ?? UNKNOWN
  const removed = REMOVED_TYPES.get(id)
  const reason = removed
    ? `tensor type ${id} (${removed}) was removed from the format`
    : `tensor type ${id} is not known here`
  cursor.refuse(path, reason, 'Quantise the model again to a type of ggml-org/llama.cpp.')
  return UNKNOWN
}

/** Offsets in the file: no name twice, no two tensors in one place, none past the end. */
function place(cursor: Cursor, listed: readonly Listed[], dataOffset: number): GgufTensor[] {
  const tensors = listed.map(({ relative, ...rest }) => ({ ...rest, offset: dataOffset + relative }))
  const names = new Set<string>()
  for (const { name } of tensors) {
    if (names.has(name)) cursor.refuse(showName(name), 'is listed twice', 'Convert the model again.')
    names.add(name)
  }
  let end = dataOffset
  let last = ''
  for (const one of [...tensors].sort((a, b) => a.offset - b.offset || a.bytes - b.bytes)) {
    const path = showName(one.name)
    if (one.offset < end && one.bytes > 0) {
      cursor.refuse(
        path,
        `overlaps ${show(last)} at byte ${one.offset}`,
        'The file is damaged: convert the model again.',
      )
    }
    if (one.offset + one.bytes > cursor.fileBytes) {
      const reason = `truncated: ends at byte ${one.offset + one.bytes}, but the file has ${cursor.fileBytes}`
      cursor.refuse(path, reason, 'Download the file again and compare its size.')
    }
    if (cursor.stopped) return []
    end = Math.max(end, one.offset + one.bytes)
    last = one.name
  }
  return tensors
}
