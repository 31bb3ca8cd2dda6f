/** Wrapping, colours, and text that cannot steer a terminal. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clean } from '../clean.ts'
import { painter, wrap } from './style.ts'

describe('wrap', () => {
  it('keeps every word, in order, within the width', () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 12 }).map((s) => s.replace(/[\s\u00a0]/g, 'x')))
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 90 }), (list, width) => {
        const lines = wrap(list.join(' '), width, '  ')
        expect(lines.map((line) => line.trim()).join(' ')).toBe(list.join(' '))
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('does not part a number from its unit', () => {
    expect(wrap('at most 19 % of it', 11)).toEqual(['at most', '19 % of it'])
    expect(wrap('it takes 1.5 ms', 13)).toEqual(['it takes', '1.5 ms'])
  })

  it('parts them where a line has no room for both', () => {
    expect(wrap('4X=3VZ:9="y8 W[Pag)uZ?y', 22, '  ')).toEqual(['4X=3VZ:9="y8', '  W[Pag)uZ?y'])
    expect(wrap('4X=3VZ:9="y8 W[Pag)uZ?y', 25, '  ')).toEqual(['4X=3VZ:9="y8 W[Pag)uZ?y'])
  })
})

describe('painter and clean', () => {
  it('paints only where colours are wanted', () => {
    expect(painter(false)('red', 'x')).toBe('x')
    expect(painter(true)('red', 'x')).toBe('\u001b[31mx\u001b[39m')
  })

  it('lets no control or direction character through', () => {
    expect(clean('a\u001b[31m\nb\u202ec')).toBe('a?[31m?b?c')
  })
})
