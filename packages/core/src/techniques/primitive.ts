/**
 * A primitive: a pure function on a plan, with parameters and an identity setting. Techniques of the catalogue are lists of
 * primitives with parameters; composing them sorts by stage and applies each once.
 */
import type { Result } from '../units/result.ts'
import type { Plan } from './plan.ts'

export type Value = number | string | boolean
export type Values = { readonly [name: string]: Value }

/** One parameter: how it is read, bounded and explained. */
export interface Parameter {
  readonly kind: 'number' | 'count' | 'choice' | 'text' | 'switch'
  readonly help: string
  readonly unit?: string
  readonly default: Value
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  /** Value at which the primitive changes nothing (of this parameter alone, the others at their defaults). */
  readonly identity?: Value
  /** It says what a technique is and changes no number: at every value, or at these. */
  readonly describes?: true | readonly Value[]
}

/** Order of application; what no request waits for is last. */
export const STAGES = [
  'base',
  'calls',
  'shape',
  'attention',
  'numbers',
  'touched',
  'steps',
  'kernels',
  'places',
  'schedule',
  'offline',
] as const
export type Stage = (typeof STAGES)[number]

export interface Primitive {
  readonly id: string
  readonly name: string
  readonly stage: Stage
  /** What it changes, in one sentence with the formula. */
  readonly summary: string
  readonly parameters: { readonly [name: string]: Parameter }
  /** Values at which the plan comes back unchanged. */
  readonly identity: Values
  /**
   * Fails where the model or hardware cannot take it (no attention, no such tier, impossible budget). `assumed`: values that
   * nobody asked for, which may give way to what the model allows.
   */
  apply(plan: Plan, values: Values, assumed?: readonly string[]): Result<Plan>
}

/** One primitive of a technique with its parameters. */
export interface Use {
  readonly primitive: string
  readonly with: Values
  /** Parameters that are only general knowledge; the others are cited by the technique's row. */
  readonly assumed?: readonly string[]
}
