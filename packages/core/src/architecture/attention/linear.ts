/**
 * Linear attention: a fixed state of keyHeadDim × valueHeadDim per head instead of a growing cache.
 *
 * Rules (symbols: T tokens, h hidden, Hk·dk keys, Hv·dv values, r gate rank, H state heads, S state of one head):
 *   delta     S ← αS + β(v − Sᵀk)kᵀ, α and β per head: gated delta net, arXiv 2412.06464 section 3 (Qwen3-Next, Qwen3.5)
 *   kda       the same with α per key channel, from h → r → Hk·dk: Kimi delta attention, arXiv 2510.26692 section 3
 *   gla       S ← αS + kᵀv, α per key channel from h → r → keys: arXiv 2312.06635 section 4
 *   rwkv5     S ← wS + kᵀv with a learned constant w and a bonus u for the token itself: arXiv 2404.05892 section 4.1
 *   lightning S ← λS + kᵀv with a fixed λ per head: arXiv 2501.08313 section 2.2
 *   kernel    S ← S + φ(k)vᵀ, divided by the sum of φ(k): arXiv 2006.16236 section 3; φ may project (arXiv 2009.14794)
 * Projections 2·T·h·width each; the short convolution 2·T·taps·(queries + keys + values).
 *
 * Short groups update the state token by token: 7·dk·dv (delta rules) or 5·dk·dv vector flop per token and head, the
 * state read and written once per sequence. Long groups work in chunks of C = 64, per token and head:
 *   intra 2C(dk + dv), inter 4·dk·dv; the delta rules add (arXiv 2406.06484 section 3) 2C(2dk + dv) + 2·dk·dv + 2C²/3
 *   (triangular inverse); the state of every chunk goes through memory once each way.
 * Leaves out: padding of the last chunk, states kept for every draft token while verifying.
 */
import { dtypeBytes } from '../../catalog/dtypes/dtype.ts'
import type { DtypeId } from '../../catalog/dtypes/table.ts'
import type { CacheTensor } from '../cache.ts'
import { format } from '../formats.ts'
import type { LinearAttention } from '../model.ts'
import { alter, elementwise, linear, type Operator } from '../operator.ts'
import type { Part, Pass } from '../pass.ts'

/** Tokens of one chunk in the kernels of flash-linear-attention and vLLM. */
const CHUNK = 64
/** Convolution and token-shift states stay in the 16-bit format of the activations. */
const SMALL_STATE: DtypeId = 'bf16'

interface Widths {
  readonly queries: number
  readonly keys: number
  readonly values: number
  /** Output of the state: one value head per state head. */
  readonly output: number
  readonly heads: number
}

function widths(a: LinearAttention): Widths {
  const queryHeads = a.numQueryHeads ?? a.numKeyHeads
  const heads = a.rule === 'kernel' ? a.numValueHeads : Math.max(queryHeads, a.numValueHeads)
  return {
    queries: queryHeads * a.keyHeadDim,
    keys: a.numKeyHeads * a.keyHeadDim,
    values: a.numValueHeads * a.valueHeadDim,
    output: Math.max(queryHeads, a.numValueHeads) * a.valueHeadDim,
    heads,
  }
}

const corrects = (a: LinearAttention) => a.rule === 'delta' || a.rule === 'kda'

/** How the rules differ outside the state. */
interface RuleFacts {
  /** Parameters the decay has besides its projections. */
  readonly decayParameters: (a: LinearAttention, w: Widths) => number
  /** Width of the norm's weight on the output (and of its bias). */
  readonly normParameters: (a: LinearAttention, w: Widths) => number
  /** The decay's projection: none, one scalar per head, or low-rank to a channel each (with a bias). */
  readonly decay: 'none' | 'head' | 'channel' | 'channel-bias'
  /** Interpolations with the previous token, each of the hidden size (RWKV). */
  readonly shifts: number
}

const perHead = (a: LinearAttention) => a.valueHeadDim

const RULES: { readonly [R in LinearAttention['rule']]: RuleFacts } = {
  // A_log and dt_bias per value head.
  delta: { decayParameters: (a) => 2 * a.numValueHeads, normParameters: perHead, decay: 'head', shifts: 0 },
  // A_log per head, dt_bias per channel.
  kda: { decayParameters: (a, w) => a.numValueHeads + w.keys, normParameters: perHead, decay: 'channel', shifts: 0 },
  gla: { decayParameters: () => 0, normParameters: perHead, decay: 'channel-bias', shifts: 0 },
  // Decay w and bonus u per channel; group norm with weight and bias; mixes of key, value, receptance and gate.
  rwkv5: { decayParameters: (_, w) => 2 * w.keys, normParameters: (_, w) => 2 * w.output, decay: 'none', shifts: 4 },
  lightning: { decayParameters: () => 0, normParameters: (_, w) => w.output, decay: 'none', shifts: 0 },
  // Divided by the sum of features instead of normed.
  kernel: { decayParameters: () => 0, normParameters: () => 0, decay: 'none', shifts: 0 },
}

/** Adds learned values that no product holds to an operator. */
function holding(pass: Pass, operator: Operator, parameters: number): Operator {
  const bytes = parameters * pass.formats.weightBytes('norm', parameters)
  return alter(operator, {
    parameters: operator.parameters + parameters,
    activeParameters: operator.activeParameters + parameters,
    storedBytes: operator.storedBytes + bytes,
    weightBytes: operator.weightBytes + (pass.convention.smallOperators ? bytes : 0),
  })
}

/** Projections, token shift and short convolution: everything before the state. */
function inputs(a: LinearAttention, w: Widths, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, convention } = pass
  const rule = RULES[a.rule]
  const out: Operator[] = []
  let from = input
  if (rule.shifts > 0) {
    const work = { reads: 2, writes: rule.shifts, flop: 3 * rule.shifts }
    const held = { parameters: rule.shifts * hidden }
    out.push(elementwise(pass, 'token_shift', [input], tokens, hidden, work, held))
    from = 'token_shift'
  }
  const project = (name: string, width: number) => {
    out.push(linear(pass, name, [from], 'attention', tokens, hidden, width))
  }
  const lowRank = (name: string, width: number, bias: boolean) => {
    out.push(
      linear(pass, `${name}_a_proj`, [from], 'attention', tokens, hidden, a.gateRank),
      linear(pass, `${name}_b_proj`, [`${name}_a_proj`], 'attention', tokens, a.gateRank, width, { bias }),
    )
  }
  project('q_proj', w.queries)
  project('k_proj', w.keys)
  project('v_proj', w.values)
  if (a.outputGate) project('gate_q_proj', w.output)
  else if (a.rule === 'kda') lowRank('out_gate', w.output, false)
  if (rule.decay === 'head') project('decay_proj', a.numValueHeads)
  if (rule.decay === 'channel') lowRank('decay', w.keys, false)
  if (rule.decay === 'channel-bias') lowRank('decay', w.keys, true)
  if (corrects(a)) project('beta_proj', a.numValueHeads)
  if (a.convTaps > 0) {
    const channels = w.queries + w.keys + w.values
    const flop = 2 * a.convTaps + convention.vectorFlop.silu
    const work = { reads: 1, writes: 1, flop, kind: 'conv' } as const
    const held = { parameters: channels * a.convTaps, of: 'attention' } as const
    const conv = elementwise(pass, 'short_conv', ['q_proj', 'k_proj', 'v_proj'], tokens, channels, work, held)
    // The last taps of every sequence are its state.
    const state = pass.sequences * dtypeBytes(format(SMALL_STATE), channels * (a.convTaps - 1), channels)
    out.push(alter(conv, { kvReadBytes: state, kvWriteBytes: state }))
  }
  return out
}

/** Features a key is kept by. */
const features = (a: LinearAttention) => a.featureDim ?? a.keyHeadDim

/** Values of the state of one head; kernels keep the sum of features beside it. */
const stateSize = (a: LinearAttention) => features(a) * (a.valueHeadDim + (a.rule === 'kernel' ? 1 : 0))

/** Bytes of the recurrent state of one sequence. */
function stateBytes(a: LinearAttention, w: Widths): number {
  const id = a.stateFormat ?? 'fp32'
  return dtypeBytes(format(id), w.heads * stateSize(a), a.valueHeadDim)
}

/** φ of queries and keys: a projection to more or fewer features, or an elementwise map. */
function featureMap(a: LinearAttention, w: Widths, pass: Pass): Operator {
  const heads = (w.queries + w.keys) / a.keyHeadDim
  const width = heads * features(a)
  const one = elementwise(pass, 'feature_map', ['q_proj', 'k_proj'], pass.tokens, width, {
    reads: 0,
    writes: 1,
    flop: 2,
  })
  const read = pass.tokens * (w.queries + w.keys) * pass.formats.activationBytes(a.keyHeadDim)
  const projected = a.featureDim !== undefined && a.featureDim !== a.keyHeadDim
  const flop = projected ? 2 * pass.tokens * heads * a.keyHeadDim * a.featureDim : 0
  return alter(one, { flop, activationReadBytes: read, operands: [pass.formats.activations.id] })
}

/** The state's update and read-out, for the groups that take one form. */
function stateOperator(
  a: LinearAttention,
  w: Widths,
  pass: Pass,
  part: Exclude<Part, 'all'>,
  after: readonly string[],
): Operator {
  const f = pass.formats
  const { tokens, sequences } = pass.part(part)
  const dk = features(a)
  const dv = a.valueHeadDim
  const short = part === 'short'
  const square = dk * dv
  // Several queries may read one state; the other rules have one per query head.
  const readers = w.output / dv / w.heads
  const intra = 2 * CHUNK * (dk + dv) + 4 * square
  const correction = corrects(a) ? 2 * CHUNK * (2 * dk + dv) + 2 * square + (2 * CHUNK * CHUNK) / 3 : 0
  const perToken = a.rule === 'kernel' ? (2 + 2 * readers) * square : (corrects(a) ? 7 : 5) * square
  const rows = (w.queries + w.keys + w.values) * f.activationBytes(dk)
  const chunkStates = short ? 0 : (tokens / CHUNK) * w.heads * square * f.activationBytes(dv)
  const state = sequences * stateBytes(a, w)
  return {
    name: short ? 'state_recurrent' : 'state_chunked',
    kind: 'scan',
    after,
    flop: short ? 0 : tokens * w.heads * (a.rule === 'kernel' ? kernelChunk(dk, dv, readers) : intra + correction),
    vectorFlop: short ? tokens * w.heads * perToken : tokens * w.heads * 3 * (dk + dv),
    weightBytes: 0,
    activationReadBytes: tokens * rows + chunkStates,
    activationWriteBytes: tokens * w.output * f.activationBytes(dv) + chunkStates,
    kvReadBytes: state,
    kvWriteBytes: state,
    linkBytes: 0,
    operands: [f.activations.id],
    parameters: 0,
    activeParameters: 0,
    storedBytes: 0,
    weightClass: 'attention',
    shape: { m: tokens, k: dk, n: dv, count: w.heads },
  }
}

/** Chunked form of a kernel: scores inside the chunk and reads for every query head, one update. */
function kernelChunk(dk: number, dv: number, readers: number): number {
  return readers * (2 * CHUNK * (dk + dv) + 2 * dk * dv) + 2 * dk * dv
}

export function linearAttention(a: LinearAttention, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, convention } = pass
  const w = widths(a)
  const rule = RULES[a.rule]
  const flop = convention.vectorFlop
  const out = inputs(a, w, pass, hidden, input)
  const isKernel = a.rule === 'kernel'
  if (isKernel) out.push(featureMap(a, w, pass))
  const plain = isKernel ? ['feature_map', 'v_proj'] : ['q_proj', 'k_proj', 'v_proj']
  const mixed = a.convTaps > 0 ? ['short_conv'] : plain
  const gates = out.filter(({ name }) => name === 'decay_proj' || name === 'decay_b_proj' || name === 'beta_proj')
  const after = [...mixed, ...gates.map(({ name }) => name)]
  out.push(
    holding(pass, stateOperator(a, w, pass, 'short', after), rule.decayParameters(a, w)),
    stateOperator(a, w, pass, 'long', after),
  )
  const gate = out.find(({ name }) => name === 'gate_q_proj' || name === 'out_gate_b_proj')
  const work = {
    reads: gate ? 2 : 1,
    writes: 1,
    flop: flop.rmsNorm + (gate ? flop.silu + flop.gate : 0),
    kind: 'norm',
  } as const
  const held = { parameters: rule.normParameters(a, w) }
  const before = ['state_recurrent', 'state_chunked', ...(gate ? [gate.name] : [])]
  out.push(
    elementwise(pass, 'out_norm', before, tokens, w.output, work, held),
    linear(pass, 'out_proj', ['out_norm'], 'attention', tokens, w.output, hidden),
  )
  return out
}

export function linearCache(a: LinearAttention): CacheTensor[] {
  const w = widths(a)
  const state = (name: string, elements: number, rowLength: number, heads: number, id: DtypeId): CacheTensor => ({
    name,
    kind: 'state',
    elements,
    rowLength,
    heads,
    pattern: { kind: 'causal' },
    format: id,
  })
  const out = [state('recurrent state', w.heads * stateSize(a), a.valueHeadDim, w.heads, a.stateFormat ?? 'fp32')]
  if (a.convTaps > 1) {
    const channels = w.queries + w.keys + w.values
    out.push(state('convolution state', channels * (a.convTaps - 1), channels, a.numKeyHeads, SMALL_STATE))
  }
  // RWKV: the last token's input of the time mix and of the channel mix (the hidden size is the values' width).
  if (RULES[a.rule].shifts > 0) out.push(state('token shift', 2 * w.output, w.output, 1, SMALL_STATE))
  return out
}
