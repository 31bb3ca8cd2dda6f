/**
 * EXP: dense feed-forward blocks become mixtures of E experts of which a token goes to k (arXiv 2006.16668, 2101.03961).
 *   parameters · E, work · k, weights read E·(1 − (1 − k/E)^T) experts' for T tokens of the pass (`ffn/moe.ts`)
 * A model that is a mixture already keeps its own E and k: only a dense model can be made one. A capacity factor pads every
 * expert's rows.
 */
import type { DenseFfn, Layer, MoeFfn } from '../../architecture/model.ts'
import { alter } from '../../architecture/operator.ts'
import { fail, ok } from '../../units/result.ts'
import { primitiveOf, remarked } from './readings.ts'
import { changeLayers, layerRewrite, withModel, withRewrite } from './reshape.ts'

interface Mixture {
  readonly experts: number
  readonly topK: number
  readonly width: number
  readonly residual: boolean
}

function mixtureOf(ffn: DenseFfn, m: Mixture): MoeFfn {
  const one: MoeFfn = {
    kind: 'moe',
    numExperts: m.experts,
    topK: m.topK,
    expertIntermediateSize: Math.max(1, Math.round(ffn.intermediateSize * m.width)),
    gated: ffn.gated,
    activation: ffn.activation,
    expertBias: ffn.bias,
    routerBias: false,
  }
  return m.residual ? { ...one, denseBeside: ffn } : one
}

export const EXP = primitiveOf(
  'EXP',
  'Experts',
  'shape',
  'Parameters · E, work · k, weights read of E (1 − (1 − k/E)^T) experts for T tokens of a pass',
  (plan, values) => {
    const experts = values.number('experts')
    const topK = values.number('topK')
    const capacity = values.number('capacity')
    if (topK > experts) {
      return fail('EXP.topK', `a token cannot go to ${topK} of ${experts} experts`, `Give at most topK=${experts}`)
    }
    if (experts === 1 && capacity === 1) return ok(plan)
    const { model } = plan.scenario
    if (model.stack.kinds.some(({ ffn }) => ffn?.kind === 'moe')) {
      return ok(remarked(plan, 'EXP', `${model.name} is a mixture already and keeps its own experts: nothing changes`))
    }
    const mixture: Mixture = { experts, topK, width: values.number('width'), residual: values.flag('residual') }
    let next = plan
    if (experts > 1) {
      const every = values.number('every')
      next = withModel(plan, `EXP ${every} ${JSON.stringify(mixture)}`, (from) =>
        changeLayers(from, 1 / every, (layer): Layer => {
          if (layer.ffn?.kind !== 'dense') return layer
          return { ...layer, name: layer.name.replace('dense FFN', 'MoE'), ffn: mixtureOf(layer.ffn, mixture) }
        }),
      )
    }
    if (capacity === 1) return ok(next)
    return ok(
      withRewrite(next, `EXP capacity ${capacity}`, () =>
        layerRewrite((o) => (o.kind === 'grouped-gemm' ? alter(o, { flop: o.flop * capacity }) : o)),
      ),
    )
  },
)
