/**
 * One row of evidence of accuracy: what of one benchmark and quantity is retained with the technique, over all measurements
 * that match, and whether it speaks here or only stands beside.
 */
import { distanceText } from '../../evidence/distance.ts'
import { spreadOf } from '../../evidence/effect.ts'
import type { EvidenceAnswer, EvidenceMatch, EvidenceRow } from '../../evidence/lookup.ts'
import { metricOf } from '../../evidence/metrics.ts'
import type { Grade, Setting } from '../../evidence/record.ts'
import { type Movement, movementWithin, together } from './movement.ts'
import { isOtherDose } from './speaking.ts'

export interface Retained {
  readonly low: number
  readonly median: number
  readonly high: number
  readonly n: number
}

export interface AccuracyRow {
  readonly technique: string
  readonly benchmark: string
  readonly metric: string
  readonly dose: Setting
  readonly retained?: Retained
  readonly movement: Movement
  readonly records: number
  /** Of them only bounded: they count in the direction alone. */
  readonly bounded: number
  readonly grades: Readonly<Record<Grade, number>>
  readonly models: readonly string[]
  readonly nearest: EvidenceMatch
  /** How far the nearest record is from the question; empty where it is as asked. */
  readonly distance: string
  /** Why it is only shown: it moves nothing and no level is held against it. */
  readonly aside?: Aside
}

/** What of a measurement keeps it from speaking for a technique here. */
export type Aside = 'another dose' | 'no model named'

function retainedOf({ record, effect }: EvidenceMatch): number | undefined {
  if (effect?.bound !== '=') return undefined
  const metric = metricOf(record.metric)
  if (effect.changeIn === 'points') return effect.baseline > 0 ? record.value / effect.baseline : undefined
  if (effect.changeIn !== 'ratio' || !(record.value > 0)) return undefined
  return metric?.better === 'lower' ? effect.baseline / record.value : record.value / effect.baseline
}

/** A match belongs to the row of its benchmark and quantity with the most of its setting. */
function rowAt(rows: readonly EvidenceRow[], { record, effect }: EvidenceMatch): number {
  let best = -1
  let most = -1
  rows.forEach((row, i) => {
    const { benchmark, metric, unit, against, dose } = row
    if (record.benchmark !== benchmark || record.metric !== metric || record.unit !== unit) return
    if (effect?.against !== against) return
    const entries = Object.entries(dose)
    if (entries.length <= most || !entries.every(([name, value]) => record.setting[name] === value)) return
    best = i
    most = entries.length
  })
  return best
}

const DIRECTIONS = { better: 'improves', worse: 'worsens', even: 'keeps' } as const

function accuracyRow(
  technique: string,
  row: EvidenceRow,
  matches: readonly EvidenceMatch[],
  asked: Setting,
): AccuracyRow {
  const isOther = matches.length > 0 && matches.every(({ record }) => isOtherDose(record, asked))
  const aside = isOther ? 'another dose' : row.models.length === 0 ? 'no model named' : undefined
  const spread = spreadOf(matches.map(retainedOf).filter((one) => one !== undefined))
  const bounded = matches.filter((match) => retainedOf(match) === undefined)
  const directions = bounded.flatMap(({ effect }) => (effect?.direction ? [DIRECTIONS[effect.direction]] : []))
  const retained = spread && { low: spread.min, median: spread.median, high: spread.max, n: spread.n }
  return {
    technique,
    benchmark: row.benchmark,
    metric: row.metric,
    dose: row.dose,
    ...(retained ? { retained } : {}),
    movement: retained ? movementWithin(retained.low, retained.high) : together(directions),
    records: row.records,
    bounded: bounded.length,
    grades: row.grades,
    models: row.models,
    nearest: row.nearest,
    distance: row.nearest.distance.gaps.length === 0 ? '' : distanceText(row.nearest.distance),
    ...(aside ? { aside } : {}),
  }
}

/** Rows that say something of the technique as asked; the others are only shown. */
export const speakingRows = (rows: readonly AccuracyRow[]): readonly AccuracyRow[] =>
  rows.filter(({ aside }) => aside === undefined)

/** Movements of rows together, of those that speak: a suite whose parts disagree is mixed, whatever its overall score. */
export function rowsMovement(rows: readonly AccuracyRow[]): Movement {
  return together(speakingRows(rows).map(({ movement }) => movement))
}

/** The rows of an answer; `asked`: the dose it was asked with. */
export function accuracyRows(answer: EvidenceAnswer, technique: string, asked: Setting): AccuracyRow[] {
  const groups = answer.rows.map((): EvidenceMatch[] => [])
  for (const match of answer.matches) groups[rowAt(answer.rows, match)]?.push(match)
  return answer.rows.map((row, i) => accuracyRow(technique, row, groups[i] ?? [], asked))
}
