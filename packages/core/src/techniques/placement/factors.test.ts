import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factorise } from './factors.ts'

const SIZE = 5
const entry = fc.double({ min: -10, max: 10, noNaN: true })
const row = fc.array(entry, { minLength: SIZE, maxLength: SIZE })

describe('factors of a matrix', () => {
  it('solve it and its transpose', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: SIZE, maxLength: SIZE }), row, (matrix, right) => {
        // A diagonal that outweighs its row keeps the matrix far from singular.
        const rows = matrix.map((own, i) => own.map((value, j) => (i === j ? value + 100 : value)))
        const columns = rows.map((_, j) => Float64Array.from(rows, (own) => own[j] as number))
        const factors = factorise([...columns.slice(1), columns[0] as Float64Array])
        const x = factors.solve(Float64Array.from(right))
        const y = factors.solveTransposed(Float64Array.from(right))
        const turned = rows.map((own) => [...own.slice(1), own[0] as number])
        for (let i = 0; i < SIZE; i++) {
          const across = turned[i]?.reduce((sum, value, j) => sum + value * (x[j] as number), 0)
          const down = turned.reduce((sum, own, j) => sum + (own[i] as number) * (y[j] as number), 0)
          expect(across).toBeCloseTo(right[i] as number, 9)
          expect(down).toBeCloseTo(right[i] as number, 9)
        }
      }),
    )
  })
})
