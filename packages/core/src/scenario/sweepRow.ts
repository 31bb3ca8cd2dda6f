/**
 * One point of a sweep as a flat row: the swept values and the numbers people plot. Benches are reused along a sweep
 * wherever only the workload changes, so that a long sweep costs steps, not compilations.
 */
import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { ok, type Result } from '../units/result.ts'
import { type Analysis, analyzeBench } from './analyze.ts'
import { type Bench, prepare } from './bench.ts'
import type { FieldName } from './fields.ts'
import { type Question, scenarioOf } from './question.ts'
import type { Scenario } from './scenario.ts'
import type { Axis } from './sweep.ts'
import { sweepQuestions } from './sweep.ts'

/** Fields that change what is asked, not the machine that answers. */
export const WORKLOAD_FIELDS: readonly FieldName[] = [
  'batch',
  'prompt',
  'output',
  'prefix',
  'items',
  'batchTokens',
  'price',
  'utilization',
  'memory',
]

export interface SweepRow {
  /** Values of the axes. */
  readonly at: Readonly<Record<string, number | string>>
  readonly analysis: Analysis
}

/** The numbers of a row, by column name, in base units; absent ones are null. */
export function rowNumbers(row: SweepRow): Record<string, number | string | boolean | null> {
  const { memory, request, prefill, decode } = row.analysis
  return {
    ...row.at,
    prefillTimeS: prefill.timeS,
    decodeTimeS: decode?.timeS ?? null,
    ttftS: request.ttftS,
    tpotS: request.tpotS ?? null,
    e2eS: request.e2eS,
    outputTokensPerS: request.outputTokensPerS,
    weightBytes: memory.weightBytes,
    kvBytes: memory.kvBytes,
    activationPeakBytes: memory.activationPeakBytes,
    totalBytes: memory.totalBytes,
    fits: memory.fits ?? null,
    energyPerOutputTokenJ: request.energyPerOutputTokenJ ?? null,
    priceUsdPerMillionOutputTokens: request.priceUsdPerMillionOutputTokens ?? null,
  }
}

/** Rows of a sweep, one at a time, so that a caller can show progress and stop. The first problem ends it. */
export function* sweepRows(
  base: Question,
  axes: readonly Axis[],
  model: ModelSpec,
  accelerator: Accelerator,
  count?: number,
): Generator<Result<SweepRow>> {
  const benches = new Map<string, Bench>()
  for (const question of sweepQuestions(base, axes)) {
    const scenario = scenarioOf(question, model, accelerator, count)
    if (!scenario.ok) {
      yield scenario
      return
    }
    const bench = benchFor(benches, question, scenario.value)
    if (!bench.ok) {
      yield bench
      return
    }
    const at = Object.fromEntries(axes.map((axis) => [axis.name, question[axis.name] as number | string]))
    yield ok({ at, analysis: analyzeBench({ ...bench.value, scenario: scenario.value }) })
  }
}

/** The bench of a question from those made before for the same machine, or a new one. */
export function benchFor(benches: Map<string, Bench>, question: Question, scenario: Scenario): Result<Bench> {
  const machine = Object.entries(question).filter(([name]) => !WORKLOAD_FIELDS.includes(name as FieldName))
  const key = JSON.stringify([machine, scenario.layout])
  const found = benches.get(key)
  if (found) return ok(found)
  const bench = prepare(scenario)
  if (bench.ok) benches.set(key, bench.value)
  return bench
}
