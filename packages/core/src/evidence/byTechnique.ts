/** What the data holds, technique by technique: how many records, of which grade and corner, on which benchmarks. */
import { findBenchmark } from './benchmarks.ts'
import { findCrossovers } from './crossover.ts'
import { type Metric, metricOf } from './metrics.ts'
import type { Axis, EvidenceRecord, Grade } from './record.ts'
import { TECHNIQUES, type Technique } from './techniques.ts'

export interface TechniqueEvidence {
  readonly technique: Technique
  readonly records: number
  /** With a baseline of their own source, so with an effect. */
  readonly effects: number
  readonly grades: Readonly<Record<Grade, number>>
  readonly axes: Readonly<Record<Axis, number>>
  readonly benchmarks: readonly string[]
  readonly models: number
  readonly crossovers: number
}

/** What there is, per technique, in the order of the table; those without a record come too. */
export function evidenceByTechnique(records: readonly EvidenceRecord[]): TechniqueEvidence[] {
  const groups = new Map<string, EvidenceRecord[]>()
  for (const record of records) {
    const group = groups.get(record.technique)
    if (group) group.push(record)
    else groups.set(record.technique, [record])
  }
  return [...TECHNIQUES.values()].map((technique) => {
    const own = groups.get(technique.id) ?? []
    const grades = { A: 0, B: 0, C: 0 }
    const axes = { C: 0, A: 0, P: 0 }
    const benchmarks = new Map<string, number>()
    for (const record of own) {
      grades[record.grade]++
      axes[(metricOf(record.metric) as Metric).axis]++
      const { family } = findBenchmark(record.benchmark)
      benchmarks.set(family, (benchmarks.get(family) ?? 0) + 1)
    }
    return {
      technique,
      records: own.length,
      effects: own.filter((record) => record.baseline !== undefined).length,
      grades,
      axes,
      benchmarks: [...benchmarks].sort((a, b) => b[1] - a[1]).map(([name]) => name),
      models: new Set(own.map((record) => record.model)).size,
      crossovers: findCrossovers(own).filter(({ flips }) => flips === 1).length,
    }
  })
}
