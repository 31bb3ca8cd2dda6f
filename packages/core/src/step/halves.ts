/**
 * The two micro-batches of a step whose exchanges run beside computation: while one computes, the other's partial results
 * travel. Sequences are halved; a step of one sequence is halved by its tokens, the second half seeing the first; one token
 * of one sequence cannot be. Each half reads the weights and launches its kernels for itself: what overlap costs.
 */
import type { StepGroup } from '../architecture/extent.ts'

export type Halves = readonly [first: readonly StepGroup[], second: readonly StepGroup[]]

export function halvesOf(groups: readonly StepGroup[]): Halves | undefined {
  const first: StepGroup[] = []
  const second: StepGroup[] = []
  for (const group of groups) {
    const { sequences, newTokens, contextTokens } = group
    const more = Math.ceil(sequences / 2)
    if (sequences > more) {
      first.push({ ...group, sequences: more })
      second.push({ ...group, sequences: sequences - more })
    } else if (newTokens > 1) {
      const early = Math.ceil(newTokens / 2)
      const { newSourceTokens, ...seen } = group
      first.push({ ...group, newTokens: early })
      second.push({ ...seen, newTokens: newTokens - early, contextTokens: contextTokens + early })
    } else {
      const emptier = first.length > second.length ? second : first
      emptier.push(group)
    }
  }
  return first.length > 0 && second.length > 0 ? [first, second] : undefined
}
