/** Scenarios side by side, as the page shows them: core's comparison, and what stands under each one's name. */
import {
  type Analysis,
  type Comparison,
  type ComparisonRow,
  type Contender,
  compareAnalyses,
  describeLayout,
  rankCount,
} from '@capline/core'

export interface Compared extends Comparison {
  /** Basis and layout of each scenario, then its techniques. */
  readonly details: readonly string[]
  /** What its techniques change in each scenario, against the same without them. */
  readonly changes: readonly (readonly string[])[]
  /** Speed-ups that others measured, a row for a technique. */
  readonly measured: readonly ComparisonRow[]
  /** What could not be loaded. */
  readonly remark?: string
}

export function detailOf(analysis: Analysis, techniques = ''): string {
  const layout = rankCount(analysis.layout) > 1 ? [describeLayout(analysis.layout)] : []
  return [analysis.basis, ...layout, ...(techniques === '' ? [] : [`with ${techniques}`])].join(' · ')
}

export function comparedOf(all: readonly Contender[], techniques: readonly string[] = []): Compared {
  return {
    ...compareAnalyses(all),
    details: all.map(({ analysis }, i) => detailOf(analysis, techniques[i])),
    changes: all.map(() => []),
    measured: [],
  }
}
