/** Laws of the bases: the roofline is a floor, kernels cost at least that, intervals hold their own figure. */
import { describe, expect, it } from 'vitest'
import type { Operator } from '../architecture/operator.ts'
import { findModel } from '../catalog/models/index.ts'
import { stackedColumns } from '../cost/pricing/stack.ts'
import { ONE_ACCELERATOR } from '../layout/layout.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { type Analysis, analyzeBench } from './analyze.ts'
import { prepare } from './bench.ts'
import { device, testScenario, unwrap } from './scenario.testkit.ts'
import type { Scenario } from './scenario.ts'

function spec(id: string) {
  const row = findModel(id)
  if (!row) throw new Error(`no model ${id}`)
  return row.spec
}

function ask(id: string, on: string, change: Partial<Scenario> = {}): Analysis {
  return analyzeBench(
    unwrap(prepare(testScenario({ model: spec(id), accelerator: device(on), kernel: 'flash', ...change }))),
  )
}

const CASES: readonly (readonly [string, string])[] = [
  ['llama-3.1-8b', 'h100-sxm'],
  ['llama-3.1-8b', 'rtx-4090'],
  ['llama-3.1-8b', 'mi300x'],
  ['gpt-oss-120b', 'b200'],
  ['deepseek-v3', 'h200-sxm'],
  ['qwen3-next-80b', 'h100-sxm'],
  ['gemma-3-27b', 'a100-sxm-80gb'],
]

describe('calibrated times', () => {
  it.each(CASES)('of %s on %s lie above the roofline and within a small factor of it', (id, on) => {
    for (const batchSize of [1, 32]) {
      const workload = { ...DEFAULT_WORKLOAD, batchSize }
      const floor = ask(id, on, { workload })
      const real = ask(id, on, { workload, basis: 'calibrated' })
      for (const phase of ['prefill', 'decode'] as const) {
        const ratio = (real[phase]?.timeS ?? 0) / (floor[phase]?.timeS ?? 1)
        expect(ratio, `${phase}, batch ${batchSize}`).toBeGreaterThan(0.95)
        expect(ratio, `${phase}, batch ${batchSize}`).toBeLessThan(8)
      }
    }
  })

  it.each(CASES)('of %s on %s carry an interval that holds them, and say what is borrowed', (id, on) => {
    const { decode, request } = ask(id, on, { basis: 'calibrated' })
    for (const { operators } of decode?.groups ?? []) {
      for (const { cost } of operators) {
        const { low = 1, high = 0 } = cost.range ?? {}
        expect(low).toBeLessThanOrEqual(cost.timeS * (1 + 1e-9))
        expect(high).toBeGreaterThanOrEqual(cost.timeS * (1 - 1e-9))
      }
    }
    expect(request.tpotRange?.low).toBeLessThanOrEqual(request.tpotS ?? 0)
    expect(request.tpotRange?.high).toBeGreaterThanOrEqual(request.tpotS ?? Number.POSITIVE_INFINITY)
  })

  it('borrow where nothing was measured, and not where something was', () => {
    const share = (on: string) =>
      ask('llama-3.1-8b', on, { basis: 'calibrated' }).decode?.range?.borrowedShare ?? Number.NaN
    expect(share('mi300x')).toBeGreaterThan(0.9)
    expect(share('h100-sxm')).toBeLessThan(0.2)
  })

  it('are the sum of their operators, and the request follows them', () => {
    const { decode, request } = ask('llama-3.1-8b', 'h100-sxm', { basis: 'calibrated', engine: 'vllm' })
    let total = 0
    for (const group of decode?.groups ?? []) total += group.repeat * group.timeS
    expect(decode?.timeS).toBeCloseTo(total, 12)
    // Contexts grow by 127 tokens over the answer: the mean step is hardly longer than the first.
    expect((request.tpotS ?? 0) / (decode?.timeS ?? 1)).toBeGreaterThan(1)
    expect((request.tpotS ?? 0) / (decode?.timeS ?? 1)).toBeLessThan(1.1)
  })

  it('refuse the paper convention', () => {
    const bench = prepare(testScenario({ convention: 'paper', basis: 'calibrated', kernel: 'eager' }))
    expect(bench.ok ? '' : bench.problem.path).toBe('--basis')
  })
})

describe('stacked products', () => {
  it('run q, k and v as one, gate and up as one', () => {
    const { decode } = ask('llama-3.1-8b', 'h100-sxm')
    const layer = decode?.groups.find((group) => group.part === 'layer')
    const operators: Operator[] = layer?.operators.map(({ operator }) => operator) ?? []
    const columns = stackedColumns(operators)
    const of = (name: string) => columns[operators.findIndex((o) => o.name === name)]
    expect([of('q_proj'), of('k_proj'), of('v_proj')]).toEqual([4096 + 1024 + 1024, 0, 0])
    expect([of('gate_proj'), of('up_proj'), of('down_proj')]).toEqual([28672, 0, 4096])
  })

  it('stand alone in 32 bits, which no stacked kernel was measured in: k is not free', () => {
    const { decode } = ask('llama-3.1-8b', 'h100-sxm')
    const layer = decode?.groups.find((group) => group.part === 'layer')
    const wide = layer?.operators.map(({ operator }): Operator => ({ ...operator, operands: ['fp32', 'fp32'] }))
    const columns = stackedColumns(wide ?? []).filter((_, i) => wide?.[i]?.kind === 'gemm')
    expect(columns.length).toBe(7)
    expect(columns).not.toContain(0)
  })
})

describe('a product', () => {
  it('is never quicker than the matrix peak, stacked or not, on one rank of eight', () => {
    const layout = { ...ONE_ACCELERATOR, tp: 8 }
    const workload = { ...DEFAULT_WORKLOAD, batchSize: 16 }
    const { prefill, decode, roofs } = ask('llama-3.1-70b', 'h100-sxm', { basis: 'calibrated', layout, workload })
    const products = [prefill, decode].flatMap((phase) =>
      (phase?.groups ?? []).flatMap(({ operators }) => operators.filter(({ operator }) => operator.kind === 'gemm')),
    )
    expect(products.length).toBeGreaterThan(10)
    for (const { operator, cost } of products) {
      expect(cost.attainableFlopPerS, operator.name).toBeLessThanOrEqual(roofs.matrix.bf16 ?? 0)
    }
  })
})

describe('fused experts', () => {
  it('share the time of their kernel: every operator some, together what the layer takes', () => {
    const analysis = ask('mixtral-8x7b', 'h100-sxm', { basis: 'calibrated' })
    for (const phase of [analysis.prefill, analysis.decode]) {
      for (const { timeS, operators } of phase?.groups ?? []) {
        expect(operators.reduce((sum, { cost }) => sum + cost.timeS, 0)).toBeCloseTo(timeS, 12)
        for (const { operator, cost } of operators) {
          if (!operator.name.startsWith('expert_')) continue
          expect(cost.timeS, operator.name).toBeGreaterThan(0)
          expect(cost.range?.low, operator.name).toBeLessThanOrEqual(cost.timeS)
          expect(cost.range?.high, operator.name).toBeGreaterThanOrEqual(cost.timeS)
        }
      }
    }
  })
})
