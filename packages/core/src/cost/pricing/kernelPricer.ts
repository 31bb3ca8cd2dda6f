/**
 * Prices operators by the kernels that engines run for them: stacked dense products, attention by its heads and reach,
 * fused experts, collectives. What no kernel table knows — norms, activations, rotations, state scans, batched products —
 * costs a launch and its bytes and work at shares of the roofs that such kernels reach.
 *
 * Residual additions run inside the norm that follows (as vLLM, SGLang and TensorRT-LLM fuse them): free but for their
 * bytes, which the norm's kernel moves once. Leaves out: two kernels at once on different streams.
 */
import type { KernelCall } from '../../architecture/kernelCall.ts'
import type { Operator } from '../../architecture/operator.ts'
import type { Chip } from '../kernels/chip.ts'
import type { GemmQuery, KernelQuery, MoeQuery } from '../kernels/query.ts'
import type { Rates } from '../roofline.ts'
import { attention, latent } from './attentionPrice.ts'
import { productFormat } from './formats.ts'
import { FREE, type Load, NONE, type Price, type Pricer, type Range, type Writable, widen } from './price.ts'
import { isWide } from './stack.ts'

/** Seconds of one kernel call, and the interval around it: the calibrated models, or a user's own tables. */
export interface KernelTimer {
  seconds(query: KernelQuery): number
  range(query: KernelQuery, seconds: number): Range
}

/** Kernels without a model of their own. */
export interface SmallKernels {
  /** Launch to launch of the shortest kernel in a replayed graph, s. */
  readonly launchS: number
  /** Share of the memory bandwidth that streaming kernels reach. */
  readonly bandwidthShare: number
  /** Share of the matrix peak that batched and irregular products reach. */
  readonly matrixShare: number
}

/**
 * Launch: shortest kernels of the public tables take 1.8–2.8 µs inside a graph. Shares: bytes at 0.8 of the bandwidth is
 * what plain copies reach (same tables, elementwise rows of shared/measured/other); matrix share of batched products.
 */
export const SMALL_KERNELS: SmallKernels = { launchS: 2e-6, bandwidthShare: 0.8, matrixShare: 0.5 }

/** Seconds of a collective, for the bytes that cross one rank's link. */
export type CollectiveTimer = (call: Extract<KernelCall, { kind: 'collective' }>) => {
  seconds(linkBytes: number): number
  range(linkBytes: number, seconds: number): Range
}

export interface PricerParts {
  readonly chip: Chip
  readonly timer: KernelTimer
  readonly collective: CollectiveTimer
  readonly small?: SmallKernels
  /** Skew of routing: exponent of the power law of tokens per expert; 0: balanced. */
  readonly routingAlpha: number
  readonly rates: (operator: Operator) => Rates
}

const WIDE: Range = { low: 0.7, high: 1.3, borrowed: false, extrapolated: true }
/** Residual additions by name (`architecture/layer.ts`). */
const FUSED_WITH_NORM: ReadonlySet<string> = new Set(['attn_add', 'mlp_add', 'cross_add'])

function streaming(operator: Operator, parts: PricerParts): Price {
  const { launchS, bandwidthShare, matrixShare } = parts.small ?? SMALL_KERNELS
  const rates = parts.rates(operator)
  const perFlop = 1 / (rates.matrixFlopPerS * matrixShare)
  const perVector = 1 / (rates.vectorFlopPerS * matrixShare)
  const perByte = 1 / (rates.bandwidthBytePerS * bandwidthShare)
  const launch = FUSED_WITH_NORM.has(operator.name) ? 0 : launchS
  const seconds = ({ flop, vectorFlop, bytes }: Load) => {
    const work = Math.max(flop * perFlop, vectorFlop * perVector, bytes * perByte)
    return work > 0 ? launch + work : 0
  }
  return { byGroups: false, seconds, range: (_, __, s) => ({ ...WIDE, low: s * WIDE.low, high: s * WIDE.high }) }
}

function dense(operator: Operator, columns: number, parts: PricerParts): Price {
  const { chip, timer } = parts
  const has = { fp8: chip.fp8 > chip.bf16, fp4: chip.fp4 > chip.fp8 }
  const choice = productFormat(operator.operands, has, false)
  const query: Writable<GemmQuery> = { kind: 'gemm', m: 1, n: columns, k: operator.shape.k, format: choice.format }
  const at = (rows: number) => {
    query.m = rows
    return query
  }
  return {
    byGroups: false,
    seconds: ({ rows }) => (rows > 0 ? timer.seconds(at(rows)) : 0),
    range: ({ rows }, _, s) => (s > 0 ? widen(timer.range(at(rows), s), choice.nearest) : NONE),
  }
}

function experts(operator: Operator, call: Extract<KernelCall, { kind: 'moe' }>, parts: PricerParts): Price {
  const { chip, timer } = parts
  const has = { fp8: chip.fp8 > chip.bf16, fp4: chip.fp4 > chip.fp8 }
  const choice = productFormat(operator.operands, has, true)
  const { hidden, inter, topK, experts: number, tp, ep, gated, rowsPerToken } = call
  const query: Writable<MoeQuery> = {
    kind: 'moe',
    tokens: 1,
    hidden,
    inter,
    topK,
    experts: number,
    tp,
    ep,
    alpha: parts.routingAlpha,
    gated,
    format: choice.format,
  }
  const at = (rows: number) => {
    query.tokens = rows / rowsPerToken
    return query
  }
  return {
    byGroups: false,
    seconds: ({ rows }) => (rows > 0 ? timer.seconds(at(rows)) : 0),
    range: ({ rows }, _, s) => (s > 0 ? widen(timer.range(at(rows), s), choice.nearest) : NONE),
  }
}

function exchanged(call: Extract<KernelCall, { kind: 'collective' }>, parts: PricerParts): Price {
  const timer = parts.collective(call)
  return {
    byGroups: false,
    seconds: ({ linkBytes }) => (linkBytes > 0 ? timer.seconds(linkBytes) : 0),
    range: ({ linkBytes }, _, s) => (s > 0 ? timer.range(linkBytes, s) : NONE),
  }
}

/** An operator whose keys (or queries) travel while it computes (ring attention) takes the longer of the two. */
function overlapped(price: Price, operator: Operator, parts: PricerParts): Price {
  const perByte = 1 / parts.rates(operator).linkBytePerS
  return {
    ...price,
    // What travels is of the operator's own load, not of the groups alone.
    byGroups: false,
    seconds: (load, groups) => {
      const kernelS = price.seconds(load, groups)
      return load.share > 0 ? Math.max(kernelS, (load.linkBytes * perByte) / load.share) : kernelS
    },
  }
}

export function own(operator: Operator, columns: number, parts: PricerParts): Price {
  const { kernel } = operator
  if (isWide(operator) && kernel?.kind !== 'within') return streaming(operator, parts)
  switch (kernel?.kind) {
    case 'within':
      return FREE
    case 'attention':
      return attention(operator, kernel, parts)
    case 'mla':
      return latent(operator, kernel, parts)
    case 'moe':
      return experts(operator, kernel, parts)
    case 'collective':
      return exchanged(kernel, parts)
    case 'gemm':
      if (operator.kind === 'gemm' && operator.shape.count === 1) {
        return columns === 0 ? FREE : dense(operator, columns, parts)
      }
      return streaming(operator, parts)
    case undefined:
      return streaming(operator, parts)
  }
}

export function kernelPricer(parts: PricerParts): Pricer {
  return {
    price: (operator, columns) => {
      const price = own(operator, columns, parts)
      const { kernel } = operator
      const travels = (kernel?.kind === 'attention' || kernel?.kind === 'mla') && kernel.keyRanks > 1
      return travels ? overlapped(price, operator, parts) : price
    },
  }
}
