/**
 * Selective state spaces: a state of N values per inner channel instead of a cache. T tokens, h hidden, D inner size,
 * N state size, G groups, H heads, R step-size rank.
 *
 * Mamba 1 (arXiv 2312.00752 section 3): in_proj 2·T·h·2D, conv 2·T·taps·D, x_proj 2·T·D·(R+2N), dt_proj 2·T·R·D,
 *   scan 7·T·D·N + 2·T·D vector flop (discretise 3, recurrence 2, read-out 2; skip connection), out_proj 2·T·D·h.
 * Mamba 2 (arXiv 2405.21060 section 7): in_proj 2·T·h·(2D + 2GN + H) makes z, x, B, C and dt; conv over x, B and C;
 *   short groups step the recurrence, 5·T·D·N vector flop; long groups run the dual form of section 6 in chunks of
 *   Q = 128: 2Q(GN + D) + 4·D·N matrix flop per token, every chunk's state through memory once each way.
 * The state is read and written once per sequence. Leaves out: padding of the last chunk, the parallel scan's extra work,
 * states kept for every draft token while verifying.
 */
import { dtypeBytes } from '../../catalog/dtypes/dtype.ts'
import type { DtypeId } from '../../catalog/dtypes/table.ts'
import type { CacheTensor } from '../cache.ts'
import { format } from '../formats.ts'
import type { StateSpace } from '../model.ts'
import { alter, elementwise, linear, type Operator } from '../operator.ts'
import type { Pass } from '../pass.ts'

/** `chunk_size` of the published hybrids (Nemotron-H: 128; the Mamba-2 reference kernel also runs 256). */
const CHUNK = 128
const CONV_STATE: DtypeId = 'bf16'

/** Channels the short convolution runs over. */
function convChannels(s: StateSpace): number {
  return s.innerSize + (s.kind === 'mamba2' ? 2 * s.numGroups * s.stateSize : 0)
}

function stateBytes(s: StateSpace): number {
  return dtypeBytes(format(s.stateFormat ?? 'fp32'), s.innerSize * s.stateSize, s.stateSize)
}

function convolution(s: StateSpace, pass: Pass): Operator {
  const channels = convChannels(s)
  const flop = 2 * s.convTaps + pass.convention.vectorFlop.silu
  const parameters = channels * (s.convTaps + (s.convBias ? 1 : 0))
  const work = { reads: 1, writes: 1, flop, kind: 'conv' } as const
  const one = elementwise(pass, 'short_conv', ['in_proj'], pass.tokens, channels, work, { parameters, of: 'attention' })
  // The last taps of every sequence are its state.
  const state = pass.sequences * dtypeBytes(format(CONV_STATE), channels * (s.convTaps - 1), channels)
  return alter(one, { kvReadBytes: state, kvWriteBytes: state })
}

/** What the scans of both kinds share: their own learned values, and the state of a part's sequences. */
function scan(
  s: StateSpace,
  pass: Pass,
  name: string,
  after: readonly string[],
  part: 'all' | 'short' | 'long',
  own: number,
): Operator {
  const f = pass.formats
  const { tokens, sequences } = pass.part(part)
  const read = convChannels(s) + (s.kind === 'mamba1' ? s.innerSize + 2 * s.stateSize : s.numHeads)
  const state = sequences * stateBytes(s)
  const bytes = own * f.weightBytes('norm', own || 1)
  return {
    name,
    kind: 'scan',
    after,
    flop: 0,
    vectorFlop: 0,
    weightBytes: pass.convention.smallOperators ? bytes : 0,
    activationReadBytes: tokens * read * f.activationBytes(s.innerSize),
    activationWriteBytes: tokens * s.innerSize * f.activationBytes(s.innerSize),
    kvReadBytes: state,
    kvWriteBytes: state,
    linkBytes: 0,
    operands: [f.activations.id],
    parameters: own,
    activeParameters: own,
    storedBytes: bytes,
    weightClass: 'attention',
    shape: { m: tokens, k: s.stateSize, n: s.innerSize, count: 1 },
  }
}

function mamba1(s: StateSpace, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, convention } = pass
  const { innerSize: D, stateSize: N, dtRank: R } = s
  const flop = convention.vectorFlop
  const out = [
    linear(pass, 'in_proj', [input], 'attention', tokens, hidden, 2 * D, { bias: s.projBias }),
    convolution(s, pass),
    linear(pass, 'x_proj', ['short_conv'], 'attention', tokens, D, R + 2 * N),
  ]
  let step = 'x_proj'
  if (s.innerNorms) {
    const work = { reads: 1, writes: 1, flop: flop.rmsNorm, kind: 'norm' } as const
    out.push(elementwise(pass, 'inner_norms', [step], tokens, R + 2 * N, work, { parameters: R + 2 * N }))
    step = 'inner_norms'
  }
  out.push(linear(pass, 'dt_proj', [step], 'attention', tokens, R, D, { bias: true }))
  // A is D × N, the skip connection D.
  const one = scan(s, pass, 'state_scan', ['short_conv', 'dt_proj'], 'all', D * N + D)
  out.push(
    alter(one, { vectorFlop: tokens * D * (7 * N + 2) }),
    elementwise(pass, 'out_gate', ['state_scan', 'in_proj'], tokens, D, {
      reads: 2,
      writes: 1,
      flop: flop.silu + flop.gate,
    }),
    linear(pass, 'out_proj', ['out_gate'], 'attention', tokens, D, hidden, { bias: s.projBias }),
  )
  return out
}

function mamba2(s: StateSpace, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, convention, formats: f } = pass
  const { innerSize: D, stateSize: N, numGroups: G, numHeads: H } = s
  const flop = convention.vectorFlop
  const width = 2 * D + 2 * G * N + H
  // A, the skip connection and the step-size bias: one value per head each.
  const short = scan(s, pass, 'state_recurrent', ['short_conv', 'in_proj'], 'short', 3 * H)
  const long = scan(s, pass, 'state_chunked', ['short_conv', 'in_proj'], 'long', 0)
  const longTokens = pass.part('long').tokens
  const chunkStates = (longTokens / CHUNK) * stateBytes(s)
  const norm = { reads: 2, writes: 1, flop: flop.rmsNorm + flop.silu + flop.gate, kind: 'norm' } as const
  return [
    linear(pass, 'in_proj', [input], 'attention', tokens, hidden, width, { bias: s.projBias }),
    convolution(s, pass),
    alter(short, { vectorFlop: pass.part('short').tokens * D * (5 * N + 2) }),
    alter(long, {
      flop: longTokens * (2 * CHUNK * (G * N + D) + 4 * D * N),
      vectorFlop: longTokens * (CHUNK * H + 4 * D),
      activationReadBytes: long.activationReadBytes + chunkStates,
      activationWriteBytes: long.activationWriteBytes + chunkStates,
      operands: [f.activations.id],
    }),
    elementwise(pass, 'out_norm', ['state_recurrent', 'state_chunked', 'in_proj'], tokens, D, norm, { parameters: D }),
    linear(pass, 'out_proj', ['out_norm'], 'attention', tokens, D, hidden, { bias: s.projBias }),
  ]
}

export function stateSpace(s: StateSpace, pass: Pass, hidden: number, input: string): Operator[] {
  return s.kind === 'mamba1' ? mamba1(s, pass, hidden, input) : mamba2(s, pass, hidden, input)
}

export function stateSpaceCache(s: StateSpace): CacheTensor[] {
  const heads = s.kind === 'mamba2' ? s.numHeads : s.innerSize
  const channels = convChannels(s)
  const shared = { kind: 'state', pattern: { kind: 'causal' } } as const
  return [
    {
      ...shared,
      name: 'state-space state',
      elements: s.innerSize * s.stateSize,
      rowLength: s.stateSize,
      heads,
      format: s.stateFormat ?? 'fp32',
    },
    {
      ...shared,
      name: 'convolution state',
      elements: channels * (s.convTaps - 1),
      rowLength: channels,
      heads: s.kind === 'mamba2' ? s.numGroups : s.innerSize,
      format: CONV_STATE,
    },
  ]
}
