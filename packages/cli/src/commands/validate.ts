/**
 * `capline validate kernels`: committed constants against measured kernel tables. Nothing is fitted. Every row counts:
 * those no model covers form groups without errors, with the reason on stderr.
 */
import {
  type Accelerator,
  breachOf,
  type DeviceModel,
  deviceModel,
  type ErrorRow,
  errorTable,
  fail,
  findAccelerator,
  kernelSeconds,
  ok,
  type Result,
  type Scored,
  show,
} from '@capline/core'
import type { Command } from 'commander'
import { type Answer, type Invocation, json } from '../command.ts'
import { type KernelData, readKernelData } from '../input/kernelTables.ts'
import { painter } from '../render/style.ts'
import { tableLines } from '../render/table.ts'

export const validateCommand = {
  name: 'validate',
  arguments: '<what>',
  summary: 'committed constants against measured data, without fitting: error table with n, median, p90 and bias',
  options: (command: Command) =>
    command
      .option('--data <DIR>', 'folder of measured tables (gemm.csv, moe.csv.gz, nccl.parquet, …)')
      .option(
        '--by <KEYS>',
        'columns to group by, separated by commas: op, device, dtype, backend, kernel, … (default: op)',
      )
      .option('--json', 'print JSON'),
  examples: [
    'capline validate kernels --data measured',
    'capline validate kernels --data measured --by op,device,dtype --json',
  ],
  run: runValidate,
}

/** Reasons and their counts, most frequent first. */
function counted(reasons: Iterable<string>): string[] {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, n]) => `${n} ${n === 1 ? 'row' : 'rows'}: ${reason}`)
}

function score(data: KernelData, keys: readonly string[]): { readonly scored: Scored[]; readonly remarks: string[] } {
  const groupOf = (columns: Readonly<Record<string, string>>) =>
    Object.fromEntries(keys.map((key) => [key, columns[key] ?? '']))
  const devices = new Map<string, DeviceModel | undefined>()
  const scored: Scored[] = []
  const missing: string[] = []
  const defects: string[] = []
  for (const row of data.measurements) {
    const key = `${row.deviceId}|${row.backend}`
    if (!devices.has(key)) devices.set(key, deviceModel(findAccelerator(row.deviceId) as Accelerator, row.backend))
    const device = devices.get(key)
    const seconds = device ? kernelSeconds(row.query, device, row.kernel, row.backend) : Number.NaN
    const isPredicted = Number.isFinite(seconds) && seconds > 0
    if (!isPredicted)
      missing.push(device ? `no constants for ${row.op}` : `${row.device} has no matrix peak or bandwidth`)
    scored.push({ group: groupOf(row.columns), logRatio: isPredicted ? Math.log(seconds / row.seconds) : undefined })
    const breach = device && breachOf(row.query, row.seconds, device.chip)
    if (breach) defects.push(breach.rule)
  }
  for (const row of data.uncovered) {
    missing.push(row.reason)
    scored.push({ group: groupOf(row.columns), logRatio: undefined })
  }
  const remarks = [
    ...counted(missing).map((line) => `not predicted: ${line}`),
    ...counted(defects).map((line) => `known defect, counted in the errors all the same: ${line}`),
    ...(data.ignored.length > 0 ? [`no kernel table: ${data.ignored.join(', ')}`] : []),
  ]
  return { scored, remarks }
}

const percent = (x: number | null) => (x === null ? '–' : x.toFixed(1))

function render(rows: readonly ErrorRow[], keys: readonly string[], invocation: Invocation): string {
  const { terminal } = invocation
  const columns = [
    ...keys.map((key) => ({ id: key, title: key, text: (row: ErrorRow) => row.group[key] ?? '' })),
    { id: 'n', title: 'n', align: 'right' as const, text: (row: ErrorRow) => String(row.n) },
    {
      id: 'median',
      title: 'median %',
      align: 'right' as const,
      text: (row: ErrorRow) => percent(row.medianAbsErrorPct),
    },
    { id: 'p90', title: 'p90 %', align: 'right' as const, text: (row: ErrorRow) => percent(row.p90AbsErrorPct) },
    {
      id: 'ratio',
      title: 'predicted / measured',
      align: 'right' as const,
      text: (row: ErrorRow) => (row.medianRatio === null ? 'not predicted' : row.medianRatio.toFixed(3)),
    },
  ]
  const lines = tableLines({ columns, rows }, { width: terminal.width, paint: painter(terminal.colour) })
  return `${lines.join('\n')}\n`
}

export async function runValidate(invocation: Invocation): Promise<Result<Answer>> {
  const { args, options, terminal } = invocation
  const [what] = args
  if (what !== 'kernels')
    return fail('validate', `${show(what ?? '')} is nothing that can be validated`, 'Write kernels')
  if (typeof options.data !== 'string') return fail('--data', 'is missing', 'Give the folder of measured tables')
  const data = await readKernelData(options.data, terminal)
  if (!data.ok) return data
  const keys = String(options.by ?? 'op')
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean)
  const all = data.value.measurements
  const known = new Set([...all, ...data.value.uncovered].flatMap((row) => Object.keys(row.columns)))
  const strange = keys.find((key) => !known.has(key))
  if (strange !== undefined) {
    return fail('--by', `${show(strange)} is no column of these tables`, `Choose among ${[...known].sort().join(', ')}`)
  }
  const { scored, remarks } = score(data.value, keys)
  const rows = errorTable(scored)
  const text = options.json === true ? json(rows) : render(rows, keys, invocation)
  return ok({ text, ...(remarks.length > 0 ? { remark: remarks.join('\n') } : {}) })
}
