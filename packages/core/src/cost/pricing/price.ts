/**
 * What a kernel-wise cost (calibrated or measured) makes of one operator: a function that prices its call in any step.
 * The step comes in as the operator's own quantities and, for attention, as the groups of the step; seconds go out. One
 * operator is prepared once per network; calls allocate nothing.
 */
import type { StepGroup } from '../../architecture/extent.ts'
import type { Operator } from '../../architecture/operator.ts'

/** The quantities of an operator in a step, as `step/template.ts` fills them in. */
export interface Load {
  /** Rows of its product. */
  readonly rows: number
  readonly flop: number
  readonly vectorFlop: number
  readonly bytes: number
  readonly linkBytes: number
  /**
   * Of the plain operator's time under the roofs, what a rewritten one takes (1: as it was). Who asks multiplies by it: a
   * kernel keeps its distance from the roofs; what travels does not change with it.
   */
  readonly share: number
}

export interface Range {
  readonly low: number
  readonly high: number
  /** Constants of another device. */
  readonly borrowed: boolean
  /** Outside what the constants were fitted to, or priced by bytes and work for want of a kernel. */
  readonly extrapolated: boolean
}

export interface Price {
  /** Whether the groups of the step matter beyond the load. */
  readonly byGroups: boolean
  seconds(load: Load, groups: readonly StepGroup[]): number
  /** For people: the interval around `seconds`, and where it comes from. */
  range(load: Load, groups: readonly StepGroup[], seconds: number): Range
}

export interface Pricer {
  /** `columns`: outputs of the stacked product that this operator leads, 0 when it rides with another (`stack.ts`). */
  price(operator: Operator, columns: number): Price
}

export const FREE: Price = {
  byGroups: false,
  seconds: () => 0,
  range: () => ({ low: 0, high: 0, borrowed: false, extrapolated: false }),
}

export const NONE: Range = { low: 0, high: 0, borrowed: false, extrapolated: false }

/** The same interval, marked as outside what was measured. */
export const widen = (range: Range, also: boolean): Range => (also ? { ...range, extrapolated: true } : range)

/** Queries are filled in anew for every call, not made. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] }
