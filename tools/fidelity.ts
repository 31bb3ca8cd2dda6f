/**
 * Writes docs/fidelity.md, its plots and packages/core/data/fidelity.json (fidelityFile.ts): how far the committed constants
 * are from measured kernels (per operator class, device, format and engine) and from served requests (fidelityServing.ts),
 * beside the plain roofline. `node --conditions=capline-source --import tsx tools/fidelity.ts [DIR]`; DIR holds the measured
 * tables (default: ../shared/measured). Fits nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Accelerator,
  breachOf,
  CALIBRATION,
  type DeviceModel,
  deviceModel,
  ENGINE_TABLE,
  findAccelerator,
  formatOf,
  formatProblem,
  kernelCell,
  kernelSeconds,
  OP_CLASSES,
  type OpClass,
  rooflineSeconds,
} from '@capline/core'
import { readKernelData } from '../packages/cli/src/input/kernelTables.ts'
import { readServingData } from '../packages/cli/src/input/servingTables.ts'
import {
  errorColumns,
  type FidelityPlot,
  type FidelityRow,
  fidelityJson,
  given,
  type PlotPoint,
  pairedErrors,
  tallySkips,
} from './fidelityFile.ts'
import { type ForeignRow, foreignRows } from './fidelityForeign.ts'
import { scatter } from './fidelityPlot.ts'
import { servingFidelity } from './fidelityServing.ts'
import { judged, nearerTable, pct, reachText, table } from './fidelityText.ts'

interface Point extends PlotPoint {
  readonly op: OpClass
  readonly columns: Readonly<Record<string, string>>
  readonly isShort: boolean
}

const TITLES: Readonly<Record<OpClass, string>> = {
  gemm: 'Matrix product',
  context_attention: 'Prefill attention',
  generation_attention: 'Decode attention',
  context_mla: 'MLA, prefill',
  generation_mla: 'MLA, decode',
  moe: 'Mixture of experts',
  nccl: 'Collectives (NCCL)',
  custom_allreduce: 'Custom all-reduce',
}
/** What we set out to reach: unseen shapes, unseen device. */
const TARGETS: Readonly<Record<OpClass, readonly [number, number]>> = {
  gemm: [8, 11],
  context_attention: [12, 18],
  generation_attention: [14, 20],
  context_mla: [14, 20],
  generation_mla: [14, 20],
  moe: [16, 22],
  nccl: [12, 25],
  custom_allreduce: [12, 25],
}

const root = fileURLToPath(new URL('..', import.meta.url))
const stderr = { out: () => {}, err: (text: string) => void process.stderr.write(text), width: 120 }

async function points(folder: string) {
  const data = await readKernelData(folder, { ...stderr, colour: false, progress: false })
  if (!data.ok) throw new Error(formatProblem(data.problem))
  const devices = new Map<string, DeviceModel>()
  const defects = new Map<string, number>()
  const out = data.value.measurements.map((row): Point => {
    const key = `${row.deviceId}|${row.backend}`
    const device =
      devices.get(key) ?? (deviceModel(findAccelerator(row.deviceId) as Accelerator, row.backend) as DeviceModel)
    devices.set(key, device)
    const breach = breachOf(row.query, row.seconds, device.chip)
    if (breach) {
      const what = `${breach.rule} | ${row.op} | ${row.device} | ${row.backend}`
      defects.set(what, (defects.get(what) ?? 0) + 1)
    }
    const cell = kernelCell(device, row.op, formatOf(row.query), row.kernel, row.backend)
    return {
      op: row.op,
      columns: row.columns,
      measured: row.seconds,
      predicted: kernelSeconds(row.query, device, row.kernel, row.backend),
      roofline: rooflineSeconds(row.query, device.chip),
      isShort: row.seconds < 2.5 * (cell?.constants[0] ?? 0),
    }
  })
  const skips = tallySkips(
    'kernels',
    data.value.uncovered.map(({ columns, reason }) => ({ what: columns.op ?? '', reason })),
  )
  return { out, defects, skips }
}

const GROUPINGS: Readonly<Record<'device' | 'format' | 'engine' | 'regime', (point: Point) => string>> = {
  device: ({ columns }) => findAccelerator(columns.device ?? '')?.id ?? columns.device ?? '',
  format: ({ columns: { dtype = '', kv_cache_dtype: kv } }) => (kv ? `${dtype}, KV ${kv}` : dtype),
  engine: ({ columns }) => columns.backend ?? '',
  regime: ({ isShort }) => (isShort ? 'short' : 'long'),
}
type Grouping = keyof typeof GROUPINGS

function kernelRows(rows: readonly Point[]): FidelityRow[] {
  const totals = OP_CLASSES.flatMap((op): FidelityRow[] => {
    const own = CALIBRATION.borrowed[op]
    return pairedErrors(
      rows.filter((one) => one.op === op),
      () => ({}),
    ).map(({ row, roof }) => ({
      set: 'kernels',
      what: op,
      title: TITLES[op],
      by: 'all',
      key: '',
      ...errorColumns(row, roof),
      ...given('unseenShapePct', own?.unseenShapePct),
      ...given('unseenDevicePct', own?.sameArchitecturePct),
      ...given('unseenArchitecturePct', own?.otherArchitecturePct),
      targets: TARGETS[op],
    }))
  })
  const parts = (Object.keys(GROUPINGS) as Grouping[]).flatMap((by) =>
    pairedErrors(rows, (one) => ({ op: one.op, key: GROUPINGS[by](one) })).map(({ row, roof }): FidelityRow => {
      const { op, key } = row.group as { readonly op: OpClass; readonly key: string }
      const out = by === 'device' ? CALIBRATION.leftOut.find((one) => one.op === op && one.device === key) : undefined
      const unseen = out?.isArchitectureKnown ? 'unseenDevicePct' : 'unseenArchitecturePct'
      const base = { set: 'kernels', what: op, title: TITLES[op], by, key } as const
      return { ...base, ...errorColumns(row, roof), ...given(unseen, out?.medianPct) }
    }),
  )
  return [...totals, ...parts]
}

const errorCells = (row: FidelityRow) => [
  String(row.n),
  pct(row.rooflinePct),
  pct(row.oursPct),
  pct(row.oursP90Pct),
  row.ratio?.toFixed(2) ?? '–',
]

function detail(rows: readonly FidelityRow[], by: Grouping): string {
  const isDevice = by === 'device'
  const lines = rows
    .filter((row) => row.by === by)
    .map((row) => {
      const far = row.unseenArchitecturePct
      const unseen = far === undefined ? pct(row.unseenDevicePct) : `${pct(far)} *`
      return [`${row.title}, ${row.key}`, ...errorCells(row), ...(isDevice ? [unseen] : [])]
    })
  const head = ['', 'rows', 'roofline', 'ours', 'ours, p90', 'predicted / measured']
  return table(isDevice ? [...head, 'device left out'] : head, lines)
}

/** One sentence per origin. */
const sourcesOf = (foreign: readonly ForeignRow[]): string[] => [
  `Kernels: ${CALIBRATION.source}, timed as replays of a captured graph.`,
  `Served requests: ${ENGINE_TABLE.source}.`,
  'Models and devices left out of the fit: errors of the requests that take part in it, which repeats, disaggregated and mixed-up rows do not.',
  'Offline throughput: TensorRT-LLM’s published performance tables; beside them MLPerf Inference 4.1.',
  ...(foreign.length > 0
    ? ['Devices outside the tables: InferSim (Apache-2.0: H20, H800) and LLMServingSim (MIT: RTX PRO 6000, RTX 4090).']
    : []),
]

async function main(): Promise<void> {
  const folder = process.argv[2] ?? join(root, '..', 'shared', 'measured')
  const { out: all, defects, skips } = await points(folder)
  const served = await readServingData(folder, { ...stderr, colour: false, progress: false })
  if (!served.ok) throw new Error(formatProblem(served.problem))
  const serving = servingFidelity(served.value)
  const classes = OP_CLASSES.filter((op) => all.some((one) => one.op === op))
  const kernels = kernelRows(all)
  const foreign = foreignRows(folder)
  const plots: (FidelityPlot & { readonly name: string })[] = [
    ...serving.plots.map((plot) => ({ ...plot, name: `serving_${plot.what}` })),
    ...classes.map((op) => {
      return {
        set: 'kernels',
        what: op,
        title: TITLES[op],
        points: all.filter((one) => one.op === op),
        name: op,
      } as const
    }),
  ]
  const images = (set: string) =>
    plots.flatMap((plot) => (plot.set === set ? `![${plot.title}](fidelity/${plot.name}.svg)` : [])).join('\n')
  const summary = kernels
    .filter(({ by }) => by === 'all')
    .map((row) => [
      row.title,
      ...errorCells(row).slice(0, -1),
      judged(row.unseenShapePct, row.targets?.[0]),
      judged(row.unseenDevicePct, row.targets?.[1]),
      judged(row.unseenArchitecturePct, row.targets?.[1]),
    ])
  const text = `# Fidelity

<!-- Generated by tools/fidelity.ts: do not edit. -->

How far Capline's calibrated times are from measured ones: first [whole requests](#serving-whole-requests) of served models,
then [kernels](#kernels).

${serving.text}
${images('serving')}

## Kernels

Calibrated kernel times: median absolute error in per cent. Data: ${CALIBRATION.source}.
Kernels were timed as replays of a captured graph; the constants are in \`packages/core/src/cost/calibration/constants.ts\`,
made by \`capline calibrate --data ../shared/measured/kernels --source TEXT --out FILE\`, and are not refitted here. Those of
an architecture depend on the rows of its own devices alone, in an order of their own: with \`--device\` a device that is the
only one of its architecture gets the same again. *Roofline* is the plain maximum of flop over peak and bytes over
bandwidth. *Unseen shapes*: whole layer shapes left out of the fit, four parts in turn. *Unseen device*: a device left out
altogether and priced from the rest of its architecture; *unseen architecture*: the architecture gone with it. Targets in
brackets, one for both kinds of unseen device; *missed*: not reached.

${table(['', 'rows', 'roofline', 'ours, fitted', 'fitted, p90', 'unseen shapes', 'unseen device', 'unseen architecture'], summary)}

A device nobody measured gets the constants of its architecture, or of the class, and the wider interval of the last two columns.
${reachText(kernels)}

### Devices outside the tables

Measured by others with other tools and in no fit: what an unseen device looks like in practice. Constants borrowed as said
above; the RTX cards were looked at when the power budget of workstation boards was added to the chip figures.

${table(
  ['', 'rows', 'roofline', 'ours', 'ours, p90', 'predicted / measured'],
  foreign.map((row) => [`${row.title}, ${row.name}`, ...errorCells(row)]),
)}

FP8 products: the measured kernel alone, ours with the quantisation of its input that engines add. RTX profiles: eager launches.

### Where the plain roofline is nearer

Parts of the tables below, and devices outside them, where the maximum of work over peak and bytes over bandwidth is off by
less than our constants.

${nearerTable([...kernels, ...serving.rows, ...foreign])}

GeForce RTX 4090: long products run at 0.94 to 0.98 of the rated peak, padding included (assumed: the cards clock higher than
rated); ours takes the share that an L40S reaches. The tables have no such card to fit it to.

### By device

\`*\`: no other device of the architecture was left.

${detail(kernels, 'device')}

### By format

${detail(kernels, 'format')}

### By engine

${detail(kernels, 'engine')}

### By regime

Short: below 2.5 times the shortest call of that kernel, where launches decide.

${detail(kernels, 'regime')}

### Rows that break a physical rule

Left out of the fit, kept in the errors above. The rules: faster than 0.95 of flop over dense peak; faster than 0.95 of bytes over
bandwidth although the bytes exceed twice the last-level cache; over 100 times slower than roofline plus 50 µs.

${table(
  ['rule', 'class', 'device', 'engine', 'rows'],
  [...defects].sort().map(([what, n]) => [...what.split(' | '), String(n)]),
)}

### Predicted against measured

${images('kernels')}
`
  mkdirSync(join(root, 'docs', 'fidelity'), { recursive: true })
  writeFileSync(join(root, 'docs', 'fidelity.md'), text)
  for (const plot of plots) writeFileSync(join(root, 'docs', 'fidelity', `${plot.name}.svg`), scatter(plot))
  const rows = [...kernels, ...serving.rows, ...foreign]
  const kernelsFirst = [...plots].sort((a, b) => (a.set < b.set ? -1 : a.set > b.set ? 1 : 0))
  writeFileSync(
    join(root, 'packages', 'core', 'data', 'fidelity.json'),
    fidelityJson(sourcesOf(foreign), rows, kernelsFirst, [...skips, ...serving.skips]),
  )
  process.stdout.write(`docs/fidelity.md: ${all.length} kernels, ${serving.figures} served figures\n`)
}

await main()
