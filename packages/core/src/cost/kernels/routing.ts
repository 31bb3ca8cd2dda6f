/**
 * How many tokens the experts of one rank get. Balanced routing spreads the pairs (token, expert) evenly. Power-law
 * routing draws the load of every expert from a bounded Pareto law of exponent alpha over [1, 0.8·tokens] ([0.01, 2] when
 * there are fewer pairs than experts) and looks at the most loaded of the `ep` ranks, as AIConfigurator's collector
 * does (docs/POWER_LAW_DISTRIBUTION.md). The most loaded rank is taken at the expected maximum of `ep` normal sums
 * (Blom's score); its experts are represented by up to eight quantiles of the law.
 */

const QUANTILES = 8

/** Experts (fractional: expected number touched) that get `load` tokens each; `count` entries are filled. */
export interface RankLoad {
  readonly experts: Float64Array
  readonly load: Float64Array
  count: number
}

export function makeRankLoad(): RankLoad {
  return { experts: new Float64Array(QUANTILES), load: new Float64Array(QUANTILES), count: 0 }
}

/** Expected maximum of n standard normal variables (Blom 1958; quantile by Abramowitz and Stegun 26.2.23). */
function expectedMaximum(n: number): number {
  if (n <= 1) return 0
  const q = Math.sqrt(-2 * Math.log(1 - (n - 0.375) / (n + 0.25)))
  return q - (2.515517 + q * (0.802853 + q * 0.010328)) / (1 + q * (1.432788 + q * (0.189269 + q * 0.001308)))
}

/** Fills `into` without allocating. */
export function rankLoad(
  tokens: number,
  topK: number,
  experts: number,
  ep: number,
  alpha: number,
  into: RankLoad,
): RankLoad {
  const local = experts / ep
  const pairs = (tokens * topK) / ep
  if (!(alpha > 0)) {
    const touched = Math.min(local, Math.max(1, pairs))
    into.experts[0] = touched
    into.load[0] = Math.max(1, pairs / touched)
    into.count = 1
    return into
  }
  // The law's integrals have poles at alpha = 1 and 2; a nudge keeps them finite.
  const a = Math.abs(alpha - 1) < 1e-3 ? 1.001 : Math.abs(alpha - 2) < 1e-3 ? 2.001 : alpha
  const many = tokens * topK > experts
  const low = many ? 1 : 0.01
  const high = many ? Math.max(1.0001, tokens * 0.8) : 2
  const lowTerm = low ** (1 - a)
  const highTerm = high ** (1 - a)
  const norm = (highTerm - lowTerm) / (1 - a)
  const mean = (high ** (2 - a) - low ** (2 - a)) / (2 - a) / norm
  const square = (high ** (3 - a) - low ** (3 - a)) / (3 - a) / norm
  const deviation = Math.sqrt(Math.max(0, square - mean * mean))
  const heaviest = Math.min(1 + (deviation / mean / Math.sqrt(local)) * expectedMaximum(ep), ep, high / mean)
  const perExpert = (pairs * heaviest) / local
  const count = Math.min(QUANTILES, Math.max(1, Math.round(local)))
  let sum = 0
  for (let j = 0; j < count; j++) {
    const x = (lowTerm + ((highTerm - lowTerm) * (j + 0.5)) / count) ** (1 / (1 - a))
    into.load[j] = x
    sum += x
  }
  for (let j = 0; j < count; j++) {
    const load = Math.min(tokens, (into.load[j]! / sum) * count * perExpert)
    const touched = Math.max(1e-9, 1 - Math.exp(-load))
    into.experts[j] = (local / count) * touched
    into.load[j] = load / touched
  }
  into.count = count
  return into
}
