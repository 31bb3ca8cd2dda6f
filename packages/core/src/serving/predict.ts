/**
 * TTFT, TPOT and throughput of a point from the price of its steps. Constants are fixed: nothing is fitted here.
 *
 * Held at a concurrency of B, a worker runs R = min(B, what memory and the engine allow); the rest waits, and by Little's
 * law waits (B − R) / throughput. Attention-data-parallel ranks, and stages of a pipeline, each have their share of the R sequences. Disaggregated, requests are
 * shared out between the pools by where their time goes. See `composition.ts` for what one step contains.
 */
import { type Cycle, cycleOf, lonePrefillS, promptGroup, queueShareOf } from './composition.ts'
import { batchesOf, type ServingLayout, type ServingPoint, worldOf } from './point.ts'
import type { StepPricer } from './pricer.ts'

export interface ServingPrediction {
  /** From submission to first token, at this load. */
  readonly ttftS?: number
  readonly tpotS?: number
  /** Output tokens per second of the whole deployment. */
  readonly outputTokensPerS: number
  /** Sequences running at once in one worker. */
  readonly running: number
}

/** Pricers of the worker, or of the workers of both pools. */
export interface ServingPricers {
  readonly prefill: StepPricer
  readonly decode: StepPricer
}

/** Tokens of a running sequence that the engine keeps room for. */
function keptTokens(point: ServingPoint, pricer: StepPricer): number {
  const { promptTokens, outputTokens } = point
  return promptTokens + (pricer.profile.reserves === 'whole' ? outputTokens : outputTokens / 2)
}

/** Most sequences one worker runs. */
function roomFor(point: ServingPoint, layout: ServingLayout, pricer: StepPricer): number {
  return Math.min(pricer.heldSequences(keptTokens(point, pricer)), pricer.profile.maxSequences * layout.attentionDp)
}

function cycleAt(point: ServingPoint, layout: ServingLayout, pricer: StepPricer, running: number): Cycle {
  const { promptTokens, outputTokens } = point
  const batches = batchesOf(layout)
  // Fewer requests than batches: the step is that of one that has any.
  const sequences = Math.max(1, running / batches)
  const cycle = cycleOf(
    { sequences, promptTokens, outputTokens, areAlike: point.lengthSpread === 0 },
    pricer.profile,
    pricer.stepS,
  )
  return { ...cycle, requestsPerS: (cycle.requestsPerS * running) / sequences }
}

/** Largest running ≤ most at which `holds`; `holds` once false stays false. */
function largestRunning(most: number, holds: (running: number) => boolean): number {
  let low = 1
  let high = most
  if (holds(high)) return high
  while (high - low > 0.01 * low) {
    const middle = (low + high) / 2
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}

const NEVER_MORE = 65_536

/** Sequences that run in one worker, and those that want to. */
function loadOf(point: ServingPoint, layout: ServingLayout, pricer: StepPricer, room: number) {
  const { load } = point
  const most = Math.min(room, NEVER_MORE)
  const at = (running: number) => cycleAt(point, layout, pricer, running)
  switch (load.kind) {
    case 'concurrency': {
      const wanted = load.requests / layout.dp
      return { wanted, running: Math.min(wanted, most) }
    }
    case 'rate': {
      // The least that keeps up with the arrivals; all of the room when nothing does.
      const perS = load.requestsPerS / layout.dp
      const running = largestRunning(most, (n) => at(n).requestsPerS < perS)
      return { wanted: running, running }
    }
    case 'saturated': {
      const { mostTpotS, requests = Number.POSITIVE_INFINITY } = load
      if (mostTpotS === undefined) return { wanted: requests, running: Math.min(most, requests / layout.dp) }
      const running = largestRunning(most, (n) => (at(n).tpotS ?? 0) <= mostTpotS)
      return { wanted: running, running }
    }
  }
}

/**
 * Requests per second of a run of so many, all submitted at once and alike: they go in waves of as many as run together,
 * and the last wave holds what is left.
 */
function finiteRunPerS(requests: number, running: number, perS: (running: number) => number): number {
  const waves = Math.floor(requests / running)
  const rest = requests - waves * running
  const lastS = rest < 1 ? 0 : rest / perS(rest)
  return requests / ((waves * running) / perS(running) + lastS)
}

const arrivalOf = (point: ServingPoint, pricer: StepPricer): number =>
  point.client === 'server' ? pricer.profile.constants.arrivalS : 0

/**
 * Wait for prompts that came before. Held at a concurrency: the engine's share of the others. Arriving by the clock: a
 * prompt under way is met as often as the engine is busy with prompts (M/D/1).
 */
function promptQueueS(point: ServingPoint, pricer: StepPricer, cycle: Cycle, loneS: number, each: number): number {
  if (point.load.kind === 'concurrency')
    return queueShareOf(pricer.profile, point.lengthSpread === 0) * (each - 1) * loneS
  const busy = Math.min(cycle.prefillShare, 1)
  const most = Math.max(0, (each - 1) / 2)
  return cycle.prefillS * Math.min(most, busy < 1 ? busy / (2 * (1 - busy)) : most)
}

function predictAggregated(point: ServingPoint, pricer: StepPricer): ServingPrediction | undefined {
  const { layout, load, promptTokens, outputTokens } = point
  const room = roomFor(point, layout, pricer)
  if (room < 1) return undefined
  const { wanted, running } = loadOf(point, layout, pricer, room)
  const cycle = cycleAt(point, layout, pricer, running)
  const loneS = lonePrefillS(promptTokens, pricer.profile.batchTokens, pricer.stepS)
  const arrivalS = arrivalOf(point, pricer)
  const waitS = Math.max(0, wanted - running) / cycle.requestsPerS
  const each = Math.max(1, running / batchesOf(layout))
  const firstS =
    Math.max(loneS, cycle.prefillS) + (cycle.prefillShare < 1 ? promptQueueS(point, pricer, cycle, loneS, each) : 0)
  const run = load.kind === 'saturated' ? load.requests : undefined
  const perS = (n: number) => cycleAt(point, layout, pricer, n).requestsPerS
  const most =
    layout.dp * (run === undefined ? cycle.requestsPerS : finiteRunPerS(run / layout.dp, Math.floor(running), perS))
  return {
    ...(load.kind === 'saturated' ? {} : { ttftS: arrivalS + firstS + waitS }),
    ...(cycle.tpotS === undefined ? {} : { tpotS: cycle.tpotS }),
    outputTokensPerS: (load.kind === 'rate' ? Math.min(most, load.requestsPerS) : most) * outputTokens,
    running,
  }
}

const IDLE: Cycle = { tpotS: undefined, prefillS: 0, requestsPerS: 0, prefillShare: 0 }

/** Seconds of a decode step of one worker with so many sequences. */
function decodeStepS(point: ServingPoint, layout: ServingLayout, pricer: StepPricer, running: number): number {
  const sequences = Math.max(1, running / batchesOf(layout))
  const contextTokens = point.promptTokens + (point.outputTokens - 1) / 2
  return pricer.stepS([{ sequences, newTokens: 1, contextTokens }])
}

/**
 * Two pools in a closed loop: C requests are in prefill, in decode, or wait. Whichever pool is slower sets the rate, and by
 * Little's law the decode pool holds rate × (O − 1) × TPOT of them.
 */
function predictDisaggregated(point: ServingPoint, pricers: ServingPricers): ServingPrediction | undefined {
  const { prefill, decode, promptTokens, outputTokens } = point
  if (!prefill || !decode) return undefined
  const requests = point.load.kind === 'concurrency' ? point.load.requests : NEVER_MORE
  const budget = pricers.prefill.profile.batchTokens
  const arrivalS = arrivalOf(point, pricers.prefill)
  const loneS = lonePrefillS(promptTokens, budget, pricers.prefill.stepS)
  const ranks = batchesOf(prefill.layout)
  // A busy prefill worker packs prompts up to its budget, on every attention rank.
  const tokens = Math.max(promptTokens, budget)
  const packedS = pricers.prefill.stepS([promptGroup(tokens, promptTokens)])
  const mostPerS = prefill.workers * Math.max(1 / loneS, ((tokens / promptTokens) * ranks) / packedS)
  const room = roomFor(point, decode.layout, pricers.decode) * decode.workers
  if (room < 1) return undefined
  const tpotAt = (inDecode: number) =>
    decodeStepS(point, decode.layout, pricers.decode, Math.max(1, inDecode / decode.workers))
  const steps = Math.max(1, outputTokens - 1)
  // The most in decode such that what they ask of the prefill pool, and their own number, can be had.
  const inDecode = largestRunning(Math.min(requests, room), (n) => {
    const perS = n / (steps * tpotAt(n))
    return perS <= mostPerS && n + perS * (arrivalS + loneS) <= requests
  })
  const tpotS = tpotAt(inDecode)
  const perS = inDecode / (steps * tpotS)
  // Two servers see a request before its first token comes back; the others of its wave are before it in the first one.
  const each = Math.max(1, requests / prefill.workers / ranks)
  const firstS = 2 * arrivalS + loneS + promptQueueS(point, pricers.prefill, IDLE, loneS, each)
  return {
    ttftS: Math.max(firstS, (requests - inDecode) / perS),
    ...(outputTokens > 1 ? { tpotS } : {}),
    outputTokensPerS: perS * outputTokens,
    running: inDecode / decode.workers,
  }
}

/** Undefined: not even one sequence fits. */
export function predictServing(point: ServingPoint, pricers: ServingPricers): ServingPrediction | undefined {
  return point.mode === 'disaggregated'
    ? predictDisaggregated(point, pricers)
    : predictAggregated(point, pricers.decode)
}

/** Accelerators of the whole deployment. */
export function devicesOf(point: ServingPoint): number {
  if (point.mode === 'aggregated') return worldOf(point.layout) * point.layout.dp
  const pool = (of: ServingPoint['prefill']) => (of ? of.workers * worldOf(of.layout) : 0)
  return pool(point.prefill) + pool(point.decode)
}
