/**
 * Measured techniques that no document of the catalogue names, by their measurements alone: MInference is known to answer
 * better and sooner on long prompts, which would fill the empty type AP.
 */
import type { EvidenceRecord } from '../../evidence/record.ts'
import { TECHNIQUES } from '../../evidence/techniques.ts'
import { AccuracyOf, type AccuracyQuestion, indexAccuracy } from './accuracy.ts'
import { rowsMovement } from './accuracyRow.ts'
import { measuredBeyond, measuredPerformance, turnsOf } from './measuredMoves.ts'
import type { Movement } from './movement.ts'

export interface MeasuredAudit {
  readonly technique: string
  readonly name: string
  readonly A: Movement
  /** Of overall scores alone: parts of a suite may disagree, which `A` says. */
  readonly overallA: Movement
  readonly P: Movement
  readonly words: readonly string[]
}

/** Those with measurements of both accuracy and performance. */
export function auditMeasured(records: readonly EvidenceRecord[], question: AccuracyQuestion): MeasuredAudit[] {
  const accuracy = new AccuracyOf(indexAccuracy(records), question)
  return measuredBeyond(records).flatMap((technique) => {
    const name = TECHNIQUES.get(technique)?.name ?? technique
    const moved = measuredPerformance(records, technique, question)
    const answer = accuracy.measured(technique)
    if (!moved || !answer || answer.rows.length === 0) return []
    const rows = answer.rows.filter(({ retained }) => retained !== undefined).slice(0, 2)
    const words = [
      ...rows.map(
        ({ benchmark, retained, distance }) =>
          `${benchmark} ${Math.round(1000 * (retained?.median ?? 1)) / 10} % retained${distance ? ` (${distance})` : ''}`,
      ),
      ...moved.rows,
      ...turnsOf(records, technique),
    ]
    const overallA = rowsMovement(answer.rows.filter(({ benchmark }) => !benchmark.includes('/')))
    return [{ technique, name, A: answer.movement, overallA, P: moved.movement, words }]
  })
}
