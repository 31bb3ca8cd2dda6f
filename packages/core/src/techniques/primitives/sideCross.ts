/**
 * SIDE `cross-attention`: a share of the layers attends to text fetched for every chunk (RETRO's chunked cross-attention, Borgeaud
 * et al. 2022, arXiv 2112.04426, section 2.4). With d hidden size, e width of the encoder, R fetched tokens (`rows`) for each
 * chunk of c tokens, T tokens of a pass:
 *   cross_q, cross_out   2·T·d·d flop each
 *   cross_kv             2·(T·R/c)·e·2d flop: keys and values of what was fetched are made once per chunk
 *   cross_attend         4·T·R·d flop; keys and values read once per chunk in a prompt, once per token in decode
 *   encoder              of `parameters` in two layers, once over the R/c fetched tokens of every prompt token; held
 * Leaves out: encoding what the answer's own chunks fetch (one chunk in c tokens), that chunks attend with a shift.
 */
import type { Rewrite } from '../../architecture/network.ts'
import { alter, elementwise, linear, type Operator, scaleOperator } from '../../architecture/operator.ts'
import type { Pass } from '../../architecture/pass.ts'
import type { Plan } from '../plan.ts'
import { remarked } from './readings.ts'
import { withRewrite } from './reshape.ts'
import type { Module } from './sideShape.ts'
import { heldTower, towerModel } from './sideTower.ts'

const ENCODER_LAYERS = 2

function operatorsOf(pass: Pass, m: Module, chunk: number, width: number, at: string): Operator[] {
  const { hidden: d, rows, heads } = m
  const { tokens, formats: f, convention } = pass
  const q = linear(pass, 'cross_q', [at], 'attention', tokens, d, d)
  const kv = linear(pass, 'cross_kv', [at], 'attention', (tokens * rows) / chunk, width, 2 * d)
  const keyBytes = 2 * d * f.activationBytes(d)
  const reads = pass.part('short').tokens + pass.part('long').tokens / chunk
  const one = elementwise(pass, 'cross_attend', ['cross_q', 'cross_kv'], tokens, d, { reads: 1, writes: 1, flop: 0 })
  const attend = alter(one, {
    kind: 'attention',
    kernel: undefined,
    flop: 4 * tokens * rows * d,
    vectorFlop: convention.vectorFlop.softmax * tokens * rows * heads,
    kvReadBytes: reads * rows * keyBytes,
    weightClass: 'attention',
    operands: [f.activations.id],
    shape: { m: tokens * rows, k: d, n: 1, count: 2 },
  })
  return [q, kv, attend, linear(pass, 'cross_out', ['cross_attend'], 'attention', tokens, d, d)]
}

function rewriteOf(m: Module, chunk: number, width: number): Rewrite {
  return (group, pass) => {
    if (group.part !== 'layer') return group
    const at = group.operators.at(-1)?.name ?? 'input'
    const own = operatorsOf(pass, m, chunk, width, at).map((o) => scaleOperator(o, m.layerShare))
    return { ...group, operators: [...group.operators, ...own] }
  }
}

export function withCrossAttention(plan: Plan, m: Module, chunk: number): Plan {
  const { model, workload } = plan.scenario
  const encoder = m.parameters > 0 ? towerModel(m.parameters, model, ENCODER_LAYERS) : undefined
  const width = encoder?.stack.hiddenSize ?? m.hidden
  const next = withRewrite(plan, `SIDE cross ${chunk} ${width} ${JSON.stringify(m)}`, () => rewriteOf(m, chunk, width))
  if (!encoder) return next
  const pass = {
    label: 'encoder of what was fetched',
    model: encoder,
    newTokens: Math.ceil((workload.promptTokens * m.rows) / chunk),
    outputTokens: 0,
    blocking: true,
    timesPerRequest: 1,
  }
  const held = heldTower(next, m)
  const text = `encodes ${m.rows} fetched tokens for every ${chunk} of the prompt; what the answer fetches is taken to be encoded beside it`
  return remarked({ ...held, passes: [...held.passes, pass] }, 'SIDE', text)
}
