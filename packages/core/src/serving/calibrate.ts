/**
 * The constants of engines from measured serving points: a robust fit by coordinate descent, and its error on whole models
 * and whole devices left out. Kernels are priced once; the fit only moves what the engine adds to them.
 *
 *   loss = mean over models of mean min(|log(predicted / measured)|, CAP), for TPOT, and with less weight for TTFT
 *
 * A model counts by the square root of its points, so that no single benchmark decides. The search starts from nothing and
 * keeps what the data ask for. Which points take part: `calibrationPoints.ts`.
 */
import { medianPct, quantile } from '../cost/calibration/errors.ts'
import { engineTime } from '../engine/profile.ts'
import {
  type EngineConstants,
  type EngineRow,
  type EngineTable,
  type LeftOut,
  REGIMES,
  type Regime,
  regimeOfSequences,
  type Spread,
} from '../engine/table.ts'
import type { Sample } from './calibrationPoints.ts'
import { predictServing } from './predict.ts'
import type { StepPricer } from './pricer.ts'

/** Errors beyond this much (log) say that something else is wrong with a point. */
const CAP = 0.5
/** Of TTFT beside TPOT: it depends on the client's habits as much as on the engine. */
const TTFT_WEIGHT = 0.2
const TTFT_CAP = 1
/** Fewer measurements fix no constants of their own: such a row is left out. */
const LEAST_POINTS = 20
/** Fewer errors make no percentiles: a regime takes those of all. */
const LEAST_ERRORS = 12
const ROUNDS = 12

type Name = keyof EngineConstants
/** First step of the search, and the largest value that can be meant. */
const SEARCH: Readonly<Record<Name, { readonly start: number; readonly step: number; readonly max: number }>> = {
  exposedS: { start: 0, step: 2e-4, max: 10e-3 },
  exposedSequenceS: { start: 0, step: 4e-6, max: 2e-4 },
  arrivalS: { start: 0.03, step: 0.02, max: 0.5 },
  queueShare: { start: 0.06, step: 0.03, max: 0.5 },
}
const NAMES = Object.keys(SEARCH) as Name[]
type Table<T> = Record<Name, T>
const tableOf = <T>(value: (name: Name) => T): Table<T> => ({
  exposedS: value('exposedS'),
  exposedSequenceS: value('exposedSequenceS'),
  arrivalS: value('arrivalS'),
  queueShare: value('queueShare'),
})

/** log(predicted / measured) of TPOT, and of TTFT where it was measured. */
export type Ratios = readonly [tpot: number, ttft: number | undefined]

function logRatios(sample: Sample, constants: EngineConstants): Ratios {
  const { point, pricer, kernelS, tpotS, ttftS } = sample
  const time = engineTime(constants)
  const own: StepPricer = {
    ...pricer,
    profile: { ...pricer.profile, constants },
    stepS: (groups) => time.stepS(kernelS(groups), groups),
  }
  const prediction = predictServing(point, { prefill: own, decode: own })
  const first = prediction?.ttftS
  return [
    Math.log((prediction?.tpotS ?? Number.NaN) / tpotS),
    ttftS === undefined || first === undefined ? undefined : Math.log(first / ttftS),
  ]
}

const allRatios = (samples: readonly Sample[], constants: EngineConstants) =>
  samples.map((sample) => logRatios(sample, constants))

const tpotPct = (ratios: readonly Ratios[]) => digits(medianPct(ratios.map(([tpot]) => tpot)), 3)

function lossOf(samples: readonly Sample[], constants: EngineConstants): number {
  const byModel = new Map<string, { n: number; sum: number }>()
  for (const sample of samples) {
    const [tpot, ttft] = logRatios(sample, constants)
    const entry = byModel.get(sample.point.model) ?? { n: 0, sum: 0 }
    byModel.set(sample.point.model, entry)
    entry.n++
    entry.sum += Math.min(CAP, Math.abs(tpot))
    if (ttft !== undefined) entry.sum += TTFT_WEIGHT * Math.min(TTFT_CAP, Math.abs(ttft))
  }
  let total = 0
  let weight = 0
  for (const { n, sum } of byModel.values()) {
    total += sum / Math.sqrt(n)
    weight += Math.sqrt(n)
  }
  return total / weight
}

/** What is written is what is used. */
const digits = (x: number, n = 2) => Number(x.toPrecision(n))

/** Coordinate descent with steps that grow on success and shrink on failure. */
export function fitConstants(samples: readonly Sample[]): EngineConstants {
  let best: Table<number> = tableOf((name) => SEARCH[name].start)
  let bestLoss = lossOf(samples, best)
  const steps = tableOf((name) => SEARCH[name].step)
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of NAMES) {
      const before = bestLoss
      for (const sign of [1, -1]) {
        const value = Math.min(SEARCH[name].max, Math.max(0, best[name] + sign * steps[name]))
        const tried = { ...best, [name]: value }
        const loss = lossOf(samples, tried)
        if (loss > bestLoss - 1e-6) continue
        best = tried
        bestLoss = loss
        break
      }
      steps[name] *= bestLoss < before ? 1.5 : 0.4
    }
  }
  return tableOf((name) => digits(best[name]))
}

/** Log ratios of a sample as fitted, and from fits without its model and without its device. */
export interface Unseen {
  readonly fitted: Ratios
  model?: Ratios
  device?: Ratios
}

const nameOf = ({ point }: Sample, what: 'model' | 'device') => (what === 'model' ? point.model : point.accelerator)

function validateRow(samples: readonly Sample[], constants: EngineConstants): Map<Sample, Unseen> {
  const ratios = allRatios(samples, constants)
  const out = new Map(samples.map((sample, i): [Sample, Unseen] => [sample, { fitted: ratios[i] as Ratios }]))
  for (const what of ['model', 'device'] as const) {
    for (const name of new Set(samples.map((sample) => nameOf(sample, what)))) {
      const rest = samples.filter((sample) => nameOf(sample, what) !== name)
      if (rest.length < LEAST_POINTS) continue
      const without = fitConstants(rest)
      for (const [sample, unseen] of out) {
        if (nameOf(sample, what) === name) unseen[what] = logRatios(sample, without)
      }
    }
  }
  return out
}

/** Of every sample: what cross-validation says. Fits as `calibrateServing` does. */
export function unseenErrors(samples: readonly Sample[]): Map<Sample, Unseen> {
  const out = new Map<Sample, Unseen>()
  for (const [, own] of byRow(samples))
    for (const [one, errors] of validateRow(own, fitConstants(own))) out.set(one, errors)
  return out
}

/** Samples of one row of constants, as far as they are enough to fit it. */
function byRow(samples: readonly Sample[]): (readonly [string, readonly Sample[]])[] {
  return [...new Set(samples.map(({ row }) => row))]
    .sort()
    .map((key) => [key, samples.filter(({ row }) => row === key)] as const)
    .filter(([, own]) => own.length >= LEAST_POINTS)
}

function leftOutLines(row: string, unseen: ReadonlyMap<Sample, Unseen>): LeftOut[] {
  const lines: LeftOut[] = []
  for (const what of ['model', 'device'] as const) {
    for (const name of [...new Set([...unseen.keys()].map((sample) => nameOf(sample, what)))].sort()) {
      const own = [...unseen].filter(([sample]) => nameOf(sample, what) === name).map(([, errors]) => errors)
      const without = own.flatMap((errors) => (errors[what] ? [errors[what]] : []))
      if (without.length === 0) continue
      const withPct = tpotPct(own.map(({ fitted }) => fitted))
      lines.push({ row, what, name, points: own.length, withPct, withoutPct: tpotPct(without) })
    }
  }
  return lines
}

/** Measured over predicted, 10th to 90th percentile. */
function endsOf(ratios: readonly number[]): Spread {
  return [digits(Math.exp(-quantile(ratios, 0.9)), 3), digits(Math.exp(-quantile(ratios, 0.1)), 3)]
}

/** From fits without the model; with one model only the fit's own errors must do. */
function spreadsOf(
  unseen: ReadonlyMap<Sample, Unseen>,
  { arrivalS }: EngineConstants,
): Pick<EngineRow, 'spread' | 'firstLateS'> {
  const all = [...unseen].map(([sample, errors]) => ({ sample, ratios: errors.model ?? errors.fitted }))
  const enough = (some: readonly number[], rest: readonly number[]) => (some.length >= LEAST_ERRORS ? some : rest)
  const inRegime = (regime: Regime) => all.filter(({ sample }) => regimeOfSequences(sample.each) === regime)
  const tpots = (some: typeof all) => some.map(({ ratios }) => ratios[0])
  /** Measured less predicted, the latter without what comes before the first step. */
  const late = (some: typeof all) =>
    some.flatMap(({ sample: { ttftS }, ratios: [, ttft] }) =>
      ttftS === undefined || ttft === undefined ? [] : ttftS - (ttftS * Math.exp(ttft) - arrivalS),
    )
  const [few, some, many] = REGIMES.map((regime) => endsOf(enough(tpots(inRegime(regime)), tpots(all))))
  const lateS = enough(late(inRegime('few')), late(all))
  return {
    spread: { few: few as Spread, some: some as Spread, many: many as Spread },
    firstLateS: lateS.length > 0 ? digits(quantile(lateS, 0.9)) : arrivalS,
  }
}

/** Fits every row that was measured. The same samples give the same table. */
export function calibrateServing(samples: readonly Sample[], source: string): EngineTable {
  const rows: Record<string, EngineRow> = {}
  const leftOut: LeftOut[] = []
  for (const [key, own] of byRow(samples)) {
    const constants = fitConstants(own)
    const unseen = validateRow(own, constants)
    leftOut.push(...leftOutLines(key, unseen))
    const fittedPct = tpotPct([...unseen.values()].map(({ fitted }) => fitted))
    rows[key] = { ...constants, points: own.length, fittedPct, ...spreadsOf(unseen, constants) }
  }
  return { source, rows, leftOut }
}

export function engineTableModule(table: EngineTable, command: string): string {
  const rows = Object.entries(table.rows).map(([key, row]) => `    ${key}: ${JSON.stringify(row)},`)
  return `// biome-ignore-all format: generated, one engine per line
// biome-ignore-all lint: generated
/**
 * Generated by \`${command}\`: do not edit.
 * Data: ${table.source}.
 * Seconds; errors of TPOT in per cent, by cross-validation that leaves out whole models and whole devices.
 */
import type { EngineTable } from './table.ts'

export const ENGINE_TABLE: EngineTable = {
  source: ${JSON.stringify(table.source)},
  rows: {
${rows.join('\n')}
  },
  leftOut: [
${table.leftOut.map((one) => `    ${JSON.stringify(one)},`).join('\n')}
  ],
}
`
}
