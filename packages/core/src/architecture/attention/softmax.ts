/**
 * Softmax attention with grouped heads (MHA, GQA arXiv 2305.13245, MQA arXiv 1911.02150), eager or fused.
 *
 * With T new tokens, H query heads, Hk key/value heads of d (values dv), and the pass's extents:
 *   q_proj 2·T·h·H·d, k_proj 2·T·h·Hk·d, v_proj 2·T·h·Hk·dv, out_proj 2·T·H·dv·h flop
 *   eager: qk_matmul 2·square·H·d, softmax 5·square·H (vector), sv_matmul 2·square·H·dv; scores go through memory
 *   fused: 2·pairs·H·(d+dv) matrix and 5·pairs·H vector flop; reads Q, writes O, reads K/V tiledKeys times
 * Leaves out: dropout, the copies some eager implementations make to repeat K/V heads, split-KV reduction traffic.
 */
import type { CacheTensor } from '../cache.ts'
import type { AttentionShape } from '../extent.ts'
import type { Attention } from '../model.ts'
import { alter, elementwise, linear, type Operator } from '../operator.ts'
import type { Pass } from '../pass.ts'
import { indexerCache, indexerOperators } from './indexer.ts'
import { selectKeys } from './selection.ts'
import { besideOperators, stateTensor } from './state.ts'

interface HeadWidths {
  readonly numQHeads: number
  readonly numKvHeads: number
  readonly headDim: number
  readonly vHeadDim: number
}

function widths(attention: Attention): HeadWidths {
  const { numQHeads, numKvHeads, headDim } = attention
  return { numQHeads, numKvHeads, headDim, vHeadDim: attention.vHeadDim ?? headDim }
}

/** The query, key and value projections, with what some models do to them before they meet. */
function projections(a: Attention, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, convention } = pass
  const { numQHeads: H, numKvHeads: Hk, headDim: d, vHeadDim: dv } = widths(a)
  const bias = a.qkvBias
  const width = a.inputSize ?? hidden
  const out: Operator[] = [linear(pass, 'q_proj', [input], 'attention', tokens, width, H * d, { bias })]
  if (a.outputGate) out.push(linear(pass, 'gate_q_proj', [input], 'attention', tokens, width, H * dv))
  if (!a.sharesKv) {
    const keyBias = bias && a.keyBias !== false
    const keys = linear(pass, 'k_proj', [input], 'attention', tokens, width, Hk * d, { bias: keyBias, kvRow: d })
    if (a.keyIsValue) out.push(alter(keys, { kvWriteBytes: 2 * keys.kvWriteBytes }))
    else {
      out.push(keys)
      out.push(linear(pass, 'v_proj', [input], 'attention', tokens, width, Hk * dv, { bias, kvRow: dv }))
    }
  }
  if (!convention.smallOperators) return out
  const keyHeads = a.sharesKv ? 0 : Hk
  if (a.qkNorm) {
    const flop = convention.vectorFlop.rmsNorm
    const held = (heads: number) => (a.qkNorm === 'head' ? d : heads * d)
    const norm = (name: string, after: string, heads: number) =>
      elementwise(
        pass,
        name,
        [after],
        tokens,
        heads * d,
        { reads: 1, writes: 1, flop, kind: 'norm' },
        { parameters: held(heads) },
      )
    out.push(norm('q_norm', 'q_proj', H))
    if (keyHeads > 0) out.push(norm('k_norm', 'k_proj', keyHeads))
  }
  if (a.rotaryDim > 0) {
    const queries = a.qkNorm ? 'q_norm' : 'q_proj'
    const after = keyHeads === 0 ? [queries] : [queries, a.qkNorm ? 'k_norm' : 'k_proj']
    const flop = convention.vectorFlop.rope
    out.push(elementwise(pass, 'rope', after, tokens, (H + keyHeads) * a.rotaryDim, { reads: 1, writes: 1, flop }))
  }
  return out
}

/** Scores, softmax and weighted values of H heads over the keys in the cache. */
export function attend(
  pass: Pass,
  shape: AttentionShape,
  w: HeadWidths,
  /** What makes queries, keys and values (`values` absent: one tensor is both). */
  after: { readonly queries: string; readonly keys: readonly string[]; readonly values?: readonly string[] },
  options: { readonly oneTensor?: boolean; readonly sinks?: boolean } = {},
): Operator[] {
  const { tokens, formats, convention } = pass
  const { numQHeads: H, numKvHeads: Hk, headDim: d, vHeadDim: dv } = w
  const extent = pass.extent(shape)
  const operands = [formats.activations.id, formats.kv.id]
  const softmaxFlop = convention.vectorFlop.softmax
  const sinks = options.sinks ? H : 0
  const keyBytes = Hk * d * formats.kvBytes(d)
  const valueBytes = options.oneTensor ? 0 : Hk * dv * formats.kvBytes(dv)
  const base = {
    kind: 'attention',
    weightBytes: 0,
    kvWriteBytes: 0,
    linkBytes: 0,
    operands,
    weightClass: 'attention',
  } as const
  const none = { parameters: 0, activeParameters: 0, storedBytes: 0 }
  const sinkBytes = sinks * formats.weightBytes('norm', H)
  const held = { parameters: sinks, activeParameters: sinks, storedBytes: sinkBytes }
  if (pass.kernel === 'flash') {
    return [
      {
        ...base,
        ...held,
        name: 'fused_attention',
        after: [after.queries, ...after.keys, ...(after.values ?? [])],
        flop: 2 * extent.pairs * H * (d + dv),
        vectorFlop: softmaxFlop * extent.pairs * H,
        weightBytes: sinkBytes,
        activationReadBytes: tokens * H * d * formats.activationBytes(d),
        activationWriteBytes: tokens * H * dv * formats.activationBytes(dv),
        kvReadBytes: extent.tiledKeys * (keyBytes + valueBytes),
        shape: { m: extent.pairs, k: d + dv, n: 1, count: H },
        kernel: {
          kind: 'attention',
          qHeads: H,
          kvHeads: Hk,
          headDim: (d + dv) / 2,
          pattern: shape.pattern,
          keyRanks: pass.keyRanks,
          keyStride: pass.keyStride,
          keyExchange: pass.keyExchange,
          keyOrder: pass.keyOrder,
        },
      },
    ]
  }
  const scores = extent.square * H * formats.activationBytes(H)
  const readHeads = convention.scoresReadEveryQuery ? H : Hk
  return [
    {
      ...base,
      ...none,
      name: 'qk_matmul',
      after: [after.queries, ...after.keys],
      flop: 2 * extent.square * H * d,
      vectorFlop: 0,
      activationReadBytes: tokens * readHeads * d * formats.activationBytes(d),
      activationWriteBytes: scores,
      kvReadBytes: extent.keys * keyBytes,
      shape: { m: extent.square, k: d, n: 1, count: H },
    },
    {
      ...base,
      ...held,
      name: 'softmax',
      kind: 'softmax',
      after: ['qk_matmul'],
      flop: 0,
      vectorFlop: softmaxFlop * extent.square * H,
      weightBytes: sinkBytes,
      activationReadBytes: scores,
      activationWriteBytes: scores,
      kvReadBytes: 0,
      operands: [formats.activations.id],
      shape: { m: extent.square, k: 1, n: 1, count: H },
    },
    {
      ...base,
      ...none,
      name: 'sv_matmul',
      after: ['softmax', ...(after.values ?? after.keys)],
      flop: 2 * extent.square * H * dv,
      vectorFlop: 0,
      activationReadBytes: scores,
      activationWriteBytes: tokens * H * dv * formats.activationBytes(dv),
      kvReadBytes: extent.keys * (options.oneTensor ? keyBytes : valueBytes),
      shape: { m: extent.square, k: 1, n: dv, count: H },
    },
  ]
}

function attentionShape(a: Attention, pass: Pass): AttentionShape {
  const { numQHeads, numKvHeads, headDim: d, vHeadDim: dv } = widths(a)
  const f = pass.formats
  return {
    pattern: a.pattern,
    queryHeadsPerKvHead: numQHeads / numKvHeads,
    keyValueBytes: d * f.kvBytes(d) + dv * f.kvBytes(dv),
    queryBytes: d * f.activationBytes(d),
  }
}

/** Operators of the block, from its normed input to the output projection. */
export function softmaxAttention(a: Attention, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, convention } = pass
  const w = widths(a)
  const out = projections(a, pass, hidden, input)
  const small = convention.smallOperators
  const rotated = small && a.rotaryDim > 0
  const queries = rotated ? 'rope' : small && a.qkNorm ? 'q_norm' : 'q_proj'
  const keys = a.sharesKv ? [] : ['k_proj']
  const values = a.sharesKv ? [] : a.keyIsValue ? ['k_proj'] : ['v_proj']
  if (a.indexer) {
    out.push(...indexerOperators(a.indexer, pass, hidden, input, input))
    if (!a.indexer.shared) keys.push('index_topk')
  }
  const chosen = a.selection ? selectKeys(a.selection, pass, w, queries, keys) : []
  out.push(...chosen)
  if (chosen.length > 0) keys.push('select_keys')
  const attended = attend(pass, attentionShape(a, pass), w, { queries, keys, values }, { sinks: a.sinks ?? false })
  if (a.relativeBuckets) {
    // The bias table belongs to the scores; it is too small to weigh in traffic but it is a parameter.
    const parameters = a.relativeBuckets * w.numQHeads
    const first = attended[0] as Operator
    attended[0] = alter(first, {
      parameters: first.parameters + parameters,
      activeParameters: first.activeParameters + parameters,
      storedBytes: first.storedBytes + parameters * pass.formats.weightBytes('norm', parameters),
    })
  }
  if (a.wideTokens)
    attended[0] = alter(attended[0] as Operator, {
      kvReadBytes: (attended[0] as Operator).kvReadBytes + wideBytes(a, a.wideTokens, pass),
    })
  out.push(...attended)
  let last = (attended.at(-1) as Operator).name
  if (a.state) {
    out.push(...besideOperators(a.state, pass, w, [queries, ...keys, ...values, last]))
    last = 'memory_join'
  }
  if (a.outputGate && small) {
    const flop = convention.vectorFlop.silu + convention.vectorFlop.gate
    const width = w.numQHeads * w.vHeadDim
    out.push(elementwise(pass, 'out_gate', [last, 'gate_q_proj'], tokens, width, { reads: 2, writes: 1, flop }))
    last = 'out_gate'
  }
  out.push(linear(pass, 'out_proj', [last], 'attention', tokens, w.numQHeads * w.vHeadDim, hidden, { bias: a.outBias }))
  return out
}

/** What the last tokens' keys and values take beyond the cache's format. */
function wideBytes(a: Attention, tokens: number, pass: Pass): number {
  const { numKvHeads: Hk, headDim: d, vHeadDim: dv } = widths(a)
  const { keys } = pass.extent({ ...attentionShape(a, pass), pattern: { kind: 'sliding', window: tokens } })
  const more = (width: number) => width * Math.max(0, pass.formats.activationBytes(width) - pass.formats.kvBytes(width))
  return keys * Hk * (more(d) + more(dv))
}

export function softmaxCache(a: Attention): CacheTensor[] {
  const out: CacheTensor[] = []
  if (!a.sharesKv && a.pattern.kind !== 'bidirectional') {
    const { numKvHeads, headDim, vHeadDim } = widths(a)
    const tensor = (name: string, width: number): CacheTensor => ({
      name,
      kind: 'tokens',
      elements: numKvHeads * width,
      rowLength: width,
      heads: numKvHeads,
      pattern: a.pattern,
      format: 'kv',
    })
    out.push(tensor('keys', headDim), tensor('values', vHeadDim))
    const { wideTokens } = a
    if (wideTokens) {
      const pattern = { kind: 'sliding', window: wideTokens } as const
      const wide = (t: CacheTensor): CacheTensor => ({ ...t, name: `wide ${t.name}`, pattern, format: 'kv-wide' })
      out.push(wide(tensor('keys', headDim)), wide(tensor('values', vHeadDim)))
    }
  }
  if (a.state) out.push(stateTensor(a.state, widths(a)))
  if (a.indexer) out.push(...indexerCache(a.indexer))
  return out
}
