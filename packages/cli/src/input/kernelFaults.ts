/**
 * Rows of a kernel table that no device can have produced: five times faster than its roofs, or in another unit than
 * milliseconds. Odd rows that break a rule by less are no faults: they are left out of fits and counted (breachOf).
 */
import {
  type Accelerator,
  breachOf,
  type Chip,
  checkUnit,
  chipOf,
  deviceModel,
  type KernelMeasurement,
  type ReadTable,
  type RowFault,
  showsUnit,
  type WrongUnit,
} from '@capline/core'
import type { FindAccelerator } from './kernelFolders.ts'

/** More than this share of far too slow rows: not odd kernels but another unit. */
const WRONG_UNIT_SHARE = 1 / 3
const REMEDIES: Readonly<Record<WrongUnit, string>> = {
  seconds: 'Multiply the column by 1000',
  microseconds: 'Divide the column by 1000',
}

function latencyFault(row: KernelMeasurement, problem: string, remedy: string): RowFault {
  const value = row.columns.latency ?? ''
  const reason = `latency: ${value} ms is ${problem}`
  return { line: row.line, column: 'latency', value, reason, remedy, columns: row.columns }
}

/** Rows of one device. */
function faultsOf(rows: readonly KernelMeasurement[], accelerator: Accelerator, chip: Chip): RowFault[] {
  const device = deviceModel(accelerator)
  const { unit, ratios } = device ? checkUnit(rows, device) : { unit: undefined, ratios: [] }
  const faults: RowFault[] = []
  const slow: RowFault[] = []
  rows.forEach((row, i) => {
    const ratio = ratios[i]
    if (unit && ratio !== undefined && showsUnit(ratio, unit)) {
      const times = ratio > 1 ? `${Math.round(ratio)} times` : `one ${Math.round(1 / ratio)}th of`
      const problem = `${times} what such a call takes, as are most rows: the column seems to be in ${unit}, not milliseconds`
      faults.push(latencyFault(row, problem, REMEDIES[unit]))
      return
    }
    const breach = breachOf(row.query, row.seconds, chip)
    if (!breach) return
    const rule = breach.rule.replaceAll('-', ' ')
    if (breach.isImpossible) {
      const remedy = 'Correct or remove the row; times must be in milliseconds'
      faults.push(latencyFault(row, `${rule} of ${accelerator.name} allows, by over five times`, remedy))
    } else if (breach.rule === 'over-a-hundred-times-slow') {
      slow.push(latencyFault(row, `${rule}; the column must be in milliseconds`, REMEDIES.microseconds))
    }
  })
  return slow.length > WRONG_UNIT_SHARE * rows.length ? [...faults, ...slow] : faults
}

/** In the order of the lines; `chips` is filled with those of the devices met. */
export function impossibleRows(table: ReadTable, chips: Map<string, Chip>, find: FindAccelerator): RowFault[] {
  const byDevice = new Map<string, KernelMeasurement[]>()
  for (const row of table.measurements) {
    const rows = byDevice.get(row.device)
    if (rows) rows.push(row)
    else byDevice.set(row.device, [row])
  }
  const faults: RowFault[] = []
  for (const [name, rows] of byDevice) {
    const accelerator = find(name)
    const chip = accelerator && (chips.get(accelerator.id) ?? chipOf(accelerator))
    if (!accelerator || !chip) continue
    chips.set(accelerator.id, chip)
    faults.push(...faultsOf(rows, accelerator, chip))
  }
  return [...table.faults, ...faults].sort((a, b) => a.line - b.line)
}
