/**
 * WB, AB, KB: bits of weights, matrix inputs and the cache, as formats made from their parameters (`catalog/dtypes/made.ts`).
 *   bytes = N · (b·(1 − p) + b_o·p + (scale + zero bits) / group) / 8
 * The roof follows from the widest operand (`cost/peaks.ts`): narrow weights alone never raise it, a width the
 * hardware lacks is widened. Nothing is stored wider than it already is: such a setting changes nothing, and says so.
 */
import { changePrecision, format, type PrecisionChange } from '../../architecture/formats.ts'
import type { WeightClass } from '../../architecture/model.ts'
import { type Dtype, effectiveBits } from '../../catalog/dtypes/dtype.ts'
import { type MadeKind, madeId } from '../../catalog/dtypes/made.ts'
import type { DtypeId } from '../../catalog/dtypes/table.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import type { PrimitiveId } from '../parameters.ts'
import type { Plan } from '../plan.ts'
import { primitiveOf, type Readings, remarked } from './readings.ts'
import { changeLayers, withModel } from './reshape.ts'

/** Rows of a typical matrix, only to compare two formats with scales per row. */
const ROW = 4096

/** Bits at and above which nothing is quantised. */
const PLAIN_BITS = 16

function formatOf(values: Readings, zeroBits: number): DtypeId {
  const group = values.number('group')
  const kind = values.text('kind')
  return madeId({
    kind: kind === 'codebook' ? 'cb' : ((kind === 'float' ? 'fp' : 'int') satisfies MadeKind),
    bits: values.number('bits'),
    group: group > 0 ? group : 'row',
    scaleBits: values.number('scaleBits'),
    zeroBits,
    outlierShare: values.number('outlierShare'),
    outlierBits: values.number('outlierBits'),
  })
}

const bitsOf = (dtype: Dtype) => effectiveBits(dtype, ROW)

function withPrecision(plan: Plan, change: PrecisionChange): Plan {
  const { scenario } = plan
  return { ...plan, scenario: { ...scenario, precision: { ...scenario.precision, ...change } } }
}

/** The format to use, or undefined where the tensor already has no more bits. */
function narrower(plan: Plan, id: PrimitiveId, values: Readings, now: DtypeId, what: string): Result<DtypeId | Plan> {
  if (values.number('bits') >= PLAIN_BITS && format(now).bits <= PLAIN_BITS) return ok(plan)
  const next = formatOf(values, id === 'AB' ? 0 : values.number('zeroBits'))
  if (bitsOf(format(next)) < bitsOf(format(now))) return ok(next)
  const has = `${what} already take ${+bitsOf(format(now)).toFixed(3)} bits (${now})`
  return ok(remarked(plan, id, `${has}: ${next} would not make them narrower, so nothing changes`))
}

const SITES: Readonly<Record<string, readonly WeightClass[]>> = {
  attention: ['attention'],
  ffn: ['ffn', 'shared', 'experts'],
  experts: ['experts'],
  embedding: ['embedding'],
  head: ['head'],
}

/** Layers in the middle of the stack, `share` of them: where facts lie (causal tracing). */
function middleLayers(count: number, share: number): { readonly from: number; readonly to: number } | undefined {
  const kept = Math.round(count * share)
  if (kept === 0) return undefined
  const from = Math.floor((count - kept) / 2)
  return { from, to: from + kept - 1 }
}

export const WB = primitiveOf(
  'WB',
  'Weight bits',
  'numbers',
  'Weight bytes = N · (b·(1 − p) + b_o·p + (scale + zero bits) / group) / 8',
  (plan, values) => {
    const { model, precision } = plan.scenario
    const now = changePrecision(model.precision, precision)
    const site = values.text('site')
    const classes = SITES[site]
    const before = (classes && now.classes?.[classes[0] as WeightClass]) ?? now.weights
    const chosen = narrower(plan, 'WB', values, before, 'weights')
    if (!chosen.ok) return chosen
    const weights = chosen.value
    if (typeof weights !== 'string') return ok(weights)
    if (classes) {
      const own = Object.fromEntries(classes.map((name) => [name, weights]))
      return ok(withPrecision(plan, { classes: { ...precision.classes, ...own } }))
    }
    const kept = middleLayers(model.stack.order.length, values.number('keptLayerShare'))
    const layers = kept ? [{ ...kept, classes: { ffn: before, experts: before, shared: before } }] : undefined
    return ok(withPrecision(plan, { weights, ...(layers ? { layers } : {}) }))
  },
)

export const AB = primitiveOf(
  'AB',
  'Activation bits',
  'numbers',
  'Matrix inputs of b bits; the roof is that of the widest operand, widened where the hardware lacks it',
  (plan, values) => {
    const { model, precision } = plan.scenario
    const now = changePrecision(model.precision, precision)
    const chosen = narrower(plan, 'AB', values, now.activations, 'matrix inputs')
    if (!chosen.ok) return chosen
    const activations = chosen.value
    if (typeof activations !== 'string') return ok(activations)
    const next = withPrecision(plan, { activations })
    if (format(now.weights).bits >= PLAIN_BITS) {
      return ok(
        remarked(next, 'AB', 'weights are in 16 bit, so matrix inputs stay in 16 bit beside them (widest operand)'),
      )
    }
    return ok(next)
  },
)

export const KB = primitiveOf(
  'KB',
  'KV bits',
  'numbers',
  'Cache bytes = elements · (b + scales) / 8, the last tokens kept in the activations’ format',
  (plan, values) => {
    const { model, precision } = plan.scenario
    const now = changePrecision(model.precision, precision)
    const hasCache = model.stack.kinds.some(({ mixer }) => mixer && 'pattern' in mixer)
    if (!hasCache) {
      const isMade = model.stack.kinds.some(({ mixer }) => mixer?.kind === 'linear' && mixer.rule === 'kernel')
      if (isMade) return ok(remarked(plan, 'KB', 'attention is in state form: there are no keys and values to narrow'))
      return fail(
        'KB.bits',
        `${model.name} has no keys and values: its layers keep states`,
        'Leave KB out for this model',
      )
    }
    const chosen = narrower(plan, 'KB', values, now.kv, 'keys and values')
    if (!chosen.ok) return chosen
    const kv = chosen.value
    if (typeof kv !== 'string') return ok(kv)
    const next = withPrecision(plan, { kv })
    const residual = values.number('residualTokens')
    if (residual === 0) return ok(next)
    return ok(
      withModel(next, `wide ${residual}`, (from) =>
        changeLayers(from, 1, (layer) =>
          layer.mixer?.kind === 'attention' ? { ...layer, mixer: { ...layer.mixer, wideTokens: residual } } : layer,
        ),
      ),
    )
  },
)
