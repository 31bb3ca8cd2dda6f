/** What every primitive of the request side owes: an identity, one remark at most of it, no change to what it was given. */
import { describe, expect, it } from 'vitest'
import { defaultsOf, type PrimitiveId } from './parameters.ts'
import { REQUEST_SIDE } from './requestSide.ts'
import { applied, catalogueModel, outcomeOf, testPlan } from './techniques.testkit.ts'

describe.each(REQUEST_SIDE.map((primitive) => [primitive.id, primitive] as const))('%s', (id, primitive) => {
  it('changes nothing at its identity', () => {
    for (const model of ['llama-3.1-8b', 'mixtral-8x7b']) {
      const plan = testPlan({ batchSize: 4 }, { model: catalogueModel(model) })
      expect(applied(plan, primitive, primitive.identity)).toEqual(plan)
    }
  })

  it('leaves the plan it was given as it was, and can be priced at its defaults', () => {
    const plan = testPlan({ batchSize: 4 })
    const before = JSON.stringify(plan)
    const outcome = outcomeOf(applied(plan, primitive, defaultsOf(id as PrimitiveId)))
    expect(JSON.stringify(plan)).toBe(before)
    for (const value of Object.values(outcome.performance)) expect(Number.isFinite(value)).toBe(true)
  })

  it('says what it does, and has its parameters in the table', () => {
    expect(primitive.summary.length).toBeGreaterThan(20)
    expect(Object.keys(primitive.parameters).length).toBeGreaterThan(0)
    for (const name of Object.keys(primitive.identity)) expect(primitive.parameters).toHaveProperty(name)
  })
})
