import { describe, expect, test } from 'vitest'
import { ACCELERATORS } from '../../catalog/accelerators/index.ts'
import { chipOf } from '../kernels/chip.ts'
import { GEMM_CONSTANTS, gemmModel } from '../kernels/gemm.ts'
import type { GemmQuery } from '../kernels/query.ts'
import { calibrate } from './calibrate.ts'
import { errorTable, quantile } from './errors.ts'
import { breachOf } from './rules.ts'
import type { KernelSample } from './sample.ts'
import { selectConstants } from './select.ts'
import { roundTable, tableToModule } from './write.ts'

const CHIPS = new Map(['b200', 'gb200'].map((id) => [id, chipOf(ACCELERATORS[id]!)!]))

/** A table made with known constants and a deterministic wobble of a few per cent. */
function synthetic(): KernelSample[] {
  const truth = Float64Array.from(GEMM_CONSTANTS, (spec) => spec.start)
  const samples: KernelSample[] = []
  let wobble = 1
  for (const [device, chip] of CHIPS) {
    for (const n of [512, 1024, 4096, 7168, 16_384]) {
      for (const k of [1024, 4096, 8192]) {
        for (const m of [1, 16, 64, 128, 333, 1024, 4096]) {
          const query: GemmQuery = { kind: 'gemm', m, n, k, format: 'bfloat16', replayed: true }
          wobble = (wobble * 16_807) % 2_147_483_647
          const seconds = gemmModel.seconds(query, chip, truth) * (1 + 0.04 * (wobble / 2_147_483_647 - 0.5))
          samples.push({ op: 'gemm', device, backend: 'vllm', kernel: 'test', query, seconds })
        }
      }
    }
  }
  return samples
}

describe('calibrate', () => {
  const samples = synthetic()
  const first = calibrate(samples, CHIPS, 'synthetic')

  test('the same table gives the same constants, to the letter', () => {
    const again = calibrate(synthetic(), CHIPS, 'synthetic')
    expect(tableToModule(roundTable(again), 'test')).toBe(tableToModule(roundTable(first), 'test'))
  })
  test('the order of rows changes nothing', () => {
    const shuffled = synthetic()
    for (let i = shuffled.length - 1, seed = 7; i > 0; i--) {
      seed = (seed * 16_807) % 2_147_483_647
      const j = seed % (i + 1)
      ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
    }
    expect(shuffled).not.toEqual(synthetic())
    const again = calibrate(shuffled, CHIPS, 'synthetic')
    expect(tableToModule(roundTable(again), 'test')).toBe(tableToModule(roundTable(first), 'test'))
  })
  test('devices of other architectures change nothing in an architecture', () => {
    const other = chipOf(ACCELERATORS.l40s!)!
    const more = synthetic()
      .filter(({ device }) => device === 'b200')
      .map((sample) => ({ ...sample, device: 'l40s', seconds: 3 * sample.seconds + 1e-5 }))
    const both = calibrate([...more, ...samples], new Map([...CHIPS, ['l40s', other]]), 'synthetic')
    const rowOf = (table: typeof both) => table.kernels.find(({ architecture }) => architecture === 'blackwell')
    expect(both.kernels.map(({ architecture }) => architecture)).toContain('ada')
    expect(rowOf(both)).toEqual(rowOf(first))
  })
  test('finds constants that predict shapes and devices it did not see', () => {
    const row = first.kernels.find((kernel) => kernel.kernel === 'test')!
    expect(Object.keys(row.devices).sort()).toEqual(['b200', 'gb200'])
    expect(row.devices.b200!.unseenPct).toBeLessThan(5)
    expect(first.leftOut.map((one) => one.device)).toEqual(['b200', 'gb200'])
    for (const one of first.leftOut) expect(one.medianPct).toBeLessThan(6)
  })
  test('borrows by architecture, then by class', () => {
    const wanted = { op: 'gemm', format: 'bfloat16', backend: 'vllm', kernel: 'test' } as const
    const { kernels } = first
    const find = (device: string, architecture: string) => selectConstants(kernels, { ...wanted, device, architecture })
    expect(find('b200', 'blackwell')?.borrowing).toBe('own')
    expect(find('gb300', 'blackwell')?.borrowing).toBe('architecture')
    expect(find('h100-sxm', 'hopper')?.borrowing).toBe('other')
    expect(
      selectConstants(kernels, { ...wanted, op: 'moe', device: 'b200', architecture: 'blackwell' }),
    ).toBeUndefined()
  })
})

describe('selection', () => {
  test('a host-bound kernel stands only under its own name', () => {
    const row = (kernel: string, fixed: number, rows: number) => ({
      op: 'gemm' as const,
      backend: 'vllm',
      kernel,
      format: 'fp8_block',
      architecture: 'blackwell',
      rows,
      shared: [fixed],
      devices: {},
    })
    const kernels = [row('slow', 2e-4, 900), { ...row('quick', 5e-6, 100), backend: 'trtllm' }]
    const wanted = {
      op: 'gemm',
      device: 'b200',
      architecture: 'blackwell',
      backend: 'vllm',
      format: 'fp8_block',
    } as const
    expect(selectConstants(kernels, wanted)?.constants.kernel).toBe('quick')
    expect(selectConstants(kernels, { ...wanted, kernel: 'slow' })?.constants.kernel).toBe('slow')
  })
})

describe('rules', () => {
  const b200 = CHIPS.get('b200')!
  const query: GemmQuery = { kind: 'gemm', m: 8192, n: 8192, k: 8192, format: 'bfloat16' }
  const ideal = (2 * 8192 ** 3) / 2250e12

  test('name what is faster than physics, and what is too fast to be a defect', () => {
    expect(breachOf(query, ideal * 1.2, b200)).toBeUndefined()
    expect(breachOf(query, ideal * 0.8, b200)).toEqual({ rule: 'faster-than-compute', isImpossible: false })
    expect(breachOf(query, ideal * 0.1, b200)).toEqual({ rule: 'faster-than-compute', isImpossible: true })
    expect(breachOf(query, 10, b200)?.rule).toBe('over-a-hundred-times-slow')
  })
  test('let small buffers stay in the cache', () => {
    const small: GemmQuery = { kind: 'gemm', m: 1, n: 4096, k: 4096, format: 'bfloat16' }
    const large: GemmQuery = { kind: 'gemm', m: 1, n: 65_536, k: 16_384, format: 'bfloat16' }
    expect(breachOf(small, 3e-6, b200)).toBeUndefined()
    expect(breachOf(large, 150e-6, b200)?.rule).toBe('faster-than-memory')
  })
})

describe('errors', () => {
  test('quantiles, and groups with what cannot be predicted beside them', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2)
    const group = { op: 'gemm' }
    const rows = errorTable([
      { group, logRatio: Math.log(1.1) },
      { group, logRatio: Math.log(1.3) },
      { group, logRatio: undefined },
    ])
    expect(rows).toEqual([
      { group, n: 2, medianAbsErrorPct: 20, p90AbsErrorPct: 28, medianRatio: 1.196 },
      { group, n: 1, medianAbsErrorPct: null, p90AbsErrorPct: null, medianRatio: null },
    ])
  })
})
