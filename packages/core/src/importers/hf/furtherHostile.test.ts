/** Every value of the further configurations replaced by rubbish: refused by name, or imported with whole numbers. */
import { describe, expect, it } from 'vitest'
import { countParameters } from '../../architecture/parameters.ts'
import * as further from './further.testkit.ts'
import { badNumbers } from './hf.testkit.ts'
import { importHfConfig } from './index.ts'
import { isObject, ownValue } from './reader.ts'

const RUBBISH: readonly unknown[] = [null, 0, -1, 1.5, 1e300, 'x', true, [], {}, [[]], Number.NaN, [1, 2], 3, 7]

/** Every way to put a value in the place of one key, at any depth. */
function* spoilt(config: object, value: unknown): Generator<object> {
  for (const key of Object.keys(config)) {
    yield { ...config, [key]: value }
    const inner = ownValue(config, key)
    if (isObject(inner)) for (const one of spoilt(inner, value)) yield { ...config, [key]: one }
  }
}

describe('rubbish in further configurations', () => {
  it.each(Object.entries<object>(further))('%s', (_, config) => {
    for (const value of RUBBISH) {
      for (const one of spoilt(config, value)) {
        const result = importHfConfig(one)
        if (result.ok) {
          expect(badNumbers(result.value)).toEqual([])
          expect(countParameters(result.value).total).toBeGreaterThanOrEqual(0)
        } else expect(result.problem.remedy).not.toBe('')
      }
    }
  })
})
