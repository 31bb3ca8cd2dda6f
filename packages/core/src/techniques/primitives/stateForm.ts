/**
 * LIN: attention in state form. n·n·d becomes n·r·d: sums of φ(k)·vᵀ per key/value head, read by every query
 * (`architecture/attention/linear.ts`, rule `kernel`), so the cache is r·d_v values per head whatever the context; or such a
 * state beside softmax attention (`attention/state.ts`). Biases and norms of queries and keys are left out of the new form.
 */
import type { Attention, LinearAttention } from '../../architecture/model.ts'
import { fail, ok } from '../../units/result.ts'
import { primitiveOf, remarked } from './readings.ts'
import { changeLayers, withModel } from './reshape.ts'

function linearOf(a: Attention, rank: number): LinearAttention {
  return {
    kind: 'linear',
    rule: 'kernel',
    numQueryHeads: a.numQHeads,
    numKeyHeads: a.numKvHeads,
    numValueHeads: a.numKvHeads,
    keyHeadDim: a.headDim,
    valueHeadDim: a.vHeadDim ?? a.headDim,
    convTaps: 0,
    outputGate: false,
    gateRank: 0,
    ...(rank !== a.headDim ? { featureDim: rank } : {}),
  }
}

export const LIN = primitiveOf(
  'LIN',
  'State-form attention',
  'attention',
  'n·n·d becomes n·r·d, and the cache r·d_v values per head instead of n keys and values',
  (plan, values) => {
    const share = values.number('layerShare')
    if (share === 0) return ok(plan)
    const beside = values.text('scope') === 'beside'
    const asked = values.given('rank')
    const next = withModel(plan, `LIN ${beside} ${asked} ${share}`, (model) =>
      changeLayers(model, share, (layer) => {
        const { mixer } = layer
        if (mixer?.kind !== 'attention' || mixer.pattern.kind === 'bidirectional') return layer
        const rank = asked ?? mixer.headDim
        if (beside) return { ...layer, mixer: { ...mixer, state: { rank, gate: false } } }
        return {
          ...layer,
          name: layer.name.replace(/^\w+ attention/, 'linear attention'),
          mixer: linearOf(mixer, rank),
        }
      }),
    )
    if (next === plan) {
      const { name } = plan.scenario.model
      return fail(
        'LIN',
        `${name} has no layer of causal softmax attention with keys of its own`,
        'Its layers are latent or in state form already: leave LIN out',
      )
    }
    return ok(
      beside
        ? next
        : remarked(
            next,
            'LIN',
            'layers in state form keep no keys: KV bits, KV budgets and block allotment do not touch them',
          ),
    )
  },
)
