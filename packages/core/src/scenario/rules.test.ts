/** The roofline rules of "LLM Inference Unveiled" (arXiv 2402.16363) that the analysis must obey, on whole scenarios. */
import { describe, expect, it } from 'vitest'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { type Analysis, analyze } from './analyze.ts'
import { explain } from './explain.ts'
import { device, LLAMA_2_13B, testScenario, unwrap } from './scenario.testkit.ts'
import type { Scenario } from './scenario.ts'

const run = (change: Partial<Scenario> = {}): Analysis => unwrap(analyze(testScenario(change)))
const work = (change: Partial<Scenario['workload']>) => ({ workload: { ...DEFAULT_WORKLOAD, ...change } })
const A100 = device('a100-sxm-80gb')

describe('roofline rules', () => {
  it('intensity against the ridge decides the bound (section 2.2)', () => {
    const analysis = run()
    const peak = device('rtx-a6000').matrixFlopPerS.fp16?.value ?? 0
    const ridge = peak / 768e9
    for (const phase of [analysis.prefill, analysis.decode]) {
      for (const group of phase?.groups ?? []) {
        for (const { operator, cost } of group.operators) {
          if (operator.flop === 0) continue
          expect(cost.bound).toBe(cost.arithmeticIntensity > ridge ? 'compute' : 'memory')
          expect(cost.attainableFlopPerS).toBeLessThanOrEqual(peak * (1 + 1e-12))
        }
      }
    }
  })

  it('prefill is mostly compute-bound and decode memory-bound; a batch moves decode to the ridge (section 6)', () => {
    const intensity = (batchSize: number) => {
      const gate = run(work({ batchSize })).decode?.groups.flatMap((g) => g.operators)
      return gate?.find((o) => o.operator.name === 'gate_proj')?.cost.arithmeticIntensity ?? 0
    }
    expect(intensity(1)).toBeCloseTo(1, 2)
    expect(intensity(64)).toBeGreaterThan(60)
    const [prefill, decode] = explain(run())
    expect(prefill?.bound).toBe('compute')
    expect(decode?.bound).toBe('memory')
  })

  it('weight bits: decode gains while memory-bound, stops once compute-bound (sections 3.1.1, Figures 8 and 9)', () => {
    const decode = (weights: 'fp16' | 'int4' | 'int2', batchSize: number) =>
      run({ model: LLAMA_2_13B, precision: { weights }, ...work({ batchSize, promptTokens: 256 }) }).decode?.timeS ?? 0
    expect(decode('fp16', 1) / decode('int4', 1)).toBeGreaterThan(3)
    const late = decode('int4', 512) / decode('int2', 512)
    expect(late).toBeLessThan(1.02)
    const prefill = (weights: 'fp16' | 'int4') => run({ precision: { weights } }).prefill.timeS
    expect(prefill('fp16') / prefill('int4')).toBeLessThan(1.05)
  })

  it('the cache outgrows the weights beyond about 32k tokens of Llama 2 13B, and halves with its bits (Figure 11)', () => {
    const memory = (promptTokens: number, kv: 'fp16' | 'fp8') =>
      run({ model: LLAMA_2_13B, precision: { kv }, ...work({ promptTokens, outputTokens: 1 }) }).memory
    const crossing = memory(1, 'fp16').weightBytes / (2 * 40 * 5120 * 2)
    expect(crossing).toBeGreaterThan(30_000)
    expect(crossing).toBeLessThan(50_000)
    expect(memory(50_000, 'fp16').kvBytes).toBeGreaterThan(memory(50_000, 'fp16').weightBytes)
    expect(memory(50_000, 'fp8').kvBytes).toBe(memory(50_000, 'fp16').kvBytes / 2)
  })

  it('fusing attention raises intensity; it cuts decode time as much as bytes, prefill time less than bytes (5.1)', () => {
    const of = (kernel: 'eager' | 'flash') => run({ kernel, accelerator: A100, ...work({ promptTokens: 8192 }) })
    const eager = of('eager')
    const flash = of('flash')
    const cut = (a: number | undefined, b: number | undefined) => 1 - (b ?? 0) / (a ?? 1)
    const decodeBytes = cut(eager.decode?.bytes, flash.decode?.bytes)
    const decodeTime = cut(eager.decode?.timeS, flash.decode?.timeS)
    expect(decodeTime).toBeCloseTo(decodeBytes, 4)
    const prefillBytes = cut(eager.prefill.bytes, flash.prefill.bytes)
    const prefillTime = cut(eager.prefill.timeS, flash.prefill.timeS)
    expect(prefillBytes).toBeGreaterThan(0.5)
    expect(prefillTime).toBeGreaterThan(0)
    expect(prefillTime).toBeLessThan(prefillBytes)
    const intensity = (a: Analysis) => a.prefill.flop / a.prefill.bytes
    expect(intensity(flash)).toBeGreaterThan(intensity(eager))
  })

  it('remedies come with a number from a fresh analysis', () => {
    const analysis = run({ kernel: 'flash' })
    const decode = explain(analysis).find((e) => e.phase === 'decode')
    const quantised = run({ kernel: 'flash', precision: { weights: 'int4' } })
    const advice = decode?.remedies.find((r) => r.name === '4-bit weights')
    expect(advice?.gain).toBeCloseTo((analysis.decode?.timeS ?? 0) / (quantised.decode?.timeS ?? 1), 12)
    for (const { remedies } of explain(analysis)) for (const remedy of remedies) expect(remedy.gain).toBeGreaterThan(1)
  })
})
