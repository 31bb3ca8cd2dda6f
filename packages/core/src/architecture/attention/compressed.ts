/**
 * DeepSeek-V4 attention: one key/value head whose single vector is key and value at once, low-rank queries and output, and
 * besides a window of raw tokens the older context compressed `ratio` tokens to one entry (DeepSeek-V4 technical report,
 * section 2.3; projections as in the public transformers model `deepseek_v4`).
 *
 * T tokens, h hidden, H heads of d, rq and ro the ranks, g output groups, w series (2 when entries overlap, else 1):
 *   q_a 2·T·h·rq, q_b 2·T·rq·H·d, kv 2·T·h·d, attention 4·pairs·H·d (window and entries), o_a 2·T·H·d·ro (block-diagonal
 *   over g groups), o_b 2·T·g·ro·h
 *   compressor (both kinds): content and gate 2·T·h·w·d each, then a softmax-weighted sum over each window: an entry every
 *   `ratio` tokens. Layers that select (CSA, ratio 4, w = 2) carry an indexer with a compressor of its own width; layers
 *   that read every entry (HCA, ratio 128, w = 1) do not.
 * Cache: the window, the entries, index keys at 1/ratio, and for unfinished windows the content and gate of w·ratio tokens
 * in fp32. Leaves out: the inverse rotation's reads, entries that a short prompt has not closed yet.
 */
import type { CacheTensor } from '../cache.ts'
import type { CompressedAttention, Pattern } from '../model.ts'
import { alter, elementwise, linear, type Operator } from '../operator.ts'
import type { Pass } from '../pass.ts'
import { indexerCache, indexerOperators } from './indexer.ts'
import { attend } from './softmax.ts'

type Compressed = Extract<Pattern, { kind: 'compressed' }>

/** Series of a compressor: windows overlap where entries are selected (CSA), not where all are read (HCA). */
const seriesOf = (pattern: Compressed) => (pattern.topK === undefined ? 1 : 2)

/** Content and gate projections and the weighted sum that closes a window, at one width. */
function compressor(
  pattern: Compressed,
  pass: Pass,
  hidden: number,
  input: string,
  width: number,
  names: { prefix: string; entry: string },
): Operator[] {
  const { tokens, formats: f, convention } = pass
  const { ratio } = pattern
  const wide = seriesOf(pattern) * width
  const { prefix, entry } = names
  const parts = [`${prefix}compress_kv_proj`, `${prefix}compress_gate_proj`]
  const flop = convention.vectorFlop.softmax + 2
  // A learned position bias for every token of a window, and the norm of an entry.
  const parameters = ratio * wide + width
  const pooled = elementwise(pass, entry, parts, tokens, wide, { reads: 2, writes: 0, flop }, { parameters })
  return [
    ...parts.map((name) => linear(pass, name, [input], 'attention', tokens, hidden, wide)),
    alter(pooled, { kvWriteBytes: (tokens / ratio) * width * f.kvBytes(width) }),
  ]
}

export function compressedAttention(a: CompressedAttention, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, convention, formats: f } = pass
  const { numQHeads: H, headDim: d, qLoraRank: rq, oLoraRank: ro, oGroups: g, pattern } = a
  const vector = convention.vectorFlop
  const norm = { reads: 1, writes: 1, flop: vector.rmsNorm, kind: 'norm' } as const
  const out: Operator[] = [
    linear(pass, 'q_a_proj', [input], 'attention', tokens, hidden, rq),
    elementwise(pass, 'q_a_norm', ['q_a_proj'], tokens, rq, norm, { parameters: rq }),
    linear(pass, 'q_b_proj', ['q_a_norm'], 'attention', tokens, rq, H * d),
    // The norm of a query head has no weight.
    elementwise(pass, 'q_norm', ['q_b_proj'], tokens, H * d, norm),
    linear(pass, 'kv_proj', [input], 'attention', tokens, hidden, d, { kvRow: d }),
    elementwise(pass, 'kv_norm', ['kv_proj'], tokens, d, norm, { parameters: d }),
    elementwise(pass, 'rope', ['q_norm', 'kv_norm'], tokens, (H + 1) * a.rotaryDim, {
      reads: 1,
      writes: 1,
      flop: vector.rope,
    }),
  ]
  const keys = ['kv_norm']
  if (pattern.kind === 'compressed') {
    out.push(...compressor(pattern, pass, hidden, input, d, { prefix: '', entry: 'compress' }))
    keys.push('compress')
    const { indexer } = a
    if (indexer && !indexer.shared) {
      const own = compressor(pattern, pass, hidden, input, indexer.headDim, { prefix: 'index_', entry: 'index_k_proj' })
      const scoring = indexerOperators(indexer, pass, hidden, input, 'q_a_norm')
      out.push(...scoring.flatMap((one) => (one.name === 'index_k_proj' ? own : [one])))
      keys.push('index_topk')
    }
  }
  const shape = {
    pattern,
    queryHeadsPerKvHead: H,
    keyValueBytes: d * f.kvBytes(d),
    queryBytes: d * f.activationBytes(d),
  }
  const widths = { numQHeads: H, numKvHeads: 1, headDim: d, vHeadDim: d }
  const attended = attend(pass, shape, widths, { queries: 'rope', keys }, { oneTensor: true, sinks: true })
  const last = (attended.at(-1) as Operator).name
  out.push(...attended)
  // Values carry their rotation, which the output takes back.
  out.push(elementwise(pass, 'unrope', [last], tokens, H * a.rotaryDim, { reads: 1, writes: 1, flop: vector.rope }))
  const grouped = linear(pass, 'o_a_proj', ['unrope'], 'attention', tokens, (H * d) / g, ro)
  out.push(
    alter(grouped, {
      flop: grouped.flop * g,
      weightBytes: grouped.weightBytes * g,
      activationReadBytes: grouped.activationReadBytes * g,
      activationWriteBytes: grouped.activationWriteBytes * g,
      parameters: grouped.parameters * g,
      activeParameters: grouped.activeParameters * g,
      storedBytes: grouped.storedBytes * g,
      shape: { ...grouped.shape, count: g },
    }),
    linear(pass, 'out_proj', ['o_a_proj'], 'attention', tokens, g * ro, hidden),
  )
  return out
}

/** Content and gate of the window that is still open (twice as long where windows overlap), in fp32. */
function openWindow(pattern: Compressed, name: string, width: number): CacheTensor {
  const series = seriesOf(pattern)
  return {
    name,
    kind: 'state',
    elements: 2 * series * pattern.ratio * series * width,
    rowLength: series * width,
    heads: 1,
    pattern: { kind: 'causal' },
    format: 'fp32',
  }
}

export function compressedCache(a: CompressedAttention): CacheTensor[] {
  const { headDim, pattern, indexer } = a
  const entries: CacheTensor = {
    name: pattern.kind === 'compressed' ? 'window and compressed entries' : 'window',
    kind: 'tokens',
    elements: headDim,
    rowLength: headDim,
    heads: 1,
    pattern,
    format: 'kv',
  }
  if (pattern.kind !== 'compressed') return [entries]
  const out = [entries, openWindow(pattern, 'open window', headDim)]
  if (indexer && !indexer.shared)
    out.push(...indexerCache(indexer), openWindow(pattern, 'open index window', indexer.headDim))
  return out
}
