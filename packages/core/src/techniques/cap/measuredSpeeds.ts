/**
 * Measured speed-ups of a selection, member by member, to stand beside what the model of costs says of it. They are other
 * people's measurements in their own settings (batch, model, hardware): an interval with how many sources and of which grade,
 * a bound where only a bound is published, or no evidence; factors of several members are never multiplied, and nothing of
 * it enters a prediction.
 */
import type { EvidenceRecord, Grade } from '../../evidence/record.ts'
import { measuredCombination } from './measured.ts'
import {
  conditionsText,
  type MeasuredSpeed,
  measuredSpeedUnder,
  rangeText,
  type SpeedBounds,
  speedBoundsUnder,
  speedNamesOf,
} from './measuredSpeed.ts'
import type { Selection } from './selection.ts'

export interface SpeedEvidence {
  /** A member as it is written; of members that were measured as one, all of them. */
  readonly member: string
  /** It speaks of the whole selection. */
  readonly isWhole: boolean
  /** Absent: no evidence. */
  readonly speed?: MeasuredSpeed
  /** What is published as a bound only ("up to"): it speaks where no figure does. */
  readonly bounds?: SpeedBounds
  /** Different sources of the records. */
  readonly sources: number
  /** The grades that occur, best first: `AB`. */
  readonly grades: string
  /** Where and on what: `spec-bench; batch 1; Vicuna 7B; A100`. */
  readonly settings: string
}

const GRADES: readonly Grade[] = ['A', 'B', 'C']

/** What speaks: figures, or where there are none the bounds. */
const spokenOf = ({ speed, bounds }: Pick<SpeedEvidence, 'speed' | 'bounds'>): readonly EvidenceRecord[] =>
  speed?.records ?? bounds?.records ?? []

function evidenceFor(
  member: string,
  isWhole: boolean,
  all: readonly EvidenceRecord[],
  names: readonly string[],
): SpeedEvidence {
  const [speed, bounds] = [measuredSpeedUnder(all, names), speedBoundsUnder(all, names)]
  const own = { ...(speed ? { speed } : {}), ...(bounds ? { bounds } : {}) }
  const records = spokenOf(own)
  return {
    member,
    isWhole,
    ...own,
    sources: new Set(records.map(({ source }) => source.key)).size,
    grades: GRADES.filter((grade) => records.some((record) => record.grade === grade)).join(''),
    settings: conditionsText(records),
  }
}

/** One entry a member; before them one for the whole, where somebody measured the members as one. */
export function measuredSpeedsOf(records: readonly EvidenceRecord[], { members }: Selection): SpeedEvidence[] {
  const whole = members.length > 1 ? measuredCombination(members) : undefined
  const together = whole && evidenceFor(members.map(({ text }) => text).join(', '), true, records, [whole.technique])
  return [
    ...(together?.speed ? [together] : []),
    ...members.map((member) => evidenceFor(member.text, members.length === 1, records, speedNamesOf(member))),
  ]
}

/** `1.13× to 1.34×`, `at most 1.9×`, or `no evidence`. */
export function speedText({ speed, bounds }: SpeedEvidence): string {
  return rangeText(speed, bounds) || 'no evidence'
}

/** `1 source, grade A`; empty without evidence. */
export function sourcesText({ sources, grades }: SpeedEvidence): string {
  return sources > 0 ? `${sources} ${sources === 1 ? 'source' : 'sources'}, grade ${grades}` : ''
}

/** All of it in a line: the figures, and beside them what is only bounded. */
export function speedLine(one: SpeedEvidence): string {
  const about = [sourcesText(one), one.settings].filter((text) => text !== '').join('; ')
  const { speed, bounds } = one
  const beside = speed && bounds ? `; ${rangeText(undefined, bounds)} (${conditionsText(bounds.records)})` : ''
  return `${one.member}: ${speedText(one)}${about === '' ? '' : ` (${about})`}${beside}`
}

/** For JSON: factors as improvements, `null` where there is no evidence; bounds stand apart from figures. */
export function measuredSpeedsJson(all: readonly SpeedEvidence[]) {
  return all.map(({ member, isWhole, speed, bounds, sources, grades, settings }) => ({
    member,
    isWhole,
    low: speed?.low ?? null,
    high: speed?.high ?? null,
    atLeast: bounds?.atLeast ?? null,
    atMost: bounds?.atMost ?? null,
    sources,
    grades,
    settings,
    records: spokenOf({ ...(speed ? { speed } : {}), ...(bounds ? { bounds } : {}) }).map(({ id, source, place }) => ({
      id,
      source: source.name,
      url: source.url,
      place,
    })),
  }))
}
