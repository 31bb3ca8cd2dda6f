import { describe, expect, test } from 'vitest'
import { findAccelerator } from '../../catalog/accelerators/index.ts'
import { type DeviceModel, deviceModel, fusedQuantisationSeconds, kernelSeconds } from '../kernels/device.ts'
import type { GemmQuery, MoeQuery } from '../kernels/query.ts'
import { calibratedTimer } from './calibrated.ts'
import { SMALL_KERNELS } from './kernelPricer.ts'

function device(id: string, engine: string): DeviceModel {
  const accelerator = findAccelerator(id)
  const found = accelerator && deviceModel(accelerator, engine)
  if (!found) throw new Error(id)
  return found
}

const BLOCKS: GemmQuery = { kind: 'gemm', m: 16, n: 4608, k: 7168, format: 'fp8_block' }

describe('quantising the input of a product', () => {
  test('costs nothing where it is fused, and in a graph no more than two short kernels', () => {
    const own = device('b200', 'sglang')
    const bareS = kernelSeconds(BLOCKS, own) - fusedQuantisationSeconds(BLOCKS, own)
    expect(calibratedTimer(own, true).seconds(BLOCKS)).toBeCloseTo(bareS, 12)
    const apartS = calibratedTimer(own).seconds(BLOCKS)
    expect(apartS).toBeGreaterThan(bareS)
    expect(apartS - bareS).toBeLessThan(2 * SMALL_KERNELS.launchS + 1e-6)
    // The benchmark's own quantisation of this kernel takes 12 µs whatever the size.
    expect(fusedQuantisationSeconds(BLOCKS, own)).toBeGreaterThan(apartS - bareS)
  })
  test('never costs more than the benchmark saw, and 16-bit products have none', () => {
    for (const engine of ['vllm', 'sglang', 'trtllm']) {
      const own = device('h100-sxm', engine)
      for (const m of [1, 64, 4096]) {
        for (const format of ['bfloat16', 'fp8', 'fp8_block'] as const) {
          const query: GemmQuery = { ...BLOCKS, m, format }
          expect(calibratedTimer(own).seconds(query)).toBeLessThanOrEqual(kernelSeconds(query, own) * (1 + 1e-12))
        }
        const wide: GemmQuery = { ...BLOCKS, m, format: 'bfloat16' }
        expect(calibratedTimer(own).seconds(wide)).toBe(kernelSeconds(wide, own))
      }
    }
  })
})

describe('a chain of expert kernels inside a step', () => {
  test('shows less of its fixed cost than alone, and all of the rest', () => {
    const own = device('b200', 'vllm')
    const at = (tokens: number): MoeQuery => ({
      kind: 'moe',
      tokens,
      hidden: 2880,
      inter: 2880,
      topK: 4,
      experts: 128,
      tp: 1,
      ep: 1,
      alpha: 1.01,
      gated: true,
      format: 'w4a8_mxfp4_mxfp8',
    })
    const hidden = [1, 64, 8192].map(
      (tokens) => kernelSeconds(at(tokens), own) - calibratedTimer(own).seconds(at(tokens)),
    )
    expect(hidden[0]).toBeGreaterThan(0)
    expect(hidden[1]).toBeCloseTo(hidden[0] as number, 12)
    expect(hidden[2]).toBeCloseTo(hidden[0] as number, 12)
    expect(calibratedTimer(own).seconds(at(1))).toBeGreaterThan(0.6 * kernelSeconds(at(1), own))
  })
})
