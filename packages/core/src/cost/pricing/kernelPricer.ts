/**
 * Prices operators by the kernels that engines run for them: stacked dense products, attention by its heads and reach,
 * fused experts, collectives. What no kernel table knows — norms, activations, rotations, state scans, batched products —
 * costs a launch and its bytes and work at shares of the roofs that such kernels reach.
 *
 * Residual additions run inside the norm that follows (as vLLM, SGLang and TensorRT-LLM fuse them): free but for their
 * bytes, which the norm's kernel moves once. Leaves out: two kernels at once on different streams.
 */
import { attendedPairs, type StepGroup, visibleKeys } from '../../architecture/extent.ts'
import { format } from '../../architecture/formats.ts'
import type { KernelCall } from '../../architecture/kernelCall.ts'
import type { Pattern } from '../../architecture/model.ts'
import type { Operator } from '../../architecture/operator.ts'
import { SHORT_TOKENS } from '../../architecture/pass.ts'
import type { Chip } from '../kernels/chip.ts'
import type {
  DecodeAttentionQuery,
  GemmQuery,
  KernelQuery,
  MlaQuery,
  MoeQuery,
  PrefillAttentionQuery,
} from '../kernels/query.ts'
import type { Rates } from '../roofline.ts'
import { cacheFormat, productFormat } from './formats.ts'
import { FREE, type Load, type Price, type Pricer, type Range } from './price.ts'

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

type Writable<T> = { -readonly [K in keyof T]: T[K] }

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

const NONE: Range = { low: 0, high: 0, borrowed: false, extrapolated: false }
const widen = (range: Range, also: boolean): Range => (also ? { ...range, extrapolated: true } : range)

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

/** Sums over the short groups of a step, as one decode call sees them. */
interface Short {
  sequences: number
  tokens: number
  pairs: number
}

function shortOf(groups: readonly StepGroup[], pattern: Pattern, into: Short): void {
  into.sequences = 0
  into.tokens = 0
  into.pairs = 0
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i] as StepGroup
    if (group.newTokens > SHORT_TOKENS) continue
    into.sequences += group.sequences
    into.tokens += group.sequences * group.newTokens
    into.pairs += group.sequences * attendedPairs(pattern, group.newTokens, group.contextTokens)
  }
}

const windowOf = (pattern: Pattern): number => (pattern.kind === 'sliding' ? pattern.window : 0)

/** Pairs a prefill kernel of that window would attend to, for patterns it does not know. */
function patternShare(pattern: Pattern, group: StepGroup): number {
  if (pattern.kind === 'causal' || pattern.kind === 'sliding') return 1
  const causal = attendedPairs({ kind: 'causal' }, group.newTokens, group.contextTokens)
  return attendedPairs(pattern, group.newTokens, group.contextTokens) / causal
}

function attention(operator: Operator, call: Extract<KernelCall, { kind: 'attention' }>, parts: PricerParts): Price {
  const { timer } = parts
  const kv = cacheFormat(operator.operands[1])
  const products = kv === 'fp8' && cacheFormat(operator.operands[0]) === 'fp8' ? 'fp8' : 'bfloat16'
  const { qHeads, kvHeads, headDim, pattern, keyRanks, keyRing } = call
  const earlier = keyRing ? 1 : 0.5
  const decode: Writable<DecodeAttentionQuery> = {
    kind: 'decodeAttention',
    batch: 1,
    qHeads,
    kvHeads,
    headDim,
    contextTokens: 1,
    window: 0,
    kv,
  }
  const prefill: Writable<PrefillAttentionQuery> = {
    kind: 'prefillAttention',
    batch: 1,
    qHeads,
    kvHeads,
    headDim,
    newTokens: 1,
    prefixTokens: 0,
    window: windowOf(pattern),
    format: products,
    kv,
  }
  const short: Short = { sequences: 0, tokens: 0, pairs: 0 }
  const asDecode = (groups: readonly StepGroup[]): DecodeAttentionQuery | undefined => {
    shortOf(groups, pattern, short)
    if (short.sequences === 0) return undefined
    decode.batch = short.sequences
    decode.qHeads = (qHeads * short.tokens) / short.sequences
    decode.contextTokens = short.pairs / short.tokens / keyRanks
    return decode
  }
  const asPrefill = (group: StepGroup): PrefillAttentionQuery => {
    prefill.batch = group.sequences
    prefill.newTokens = group.newTokens / keyRanks
    // A rank of a balanced ring has its share of the rows, spread over the whole prompt; the last of contiguous ones, its end.
    prefill.prefixTokens = group.contextTokens + (group.newTokens - group.newTokens / keyRanks) * earlier
    return prefill
  }
  return byGroups(timer, pattern, asDecode, asPrefill)
}

function byGroups(
  timer: KernelTimer,
  pattern: Pattern,
  asDecode: (groups: readonly StepGroup[]) => KernelQuery | undefined,
  asPrefill: ((group: StepGroup) => KernelQuery) | undefined,
): Price {
  const seconds = (groups: readonly StepGroup[]) => {
    const query = asDecode(groups)
    let total = query ? timer.seconds(query) : 0
    if (!asPrefill) return total
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i] as StepGroup
      if (group.newTokens <= SHORT_TOKENS || group.sequences === 0) continue
      total += timer.seconds(asPrefill(group)) * patternShare(pattern, group)
    }
    return total
  }
  return {
    byGroups: true,
    seconds: (_, groups) => seconds(groups),
    range: (_, groups, s) => {
      if (s === 0) return NONE
      // The interval of the longest call, for all: one kernel, one regime.
      const long = groups.filter((g) => g.newTokens > SHORT_TOKENS && g.sequences > 0)
      const group = long.reduce<StepGroup | undefined>((a, b) => (a && a.newTokens >= b.newTokens ? a : b), undefined)
      const query = group && asPrefill ? asPrefill(group) : asDecode(groups)
      if (!query) return NONE
      const own = timer.seconds(query)
      const range = timer.range(query, own)
      const known = pattern.kind === 'causal' || pattern.kind === 'sliding'
      return { ...widen(range, !known), low: (s * range.low) / own, high: (s * range.high) / own }
    },
  }
}

function latent(operator: Operator, call: Extract<KernelCall, { kind: 'mla' }>, parts: PricerParts): Price {
  const { timer } = parts
  const { form, heads, pattern, keyRanks, keyRing, width } = call
  const earlier = keyRing ? 1 : 0.5
  const kv = cacheFormat(operator.operands[1] ?? operator.operands[0])
  const query: Writable<MlaQuery> = {
    kind: 'mla',
    phase: form === 'absorbed' ? 'decode' : 'prefill',
    batch: 1,
    heads,
    newTokens: 1,
    prefixTokens: 0,
    kv,
  }
  const short: Short = { sequences: 0, tokens: 0, pairs: 0 }
  const sparse = pattern.kind === 'selected'
  const asDecode = (groups: readonly StepGroup[]): MlaQuery | undefined => {
    if (form !== 'absorbed') return undefined
    if (sparse) allOf(groups, pattern, short)
    else shortOf(groups, pattern, short)
    if (short.sequences === 0) return undefined
    query.batch = short.sequences
    query.heads = (heads * width * short.tokens) / short.sequences
    query.newTokens = 1
    query.prefixTokens = Math.max(0, short.pairs / short.tokens / keyRanks - 1)
    return query
  }
  const asPrefill = (group: StepGroup): MlaQuery => {
    query.batch = group.sequences
    query.heads = heads * width
    query.newTokens = group.newTokens / keyRanks
    query.prefixTokens = group.contextTokens + (group.newTokens - group.newTokens / keyRanks) * earlier
    return query
  }
  return byGroups(timer, pattern, asDecode, form === 'expanded' ? asPrefill : undefined)
}

/** Sparse selection reads latents in every group, long ones too: each query row reads its own choice. */
function allOf(groups: readonly StepGroup[], pattern: Pattern, into: Short): void {
  shortOf(groups, pattern, into)
  for (const group of groups) {
    if (group.newTokens <= SHORT_TOKENS) continue
    const tokens = group.sequences * group.newTokens
    into.sequences += tokens
    into.tokens += tokens
    into.pairs +=
      tokens *
      Math.min(
        visibleKeys(pattern, 1, group.contextTokens + group.newTokens / 2),
        group.contextTokens + group.newTokens,
      )
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

/** An operator whose keys travel while it computes (ring attention) takes the longer of the two. */
function overlapped(price: Price, operator: Operator, parts: PricerParts): Price {
  const perByte = 1 / parts.rates(operator).linkBytePerS
  return {
    ...price,
    seconds: (load, groups) => Math.max(price.seconds(load, groups), load.linkBytes * perByte),
  }
}

/** Formats wider than any kernel table has: 32-bit products. */
function isWide(operator: Operator): boolean {
  return operator.operands.some((id) => format(id).bits > 16)
}

function own(operator: Operator, columns: number, parts: PricerParts): Price {
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
