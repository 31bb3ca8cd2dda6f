/**
 * One metadata value of a GGUF header. Scalars and short lists of numbers are kept; long lists and lists of texts
 * (tokenizer vocabularies, merges) are stepped over and only their length is kept, as are very long texts.
 * Source: ggml-org/ggml `docs/gguf.md`, `gguf_metadata_value_type`.
 */
import { show } from '../../units/result.ts'
import type { Cursor, NumberKind } from './cursor.ts'

/** Elements of a list: the largest tokenizers have some 1 M merges, a normaliser's table some 300 k bytes. */
const MAX_ARRAY_LENGTH = 16 * 1024 * 1024
/** Bytes of a text: a whole tokenizer.json may be embedded (33 MB for 256 k tokens). */
const MAX_STRING_BYTES = 64 * 1024 * 1024
/** Lists of numbers up to this length are kept: per-layer figures. */
export const KEPT_ARRAY_LENGTH = 4096
/** Texts up to this length are kept: names. Chat templates are not. */
const KEPT_STRING_BYTES = 4096

/** What was stepped over. */
export interface Skipped {
  readonly skipped: 'text' | 'list'
  /** Bytes of the text, or entries of the list. */
  readonly length: number
}

export type GgufValue = number | bigint | boolean | string | readonly (number | bigint | boolean)[] | Skipped

const NUMBERS: ReadonlyMap<number, { readonly kind: NumberKind; readonly bytes: number }> = new Map([
  [0, { kind: 'u8', bytes: 1 }],
  [1, { kind: 'i8', bytes: 1 }],
  [2, { kind: 'u16', bytes: 2 }],
  [3, { kind: 'i16', bytes: 2 }],
  [4, { kind: 'u32', bytes: 4 }],
  [5, { kind: 'i32', bytes: 4 }],
  [6, { kind: 'f32', bytes: 4 }],
  [10, { kind: 'u64', bytes: 8 }],
  [11, { kind: 'i64', bytes: 8 }],
  [12, { kind: 'f64', bytes: 8 }],
] as const)
const BOOL = 7
const STRING = 8
const ARRAY = 9

/** Reads type and value; undefined when the cursor stopped. */
export function readValue(cursor: Cursor, path: string): GgufValue | undefined {
  const type = cursor.u32(path)
  const value = type === ARRAY ? readArray(cursor, path) : readScalar(cursor, type, path)
  return cursor.stopped ? undefined : value
}

function readScalar(cursor: Cursor, type: number, path: string): number | bigint | boolean | string | Skipped {
  if (type === STRING) return readString(cursor, path)
  if (type === BOOL) return readBool(cursor, path)
  const number = NUMBERS.get(type)
  if (number) return cursor.number(number.kind, path)
  if (!cursor.stopped) {
    cursor.refuse(path, `has value type ${type}, which does not exist`, 'The file is damaged: download it again.')
  }
  return 0
}

function readBool(cursor: Cursor, path: string): boolean {
  const value = cursor.number('u8', path)
  if (value !== 0 && value !== 1) {
    cursor.refuse(path, `${show(value)} is not a truth value (0 or 1)`, 'The file is damaged: download it again.')
  }
  return value === 1
}

function readString(cursor: Cursor, path: string): string | Skipped {
  const length = stringLength(cursor, path)
  if (length <= KEPT_STRING_BYTES) return cursor.text(length, path)
  cursor.skip(length, path)
  return { skipped: 'text', length }
}

function stringLength(cursor: Cursor, path: string): number {
  return cursor.count(path, MAX_STRING_BYTES, `Texts of up to ${MAX_STRING_BYTES} bytes are read.`)
}

function readArray(cursor: Cursor, path: string): GgufValue {
  const type = cursor.u32(path)
  const length = cursor.count(path, MAX_ARRAY_LENGTH, `Lists of up to ${MAX_ARRAY_LENGTH} entries are read.`)
  if (cursor.stopped) return 0
  if (type === STRING) {
    // Every text takes at least its length field.
    cursor.fits(length * 8, path)
    for (let i = 0; i < length && !cursor.stopped; i++) cursor.skip(stringLength(cursor, path), path)
    return { skipped: 'list', length }
  }
  if (type === ARRAY) {
    cursor.refuse(path, 'is a list of lists', 'No published model has one: convert the model again.')
    return 0
  }
  const bytes = type === BOOL ? 1 : NUMBERS.get(type)?.bytes
  if (bytes === undefined || length <= KEPT_ARRAY_LENGTH) {
    const values: (number | bigint | boolean)[] = []
    cursor.fits(length * (bytes ?? 1), path)
    for (let i = 0; i < length && !cursor.stopped; i++) {
      const value = readScalar(cursor, type, path)
      if (typeof value !== 'string' && typeof value !== 'object') values.push(value)
    }
    return values
  }
  cursor.skip(length * bytes, path)
  return { skipped: 'list', length }
}
