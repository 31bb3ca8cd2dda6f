/**
 * An associative state beside softmax attention: sums of φ(k)·vᵀ (r × dv) and of φ(k) (r) per key/value head, read by every
 * query and updated by every token (Infini-Attention, arXiv 2404.07143 section 2.1; LESS, arXiv 2402.09398 section 3). T tokens:
 *   memory_state 2·T·(H + Hk)·r·dv flop, and 2·T·(H + Hk)·d·r where φ projects; the state read and written once per sequence
 *   memory_join  the two answers added, gated per head
 * Leaves out: that a segment's updates may wait for its end; the delta rule's extra read of the state (2·T·Hk·r·dv).
 */
import type { CacheTensor } from '../cache.ts'
import type { AttentionState } from '../model.ts'
import { elementwise, type Operator } from '../operator.ts'
import type { Pass } from '../pass.ts'

interface Widths {
  readonly numQHeads: number
  readonly numKvHeads: number
  readonly headDim: number
  readonly vHeadDim: number
}

const STATE_BYTES = 2

const elements = (s: AttentionState, w: Widths) => w.numKvHeads * s.rank * (w.vHeadDim + 1)

export function besideOperators(s: AttentionState, pass: Pass, w: Widths, after: readonly string[]): Operator[] {
  const { numQHeads: H, numKvHeads: Hk, headDim: d, vHeadDim: dv } = w
  const { tokens, sequences, formats: f } = pass
  const heads = H + Hk
  const mapped = s.rank === d ? 0 : 2 * heads * d * s.rank
  const state = sequences * elements(s, w) * STATE_BYTES
  const joined = { reads: 2, writes: 1, flop: pass.convention.vectorFlop.add + (s.gate ? 2 : 0) }
  return [
    {
      name: 'memory_state',
      kind: 'scan',
      after,
      flop: tokens * (2 * heads * s.rank * dv + mapped),
      vectorFlop: tokens * heads * s.rank,
      weightBytes: 0,
      activationReadBytes: tokens * (heads * d + Hk * dv) * f.activationBytes(d),
      activationWriteBytes: tokens * H * dv * f.activationBytes(dv),
      kvReadBytes: state,
      kvWriteBytes: state,
      linkBytes: 0,
      operands: [f.activations.id],
      parameters: 0,
      activeParameters: 0,
      storedBytes: 0,
      weightClass: 'attention',
      shape: { m: tokens, k: s.rank, n: dv, count: heads },
    },
    elementwise(pass, 'memory_join', ['memory_state', ...after.slice(-1)], tokens, H * dv, joined, {
      parameters: s.gate ? H : 0,
    }),
  ]
}

export function stateTensor(s: AttentionState, w: Widths): CacheTensor {
  return {
    name: 'memory state',
    kind: 'state',
    elements: elements(s, w),
    rowLength: w.vHeadDim,
    heads: w.numKvHeads,
    pattern: { kind: 'causal' },
    format: 'bf16',
  }
}
