/** Rewritten operators under kernel-wise costs: they keep the share of the roofs that their plain kernel reaches. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rewrite } from '../architecture/network.ts'
import { alter } from '../architecture/operator.ts'
import { findModel } from '../catalog/models/index.ts'
import { prepare } from '../scenario/bench.ts'
import { device, testScenario, unwrap } from '../scenario/scenario.testkit.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { referenceStepTime } from './reference.ts'

/** Weights of the FFN read half, attention's keys read half: as pruning and eviction do. */
const halved: Rewrite = (group) => ({
  ...group,
  operators: group.operators.map((o) =>
    o.weightClass === 'ffn' && o.kind === 'gemm'
      ? alter(o, { weightBytes: o.weightBytes / 2, storedBytes: o.storedBytes / 2 })
      : o.kind === 'attention'
        ? alter(o, { flop: o.flop / 2, kvReadBytes: o.kvReadBytes / 2 })
        : o,
  ),
})

function bench(id: string, change: Partial<Scenario>) {
  const model = findModel(id)?.spec
  if (!model) throw new Error(`no model ${id}`)
  const accelerator = device('h100-sxm')
  return unwrap(prepare(testScenario({ model, accelerator, kernel: 'flash', basis: 'calibrated', ...change })))
}

describe('rewritten operators', () => {
  it.each(['llama-3.1-8b', 'deepseek-v3', 'gpt-oss-120b'])('of %s: compiled steps equal the readable ones', (id) => {
    const made = bench(id, { rewrites: [halved] })
    const { network, setting } = made.template
    const group = fc.record({
      sequences: fc.integer({ min: 1, max: 64 }),
      newTokens: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3000 })),
      contextTokens: fc.nat(20_000),
    })
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 3 }), (groups) => {
        const slow = referenceStepTime(network, setting, made.cost, { step: { groups } })
        const wanted = made.engine?.stepS(slow, groups) ?? slow
        expect(Math.abs(made.compiled.timeS(groups) - wanted)).toBeLessThanOrEqual(1e-9 * wanted)
      }),
      { numRuns: 20 },
    )
  })

  it('cost less where bytes bind, and keep their kernel’s share of the roofs', () => {
    const step = [{ sequences: 1, newTokens: 1, contextTokens: 2000 }]
    const plain = bench('llama-3.1-8b', {}).compiled.timeS(step)
    const less = bench('llama-3.1-8b', { rewrites: [halved] }).compiled.timeS(step)
    // 5.6 of 7.5 billion weights a step reads are the FFN's: halving their bytes saves about 37 %.
    expect(less / plain).toBeGreaterThan(0.58)
    expect(less / plain).toBeLessThan(0.72)
  })
})
