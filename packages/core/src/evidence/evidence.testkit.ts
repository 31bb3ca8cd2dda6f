/** The committed data, read once, for tests. */
import { readFileSync } from 'node:fs'
import type { EvidenceRecord, EvidenceSet } from './record.ts'
import { readEvidence } from './table.ts'

export const TEXT = readFileSync(new URL('../../data/evidence/evidence.tsv', import.meta.url), 'utf8')

export function committed(): EvidenceSet {
  const read = readEvidence(TEXT)
  if (!read.ok) throw new Error(read.problem.reason)
  return read.value
}

export function record(change: Partial<EvidenceRecord> = {}): EvidenceRecord {
  return {
    id: 'T1',
    technique: 'kivi',
    setting: {},
    benchmark: 'mmlu',
    metric: 'accuracy',
    unit: '%',
    value: 50,
    bound: '=',
    grade: 'A',
    source: { key: 'S1', name: 'a/b', commit: 'a'.repeat(40), path: 'README.md', url: 'https://example.org' },
    place: 'table 1',
    ...change,
  }
}
