/**
 * Both ends of every number that an answer's times make, with techniques as without: the first token's and each further
 * token's from the core (`timeIntervals`), the whole answer from them, and what grows or falls with it.
 *
 *   E2E = first + (E2E − first) · (low, high of TPOT ÷ TPOT)      rates ∝ 1 / E2E      price, energy ∝ E2E
 *
 * Of an answer that no roofline bounds alone; on the roofline there are none.
 */
import {
  type CapAnswer,
  type Ends,
  endsBeside,
  formatNumber,
  type PerformanceQuantity,
  RANK_GOALS,
  type RankGoal,
  type Scores,
  scaledEnds,
  scoresOf,
  timeIntervals,
} from '@capline/core'

export type AnswerRanges = { readonly [Q in PerformanceQuantity]?: Ends } & { readonly e2e: Ends }

const known = new WeakMap<CapAnswer, AnswerRanges | null>()

function rangesOf({ plan, performance: { values } }: CapAnswer): AnswerRanges | undefined {
  const {
    ttftS,
    tpotS,
    e2eS,
    outputTokensPerS,
    priceUsdPerMillionOutputTokens: price,
    energyJPerToken: energy,
  } = values
  const times = timeIntervals(plan, values)
  if (!times) return undefined
  const first = times.ttftS
  const each = times.tpotS && tpotS ? { low: times.tpotS.low / tpotS, high: times.tpotS.high / tpotS } : undefined
  const restS = Math.max(0, e2eS - ttftS)
  const whole: Ends = each
    ? { low: first.low + restS * each.low, high: first.high + restS * each.high }
    : scaledEnds(e2eS, ttftS, first)
  return {
    ttft: first,
    ...(times.tpotS ? { tpot: times.tpotS } : {}),
    e2e: whole,
    throughput: scaledEnds(outputTokensPerS, e2eS, whole, true),
    ...(price === undefined ? {} : { cost: scaledEnds(price, e2eS, whole) }),
    ...(energy === undefined ? {} : { energy: scaledEnds(energy, e2eS, whole) }),
  }
}

/** Worked out once for an answer: tables show the baseline's again and again. */
export function answerRanges(answer: CapAnswer): AnswerRanges | undefined {
  const found = known.get(answer)
  if (found !== undefined) return found ?? undefined
  const made = rangesOf(answer)
  known.set(answer, made ?? null)
  return made
}

const QUANTITY: { readonly [G in RankGoal]?: PerformanceQuantity } = {
  tpot: 'tpot',
  ttft: 'ttft',
  throughput: 'throughput',
  cost: 'cost',
}

/** The interval of what a ranking goes by, as text; `scores`: where they are not the answer's own (branches that part late). */
export function goalRange(goal: RankGoal, answer: CapAnswer, scores?: Scores): string | undefined {
  const quantity = QUANTITY[goal]
  const ranges = quantity && answerRanges(answer)
  if (!ranges) return undefined
  const { of, text } = RANK_GOALS[goal]
  const own = scoresOf(answer.outcome)
  const value = of(scores ?? own)
  // Accelerator time stands for a price nobody knows: it grows with the whole answer as a price does.
  const ends = ranges[quantity] ?? scaledEnds(of(own), own.e2eS, ranges.e2e)
  const factor = value / of(own)
  const isTime = goal === 'cost' && Number.isNaN(own.usd)
  return endsBeside(value, { low: ends.low * factor, high: ends.high * factor }, isTime ? (x) => formatNumber(x) : text)
}
