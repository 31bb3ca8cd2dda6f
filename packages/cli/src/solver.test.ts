import { type PlacementProblem, placementProgram, solveSmall } from '@capline/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadHighs } from './solver.ts'

const amount = (max: number) => fc.double({ min: max / 1000, max, noNaN: true })

const step = fc.record({
  weightBytes: amount(200e9),
  kvReadBytes: amount(100e9),
  kvWriteBytes: amount(1e9),
  activationBytes: amount(10e9),
  computeS: amount(5),
  attentionS: amount(1),
  hostAttentionS: amount(5),
})

const problems: fc.Arbitrary<PlacementProblem> = fc.record({
  prefill: step,
  decode: step,
  steps: fc.integer({ min: 0, max: 500 }),
  hostAttention: fc.boolean(),
  linkBytePerS: amount(100e9),
  diskBytePerS: amount(10e9),
  weightBytes: amount(200e9),
  kvBytes: amount(100e9),
  activationBytes: amount(10e9),
  stagingShare: fc.constantFrom(0, 0.05),
  capacity: fc.record({ accelerator: amount(141e9), host: amount(500e9), disk: amount(2e12) }),
})

describe('HiGHS', () => {
  it('and the built-in solver find the same least time of a placement, or both find none', async () => {
    const solve = await loadHighs()
    fc.assert(
      fc.property(problems, (problem) => {
        const program = placementProgram(problem)
        const own = solveSmall(program)
        const other = solve(program)
        expect(own.status).toBe(other.status)
        if (own.status === 'optimal' && other.status === 'optimal') {
          expect(own.objective / other.objective).toBeCloseTo(1, 5)
        }
      }),
      { numRuns: 150, endOnFailure: true },
    )
  })
})
