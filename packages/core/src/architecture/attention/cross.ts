/**
 * Cross-attention from decoder tokens to encoder states (Vaswani et al., arXiv 1706.03762, section 3.2.3; T5, Whisper,
 * mllama). T decoder tokens, S encoder states new in this pass, hs their width, H query heads over Hk key/value heads of d.
 *
 *   cross_q_proj 2·T·h·H·d, cross_k_proj and cross_v_proj 2·S·hs·Hk·d (their weights read only when S > 0), attention
 *   4·pairs·H·d matrix and 5·pairs·H vector flop, cross_out_proj 2·T·H·d·h
 * Keys and values of the source are cached for the life of the request: their length is the source's, not the context's.
 * Leaves out: masks over padded sources.
 */
import type { CacheTensor } from '../cache.ts'
import type { CrossAttention } from '../model.ts'
import { alter, elementwise, linear, type Operator } from '../operator.ts'
import type { Pass } from '../pass.ts'

/** Operators that run, and whose weights are read, only in a pass that brings new source states. */
export const SOURCE_SIDE: ReadonlySet<string> = new Set(['cross_k_proj', 'cross_v_proj', 'cross_k_norm'])

export function crossAttention(a: CrossAttention, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, cross, formats: f, convention } = pass
  const { numQHeads: H, numKvHeads: Hk, headDim: d, sourceSize, qkvBias } = a
  const project = (name: string, bias: boolean) => {
    const one = linear(pass, name, ['source'], 'attention', cross.newKeys, sourceSize, Hk * d, { bias, kvRow: d })
    return alter(one, { weightBytes: one.weightBytes * cross.present })
  }
  const eager = pass.kernel === 'eager'
  const scores = eager ? 2 * cross.pairs * H * f.activationBytes(H) : 0
  const query = linear(pass, 'cross_q_proj', [input], 'attention', tokens, hidden, H * d, { bias: qkvBias })
  const norms: Operator[] = []
  if (a.qkNorm && convention.smallOperators) {
    const work = { reads: 1, writes: 1, flop: convention.vectorFlop.rmsNorm, kind: 'norm' } as const
    const held = { parameters: d }
    const keys = elementwise(pass, 'cross_k_norm', ['cross_k_proj'], cross.newKeys, Hk * d, work, held)
    norms.push(
      elementwise(pass, 'cross_q_norm', ['cross_q_proj'], tokens, H * d, work, held),
      alter(keys, { weightBytes: keys.weightBytes * cross.present }),
    )
  }
  const ready = norms.length > 0 ? ['cross_q_norm', 'cross_k_norm'] : ['cross_q_proj', 'cross_k_proj']
  const attended: Operator = alter(query, {
    name: 'cross_attention',
    kind: 'attention',
    kernel: undefined,
    after: [...ready, 'cross_v_proj'],
    flop: 4 * cross.pairs * H * d,
    vectorFlop: convention.vectorFlop.softmax * cross.pairs * H,
    weightBytes: 0,
    activationReadBytes: tokens * H * d * f.activationBytes(d) + scores,
    activationWriteBytes: tokens * H * d * f.activationBytes(d) + scores,
    kvReadBytes: 2 * cross.keys * Hk * d * f.kvBytes(d),
    operands: [f.activations.id, f.kv.id],
    parameters: 0,
    activeParameters: 0,
    storedBytes: 0,
    shape: { m: cross.pairs, k: 2 * d, n: 1, count: H },
  })
  return [
    query,
    project('cross_k_proj', qkvBias && a.keyBias !== false),
    project('cross_v_proj', qkvBias),
    ...norms,
    attended,
    linear(pass, 'cross_out_proj', ['cross_attention'], 'attention', tokens, H * d, hidden, { bias: a.outBias }),
  ]
}

export function crossCache(a: CrossAttention): CacheTensor[] {
  return ['source keys', 'source values'].map((name) => ({
    name,
    kind: 'source',
    elements: a.numKvHeads * a.headDim,
    rowLength: a.headDim,
    heads: a.numKvHeads,
    pattern: { kind: 'causal' },
    format: 'kv',
  }))
}
