/**
 * Which way a goal moves against the baseline. Changes are factors in which more than 1 is better; within one part in a
 * hundred of 1 they are even, the noise below which the evidence calls nothing a turn (`evidence/crossover.ts`).
 */
export const MOVEMENTS = ['improves', 'keeps', 'worsens', 'mixed', 'unknown'] as const

/** `mixed`: better in one respect, worse in another. `unknown`: nothing says. */
export type Movement = (typeof MOVEMENTS)[number]

export const EVEN = 0.01

/** A factor of improvement as a movement. */
export function movementOf(factor: number | undefined): Movement {
  if (factor === undefined || Number.isNaN(factor)) return 'unknown'
  if (factor > 1 + EVEN) return 'improves'
  return factor < 1 / (1 + EVEN) ? 'worsens' : 'keeps'
}

/** An interval of factors: mixed where it reaches past even on both sides. */
export function movementWithin(low: number, high: number): Movement {
  const [worst, best] = [movementOf(low), movementOf(high)]
  if (worst === 'worsens' && best === 'improves') return 'mixed'
  if (worst === 'worsens') return 'worsens'
  return best === 'improves' ? 'improves' : 'keeps'
}

/** Several respects of one goal together. */
export function together(movements: readonly Movement[]): Movement {
  const known = movements.filter((one) => one !== 'unknown')
  if (known.length === 0) return 'unknown'
  const ups = known.includes('improves')
  const downs = known.includes('worsens')
  if (known.includes('mixed') || (ups && downs)) return 'mixed'
  return ups ? 'improves' : downs ? 'worsens' : 'keeps'
}
