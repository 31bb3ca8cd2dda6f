/**
 * What checks are made with: trials (a model, an accelerator, lengths, techniques) and the two ways to price one: the plain
 * analysis, and the evaluation of a plan, which comes in as a function.
 */
import { findAccelerator } from '../../../catalog/accelerators/index.ts'
import type { DtypeId } from '../../../catalog/dtypes/table.ts'
import { findModel } from '../../../catalog/models/index.ts'
import { type Analysis, analyze } from '../../../scenario/analyze.ts'
import type { Scenario } from '../../../scenario/scenario.ts'
import { ok, type Result } from '../../../units/result.ts'
import { DEFAULT_WORKLOAD } from '../../../workload/workload.ts'
import { techniqueById } from '../../catalog/index.ts'
import type { Outcome } from '../../evaluate.ts'
import type { Use, Values } from '../../primitive.ts'

/** Prices a scenario with primitives applied. */
export type Evaluate = (scenario: Scenario, uses: readonly Use[]) => Result<Outcome>

export interface Trial {
  readonly model: string
  readonly accelerator: string
  readonly promptTokens?: number
  readonly outputTokens?: number
  readonly batch?: number
  readonly weights?: DtypeId
  readonly kernel?: Scenario['kernel']
  /** Most prompt tokens of one prefill step; absent: the default. */
  readonly batchTokens?: number
  readonly paper?: boolean
  /** Rows of the catalogue, at their own parameters. */
  readonly techniques?: readonly string[]
  /** More primitives, after those of the techniques. */
  readonly uses?: readonly Use[]
}

export interface Check {
  readonly id: string
  /** In words: model, accelerator, lengths, techniques. */
  readonly scenario: string
  compute(evaluate: Evaluate): Result<number>
}

export function scenarioOf(trial: Trial): Scenario {
  const model = findModel(trial.model)?.spec
  const accelerator = findAccelerator(trial.accelerator)
  if (!model || !accelerator) throw new Error(`no model ${trial.model} or no accelerator ${trial.accelerator}`)
  return {
    model,
    accelerator,
    workload: {
      ...DEFAULT_WORKLOAD,
      promptTokens: trial.promptTokens ?? 2048,
      outputTokens: trial.outputTokens ?? 128,
      batchSize: trial.batch ?? 1,
      batchTokens: trial.batchTokens ?? DEFAULT_WORKLOAD.batchTokens,
    },
    precision: trial.weights === undefined ? {} : { weights: trial.weights },
    kernel: trial.kernel ?? 'flash',
    convention: trial.paper ? 'paper' : 'exact',
  }
}

/** The primitives of rows of the catalogue. */
function usesOf(techniques: readonly string[]): readonly Use[] {
  return techniques.flatMap((id) => {
    const row = techniqueById(id)
    if (!row) throw new Error(`no technique ${id}`)
    return row.uses
  })
}

/** One primitive by itself, for a check. */
export const alone = (primitive: string, values: Values): Use => ({ primitive, with: values })

export function outcomeOf(evaluate: Evaluate, trial: Trial): Result<Outcome> {
  return evaluate(scenarioOf(trial), [...usesOf(trial.techniques ?? []), ...(trial.uses ?? [])])
}

export type Measure = (outcome: Outcome) => number

/** The same quantity of two trials, one over the other. */
export function ratioOf(evaluate: Evaluate, measure: Measure, over: Trial, under: Trial): Result<number> {
  const above = outcomeOf(evaluate, over)
  if (!above.ok) return above
  const below = outcomeOf(evaluate, under)
  return below.ok ? ok(measure(above.value) / measure(below.value)) : below
}

export function analysisOf(trial: Trial): Result<Analysis> {
  return analyze(scenarioOf(trial))
}

export function map<A, B>(result: Result<A>, of: (value: A) => B): Result<B> {
  return result.ok ? ok(of(result.value)) : result
}
