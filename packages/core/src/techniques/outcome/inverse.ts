/**
 * Largest whole n ≥ 0 whose need stays within a limit, for a need that never falls as n grows. Needs here are nearly
 * straight (a cache), so the next guess is where the line through the bracket meets the limit; every other guess halves
 * it, so that bends cost no more than bisection. Infinity when nothing up to 2^40 reaches the limit.
 */
const UNBOUNDED = 2 ** 40

export function largestWithin(need: (n: number) => number, limit: number): number {
  let low = 1
  let lowNeed = need(1)
  if (lowNeed > limit) return 0
  let high = 2
  let highNeed = need(2)
  while (highNeed <= limit) {
    const slope = (highNeed - lowNeed) / (high - low)
    const reach = slope > 0 ? high + (limit - highNeed) / slope : Number.POSITIVE_INFINITY
    low = high
    lowNeed = highNeed
    if (low >= UNBOUNDED) return Number.POSITIVE_INFINITY
    high = Math.min(UNBOUNDED, Math.max(low + 1, Math.ceil(Math.min(reach + 1, low * 64))))
    highNeed = need(high)
  }
  for (let turn = 0; high - low > 1; turn++) {
    const line = low + Math.floor(((high - low) * (limit - lowNeed)) / (highNeed - lowNeed))
    const guess = turn % 2 === 0 ? line : Math.floor((low + high) / 2)
    const at = Math.min(high - 1, Math.max(low + 1, guess))
    const atNeed = need(at)
    if (atNeed <= limit) {
      low = at
      lowNeed = atNeed
    } else {
      high = at
      highNeed = atNeed
    }
  }
  return low
}
