import { describe, expect, it } from 'vitest'
import type { Problem } from '../../units/result.ts'
import { BOUNDS, oversize, Reader } from './reader.ts'

function read<T>(source: object, ask: (r: Reader) => T, defaults = {}): { value: T; problems: Problem[] } {
  const problems: Problem[] = []
  return { value: ask(new Reader(source, 'text_config.', defaults, problems)), problems }
}

describe('whole numbers', () => {
  it.each([
    ['a text', '32'],
    ['a fraction', 1.5],
    ['negative', -4],
    ['zero layers', 0],
    ['beyond the bound', 1001],
    ['not a number', Number.NaN],
    ['huge', 1e300],
    ['a list', [32]],
    ['an object', { unwrap: 32 }],
    ['true', true],
  ])('%s is refused with path, value and remedy', (_, found) => {
    const { value, problems } = read({ n_layer: found }, (r) => r.int(['num_hidden_layers', 'n_layer'], BOUNDS.layers))
    expect(value).toBe(1)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.path).toBe('text_config.n_layer')
    expect(problems[0]?.reason).toContain('1 to 1000')
  })

  it('null counts as absent; absent falls to the class default, then the family, then is refused', () => {
    const ask = (r: Reader) => r.int('layers', BOUNDS.layers, 7)
    expect(read({ layers: null }, ask, { layers: 5 }).value).toBe(5)
    expect(read({}, ask).value).toBe(7)
    const missing = read({}, (r) => r.int(['a', 'b'], BOUNDS.layers))
    expect(missing.problems[0]).toMatchObject({ path: 'text_config.a', remedy: expect.stringContaining('one of a, b') })
  })

  it('where none is a meaning, an explicit null overrides the class default', () => {
    const ask = (r: Reader) => r.optionalInt('q_lora_rank', BOUNDS.size)
    expect(read({ q_lora_rank: null }, ask, { q_lora_rank: 1536 }).value).toBeUndefined()
    expect(read({}, ask, { q_lora_rank: 1536 }).value).toBe(1536)
  })

  it('synonyms must agree', () => {
    const ask = (r: Reader) => r.int(['n_head', 'num_attention_heads'], BOUNDS.heads)
    expect(read({ n_head: 8, num_attention_heads: 8 }, ask).problems).toEqual([])
    expect(read({ n_head: 8, num_attention_heads: 9 }, ask).problems[0]?.reason).toContain('disagrees with n_head = 8')
  })
})

describe('other kinds', () => {
  it('truth values, choices and lists refuse what they do not know', () => {
    expect(read({ a: 1 }, (r) => r.bool('a')).problems).toHaveLength(1)
    expect(read({ a: 'selu' }, (r) => r.choice('a', { silu: 1 }, 0)).problems[0]?.remedy).toBe('Known: silu.')
    expect(read({ a: 'toString' }, (r) => r.choice('a', { silu: 1 }, 0)).problems).toHaveLength(1)
    const flags = (r: Reader) => r.list('a', 2, (x) => (x === 0 || x === 1 ? x : undefined), '0 or 1')
    expect(read({ a: [0, 1] }, flags).value).toEqual([0, 1])
    expect(read({ a: [0] }, flags).problems[0]?.reason).toContain('1 entries for 2 layers')
    expect(read({ a: [0, 2] }, flags).problems[0]?.path).toBe('text_config.a[1]')
    expect(read({ a: 'x' }, flags).problems).toHaveLength(1)
    expect(read({ a: [] }, (r) => r.object('a')).problems).toHaveLength(1)
  })

  it('only own data properties exist', () => {
    const accessor = Object.defineProperty({}, 'a', { enumerable: true, get: () => 8 })
    expect(read(accessor, (r) => r.has('a')).value).toBe(false)
    expect(read({}, (r) => r.has('constructor')).value).toBe(false)
    expect(read(JSON.parse('{"__proto__": {"a": 8}}'), (r) => r.has('a')).value).toBe(false)
    expect(read({}, (r) => r.int('toString', BOUNDS.layers, 3)).value).toBe(3)
  })

  it('finds significant keys that nobody read', () => {
    const { value } = read({ a: 4, b: 0, c: null, d: [] }, (r) => [
      r.unread(['b', 'c', 'd', 'a']),
      r.has('a'),
      r.unread(['a']),
    ])
    expect(value).toEqual(['a', true, undefined])
  })
})

describe('size', () => {
  it('deep and circular values are refused, wide ones are not', () => {
    let deep: unknown = {}
    for (let i = 0; i < 100; i++) deep = { deep }
    const circle: { self?: unknown } = {}
    circle.self = circle
    expect(oversize(deep)).toContain('deeper')
    expect(oversize(circle)).toContain('deeper')
    expect(oversize({ list: Array.from({ length: 10_000 }, () => 1) })).toBeUndefined()
  })
})
