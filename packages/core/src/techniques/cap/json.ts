/**
 * Answers of compare, rank and audit as JSON: plain data with base units in the names. A context of `null` tokens is
 * unbounded; a factor is an improvement (more than 1 is better), `null` where one side has no number.
 */
import type { AccuracyRow } from './accuracy.ts'
import type { CapAnswer } from './desk.ts'
import { timeIntervals } from './intervals.ts'
import { needsOf } from './needs.ts'
import { togetherWithin } from './together.ts'
import { lowestRetained } from './verdict.ts'
import { whyOf } from './why.ts'

function rowJson({
  technique,
  benchmark,
  metric,
  dose,
  retained,
  movement,
  records,
  bounded,
  grades,
  models,
  nearest,
  distance,
  aside,
}: AccuracyRow) {
  const { id, source, place } = nearest.record
  return {
    technique,
    benchmark,
    metric,
    setting: dose,
    retained: retained ?? null,
    movement,
    records,
    bounded,
    grades,
    models,
    distance: distance === '' ? 'as asked' : distance,
    aside: aside ?? null,
    nearest: { id, source: source.name, url: source.url, place },
  }
}

export function selectionJson({ selection }: Pick<CapAnswer, 'selection'>) {
  return {
    with: selection.members.map(({ text }) => text).join(','),
    members: selection.members.map(({ id, name, row, uses }) => ({
      id,
      name,
      types: row?.types ?? [],
      uses: uses.map(({ primitive, with: values, assumed = [] }) => ({ primitive, with: values, assumed })),
    })),
  }
}

/** One answer with all of its parts. */
export function capJson(baseline: CapAnswer, answer: CapAnswer) {
  const { context, accuracy, performance, verdict, outcome, plan } = answer
  const { values, factors } = performance
  return {
    ...selectionJson(answer),
    compatibility: togetherWithin(answer.selection.members),
    context: {
      tokens: context.tokens,
      windowTokens: context.windowTokens,
      limitedBy: context.limitedBy,
      requestTokens: context.requestTokens,
      pastTokens: context.pastTokens ?? null,
      parts: context.parts,
      effective: context.effective.map(({ measure, tokens, atLeast, distance, applies, record }) => ({
        measure,
        tokens,
        atLeast,
        distance,
        applies,
        record: record.id,
      })),
      position: context.position
        ? {
            benchmark: context.position.benchmark,
            worstPoints: context.position.worstPoints,
            distance: context.position.distance,
            record: context.position.record.id,
          }
        : null,
    },
    accuracy: {
      basis: accuracy.basis,
      movement: accuracy.movement,
      words: accuracy.words,
      lowestRetained: lowestRetained(accuracy) ?? null,
      rows: accuracy.rows.map(rowJson),
      members: accuracy.members.map(({ member, basis, movement, words, rows }) => ({
        member,
        basis,
        movement,
        words,
        rows: rows.map(rowJson),
      })),
    },
    performance: { ...values, factors, movement: performance.movement, intervals: timeIntervals(plan, values) ?? null },
    memory: outcome.memory,
    calls: outcome.calls,
    verdict,
    why: answer.selection.members.length === 0 ? [] : whyOf(baseline, answer, 5),
    needs: needsOf(baseline, answer),
    offline: outcome.offline,
    remarks: outcome.remarks,
    scenario: {
      model: plan.scenario.model.id,
      accelerator: plan.scenario.accelerator.id,
      workload: plan.scenario.workload,
    },
  }
}
