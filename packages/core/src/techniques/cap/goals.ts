/** What a ranking is for: the number of an outcome it goes by, and which way is better. */
import { formatBytes, formatCount, formatDollars, formatNumber, formatSeconds } from '../../units/format.ts'
import type { Outcome } from '../evaluate.ts'
import type { Plan } from '../plan.ts'

/** The few numbers of an outcome that rankings and levels go by. NaN: not known. */
export interface Scores {
  readonly ttftS: number
  readonly tpotS: number
  readonly e2eS: number
  readonly tokensPerS: number
  /** US dollars per million output tokens. */
  readonly usd: number
  /** Accelerator seconds per million output tokens: the price where none is known. */
  readonly acceleratorS: number
  readonly memoryBytes: number
  readonly contextTokens: number
  /** 1: fits, 0: does not, NaN: no memory is known. */
  readonly fits: number
}

export const SCORE_NAMES = [
  'ttftS',
  'tpotS',
  'e2eS',
  'tokensPerS',
  'usd',
  'acceleratorS',
  'memoryBytes',
  'contextTokens',
  'fits',
] as const satisfies readonly (keyof Scores)[]

export function scoresOf({ performance, memory, context }: Outcome): Scores {
  const { ttftS, tpotS, e2eS, outputTokensPerS, accelerators, priceUsdPerMillionOutputTokens } = performance
  return {
    ttftS,
    tpotS: tpotS ?? Number.NaN,
    e2eS,
    tokensPerS: outputTokensPerS,
    usd: priceUsdPerMillionOutputTokens ?? Number.NaN,
    acceleratorS: (1e6 * accelerators) / outputTokensPerS,
    memoryBytes: memory.totalBytes,
    contextTokens: context.tokens,
    fits: memory.fits === undefined ? Number.NaN : Number(memory.fits),
  }
}

/**
 * Scores of an answer whose branches part late: the tokens before them come one after another ahead of the first branch's, and
 * are charged to the time between tokens as their share of the whole answer, or a long outline would look free.
 */
export function wholeScores({ decoding, scenario }: Plan, outcome: Outcome, baseline: Outcome): Scores {
  const scores = scoresOf(outcome)
  const tokens = scenario.workload.outputTokens - 1
  if (decoding.branches === 1 || decoding.serialTokens === 0 || Number.isNaN(scores.tpotS) || tokens < 1) return scores
  return { ...scores, tpotS: Math.max(scores.tpotS, (scores.e2eS - baseline.performance.ttftS) / tokens) }
}

export function writeScores(scores: Scores, into: Float64Array, at: number): void {
  SCORE_NAMES.forEach((name, i) => {
    into[at * SCORE_NAMES.length + i] = scores[name]
  })
}

export function readScores(from: Float64Array, at: number): Scores {
  const own = (i: number) => from[at * SCORE_NAMES.length + i] ?? Number.NaN
  return Object.fromEntries(SCORE_NAMES.map((name, i) => [name, own(i)])) as unknown as Scores
}

interface RankGoalRow {
  readonly label: string
  readonly less: boolean
  readonly of: (scores: Scores) => number
  readonly text: (value: number) => string
}

const price = ({ usd, acceleratorS }: Scores) => (Number.isNaN(usd) ? acceleratorS : usd)

export const RANK_GOALS = {
  tpot: { label: 'time per output token', less: true, of: ({ tpotS }) => tpotS, text: formatSeconds },
  ttft: { label: 'time to first token', less: true, of: ({ ttftS }) => ttftS, text: formatSeconds },
  context: {
    label: 'context a user can feed',
    less: false,
    of: ({ contextTokens }) => contextTokens,
    text: (tokens) => (Number.isFinite(tokens) ? `${formatCount(tokens)} tokens` : 'unbounded'),
  },
  cost: { label: 'price per million output tokens', less: true, of: price, text: formatDollars },
  memory: { label: 'memory of one accelerator', less: true, of: ({ memoryBytes }) => memoryBytes, text: formatBytes },
  throughput: {
    label: 'output tokens per second',
    less: false,
    of: ({ tokensPerS }) => tokensPerS,
    text: (rate) => `${formatNumber(rate)} tok/s`,
  },
} as const satisfies Record<string, RankGoalRow>

export type RankGoal = keyof typeof RANK_GOALS
export const RANK_GOAL_IDS = Object.keys(RANK_GOALS) as readonly RankGoal[]

/** The value as people read it; a price where none is known is accelerator time. */
export function goalText(goal: RankGoal, scores: Scores): string {
  const { of, text } = RANK_GOALS[goal]
  const value = of(scores)
  if (Number.isNaN(value)) return 'not known'
  return goal === 'cost' && Number.isNaN(scores.usd) ? `${formatNumber(value)} accelerator s` : text(value)
}

/** Improvement over a baseline: more than 1 is better; NaN where one side is not known. */
export function goalFactor(goal: RankGoal, scores: Scores, baseline: Scores): number {
  const { of, less } = RANK_GOALS[goal]
  const [now, then] = [of(scores), of(baseline)]
  if (now === then) return 1
  return less ? then / now : now / then
}

/** Ranked: what fits before what does not, the better first, what is not known last. A tie is left to the caller. */
export function compareScores(goal: RankGoal, a: Scores, b: Scores): number {
  const { of, less } = RANK_GOALS[goal]
  const [fa, fb] = [a.fits === 0 ? 1 : 0, b.fits === 0 ? 1 : 0]
  if (fa !== fb) return fa - fb
  const [x, y] = [of(a), of(b)]
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
  if (x === y) return 0
  return x < y === less ? -1 : 1
}
