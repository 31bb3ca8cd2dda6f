/**
 * What a layer sees of one pass through the network: how many tokens and sequences, how far attention reaches, how many
 * experts are touched, and in which formats. A step shape is a list of groups; a pass sums them up.
 *
 * These sums are the *features* of a step: every operator's work and bytes are affine in them, whatever the mix of
 * prefill, decode, chunked prefill or verification. `step/compile.ts` relies on that and a property test holds it.
 */
import type { Convention } from './convention.ts'
import {
  type AttentionShape,
  attendedPairs,
  computedPairs,
  SHORT_TOKENS,
  type StepGroup,
  type TileFacts,
  tiledKeys,
  visibleKeys,
} from './extent.ts'
import type { Formats } from './formats.ts'
import type { ContextExchange, ContextOrder } from './kernelCall.ts'

export { SHORT_TOKENS }

export type AttentionKernel = 'eager' | 'flash'

export type Part = 'all' | 'short' | 'long'

export interface Counts {
  readonly tokens: number
  readonly sequences: number
}

/** Sums over the groups of a part, of counts per attention head. */
export interface Extent {
  /** (query, key) pairs under the mask. */
  readonly pairs: number
  /** The same without a mask: what an unfused kernel computes. */
  readonly square: number
  /** Keys read at least once. */
  readonly keys: number
  /** Keys read from memory by a fused kernel. */
  readonly tiledKeys: number
}

export interface CrossCounts {
  /** Tokens and sequences of groups that have source states. */
  readonly tokens: number
  readonly sequences: number
  /** 1 when any group has source states, else 0: weights of layers that only such groups run. */
  readonly attended: number
  readonly pairs: number
  readonly keys: number
  readonly newKeys: number
  /** 1 when the pass brings new source states, else 0: weights that only they need. */
  readonly present: number
}

export interface Pass {
  readonly tokens: number
  readonly sequences: number
  /** Rows the output head computes. */
  readonly logitTokens: number
  readonly cross: CrossCounts
  /** Accelerators that share the keys of a sequence (context parallelism); the other counts are this rank's. */
  readonly keyRanks: number
  readonly keyStride: number
  readonly keyExchange: ContextExchange
  readonly keyOrder: ContextOrder
  part(part: Part): Counts
  /** 1 when the pass has groups of that part, else 0: weights that only such groups read. */
  present(part: Part): number
  extent(shape: AttentionShape, part?: Part): Extent
  /** Expected number of distinct experts that this pass's tokens are routed to, each to `topK` of `numExperts`. */
  touched(numExperts: number, topK: number): number
  /**
   * This pass with its work weighed by the share of a product's elements that some token needs, when each needs one with
   * that chance: what a dense product computes, which cannot leave out what another of its rows needs. `among`: the share of
   * the tokens that come together in it (an expert's), which then are at least one; absent: all.
   */
  union(chance: number, among?: number): Pass
  readonly formats: Formats
  readonly kernel: AttentionKernel
  readonly convention: Convention
}

export interface Step {
  readonly groups: readonly StepGroup[]
  /** Rows the head computes; absent: one per sequence. */
  readonly logitTokens?: number
}

export function inPart(group: StepGroup, part: Part): boolean {
  return part === 'all' || group.newTokens <= SHORT_TOKENS === (part === 'short')
}

export function countTokens(groups: readonly StepGroup[], part: Part = 'all'): Counts {
  let tokens = 0
  let sequences = 0
  for (const group of groups) {
    if (!inPart(group, part)) continue
    tokens += group.sequences * group.newTokens
    sequences += group.sequences
  }
  return { tokens, sequences }
}

function sumExtent(groups: readonly StepGroup[], shape: AttentionShape, part: Part, tile: TileFacts): Extent {
  let pairs = 0
  let square = 0
  let keys = 0
  let tiled = 0
  for (const group of groups) {
    if (!inPart(group, part)) continue
    const { sequences, newTokens, contextTokens } = group
    const visible = visibleKeys(shape.pattern, newTokens, contextTokens)
    pairs += sequences * attendedPairs(shape.pattern, newTokens, contextTokens)
    square += sequences * computedPairs(shape.pattern, newTokens, contextTokens)
    keys += sequences * visible
    tiled += sequences * tiledKeys(shape, newTokens, contextTokens, tile)
  }
  return { pairs, square, keys, tiledKeys: tiled }
}

function sumCross(groups: readonly StepGroup[]): CrossCounts {
  let tokens = 0
  let sequences = 0
  let pairs = 0
  let keys = 0
  let newKeys = 0
  for (const group of groups) {
    const source = group.sourceTokens ?? 0
    if (source > 0) {
      tokens += group.sequences * group.newTokens
      sequences += group.sequences
    }
    pairs += group.sequences * group.newTokens * source
    keys += group.sequences * source
    newKeys += group.sequences * (group.newSourceTokens ?? 0)
  }
  return { tokens, sequences, attended: sequences > 0 ? 1 : 0, pairs, keys, newKeys, present: newKeys > 0 ? 1 : 0 }
}

/** E · (1 − (1 − k/E)^T): T tokens that each pick k of E experts uniformly. Routing is rarely uniform; skew touches fewer. */
export function expectedTouched(numExperts: number, topK: number, tokens: number): number {
  return topK >= numExperts
    ? tokens > 0
      ? numExperts
      : 0
    : numExperts * -Math.expm1(tokens * Math.log1p(-topK / numExperts))
}

/** 1 − (1 − p)^T; of a share of the tokens that come together, given that there is one. */
export function unionShare(chance: number, among: number, tokens: number): number {
  if (tokens === 0) return 0
  return expectedTouched(1, chance * among, tokens) / expectedTouched(1, among, tokens)
}

const times = <T extends object>(counts: T, weight: number): T =>
  Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, (value as number) * weight])) as T

const NO_EXTENT: Extent = { pairs: 0, square: 0, keys: 0, tiledKeys: 0 }

/** What a pass has of groups in decode form alone (`SHORT_TOKENS`): every sequence of such a group gets one row of the head. */
export function shortOnly(pass: Pass): Pass {
  const none: Counts = { tokens: 0, sequences: 0 }
  return {
    ...pass,
    get tokens() {
      return pass.part('short').tokens
    },
    get sequences() {
      return pass.part('short').sequences
    },
    part: (part) => (part === 'long' ? none : pass.part('short')),
    present: (part) => (part === 'long' ? 0 : pass.present('short')),
    extent: (shape, part) => (part === 'long' ? NO_EXTENT : pass.extent(shape, 'short')),
  }
}

/** A pass of weighted counts; what is either there or not stays. */
function weighted(pass: Pass, weight: number): Pass {
  const { attended, present } = pass.cross
  return {
    ...pass,
    tokens: pass.tokens * weight,
    sequences: pass.sequences * weight,
    logitTokens: pass.logitTokens * weight,
    cross: { ...times(pass.cross, weight), attended, present },
    part: (part) => times(pass.part(part), weight),
    extent: (shape, part) => times(pass.extent(shape, part), weight),
  }
}

interface PassSetting {
  readonly formats: Formats
  readonly kernel: AttentionKernel
  readonly convention: Convention
  readonly tile: TileFacts
}

/** The pass of a step, computed directly from its groups. */
export function passOf(step: Step, setting: PassSetting): Pass {
  const { groups } = step
  const all = countTokens(groups)
  const own: Pass = {
    tokens: all.tokens,
    sequences: all.sequences,
    logitTokens: step.logitTokens ?? all.sequences,
    cross: sumCross(groups),
    keyRanks: 1,
    keyStride: 1,
    keyExchange: 'ring',
    keyOrder: 'striped',
    part: (part) => (part === 'all' ? all : countTokens(groups, part)),
    present: (part) => (countTokens(groups, part).sequences > 0 ? 1 : 0),
    extent: (shape, part = 'all') => sumExtent(groups, shape, part, setting.tile),
    touched: (numExperts, topK) => expectedTouched(numExperts, topK, all.tokens),
    union: (chance, among = 1) => weighted(own, unionShare(chance, among, all.tokens)),
    formats: setting.formats,
    kernel: setting.kernel,
    convention: setting.convention,
  }
  return own
}
