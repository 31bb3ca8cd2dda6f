import { describe, expect, it } from 'vitest'
import { unwrap } from '../scenario/scenario.testkit.ts'
import type { Parameter } from './figure.ts'
import { defaultText, numbersAt, readSettings } from './settings.ts'

const PARAMETERS: readonly Parameter[] = [
  { id: 'model', kind: 'model', default: 'llama-2-13b', help: '' },
  { id: 'batch', kind: 'batch', default: [1, 2], range: [1, 1000], most: 5, help: '' },
  { id: 'rate', kind: 'byteRate', default: [1e9], range: [1, 1e15], help: '' },
  { id: 'how', kind: 'choice', choices: ['a', 'b'], default: 'a', help: '' },
]

const numbers = (id: string, text: string) => numbersAt(unwrap(readSettings(PARAMETERS, { [id]: text })), id)
const problem = (given: Record<string, string>) => {
  const read = readSettings(PARAMETERS, given)
  return read.ok ? '' : `${read.problem.path}: ${read.problem.reason}. ${read.problem.remedy}`
}

describe('parameters of figures', () => {
  it('read lists, ranges, steps and doublings, in order and once', () => {
    expect(numbers('batch', '8,2,2')).toEqual([2, 8])
    expect(numbers('batch', '3..6')).toEqual([3, 4, 5, 6])
    expect(numbers('batch', '1..16:log')).toEqual([1, 2, 4, 8, 16])
    expect(numbers('batch', '10..30:10')).toEqual([10, 20, 30])
    expect(numbers('rate', '1GB/s..2GB/s:500MB/s')).toEqual([1e9, 1.5e9, 2e9])
  })

  it('have defaults', () => {
    const settings = unwrap(readSettings(PARAMETERS))
    expect(settings.models.model?.id).toBe('llama-2-13b')
    expect(settings.choices.how).toBe('a')
    expect(defaultText(PARAMETERS[1] as Parameter)).toBe('1 2')
  })

  it('name what is wrong', () => {
    expect(problem({ batch: '0' })).toContain('outside 1 … 1,000')
    expect(problem({ batch: '1..900' })).toContain('more than 5 values')
    expect(problem({ batch: '9..3' })).toContain('not a range')
    expect(problem({ batch: '0..3:log' })).toContain('not a range')
    expect(problem({ batch: 'many' })).not.toBe('')
    expect(problem({ how: 'c' })).toContain('Choose one of a, b')
    expect(problem({ model: 'lama-2-13b' })).toContain('llama-2-13b')
    expect(problem({ batsh: '1' })).toContain('It takes batch')
  })
})
