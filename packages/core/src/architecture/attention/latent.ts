/**
 * Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1): the cache holds one latent of kvLoraRank
 * and one rotary key of qkRopeHeadDim per token, for all heads.
 *
 * Two forms of the same product. Long groups (prefill) expand the latent to keys and values of every head:
 *   kv_b_proj 2·(keys)·r·H·(nope+v), attention 2·pairs·H·(nope+rope+v)
 * Short groups (decode, verification) absorb the expansion into the query and the output:
 *   q_absorb 2·T·H·nope·r, attention 2·pairs·H·(r+rope + r) over the latent as one shared head, v_absorb 2·T·H·r·v
 * Both forms use the same kv_b weights; a pass with groups of both kinds reads them for each.
 * Leaves out: the choice an engine may make to expand short contexts in decode.
 */
import type { CacheTensor } from '../cache.ts'
import type { AttentionShape } from '../extent.ts'
import type { LatentAttention } from '../model.ts'
import { alter, elementwise, linear, type Operator } from '../operator.ts'
import type { Part, Pass } from '../pass.ts'
import { indexerCache, indexerOperators } from './indexer.ts'

function queryOperators(a: LatentAttention, pass: Pass, hidden: number, input: string): Operator[] {
  const width = a.numQHeads * (a.qkNopeHeadDim + a.qkRopeHeadDim)
  const { tokens } = pass
  if (a.qLoraRank === undefined) return [linear(pass, 'q_proj', [input], 'attention', tokens, hidden, width)]
  const flop = pass.convention.vectorFlop.rmsNorm
  return [
    linear(pass, 'q_a_proj', [input], 'attention', tokens, hidden, a.qLoraRank),
    elementwise(
      pass,
      'q_a_norm',
      ['q_a_proj'],
      tokens,
      a.qLoraRank,
      { reads: 1, writes: 1, flop, kind: 'norm' },
      {
        parameters: a.qLoraRank,
      },
    ),
    linear(pass, 'q_b_proj', ['q_a_norm'], 'attention', tokens, a.qLoraRank, width),
  ]
}

type Form = 'expanded' | 'absorbed'

/** Which groups take a form: sparse selection reads latents, so all of its groups are absorbed. */
function partOf(a: LatentAttention, form: Form): Part | undefined {
  if (a.pattern.kind === 'selected') return form === 'absorbed' ? 'all' : undefined
  return form === 'absorbed' ? 'short' : 'long'
}

function shapeOf(
  a: LatentAttention,
  pass: Pass,
  form: Form,
): AttentionShape & { keyWidth: number; valueWidth: number } {
  const f = pass.formats
  const latent = a.kvLoraRank + a.qkRopeHeadDim
  const absorbed = form === 'absorbed'
  const keyWidth = absorbed ? latent : a.qkNopeHeadDim + a.qkRopeHeadDim
  const valueWidth = absorbed ? a.kvLoraRank : a.vHeadDim
  return {
    keyWidth,
    valueWidth,
    pattern: a.pattern,
    queryHeadsPerKvHead: absorbed ? a.numQHeads : 1,
    keyValueBytes: absorbed
      ? latent * f.kvBytes(latent)
      : keyWidth * f.activationBytes(keyWidth) + valueWidth * f.activationBytes(valueWidth),
    queryBytes: keyWidth * f.activationBytes(keyWidth),
  }
}

/** The attention itself in one form, over the groups that take it. */
function attendForm(a: LatentAttention, pass: Pass, form: Form, part: Part, after: readonly string[]): Operator {
  const f = pass.formats
  const H = a.numQHeads
  const absorbed = form === 'absorbed'
  const shape = shapeOf(a, pass, form)
  const { keyWidth, valueWidth } = shape
  const extent = pass.extent(shape, part)
  const { tokens } = pass.part(part)
  const eager = pass.kernel === 'eager'
  const pairs = eager ? extent.square : extent.pairs
  // Unfused: scores are written and read by the softmax, and again by the product with the values.
  const scores = eager ? 2 * pairs * H * f.activationBytes(H) : 0
  const read = (eager ? extent.keys : extent.tiledKeys) * shape.keyValueBytes
  return {
    name: absorbed ? 'fused_attention_absorbed' : 'fused_attention',
    kind: 'attention',
    after,
    flop: 2 * pairs * H * (keyWidth + valueWidth),
    vectorFlop: pass.convention.vectorFlop.softmax * pairs * H,
    weightBytes: 0,
    // Expanded keys and values are activations, made by kv_b_proj for every head.
    activationReadBytes: tokens * H * keyWidth * f.activationBytes(keyWidth) + scores + (absorbed ? 0 : read * H),
    activationWriteBytes: tokens * H * valueWidth * f.activationBytes(valueWidth) + scores,
    kvReadBytes: absorbed ? read : 0,
    kvWriteBytes: 0,
    linkBytes: 0,
    // Expanded keys and values are activations as kv_b_proj leaves them, not quantised.
    operands: absorbed ? [f.activations.id, f.kv.id] : [f.stored.id],
    parameters: 0,
    activeParameters: 0,
    storedBytes: 0,
    weightClass: 'attention',
    shape: { m: pairs, k: keyWidth + valueWidth, n: 1, count: H },
    kernel: {
      kind: 'mla',
      form,
      heads: H,
      width: (keyWidth + valueWidth) / (absorbed ? 576 + 512 : 192 + 128),
      pattern: a.pattern,
      keyRanks: pass.keyRanks,
      keyStride: pass.keyStride,
      keyExchange: pass.keyExchange,
      keyOrder: pass.keyOrder,
    },
  }
}

/** A per-head product with one half of kv_b's weights, for absorbed groups: reads them, holds none of its own. */
function absorb(pass: Pass, name: string, after: string, part: Part, heads: number, k: number, n: number): Operator {
  const one = linear(pass, name, [after], 'attention', pass.part(part).tokens, k, n)
  return alter(one, {
    flop: one.flop * heads,
    weightBytes: one.weightBytes * heads * pass.present(part),
    activationReadBytes: one.activationReadBytes * heads,
    activationWriteBytes: one.activationWriteBytes * heads,
    parameters: 0,
    activeParameters: 0,
    storedBytes: 0,
    shape: { ...one.shape, count: heads },
  })
}

/** kv_b_proj: holds the expansion's weights; works on every latent the expanded groups attend to. */
function expand(a: LatentAttention, pass: Pass, part: Part | undefined): Operator {
  const f = pass.formats
  const latent = a.kvLoraRank + a.qkRopeHeadDim
  const keys = part === undefined ? 0 : pass.extent(shapeOf(a, pass, 'expanded'), part).keys
  const width = a.numQHeads * (a.qkNopeHeadDim + a.vHeadDim)
  const whole = linear(pass, 'kv_b_proj', ['kv_a_norm'], 'attention', keys, a.kvLoraRank, width)
  return alter(whole, {
    weightBytes: part === undefined ? 0 : whole.weightBytes * pass.present(part),
    activationReadBytes: 0,
    kvReadBytes: keys * latent * f.kvBytes(latent),
  })
}

export function latentAttention(a: LatentAttention, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, convention } = pass
  const flop = convention.vectorFlop
  const H = a.numQHeads
  const latent = a.kvLoraRank + a.qkRopeHeadDim
  const out = queryOperators(a, pass, hidden, input)
  const norm = { reads: 1, writes: 1, flop: flop.rmsNorm, kind: 'norm' } as const
  out.push(
    linear(pass, 'kv_a_proj', [input], 'attention', tokens, hidden, latent, { kvRow: latent }),
    elementwise(pass, 'kv_a_norm', ['kv_a_proj'], tokens, a.kvLoraRank, norm, { parameters: a.kvLoraRank }),
  )
  const query = a.qLoraRank === undefined ? 'q_proj' : 'q_b_proj'
  if (convention.smallOperators) {
    const turned = (H + 1) * a.qkRopeHeadDim
    out.push(elementwise(pass, 'rope', [query, 'kv_a_proj'], tokens, turned, { reads: 1, writes: 1, flop: flop.rope }))
  }
  const chosen: string[] = []
  if (a.indexer) {
    out.push(...indexerOperators(a.indexer, pass, hidden, input, a.qLoraRank === undefined ? input : 'q_a_norm'))
    if (!a.indexer.shared) chosen.push('index_topk')
  }
  const long = partOf(a, 'expanded')
  out.push(expand(a, pass, long))
  if (long) out.push(attendForm(a, pass, 'expanded', long, ['rope', 'kv_b_proj', ...chosen]))
  const short = partOf(a, 'absorbed') ?? 'short'
  out.push(
    absorb(pass, 'q_absorb', query, short, H, a.qkNopeHeadDim, a.kvLoraRank),
    attendForm(a, pass, 'absorbed', short, ['q_absorb', 'rope', 'kv_a_norm', ...chosen]),
    absorb(pass, 'v_absorb', 'fused_attention_absorbed', short, H, a.kvLoraRank, a.vHeadDim),
  )
  const width = H * a.vHeadDim
  let heads: readonly string[] = long ? ['fused_attention', 'v_absorb'] : ['v_absorb']
  if (a.outputGate) {
    const work = { reads: 2, writes: 1, flop: flop.silu + flop.gate }
    out.push(linear(pass, 'gate_q_proj', [input], 'attention', tokens, hidden, width))
    out.push(elementwise(pass, 'out_gate', [...heads, 'gate_q_proj'], tokens, width, work))
    heads = ['out_gate']
  }
  out.push(linear(pass, 'out_proj', heads, 'attention', tokens, width, hidden))
  return out
}

export function latentCache(a: LatentAttention): CacheTensor[] {
  const latent = a.kvLoraRank + a.qkRopeHeadDim
  const kept: CacheTensor = {
    name: 'latent',
    kind: 'tokens',
    elements: latent,
    rowLength: latent,
    heads: 1,
    pattern: a.pattern,
    format: 'kv',
  }
  return a.indexer ? [kept, ...indexerCache(a.indexer)] : [kept]
}
