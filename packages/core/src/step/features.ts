/**
 * The features of a step that operators depend on, by name, and how each is computed from the step's groups. Work and
 * bytes of every operator are affine in them; `template.ts` finds the coefficients by asking the operators' builders with
 * one feature at a time set to one (`probePass`).
 */
import {
  type AttentionShape,
  attendedPairs,
  computedPairs,
  type StepGroup,
  type TileFacts,
  tiledKeys,
  visibleKeys,
} from '../architecture/extent.ts'
import type { Formats } from '../architecture/formats.ts'
import type { KernelSetting, Network } from '../architecture/network.ts'
import {
  type Counts,
  type CrossCounts,
  countTokens,
  type Extent,
  expectedTouched,
  inPart,
  type Part,
  type Pass,
  type Step,
  unionShare,
} from '../architecture/pass.ts'

type CrossFeature =
  | 'crossTokens'
  | 'crossSequences'
  | 'crossAttended'
  | 'crossPairs'
  | 'crossKeys'
  | 'crossNewKeys'
  | 'crossPresent'

export type Feature =
  | { readonly kind: 'tokens' | 'sequences' | 'present'; readonly part: Part }
  | { readonly kind: 'logits' | CrossFeature }
  | { readonly kind: 'pairs' | 'square' | 'keys' | 'tiledKeys'; readonly shape: AttentionShape; readonly part: Part }
  | { readonly kind: 'touched'; readonly numExperts: number; readonly topK: number }
  /** Another one, weighed by what a dense product computes (`Pass.union`). */
  | { readonly kind: 'union'; readonly of: Feature; readonly chance: number; readonly among: number }

/** The features a network's operators ask for, in the order first asked; hands the builders zeros but for the lit one. */
export class FeatureTable {
  readonly features: Feature[] = []
  readonly #index = new Map<string, number>()
  lit = -1

  value(key: string, feature: Feature): number {
    let at = this.#index.get(key)
    if (at === undefined) {
      at = this.features.length
      this.#index.set(key, at)
      this.features.push(feature)
    }
    return at === this.lit ? 1 : 0
  }
}

/** The counts of cross-attention and the feature each one is. */
const CROSS_FEATURES = {
  tokens: 'crossTokens',
  sequences: 'crossSequences',
  attended: 'crossAttended',
  pairs: 'crossPairs',
  keys: 'crossKeys',
  newKeys: 'crossNewKeys',
  present: 'crossPresent',
} as const satisfies Record<keyof CrossCounts, Feature['kind']>

/** What is there or not. */
const FLAGS: ReadonlySet<Feature['kind']> = new Set(['present', 'crossPresent', 'crossAttended'])

/** A pass whose counts are features: each is asked for only when a builder reads it, so that unused ones cost nothing. */
export function probePass(
  table: Pick<FeatureTable, 'value'>,
  network: Network,
  setting: KernelSetting,
  formats: Formats,
): Pass {
  const counts = (part: Part): Counts => ({
    get tokens() {
      return table.value(`tokens/${part}`, { kind: 'tokens', part })
    },
    get sequences() {
      return table.value(`sequences/${part}`, { kind: 'sequences', part })
    },
  })
  const extent = (shape: AttentionShape, part: Part = 'all'): Extent => {
    const of = JSON.stringify([shape.pattern, shape.queryHeadsPerKvHead, shape.keyValueBytes, shape.queryBytes, part])
    const value = (kind: 'pairs' | 'square' | 'keys' | 'tiledKeys') =>
      table.value(`${kind}/${of}`, { kind, shape, part })
    return {
      get pairs() {
        return value('pairs')
      },
      get square() {
        return value('square')
      },
      get keys() {
        return value('keys')
      },
      get tiledKeys() {
        return value('tiledKeys')
      },
    }
  }
  const cross = {} as CrossCounts
  for (const [name, kind] of Object.entries(CROSS_FEATURES)) {
    Object.defineProperty(cross, name, { get: () => table.value(kind, { kind }) })
  }
  const all = counts('all')
  return {
    get tokens() {
      return all.tokens
    },
    get sequences() {
      return all.sequences
    },
    get logitTokens() {
      return table.value('logits', { kind: 'logits' })
    },
    cross,
    keyRanks: 1,
    keyStride: 1,
    keyExchange: 'ring',
    keyOrder: 'striped',
    part: (part) => (part === 'all' ? all : counts(part)),
    present: (part) => table.value(`present/${part}`, { kind: 'present', part }),
    extent,
    touched: (numExperts, topK) => table.value(`touched/${numExperts}/${topK}`, { kind: 'touched', numExperts, topK }),
    union: (chance, among = 1) => {
      const weighs = (of: Feature) => of.kind !== 'touched' && !FLAGS.has(of.kind)
      const value = (key: string, of: Feature) =>
        weighs(of)
          ? table.value(`union/${chance}/${among}/${key}`, { kind: 'union', of, chance, among })
          : table.value(key, of)
      return probePass({ value }, network, setting, formats)
    },
    formats,
    kernel: setting.kernel,
    convention: network.convention,
  }
}

/** What one group adds to a feature. */
function groupFeature(feature: Exclude<Feature, { kind: 'union' }>, g: StepGroup, tile: TileFacts): number {
  const n = g.sequences
  if ('part' in feature && !inPart(g, feature.part)) return 0
  switch (feature.kind) {
    case 'tokens':
    case 'touched':
      return n * g.newTokens
    case 'sequences':
    case 'present':
    case 'logits':
      return n
    case 'crossTokens':
      return (g.sourceTokens ?? 0) > 0 ? n * g.newTokens : 0
    case 'crossSequences':
    case 'crossAttended':
      return (g.sourceTokens ?? 0) > 0 ? n : 0
    case 'crossPairs':
      return n * g.newTokens * (g.sourceTokens ?? 0)
    case 'crossKeys':
      return n * (g.sourceTokens ?? 0)
    case 'crossNewKeys':
    case 'crossPresent':
      return n * (g.newSourceTokens ?? 0)
    case 'pairs':
      return n * attendedPairs(feature.shape.pattern, g.newTokens, g.contextTokens)
    case 'square':
      return n * computedPairs(feature.shape.pattern, g.newTokens, g.contextTokens)
    case 'keys':
      return n * visibleKeys(feature.shape.pattern, g.newTokens, g.contextTokens)
    case 'tiledKeys':
      return n * tiledKeys(feature.shape, g.newTokens, g.contextTokens, tile)
  }
}

export function featureOf(feature: Feature, step: Step, tile: TileFacts): number {
  if (feature.kind === 'union') {
    const { of, chance, among } = feature
    return featureOf(of, step, tile) * unionShare(chance, among, countTokens(step.groups).tokens)
  }
  if (feature.kind === 'logits' && step.logitTokens !== undefined) return step.logitTokens
  const { groups } = step
  let total = 0
  for (let i = 0; i < groups.length; i++) total += groupFeature(feature, groups[i] as StepGroup, tile)
  if (feature.kind === 'touched') return expectedTouched(feature.numExperts, feature.topK, total)
  if (FLAGS.has(feature.kind)) return total > 0 ? 1 : 0
  return total
}

const plainOf = (feature: Feature): Feature => (feature.kind === 'union' ? plainOf(feature.of) : feature)

const patternsOf = (features: readonly Feature[]) =>
  features
    .map(plainOf)
    .filter((feature) => 'shape' in feature)
    .map((feature) => feature.shape.pattern)

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/**
 * Contexts this far apart are alike for every pattern that counts in steps (⌊context / ratio⌋ grows by whole ones), so that every
 * feature of one-token steps is piecewise linear along them.
 */
export function commonStride(features: readonly Feature[]): number {
  const steps = patternsOf(features).flatMap((pattern) => {
    if (pattern.kind === 'compressed') return [pattern.ratio]
    return pattern.kind === 'sparse' ? [Math.max(1, pattern.stride), pattern.dilation] : []
  })
  return steps.reduce((a, b) => (a * b) / gcd(a, b), 1)
}

/** The period after which chunked (or segmented) attention starts anew; undefined without it. One that divides all others. */
export function smallestChunk(features: readonly Feature[]): number | undefined {
  const chunks = patternsOf(features).flatMap((pattern) => {
    if (pattern.kind === 'chunked') return [pattern.chunk]
    return pattern.kind === 'segments' ? [pattern.segment] : []
  })
  return chunks.length > 0 ? chunks.reduce(gcd) : undefined
}
