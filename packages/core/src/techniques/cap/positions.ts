/**
 * How much the place of the answer in the prompt matters (the basic test of accuracy under a long context): the worst
 * change against the answer standing first, of the model measured nearest ("Lost in the Middle", arXiv 2307.03172).
 */
import { distanceText } from '../../evidence/distance.ts'
import { lookUp } from '../../evidence/lookup.ts'
import type { EvidenceRecord } from '../../evidence/record.ts'

export interface PositionEvidence {
  readonly benchmark: string
  /** Points lost where it is worst; negative. */
  readonly worstPoints: number
  readonly baseline: number
  readonly value: number
  readonly record: EvidenceRecord
  readonly distance: string
}

export function positionEvidence(records: readonly EvidenceRecord[], model: string): PositionEvidence | undefined {
  const own = records.filter(
    (one) =>
      one.technique === 'lost-in-the-middle' && one.metric === 'accuracy' && one.baseline?.against === 'position',
  )
  if (own.length === 0) return undefined
  const { matches } = lookUp(own, { technique: 'lost-in-the-middle', model })
  const nearest = matches[0]?.distance.total
  let worst: PositionEvidence | undefined
  for (const { record, effect, distance } of matches) {
    if (effect?.changeIn !== 'points' || distance.total !== nearest) continue
    if (worst && effect.change >= worst.worstPoints) continue
    worst = {
      benchmark: record.benchmark,
      worstPoints: effect.change,
      baseline: effect.baseline,
      value: record.value,
      record,
      distance: distanceText(distance),
    }
  }
  return worst
}
