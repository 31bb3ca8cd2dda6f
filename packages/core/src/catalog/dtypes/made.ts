/**
 * Formats that no table lists, written as a small language, so that any width can be asked about:
 *
 *   KIND BITS SCALES [s BITS] [z BITS] [o SHARE [w BITS]]
 *
 * KIND `int`, `fp` (multiplied in that width where the hardware can) or `cb` (a codebook: multiplied in 16 bit);
 * SCALES `g128` (one per 128 elements), `r` (one per row) or `t` (one per tensor: free); `s` bits of a scale (16),
 * `z` bits of a zero-point (0); `o` share of the elements kept apart in `w` bits (16).
 * `int3g128z3`, `cb3ro0.0045`, `fp6t`, `int2.75g64`. Bits of one element, outliers counted: b·(1 − p) + w·p.
 * Leaves out where outliers stand (their indices) and codebook tables.
 */
import type { ComputeDtype } from '../accelerators/accelerator.ts'
import type { Dtype } from './dtype.ts'

export type MadeKind = 'int' | 'fp' | 'cb'

export interface Making {
  readonly kind: MadeKind
  readonly bits: number
  /** Elements that share a scale. */
  readonly group: number | 'row' | 'tensor'
  readonly scaleBits?: number
  readonly zeroBits?: number
  readonly outlierShare?: number
  readonly outlierBits?: number
}

/** What every id of this language looks like to the type checker; `readMade` says whether it is one. */
export type MadeId = `${MadeKind}${number}${'g' | 'r' | 't'}${string}` | `${MadeKind}${number}${'r' | 't'}`

const DIGITS = '(\\d{1,6}(?:\\.\\d{1,6})?)'
const GRAMMAR = new RegExp(
  `^(int|fp|cb)${DIGITS}(?:g(\\d{1,6})|([rt]))(?:s${DIGITS})?(?:z${DIGITS})?(?:o${DIGITS}(?:w${DIGITS})?)?$`,
)

const WORDS: Readonly<Record<MadeKind, string>> = { int: 'INT', fp: 'FP', cb: 'codebook ' }

/** The narrowest width a matrix unit can have that holds the element. */
function computeOf(kind: MadeKind, bits: number): ComputeDtype {
  if (kind === 'cb' || bits > 8) return bits > 16 ? 'fp32' : 'fp16'
  if (kind === 'int') return bits <= 1 ? 'int1' : bits <= 4 ? 'int4' : 'int8'
  return bits <= 4 ? 'fp4' : bits <= 6 ? 'fp6' : 'fp8'
}

function nameOf(m: Required<Making>): string {
  const per =
    m.group === 'row' ? 'one scale per row' : m.group === 'tensor' ? 'one scale per tensor' : `groups of ${m.group}`
  const zero = m.zeroBits > 0 ? ` and a ${m.zeroBits}-bit zero-point` : ''
  const scale = m.group === 'tensor' ? '' : ` with a ${m.scaleBits}-bit scale${zero}`
  const apart = m.outlierShare > 0 ? `, ${+(100 * m.outlierShare).toFixed(4)} % kept in ${m.outlierBits} bit` : ''
  return `${WORDS[m.kind]}${m.bits}, ${per}${scale}${apart}`
}

/** The format of an id of the language; undefined for anything else, bits outside 1 … 32 and shares above 1 included. */
export function readMade(id: string): Dtype | undefined {
  const match = GRAMMAR.exec(id)
  if (!match) return undefined
  const [, kind, bits, group, letter, scale, zero, share, wide] = match
  const m: Required<Making> = {
    kind: kind as MadeKind,
    bits: Number(bits),
    group: group === undefined ? (letter === 'r' ? 'row' : 'tensor') : Number(group),
    scaleBits: Number(scale ?? 16),
    zeroBits: Number(zero ?? 0),
    outlierShare: Number(share ?? 0),
    outlierBits: Number(wide ?? 16),
  }
  const inside = (bitsHere: number) => bitsHere >= 1 && bitsHere <= 32
  if (!inside(m.bits) || !inside(m.outlierBits) || m.outlierShare > 1 || m.group === 0) return undefined
  if (m.scaleBits > 64 || m.zeroBits > 64) return undefined
  return {
    id,
    name: nameOf(m),
    bits: m.bits * (1 - m.outlierShare) + m.outlierBits * m.outlierShare,
    ...(m.group === 'tensor' ? {} : { group: m.group, scaleBits: m.scaleBits, zeroBits: m.zeroBits }),
    compute: computeOf(m.kind, m.bits),
    dynamic: true,
    source: 'made from its id: bits, scales and outliers as written',
  }
}

/** The id of a format; reading it gives the format back. */
export function madeId(m: Making): MadeId {
  const tidy = (x: number) => String(+x.toFixed(6))
  const scales = m.group === 'row' ? 'r' : m.group === 'tensor' ? 't' : `g${m.group}`
  const scale = m.group === 'tensor' || (m.scaleBits ?? 16) === 16 ? '' : `s${tidy(m.scaleBits ?? 16)}`
  const zero = m.group !== 'tensor' && m.zeroBits ? `z${tidy(m.zeroBits)}` : ''
  const wide = (m.outlierBits ?? 16) === 16 ? '' : `w${tidy(m.outlierBits ?? 16)}`
  const apart = m.outlierShare ? `o${tidy(m.outlierShare)}${wide}` : ''
  return `${m.kind}${tidy(m.bits)}${scales}${scale}${zero}${apart}` as MadeId
}
