/**
 * A reading position in a window onto the start of a file. Every read first compares what it wants with the file's
 * length, the cap on headers and the window, in that order, so that nothing is allocated for a claim that cannot be true.
 *
 * The first failure sticks: the cursor is `stopped`, later reads answer 0 or an empty text, and the caller asks for the
 * `outcome` once. Positions and lengths are bytes from the start of the file; integers are little-endian.
 */
import { type Problem, show } from '../../units/result.ts'

const DECODER = new TextDecoder('utf-8')

export class Cursor {
  /** Next byte to read; may lie beyond the window after `skip`. */
  at = 0
  readonly bytes: Uint8Array
  readonly fileBytes: number
  readonly cap: number
  readonly #view: DataView
  #problem: Problem | undefined
  #need: number | undefined

  constructor(bytes: Uint8Array, fileBytes: number, cap: number) {
    this.bytes = bytes
    this.fileBytes = fileBytes
    this.cap = cap
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get stopped(): boolean {
    return this.#problem !== undefined || this.#need !== undefined
  }

  /** Why it stopped: a problem of the file, or the least number of bytes the window must have. */
  get outcome(): { readonly problem: Problem } | { readonly need: number } | undefined {
    if (this.#problem) return { problem: this.#problem }
    return this.#need === undefined ? undefined : { need: this.#need }
  }

  refuse(path: string, reason: string, remedy: string): void {
    if (!this.stopped) this.#problem = { path, reason, remedy }
  }

  /** Whether the file can hold `count` more bytes of `what`; stops when it cannot. */
  fits(count: number, what: string): boolean {
    if (this.stopped) return false
    const end = this.at + count
    if (end > this.fileBytes) {
      const left = Math.max(0, this.fileBytes - this.at)
      const claim = `${what} takes ${show(count)} bytes at byte ${this.at}, but only ${left} follow`
      this.refuse(what, `truncated or damaged: ${claim}`, 'Download the file again and compare its size.')
      return false
    }
    if (end > this.cap) {
      const reason = `the header runs past ${this.cap} bytes (${show(count)} bytes at byte ${this.at})`
      this.refuse(what, reason, 'No published model has so large a header: check where the file comes from.')
      return false
    }
    return true
  }

  #read(count: number, what: string): number | undefined {
    if (!this.fits(count, what)) return undefined
    const from = this.at
    if (from + count > this.bytes.length) {
      this.#need = from + count
      return undefined
    }
    this.at = from + count
    return from
  }

  skip(count: number, what: string): void {
    if (this.fits(count, what)) this.at += count
  }

  /** A number of one of the fixed-width kinds; 64-bit integers beyond 2^53 stay bigint. */
  number(kind: NumberKind, what: string): number | bigint {
    const from = this.#read(NUMBER_BYTES[kind], what)
    if (from === undefined) return 0
    const view = this.#view
    switch (kind) {
      case 'u8':
        return view.getUint8(from)
      case 'i8':
        return view.getInt8(from)
      case 'u16':
        return view.getUint16(from, true)
      case 'i16':
        return view.getInt16(from, true)
      case 'u32':
        return view.getUint32(from, true)
      case 'i32':
        return view.getInt32(from, true)
      case 'f32':
        return view.getFloat32(from, true)
      case 'f64':
        return view.getFloat64(from, true)
      case 'u64': {
        // Lists hold millions of lengths: no bigint for the ordinary ones.
        const high = view.getUint32(from + 4, true)
        return high < 0x200000 ? high * 2 ** 32 + view.getUint32(from, true) : view.getBigUint64(from, true)
      }
      case 'i64':
        return small(view.getBigInt64(from, true))
    }
  }

  u32(what: string): number {
    return Number(this.number('u32', what))
  }

  /** A count or a length: refused above `max`, named in `remedy`. */
  count(what: string, max: number, remedy: string): number {
    const value = this.number('u64', what)
    if (value <= max) return Number(value)
    this.refuse(what, `${show(value)} is more than ${max}`, remedy)
    return 0
  }

  text(length: number, what: string): string {
    const from = this.#read(length, what)
    return from === undefined ? '' : DECODER.decode(this.bytes.subarray(from, from + length))
  }
}

const NUMBER_BYTES = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, f64: 8, u64: 8, i64: 8 } as const

export type NumberKind = keyof typeof NUMBER_BYTES

function small(value: bigint): number | bigint {
  return value >= -BigInt(Number.MAX_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}
