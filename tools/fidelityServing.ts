/**
 * The serving part of the fidelity page: whole requests of served models, predicted against measured, beside the same
 * schedule at the plain roofline; cross-validated by whole models and whole devices; what the intervals cover; what is not
 * predicted. Fits only to cross-validate (as `capline calibrate serving` does), uses nothing of it for `ours`.
 */
import {
  absErrorsPct,
  CALIBRATION,
  calibrationPoints,
  ENGINE_TABLE,
  medianPct,
  type PricerCache,
  pricerOf,
  quantile,
  type ServingSample,
  type ServingScore,
  scorePoint,
  tpotInterval,
  type Unseen,
  unseenErrors,
} from '@capline/core'
import type { ServingData } from '../packages/cli/src/input/servingTables.ts'
import { type FidelityPlot, type FidelityRow, type FidelitySkip, pairedErrors, tallySkips } from './fidelityFile.ts'
import {
  familyOf,
  isAggregatedTpot,
  isMixedUp,
  leftOut,
  type Scored,
  servingPlots,
  servingRows,
  TARGETS,
  type Unfitted,
} from './fidelityServingRows.ts'
import { judged, pct, table } from './fidelityText.ts'

/** Devices with kernels of their own in the fitted tables. */
const MEASURED_DEVICES: ReadonlySet<string> = new Set(CALIBRATION.kernels.flatMap((row) => Object.keys(row.devices)))

const ratios = (rows: readonly Scored[], value: (one: Scored) => number) =>
  rows.map((one) => Math.log(value(one) / one.score.measured))

function targetLines(rows: readonly Scored[], unseen: Unfitted): string[][] {
  return TARGETS.map(({ title, known, unseen: far, holds }) => {
    const own = rows.filter(({ score }) => holds(score))
    const foreign = own.filter(({ score }) => !MEASURED_DEVICES.has(score.point.accelerator))
    const ours = ratios(own, (one) => one.predicted)
    return [
      title,
      String(own.length),
      pct(medianPct(ratios(own, (one) => one.roofline))),
      judged(medianPct(ours), known),
      pct(quantile(absErrorsPct(ours), 0.9)),
      ...(['model', 'device'] as const).map((without, i) => {
        const errors = leftOut(own, unseen, without)
        const count = errors.length === own.length || errors.length === 0 ? '' : `, ${errors.length}`
        return `${judged(medianPct(errors), [known, far][i] as number)}${count}`
      }),
      `${judged(medianPct(ratios(foreign, (one) => one.predicted)), far)}, ${foreign.length}`,
    ]
  })
}

function byKey(rows: readonly Scored[], keys: (score: ServingScore) => string): string[][] {
  return pairedErrors(rows, ({ score }) => ({ key: keys(score) })).map(({ row, roof }) => [
    row.group.key as string,
    String(row.n),
    pct(roof.medianAbsErrorPct),
    pct(row.medianAbsErrorPct),
    pct(row.p90AbsErrorPct),
    row.medianRatio?.toFixed(2) ?? '–',
  ])
}

const HEAD = ['', 'rows', 'roofline', 'ours', 'ours, p90', 'predicted / measured']

const NAMES: Readonly<Record<string, string>> = { tpot: 'TPOT', ttft: 'TTFT', throughput: 'throughput' }
const kindOf = ({ metric, point }: ServingScore) =>
  `${NAMES[metric]}, ${point.source}${point.mode === 'disaggregated' ? ', disaggregated' : ''}`

/** How often the measured TPOT lies inside the interval: of kernels alone, and with the engine's own. */
function coverage(rows: readonly Scored[], known: PricerCache): string[][] {
  const groups = new Map<string, { n: number; kernels: number; both: number; width: number }>()
  for (const { score, predicted: ours } of rows) {
    if (!isAggregatedTpot(score) || isMixedUp(score)) continue
    const { point, measured } = score
    const made = pricerOf(point, point.layout, known)
    if (!made.ok || point.load.kind !== 'concurrency') continue
    const each = Math.max(1, point.load.requests / point.layout.dp / point.layout.attentionDp / point.layout.pp)
    const contextTokens = point.promptTokens + (point.outputTokens - 1) / 2
    const [low, high] = made.value.kernelRange([{ sequences: each, newTokens: 1, contextTokens }])
    const kernels = { low: ours * low, high: ours * high }
    const both = tpotInterval(point.engine, each, ours, kernels, point.engineVersion)
    for (const key of [point.engine, 'all']) {
      const entry = groups.get(key) ?? { n: 0, kernels: 0, both: 0, width: 0 }
      groups.set(key, entry)
      entry.n++
      if (measured >= kernels.low && measured <= kernels.high) entry.kernels++
      if (measured >= both.low && measured <= both.high) entry.both++
      entry.width += (both.high - both.low) / ours
    }
  }
  return [...groups]
    .sort()
    .map(([key, { n, kernels, both, width }]) => [
      key,
      String(n),
      pct((100 * kernels) / n),
      pct((100 * both) / n),
      `${pct((100 * width) / n)}`,
    ])
}

function tally(reasons: Iterable<string>): string[][] {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([reason, n]) => [reason, String(n)])
}

const engineLines = (): string[][] =>
  Object.entries(ENGINE_TABLE.rows).map(([key, row]) => [
    key,
    String(row.points),
    (row.exposedS * 1e3).toFixed(2),
    (row.exposedSequenceS * 1e6).toFixed(1),
    (row.arrivalS * 1e3).toFixed(0),
    row.queueShare.toFixed(2),
    pct(row.fittedPct),
  ])

const leftOutLines = (): string[][] =>
  ENGINE_TABLE.leftOut.map((one) => [
    `${one.row}, ${one.what} ${one.name}`,
    String(one.points),
    pct(one.withPct),
    pct(one.withoutPct),
  ])

/** One thing at a time, as in the file beside. */
const partLines = (rows: readonly FidelityRow[]): string[][] =>
  rows
    .filter(({ by }) => by !== 'all')
    .map((row) => [
      `${NAMES[row.what]}, ${row.by} ${row.key}`,
      String(row.n),
      String(row.skipped ?? 0),
      pct(row.rooflinePct),
      pct(row.oursPct),
      pct(row.oursP90Pct),
      row.ratio?.toFixed(2) ?? '–',
      pct(row.unseenModelPct),
      pct(row.unseenDevicePct),
    ])

export interface ServingFidelity {
  readonly text: string
  readonly rows: readonly FidelityRow[]
  readonly plots: readonly FidelityPlot[]
  readonly skips: readonly FidelitySkip[]
  /** Served figures that were predicted. */
  readonly figures: number
}

/** Every measured figure without a prediction, of all tables and modes. */
export function missingFigures(data: ServingData, scores: readonly ServingScore[]) {
  const unused = data.files.flatMap(({ read }) => read.unused)
  return [
    ...unused.flatMap(({ metrics, reason }) => metrics.map((what) => ({ what, reason }))),
    ...scores.flatMap(({ metric, reason }) => (reason === undefined ? [] : [{ what: metric, reason }])),
  ]
}

export function servingFidelity(data: ServingData): ServingFidelity {
  const points = data.files.flatMap(({ read }) => read.points)
  const known: PricerCache = new Map()
  const scores = points.flatMap((point) => scorePoint(point, known))
  const floors = points.flatMap((point) => scorePoint(point, known, 'roofline'))
  const rows = scores.flatMap((score, i): Scored[] => {
    const roofline = floors[i]?.predicted
    return score.predicted === undefined || roofline === undefined
      ? []
      : [{ score, measured: score.measured, predicted: score.predicted, roofline }]
  })
  const { samples, skipped } = calibrationPoints(
    points.filter(({ source }) => source === 'points'),
    known,
  )
  const unseen: Unfitted = {
    byPoint: new Map(
      [...unseenErrors(samples)].map(([sample, errors]: [ServingSample, Unseen]) => [sample.point.id, errors]),
    ),
    models: new Set(samples.map(({ point }) => point.model)),
    devices: new Set(samples.map(({ point }) => point.accelerator)),
  }
  const missing = missingFigures(data, scores)
  const unusedTables = data.files.map(({ read }) => ({ table: read.table, unused: read.unused }))
  const parts = servingRows(rows, scores, unusedTables, unseen)
  const tpot = rows.filter(({ score }) => isAggregatedTpot(score))
  const broken = tally(scores.flatMap(({ broken: rules }) => rules.map((rule) => rule.replaceAll('-', ' '))))
  const text = `## Serving: whole requests

TPOT, TTFT and throughput of served models: ${ENGINE_TABLE.source}, TensorRT-LLM's published performance tables and MLPerf
Inference 4.1. Every row counts, repeats and broken ones too. *Roofline*: the same schedule with every step at full peaks and
bandwidth and an engine that takes no time. Ours: calibrated kernels and collectives, the layout, and the constants of the
engine (${'`packages/core/src/engine/constants.ts`'}, made by ${'`capline calibrate serving`'}). *Left out*: fitted without the whole
model, or the whole device, median over the rows that take part in the fit. No constant is fitted to offline throughput:
there it is the rows of models, or devices, that take part in no fit of an engine, with their number. *Device without
kernels*: accelerators that no kernel was measured on (H200 and others), with the number of rows. Targets in brackets
(*missed*: not reached), median absolute error in per cent.

${table(['', 'rows', 'roofline', 'ours', 'ours, p90', 'model left out', 'device left out', 'device without kernels'], targetLines(rows, unseen))}

### What engines add

Milliseconds per step and microseconds per sequence in it that nothing hides; milliseconds before the first step of a
request; the share of the others' prompts it waits for. *synchronous*: vLLM before 0.14 and TensorRT-LLM 1.0, whose hosts
prepared a step only after the one before (vLLM's documents say so; of TensorRT-LLM 1.0 the measurements do). That this row
exists and which versions it holds, and three numbers that all engines share (the exponent of routing, the share of an expert
chain's fixed cost that shows in a step, two launches at most for quantising an input), were chosen with all of these data in
view: no column leaves that out. That kernels take longer inside a step than alone (a factor on all of them), and
host time that hides behind short steps, came out as zero for every engine: they have no constants.

${table(['', 'points', 'ms per step', 'µs per sequence', 'arrival, ms', 'queue share', 'TPOT error'], engineLines())}

${table(['left out', 'points', 'fitted with', 'fitted without'], leftOutLines())}

Left out of the fit by rule (not of any error above or below):

${table(
  ['reason', 'points'],
  [...skipped].map(([reason, n]) => [reason, String(n)]),
)}

### Intervals

How often the measured TPOT (aggregated, without DeepSeek on TensorRT-LLM) lies inside the interval that is meant to hold
80 %: of the kernels alone, and widened to what whole predictions missed by on models left out of the fit, by engine and
regime. Width: share of the prediction.

${table(['', 'rows', 'kernels alone, %', 'as shown, %', 'width, %'], coverage(rows, known))}

### By metric

${table(HEAD, byKey(rows, kindOf))}

### In parts

One thing at a time: TPOT and TTFT of the public points, aggregated (by mode: both); throughput of TensorRT-LLM's tables;
by source: every table. *Left out* as above. The viewer's fidelity page shows the same numbers
(\`packages/core/data/fidelity.json\`).

${table(['', 'rows', 'not predicted', 'roofline', 'ours', 'ours, p90', 'predicted / measured', 'model left out', 'device left out'], partLines(parts))}

### TPOT by engine and device

${table(
  HEAD,
  byKey(tpot, ({ point }) => `${point.engine}, ${point.accelerator}`),
)}

### TPOT by engine, model family and format

${table(
  HEAD,
  byKey(tpot, ({ point }) => `${point.engine}, ${familyOf(point.model)}, ${point.formats.weights ?? 'as published'}`),
)}

### TPOT by engine and regime

Sequences per attention rank: few (up to 4), some (up to 32), many.

${table(
  HEAD,
  byKey(tpot, ({ point }) => `${point.engine}, ${point.columns.regime}`),
)}

### Throughput by model family and device

${table(
  HEAD,
  byKey(
    rows.filter(({ score }) => score.metric === 'throughput' && score.point.source === 'trtllm_perf'),
    ({ point }) => `${familyOf(point.model)}, ${point.accelerator}`,
  ),
)}

### TTFT by engine

Hangs on the client as much as on the engine: how many requests it sends at once, and whether their lengths differ.

${table(
  HEAD,
  byKey(
    rows.filter(({ score }) => score.metric === 'ttft' && score.point.source === 'points'),
    ({ point }) => `${point.engine}, ${point.mode}`,
  ),
)}

### Known to be off, and why

- DeepSeek on TensorRT-LLM: repeats of one configuration differ by the factor of one drafted token, and no column says which
  rows draft. SGLang 0.5.9 on B200 in FP8 has such rows too. No model of one token per pass can meet both.
- vLLM 0.12 with Qwen3 235B in FP8 blocks on H200: 52–58 ms a token at any load where the kernels and their own tables give
  half; the same engine is within 1.3 % on Qwen3 32B. Unexplained.
- vLLM 0.12 with Llama 3.1 8B and gpt-oss on H100 at 512 requests: answers faster than their prompts can be read, or a batch
  capped below the concurrency the row names.
- SGLang with Qwen3.5 (linear attention), 0.67–0.92 of the measured time but in the newest rows: state scans have no kernel
  table, they are priced as a launch and their bytes.
- Attention data parallelism over 16 and more ranks (disaggregated rows on GB200): experts are balanced by copies there,
  we price the most loaded rank of a power law.
- L40S with four and eight ranks: the all-reduce tables come from a server whose cards reach 2 GB/s of each other over two
  sockets, the throughput tables do not.
- gpt-oss on Hopper in TensorRT-LLM's tables is labelled FP8; its page names no FP8 checkpoint and a 16-bit cache there
  ("Hopper: use auto", Triton experts): read as published, in MXFP4. Still 1.1 to 1.5 times too fast.
- Llama 4 on H100 and H200 in the tables of TensorRT-LLM 1.0, 1.2 to 2 times too fast. Unexplained.
- Mixtures in the tables of TensorRT-LLM 1.0: the page says they ran with attention data parallelism and \`--ep\`, which its
  columns (TP8) leave out; that experts are shared out over all ranks is assumed.
- MLPerf's Mixtral, twice too fast on every device: the mean length of its prompts is assumed, and was not found published.
- Runs of a known number of requests (TensorRT-LLM's pages) go in waves of what fits; the last one runs nearly alone.

### Not predicted

${table(['reason', 'figures'], tally(missing.map(({ reason }) => reason)))}
${
  broken.length > 0
    ? `
Rows that break a physical rule, counted in the errors all the same:

${table(['rule', 'rows'], broken)}
`
    : ''
}`
  return { text, rows: parts, plots: servingPlots(rows), skips: tallySkips('serving', missing), figures: rows.length }
}
