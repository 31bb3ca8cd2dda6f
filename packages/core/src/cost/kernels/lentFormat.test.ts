/** Narrow formats measured on one architecture, on all others: they gain by their bytes and lose by dequantisation alone. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACCELERATORS } from '../../catalog/accelerators/index.ts'
import { CALIBRATION } from '../calibration/constants.ts'
import { type DeviceModel, deviceModel, kernelCell, kernelSeconds, kernelTime } from './device.ts'
import type { GemmQuery, KernelFormat } from './query.ts'

const model = (id: string, engine?: string) => deviceModel(ACCELERATORS[id]!, engine) as DeviceModel
const DEVICES = ['h100-sxm', 'h200-sxm', 'b200', 'l40s', 'rtx-4090', 'mi300x']
const WEIGHT_ONLY = ['int8_wo', 'int4_wo', 'w4a16_mxfp4'] as const
const gemm = (m: number, n: number, k: number, format: KernelFormat): GemmQuery => ({ kind: 'gemm', m, n, k, format })

/** Share of the matrix peak that dequantisation leaves, as the measured pair has it. */
function computeShare(format: string): number {
  const own = CALIBRATION.kernels.find((row) => row.op === 'gemm' && row.format === format && row.architecture !== '*')!
  const wide = CALIBRATION.kernels.find(
    ({ op, backend, architecture, format: other }) =>
      op === 'gemm' && other === 'bfloat16' && backend === own.backend && architecture === own.architecture,
  )!
  return Math.min(1, own.shared[1]! / wide.shared[1]!)
}

describe('weight-only products on devices without measurements of them', () => {
  test('are never slower than 16-bit ones by more than dequantisation costs the lender', () => {
    const worst = 1 / Math.min(computeShare('int8_wo'), computeShare('int4_wo'))
    expect(worst).toBeGreaterThan(1)
    expect(worst).toBeLessThan(1.25)
    const devices = DEVICES.flatMap((id) => ['vllm', 'sglang', 'trtllm'].map((engine) => model(id, engine)))
    const size = fc.integer({ min: 1, max: 1024 }).map((x) => 64 * x)
    fc.assert(
      fc.property(
        fc.constantFrom(...devices),
        fc.constantFrom(...WEIGHT_ONLY),
        fc.integer({ min: 1, max: 16_384 }),
        size,
        size,
        (device, format, m, n, k) => {
          const wide = kernelSeconds(gemm(m, n, k, 'bfloat16'), device)
          expect(kernelSeconds(gemm(m, n, k, format), device)).toBeLessThanOrEqual(wide * worst * (1 + 1e-9))
        },
      ),
      { numRuns: 400 },
    )
  })

  test('gain at small batches, the more the fewer the bits', () => {
    for (const id of DEVICES) {
      const times = (['bfloat16', 'int8_wo', 'int4_wo'] as const).map((format) =>
        kernelSeconds(gemm(1, 28_672, 8192, format), model(id)),
      )
      const [wide = 0, eight = 0, four = 0] = times
      expect(wide / eight, id).toBeGreaterThan(1.5)
      expect(wide / four, id).toBeGreaterThan(2.2)
      expect(wide / four, id).toBeLessThan(4)
    }
  })

  test('narrow matrices split as the 16-bit kernel does: no fixed cost of the lender', () => {
    const device = model('h100-sxm', 'vllm')
    const narrow = kernelSeconds(gemm(16, 1024, 8192, 'int8_wo'), device)
    expect(narrow).toBeLessThan(kernelSeconds(gemm(16, 3584, 8192, 'int8_wo'), device))
    expect(narrow).toBeLessThan(kernelSeconds(gemm(16, 1024, 8192, 'bfloat16'), device))
  })

  test('say that nobody measured them there', () => {
    expect(kernelTime(gemm(1, 8192, 8192, 'int4_wo'), model('b200'))).toMatchObject({
      borrowed: true,
      extrapolated: true,
    })
  })

  test('the lender keeps its own constants', () => {
    const cell = kernelCell(model('a100-sxm-80gb', 'trtllm'), 'gemm', 'int8_wo')!
    expect(cell.borrowing).toBe('own')
    expect(cell.source.format).toBe('int8_wo')
    expect([...cell.constants.slice(0, 3)]).toEqual(cell.source.devices['a100-sxm-80gb']?.own)
  })
})
