/**
 * `capline validate kernels`: kernel times of a basis against measured kernel tables. Nothing is fitted. Every row counts:
 * those no model covers form groups without errors, with the reason on stderr. The basis is the committed constants, the
 * plain roofline, or tables of the user's own; tables asked about themselves answer without the row's whole site.
 */
import { realpathSync } from 'node:fs'
import {
  type Accelerator,
  breachOf,
  type DeviceModel,
  deviceModel,
  errorTable,
  fail,
  findAccelerator,
  type KernelMeasurement,
  kernelSeconds,
  type MeasuredDevice,
  measuredDevice,
  measuredTime,
  ok,
  type Result,
  rooflineSeconds,
  type Scored,
  show,
} from '@capline/core'
import { type Answer, type Invocation, json } from '../command.ts'
import { counted } from '../counted.ts'
import { type KernelData, readKernelData } from '../input/kernelTables.ts'
import { measuredFolder } from '../input/measuredDevice.ts'
import type { Terminal } from '../terminal.ts'
import { keysOf, renderErrors } from './validateTable.ts'

interface Priced {
  /** NaN: not priced. */
  readonly seconds: number
  /** What priced it. */
  readonly basis: string
}

interface Basis {
  readonly price: (row: KernelMeasurement, device: DeviceModel) => Priced
  readonly remarks: readonly string[]
}

const CALIBRATED: Basis = {
  price: (row, device) => ({
    seconds: kernelSeconds(row.query, device, row.kernel, row.backend),
    basis: 'calibrated',
  }),
  remarks: [],
}

const ROOFLINE: Basis = {
  price: (row, device) => ({ seconds: rooflineSeconds(row.query, device.chip), basis: 'roofline' }),
  remarks: [],
}

/** `leaveOut`: the tables are those that are validated. */
function measuredBasis(tables: KernelData, leaveOut: boolean): Basis {
  const rows = new Map<string, KernelMeasurement[]>()
  for (const row of tables.measurements) {
    const own = rows.get(row.deviceId)
    if (own) own.push(row)
    else rows.set(row.deviceId, [row])
  }
  const devices = new Map<string, MeasuredDevice | undefined>()
  for (const [id, own] of rows) devices.set(id, measuredDevice(own, findAccelerator(id) as Accelerator))
  const dropped = [...devices.values()].flatMap((device) =>
    [...(device?.dropped ?? [])].flatMap(([rule, n]) => new Array<string>(n).fill(rule)),
  )
  return {
    price: (row, device) => {
      const own = devices.get(row.deviceId)
      if (!own) return CALIBRATED.price(row, device)
      const { kernel, backend } = row
      const time = measuredTime(row.query, own, { kernel, backend, leaveOut: leaveOut ? 'site' : undefined })
      return time ? { seconds: time.timeS, basis: time.basis } : { seconds: Number.NaN, basis: 'calibrated' }
    },
    remarks: [
      ...(leaveOut
        ? ['the tables are their own basis: every row is priced without any row of its site (all of one layer shape)']
        : []),
      ...counted(dropped).map((line) => `left out of the basis by rule: ${line}`),
    ],
  }
}

function isSameFolder(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b)
  } catch {
    return false
  }
}

async function readBasis(name: unknown, folder: string, data: KernelData, terminal: Terminal): Promise<Result<Basis>> {
  if (name === undefined || name === 'calibrated') return ok(CALIBRATED)
  if (name === 'roofline') return ok(ROOFLINE)
  const other = typeof name === 'string' ? measuredFolder(name) : undefined
  if (other === undefined || other === '') {
    return fail('--basis', `${show(name)} is no basis`, 'Write calibrated, roofline or measured:DIR')
  }
  if (isSameFolder(folder, other)) return ok(measuredBasis(data, true))
  const tables = await readKernelData(other, terminal)
  return tables.ok ? ok(measuredBasis(tables.value, false)) : tables
}

function score(
  data: KernelData,
  keys: readonly string[],
  basis: Basis,
): { readonly scored: Scored[]; readonly remarks: string[] } {
  const groupOf = (columns: Readonly<Record<string, string>>) =>
    Object.fromEntries(keys.map((key) => [key, columns[key] ?? '']))
  const devices = new Map<string, DeviceModel | undefined>()
  const scored: Scored[] = []
  const missing: string[] = []
  const defects: string[] = []
  const fallen: string[] = []
  for (const row of data.measurements) {
    const key = `${row.deviceId}|${row.backend}`
    if (!devices.has(key)) devices.set(key, deviceModel(findAccelerator(row.deviceId) as Accelerator, row.backend))
    const device = devices.get(key)
    const priced = device ? basis.price(row, device) : { seconds: Number.NaN, basis: '' }
    const { seconds } = priced
    const isPredicted = Number.isFinite(seconds) && seconds > 0
    if (!isPredicted)
      missing.push(device ? `no constants for ${row.op}` : `${row.device} has no matrix peak or bandwidth`)
    else if (basis !== CALIBRATED && priced.basis === 'calibrated') fallen.push(row.op)
    const group = groupOf({ ...row.columns, basis: priced.basis })
    scored.push({ group, logRatio: isPredicted ? Math.log(seconds / row.seconds) : undefined })
    const breach = device && breachOf(row.query, row.seconds, device.chip)
    if (breach) defects.push(breach.rule)
  }
  for (const row of data.uncovered) {
    missing.push(row.reason)
    scored.push({ group: groupOf(row.columns), logRatio: undefined })
  }
  const remarks = [
    ...basis.remarks,
    ...counted(fallen).map((line) => `no measurement near, priced by the calibrated constants: ${line}`),
    ...counted(missing).map((line) => `not predicted: ${line}`),
    ...counted(defects).map((line) => `known defect, counted in the errors all the same: ${line}`),
    ...data.unreadable.map((problem) => `not read: ${problem}`),
    ...(data.ignored.length > 0 ? [`no kernel table: ${data.ignored.join(', ')}`] : []),
  ]
  return { scored, remarks }
}

export async function validateKernels(invocation: Invocation, folder: string): Promise<Result<Answer>> {
  const { options, terminal } = invocation
  const data = await readKernelData(folder, terminal)
  if (!data.ok) return data
  const keys = keysOf(options.by, 'op')
  const all = data.value.measurements
  const known = new Set(['basis', ...[...all, ...data.value.uncovered].flatMap((row) => Object.keys(row.columns))])
  const strange = keys.find((key) => !known.has(key))
  if (strange !== undefined) {
    return fail('--by', `${show(strange)} is no column of these tables`, `Choose among ${[...known].sort().join(', ')}`)
  }
  const basis = await readBasis(options.basis, folder, data.value, terminal)
  if (!basis.ok) return basis
  const { scored, remarks } = score(data.value, keys, basis.value)
  const rows = errorTable(scored)
  const text = options.json === true ? json(rows) : renderErrors(rows, keys, invocation)
  return ok({ text, ...(remarks.length > 0 ? { remark: remarks.join('\n') } : {}) })
}
