/** Published measurements: the data's form, and the look-up. The records themselves are an asset the edge loads on demand. */
export { type Benchmark as EvidenceBenchmark, findBenchmark } from './benchmarks.ts'
export { evidenceByTechnique, type TechniqueEvidence } from './byTechnique.ts'
export { type Crossover, type CrossoverAxis, type CrossoverPoint, findCrossovers } from './crossover.ts'
export { type Distance as EvidenceDistance, distanceText, type Gap as EvidenceGap } from './distance.ts'
export { type Effect as EvidenceEffect, effectOf, type Spread as EvidenceSpread } from './effect.ts'
export {
  type EvidenceAnswer,
  type EvidenceMatch,
  type EvidenceRow,
  lookUp,
  noEvidence,
  type RankedCrossover,
} from './lookup.ts'
export {
  METRICS as EVIDENCE_METRICS,
  type Metric as EvidenceMetric,
  type MetricId as EvidenceMetricId,
  metricOf,
} from './metrics.ts'
export { type ModelName, parseModelName } from './models.ts'
export type {
  Against as EvidenceAgainst,
  Axis as EvidenceAxis,
  Baseline as EvidenceBaseline,
  Bound as EvidenceBound,
  EvidenceQuestion,
  EvidenceRecord,
  EvidenceSet,
  EvidenceSource,
  Grade as EvidenceGrade,
  Setting as EvidenceSetting,
} from './record.ts'
export { normaliseSetting, settingText } from './settings.ts'
export { EVIDENCE_SCHEMA, readEvidence } from './table.ts'
export { type FoundTechnique, findTechnique, suggestTechniques } from './techniqueNames.ts'
export { TECHNIQUES as MEASURED_TECHNIQUES, type Technique as MeasuredTechnique } from './techniques.ts'
export { AGAINST_WORDS, baselineText, changeText, crossoverText, quantityName, spreadText, valueText } from './words.ts'
