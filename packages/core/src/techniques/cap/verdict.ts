/**
 * The verdict: which of C, A and P improve, stay or worsen against the baseline, and whether the user's levels
 * hold. A level holds up to and including it, so a verdict turns exactly at the level. A goal counts as met when it improves
 * or when the levels the user set for it hold: a technique that gains context and performance counts as all three while its
 * accuracy stays above the user's level.
 *
 *   accuracy holds   every interval lies at or above the level: the low end of the lowest
 *   accuracy fails   some interval lies wholly below it
 *   else             undecided: evidence on both sides, or none. Undecided never counts as held.
 *
 * The nearest evidence, of another model or length, never holds a level; it can break one. Rows that stand aside
 * (another dose, no model named) do neither.
 */
import { parseCount, parseDuration, parseNumber } from '../../units/parse.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import type { Performance } from '../evaluate.ts'
import { type AccuracyAnswer, type AccuracyRow, nearestWords } from './accuracy.ts'
import { speakingRows } from './accuracyRow.ts'
import type { ContextAnswer } from './context.ts'
import { type Movement, movementOf } from './movement.ts'
import type { PerformanceAnswer } from './performance.ts'

export interface Thresholds {
  readonly minContextTokens?: number
  /** Share of task quality that must stay. */
  readonly keepAccuracy?: number
  readonly maxTtftS?: number
  readonly maxTpotS?: number
  readonly minTokensPerS?: number
  readonly maxUsdPerMillionTokens?: number
}

export type Goal = 'C' | 'A' | 'P'
export const GOALS: readonly Goal[] = ['C', 'A', 'P']

type Read = (place: string, raw: unknown) => Result<number>

/** Levels as flags: name of the option, what it sets, how it is read. */
export const THRESHOLD_FLAGS: readonly {
  readonly flag: string
  readonly placeholder: string
  readonly key: keyof Thresholds
  readonly goal: Goal
  readonly read: Read
  readonly help: string
}[] = [
  {
    flag: 'minContext',
    placeholder: 'N',
    key: 'minContextTokens',
    goal: 'C',
    read: parseCount,
    help: 'context a user must be able to feed, such as 128k',
  },
  {
    flag: 'keepAccuracy',
    placeholder: 'SHARE',
    key: 'keepAccuracy',
    goal: 'A',
    read: parseNumber,
    help: 'share of task quality that must stay in every matching measurement, such as 0.99',
  },
  {
    flag: 'maxTtft',
    placeholder: 'TIME',
    key: 'maxTtftS',
    goal: 'P',
    read: parseDuration,
    help: 'longest time to first token, such as 500ms',
  },
  {
    flag: 'maxTpot',
    placeholder: 'TIME',
    key: 'maxTpotS',
    goal: 'P',
    read: parseDuration,
    help: 'longest time per output token, such as 20ms',
  },
  {
    flag: 'minThroughput',
    placeholder: 'RATE',
    key: 'minTokensPerS',
    goal: 'P',
    read: parseNumber,
    help: 'least output tokens per second, whole deployment',
  },
  {
    flag: 'maxCost',
    placeholder: 'DOLLARS',
    key: 'maxUsdPerMillionTokens',
    goal: 'P',
    read: parseNumber,
    help: 'highest price of a million output tokens, US dollars',
  },
]

export function readThresholds(options: Readonly<Record<string, unknown>>): Result<Thresholds> {
  const out: { -readonly [K in keyof Thresholds]: Thresholds[K] } = {}
  for (const { flag, key, read } of THRESHOLD_FLAGS) {
    if (options[flag] === undefined) continue
    const place = `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    const value = read(place, options[flag])
    if (!value.ok) return value
    if (value.value <= 0) return fail(place, `${value.value} is no level`, 'Give more than 0')
    if (key === 'keepAccuracy' && value.value > 1) {
      return fail(place, `${value.value} is more than all of it`, 'Give a share up to 1, such as 0.99 or 99%')
    }
    out[key] = value.value
  }
  return ok(out)
}

export interface Check {
  readonly key: keyof Thresholds
  readonly goal: Goal
  readonly level: number
  /** What it is held against; absent: not known. */
  readonly value?: number
  readonly holds: 'holds' | 'fails' | 'undecided'
  readonly words?: string
}

export interface Verdict {
  readonly movements: Readonly<Record<Goal, Movement>>
  readonly checks: readonly Check[]
  /** All levels hold; undefined where none is set. */
  readonly holds?: boolean
  /** Goals that improve. */
  readonly gains: string
  /** Goals that improve or whose levels hold: what the user gets. */
  readonly counts: string
}

/** The lowest retained share that evidence shows; 1 by construction; undefined: nothing says. */
export function lowestRetained({ basis, rows }: AccuracyAnswer): number | undefined {
  if (basis === 'construction') return 1
  const lows = speakingRows(rows).flatMap(({ retained }) => (retained ? [retained.low] : []))
  return lows.length > 0 ? Math.min(...lows) : undefined
}

const nameOf = ({ benchmark, metric }: AccuracyRow) => `${benchmark} ${metric}`

const rowBelow = (rows: readonly AccuracyRow[], level: number) =>
  speakingRows(rows).find(({ retained }) => retained !== undefined && retained.high < level)

/** Measured, but nothing of it speaks here. */
function asideWords(answer: AccuracyAnswer): string | undefined {
  return answer.rows.length > 0 && speakingRows(answer.rows).length === 0
    ? `only evidence of ${nearestWords(answer) ?? 'another kind'}`
    : undefined
}

function accuracyCheck(level: number, answer: AccuracyAnswer): Check {
  const base = { key: 'keepAccuracy', goal: 'A', level } as const
  const value = lowestRetained(answer)
  if (value === undefined) {
    const alone = answer.members.find(({ basis, rows }) =>
      basis === 'construction' ? false : rowBelow(rows, level) !== undefined,
    )
    const words = alone
      ? `${alone.member} alone falls below it`
      : answer.basis === 'none'
        ? 'no evidence'
        : (asideWords(answer) ?? 'only bounds')
    return { ...base, holds: alone ? 'fails' : 'undecided', words }
  }
  const near = nearestWords(answer)
  const label = near === undefined ? answer.basis : `nearest evidence: ${near}`
  if (value >= level) return { ...base, value, holds: near === undefined ? 'holds' : 'undecided', words: label }
  const below = rowBelow(answer.rows, level)
  if (below) return { ...base, value, holds: 'fails', words: `${nameOf(below)}, ${label}` }
  return { ...base, value, holds: 'undecided', words: `measurements lie on both sides, ${label}` }
}

/** `less`: the value must not pass the level. */
function plainCheck(key: keyof Thresholds, goal: Goal, level: number, value: number | undefined, less: boolean): Check {
  if (value === undefined) return { key, goal, level, holds: 'undecided', words: 'not known' }
  const holds = less ? value <= level : value >= level
  return { key, goal, level, value, holds: holds ? 'holds' : 'fails' }
}

export interface Answers {
  readonly context: ContextAnswer
  readonly accuracy: AccuracyAnswer
  readonly performance: PerformanceAnswer
}

/** What levels are held against: of a whole answer, or of the few numbers a ranking keeps. */
export interface Held {
  readonly context: { readonly tokens: number }
  readonly accuracy: AccuracyAnswer
  readonly performance: { readonly values: Pick<Performance, HeldPerformance> }
}

type HeldPerformance = 'ttftS' | 'tpotS' | 'outputTokensPerS' | 'priceUsdPerMillionOutputTokens'

export function checksOf({ context, accuracy, performance }: Held, levels: Thresholds): Check[] {
  const { values } = performance
  const out: Check[] = []
  const plain = (key: keyof Thresholds, goal: Goal, value: number | undefined, less: boolean) => {
    const level = levels[key]
    if (level !== undefined) out.push(plainCheck(key, goal, level, value, less))
  }
  plain('minContextTokens', 'C', context.tokens, false)
  if (levels.keepAccuracy !== undefined) out.push(accuracyCheck(levels.keepAccuracy, accuracy))
  plain('maxTtftS', 'P', values.ttftS, true)
  plain('maxTpotS', 'P', values.tpotS, true)
  plain('minTokensPerS', 'P', values.outputTokensPerS, false)
  plain('maxUsdPerMillionTokens', 'P', values.priceUsdPerMillionOutputTokens, true)
  return out
}

/** Improvement of context, as a factor; Infinity against a finite baseline. */
export function contextFactor(context: ContextAnswer, baseline: ContextAnswer): number {
  return context.tokens === baseline.tokens ? 1 : context.tokens / baseline.tokens
}

export function verdictOf(answers: Answers, baseline: ContextAnswer, levels: Thresholds = {}): Verdict {
  const movements: Record<Goal, Movement> = {
    C: movementOf(contextFactor(answers.context, baseline)),
    A: answers.accuracy.movement,
    P: answers.performance.movement,
  }
  const checks = checksOf(answers, levels)
  const isMet = (goal: Goal) => {
    const own = checks.filter((check) => check.goal === goal)
    return own.length > 0 && own.every(({ holds }) => holds === 'holds')
  }
  return {
    movements,
    checks,
    ...(checks.length > 0 ? { holds: checks.every(({ holds }) => holds === 'holds') } : {}),
    gains: GOALS.filter((goal) => movements[goal] === 'improves').join(''),
    counts: GOALS.filter((goal) => movements[goal] === 'improves' || isMet(goal)).join(''),
  }
}
