/**
 * `--basis measured:DIR`: the user's own kernel tables of one accelerator, ready to price kernels. Tables of other
 * accelerators in the folder are left alone, and named when there are none of the one that is asked for.
 */
import {
  type Accelerator,
  fail,
  findAccelerator,
  type MeasuredDevice,
  type MeasuredOptions,
  measuredDevice,
  ok,
  type Result,
} from '@capline/core'
import { counted } from '../counted.ts'
import type { Terminal } from '../terminal.ts'
import { shownPath } from './files.ts'
import { readKernelData } from './kernelTables.ts'

const PREFIX = 'measured:'

/** The folder of `measured:DIR`; undefined for another basis. */
export function measuredFolder(basis: string): string | undefined {
  return basis.startsWith(PREFIX) ? basis.slice(PREFIX.length) : undefined
}

interface MeasuredInput {
  readonly device: MeasuredDevice
  /** What was left out, one line each. */
  readonly remarks: readonly string[]
}

/** Own hardware is known by its id as well, however it is written. */
function finderFor(accelerator: Accelerator) {
  const fold = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, '')
  const own = fold(accelerator.id)
  return (name: string) => (fold(name) === own ? accelerator : findAccelerator(name))
}

export async function readMeasuredDevice(
  folder: string,
  accelerator: Accelerator,
  options: MeasuredOptions,
  terminal: Terminal,
): Promise<Result<MeasuredInput>> {
  const data = await readKernelData(folder, terminal, { only: accelerator, find: finderFor(accelerator) })
  if (!data.ok) return data
  const { measurements, uncovered, unreadable, devices } = data.value
  const rows = measurements.filter((row) => row.deviceId === accelerator.id)
  if (rows.length === 0) {
    const others = [...new Set([...devices, ...measurements.map((row) => row.device)])].sort()
    const has = others.length > 0 ? `It has ${others.join(', ')}` : 'Its tables name no accelerator of the catalogue'
    return fail(
      shownPath(folder),
      `has no kernel tables of ${accelerator.name} (${accelerator.id})`,
      `${has}; the column device or a folder names it`,
    )
  }
  const device = measuredDevice(rows, accelerator, options)
  if (!device) {
    return fail(accelerator.id, 'has no matrix peak or no memory bandwidth', 'Give them in a hardware file')
  }
  const remarks = [
    ...[...device.dropped].map(([rule, n]) => `left out by rule: ${n} ${n === 1 ? 'row' : 'rows'} ${rule}`),
    ...counted(uncovered.map((row) => row.reason)).map((line) => `not used: ${line}`),
    ...unreadable.map((problem) => `not read: ${problem}`),
  ]
  return ok({ device, remarks })
}
