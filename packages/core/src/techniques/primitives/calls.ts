/**
 * CALLS and REPL: how many calls of the model one question takes. A call's latency adds along the serial path, every call
 * costs; calls beside each other share the steps of the engine as further sequences of its batch.
 *
 *   latency = Σ of the serial calls;   sequences in flight = batch · parallel;   cost = all calls, offline ones spread out
 *
 * Calls with a prompt or output of their own are passes of the served model before the answer's own call.
 */
import { ok } from '../../units/result.ts'
import type { ExtraPass, Plan } from '../plan.ts'
import { primitiveOf, type Readings, remarked, textPrompt, withWorkload } from './readings.ts'

/** Beyond so many growing calls their mean stands for all. */
const LISTED = 32

interface Size {
  readonly prompt: number
  readonly output: number
}

/** The calls before the last one, each with the text of those before it in its prompt. */
function growingPasses(size: Size, further: number, beside: number): ExtraPass[] {
  const pass = (prompt: number, times: number): ExtraPass => ({
    label: 'earlier calls',
    newTokens: Math.round(prompt),
    outputTokens: size.output,
    blocking: true,
    timesPerRequest: times,
    ...(beside > 1 ? { beside } : {}),
  })
  if (further > LISTED) return [pass(size.prompt + (size.output * (further - 1)) / 2, further)]
  const whole = Math.floor(further)
  const out = Array.from({ length: whole }, (_, i) => pass(size.prompt + i * size.output, 1))
  if (further > whole) out.push(pass(size.prompt + whole * size.output, further - whole))
  return out
}

function sizedCalls(plan: Plan, values: Readings, count: { serial: number; parallel: number; offline: number }): Plan {
  const { workload } = plan.scenario
  const size: Size = {
    prompt: values.given('promptTokens') ?? workload.promptTokens,
    output: values.given('outputTokens') ?? workload.outputTokens,
  }
  const further = count.serial - 1
  const passes: ExtraPass[] = [...plan.passes]
  if (further > 0) {
    if (values.flag('grows')) passes.push(...growingPasses(size, further, count.parallel))
    else passes.push(plainPass('further calls', size, further, true, count.parallel))
  }
  if (count.parallel > 1) passes.push(plainPass('calls beside the answer', size, 1, false, count.parallel - 1))
  if (count.offline > 0) passes.push(plainPass('calls outside the question', size, count.offline, false, 1))
  const grown = values.flag('grows') ? Math.round(further * size.output) : 0
  return withWorkload({ ...plan, passes }, { promptTokens: workload.promptTokens + grown })
}

function plainPass(label: string, size: Size, times: number, blocking: boolean, beside: number): ExtraPass {
  return {
    label,
    newTokens: size.prompt,
    outputTokens: size.output,
    blocking,
    timesPerRequest: times,
    ...(beside > 1 ? { beside } : {}),
  }
}

export const CALLS = primitiveOf(
  'CALLS',
  'Call graph',
  'calls',
  'Latency is the critical path of the calls, cost the sum of all of them',
  (plan, values) => {
    const isOffline = values.text('mode') === 'offline'
    const asked = {
      serial: values.number('serial'),
      parallel: values.number('parallel'),
      offline: values.number('offline'),
    }
    // Offline calls are not on the way to an answer.
    const count = isOffline
      ? { serial: 1, parallel: 1, offline: asked.offline > 0 ? asked.offline : asked.serial * asked.parallel - 1 }
      : asked
    if (count.serial === 1 && count.parallel === 1 && count.offline === 0) return ok(plan)
    const asksText = textPrompt(plan, 'CALLS')
    if (!asksText.ok) return asksText
    const isSized = values.given('promptTokens') !== undefined || values.given('outputTokens') !== undefined
    if (isSized || values.flag('grows')) return ok(sizedCalls(plan, values, count))
    const { calls } = plan
    return ok({
      ...plan,
      calls: {
        ...calls,
        serial: calls.serial * count.serial,
        parallel: calls.parallel * count.parallel,
        offline: calls.offline + count.offline,
      },
    })
  },
)

export const REPL = primitiveOf(
  'REPL',
  'Replicas',
  'calls',
  'n copies answer the same call: n times the weights, cache and work; the same latency on n accelerators',
  (plan, values) => {
    const replicas = values.number('replicas')
    if (replicas === 1) return ok(plan)
    const { calls } = plan
    if (values.text('devices') === 'shared') {
      const next = { ...plan, calls: { ...calls, parallel: calls.parallel * replicas } }
      return ok(
        remarked(next, 'REPL', 'copies with the same weights share one accelerator as further sequences of its batch'),
      )
    }
    return ok({ ...plan, calls: { ...calls, replicas: calls.replicas * replicas } })
  },
)
