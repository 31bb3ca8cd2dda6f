/**
 * `capline calibrate [kernels]`: fits the constants of the kernel models to measured tables and cross-validates them (whole
 * shapes and whole devices left out); `capline calibrate serving`: see `calibrateServing.ts`. Writes a TypeScript module (`.ts`) or JSON, with where the data came from.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import {
  breachOf,
  type CalibrationTable,
  type Chip,
  calibrate,
  DEFECT_RULES,
  fail,
  findAccelerator,
  type KernelMeasurement,
  type KernelSample,
  ok,
  type Result,
  roundTable,
  show,
  tableToJson,
  tableToModule,
} from '@capline/core'
import type { Command } from 'commander'
import { type Answer, type Invocation, json } from '../command.ts'
import { counted } from '../counted.ts'
import { ioProblem } from '../input/files.ts'
import { readKernelData } from '../input/kernelTables.ts'
import { painter } from '../render/style.ts'
import { tableLines } from '../render/table.ts'
import { runCalibrateServing } from './calibrateServing.ts'

export const calibrateCommand = {
  name: 'calibrate',
  arguments: '[what]',
  summary: 'fit the constants of kernels, or of serving engines, to measured tables, with cross-validated errors',
  options: (command: Command) =>
    command
      .option('--data <DIR>', 'folder of measured tables (gemm.csv, moe.csv.gz, …; serving: points.csv)')
      .option('--device <ID>', 'fit this device only')
      .option('--source <TEXT>', 'where the data came from, kept with the constants (default: the number of rows)')
      .option('--out <FILE>', 'file to write: .ts for a module, else JSON')
      .option('--json', 'print the errors as JSON'),
  examples: [
    'capline calibrate --data measured --out constants.json',
    'capline calibrate --data measured --device h100-sxm --out h100.json --json',
    'capline calibrate serving --data measured --out engines.json',
  ],
  run: runCalibrate,
}

interface Filtered {
  readonly samples: readonly KernelSample[]
  /** Rows that break a physical rule, by rule, class and device. */
  readonly defects: ReadonlyMap<string, number>
}

function filter(measurements: readonly KernelMeasurement[], chips: ReadonlyMap<string, Chip>): Filtered {
  const defects = new Map<string, number>()
  const samples: KernelSample[] = []
  for (const row of measurements) {
    const chip = chips.get(row.deviceId)
    if (!chip) continue
    const breach = breachOf(row.query, row.seconds, chip)
    if (breach) {
      const key = `${breach.rule}: ${row.op}, ${row.device}, ${row.backend}`
      defects.set(key, (defects.get(key) ?? 0) + 1)
      continue
    }
    const { op, backend, kernel, query, seconds } = row
    samples.push({ op, device: row.deviceId, backend, kernel, query, seconds })
  }
  return { samples, defects }
}

interface ErrorLine {
  readonly op: string
  readonly device: string
  readonly rows: number
  /** Per cent, median absolute: as fitted, shapes left out, the device left out. */
  readonly fittedPct: number
  readonly unseenShapePct: number
  readonly unseenDevicePct: number | null
}

/** Per class and device: the kernels' medians, weighted by their rows. */
function errorLines(table: CalibrationTable): ErrorLine[] {
  const lines = new Map<string, { rows: number; fitted: number; unseen: number }>()
  for (const kernel of table.kernels) {
    for (const [device, own] of Object.entries(kernel.devices)) {
      const key = `${kernel.op}|${device}`
      const line = lines.get(key) ?? { rows: 0, fitted: 0, unseen: 0 }
      line.rows += own.rows
      line.fitted += own.rows * own.fittedPct
      line.unseen += own.rows * own.unseenPct
      lines.set(key, line)
    }
  }
  return [...lines].map(([key, { rows, fitted, unseen }]) => {
    const [op, device] = key.split('|') as [string, string]
    const out = table.leftOut.find((one) => one.op === op && one.device === device)
    const round = (x: number) => Math.round(x * 100) / 100
    return {
      op,
      device,
      rows,
      fittedPct: round(fitted / rows),
      unseenShapePct: round(unseen / rows),
      unseenDevicePct: out ? round(out.medianPct) : null,
    }
  })
}

function render(lines: readonly ErrorLine[], { terminal }: Invocation): string {
  const number = (id: 'rows' | 'fittedPct' | 'unseenShapePct' | 'unseenDevicePct', title: string) => ({
    id,
    title,
    align: 'right' as const,
    text: (line: ErrorLine) => (line[id] === null ? '–' : String(line[id])),
  })
  const columns = [
    { id: 'op', title: 'class', text: (line: ErrorLine) => line.op },
    { id: 'device', title: 'device', text: (line: ErrorLine) => line.device },
    number('rows', 'rows'),
    number('fittedPct', 'fitted %'),
    number('unseenShapePct', 'unseen shapes %'),
    number('unseenDevicePct', 'unseen device %'),
  ]
  return `${tableLines({ columns, rows: lines }, { width: terminal.width, paint: painter(terminal.colour) }).join('\n')}\n`
}

export async function runCalibrate(invocation: Invocation): Promise<Result<Answer>> {
  const { args, options, terminal } = invocation
  const isServing = args[0] === 'serving'
  const folder = options.data ?? (isServing || args[0] === 'kernels' ? undefined : args[0])
  if (typeof folder !== 'string') return fail('--data', 'is missing', 'Give the folder of measured tables')
  if (isServing) return runCalibrateServing(invocation, folder)
  if (typeof options.out !== 'string') return fail('--out', 'is missing', 'Give the file to write')
  const device = typeof options.device === 'string' ? findAccelerator(options.device) : undefined
  if (options.device !== undefined && !device) {
    return fail('--device', `${show(options.device)} is not in the catalogue`, 'See capline accelerators')
  }
  const data = await readKernelData(folder, terminal)
  if (!data.ok) return data
  const { measurements, uncovered, unreadable, chips } = data.value
  const wanted = device ? measurements.filter((row) => row.deviceId === device.id) : measurements
  if (wanted.length === 0) return fail('--data', 'holds no row that can be fitted', 'Check the devices and formats')
  const { samples, defects } = filter(wanted, chips)
  const source = typeof options.source === 'string' ? options.source : `${wanted.length} measured kernel calls`
  const progress = (line: string) => terminal.progress && terminal.err(`${line}\n`)
  const table = roundTable(calibrate(samples, chips, source, progress))
  const isModule = options.out.endsWith('.ts')
  const text = isModule
    ? tableToModule(table, 'capline calibrate --data DIR --source TEXT --out constants.ts')
    : tableToJson(table)
  try {
    writeFileSync(options.out, text)
  } catch (error) {
    return ioProblem(options.out, error)
  }
  const lines = errorLines(table)
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const remark = [
    ...[...defects].map(([what, n]) => `left out by rule: ${n} ${n === 1 ? 'row' : 'rows'} ${what}`),
    ...counted(uncovered.map((row) => row.reason)).map((line) => `not used: ${line}`),
    ...unreadable.map((problem) => `not read: ${problem}`),
    `rules: ${DEFECT_RULES.join(', ')}`,
    `wrote ${table.kernels.length} kernels to ${options.out} (sha256 ${hash})`,
  ].join('\n')
  return ok({ text: options.json === true ? json(lines) : render(lines, invocation), remark })
}
