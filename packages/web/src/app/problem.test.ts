/** Problems stand at the field they are about. */
import { describe, expect, it } from 'vitest'
import { placeOf } from './problem.ts'

const at = (path: string, remedy = '') => placeOf({ path, reason: 'is wrong', remedy })

describe('the place of a problem', () => {
  it('is the field of a flag', () => {
    expect(at('--tp')).toBe('tp')
    expect(at('--attention-dp')).toBe('attentionDp')
    expect(at('--count')).toBe('count')
    expect(at('--basis')).toBe('basis')
    expect(at('--layout expert')).toBe('layout')
    expect(at('model')).toBe('model')
  })

  it('is the basis where the accelerator lacks what that needs, else the accelerator', () => {
    expect(at('accelerator tpu-v2', 'Use --basis roofline')).toBe('basis')
    expect(at('accelerator tpu-v2', 'Choose another')).toBe('accelerator')
  })

  it('is nowhere for what is no field', () => {
    expect(at('curve')).toBeUndefined()
    expect(at('--constructor')).toBeUndefined()
    expect(at('toString')).toBeUndefined()
  })
})
