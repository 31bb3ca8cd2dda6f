/**
 * What a mixture-of-experts layer sends between ranks. A token goes once to every rank that holds one of its experts
 * (dispatch), and one partial sum comes back from each (combine). With uniform routing over R ranks the expected number
 * of distinct ranks of topK choices is
 *
 *   R · (1 − (1 − 1/R)^topK)
 *
 * which is topK when ranks are many and R when they are few. Kernels for low latency skip the deduplication and send a
 * copy per expert (DeepEP, `docs/legacy.md`).
 */
export interface ExpertExchange {
  /** Tokens one rank holds. */
  readonly tokensPerRank: number
  readonly topK: number
  readonly hidden: number
  /** Of an activation as sent, scales included: FP8 with a 32-bit scale per 128 is 1 + 4/128. */
  readonly bytesPerElement: number
  /** Ranks that share the experts. */
  readonly ranks: number
  /** A copy for every expert instead of every rank. */
  readonly perExpert?: boolean
}

/** Expected number of distinct destinations of `choices` uniform choices among `places`. */
export function expectedDistinct(places: number, choices: number): number {
  return places < 2 ? Math.min(places, choices) : -places * Math.expm1(choices * Math.log1p(-1 / places))
}

/** Bytes one rank sends in dispatch (or receives in combine), its own share included: the `bytes` of an all-to-all. */
export function exchangeBytes(exchange: ExpertExchange): number {
  const { tokensPerRank, topK, hidden, bytesPerElement, ranks, perExpert } = exchange
  const copies = perExpert ? topK : expectedDistinct(ranks, topK)
  return tokensPerRank * copies * hidden * bytesPerElement
}
