/**
 * PAR: one axis of a model spread over accelerators, as an axis of the scenario's layout (`layout/layout.ts`); work, bytes
 * and collectives follow from one rank's network, and the output is exact. What the layout does not know is added here:
 *
 *   contiguous ring   causal work is uneven: workers wait for the one with a full block, (2 − 1/w) times the mean
 *                     (striped attention, Brandon et al. 2023; CAP survey, arXiv 2405.11299, section 2.4.3)
 *   overlapped        exchanges run beside the computation (`Layout.overlap`); the keys of a ring under the attention, or
 *                     in turn with it
 *   elastic           another degree while decoding (LoongServe; R61)
 */
import type { Rewrite } from '../../architecture/network.ts'
import { alter } from '../../architecture/operator.ts'
import { checkLayout, type Layout } from '../../layout/layout.ts'
import { layoutOf } from '../../scenario/scenario.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import { intern } from '../intern.ts'
import type { Plan } from '../plan.ts'
import { primitiveOf, type Readings, remarked } from './readings.ts'

/** The scenario's layout with one axis split further. The only place that writes `Scenario.layout`. */
export function withAxis(layout: Layout, axis: string, degree: number): Layout {
  switch (axis) {
    case 'sp':
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

/** The largest degree up to the asked one that the model's heads, layers or experts divide into. */
function legalAxis(
  plan: Plan,
  axis: string,
  degree: number,
): Result<{ readonly layout: Layout; readonly degree: number }> {
  const { model } = plan.scenario
  const base = layoutOf(plan.scenario)
  let first: Result<Layout> | undefined
  for (let tried = degree; tried > 1; tried--) {
    const layout = checkLayout(model, withAxis(base, axis, tried))
    first ??= layout
    if (layout.ok) return ok({ layout: layout.value, degree: tried })
  }
  return first && !first.ok ? first : fail('PAR degree', `${degree} accelerators`, 'Give at least 2')
}

function unevenAttention(factor: number): Rewrite {
  return (group) =>
    group.part !== 'layer'
      ? group
      : {
          ...group,
          operators: group.operators.map((o) => (o.kind === 'attention' ? alter(o, { flop: o.flop * factor }) : o)),
        }
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

/** Rings whose blocks are handed round in full: only they wait for the fullest worker. */
const RINGS: ReadonlySet<string> = new Set(['ring', 'ring-two-level'])

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
    if (degree > 1) {
      const split = legalAxis(next, axis, degree)
      if (!split.ok) return split
      if (decodeDegree !== undefined && decodeDegree !== degree) {
        const base = layoutOf(next.scenario)
        const decoding = decodeDegree === 1 ? ok({ layout: base, degree: 1 }) : legalAxis(next, axis, decodeDegree)
        if (!decoding.ok) return decoding
        next = { ...next, decodeLayout: decoding.value.layout }
      } else if (next.decodeLayout) {
        next = { ...next, decodeLayout: withAxis(next.decodeLayout, axis, split.value.degree) }
      }
      next = withLayout(next, split.value.layout)
      if (split.value.degree !== degree) {
        next = remarked(
          next,
          'PAR',
          `${plan.scenario.model.name} splits over ${split.value.degree} accelerators on this axis, not ${degree}`,
        )
      }
      if (axis === 'sp' && RINGS.has(values.text('pattern')) && values.text('balance') === 'contiguous') {
        const factor = 2 - 1 / split.value.degree
        const rewrite = intern(`PAR uneven ${factor}`, () => unevenAttention(factor))
        const { scenario } = next
        next = { ...next, scenario: { ...scenario, rewrites: [...(scenario.rewrites ?? []), rewrite] } }
      }
    }
    if (asked === 'tp2d')
      next = remarked(next, 'PAR', 'a split in two dimensions is priced as one dimension of as many accelerators')
    if (axis === 'sp') return ok(values.flag('overlapped') ? next : { ...next, ringInTurn: true })
    if (!values.flag('overlapped')) return ok(next)
    return ok(withLayout(next, { ...layoutOf(next.scenario), overlap: true }))
  },
)
