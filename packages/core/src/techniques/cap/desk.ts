/**
 * One scenario on the desk: its baseline, the evidence about its model, and what any selection makes of C, A and P. The
 * evidence comes in as data (an asset the caller loads); without it accuracy is known by construction alone.
 */
import type { EvidenceRecord } from '../../evidence/record.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { finalContext } from '../../step/phases.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import { compose } from '../compose.ts'
import { evaluatePlan, type Outcome } from '../evaluate.ts'
import type { Plan } from '../plan.ts'
import { type AccuracyAnswer, AccuracyOf, indexAccuracy } from './accuracy.ts'
import {
  type ContextAnswer,
  type ContextKnown,
  contextAnswer,
  type EffectiveMeasure,
  effectiveLengths,
  effectiveTokens,
} from './context.ts'
import { keepsOutput } from './exactness.ts'
import { type PerformanceAnswer, performanceAnswer } from './performance.ts'
import { positionEvidence } from './positions.ts'
import { type Member, NOTHING, type Selection } from './selection.ts'
import { type Thresholds, type Verdict, verdictOf } from './verdict.ts'

export interface CapAnswer {
  readonly selection: Selection
  readonly plan: Plan
  readonly outcome: Outcome
  readonly context: ContextAnswer
  readonly accuracy: AccuracyAnswer
  readonly performance: PerformanceAnswer
  readonly verdict: Verdict
}

export interface DeskOptions {
  readonly records?: readonly EvidenceRecord[]
  readonly measure?: EffectiveMeasure
  /** The measured length that limits, where the caller has looked it up already and gives no records. */
  readonly limitTokens?: number
  readonly levels?: Thresholds
  /** Techniques that every answer has, the baseline included. */
  readonly fixed?: Selection
}

export interface Desk {
  readonly scenario: Scenario
  readonly fixed: Selection
  readonly levels: Thresholds
  readonly baseline: CapAnswer
  /** The measurements it knows. */
  readonly records: readonly EvidenceRecord[]
  /** Tokens of context that evidence lets this model use; absent: no limit is known. */
  readonly effectiveTokens?: number
  plan(selection: Selection): Result<Plan>
  outcome(plan: Plan): Result<Outcome>
  accuracy(selection: Selection): AccuracyAnswer
  /** Whether evidence of accuracy speaks for a technique here: what `accuracy` says, without putting it together. */
  isMeasured(member: Member): boolean
  /** A priced plan as an answer. */
  answer(selection: Selection, plan: Plan, outcome: Outcome): CapAnswer
  evaluate(selection: Selection): Result<CapAnswer>
}

/** An answer that comes all at once has no time between tokens. */
function atOnce(outcome: Outcome): Outcome {
  const { tpotS: _, ...performance } = outcome.performance
  return { ...outcome, performance }
}

/** Puts the selection before the place of a problem. */
function at<T>(selection: Selection, result: Result<T>): Result<T> {
  if (result.ok || selection.members.length === 0) return result
  const { path, reason, remedy } = result.problem
  return fail(`${selection.label}: ${path}`, reason, remedy)
}

export function deskOf(scenario: Scenario, options: DeskOptions = {}): Result<Desk> {
  const { records = [], measure = 'ruler', levels = {}, fixed = NOTHING, limitTokens } = options
  const { model, workload } = scenario
  const effective = effectiveLengths(records, model.id)
  const position = positionEvidence(records, model.id)
  const known: ContextKnown = { effective, measure, ...(position ? { position } : {}) }
  const limit = limitTokens ?? effectiveTokens(effective, measure)
  const trained = model.extendedContextTokens ?? model.trainedContextTokens
  const accuracies = new AccuracyOf(indexAccuracy(records), {
    model: model.id,
    contextTokens: finalContext(model, workload),
    ...(trained === undefined ? {} : { trainedTokens: trained }),
  })
  const plan = (selection: Selection) => at(selection, compose(scenario, [...fixed.uses, ...selection.uses]))
  const outcomeOf = (own: Plan): Result<Outcome> => {
    const made = evaluatePlan(own, limit === undefined ? {} : { effectiveTokens: limit })
    return made.ok && own.decoding.wholeAnswer ? ok(atOnce(made.value)) : made
  }

  const basePlan = plan(NOTHING)
  if (!basePlan.ok) return basePlan
  const baseOutcome = outcomeOf(basePlan.value)
  if (!baseOutcome.ok) return baseOutcome
  const contextOf = (selection: Selection, own: Plan, outcome: Outcome) => {
    const tokens = finalContext(own.scenario.model, own.scenario.workload)
    return contextAnswer(outcome, known, { users: workload.batchSize, tokens }, !keepsOutput(selection.uses))
  }
  const baseContext = contextOf(fixed, basePlan.value, baseOutcome.value)

  const answer = (selection: Selection, own: Plan, outcome: Outcome): CapAnswer => {
    const context = contextOf(selection, own, outcome)
    const accuracy = accuracies.answer(selection)
    const performance = performanceAnswer(outcome, baseOutcome.value)
    const verdict = verdictOf({ context, accuracy, performance }, baseContext, levels)
    return { selection, plan: own, outcome, context, accuracy, performance, verdict }
  }
  const evaluate = (selection: Selection): Result<CapAnswer> => {
    const made = plan(selection)
    if (!made.ok) return made
    const outcome = at(selection, outcomeOf(made.value))
    return outcome.ok ? ok(answer(selection, made.value, outcome.value)) : outcome
  }
  return ok({
    scenario,
    fixed,
    levels,
    records,
    baseline: answer(NOTHING, basePlan.value, baseOutcome.value),
    ...(limit === undefined ? {} : { effectiveTokens: limit }),
    plan,
    outcome: outcomeOf,
    accuracy: (selection) => accuracies.answer(selection),
    isMeasured: (member) => accuracies.isMeasured(member),
    answer,
    evaluate,
  })
}
