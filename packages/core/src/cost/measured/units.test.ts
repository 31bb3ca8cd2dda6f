import { describe, expect, test } from 'vitest'
import { ACCELERATORS, type Accelerator } from '../../catalog/accelerators/index.ts'
import { type DeviceModel, deviceModel, kernelSeconds } from '../kernels/device.ts'
import type { GemmQuery } from '../kernels/query.ts'
import { checkUnit, showsUnit } from './units.ts'

const device = deviceModel(ACCELERATORS['h100-sxm'] as Accelerator) as DeviceModel

/** Rows that take `factor` times what is expected. */
const rows = (...factors: readonly number[]) =>
  factors.map((factor, i) => {
    const query: GemmQuery = { kind: 'gemm', m: 16 << i, n: 4096, k: 4096, format: 'bfloat16', replayed: true }
    return { query, kernel: 'k', backend: 'vllm', seconds: factor * kernelSeconds(query, device, 'k', 'vllm') }
  })

describe('the unit of a column', () => {
  test('is told by the median row, so odd rows do not decide', () => {
    expect(checkUnit(rows(1, 1.2, 0.8), device).unit).toBeUndefined()
    expect(checkUnit(rows(1, 1, 1000), device).unit).toBeUndefined()
    expect(checkUnit(rows(1000, 800, 1), device).unit).toBe('microseconds')
    expect(checkUnit(rows(0.001, 0.0012), device).unit).toBe('seconds')
    // Eager launches of small kernels are slow, but not that slow.
    expect(checkUnit(rows(20, 25, 10), device).unit).toBeUndefined()
    expect(checkUnit([], device)).toEqual({ unit: undefined, ratios: [] })
  })
  test('rows that do not show it are not blamed', () => {
    const { ratios } = checkUnit(rows(1000, 1), device)
    expect(ratios.map((ratio) => showsUnit(ratio, 'microseconds'))).toEqual([true, false])
    expect(ratios.map((ratio) => showsUnit(1 / ratio, 'seconds'))).toEqual([true, false])
  })
})
