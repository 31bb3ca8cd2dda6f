/**
 * Quantities for people: three significant digits and a unit. Bytes in memory are binary (GiB), rates decimal (GB/s);
 * counts of flop are `flop`, rates `flop/s`. Machines get the plain numbers.
 */
const DECIMAL = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z']
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Three significant digits without an exponent for values under 10⁶. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : String(value)
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e6) return value.toPrecision(digits)
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)))
  if (decimals > 12) return value.toPrecision(digits)
  const text = value.toFixed(decimals)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let step = 0
  let x = value
  // 999.5 rounds to 1000 in three digits: take the next unit there.
  while (Math.abs(x) >= base * 0.9995 && step < units.length - 1) {
    x /= base
    step++
  }
  return `${formatNumber(x)} ${units[step]}`.trimEnd()
}

export const formatBytes = (bytes: number): string => scaled(bytes, 1024, BINARY)
export const formatByteRate = (bytePerS: number): string =>
  scaled(
    bytePerS,
    1000,
    DECIMAL.map((p) => `${p}B/s`),
  )
export const formatFlop = (flop: number): string =>
  scaled(
    flop,
    1000,
    DECIMAL.map((p) => `${p}flop`),
  )
export const formatFlopRate = (flopPerS: number): string =>
  scaled(
    flopPerS,
    1000,
    DECIMAL.map((p) => `${p}flop/s`),
  )
export const formatParameters = (count: number): string => scaled(count, 1000, ['', 'k', 'M', 'B', 'T'])

export function formatSeconds(seconds: number): string {
  if (seconds === 0) return '0 s'
  const size = Math.abs(seconds)
  if (size < 1e-6) return `${formatNumber(seconds * 1e9)} ns`
  if (size < 1e-3) return `${formatNumber(seconds * 1e6)} µs`
  if (size < 1) return `${formatNumber(seconds * 1e3)} ms`
  if (size < 600) return `${formatNumber(seconds)} s`
  return size < 36000 ? `${formatNumber(seconds / 60)} min` : `${formatNumber(seconds / 3600)} h`
}

/** Whole counts with thousands separated: 131,072. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return 'unbounded'
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

export const formatDollars = (dollars: number): string =>
  dollars >= 100 ? `$${formatCount(dollars)}` : `$${dollars < 0.01 ? formatNumber(dollars) : dollars.toFixed(2)}`

/** Two digits; what is not quite everything does not round up to it. */
export function formatPercent(fraction: number): string {
  if (fraction < 1 - 1e-9 && fraction > 0.995) return '>99 %'
  return `${formatNumber(fraction * 100, fraction >= 0.0995 ? 2 : 1)} %`
}
