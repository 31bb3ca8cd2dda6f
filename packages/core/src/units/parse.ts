/**
 * Quantities as people write them. Token counts take binary multiples, as context lengths do (`128k` = 131,072);
 * bytes say which they mean (GB = 10⁹, GiB = 2³⁰); rates are bytes or flop per second. Every reader returns the plain
 * number in base units, or why not.
 */
import { fail, ok, type Result, show } from './result.ts'

const NUMBER = /^([+-]?(?:\d[\d_,]*)(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-zA-Zµ/%$]*)$/

interface Reading {
  /** What a correct value looks like. */
  readonly example: string
  readonly multiples: Readonly<Record<string, number>>
  readonly whole: boolean
}

const K = 1024
const COUNT: Reading = {
  example: 'a count such as 2048, 128k (= 131072) or 1M',
  multiples: { '': 1, k: K, K, m: K * K, M: K * K, g: K ** 3, G: K ** 3 },
  whole: true,
}

const decimal = (prefixes: string, unit: string, from = 1e3): Record<string, number> =>
  Object.fromEntries([...prefixes].map((prefix, i) => [`${prefix}${unit}`, from * 1e3 ** i]))
const binary = (prefixes: string): Record<string, number> =>
  Object.fromEntries([...prefixes].map((prefix, i) => [`${prefix}iB`, K ** (i + 1)]))

const BYTE_MULTIPLES: Record<string, number> = { '': 1, B: 1, kB: 1e3, ...decimal('KMGTP', 'B'), ...binary('KMGTP') }
const BYTES: Reading = { example: 'bytes such as 80GiB, 48GB or 16777216', multiples: BYTE_MULTIPLES, whole: false }

const perSecond = (multiples: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(multiples).flatMap(([unit, x]) => [
      [unit, x],
      [`${unit}/s`, x],
      [`${unit}ps`, x],
    ]),
  )
const BYTE_RATE: Reading = {
  example: 'a bandwidth such as 768GB/s or 3.35TB/s',
  multiples: perSecond(BYTE_MULTIPLES),
  whole: false,
}
const flopUnits = ['flop', 'FLOP', 'flops', 'FLOPS', 'op', 'OP', 'OPS', 'ops', '']
const FLOP_RATE: Reading = {
  example: 'a peak such as 312TFLOPS or 1.98e15',
  multiples: Object.fromEntries(
    flopUnits.flatMap((unit) =>
      Object.entries({ '': 1, ...decimal('KMGTPE', '') }).flatMap(([p, x]) => [
        [p + unit, x],
        [`${p}${unit}/s`, x],
      ]),
    ),
  ),
  whole: false,
}
const DURATION: Reading = {
  example: 'a time such as 1.5ms, 200us or 2s',
  multiples: { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9, min: 60, h: 3600 },
  whole: false,
}
const FREQUENCY: Reading = {
  example: 'a clock such as 1980MHz or 1.98GHz',
  multiples: { '': 1, Hz: 1, kHz: 1e3, MHz: 1e6, GHz: 1e9 },
  whole: false,
}
const NUMBER_ONLY: Reading = {
  example: 'a number such as 0.92',
  multiples: { '': 1, '%': 0.01, $: 1, W: 1 },
  whole: false,
}

function read(reading: Reading, path: string, raw: unknown): Result<number> {
  const wrong = () =>
    fail(path, `${show(raw)} is not ${reading.example.split(' such as')[0]}`, `Write ${reading.example}`)
  let value: number
  if (typeof raw === 'number') value = raw
  else {
    if (typeof raw !== 'string' || raw.length > 40) return wrong()
    const match = NUMBER.exec(raw.trim())
    if (!match) return wrong()
    const unit = match[2] ?? ''
    if (!Object.hasOwn(reading.multiples, unit)) return wrong()
    value = Number((match[1] as string).replace(/[_,]/g, '')) * (reading.multiples[unit] as number)
  }
  if (!Number.isFinite(value)) return wrong()
  if (reading.whole && !Number.isInteger(value))
    return fail(path, `${show(raw)} is not a whole number`, `Write ${reading.example}`)
  return ok(value)
}

/** Tokens, sequences, accelerators: whole numbers; k, M and G are binary (128k = 131,072). */
export const parseCount = (path: string, raw: unknown): Result<number> => read(COUNT, path, raw)
/** Bytes: B, kB…PB decimal, KiB…PiB binary. */
export const parseBytes = (path: string, raw: unknown): Result<number> => read(BYTES, path, raw)
/** Bytes per second. */
export const parseByteRate = (path: string, raw: unknown): Result<number> => read(BYTE_RATE, path, raw)
/** flop (or integer operations) per second. */
export const parseFlopRate = (path: string, raw: unknown): Result<number> => read(FLOP_RATE, path, raw)
/** Seconds. Text needs its unit: `20` is 20 ms to some and 20 s to others. A number is data, in seconds. */
export function parseDuration(path: string, raw: unknown): Result<number> {
  const bare = typeof raw === 'string' ? raw.trim() : ''
  if (bare === '' || !/^[\d.]+$/.test(bare) || !NUMBER.test(bare)) return read(DURATION, path, raw)
  return Number(bare) === 0 ? ok(0) : fail(path, `${show(raw)} has no unit`, `Write ${bare}ms or ${bare}s`)
}
/** Hertz. */
export const parseFrequency = (path: string, raw: unknown): Result<number> => read(FREQUENCY, path, raw)
/** A bare number; `92%` reads 0.92. */
export const parseNumber = (path: string, raw: unknown): Result<number> => read(NUMBER_ONLY, path, raw)
