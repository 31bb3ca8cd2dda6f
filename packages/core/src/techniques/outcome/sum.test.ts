import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { largestWithin } from './inverse.ts'
import { sumAlong } from './sum.ts'

describe('sumAlong', () => {
  it('is the sum, one by one, of prices that bend', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 6000 }),
        (from, steps, slope, knee) => {
          const price = (context: number) =>
            Math.max(100, slope * context) + (context > knee ? 2 * (context - knee) : 0)
          let slow = 0
          for (let i = 0; i < steps; i++) slow += price(from + i)
          expect(sumAlong(price, from, steps)).toBeCloseTo(slow, -Math.log10(Math.max(slow, 1) * 1e-4))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('asks a straight price three times', () => {
    let asked = 0
    const sum = sumAlong(
      (x) => {
        asked++
        return 3 * x + 1
      },
      10,
      1001,
    )
    expect(sum).toBe((1001 * (31 + 3031)) / 2)
    expect(asked).toBe(3)
  })
})

describe('largestWithin', () => {
  it('is what counting up finds, for any need that never falls', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.double({ min: 0.01, max: 9, noNaN: true }),
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 2000, noNaN: true }),
        (fixed, slope, knee, limit) => {
          const need = (n: number) => fixed + slope * n + Math.max(0, n - knee) * slope + Math.floor(n / 7)
          let counted = 0
          while (need(counted + 1) <= limit) counted++
          expect(largestWithin(need, limit)).toBe(counted)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is Infinity where nothing is needed for more, and few questions are asked', () => {
    expect(largestWithin(() => 1, 2)).toBe(Number.POSITIVE_INFINITY)
    let asked = 0
    expect(
      largestWithin((n) => {
        asked++
        return 5e9 + 131_072 * n
      }, 80e9),
    ).toBe(572_204)
    expect(asked).toBeLessThan(10)
  })
})
