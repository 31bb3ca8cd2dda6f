/** What a choice of techniques makes of the answers, in the words of the page: what averages hide, a baseline without room. */
import { deskOf, findAccelerator, findModel, parseSelection, type Result, scenarioOf } from '@capline/core'
import { describe, expect, it } from 'vitest'
import { chosenOf } from './chosen.ts'
import { effectAt } from './effect.ts'

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

function effectOf(id: string, on: string, text: string) {
  const [model, accelerator] = [findModel(id)?.spec, findAccelerator(on)]
  if (!model || !accelerator) throw new Error('catalogue')
  const desk = unwrap(deskOf(unwrap(scenarioOf({}, model, accelerator))))
  const selection = unwrap(parseSelection(text))
  return effectAt(desk, selection, unwrap(desk.evaluate(selection)))
}

describe('the effect of techniques', () => {
  it('names what averages of accuracy hide, and the rows that measure it', () => {
    const { cautions } = effectOf('llama-3.1-8b', 'h100-sxm', 'awq').accuracy
    expect(cautions.map(({ title }) => title)).toEqual([
      'facts (WB of awq)',
      'refusals (WB of awq)',
      'groups (WB of awq)',
    ])
    expect(cautions[0]?.see.map(({ id }) => id)).toEqual(['hallucination', 'causal-tracing', 'selective-ffn-precision'])
    expect(cautions[0]?.source).toBe('LLM Inference Unveiled 7.1.1')
    expect(effectOf('llama-3.1-8b', 'h100-sxm', 'paged-attention').accuracy.cautions).toEqual([])
  })

  it('is not measured against a baseline that does not fit, but in size', () => {
    const changes = Object.fromEntries(
      effectOf('llama-3.1-70b', 'rtx-4090', 'w2').rows.map(({ label, change }) => [label, change.text]),
    )
    expect(changes['Time per output token']).toBe('the baseline does not fit')
    expect(changes['Memory of one accelerator']).toMatch(/× less$/)
    expect(changes['Fits in memory']).toBe('fits now')
  })
})

describe('techniques that are on', () => {
  it('keep values with colons, and say in which order they are applied', () => {
    const { members, pairs } = unwrap(chosenOf('wanda:structure=2:4,h2o,yarn'))
    expect(members.map(({ text, problem }) => [text, problem])).toEqual([
      ['wanda:structure=2:4', undefined],
      ['h2o', undefined],
      ['yarn', undefined],
    ])
    const note = pairs.find(({ a, b }) => a === 1 && b === 2)
    expect(note).toMatchObject({ kind: 'order-dependent' })
    expect(note?.reasons.at(-1)).toBe('applied in this order: POS of yarn, KVB of h2o')
  })
})
