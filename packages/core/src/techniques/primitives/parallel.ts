/**
 * PAR: one axis of a model spread over accelerators, as an axis of the scenario's layout (`layout/layout.ts`); work, bytes
 * and collectives follow from one rank's network, and the output is exact. The pattern is what the layout exchanges:
 *
 *   cp   ring, two-level-ring, query, all-to-all   `Layout.contextExchange`; balance: `Layout.contextOrder`
 *   tp   allreduce, allgather+reduce-scatter       `Layout.sequenceParallel`
 *
 * The other axes have one exchange each. A pattern that the axis does not have is said in words, and the usual is priced.
 * What the layout does not know is added here:
 *
 *   overlapped        exchanges run beside the computation (`Layout.overlap`); what goes round a ring under the attention, or
 *                     in turn with it
 *   cache budget      what it keeps lies unevenly on contiguous pieces (`unevenKeys.ts`)
 *   elastic           another degree while decoding (LoongServe)
 */
import { CONTEXT_EXCHANGES, CONTEXT_ORDERS, checkLayout, exchangeOf, type Layout } from '../../layout/layout.ts'
import { layoutOf } from '../../scenario/scenario.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import type { Plan } from '../plan.ts'
import { primitiveOf, type Readings, remarked } from './readings.ts'
import { withUnevenKeys } from './unevenKeys.ts'

/** The scenario's layout with one axis split further. The only place that writes `Scenario.layout`. */
export function withAxis(layout: Layout, axis: string, degree: number): Layout {
  switch (axis) {
    case 'cp':
      return { ...layout, cp: layout.cp * degree }
    case 'pp':
      return { ...layout, pp: layout.pp * degree }
    case 'ep': {
      // Experts spread over ranks that each keep their own sequences, as in GShard; ranks already there are used first.
      const ranks = layout.tp * layout.attentionDp
      const more = Math.max(1, Math.ceil(degree / ranks))
      return { ...layout, attentionDp: layout.attentionDp * more, ep: layout.ep * degree }
    }
    default:
      return { ...layout, tp: layout.tp * degree }
  }
}

/**
 * The degree that was asked for, or what is wrong with it; of one that a technique only assumes, the largest up to it that the
 * model's heads, layers or experts divide into.
 */
function legalAxis(
  plan: Plan,
  axis: string,
  degree: number,
  base: Layout,
  mayBeLess: boolean,
): Result<{ readonly layout: Layout; readonly degree: number }> {
  const { model } = plan.scenario
  if (degree === 1) return ok({ layout: base, degree })
  let first: Result<Layout> | undefined
  for (let tried = degree; tried > 1; tried--) {
    const layout = checkLayout(model, withAxis(base, axis, tried))
    first ??= layout
    if (layout.ok) return ok({ layout: layout.value, degree: tried })
    if (!mayBeLess) return layout
  }
  return first && !first.ok ? first : fail('PAR degree', `${degree} accelerators`, 'Give at least 2')
}

function withLayout(plan: Plan, layout: Layout): Plan {
  return { ...plan, scenario: { ...plan.scenario, layout } }
}

function withLink(plan: Plan, values: Readings): Plan {
  const rate = values.given('linkBytePerS')
  if (rate === undefined) return plan
  const { scenario } = plan
  const { accelerator } = scenario
  const name = accelerator.scaleUpLink?.name ?? 'link'
  const scaleUpLink = { name, bandwidthBytePerS: { value: rate, source: 'user' } }
  return { ...plan, scenario: { ...scenario, accelerator: { ...accelerator, scaleUpLink } } }
}

/** Patterns that say what an axis does anyway; `usual` stands for them. */
const USUAL: { readonly [axis: string]: readonly string[] } = {
  tp: ['allreduce', 'allgather+reduce-scatter'],
  cp: CONTEXT_EXCHANGES,
  pp: ['point-to-point'],
  ep: ['all-to-all'],
}

/** What is priced where an axis has no exchange of that name. */
const INSTEAD: { readonly [axis: string]: string } = {
  tp: 'the all-reduces of tensor parallelism are priced, as the links run them',
  cp: 'the exchange of the layout is priced, a ring of keys unless it says otherwise',
  pp: 'sends between stages are priced',
  ep: 'the exchange of tokens is priced as one all-to-all, as the links run it',
}

/** The layout with what its ranks exchange as the pattern says; one layout has one exchange of a split sequence. */
function withPattern(layout: Layout, axis: string, values: Readings): Result<Layout> {
  const pattern = values.text('pattern')
  if (axis === 'tp') return ok(pattern === 'allgather+reduce-scatter' ? { ...layout, sequenceParallel: true } : layout)
  if (axis !== 'cp') return ok(layout)
  const contextExchange = CONTEXT_EXCHANGES.find((exchange) => exchange === pattern) ?? exchangeOf(layout)
  if (layout.cp > 1 && exchangeOf(layout) !== contextExchange) {
    const reason = `a sequence that ${layout.cp} accelerators share by ${exchangeOf(layout)} cannot be shared again by ${contextExchange}`
    return fail('PAR pattern', reason, 'Keep one of the two; hybrids of two exchanges have no price')
  }
  const contextOrder = CONTEXT_ORDERS.find((order) => order === values.text('balance')) ?? 'striped'
  return ok({ ...layout, contextExchange, contextOrder })
}

export const PAR = primitiveOf(
  'PAR',
  'Parallel axis',
  'places',
  'Work and bytes per rank fall with the degree, collectives are added; the output is exact',
  (plan, values) => {
    const degree = values.number('degree')
    const decodeDegree = values.given('decodeDegree')
    if (degree === 1 && (decodeDegree === undefined || decodeDegree === 1)) return ok(plan)
    const asked = values.text('axis')
    const axis = asked === 'tp2d' ? 'tp' : asked
    let next = withLink(plan, values)
    const base = withPattern(layoutOf(next.scenario), axis, values)
    if (!base.ok) return base
    const split = legalAxis(next, axis, degree, base.value, values.isAssumed('degree'))
    if (!split.ok) return split
    if (decodeDegree !== undefined && decodeDegree !== degree) {
      const decoding = legalAxis(next, axis, decodeDegree, base.value, values.isAssumed('decodeDegree'))
      if (!decoding.ok) return decoding
      next = { ...next, decodeLayout: decoding.value.layout }
    } else if (next.decodeLayout) {
      const decoding = withPattern(next.decodeLayout, axis, values)
      if (!decoding.ok) return decoding
      next = { ...next, decodeLayout: withAxis(decoding.value, axis, split.value.degree) }
    }
    next = withLayout(next, split.value.layout)
    if (split.value.degree !== degree) {
      next = remarked(
        next,
        'PAR',
        `${plan.scenario.model.name} splits over ${split.value.degree} accelerators on this axis, not ${degree}`,
      )
    }
    const pattern = values.text('pattern')
    if (pattern !== 'usual' && !USUAL[axis]?.includes(pattern)) {
      next = remarked(next, 'PAR', `${pattern} is no exchange of this axis that has a price: ${INSTEAD[axis]}`)
    }
    if (asked === 'tp2d')
      next = remarked(next, 'PAR', 'a split in two dimensions is priced as one dimension of as many accelerators')
    if (axis === 'cp') {
      next = withUnevenKeys(next, next.decodeLayout ?? layoutOf(next.scenario))
      return ok(values.flag('overlapped') ? next : { ...next, ringInTurn: true })
    }
    if (!values.flag('overlapped')) return ok(next)
    return ok(withLayout(next, { ...layoutOf(next.scenario), overlap: true }))
  },
)
