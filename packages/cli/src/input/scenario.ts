/** From arguments and options to a scenario: what analyze, fit and sweep share. */
import {
  type Accelerator,
  type ModelSpec,
  ok,
  type Question,
  type Result,
  type Scenario,
  scenarioOf,
} from '@capline/core'
import type { Invocation } from '../command.ts'
import { questionOf } from '../options.ts'
import { resolveAccelerator } from './accelerator.ts'
import { resolveModel } from './model.ts'

export interface Asked {
  readonly question: Question
  readonly model: ModelSpec
  readonly accelerator: Accelerator
}

/** The cheap checks first: flags, then the accelerator, then the model (which may be a large file). */
export function readAsked({ args, options }: Invocation): Result<Asked> {
  const question = questionOf(options)
  if (!question.ok) return question
  const accelerator = resolveAccelerator(options.on)
  if (!accelerator.ok) return accelerator
  const model = resolveModel(args[0] ?? '')
  if (!model.ok) return model
  return ok({ question: question.value, model: model.value, accelerator: accelerator.value })
}

export function readScenario(invocation: Invocation): Result<Scenario> {
  const asked = readAsked(invocation)
  if (!asked.ok) return asked
  const { question, model, accelerator } = asked.value
  return scenarioOf(question, model, accelerator)
}
