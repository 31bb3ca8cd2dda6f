/** What an explanation of a number is made of, and what it is asked with. */
import type { MemoryPlan } from '../memory/plan.ts'
import type { Analysis } from '../scenario/analyze.ts'
import type { Bench } from '../scenario/bench.ts'
import type { FitAnswer } from '../scenario/fit.ts'
import type { Result } from '../units/result.ts'
import type { AnswerId } from './answers.ts'
import type { Formula } from './formula.ts'

export interface Term {
  readonly label: string
  readonly value: string
  readonly note?: string
}

export interface NumberExplanation {
  readonly id: AnswerId
  readonly title: string
  /** What it means, in one sentence. */
  readonly meaning: string
  readonly formulas: readonly Formula[]
  readonly terms: readonly Term[]
  readonly basis: string
  readonly sources: readonly { readonly text: string; readonly url: string | null }[]
}

export interface ExplainInput {
  readonly bench: Bench
  readonly analysis: Analysis
  /** Of one of `count` accelerators. */
  readonly memory: MemoryPlan
  readonly fit: Result<FitAnswer>
  readonly count: number
}

export type Body = Pick<NumberExplanation, 'title' | 'meaning' | 'formulas' | 'terms'> & {
  /** Figures of the accelerator it rests on. */
  readonly figures: readonly ('time' | 'memory' | 'power' | 'rent')[]
  readonly basis?: string
}
