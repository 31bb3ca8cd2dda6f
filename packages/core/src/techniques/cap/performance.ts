/**
 * P: what the user of a deployment feels and pays: time to first token, time per token, tokens per second, price per
 * million tokens, energy; continuous, each beside the baseline's. Factors are improvements: more than 1 is better.
 */
import type { Outcome, Performance } from '../evaluate.ts'
import { type Movement, movementOf, together } from './movement.ts'

export const PERFORMANCE_QUANTITIES = {
  ttft: { label: 'Time to first token', less: true, of: ({ ttftS }: Performance) => ttftS },
  tpot: { label: 'Time per output token', less: true, of: ({ tpotS }: Performance) => tpotS },
  e2e: { label: 'Whole answer', less: true, of: ({ e2eS }: Performance) => e2eS },
  throughput: {
    label: 'Output tokens per second',
    less: false,
    of: ({ outputTokensPerS }: Performance) => outputTokensPerS,
  },
  cost: {
    label: 'Price per million output tokens',
    less: true,
    of: (one: Performance) => one.priceUsdPerMillionOutputTokens,
  },
  energy: { label: 'Energy per output token', less: true, of: (one: Performance) => one.energyJPerToken },
} as const satisfies Record<
  string,
  { readonly label: string; readonly less: boolean; readonly of: (one: Performance) => number | undefined }
>

export type PerformanceQuantity = keyof typeof PERFORMANCE_QUANTITIES

/** What the survey's P is made of: the others follow from these. */
const FELT: readonly PerformanceQuantity[] = ['ttft', 'tpot', 'cost']

export interface PerformanceAnswer {
  readonly values: Performance
  /** Improvement over the baseline, by quantity; absent where one side has none. */
  readonly factors: { readonly [Q in PerformanceQuantity]?: number }
  readonly movement: Movement
  /**
   * One number for pictures: how much faster a whole answer comes; where that is even, how much cheaper it is. Price is
   * accelerator time where no price is known, so machines that are added count.
   */
  readonly factor: number
}

const accelerator = ({ outputTokensPerS, accelerators }: Performance) => outputTokensPerS / accelerators

export function performanceAnswer({ performance }: Outcome, baseline: Outcome): PerformanceAnswer {
  const before = baseline.performance
  const factors: { [Q in PerformanceQuantity]?: number } = {}
  for (const [id, { of, less }] of Object.entries(PERFORMANCE_QUANTITIES) as [
    PerformanceQuantity,
    (typeof PERFORMANCE_QUANTITIES)[PerformanceQuantity],
  ][]) {
    const [now, then] = [of(performance), of(before)]
    if (now === undefined || then === undefined) continue
    factors[id] = now === then ? 1 : less ? then / now : now / then
  }
  const cost = factors.cost ?? accelerator(performance) / accelerator(before)
  const felt = FELT.map((id) => movementOf(id === 'cost' ? cost : (factors[id] ?? 1)))
  const e2e = factors.e2e ?? 1
  return {
    values: performance,
    factors,
    movement: together(felt),
    factor: movementOf(e2e) === 'keeps' ? cost : e2e,
  }
}
