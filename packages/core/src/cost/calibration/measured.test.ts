/**
 * The committed constants against the measured tables, where those are at hand (../shared/measured, or the folder in
 * CAPLINE_MEASURED): fails when the error of a class grows by more than a tenth over what is committed here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ACCELERATORS } from '../../catalog/accelerators/index.ts'
import { parseCsv, readKernelTable, TABLES, type TableName } from '../../importers/kernelTables/index.ts'
import { type DeviceModel, deviceModel, kernelSeconds } from '../kernels/device.ts'
import { rooflineSeconds } from '../kernels/idealTime.ts'
import { medianPct } from './errors.ts'

const repository = fileURLToPath(new URL('../../../../../', import.meta.url))
const folder = join(process.env.CAPLINE_MEASURED ?? join(repository, '..', 'shared', 'measured'), 'kernels')
const isPresent = existsSync(folder)

/** Median absolute error in per cent over every `STRIDE`-th row. */
const COMMITTED: Readonly<Record<TableName, number>> = {
  gemm: 6.85,
  context_attention: 8.18,
  generation_attention: 8.13,
  context_mla: 5.96,
  generation_mla: 5.57,
  moe: 10.5,
  nccl: 3.74,
  custom_allreduce: 2.87,
}
const STRIDE = 4
const GROWTH = 1.1

function errors(op: TableName): { readonly ours: number; readonly roofline: number; readonly uncovered: number } {
  const text = gunzipSync(readFileSync(join(folder, `${op}.csv.gz`))).toString('utf8')
  const records = parseCsv(text).filter((_, i) => i % STRIDE === 0)
  const { measurements, uncovered, faults } = readKernelTable(op, records)
  expect(faults).toEqual([])
  const devices = new Map<string, DeviceModel>()
  const ours: number[] = []
  const roofline: number[] = []
  for (const row of measurements) {
    const key = `${row.deviceId}|${row.backend}`
    const device = devices.get(key) ?? (deviceModel(ACCELERATORS[row.deviceId]!, row.backend) as DeviceModel)
    devices.set(key, device)
    ours.push(Math.log(kernelSeconds(row.query, device, row.kernel, row.backend) / row.seconds))
    roofline.push(Math.log(rooflineSeconds(row.query, device.chip) / row.seconds))
  }
  return { ours: medianPct(ours), roofline: medianPct(roofline), uncovered: uncovered.length }
}

describe.skipIf(!isPresent)(
  `measured kernels${isPresent ? '' : ' (skipped: no ../shared/measured/kernels here)'}`,
  () => {
    test.each(TABLES.map((op) => [op]))('%s: no worse than committed, and better than a plain roofline', (op) => {
      const { ours, roofline, uncovered } = errors(op)
      if (process.env.CAPLINE_SHOW) process.stdout.write(`  ${op}: ${ours.toFixed(2)},\n`)
      expect(uncovered).toBe(0)
      expect(ours).toBeLessThan(COMMITTED[op] * GROWTH)
      expect(ours).toBeLessThan(roofline / 2)
    })
  },
)
