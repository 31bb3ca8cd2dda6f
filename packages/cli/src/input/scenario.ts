/** From arguments and options to a scenario: what analyze, fit and sweep share. */
import {
  type Accelerator,
  fail,
  type ModelSpec,
  ok,
  parseCount,
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
  /** Accelerators, where the user said how many. */
  readonly count?: number
}

/** `--count`; a counted number of accelerators up to what one deployment may have. */
export function readCount(raw: unknown): Result<number | undefined> {
  if (raw === undefined) return ok(undefined)
  const read = parseCount('--count', raw)
  if (!read.ok) return read
  if (read.value < 1) return fail('--count', `${read.value} is less than 1`, 'Give at least 1')
  return read.value > 1024 ? fail('--count', `${read.value} is more than 1024`, 'Give at most 1024') : read
}

/** The cheap checks first: flags, then the accelerator, then the model (which may be a large file). */
export function readAsked({ args, options }: Invocation): Result<Asked> {
  const question = questionOf(options)
  if (!question.ok) return question
  const accelerator = resolveAccelerator(options.on)
  if (!accelerator.ok) return accelerator
  const model = resolveModel(args[0] ?? '')
  if (!model.ok) return model
  const count = readCount(options.count)
  if (!count.ok) return count
  return ok({
    question: question.value,
    model: model.value,
    accelerator: accelerator.value,
    ...(count.value === undefined ? {} : { count: count.value }),
  })
}

export function readScenario(invocation: Invocation): Result<Scenario> {
  const asked = readAsked(invocation)
  if (!asked.ok) return asked
  const { question, model, accelerator, count } = asked.value
  return scenarioOf(question, model, accelerator, count)
}
