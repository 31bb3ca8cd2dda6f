/**
 * Prices of attention: decode and verification as one call over all short groups, prompts group by group, latent attention in
 * either of its forms. Reach comes from the pattern; ranks of a ring have their share of rows or keys.
 */
import { attendedPairs, type StepGroup, visibleKeys } from '../../architecture/extent.ts'
import type { KernelCall } from '../../architecture/kernelCall.ts'
import type { Pattern } from '../../architecture/model.ts'
import type { Operator } from '../../architecture/operator.ts'
import { SHORT_TOKENS } from '../../architecture/pass.ts'
import type { DecodeAttentionQuery, KernelQuery, MlaQuery, PrefillAttentionQuery } from '../kernels/query.ts'
import { cacheFormat } from './formats.ts'
import type { KernelTimer, PricerParts } from './kernelPricer.ts'
import { NONE, type Price, type Writable, widen } from './price.ts'

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

export function attention(
  operator: Operator,
  call: Extract<KernelCall, { kind: 'attention' }>,
  parts: PricerParts,
): Price {
  const { timer } = parts
  const kv = cacheFormat(operator.operands[1])
  const products = kv === 'fp8' && cacheFormat(operator.operands[0]) === 'fp8' ? 'fp8' : 'bfloat16'
  const { headDim, pattern } = call
  // Tokens exchanged for heads: a rank has all rows and keys, of its share of the heads.
  const byHeads = call.keyExchange === 'all-to-all'
  const qHeads = byHeads ? call.qHeads / call.keyRanks : call.qHeads
  const kvHeads = byHeads ? call.kvHeads / call.keyRanks : call.kvHeads
  const keyRanks = byHeads ? 1 : call.keyRanks
  const earlier = call.keyOrder === 'contiguous' ? 1 : 0.5
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

export function byGroups(
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

export function latent(operator: Operator, call: Extract<KernelCall, { kind: 'mla' }>, parts: PricerParts): Price {
  const { timer } = parts
  const { form, heads, pattern, keyRanks, keyOrder, width } = call
  const earlier = keyOrder === 'contiguous' ? 1 : 0.5
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
