/** `capline fit`: the inverse questions. What is the longest context, the most users, the fewest accelerators? */
import {
  ACCELERATORS,
  answerFit,
  type FitAnswer,
  type FitRequest,
  fail,
  ok,
  parseCount,
  prepareMemory,
  type Result,
  type Scenario,
} from '@capline/core'
import { type Answer, type Invocation, json } from '../command.ts'
import { readCount, readScenario } from '../input/scenario.ts'
import { renderFit } from '../render/fit.ts'

function countOption(flag: string, raw: unknown): Result<number> {
  const read = parseCount(flag, raw)
  if (!read.ok) return read
  if (read.value < 1) return fail(flag, `${read.value} is less than 1`, 'Give at least 1')
  return read.value > 1e9 ? fail(flag, `${read.value} is more than 1000000000`, 'Give less') : read
}

function openOption(flag: string, raw: unknown): Result<number | 'max' | undefined> {
  if (raw === undefined) return ok(undefined)
  return raw === 'max' ? ok('max') : countOption(flag, raw)
}

function readRequest(options: Invocation['options']): Result<FitRequest> {
  const count = readCount(options.count)
  if (!count.ok) return count
  const context = openOption('--context', options.context)
  if (!context.ok) return context
  const users = openOption('--users', options.users)
  if (!users.ok) return users
  return ok({
    count: count.value ?? 1,
    ...(context.value === undefined ? {} : { context: context.value }),
    ...(users.value === undefined ? {} : { users: users.value }),
  })
}

/** A count without a limit is null. */
const finite = (x: number | undefined) => (x !== undefined && Number.isFinite(x) ? x : null)

function fitJson(scenario: Scenario, answer: FitAnswer) {
  const { memory } = answer
  return {
    schema: 'capline.fit/1',
    model: { id: scenario.model.id, name: scenario.model.name },
    accelerator: { id: scenario.accelerator.id, name: scenario.accelerator.name },
    count: answer.count,
    contextTokens: answer.contextTokens,
    users: answer.users,
    fits: answer.fits,
    maxContextTokens: finite(answer.maxContextTokens),
    maxUsers: finite(answer.maxUsers),
    minAccelerators: finite(answer.minAccelerators),
    trainedContextTokens: answer.trainedContextTokens ?? null,
    memory: {
      ...memory,
      capacityBytes: memory.capacityBytes ?? null,
      fits: memory.fits ?? null,
    },
    cheapest: answer.offers.map(({ accelerator, count, usdPerHour }) => ({
      accelerator: accelerator.id,
      name: accelerator.name,
      count,
      usdPerHour,
    })),
    notes: answer.notes,
  }
}

export function runFit(invocation: Invocation): Result<Answer> {
  const { options, terminal } = invocation
  const request = readRequest(options)
  if (!request.ok) return request
  // The context takes the place of the prompt here: a prefix is compared with the context, not with a default prompt.
  const prompt = options.prefix === undefined ? {} : { prompt: options.prefix }
  // Memory alone decides how a plain count is laid out (`planFit`); named axes or --layout are the user's own.
  const { count: _, ...rest } = options
  const withoutCount = options.layout === undefined ? rest : options
  const scenario = readScenario({ ...invocation, options: { ...withoutCount, ...prompt } })
  if (!scenario.ok) return scenario
  const answer = answerFit(prepareMemory(scenario.value), request.value, Object.values(ACCELERATORS))
  if (!answer.ok) return answer
  const text =
    options.json === true
      ? json(fitJson(scenario.value, answer.value))
      : renderFit(scenario.value, answer.value, request.value, terminal)
  return ok({ text })
}
