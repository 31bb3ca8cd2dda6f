/**
 * POS: how far positions reach, as a factor on the context the model was trained for. The cost is that of the position map,
 * about nothing. Reach without limit is no claim of use: the effective length is evidence (RULER, NoLiMa), and extending
 * positions does not raise accuracy beyond the trained length (CAP survey, arXiv 2405.11299, section 1).
 */
import type { Mixer } from '../../architecture/model.ts'
import { fail, ok } from '../../units/result.ts'
import { primitiveOf, remarked } from './readings.ts'
import { withTurnedKeys } from './rotation.ts'

const KEYED: ReadonlySet<Mixer['kind']> = new Set(['attention', 'mla', 'compressed'])

/** Maps that turn, stretch or interpolate the angles of rotary positions: nothing to work on without them. */
const ROTARY: ReadonlySet<string> = new Set([
  'rope',
  'xpos',
  'clex',
  'linear',
  'ntk',
  'ntk-dynamic',
  'yarn',
  'longrope',
  'power',
  'base-change',
  'multi-scale',
])

const turns = (mixer: Mixer) =>
  ('rotaryDim' in mixer && mixer.rotaryDim > 0) || ('qkRopeHeadDim' in mixer && mixer.qkRopeHeadDim > 0)

export const POS = primitiveOf(
  'POS',
  'Position map',
  'attention',
  'Reach = scale · trained context; no operator changes but the rotation of cached keys, where their positions change',
  (plan, values) => {
    const kind = values.text('kind')
    const scale = values.flag('unlimited') ? Number.POSITIVE_INFINITY : values.number('scale')
    const turned = withTurnedKeys(plan, values)
    const next = values.flag('perReplica')
      ? remarked(
          turned,
          'POS',
          'every replica has a base of its own, so that weak spots of one are strong ones of another',
        )
      : turned
    if (scale === 1 && !values.flag('perHead')) return ok(next)
    const { model } = plan.scenario
    const mixers = model.stack.kinds.flatMap(({ mixer }) => (mixer && KEYED.has(mixer.kind) ? [mixer] : []))
    if (mixers.length === 0) {
      return fail('POS', `${model.name} has no attention whose positions could be changed`, 'Leave it out')
    }
    if (ROTARY.has(kind) && !mixers.some(turns)) {
      return fail(
        'POS.kind',
        `${kind} changes rotary positions and ${model.name} has none`,
        'Choose a model with rotary positions, or a map that needs none, such as kind=alibi',
      )
    }
    if (values.flag('perHead')) {
      return ok(
        remarked(
          next,
          'POS',
          'each head counts positions on a scale of its own, so that some see far tokens as near: made for answers within the trained length, and reach is left as it is',
        ),
      )
    }
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
