/**
 * Leave-one-out on the public tables, where they are at hand (../shared/measured, or the folder in CAPLINE_MEASURED):
 * interpolation must beat the calibrated model it refers to, and by as much as committed here. H100; every point, then
 * whole sites left out.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ACCELERATORS, type Accelerator } from '../../catalog/accelerators/index.ts'
import { parseCsv, readKernelTable, TABLES, type TableName } from '../../importers/kernelTables/index.ts'
import { medianPct } from '../calibration/errors.ts'
import { breachOf } from '../calibration/rules.ts'
import { kernelSeconds } from '../kernels/device.ts'
import { type MeasuredDevice, measuredDevice, measuredTime } from './index.ts'

const repository = fileURLToPath(new URL('../../../../../', import.meta.url))
const folder = join(process.env.CAPLINE_MEASURED ?? join(repository, '..', 'shared', 'measured'), 'kernels')
const isPresent = existsSync(folder)
const DEVICE = 'h100-sxm'
const GROWTH = 1.1

/** Median absolute error in per cent: a point left out, a whole site left out. */
const COMMITTED: Readonly<Record<TableName, readonly [number, number]>> = {
  gemm: [3.99, 4.08],
  context_attention: [3.43, 3.9],
  generation_attention: [3.7, 4.77],
  context_mla: [2.61, 2.9],
  generation_mla: [2.29, 2.26],
  moe: [4.89, 7.27],
  nccl: [2.16, 2.16],
  custom_allreduce: [1.64, 1.64],
}

function errors(op: TableName) {
  const records = parseCsv(gunzipSync(readFileSync(join(folder, `${op}.csv.gz`))).toString('utf8'))
  const rows = readKernelTable(op, records).measurements.filter((row) => row.deviceId === DEVICE)
  const device = measuredDevice(rows, ACCELERATORS[DEVICE] as Accelerator) as MeasuredDevice
  const [calibrated, point, site, covered]: [number[], number[], number[], boolean[]] = [[], [], [], []]
  for (const { query, kernel, backend, seconds } of rows) {
    if (breachOf(query, seconds, device.calibrated.chip)) continue
    calibrated.push(Math.log(kernelSeconds(query, device.calibrated, kernel, backend) / seconds))
    for (const [leaveOut, into] of [
      ['point', point],
      ['site', site],
    ] as const) {
      const time = measuredTime(query, device, { kernel, backend, leaveOut })
      if (!time) throw new Error('not priced')
      into.push(Math.log(time.timeS / seconds))
      if (time.basis === 'measured') covered.push(time.low <= seconds && seconds <= time.high)
    }
  }
  const inside = covered.filter(Boolean).length / covered.length
  return { calibrated: medianPct(calibrated), point: medianPct(point), site: medianPct(site), inside }
}

describe.skipIf(!isPresent)(
  `leave-one-out on measured kernels${isPresent ? '' : ' (skipped: no ../shared/measured/kernels here)'}`,
  () => {
    test.each(TABLES.map((op) => [op]))('%s: better than calibrated, no worse than committed, intervals hold', (op) => {
      const { calibrated, point, site, inside } = errors(op)
      const [atPoint, atSite] = COMMITTED[op]
      if (process.env.CAPLINE_SHOW) process.stdout.write(`  ${op}: [${point.toFixed(2)}, ${site.toFixed(2)}],\n`)
      expect(point).toBeLessThan(0.75 * calibrated)
      expect(site).toBeLessThan(calibrated)
      expect(point).toBeLessThan(atPoint * GROWTH)
      expect(site).toBeLessThan(atSite * GROWTH)
      // The ends are the 10th and 90th percentile.
      expect(inside).toBeGreaterThan(0.7)
      expect(inside).toBeLessThan(0.9)
    })
  },
)
