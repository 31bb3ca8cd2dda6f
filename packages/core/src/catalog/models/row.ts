/** What a row of the model catalogue holds, and the shorthand for published counts that are labels. */
import type { ModelSpec } from '../../architecture/model.ts'
import type { MODEL_SOURCES } from './sources.ts'

export type ModelSourceKey = keyof typeof MODEL_SOURCES

/** Parameter counts as their publisher gives them. */
export interface PublishedCount {
  readonly total: number
  readonly active?: number
  readonly source: ModelSourceKey
  /** Present where `total` is a label such as `30B`: one unit of its last digit, by which a rounded or cut label can be off. */
  readonly totalStep?: number
  /** The same for `active`; publishers give active counts as labels. */
  readonly activeStep?: number
  /** Where the active count was read, when elsewhere. */
  readonly activeSource?: ModelSourceKey
  /** What the total counts otherwise than we do: with the multi-token-prediction head, or the language part alone. */
  readonly totalCounts?: 'with-mtp' | 'without-towers'
  /** What the active count leaves out. */
  readonly activeWithout?: readonly ('embedding' | 'towers')[]
  readonly note?: string
}

export interface ModelRow {
  readonly spec: ModelSpec
  /** Repository names, and the short names people type. */
  readonly aliases: readonly string[]
  /** Where the configuration's numbers were read. */
  readonly source: ModelSourceKey
  readonly published: PublishedCount
  /** What the source does not say as the row says it, and why. */
  readonly note?: string
}

export const BILLION = 1e9
export const MILLION = 1e6

/** A count given to so many billions, such as `30B`: rounded or cut, it can be off by one unit of its last digit. */
export function billions(label: string): { readonly total: number; readonly totalStep: number } {
  return { total: Math.round(Number(label) * 1000) * MILLION, totalStep: BILLION / 10 ** decimals(label) }
}

export function activeBillions(label: string): { readonly active: number; readonly activeStep: number } {
  return { active: Math.round(Number(label) * 1000) * MILLION, activeStep: BILLION / 10 ** decimals(label) }
}

const decimals = (label: string) => label.split('.')[1]?.length ?? 0
