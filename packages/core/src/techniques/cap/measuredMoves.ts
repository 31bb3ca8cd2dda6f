/**
 * Which way published measurements say a technique moves performance, and where they turn: beside what the cost model
 * computes, never instead of it. Also the techniques that are measured and are no row of the catalogue (MInference), which
 * have nothing else.
 */

import { type Crossover, findCrossovers } from '../../evidence/crossover.ts'
import { lookUp } from '../../evidence/lookup.ts'
import { metricOf } from '../../evidence/metrics.ts'
import type { EvidenceRecord } from '../../evidence/record.ts'
import { TECHNIQUES } from '../../evidence/techniques.ts'
import { crossoverText, quantityName } from '../../evidence/words.ts'
import { formatNumber } from '../../units/format.ts'
import { evidenceIdsOf } from '../catalog/evidence.ts'
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import type { AccuracyQuestion } from './accuracy.ts'
import { type Movement, movementWithin, together } from './movement.ts'

interface MeasuredMove {
  readonly movement: Movement
  /** `prefill TTFT 1.92× better`, the nearest rows first. */
  readonly rows: readonly string[]
  /** How far the nearest record is from the question; empty where as asked. */
  readonly answers: boolean
}

export function measuredPerformance(
  records: readonly EvidenceRecord[],
  technique: string,
  { model, contextTokens }: AccuracyQuestion,
): MeasuredMove | undefined {
  const own = records.filter(
    (one) => one.technique === technique && one.baseline?.against === 'without' && metricOf(one.metric)?.axis === 'P',
  )
  if (own.length === 0) return undefined
  const atLengths = own.filter((one) => one.contextTokens !== undefined).length * 2 >= own.length
  const { rows, status } = lookUp(own, { technique, model, ...(atLengths ? { contextTokens } : {}) })
  const moves: Movement[] = []
  const words: string[] = []
  for (const { benchmark, metric, nearest, spread } of rows) {
    const { effect } = nearest
    if (!effect) continue
    const isCost = metricOf(metric)?.better === 'lower'
    const factor = (change: number) => (isCost ? 1 / change : change)
    if (effect.changeIn === 'ratio' && spread) {
      const ends = [factor(spread.min), factor(spread.max)]
      moves.push(movementWithin(Math.min(...ends), Math.max(...ends)))
    } else if (effect.direction) {
      moves.push(effect.direction === 'better' ? 'improves' : effect.direction === 'worse' ? 'worsens' : 'keeps')
    }
    if (effect.changeIn !== 'ratio' || !(effect.change > 0)) continue
    const own = factor(effect.change)
    const size = formatNumber(own >= 1 ? own : 1 / own)
    words.push(`${benchmark} ${quantityName(metric)} ${size}× ${own >= 1 ? 'better' : 'worse'}`)
  }
  return { movement: together(moves), rows: words.slice(0, 2), answers: status === 'found' }
}

/** Where records of a technique turn once, in words. */
export function turnsOf(records: readonly EvidenceRecord[], technique: string, most = 1): string[] {
  const own = records.filter((one) => one.technique === technique)
  const clean = findCrossovers(own).filter(({ flips }: Crossover) => flips === 1)
  return clean.slice(0, most).map(crossoverText)
}

const CATALOGUED: ReadonlySet<string> = new Set(TECHNIQUE_ROWS.flatMap(({ id }) => evidenceIdsOf(id)))

/** What others are compared with: no techniques. */
const REFERENCE = /reference|The model as published|Position of the answer|MLPerf/

/** Techniques that are measured and stand in no document. */
export function measuredBeyond(records: readonly EvidenceRecord[]): string[] {
  const ids = new Set(records.map(({ technique }) => technique))
  return [...ids].filter((id) => !CATALOGUED.has(id) && !REFERENCE.test(TECHNIQUES.get(id)?.name ?? ''))
}
