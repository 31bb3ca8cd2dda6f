/**
 * Writes docs/fidelity.md and its plots: how far the committed constants are from measured kernels (per operator class,
 * device, format and engine) and from served requests (fidelityServing.ts), beside the plain roofline. `node --conditions=capline-source --import tsx
 * tools/fidelity.ts [DIR]`; DIR holds the measured tables (default: ../shared/measured). Fits nothing.
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
  type ErrorRow,
  errorTable,
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
import { foreignLines } from './fidelityForeign.ts'
import { servingFidelity } from './fidelityServing.ts'

/** What a plot shows of a row. */
interface PlotPoint {
  readonly measured: number
  readonly predicted: number
  readonly roofline: number
}

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
const PLOTTED = 300
const SIDE = 300
const MARGIN = 40

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
  return { out, defects }
}

const pct = (x: number | null | undefined) => (x === null || x === undefined ? '–' : x.toFixed(1))

function byKey(rows: readonly Point[], keys: (point: Point) => Record<string, string>) {
  const ours = errorTable(rows.map((one) => ({ group: keys(one), logRatio: Math.log(one.predicted / one.measured) })))
  const roof = errorTable(rows.map((one) => ({ group: keys(one), logRatio: Math.log(one.roofline / one.measured) })))
  return ours.map((row, i) => ({ row, roof: roof[i] as ErrorRow }))
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const bar = head.map((_, i) => (i === 0 ? '---' : '---:'))
  return [head, bar, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function detail(rows: readonly Point[], label: string, keys: (point: Point) => Record<string, string>): string {
  const lines = byKey(rows, keys)
    .sort((a, b) => (JSON.stringify(a.row.group) < JSON.stringify(b.row.group) ? -1 : 1))
    .map(({ row, roof }) => {
      const { op, key } = row.group as { op: OpClass; key: string }
      const out = CALIBRATION.leftOut.find((one) => one.op === op && one.device === findAccelerator(key)?.id)
      const unseen =
        label === 'device' ? [out ? `${pct(out.medianPct)}${out.isArchitectureKnown ? '' : ' *'}` : '–'] : []
      return [
        `${TITLES[op]}, ${key}`,
        String(row.n),
        pct(roof.medianAbsErrorPct),
        pct(row.medianAbsErrorPct),
        pct(row.p90AbsErrorPct),
        row.medianRatio?.toFixed(2) ?? '–',
        ...unseen,
      ]
    })
  const head = ['', 'rows', 'roofline', 'ours', 'ours, p90', 'predicted / measured']
  return table(label === 'device' ? [...head, 'device left out'] : head, lines)
}

/** Predicted against measured, log-log; one path of dots per series keeps the file small. */
function scatter(title: string, rows: readonly PlotPoint[]): string {
  const some = Array.from({ length: Math.min(PLOTTED, rows.length) }, (_, i) => {
    return rows[Math.floor(((i + 0.5) * rows.length) / Math.min(PLOTTED, rows.length))] as PlotPoint
  })
  const low = Math.floor(Math.log10(Math.min(...some.map((one) => Math.min(one.measured, one.predicted)))))
  const high = Math.ceil(Math.log10(Math.max(...some.map((one) => Math.max(one.measured, one.predicted)))))
  const at = (seconds: number) =>
    Math.round((Math.max(0, (Math.log10(seconds) - low) / (high - low)) * SIDE + MARGIN) * 10) / 10
  const total = SIDE + 2 * MARGIN
  const dots = (value: (one: PlotPoint) => number) =>
    some.map((one) => `M${at(one.measured)} ${Math.round((total - at(value(one))) * 10) / 10}h0`).join('')
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => low + i)
  const name = (power: number) =>
    power >= 0 ? `${10 ** power} s` : power >= -3 ? `${10 ** (power + 3)} ms` : `${10 ** (power + 6)} µs`
  const grid = ticks
    .map((power) => {
      const x = at(10 ** power)
      const y = total - x
      const edge = total - MARGIN
      return `<path d="M${x} ${MARGIN}V${edge}M${MARGIN} ${y}H${edge}" class="g"/><text x="${x}" y="${edge + 14}" text-anchor="middle">${name(power)}</text><text x="${MARGIN - 4}" y="${y + 3}" text-anchor="end">${name(power)}</text>`
    })
    .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${total}" font-family="sans-serif" font-size="9">
<title>${title}: predicted against measured</title>
<style>.g{stroke:#ddd;stroke-width:.5}.d{fill:none;stroke-linecap:round;stroke-width:3}text{fill:#555}</style>
<rect width="100%" height="100%" fill="#fff"/>${grid}
<path d="M${MARGIN} ${total - MARGIN}L${total - MARGIN} ${MARGIN}" stroke="#999" stroke-dasharray="3 3"/>
<path class="d" stroke="#bbb" d="${dots((one) => one.roofline)}"/>
<path class="d" stroke="#1f6feb" stroke-opacity=".6" d="${dots((one) => one.predicted)}"/>
<text x="${total / 2}" y="14" text-anchor="middle" font-size="11">${title}</text>
<text x="${total / 2}" y="28" text-anchor="middle">measured → ; predicted ↑ ; blue: calibrated, grey: roofline</text>
</svg>
`
}

async function main(): Promise<void> {
  const folder = process.argv[2] ?? join(root, '..', 'shared', 'measured')
  const { out: all, defects } = await points(folder)
  const served = await readServingData(folder, { ...stderr, colour: false, progress: false })
  if (!served.ok) throw new Error(formatProblem(served.problem))
  const serving = servingFidelity(served.value)
  const classes = OP_CLASSES.filter((op) => all.some((one) => one.op === op))
  const summary = byKey(all, (one) => ({ op: one.op })).map(({ row, roof }) => {
    const op = row.group.op as OpClass
    const own = CALIBRATION.borrowed[op]
    const [shapes, device] = TARGETS[op]
    return [
      TITLES[op],
      String(row.n),
      pct(roof.medianAbsErrorPct),
      pct(row.medianAbsErrorPct),
      pct(row.p90AbsErrorPct),
      `${pct(own?.unseenShapePct)} (${shapes})`,
      `${pct(own?.sameArchitecturePct)} (${device})`,
      pct(own?.otherArchitecturePct),
    ]
  })
  const regime = byKey(all, (one) => ({ op: one.op, key: one.isShort ? 'short' : 'long' }))
    .sort((a, b) => (JSON.stringify(a.row.group) < JSON.stringify(b.row.group) ? -1 : 1))
    .map(({ row, roof }) => [
      `${TITLES[row.group.op as OpClass]}, ${row.group.key}`,
      String(row.n),
      pct(roof.medianAbsErrorPct),
      pct(row.medianAbsErrorPct),
      pct(row.p90AbsErrorPct),
    ])
  const text = `# Fidelity

<!-- Generated by tools/fidelity.ts: do not edit. -->

How far Capline's calibrated times are from measured ones: first [whole requests](#serving-whole-requests) of served models,
then [kernels](#kernels).

${serving.text}
${serving.plots.map(({ name, title }) => `![${title}](fidelity/${name}.svg)`).join('\n')}

## Kernels

Calibrated kernel times: median absolute error in per cent. Data: ${CALIBRATION.source}.
Kernels were timed as replays of a captured graph; the constants are in \`packages/core/src/cost/calibration/constants.ts\`,
made by \`capline calibrate\`, and are not refitted here. *Roofline* is the plain maximum of flop over peak and bytes over
bandwidth. *Unseen shapes*: whole layer shapes left out of the fit, four parts in turn. *Unseen device*: a device left out
altogether and priced from the rest of its architecture; *unseen architecture*: the architecture gone with it. Targets in brackets.

${table(['', 'rows', 'roofline', 'ours, fitted', 'fitted, p90', 'unseen shapes', 'unseen device', 'unseen architecture'], summary)}

A device nobody measured gets the constants of its architecture, or of the class, and the wider interval of the last two columns.

### Devices outside the tables

Measured by others with other tools and in no fit: what an unseen device looks like in practice. Constants borrowed as said
above; the RTX cards were looked at when the power budget of workstation boards was added to the chip figures.

${table(['', 'rows', 'roofline', 'ours', 'ours, p90', 'predicted / measured'], foreignLines(folder))}

FP8 products: the measured kernel alone, ours with the quantisation of its input that engines add. RTX profiles: eager launches.

### By device

\`*\`: no other device of the architecture was left.

${detail(all, 'device', (one) => ({ op: one.op, key: one.columns.device ?? '' }))}

### By format

${detail(all, 'format', (one) => ({ op: one.op, key: one.columns.kv_cache_dtype ? `${one.columns.dtype}, KV ${one.columns.kv_cache_dtype}` : (one.columns.dtype ?? '') }))}

### By engine

${detail(all, 'engine', (one) => ({ op: one.op, key: one.columns.backend ?? '' }))}

### By regime

Short: below 2.5 times the shortest call of that kernel, where launches decide.

${table(['', 'rows', 'roofline', 'ours', 'ours, p90'], regime)}

### Rows that break a physical rule

Left out of the fit, kept in the errors above. The rules: faster than 0.95 of flop over dense peak; faster than 0.95 of bytes over
bandwidth although the bytes exceed twice the last-level cache; over 100 times slower than roofline plus 50 µs.

${table(
  ['rule', 'class', 'device', 'engine', 'rows'],
  [...defects].sort().map(([what, n]) => [...what.split(' | '), String(n)]),
)}

### Predicted against measured

${classes.map((op) => `![${TITLES[op]}](fidelity/${op}.svg)`).join('\n')}
`
  mkdirSync(join(root, 'docs', 'fidelity'), { recursive: true })
  writeFileSync(join(root, 'docs', 'fidelity.md'), text)
  for (const op of classes) {
    writeFileSync(
      join(root, 'docs', 'fidelity', `${op}.svg`),
      scatter(
        TITLES[op],
        all.filter((one) => one.op === op),
      ),
    )
  }
  for (const { name, title, points: plotted } of serving.plots) {
    writeFileSync(join(root, 'docs', 'fidelity', `${name}.svg`), scatter(title, plotted))
  }
  process.stdout.write(`docs/fidelity.md: ${all.length} kernels, ${serving.rows} served figures\n`)
}

await main()
