/**
 * The values that number grids can hold, and the error of rounding to them: levels as lists, nearest level, and the mean
 * squared error on a normal distribution with the best common scale. For comparing grids with each other, never for the
 * accuracy of a model. Leaves out grids whose levels depend on the data (codebooks, learned clips, posit regimes).
 */

/** Magnitudes of a small float with a sign: exponent and mantissa bits, subnormals included, no infinities. */
function floatLevels(exponentBits: number, mantissaBits: number): number[] {
  const bias = 2 ** (exponentBits - 1) - 1
  const out: number[] = []
  for (let e = 0; e < 2 ** exponentBits; e++) {
    for (let m = 0; m < 2 ** mantissaBits; m++) {
      const fraction = m / 2 ** mantissaBits
      out.push(e === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (e - bias))
    }
  }
  return out
}

const signed = (magnitudes: readonly number[]) =>
  [...new Set(magnitudes.flatMap((x) => [-x, x]).map((x) => x + 0))].sort((a, b) => a - b)

/** Quantiles of NF4 as published (QLoRA, arXiv 2305.14314, appendix E). */
const NF4: readonly number[] = [
  -1, -0.6961928, -0.52507305, -0.3949175, -0.28444138, -0.18477343, -0.09105004, 0, 0.0795803, 0.1609302, 0.2461123,
  0.33791524, 0.44070983, 0.562617, 0.72295684, 1,
]

const FLOATS: Readonly<Record<string, readonly [number, number]>> = {
  e4m3: [4, 3],
  e5m2: [5, 2],
  e3m2: [3, 2],
  e2m3: [2, 3],
  e2m1: [2, 1],
}

/** The grid's values in rising order, up to a common scale; undefined where they depend on the data. */
export function gridLevels(kind: string, bits: number): readonly number[] | undefined {
  const float = FLOATS[kind]
  if (float) return signed(floatLevels(...float))
  if (kind === 'nf4') return NF4
  if (kind === 'binary') return [-1, 1]
  if (kind === 'ternary') return [-1, 0, 1]
  if ((kind === 'int' || kind === 'int-asymmetric') && Number.isInteger(bits) && bits >= 2 && bits <= 10) {
    // The symmetric grid leaves one code unused, so that 0 is in the middle.
    const most = 2 ** (bits - 1) - 1
    const least = kind === 'int' ? -most : -most - 1
    return Array.from({ length: most - least + 1 }, (_, i) => least + i)
  }
  return undefined
}

/** Nearest level. */
export function quantise(levels: readonly number[], x: number): number {
  let low = 0
  let high = levels.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((levels[middle] as number) <= x) low = middle
    else high = middle
  }
  const [a, b] = [levels[low] as number, levels[high] as number]
  return x - a <= b - x ? a : b
}

const POINTS = 401
const SPAN = 5

/** Where the normal density is read, and exp(−x² / 2) there. */
const XS = Array.from({ length: POINTS }, (_, i) => -SPAN + i * ((2 * SPAN) / (POINTS - 1)))
const DENSITIES = XS.map((x) => Math.exp((-x * x) / 2))

/** E[(x − Q(x))²] for a standard normal x and a scale, by the trapezoid rule over ±5 σ. */
function normalError(levels: readonly number[], scale: number): number {
  const h = (2 * SPAN) / (POINTS - 1)
  const last = Math.max(0, levels.length - 2)
  let total = 0
  // The points ascend, so the level below one is that of the point before it or a later one.
  let low = 0
  for (let i = 0; i < POINTS; i++) {
    const x = XS[i] as number
    const at = x / scale
    while (low < last && (levels[low + 1] as number) <= at) low++
    const [a, b] = [levels[low] as number, levels[Math.min(low + 1, levels.length - 1)] as number]
    const error = x - scale * (at - a <= b - at ? a : b)
    total += error * error * (DENSITIES[i] as number) * h
  }
  return total / Math.sqrt(2 * Math.PI)
}

const known = new Map<string, number | undefined>()

/** Signal over error in decibels, 10·log10(1 / MSE), with the best scale; undefined where levels depend on the data. */
export function gridErrorDb(kind: string, bits: number): number | undefined {
  const key = `${kind}/${bits}`
  if (known.has(key)) return known.get(key)
  const levels = gridLevels(kind, bits)
  let best: number | undefined
  if (levels) {
    const most = levels.at(-1) as number
    let least = Number.POSITIVE_INFINITY
    for (let reach = 0.6; reach < 5.2; reach *= 1.04) least = Math.min(least, normalError(levels, reach / most))
    best = -10 * Math.log10(least)
  }
  known.set(key, best)
  return best
}
