/**
 * SIDE: further parameters and their work, as operators added to every layer (or after the stack):
 *   matrix d × d; bottleneck d → r → d; predictor d → r → f; head d × d and d × V; embedding rows of d; layer: 12·d²;
 *   rotation d·log₂ d per token (no weights, Hadamard); score-bias a few flop per score; custom: as given
 * d hidden size, r inner width, f feed-forward width, V vocabulary. `tower`: an encoder of so many parameters, run once before
 * the prompt; its tokens join the prompt. `cross-attention`: to text fetched for every chunk (`sideCross.ts`). Rows of the work are the pass's tokens; heads work on rows that are sampled.
 */

import type { OperatorGroup } from '../../architecture/group.ts'
import type { ModelSpec } from '../../architecture/model.ts'
import type { Rewrite } from '../../architecture/network.ts'
import { alter, elementwise, linear, type Operator, scaleOperator } from '../../architecture/operator.ts'
import type { Pass } from '../../architecture/pass.ts'
import { fail, ok } from '../../units/result.ts'
import { primitiveOf } from './readings.ts'
import { withRewrite } from './reshape.ts'
import { withCrossAttention } from './sideCross.ts'
import type { Module } from './sideShape.ts'
import { withTower } from './sideTower.ts'

/** Vector flop of a learned bias per score: a look-up in a small function and an addition. */
const BIAS_FLOP = 4

function weighted(
  pass: Pass,
  m: Module,
  at: string,
  name: string,
  layers: readonly (readonly [number, number])[],
  rows: number,
): Operator[] {
  const out: Operator[] = []
  let from = at
  layers.forEach(([k, n], i) => {
    const own = linear(pass, `${name}_${i + 1}`, [from], 'ffn', rows, k, n)
    out.push(own)
    from = own.name
  })
  return out.map((o) => scaleOperator(o, m.copies))
}

function custom(pass: Pass, m: Module, at: string, rows: number): Operator[] {
  const one = elementwise(pass, 'side_module', [at], rows, m.hidden, { reads: 1, writes: 1, flop: 0 })
  const bytes = m.parameters * pass.formats.weightBytes('ffn', m.hidden)
  return [
    scaleOperator(
      alter(one, {
        kind: 'gemm',
        kernel: undefined,
        flop: rows * m.flopPerToken,
        weightBytes: bytes,
        storedBytes: bytes,
        parameters: m.parameters,
        activeParameters: m.parameters,
        weightClass: 'ffn',
        operands: [pass.formats.weights.ffn.id, pass.formats.input('ffn').id],
      }),
      m.copies,
    ),
  ]
}

function operatorsOf(pass: Pass, m: Module, at: string, rows: number): Operator[] {
  const { hidden: d, rank: r } = m
  switch (m.form) {
    case 'matrix':
      return weighted(pass, m, at, 'side', [[d, d]], rows)
    case 'bottleneck':
      return weighted(
        pass,
        m,
        at,
        'side',
        [
          [d, r],
          [r, d],
        ],
        rows,
      )
    case 'predictor':
      return weighted(
        pass,
        m,
        at,
        'side',
        [
          [d, r],
          [r, m.ffn],
        ],
        rows,
      )
    case 'head':
      return weighted(
        pass,
        m,
        at,
        'side',
        [
          [d, d],
          [d, m.vocab],
        ],
        rows,
      )
    case 'layer':
      // Attention's four square matrices, and a feed-forward block of twice four.
      return weighted(
        pass,
        m,
        at,
        'side',
        [
          [d, 4 * d],
          [4 * d, d],
          [d, 4 * d],
        ],
        rows,
      )
    case 'embedding': {
      const table = elementwise(
        pass,
        'side_embedding',
        [at],
        rows,
        d,
        { reads: 1, writes: 1, flop: 1 },
        { parameters: m.rows * d },
      )
      return [
        scaleOperator(alter(table, { weightBytes: rows * d * pass.formats.weightBytes('embedding', d) }), m.copies),
      ]
    }
    case 'rotation':
      return [
        scaleOperator(
          elementwise(pass, 'side_rotation', [at], rows, d, { reads: 1, writes: 1, flop: Math.log2(d) }),
          m.copies,
        ),
      ]
    default:
      return custom(pass, m, at, rows)
  }
}

/** A bias on every score, made where the scores are. */
function biased(group: OperatorGroup, share: number): readonly Operator[] {
  return group.operators.map((o) => {
    if (o.name !== 'fused_attention' && o.name !== 'softmax') return o
    const scores = o.shape.m * o.shape.count
    return alter(o, { vectorFlop: o.vectorFlop + share * BIAS_FLOP * scores })
  })
}

function rewriteOf(m: Module, place: string): Rewrite {
  return (group, pass) => {
    if (m.form === 'score-bias')
      return group.part === 'layer' ? { ...group, operators: biased(group, m.layerShare) } : group
    const part = place === 'layer' ? 'layer' : 'head'
    if (group.part !== part) return group
    const at = group.operators.at(-1)?.name ?? 'input'
    const rows = part === 'layer' ? pass.tokens : pass.logitTokens
    const own = operatorsOf(pass, m, at, rows).map((o) => scaleOperator(o, part === 'layer' ? m.layerShare : 1))
    return { ...group, operators: [...group.operators, ...own] }
  }
}

function moduleOf(model: ModelSpec, values: { number(name: string): number; text(name: string): string }): Module {
  const ffn = model.stack.kinds.find((kind) => kind.ffn)?.ffn
  const width =
    ffn?.kind === 'dense'
      ? ffn.intermediateSize
      : ffn?.kind === 'moe'
        ? ffn.expertIntermediateSize
        : 4 * model.stack.hiddenSize
  const mixer = model.stack.kinds.find((kind) => kind.mixer)?.mixer
  return {
    form: values.text('form'),
    copies: values.number('copies'),
    rank: values.number('rank'),
    rows: values.number('rows'),
    parameters: values.number('parameters'),
    flopPerToken: values.number('flopPerToken'),
    layerShare: values.number('layerShare'),
    hidden: model.stack.hiddenSize,
    ffn: width,
    vocab: model.embedding?.vocabSize ?? model.head?.outputSize ?? 0,
    heads: mixer && 'numQHeads' in mixer ? mixer.numQHeads : 0,
  }
}

export const SIDE = primitiveOf(
  'SIDE',
  'Side module',
  'shape',
  'Adds parameters and their work per token, in every layer or after the stack',
  (plan, values) => {
    const { model } = plan.scenario
    const module = moduleOf(model, values)
    const { form } = module
    if (form === 'none' || module.layerShare === 0) return ok(plan)
    if (form === 'custom' && module.parameters === 0 && module.flopPerToken === 0) return ok(plan)
    if (form === 'score-bias' && module.heads === 0) {
      return fail(
        'SIDE.form',
        `${model.name} has no attention scores to add a bias to`,
        'Choose another form, or leave SIDE out',
      )
    }
    if (form === 'tower') return ok(withTower(plan, values.text('what'), module, values.number('outputTokens')))
    if (form === 'cross-attention') return ok(withCrossAttention(plan, module, values.number('chunk')))
    const place = values.text('place')
    return ok(withRewrite(plan, `SIDE ${place} ${JSON.stringify(module)}`, () => rewriteOf(module, place)))
  },
)
