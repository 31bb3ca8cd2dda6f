/** C, A and P: what techniques do to each, by which evidence, under whose levels; comparison, ranking and the audit. */
export type {
  AccuracyAnswer,
  AccuracyBasis,
  AccuracyRow,
  MemberAccuracy,
  Retained,
} from './accuracy.ts'
export { nearestWords } from './accuracy.ts'
export { type Aside, speakingRows } from './accuracyRow.ts'
export { type Audit, type AuditOptions, type AuditRow, audit, UNAUDITED_WHY, type Unaudited } from './audit.ts'
export { AGREEMENTS, type Agreement, accuracyWords, performanceWords } from './auditWords.ts'
export { besideWords } from './beside.ts'
export { auditMeasured, type MeasuredAudit } from './beyond.ts'
export {
  type Caution,
  cautionMeasured,
  cautionsOf,
  cautionTitle,
  cautionWords,
} from './cautions.ts'
export {
  auditCombination,
  COMBINATIONS,
  type CombinationAudit,
  type NamedCombination,
  type PartAudit,
} from './combinations.ts'
export {
  type ContextAnswer,
  type ContextPart,
  EFFECTIVE_MEASURES,
  type EffectiveEvidence,
  type EffectiveMeasure,
} from './context.ts'
export { type CapAnswer, type Desk, type DeskOptions, deskOf } from './desk.ts'
export { keepsOutput } from './exactness.ts'
export {
  goalFactor,
  goalText,
  RANK_GOAL_IDS,
  RANK_GOALS,
  type RankGoal,
  SCORE_NAMES,
  type Scores,
  scoresOf,
} from './goals.ts'
export { memberParts, membersOfText, writtenValue } from './grammar.ts'
export { type TimeIntervals, timeIntervals } from './intervals.ts'
export { capJson, selectionJson } from './json.ts'
export {
  type MeasuredSpeed,
  measuredSpeedOf,
  measuredSpeedWords,
  type NearSpeed,
  type SpeedAsked,
  type SpeedBounds,
  speedNear,
} from './measuredSpeed.ts'
export {
  measuredSpeedsJson,
  measuredSpeedsOf,
  type SpeedEvidence,
  sourcesText,
  speedLine,
  speedText,
} from './measuredSpeeds.ts'
export { MOVEMENTS, type Movement } from './movement.ts'
export {
  CHANGES as RANK_CHANGES,
  type Change as RankChange,
  changeOf,
  type Need,
  type NeedKind,
  needsOf,
} from './needs.ts'
export {
  type PairJobs,
  type PairRanking,
  pairJobs,
  pricePairs,
  rankPairs,
} from './pairs.ts'
export { payingWords } from './paying.ts'
export { PERFORMANCE_QUANTITIES, type PerformanceAnswer, type PerformanceQuantity } from './performance.ts'
export {
  type Left,
  type LeftWhy,
  type Ranked,
  type Ranking,
  type RankOptions,
  rankSingles,
  type SingleRanking,
} from './rank.ts'
export {
  type Conflict,
  conflictBetween,
  type Member,
  memberOf,
  NOTHING,
  parseSelection,
  type Selection,
  selectionOf,
} from './selection.ts'
export { SHORT_EXAMPLES } from './shortSettings.ts'
export { STANDINGS, type Standing } from './standing.ts'
export { type Meeting, meetingsOf, orderWords, type Together, togetherOf, togetherWithin } from './together.ts'
export {
  type Check,
  GOALS,
  type Goal,
  lowestRetained,
  readThresholds,
  THRESHOLD_FLAGS,
  type Thresholds,
  type Verdict,
  verdictOf,
} from './verdict.ts'
export { whyOf } from './why.ts'
