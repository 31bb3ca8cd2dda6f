import { describe, expect, it } from 'vitest'
import { compatibilityOf } from './compatibility.ts'
import { compose, isIdentity } from './compose.ts'
import { defaultsOf, identityOf, PARAMETERS, PRIMITIVE_IDS } from './parameters.ts'
import type { Parameter } from './primitive.ts'
import { PRIMITIVES } from './primitives/index.ts'
import { testPlan } from './techniques.testkit.ts'
import { valuesOf } from './values.ts'

describe('compatibility', () => {
  it('says one of three of every pair, with a reason, whichever is named first', () => {
    const counts = { compatible: 0, 'order-dependent': 0, conflicting: 0 }
    PRIMITIVE_IDS.forEach((a, i) => {
      for (const b of PRIMITIVE_IDS.slice(i + 1)) {
        const pair = compatibilityOf(a, b)
        counts[pair.kind]++
        expect(pair.reason.length).toBeGreaterThan(15)
        expect(compatibilityOf(b, a)).toEqual(pair)
        if (pair.kind === 'conflicting') expect(pair.remedy?.length).toBeGreaterThan(10)
      }
    })
    expect(counts.compatible + counts['order-dependent'] + counts.conflicting).toBe((32 * 31) / 2)
    expect(counts.conflicting).toBe(4)
  })

  it('depends on the values where it must', () => {
    const lin = defaultsOf('LIN')
    const apat = defaultsOf('APAT')
    expect(compatibilityOf('LIN', 'APAT', lin, apat).kind).toBe('conflicting')
    expect(compatibilityOf('APAT', 'LIN', apat, { ...lin, scope: 'beside' }).kind).toBe('order-dependent')
    const par = { ...defaultsOf('PAR'), axis: 'cp' }
    const mem = defaultsOf('MEM')
    expect(compatibilityOf('MEM', 'PAR', mem, par).kind).toBe('conflicting')
    expect(compatibilityOf('MEM', 'PAR', { ...mem, matrix: true }, par).kind).toBe('order-dependent')
    expect(compatibilityOf('PAR', 'MEM', { ...par, axis: 'tp' }, mem).kind).toBe('compatible')
    // With fused attention or on a baseline that has it: the same plan, and the same words.
    const kvb = { ...defaultsOf('KVB'), policy: 'accumulated-attention' }
    expect(compatibilityOf('KVB', 'FUSE', kvb, { what: 'attention' })).toMatchObject({
      kind: 'compatible',
      reason: expect.stringContaining('not priced'),
    })
    expect(compatibilityOf('KVB', 'FUSE', { ...kvb, policy: 'static' }, { what: 'attention' }).reason).not.toMatch(
      /scores/,
    )
  })

  it('refuses conflicting pairs before anything is applied, with both names and a remedy', () => {
    const { scenario } = testPlan()
    const both = compose(scenario, [
      { primitive: 'MEM', with: {} },
      { primitive: 'APAT', with: { local: 64 } },
    ])
    expect(both.ok).toBe(false)
    if (both.ok) return
    expect(both.problem).toMatchObject({ path: 'MEM with APAT' })
    expect(both.problem.remedy).toContain('Choose one')
    // At its identity a primitive conflicts with nothing.
    const idle = compose(scenario, [
      { primitive: 'MEM', with: {} },
      { primitive: 'APAT', with: identityOf('APAT') },
    ])
    expect(idle.ok).toBe(true)
  })
})

describe('values', () => {
  it('are checked, and a slip is told where it is', () => {
    const problem = (id: string, values: object) => {
      const next = compose(testPlan().scenario, [{ primitive: id, with: { ...values } }])
      return next.ok ? '' : `${next.problem.path}: ${next.problem.reason}. ${next.problem.remedy}`
    }
    expect(problem('KV', {})).toContain('KVB')
    expect(problem('KVB', { budgt: 0.2 })).toMatch(/KVB\.budgt.*budget/)
    expect(problem('KVB', { budget: 2 })).toMatch(/more than 1/)
    expect(problem('KVB', { sink: 1.5 })).toMatch(/whole/)
    expect(problem('KVB', { policy: 'statc' })).toMatch(/static/)
    expect(problem('KVB', { budget: 'x' })).toMatch(/number/)
    expect(problem('MEM', { matrix: 1 })).toMatch(/true/)
    expect(problem('KVB', JSON.parse('{"__proto__x": 1}'))).toMatch(/not a parameter/)
  })

  it('have defaults and identities inside their bounds', () => {
    for (const id of PRIMITIVE_IDS) {
      expect(valuesOf(id, defaultsOf(id)).ok).toBe(true)
      expect(valuesOf(id, identityOf(id)).ok).toBe(true)
      for (const parameter of Object.values<Parameter>(PARAMETERS[id])) expect(parameter.help.length).toBeGreaterThan(4)
    }
  })

  it('know the identity', () => {
    expect(isIdentity(PRIMITIVES.KVB, { ...defaultsOf('KVB'), ...identityOf('KVB') })).toBe(true)
    expect(isIdentity(PRIMITIVES.KVB, { ...defaultsOf('KVB'), budget: 0.2 })).toBe(false)
  })

  it('of no techniques compose to the plain plan', () => {
    const plan = testPlan()
    expect(compose(plan.scenario, [])).toEqual({ ok: true, value: plan })
    const all = PRIMITIVE_IDS.map((primitive) => ({ primitive, with: identityOf(primitive) }))
    expect(compose(plan.scenario, all)).toEqual({ ok: true, value: plan })
  })
})
