/**
 * One point of a sweep as a flat row: the swept values and the numbers people plot. Benches are reused along a sweep
 * wherever only the workload changes, so that a long sweep costs steps, not compilations.
 */
import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { describeLayout, rankCount } from '../layout/layout.ts'
import type { Ends } from '../units/interval.ts'
import { ok, type Result } from '../units/result.ts'
import { type Analysis, analyzeBench } from './analyze.ts'
import { type Bench, prepare } from './bench.ts'
import type { FieldName } from './fields.ts'
import { type Question, scenarioOf } from './question.ts'
import { requestRange, requestRanges } from './ranges.ts'
import type { Scenario } from './scenario.ts'
import type { Axis } from './sweep.ts'
import { sweepQuestions } from './sweep.ts'

/** Fields that change what is asked, not the machine that answers. */
const WORKLOAD_FIELDS: readonly FieldName[] = [
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

type Numbers = Record<string, number | string | boolean | null>

/** A number and both ends of its interval, each under its name; no interval: null. */
function ranged(value: number | undefined, ends: Ends | undefined, [name, low, high]: readonly string[]): Numbers {
  return {
    [String(name)]: value ?? null,
    [String(low)]: value === undefined ? null : (ends?.low ?? null),
    [String(high)]: value === undefined ? null : (ends?.high ?? null),
  }
}

/** Names of a number's ends stand where its unit does: `ttftS`, `ttftLowS`, `ttftHighS`. */
function namesOf(stem: string, unit: string): readonly string[] {
  return unit === '' ? [stem, `${stem}Low`, `${stem}High`] : [stem + unit, `${stem}Low${unit}`, `${stem}High${unit}`]
}

const NAMES = {
  prefill: namesOf('prefillTime', 'S'),
  decode: namesOf('decodeTime', 'S'),
  ttft: namesOf('ttft', 'S'),
  tpot: namesOf('tpot', 'S'),
  e2e: namesOf('e2e', 'S'),
  throughput: namesOf('outputTokensPerS', ''),
  energy: namesOf('energyPerOutputToken', 'J'),
  price: namesOf('priceUsdPerMillionOutputTokens', ''),
} as const

/** The numbers of a row, by column name, in base units; absent ones are null, as are the ends on the roofline. */
export function rowNumbers(row: SweepRow): Numbers {
  const { memory, request, prefill, decode, layout } = row.analysis
  const whole = requestRange(row.analysis)
  const ranges = requestRanges(row.analysis)
  return {
    ...row.at,
    accelerators: rankCount(layout),
    layout: describeLayout(layout),
    ...ranged(prefill.timeS, prefill.range, NAMES.prefill),
    ...ranged(decode?.timeS, decode?.range, NAMES.decode),
    ...ranged(request.ttftS, ranges?.ttft, NAMES.ttft),
    ...ranged(request.tpotS, ranges?.tpot, NAMES.tpot),
    ...ranged(request.e2eS, ranges?.e2e, NAMES.e2e),
    ...ranged(request.outputTokensPerS, ranges?.throughput, NAMES.throughput),
    weightBytes: memory.weightBytes,
    kvBytes: memory.kvBytes,
    activationPeakBytes: memory.activationPeakBytes,
    totalBytes: memory.totalBytes,
    fits: memory.fits ?? null,
    ...ranged(request.energyPerOutputTokenJ, ranges?.energy, NAMES.energy),
    ...ranged(request.priceUsdPerMillionOutputTokens, ranges?.price, NAMES.price),
    borrowedShare: whole?.borrowedShare ?? null,
    extrapolatedShare: whole?.extrapolatedShare ?? null,
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
