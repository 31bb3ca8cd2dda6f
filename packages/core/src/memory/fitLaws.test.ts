/** Laws of the inverse answers on real sizes, where a prefill chunk, a head count or a copied cache could trip them. */
import { describe, expect, it } from 'vitest'
import type { ModelSpec } from '../architecture/model.ts'
import { findModel } from '../catalog/models/index.ts'
import { isLegalTp } from '../layout/layout.ts'
import { prepareMemory } from '../scenario/bench.ts'
import { answerFit } from '../scenario/fit.ts'
import { device, testScenario, unwrap } from '../scenario/scenario.testkit.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { type FitQuestion, maxContext, planFit as planOrNone } from './fit.ts'

function model(id: string): ModelSpec {
  const row = findModel(id)
  if (!row) throw new Error(`no model ${id}`)
  return row.spec
}

function question(id: string, capacityBytes: number, utilization = 1): FitQuestion {
  const { scenario, stagesOf } = prepareMemory(testScenario({ model: model(id), kernel: 'flash' }))
  return { model: scenario.model, stagesOf, workload: DEFAULT_WORKLOAD, capacityBytes, utilization }
}

function planFit(...asked: Parameters<typeof planOrNone>) {
  const plan = planOrNone(...asked)
  if (!plan) throw new Error('no legal layout')
  return plan
}

describe('inverse answers on real sizes', () => {
  it('memory grows with the context around every way a chunk of 8192 tokens can be filled', () => {
    const around = [1170, 2048, 2730, 4096, 8192, 12_288, 16_384]
    const contexts = around.flatMap((tokens) => [tokens - 1, tokens, tokens + 1])
    for (const id of ['llama-3.1-8b', 'deepseek-v3', 'qwen3-next-80b', 'gemma-3-27b']) {
      const asked = question(id, 1e12)
      for (const users of [1, 2, 3, 7]) {
        let before = 0
        for (const context of contexts) {
          const { totalBytes } = planFit(asked, context, users, 1)
          expect(totalBytes, `${id}, ${users} users, ${context} tokens`).toBeGreaterThanOrEqual(before * (1 - 1e-12))
          before = totalBytes
        }
      }
    }
  })

  it('no longer context fits than the one returned', () => {
    const asked = question('llama-3.1-8b', 17.85e9)
    const longest = maxContext(asked, 2, 1)
    for (let context = longest + 1; context < 3 * longest; context += 97) {
      expect(planFit(asked, context, 2, 1).fits).toBe(false)
    }
  })

  it('the longest context is for the users of the answer, however many those are', () => {
    const bench = prepareMemory(
      testScenario({ model: model('llama-3.1-70b'), accelerator: device('h100-sxm'), kernel: 'flash' }),
    )
    const answer = unwrap(answerFit(bench, { count: 4, users: 'max', context: 32768 }, []))
    expect(answer.users).toBeGreaterThan(1)
    const at = (context: number) => unwrap(answerFit(bench, { count: 4, users: answer.users, context }, [])).fits
    expect(at(answer.maxContextTokens)).toBe(true)
    expect(at(answer.maxContextTokens + 1)).toBe(false)
  })

  it('heads and KV heads must both divide over the ranks', () => {
    expect([2, 4, 8, 16].filter((n) => isLegalTp(model('llama-3.2-3b'), n))).toEqual([2, 4, 8])
    // 24 query heads, 8 KV heads: three ranks would split a KV head.
    expect(isLegalTp(model('llama-3.2-3b'), 3)).toBe(false)
  })

  it('latents that tensor parallelism would copy are spread over the users instead', () => {
    const asked = question('deepseek-v3', 150e9, 0.92)
    const plan = planFit(asked, 32_768, 64, 8)
    expect(plan.layout).toMatchObject({ tp: 1, attentionDp: 8, ep: 8 })
    const perToken = (61 * 576 * 2) / 1
    expect(plan.kvBytes).toBeCloseTo(8 * 32_768 * perToken, 0)
    expect(planFit(asked, 32_768, 64, 1).layout.attentionDp).toBe(1)
    expect(planFit(question('llama-3.1-8b', 80e9), 32_768, 64, 8).layout.tp).toBe(8)
  })
})
