/** From the layout fields of a question (axes, --layout, --count) to a scenario with its accelerators laid out. */
import type { ModelSpec } from '../architecture/model.ts'
import {
  CONTEXT_EXCHANGES,
  CONTEXT_ORDERS,
  checkLayout,
  describeLayout,
  expertRanks,
  LAYOUT_AXES,
  type Layout,
  type LayoutAxis,
  layoutsFor,
  legalTp,
  ONE_ACCELERATOR,
  rankCount,
} from '../layout/layout.ts'
import { fail, ok, type Problem, type Result } from '../units/result.ts'
import { type FieldName, flagOf } from './fields.ts'
import { rankLayouts } from './layouts.ts'
import type { Question } from './question.ts'
import type { Scenario } from './scenario.ts'

const AXIS_FIELDS: { readonly [A in LayoutAxis]: FieldName } = {
  tp: 'tp',
  pp: 'pp',
  dp: 'dp',
  ep: 'ep',
  attentionDp: 'attentionDp',
  cp: 'cp',
}

/** The layout of named axes; undefined when the question names none. */
function namedLayout(
  question: Question,
  model: ModelSpec,
  count: number | undefined,
  flags: Partial<Layout>,
): Result<Layout | undefined> {
  const named = LAYOUT_AXES.filter((axis) => question[AXIS_FIELDS[axis]] !== undefined)
  if (named.length === 0) return ok(undefined)
  const axes = Object.fromEntries(named.map((axis) => [axis, question[AXIS_FIELDS[axis]] as number]))
  const asked: Layout = { ...ONE_ACCELERATOR, ...flags, ...axes }
  // Experts alone: the accelerators that split them also split attention, over the sequences.
  const wider = asked.ep > expertRanks(asked) && asked.ep % asked.tp === 0
  const layout = wider ? { ...asked, attentionDp: asked.ep / asked.tp } : asked
  const checked = checkLayout(model, layout)
  if (!checked.ok) return checked
  if (question.layout !== undefined) {
    return fail('--layout', `${question.layout} beside ${named.map(flagOf).join(', ')}`, 'Give the one or the others')
  }
  if (count !== undefined && count !== rankCount(layout)) {
    return fail(
      '--count',
      `${count} accelerators, but ${describeLayout(layout)} makes ${rankCount(layout)}`,
      'Leave --count out',
    )
  }
  return ok(layout)
}

const WHOLE_AXIS: { readonly [name: string]: (count: number) => Layout } = {
  tensor: (count) => ({ ...ONE_ACCELERATOR, tp: count }),
  pipeline: (count) => ({ ...ONE_ACCELERATOR, pp: count }),
  data: (count) => ({ ...ONE_ACCELERATOR, dp: count }),
  expert: (count) => ({ ...ONE_ACCELERATOR, attentionDp: count, ep: count }),
}

/** What is wrong with a whole layout, in the words it was asked for: nobody gave the axis. */
function wholeProblem(name: string, { path, reason, remedy }: Problem): Result<never> {
  const place = `--layout ${name}`
  if (path === '--ep' && remedy.startsWith('Leave')) return fail(place, reason, 'Choose auto, tensor, pipeline or data')
  if (remedy.includes('--ep')) return fail(place, reason, 'Use --layout expert or auto')
  const counts = remedy.replace(/^Choose one of |^Choose |^Give /, '')
  return fail(place, reason, `Give --count ${counts}, or --layout auto`)
}

/** The scenario with its accelerators laid out: as named, or the best of what is legal for the count. */
export function spread(scenario: Scenario, question: Question, count: number | undefined): Result<Scenario> {
  const flags = flagsOf(question)
  if (Object.keys(flags).length === 0) return laidOut(scenario, question, count, flags)
  // Every layout that is tried has them.
  const laid = laidOut({ ...scenario, layout: { ...ONE_ACCELERATOR, ...flags } }, question, count, flags)
  return laid.ok ? ok({ ...laid.value, layout: { ...(laid.value.layout ?? ONE_ACCELERATOR), ...flags } }) : laid
}

/** What a question says of a layout besides its axes, where it is not the usual. */
function flagsOf(question: Question): Partial<Layout> {
  const exchange = CONTEXT_EXCHANGES.find((one) => one === question.cpExchange)
  const order = CONTEXT_ORDERS.find((one) => one === question.cpOrder)
  return {
    ...(question.sequenceParallel === 'on' ? { sequenceParallel: true } : {}),
    ...(question.overlap === 'on' ? { overlap: true } : {}),
    ...(exchange && exchange !== 'ring' ? { contextExchange: exchange } : {}),
    ...(order && order !== 'striped' ? { contextOrder: order } : {}),
  }
}

function laidOut(
  scenario: Scenario,
  question: Question,
  count: number | undefined,
  flags: Partial<Layout>,
): Result<Scenario> {
  const { model } = scenario
  const named = namedLayout(question, model, count, flags)
  if (!named.ok) return named
  if (named.value) return ok({ ...scenario, layout: named.value })
  const accelerators = count ?? 1
  if (accelerators === 1) return ok(scenario)
  const whole = WHOLE_AXIS[String(question.layout)]
  if (whole) {
    const checked = checkLayout(model, whole(accelerators))
    return checked.ok
      ? ok({ ...scenario, layout: checked.value })
      : wholeProblem(String(question.layout), checked.problem)
  }
  const [first] = layoutsFor(model, accelerators, scenario.workload.batchSize)
  if (!first) {
    const near = legalTp(model, 64).join(', ')
    const reason = `${accelerators} accelerators cannot share ${model.name} evenly, nor ${scenario.workload.batchSize} sequences`
    return fail('--count', reason, `Choose one of ${near}`)
  }
  const best = rankLayouts(scenario, accelerators)[0]
  return ok({ ...scenario, layout: best?.layout ?? first })
}
