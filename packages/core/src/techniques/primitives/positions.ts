/**
 * POS: how far positions reach, as a factor on the context the model was trained for. The cost is that of the position map,
 * about nothing. Reach without limit is no claim of use: the effective length is evidence (RULER, NoLiMa), and extending
 * positions does not raise accuracy beyond the trained length (CAP survey, arXiv 2405.11299, section 1; R49).
 */
import { fail, ok } from '../../units/result.ts'
import { primitiveOf, remarked } from './readings.ts'

export const POS = primitiveOf(
  'POS',
  'Position map',
  'attention',
  'Reach = scale · trained context; no operator changes',
  (plan, values) => {
    const kind = values.text('kind')
    const scale = values.flag('unlimited') ? Number.POSITIVE_INFINITY : values.number('scale')
    const next = values.flag('perReplica')
      ? remarked(
          plan,
          'POS',
          'every replica has a base of its own, so that weak spots of one are strong ones of another',
        )
      : plan
    if (scale === 1) return ok(next)
    if (plan.reach.scale !== 1) {
      return fail(
        'POS',
        `positions already reach ${plan.reach.scale} times as far (${plan.reach.kind})`,
        'Choose one position map',
      )
    }
    const reached = { ...next, reach: { scale, kind } }
    return ok(
      scale === Number.POSITIVE_INFINITY
        ? remarked(
            reached,
            'POS',
            'positions set no limit; how much of a long text is used is another matter (effective length)',
          )
        : reached,
    )
  },
)
