/**
 * The published measurements, fetched from beside the page when a question about techniques first needs them, once; and the
 * table of those that speak for one technique.
 */
import {
  AGAINST_WORDS,
  baselineText,
  changeText,
  crossoverText,
  distanceText,
  type EvidenceRow,
  type EvidenceSet,
  evidenceIdsOf,
  fail,
  lookUp,
  ok,
  quantityName,
  type Result,
  readEvidence,
  settingText,
  spreadText,
  valueText,
} from '@capline/core'
import evidenceUrl from '@capline/core/evidence.tsv?url'
import type { EvidenceLine, EvidenceTable } from './protocol.ts'

let loading: Promise<Result<EvidenceSet>> | undefined

async function fetchEvidence(): Promise<Result<EvidenceSet>> {
  const place = 'evidence'
  try {
    const response = await fetch(evidenceUrl)
    if (!response.ok) return fail(place, `could not be loaded (${response.status})`, 'Reload the page')
    return readEvidence(await response.text(), place)
  } catch {
    return fail(place, 'could not be loaded', 'Open the page once with its server, then it stays')
  }
}

/** Kept when it came; asked again when it did not. */
export async function loadEvidence(): Promise<Result<EvidenceSet>> {
  loading ??= fetchEvidence()
  const set = await loading
  if (!set.ok) loading = undefined
  return set
}

const AXES = { C: 'context', A: 'accuracy', P: 'performance' } as const
const MOST_MODELS = 3
const MOST_LINES = 400

function lineOf(row: EvidenceRow): EvidenceLine {
  const { record, effect, distance } = row.nearest
  const spread = spreadText(row)
  const { models } = row
  const shown = models.slice(0, MOST_MODELS).join(', ')
  return {
    benchmark: row.benchmark,
    quantity: quantityName(row.metric),
    axis: AXES[row.axis],
    change: effect ? spread || changeText(effect) : '',
    values: effect
      ? `${valueText(record)} against ${baselineText(record)} (${AGAINST_WORDS[effect.against]})`
      : valueText(record),
    setting: settingText(record.setting),
    models: models.length > MOST_MODELS ? `${shown} and ${models.length - MOST_MODELS} more` : shown,
    records: row.records,
    grade: record.grade,
    distance: distance.gaps.length > 0 ? distanceText(distance) : '',
    source: { name: record.source.name, url: record.source.url, place: record.place },
  }
}

/** What was measured of a technique, nearest to the model asked about first. */
export async function evidenceTables(id: string, model: string): Promise<Result<readonly EvidenceTable[]>> {
  const set = await loadEvidence()
  if (!set.ok) return set
  return ok(
    evidenceIdsOf(id).map((technique) => {
      const { records } = set.value
      const near = lookUp(records, { technique, model })
      // As asked first; then everything that is known of it.
      const all = lookUp(records, { technique })
      const key = (row: EvidenceRow) => row.nearest.record.id
      const first = new Set(near.status === 'found' ? near.rows.map(key) : [])
      const rows = [...(near.status === 'found' ? near.rows : []), ...all.rows.filter((row) => !first.has(key(row)))]
      return {
        technique: all.technique.name,
        words: near.words,
        lines: rows.slice(0, MOST_LINES).map(lineOf),
        beyond: Math.max(0, rows.length - MOST_LINES),
        crossovers: near.crossovers.map(({ crossover }) => crossoverText(crossover)),
      }
    }),
  )
}
