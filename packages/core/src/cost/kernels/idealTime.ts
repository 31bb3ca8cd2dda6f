/**
 * The plain roofline of a kernel query, for comparison: max(flop / peak, bytes / bandwidth) with the same flop and bytes
 * the models count; a collective: its ring volume over the link. No efficiencies, no latency.
 */
import type { Chip } from './chip.ts'
import { mlaDecode, mlaPrefill } from './mla.ts'
import { meanReach } from './prefillAttention.ts'
import { KERNEL_FORMATS, type KernelQuery } from './query.ts'
import { makeRankLoad, rankLoad } from './routing.ts'

const loads = makeRankLoad()

export interface IdealTime {
  readonly computeS: number
  readonly memoryS: number
  /** Bytes that a benchmark re-reads at every replay: weights, KV. */
  readonly reusedBytes: number
}

function attention(chip: Chip, peak: 'bf16' | 'fp8', flop: number, io: number, kv: number): IdealTime {
  return { computeS: flop / chip[peak], memoryS: (io + kv) / chip.ratedBandwidth, reusedBytes: kv + io }
}

export function idealTime(query: KernelQuery, chip: Chip): IdealTime {
  switch (query.kind) {
    case 'gemm': {
      const { weightBytes, peak } = KERNEL_FORMATS[query.format]
      const { m, n, k } = query
      // Inputs arrive in 16 bit whatever they are multiplied in.
      const bytes = k * n * weightBytes + m * k * 2 + m * n * 2
      return { computeS: (2 * m * n * k) / chip[peak], memoryS: bytes / chip.ratedBandwidth, reusedBytes: bytes }
    }
    case 'prefillAttention': {
      const heads = query.batch * query.qHeads * query.newTokens
      const flop = 4 * heads * query.headDim * meanReach(query.newTokens, query.prefixTokens, query.window)
      const length = query.newTokens + query.prefixTokens
      const kv = 2 * query.batch * query.kvHeads * length * query.headDim * (query.kv === 'fp8' ? 1 : 2)
      return attention(chip, query.format === 'fp8' ? 'fp8' : 'bf16', flop, 4 * heads * query.headDim, kv)
    }
    case 'decodeAttention': {
      const reach = query.window > 0 ? Math.min(query.window, query.contextTokens) : query.contextTokens
      const heads = query.batch * query.qHeads * query.headDim
      const kv = 2 * query.batch * query.kvHeads * reach * query.headDim * (query.kv === 'fp8' ? 1 : 2)
      return attention(chip, 'bf16', 4 * heads * reach, 4 * heads, kv)
    }
    case 'mla': {
      if (query.phase === 'decode') {
        const s = mlaDecode(query)
        const io = s.batch * s.qHeads * s.ioElements
        return attention(chip, s.peak, 2 * io * s.reach, 2 * io, s.batch * s.reach * s.kvElements * s.kvBytes)
      }
      const s = mlaPrefill(query)
      const heads = s.batch * s.qHeads * s.newTokens
      const flop = 4 * heads * s.headDim * meanReach(s.newTokens, s.prefixTokens, 0)
      const kv = 2 * s.batch * s.kvHeads * (s.newTokens + s.prefixTokens) * s.headDim * s.kvBytes
      return attention(chip, s.peak, flop, 4 * heads * s.headDim, kv)
    }
    case 'moe': {
      const { weightBytes, peak } = KERNEL_FORMATS[query.format]
      rankLoad(query.tokens, query.topK, query.experts, query.ep, query.alpha, loads)
      let touched = 0
      let pairs = 0
      for (let j = 0; j < loads.count; j++) {
        touched += loads.experts[j]!
        pairs += loads.experts[j]! * loads.load[j]!
      }
      const parameters = ((query.gated ? 3 : 2) * query.hidden * query.inter) / query.tp
      const bytes = touched * parameters * weightBytes + pairs * query.hidden * 4
      return {
        computeS: (2 * pairs * parameters) / chip[peak],
        memoryS: bytes / chip.ratedBandwidth,
        reusedBytes: bytes,
      }
    }
    case 'collective': {
      const volume = ((query.bytes * (query.gpus - 1)) / query.gpus) * (query.op === 'all_reduce' ? 2 : 1)
      return { computeS: 0, memoryS: volume / chip.link, reusedBytes: 0 }
    }
  }
}

/** The floor of one kernel in seconds: the longer of its work and its traffic, at full rates. */
export function rooflineSeconds(query: KernelQuery, chip: Chip): number {
  const { computeS, memoryS } = idealTime(query, chip)
  return Math.max(computeS, memoryS)
}
