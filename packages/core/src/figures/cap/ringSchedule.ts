/**
 * Context (sequence) parallelism of one attention layer, simulated: ring attention in prefill, where blocks of keys and
 * values travel from worker to worker, and distributed attention in decode, where the query goes to the keys. Pure
 * schedules in seconds and bytes; what a block costs is the caller's (a roofline, a measurement).
 *
 * Ring attention (Liu et al. 2023), striped attention (Brandon et al. 2023), distributed attention (Infinite-LLM, Lin et
 * al. 2024); all three as described in the CAP survey (arXiv 2405.11299), section 2.4.3 and figures 4 and 5. Zigzag is the
 * placement of two chunks per worker, the n-th and the n-th last, that training frameworks use against the same imbalance.
 *
 * Leaves out: the layers' other work, tile quantisation of a block, contention between the links of a ring.
 */

/** Which worker holds which tokens. */
export type TokenLayout = 'contiguous' | 'striped' | 'zigzag'

/** Tokens `from`, `from + step`, … : `count` of them. */
interface Run {
  readonly from: number
  readonly step: number
  readonly count: number
}

/** `parts` chunks of `tokens` that differ by one token at most. */
function chunk(tokens: number, parts: number, index: number): Run {
  const from = Math.floor((tokens * index) / parts)
  return { from, step: 1, count: Math.floor((tokens * (index + 1)) / parts) - from }
}

function runsOf(tokens: number, workers: number, worker: number, layout: TokenLayout): readonly Run[] {
  if (layout === 'contiguous') return [chunk(tokens, workers, worker)]
  if (layout === 'zigzag') {
    return [chunk(tokens, 2 * workers, worker), chunk(tokens, 2 * workers, 2 * workers - 1 - worker)]
  }
  return [{ from: worker, step: workers, count: Math.max(0, Math.ceil((tokens - worker) / workers)) }]
}

/** Σ of i for i from 1 to n. */
const triangle = (n: number): number => (n > 0 ? (n * (n + 1)) / 2 : 0)

/** Pairs (query, key) with key ≤ query, of runs with the same step. */
function causalPairs(query: Run, key: Run): number {
  const { step } = query
  if (query.count === 0 || key.count === 0) return 0
  // Keys that the i-th query sees: i + seen, between 0 and key.count.
  const seen = Math.floor((query.from - key.from) / step) + 1
  const first = Math.max(0, 1 - seen)
  const full = Math.max(0, Math.min(query.count, key.count - seen))
  const partial = full > first ? triangle(full - 1 + seen) - triangle(first - 1 + seen) : 0
  return partial + Math.max(0, query.count - Math.max(full, first)) * key.count
}

/** Pairs that the queries of one worker attend among the keys of another; without a mask, all of them. */
export function attendedPairs(
  tokens: number,
  workers: number,
  layout: TokenLayout,
  at: { readonly queries: number; readonly keys: number; readonly causal?: boolean },
): number {
  let pairs = 0
  for (const query of runsOf(tokens, workers, at.queries, layout)) {
    for (const key of runsOf(tokens, workers, at.keys, layout)) {
      pairs += at.causal === false ? query.count * key.count : causalPairs(query, key)
    }
  }
  return pairs
}

/** Whose keys a worker has at a step of the ring: its own first, then those of the worker before it, … */
export function blockAt(worker: number, step: number, workers: number): number {
  return (((worker - step) % workers) + workers) % workers
}

/** Causal pairs of each worker at each step of the ring: `[step][worker]`. */
export function attendedPairsPerStep(tokens: number, workers: number, layout: TokenLayout): number[][] {
  return Array.from({ length: workers }, (_, step) =>
    Array.from({ length: workers }, (_, worker) =>
      attendedPairs(tokens, workers, layout, { queries: worker, keys: blockAt(worker, step, workers) }),
    ),
  )
}

/** Causal pairs of each worker over a whole ring: their sum is n(n + 1)/2 whatever the layout. */
export function attendedPairsPerWorker(tokens: number, workers: number, layout: TokenLayout): number[] {
  return Array.from({ length: workers }, (_, worker) =>
    Array.from({ length: workers }, (_, keys) => attendedPairs(tokens, workers, layout, { queries: worker, keys })),
  ).map((row) => row.reduce((sum, pairs) => sum + pairs, 0))
}

export interface RingQuestion {
  readonly tokens: number
  readonly workers: number
  /** Seconds of one whole pair of blocks: tokens/workers queries × as many keys, nothing masked. */
  readonly computeS: number
  /** Seconds to hand the keys and values of one block to the next worker. */
  readonly transferS: number
  /** Masked pairs cost nothing; without, every pair of blocks is computed whole. */
  readonly causal: boolean
  /** Default: contiguous. */
  readonly layout?: TokenLayout
  /** A block is handed on while it is being used, rather than after. */
  readonly overlap: boolean
}

interface RingSpan {
  readonly worker: number
  readonly step: number
  readonly kind: 'compute' | 'transfer'
  /** Whose keys and values. */
  readonly block: number
  readonly startS: number
  readonly endS: number
}

export interface RingSchedule {
  readonly timeline: readonly RingSpan[]
  /** Until the last worker is done. */
  readonly totalS: number
  /** Computing time of each worker. */
  readonly busyS: readonly number[]
  /** Worker-seconds, until the end, in which nothing is computed: transfers that stall, and imbalance. */
  readonly waitS: number
}

/**
 * The ring, step by step. A worker hands its block on (or begins to) when its neighbour can take it, that is when both have
 * begun the step (with overlap) or ended it (without); it begins the next step when it has computed and the next block is
 * there. Without a mask: with overlap (p − 1) · max(c, x) + c, without p · c + (p − 1) · x.
 */
export function ringPrefill(question: RingQuestion): RingSchedule {
  const { tokens, workers, computeS, transferS, causal, overlap, layout = 'contiguous' } = question
  const whole = (tokens / workers) ** 2
  const timeline: RingSpan[] = []
  const busyS = Array<number>(workers).fill(0)
  let begin = Array<number>(workers).fill(0)
  let totalS = 0
  for (let step = 0; step < workers; step++) {
    const end = begin.map((startS, worker) => {
      const block = blockAt(worker, step, workers)
      const pairs = attendedPairs(tokens, workers, layout, { queries: worker, keys: block, causal })
      const ownS = whole > 0 ? (computeS * pairs) / whole : 0
      if (ownS > 0) timeline.push({ worker, step, kind: 'compute', block, startS, endS: startS + ownS })
      busyS[worker] = (busyS[worker] ?? 0) + ownS
      return startS + ownS
    })
    totalS = Math.max(totalS, ...end)
    if (step === workers - 1) break
    const ready = overlap ? begin : end
    // Transfers on the link from a worker to the next one.
    const arrive = ready.map((own, worker) => {
      const startS = Math.max(own, ready[(worker + 1) % workers] ?? 0)
      const block = blockAt(worker, step, workers)
      timeline.push({ worker, step, kind: 'transfer', block, startS, endS: startS + transferS })
      return startS + transferS
    })
    begin = end.map((own, worker) => Math.max(own, arrive[worker] ?? 0, arrive[(worker + workers - 1) % workers] ?? 0))
  }
  const computed = busyS.reduce((sum, s) => sum + s, 0)
  return { timeline, totalS, busyS, waitS: workers * totalS - computed }
}

export interface DistributedDecodeQuestion {
  readonly workers: number
  /** Layers whose attention is spread, one after the other. */
  readonly layers: number
  readonly sequences: number
  /** Cached tokens of each sequence, spread evenly. */
  readonly contextTokens: number
  /** Of one layer. */
  readonly kvBytesPerToken: number
  /** Query of one token, one layer. */
  readonly queryBytes: number
  /** What a worker returns for one token, one layer: its unnormalised output, and a maximum and a sum per head. */
  readonly partialBytes: number
  readonly memoryBandwidthBytePerS: number
  readonly linkBandwidthBytePerS: number
  /** Of one message, one way; 0 when left out. */
  readonly linkLatencyS?: number
}

export interface DistributedDecode {
  /** Over the link of the worker that asks, all layers: queries out, partial results in. */
  readonly queryBytes: number
  readonly partialBytes: number
  readonly linkBytes: number
  /** What would cross the same link if the keys came to the query instead. */
  readonly movedKvBytes: number
  /** Cached bytes that each worker reads. */
  readonly readBytesPerWorker: number
  readonly readS: number
  readonly transferS: number
  readonly totalS: number
}

/**
 * Attention of one decode step whose keys lie on several workers: the query goes to each of the p − 1 others, everyone
 * attends its own keys, and the partial softmaxes are merged where the query came from (by their maxima and sums, which is
 * exact). Per layer: 2 · latency + (p − 1)(q + o)/link + n · kv/p / memory. Merging itself is left out (p·d additions).
 */
export function distributedDecode(question: DistributedDecodeQuestion): DistributedDecode {
  const { workers, layers, sequences, contextTokens, kvBytesPerToken, linkLatencyS = 0 } = question
  const others = workers - 1
  const perLayer = layers * sequences
  const queryBytes = perLayer * others * question.queryBytes
  const partialBytes = perLayer * others * question.partialBytes
  const cachedBytes = perLayer * contextTokens * kvBytesPerToken
  const readBytesPerWorker = cachedBytes / workers
  const readS = readBytesPerWorker / question.memoryBandwidthBytePerS
  const messagesS = others > 0 ? layers * 2 * linkLatencyS : 0
  const transferS = messagesS + (queryBytes + partialBytes) / question.linkBandwidthBytePerS
  return {
    queryBytes,
    partialBytes,
    linkBytes: queryBytes + partialBytes,
    movedKvBytes: cachedBytes - readBytesPerWorker,
    readBytesPerWorker,
    readS,
    transferS,
    totalS: readS + transferS,
  }
}
