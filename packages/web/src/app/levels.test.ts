import { describe, expect, it } from 'vitest'
import { levelPairs, readLevels, withLevel } from './levels.ts'

describe('levels as text', () => {
  it('are set, changed and taken back', () => {
    expect(withLevel('', 'keepAccuracy', '0.99')).toBe('keepAccuracy=0.99')
    expect(withLevel('keepAccuracy=0.99', 'maxTpot', '20ms')).toBe('keepAccuracy=0.99,maxTpot=20ms')
    expect(withLevel('keepAccuracy=0.99,maxTpot=20ms', 'keepAccuracy', undefined)).toBe('maxTpot=20ms')
    expect(levelPairs('nonsense,=1,a=')).toEqual({})
  })

  it('are read as the flags are, with their problems', () => {
    expect(readLevels('keepAccuracy=0.99,maxTpot=20ms')).toEqual({
      ok: true,
      value: { keepAccuracy: 0.99, maxTpotS: 0.02 },
    })
    expect(readLevels('keepAcuracy=0.9')).toMatchObject({
      ok: false,
      problem: { remedy: 'Did you mean keepAccuracy?' },
    })
    expect(readLevels('keepAccuracy=3')).toMatchObject({ ok: false, problem: { path: '--keep-accuracy' } })
  })
})
