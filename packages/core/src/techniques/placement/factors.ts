/** A square matrix as the product of a lower and an upper triangle, rows exchanged for the largest pivot: solves with it. */
export interface Factors {
  /** x of `matrix · x = right`. */
  solve(right: Float64Array): Float64Array
  /** y of `matrixᵀ · y = right`. */
  solveTransposed(right: Float64Array): Float64Array
}

/** The matrix is given by its columns; it must not be singular (a basis of the simplex never is). */
export function factorise(columns: readonly Float64Array[]): Factors {
  const n = columns.length
  const rows = Array.from({ length: n }, (_, i) => Float64Array.from(columns, (column) => column[i] as number))
  const order = rows.map((_, i) => i)
  for (let k = 0; k < n; k++) {
    let best = k
    for (let i = k + 1; i < n; i++) if (size(rows, i, k) > size(rows, best, k)) best = i
    swap(rows, k, best)
    swap(order, k, best)
    const own = rows[k] as Float64Array
    const pivot = own[k] as number
    if (pivot === 0) throw new Error('a basis of the placement program is singular')
    for (let i = k + 1; i < n; i++) {
      const row = rows[i] as Float64Array
      const times = (row[k] as number) / pivot
      row[k] = times
      if (times === 0) continue
      for (let j = k + 1; j < n; j++) row[j] = (row[j] as number) - times * (own[j] as number)
    }
  }
  return {
    solve: (right) => {
      const x = Float64Array.from(order, (i) => right[i] as number)
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) take(x, i, rows[i]?.[j], j)
      for (let i = n - 1; i >= 0; i--) {
        for (let j = i + 1; j < n; j++) take(x, i, rows[i]?.[j], j)
        x[i] = (x[i] as number) / (rows[i]?.[i] as number)
      }
      return x
    },
    solveTransposed: (right) => {
      const z = Float64Array.from(right)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) take(z, i, rows[j]?.[i], j)
        z[i] = (z[i] as number) / (rows[i]?.[i] as number)
      }
      for (let i = n - 1; i >= 0; i--) for (let j = i + 1; j < n; j++) take(z, i, rows[j]?.[i], j)
      const y = new Float64Array(n)
      order.forEach((row, i) => {
        y[row] = z[i] as number
      })
      return y
    },
  }
}

const size = (rows: readonly Float64Array[], i: number, k: number): number => Math.abs(rows[i]?.[k] as number)

function swap<T>(list: T[], i: number, j: number): void {
  const held = list[i] as T
  list[i] = list[j] as T
  list[j] = held
}

/** x[i] −= factor · x[j] */
function take(x: Float64Array, i: number, factor: number | undefined, j: number): void {
  x[i] = (x[i] as number) - (factor as number) * (x[j] as number)
}
