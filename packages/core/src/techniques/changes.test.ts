import { describe, expect, it } from 'vitest'
import { unwrap } from '../scenario/scenario.testkit.ts'
import { graphChanges } from './changes.ts'
import { compose } from './compose.ts'
import { testPlan } from './techniques.testkit.ts'

describe('what a plan changes in the graph', () => {
  const plain = testPlan({ batchSize: 8 })

  it('is nothing for a plan of no techniques', () => {
    const { operators, same } = unwrap(graphChanges(plain, plain))
    expect(operators).toEqual([])
    expect(same).toBeGreaterThan(20)
  })

  it('is the attention alone where only the cache is narrower, and half of what it reads', () => {
    const narrow = unwrap(compose(plain.scenario, [{ primitive: 'KB', with: { bits: 8 } }]))
    const { operators, passS } = unwrap(graphChanges(plain, narrow))
    expect(operators.filter(({ phase }) => phase === 'decode').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['fused_attention']),
    )
    expect(operators.some(({ name }) => name === 'gate_proj')).toBe(false)
    const attention = operators.find(({ phase, name }) => phase === 'decode' && name === 'fused_attention')
    expect(attention?.before?.count).toBe(32)
    const ratio = (attention?.after?.bytes ?? 0) / (attention?.before?.bytes ?? 1)
    expect(ratio).toBeGreaterThan(0.49)
    expect(ratio).toBeLessThan(0.53)
    // What the pass gained is what its operators gained.
    const gained = operators.reduce(
      (sum, { phase, before, after }) => sum + (phase === 'decode' ? (before?.timeS ?? 0) - (after?.timeS ?? 0) : 0),
      0,
    )
    expect(gained).toBeCloseTo(passS.decode[0] - passS.decode[1], 9)
  })

  it('tells work that is added from work that is changed', () => {
    const heads = unwrap(compose(plain.scenario, [{ primitive: 'TPP', with: { gamma: 4, acceptance: 0.7 } }]))
    const { operators } = unwrap(graphChanges(plain, heads))
    const grown = operators.filter(({ phase }) => phase === 'decode')
    expect(grown.length).toBeGreaterThan(5)
    expect(grown.every(({ before, after }) => (after?.flop ?? 0) >= (before?.flop ?? 0))).toBe(true)
    expect(operators.some(({ phase }) => phase === 'prefill')).toBe(false)
  })
})
