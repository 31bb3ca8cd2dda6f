import { describe, expect, it } from 'vitest'
import { analyze } from './analyze.ts'
import { readQuestion, scenarioOf } from './question.ts'
import { device, LLAMA_2_7B, unwrap } from './scenario.testkit.ts'

const ask = (raw: Record<string, unknown>, accelerator = device('rtx-a6000')) => {
  const question = readQuestion(raw)
  return question.ok ? scenarioOf(question.value, LLAMA_2_7B, accelerator) : question
}
const problem = (raw: Record<string, unknown>) => {
  const result = ask(raw)
  if (result.ok) throw new Error('expected a problem')
  return result.problem
}

describe('questions', () => {
  it('read sizes, names and defaults', () => {
    const scenario = unwrap(ask({ prompt: '128k', batch: '4', kv: 'FP8' }))
    expect(scenario.workload).toMatchObject({ promptTokens: 131072, batchSize: 4, outputTokens: 128 })
    expect(scenario.precision).toEqual({ kv: 'fp8' })
    expect(scenario.kernel).toBe('flash')
    expect(unwrap(ask({ convention: 'paper' })).kernel).toBe('eager')
  })

  it('name the place, the value and the remedy', () => {
    expect(problem({ batch: '-1' })).toMatchObject({ path: 'batch', reason: '"-1" is less than 1' })
    expect(problem({ batch: '1.5' }).reason).toContain('not a whole number')
    expect(problem({ batch: 'NaN' }).path).toBe('batch')
    expect(problem({ batsh: 1 }).remedy).toBe('Did you mean batch?')
    expect(problem({ kv: 'q4_k' }).reason).toContain('weights only')
    expect(problem({ prefix: 4096, prompt: 2048 }).path).toBe('--prefix')
    expect(problem({ items: 1 }).path).toBe('--items')
    expect(problem({ convention: 'paper', attention: 'flash' }).path).toBe('--attention')
    expect(problem({ weightsOf: 'heads=int4' }).reason).toContain('not a class of weights')
    expect(problem({ layerWeights: '0-40=int4' }).reason).toContain('not a range of layers')
    expect(problem({ step: '1x0@5' }).path).toBe('--step')
    expect(problem({ step: '8@5' }).reason).toContain('SEQUENCESxNEW@CACHED')
  })

  it('give classes and layers formats of their own', () => {
    const weights = (raw: Record<string, unknown>) => unwrap(analyze(unwrap(ask(raw)))).memory.weightBytes
    const head = 32000 * 4096
    const layer = 4 * 4096 * 4096 + 3 * 4096 * 11008
    const int4 = (4 + 20 / 128) / 8
    expect(weights({}) - weights({ weightsOf: 'head=fp8' })).toBeCloseTo(head, 3)
    expect(weights({}) - weights({ layerWeights: '0-3=fp8' })).toBeCloseTo(4 * layer, 3)
    // Embedding, head and norms stay as published when only the weights change.
    expect(weights({}) - weights({ weights: 'int4' })).toBeCloseTo(32 * layer * (2 - int4), 3)
  })

  it('take hardware figures from the user', () => {
    const base = unwrap(analyze(unwrap(ask({}))))
    const twice = unwrap(analyze(unwrap(ask({ bandwidth: '1.536TB/s' }))))
    expect(twice.decode?.timeS).toBeCloseTo((base.decode?.timeS ?? 0) / 2, 6)
    expect(unwrap(analyze(unwrap(ask({ memory: '10GB' })))).memory.fits).toBe(false)
    const stronger = unwrap(analyze(unwrap(ask({ peak: '309.6TFLOPS' }))))
    expect(stronger.prefill.timeS).toBeLessThan(base.prefill.timeS)
  })

  it('analyse one step of any mix beside the phases', () => {
    const { step, decode } = unwrap(analyze(unwrap(ask({ step: '1x512@0,32x1@2k' }))))
    expect(step?.tokens).toBe(512 + 32)
    const flop = (phase: typeof step, name: string) =>
      phase?.groups.flatMap((g) => g.operators).find((o) => o.operator.name === name)?.cost.flop
    expect(flop(step, 'q_proj')).toBe(2 * 544 * 4096 * 4096)
    expect(flop(step, 'lm_head')).toBe(2 * 33 * 4096 * 32000)
    const pairs = (512 * 513) / 2 + 32 * 2049
    expect(flop(step, 'fused_attention')).toBe(4 * pairs * 4096)
    expect(decode?.tokens).toBe(1)
  })
})
