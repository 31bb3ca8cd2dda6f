/** Pairs of a set with their reasons and their order, and what of one technique others meet. */
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { TECHNIQUE_ROWS, techniqueById } from '../catalog/index.ts'
import { memberOf, parseSelection } from './selection.ts'
import { meetingsOf, orderWords, togetherOf, togetherWithin } from './together.ts'

const pairsOf = (text: string) => togetherWithin(unwrap(parseSelection(text)).members)
const row = (id: string) => {
  const found = techniqueById(id)
  if (!found) throw new Error(id)
  return found
}

describe('pairs of a set', () => {
  it.each([
    ['h2o,yarn', /keys cached under one position/, ['POS of yarn', 'KVB of h2o']],
    [
      'h2o,striped-attention',
      /dropping over all keys and dropping on each device/,
      ['KVB of h2o', 'PAR of striped-attention'],
    ],
    ['rag,llmlingua', /what was fetched is compressed before the call/, ['RETR of rag', 'CTX of llmlingua']],
    ['calm,kv4', /keys above its exit/, ['KB of kv4', 'LFRAC of calm']],
  ])('%s depend on the order, and say which is taken', (text, reason, order) => {
    const [pair, ...rest] = pairsOf(text)
    expect(rest).toEqual([])
    expect(pair).toMatchObject({ kind: 'order-dependent', order })
    expect(pair?.reason).toMatch(reason)
    if (pair) expect(orderWords(pair)).toContain(`applied in this order: ${order.join(', ')}`)
    // Named the other way round, the order is the same.
    expect(pairsOf(text.split(',').reverse().join(','))[0]?.order).toEqual(order)
  })

  it('that are free of each other say why', () => {
    const pairs = pairsOf('w4,eagle,flash-attention')
    expect(pairs.map(({ a, b, kind }) => [a, b, kind])).toEqual([
      ['w4', 'eagle', 'compatible'],
      ['w4', 'flash-attention', 'compatible'],
      ['eagle', 'flash-attention', 'compatible'],
    ])
    for (const { reason, order } of pairs) {
      expect(reason).not.toBe('')
      expect(order).toEqual([])
    }
  })

  it('that conflict say what to do', () => {
    expect(togetherOf(memberOf(row('h2o')), memberOf(row('streamingllm')))).toMatchObject({
      kind: 'conflicting',
      reason: 'both set which keys stay in the cache',
      remedy: 'Keep h2o or streamingllm',
    })
  })
})

describe('what a technique meets', () => {
  it('of H2O are other budgets in conflict, positions in order, with the techniques that have them', () => {
    const found = meetingsOf(row('h2o'))
    expect(found[0]).toMatchObject({
      kind: 'conflicting',
      other: 'KVB',
      reason: 'both set which keys stay in the cache',
    })
    expect(found[0]?.techniques).toContain('streamingllm')
    const positions = found.find(({ other }) => other === 'POS')
    expect(positions).toMatchObject({ primitive: 'KVB', kind: 'order-dependent', first: 'other' })
    expect(positions?.techniques).toContain('yarn')
  })

  it('agrees with the pairs, for every technique', () => {
    const rows = TECHNIQUE_ROWS.filter(({ observes }) => !observes)
    for (const one of rows.filter((_, i) => i % 12 === 0)) {
      const found = meetingsOf(one)
      for (const other of rows.filter((_, i) => i % 7 === 3 && rows[i]?.id !== one.id)) {
        const told = found.filter(({ techniques }) => techniques.includes(other.id))
        const kind = told.some((own) => own.kind === 'conflicting')
          ? 'conflicting'
          : told.length > 0
            ? 'order-dependent'
            : 'compatible'
        expect(togetherOf(memberOf(one), memberOf(other)).kind, `${one.id} with ${other.id}`).toBe(kind)
      }
    }
  })
})
