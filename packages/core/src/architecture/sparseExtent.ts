/**
 * Extents of the causal patterns that techniques put in the place of full attention: sparse patterns of parts, caches that
 * keep a budget, and segments with a memory. Closed forms of sums over positions, no loops over tokens; `extent.test.ts`
 * counts them token by token. Where a share of the context is chosen, counts are expected numbers and may be fractions.
 */
import type { Pattern } from './model.ts'

export type Sparse = Extract<Pattern, { kind: 'sparse' }>
export type Kept = Extract<Pattern, { kind: 'kept' }>
export type Segments = Extract<Pattern, { kind: 'segments' }>

/** Σ over p = 1…n of min(p, cap). */
export function sumCapped(n: number, cap: number): number {
  if (n <= 0) return 0
  return n <= cap ? (n * (n + 1)) / 2 : (cap * (cap + 1)) / 2 + cap * (n - cap)
}

/** Σ over p = 1…n of min(⌊p / ratio⌋, cap). */
export function sumCompressed(n: number, ratio: number, cap: number): number {
  if (n <= 0 || cap < 1) return 0
  const full = Math.min(n, ratio * cap - 1)
  const whole = Math.floor(full / ratio)
  const below = (ratio * whole * (whole - 1)) / 2 + whole * (full - ratio * whole + 1)
  return below + cap * Math.max(0, n - full)
}

/** Σ over p = 1…n of the tokens of p's own chunk up to p. */
export function sumChunked(n: number, chunk: number): number {
  const whole = Math.floor(n / chunk)
  const rest = n - whole * chunk
  return (whole * chunk * (chunk + 1)) / 2 + (rest * (rest + 1)) / 2
}

const positive = (x: number) => Math.max(0, x)

/* Sparse: of the keys up to position p, `base` are seen by rule; of the `rest`, some are chosen by content or at random. */

/** Older tokens that stand on the stride, up to position x. */
const strided = ({ stride, global }: Sparse, x: number) =>
  stride > 0 && x > global ? Math.floor(x / stride) - Math.floor(global / stride) : 0

function baseAt(s: Sparse, p: number): number {
  const window = Math.min(s.local, Math.ceil(positive(p - s.global) / s.dilation))
  return Math.min(p, s.global) + window + strided(s, p - s.local * s.dilation)
}

/** Σ over x = 1…n of min(local, ⌈x / dilation⌉). */
function windowSum({ local, dilation }: Sparse, n: number): number {
  return dilation === 1 ? sumCapped(n, local) : sumCompressed(n > 0 ? n + dilation - 1 : 0, dilation, local)
}

function baseSum(s: Sparse, n: number): number {
  const { stride, global } = s
  const last = n - s.local * s.dilation
  const every = (x: number) => sumCompressed(x, stride, x)
  const older =
    stride > 0 && last > global ? every(last) - every(global) - (last - global) * Math.floor(global / stride) : 0
  return sumCapped(n, global) + windowSum(s, n - global) + older
}

/** Position from which on not all of the rest can be chosen: the rest never shrinks as p grows. */
function fullUntil(s: Sparse, most: number): number {
  if (s.share >= 1) return most
  const holds = (p: number) => (p - baseAt(s, p)) * (1 - s.share) <= s.chosen
  let low = 0
  let high = Math.floor(most) + 1
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}

function chosenSum(s: Sparse, n: number): number {
  if (s.chosen === 0 && s.share === 0) return 0
  const restSum = (to: number) => (to * (to + 1)) / 2 - baseSum(s, to)
  const full = fullUntil(s, n)
  const all = restSum(full)
  return all + s.chosen * (n - full) + s.share * (restSum(n) - all)
}

const sparsePairs = (s: Sparse, n: number) => baseSum(s, n) + chosenSum(s, n)

function sparseVisible(s: Sparse, newTokens: number, context: number): number {
  if (newTokens === 0) return 0
  const { global, local, dilation } = s
  const end = context + newTokens
  const beyond = positive(end - Math.max(global, context))
  // The first token of each residue class reaches furthest back; the others add only themselves.
  const first = context + Math.min(newTokens, dilation)
  const older =
    windowSum(s, first - global) - windowSum(s, context - global) - positive(first - Math.max(global, context))
  const base = Math.min(end, global) + beyond + older + strided(s, context + 1 - local * dilation)
  return base + Math.min(end - base, chosenSum(s, end) - chosenSum(s, context))
}

function sparseCached(s: Sparse, n: number): number {
  const most = s.keeps ? keptOf(s.keeps, n) : n
  if (s.chosen > 0 || s.share > 0) return most
  const span = s.local * s.dilation
  return Math.min(most, Math.min(n, s.global) + Math.min(positive(n - s.global), span) + strided(s, n - span))
}

/* Kept: at most a fixed number of tokens, or a share of the context where that is more. */

const keptOf = ({ tokens, share }: Pick<Kept, 'tokens' | 'share'>, n: number) =>
  Math.min(n, Math.max(tokens, share * n))

/** Σ over p = 1…n of what is kept of p tokens. */
function keptSum({ tokens, share }: Kept, n: number): number {
  const flat = share > 0 ? Math.min(n, Math.max(tokens, Math.floor(tokens / share))) : n
  if (share >= 1) return (n * (n + 1)) / 2
  return sumCapped(flat, tokens) + (share * (n * (n + 1) - flat * (flat + 1))) / 2
}

/* Segments: a token sees its own segment up to itself, and the memory that earlier segments left. */

/** Entries in memory after j segments. */
function memoryAfter({ bank, carry, bank2, compress }: Segments, j: number): number {
  const came = carry * j
  return Math.min(bank, came) + Math.min(bank2, positive(came - bank) / compress)
}

/** Entries of it that a token reads. */
const readAfter = (s: Segments, j: number) => Math.min(s.read ?? Number.POSITIVE_INFINITY, memoryAfter(s, j))

/** Σ over j < count of what is in memory, and no cap on reading. */
function memorySum({ bank, carry, bank2, compress }: Segments, count: number): number {
  /** Σ over j < count of min(cap, carry · j / per), from the j where it starts to count. */
  const ramp = (cap: number, from: number, per: number) => {
    if (cap === 0 || carry === 0) return 0
    const start = Math.floor(from / carry)
    const stop = Math.max(start, Math.floor((from + cap * per) / carry))
    const last = Math.min(count - 1, stop)
    if (last <= start) return cap * positive(count - 1 - stop)
    const steps = last - start
    const sum = (carry * ((last * (last + 1)) / 2 - (start * (start + 1)) / 2) - steps * from) / per
    return sum + cap * positive(count - 1 - stop)
  }
  return ramp(bank, 0, 1) + ramp(bank2, bank, compress)
}

function readSum(s: Segments, count: number): number {
  const { read, bank, carry, compress } = s
  if (read === undefined) return memorySum(s, count)
  if (read === 0 || carry === 0) return 0
  const needed = read <= bank ? read : bank + (read - bank) * compress
  const full = Math.ceil(needed / carry)
  // A memory that never holds that much is read whole.
  if (memoryAfter(s, full) < read) return memorySum(s, count)
  return memorySum(s, Math.min(count, full)) + read * positive(count - full)
}

function segmentPairs(s: Segments, n: number): number {
  const whole = Math.floor(n / s.segment)
  return sumChunked(n, s.segment) + s.segment * readSum(s, whole) + (n - whole * s.segment) * readAfter(s, whole)
}

function segmentVisible(s: Segments, newTokens: number, context: number): number {
  if (newTokens === 0) return 0
  const end = context + newTokens
  const first = Math.floor(context / s.segment)
  const last = Math.floor((end - 1) / s.segment)
  return end - first * s.segment + readSum(s, last + 1) - readSum(s, first)
}

type TechniquePattern = Sparse | Kept | Segments

/** (query, key) pairs of `newTokens` tokens after `context` others. */
export function techniquePairs(pattern: TechniquePattern, newTokens: number, context: number): number {
  const end = context + newTokens
  switch (pattern.kind) {
    case 'sparse':
      return sparsePairs(pattern, end) - sparsePairs(pattern, context)
    case 'segments':
      return segmentPairs(pattern, end) - segmentPairs(pattern, context)
    case 'kept':
      return pattern.prunes === 'by-token'
        ? keptSum(pattern, end) - keptSum(pattern, context)
        : newTokens * keptOf(pattern, context) + (newTokens * (newTokens + 1)) / 2
  }
}

/** Keys that the pass reads at least once; of chosen ones, as many as if no two tokens chose the same. */
export function techniqueVisible(pattern: TechniquePattern, newTokens: number, context: number): number {
  switch (pattern.kind) {
    case 'sparse':
      return sparseVisible(pattern, newTokens, context)
    case 'segments':
      return segmentVisible(pattern, newTokens, context)
    case 'kept':
      return pattern.prunes === 'by-token'
        ? Math.min(context + newTokens, keptOf(pattern, context + newTokens) + positive(newTokens - 1))
        : keptOf(pattern, context) + newTokens
  }
}

/** Tokens that stay in the cache. */
export function techniqueCached(pattern: TechniquePattern, n: number): number {
  switch (pattern.kind) {
    case 'sparse':
      return sparseCached(pattern, n)
    case 'segments':
      return Math.min(n, pattern.segment) + memoryAfter(pattern, Math.floor(n / pattern.segment))
    case 'kept':
      return keptOf(pattern, n)
  }
}
