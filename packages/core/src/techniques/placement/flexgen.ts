/**
 * FlexGen's placement as a linear program (Sheng et al. 2023, arXiv 2303.06865, section 4.3): which shares of weights, cache
 * and activations lie on the accelerator, the host and the disk, for the least time of a block of sequences. The paper's
 * formulas are for one OPT layer; here the amounts come from the operators of any model.
 *
 *   minimise   Tp + (n − 1) · Tg
 *   Tp ≥ link in, link out, disk in, disk out, computation of the prefill;  Tg ≥ the same of a decode step
 *   shares of each class sum to one; each tier holds its shares of weights, cache at the end and activations
 *
 * Weights that stream through the accelerator need room for two layers. Attention over a cache on the host is done there
 * where `hostAttention` holds. Seconds, bytes, byte/s.
 */
import type { LinearProgram, Terms } from './program.ts'

/** What one step moves and takes when everything were elsewhere, or everything here. */
export interface StepAmounts {
  readonly weightBytes: number
  readonly kvReadBytes: number
  readonly kvWriteBytes: number
  readonly activationBytes: number
  /** Without attention over the cache, where the host may do that. */
  readonly computeS: number
  /** Attention over the whole cache, here and on the host, with the way there. */
  readonly attentionS: number
  readonly hostAttentionS: number
}

export interface PlacementProblem {
  readonly prefill: StepAmounts
  readonly decode: StepAmounts
  /** Decode steps of the block. */
  readonly steps: number
  readonly hostAttention: boolean
  readonly linkBytePerS: number
  readonly diskBytePerS: number
  /** Held for the whole block. */
  readonly weightBytes: number
  readonly kvBytes: number
  readonly activationBytes: number
  /** Share of the weights that is in transit while they stream. */
  readonly stagingShare: number
  readonly capacity: { readonly accelerator: number; readonly host: number; readonly disk: number }
}

export const SHARES = [
  'weights_accelerator',
  'weights_host',
  'weights_disk',
  'kv_accelerator',
  'kv_host',
  'kv_disk',
  'activations_accelerator',
  'activations_host',
  'activations_disk',
] as const
export type ShareName = (typeof SHARES)[number]

/** Times that a step must at least take, as terms of the shares, and what is left without any. */
function bounds(
  p: PlacementProblem,
  phase: 'prefill' | 'decode',
): { readonly name: string; readonly terms: Terms; readonly fixed: number }[] {
  const { linkBytePerS: link, diskBytePerS: disk } = p
  const amounts = p[phase]
  // Attention of a prompt is over keys it has just made.
  const hostAttention = p.hostAttention && phase === 'decode'
  const w = amounts.weightBytes
  const read = hostAttention ? 0 : amounts.kvReadBytes
  const written = hostAttention ? 0 : amounts.kvWriteBytes
  const a = amounts.activationBytes
  const outside = (weights: number, kv: number, activations: number, rate: number): Terms => ({
    weights_host: weights / rate,
    weights_disk: weights / rate,
    kv_host: kv / rate,
    kv_disk: kv / rate,
    activations_host: activations / rate,
    activations_disk: activations / rate,
  })
  const onDisk = (weights: number, kv: number, activations: number): Terms => ({
    weights_disk: weights / disk,
    kv_disk: kv / disk,
    activations_disk: activations / disk,
  })
  const away = amounts.hostAttentionS - amounts.attentionS
  const attention: Terms = hostAttention ? { kv_host: away, kv_disk: away } : {}
  return [
    { name: 'link_in', terms: outside(w, read, a, link), fixed: 0 },
    { name: 'link_out', terms: outside(0, written, a, link), fixed: 0 },
    { name: 'disk_in', terms: onDisk(w, read, a), fixed: 0 },
    { name: 'disk_out', terms: onDisk(0, written, a), fixed: 0 },
    { name: 'compute', terms: attention, fixed: amounts.computeS + amounts.attentionS },
  ]
}

/** Where two placements take the same time, the nearer tier is preferred: by this share of the block's computation. */
const NEARER = 1e-6

/** A tier filled to the last byte is over full by the rounding of a solver. */
const HEADROOM = 1e-6

export function placementProgram(p: PlacementProblem): LinearProgram {
  const computeS = p.prefill.computeS + p.prefill.attentionS + p.steps * (p.decode.computeS + p.decode.attentionS)
  const nearer: { [share: string]: number } = {}
  for (const what of ['weights', 'kv', 'activations']) {
    nearer[`${what}_host`] = NEARER * computeS
    nearer[`${what}_disk`] = 2 * NEARER * computeS
  }
  const times = (['prefill', 'decode'] as const).flatMap((phase) =>
    bounds(p, phase).map(({ name, terms, fixed }) => ({
      name: `${phase}_${name}`,
      terms: { ...terms, [`${phase}_s`]: -1 },
      sense: '<=' as const,
      bound: -fixed,
    })),
  )
  const sums = ['weights', 'kv', 'activations'].map((what) => ({
    name: `all_${what}`,
    terms: { [`${what}_accelerator`]: 1, [`${what}_host`]: 1, [`${what}_disk`]: 1 },
    sense: '=' as const,
    bound: 1,
  }))
  const staging = p.stagingShare * p.weightBytes
  // In shares of the largest amount, so that no solver has to tell bytes from seconds.
  const unit = Math.max(p.weightBytes, p.kvBytes, p.activationBytes)
  const tiers = (['accelerator', 'host', 'disk'] as const).map((tier) => {
    const transit = tier === 'accelerator' ? staging : 0
    return {
      name: `capacity_${tier}`,
      terms: {
        [`weights_${tier}`]: (p.weightBytes - transit) / unit,
        [`kv_${tier}`]: p.kvBytes / unit,
        [`activations_${tier}`]: p.activationBytes / unit,
      },
      sense: '<=' as const,
      bound: (p.capacity[tier] * (1 - HEADROOM) - transit) / unit,
    }
  })
  return {
    variables: [...SHARES, 'prefill_s', 'decode_s'],
    objective: { prefill_s: 1, decode_s: p.steps, ...nearer },
    constraints: [...times, ...sums, ...tiers],
  }
}

/** Of the largest amount: what a solver may be over a capacity by. */
const ROUNDING = 1e-7

/** Time of a block at given shares, as the program counts it; Infinity where they do not fit. The grid of tests walks over it. */
export function blockPricer(p: PlacementProblem): (shares: { readonly [K in ShareName]: number }) => number {
  const capacities = placementProgram(p).constraints.filter(({ name }) => name.startsWith('capacity_'))
  const phases = [
    { weight: 1, rows: bounds(p, 'prefill') },
    { weight: p.steps, rows: bounds(p, 'decode') },
  ]
  return (shares) => {
    const sum = (terms: Terms): number => {
      let total = 0
      for (const name in terms) total += (terms[name] as number) * shares[name as ShareName]
      return total
    }
    for (const { terms, bound } of capacities) if (sum(terms) > bound + ROUNDING) return Number.POSITIVE_INFINITY
    let total = 0
    for (const { weight, rows } of phases) {
      let worst = 0
      for (const { terms, fixed } of rows) worst = Math.max(worst, fixed + sum(terms))
      total += weight * worst
    }
    return total
  }
}
