/** Every row as it stands, composed onto a model and priced: parameters that exist are not yet parameters that work. */
import { describe, expect, it } from 'vitest'
import { scenarioOf } from '../claims/checks/desk.ts'
import { evaluateUses } from '../claims/evaluate.ts'
import { TECHNIQUE_ROWS } from './index.ts'

/** Rows that one model or accelerator rightly refuses, and models of their own whose sizes nobody published. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  // Its processors have no floating point.
  'upmem-pim-dimm': /no sourced peak/,
  gemini: /sizes are not published/,
  'gpt-4-gpt-3.5-teacher': /sizes are not published/,
}

describe('every technique', () => {
  it('composes onto a decoder on an H100 and comes out with times, bytes and a context, or is refused with a reason', () => {
    const scenario = scenarioOf({ model: 'llama-3.1-8b', accelerator: 'h100-sxm' })
    for (const { id, uses } of TECHNIQUE_ROWS) {
      const model = uses.some((use) => use.primitive === 'TPP' && use.with.passes)
        ? 't5-3b'
        : uses.some((use) => use.with.idle === 'relu')
          ? 'opt-13b'
          : undefined
      if (model) expect(evaluateUses(scenario, uses).ok, id).toBe(false)
      const outcome = evaluateUses(
        model ? scenarioOf({ model, accelerator: 'h100-sxm', promptTokens: 256 }) : scenario,
        uses,
      )
      const refusal = REFUSED[id]
      if (refusal) {
        expect(outcome.ok ? '' : outcome.problem.reason, id).toMatch(refusal)
        continue
      }
      expect(outcome.ok ? '' : outcome.problem.reason, id).toBe('')
      if (!outcome.ok) continue
      const { performance, memory, context } = outcome.value
      for (const value of [performance.ttftS, performance.e2eS, performance.outputTokensPerS]) {
        expect(value > 0 && Number.isFinite(value), id).toBe(true)
      }
      expect(memory.weightBytes > 0 && Number.isFinite(memory.totalBytes), id).toBe(true)
      expect(context.tokens >= 0, id).toBe(true)
    }
  })

  it('of an observer changes nothing', () => {
    const scenario = scenarioOf({ model: 'llama-3.1-8b', accelerator: 'h100-sxm' })
    const plain = evaluateUses(scenario, [])
    for (const { observes, uses } of TECHNIQUE_ROWS) {
      if (observes) expect(evaluateUses(scenario, uses)).toEqual(plain)
    }
  })

  it('moves what its type says, for those whose type is certain', () => {
    const scenario = scenarioOf({ model: 'llama-3.1-8b', accelerator: 'h100-sxm', promptTokens: 65_536 })
    const plain = evaluateUses(scenario, [])
    const of = (id: string) => {
      const outcome = evaluateUses(scenario, TECHNIQUE_ROWS.find((row) => row.id === id)?.uses ?? [])
      if (!outcome.ok || !plain.ok) throw new Error(id)
      return { before: plain.value, after: outcome.value }
    }
    const yarn = of('yarn')
    expect(yarn.after.context.tokens).toBeGreaterThan(yarn.before.context.tokens)
    expect(yarn.after.performance.e2eS).toBeCloseTo(yarn.before.performance.e2eS, 9)
    const streaming = of('streamingllm')
    expect(streaming.after.memory.kvBytes).toBeLessThan(0.05 * streaming.before.memory.kvBytes)
    expect(streaming.after.context.tokens).toBeGreaterThan(streaming.before.context.tokens)
    const gptq = of('gptq')
    expect(gptq.after.performance.tpotS).toBeLessThan(gptq.before.performance.tpotS ?? 0)
    expect(gptq.after.context.parts.reachTokens).toBe(gptq.before.context.parts.reachTokens)
  })
})
