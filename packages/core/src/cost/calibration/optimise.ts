/**
 * Fits the constants of a kernel model to measured times. Minimises the mean of ρ(log predicted − log measured) over
 * log-constants, ρ(r) = r²/(|r| + τ): quadratic for small residuals, linear for large ones, so that a few odd kernels do
 * not bend the rest. Levenberg–Marquardt on the reweighted residuals with numeric derivatives, and a pattern search along
 * the coordinates where tiles and waves make the slope useless. Deterministic: no random starts, fixed iteration limits.
 */

export interface FitProblem {
  readonly size: number
  /** Writes log(predicted) − log(measured) of every row. */
  residuals(constants: Float64Array, into: Float64Array): void
  /** Bounds and whether a constant may move. */
  readonly min: Float64Array
  readonly max: Float64Array
  readonly free: readonly number[]
}

/** Residual at which the loss turns from quadratic to linear. */
const TAU = 0.08
const STEP = 0.02
const LARGEST_MOVE = 0.7
const PATTERN = [0.1, -0.1] as const

function loss(residuals: Float64Array, size: number): number {
  let sum = 0
  for (let i = 0; i < size; i++) {
    const r = Math.abs(residuals[i]!)
    sum += (r * r) / (r + TAU)
  }
  return sum / size
}

/** Gaussian elimination with row pivoting, in place; a singular pivot leaves that unknown at 0. */
function solve(matrix: Float64Array[], size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    let pivot = i
    for (let j = i + 1; j < size; j++) if (Math.abs(matrix[j]![i]!) > Math.abs(matrix[pivot]![i]!)) pivot = j
    const row = matrix[pivot]!
    matrix[pivot] = matrix[i]!
    matrix[i] = row
    if (row[i] === 0) continue
    for (let j = i + 1; j < size; j++) {
      const other = matrix[j]!
      const factor = other[i]! / row[i]!
      if (factor !== 0) for (let k = i; k <= size; k++) other[k]! -= factor * row[k]!
    }
  }
  const x = new Float64Array(size)
  for (let i = size - 1; i >= 0; i--) {
    let sum = matrix[i]![size]!
    for (let k = i + 1; k < size; k++) sum -= matrix[i]![k]! * x[k]!
    x[i] = matrix[i]![i] === 0 ? 0 : sum / matrix[i]![i]!
  }
  return x
}

export interface Fitted {
  readonly constants: Float64Array
  readonly loss: number
}

/** The best constants from `start` within `iterations`. */
export function optimise(problem: FitProblem, start: Float64Array, iterations: number): Fitted {
  const { size, free } = problem
  const p = free.length
  const low = problem.min.map(Math.log)
  const high = problem.max.map(Math.log)
  const natural = new Float64Array(start.length)
  const residuals = (x: Float64Array, into: Float64Array) => {
    for (let i = 0; i < x.length; i++) natural[i] = Math.exp(x[i]!)
    problem.residuals(natural, into)
  }
  const clamp = (x: Float64Array) => {
    for (const i of free) x[i] = Math.min(high[i]!, Math.max(low[i]!, x[i]!))
    return x
  }
  const x = clamp(start.map(Math.log))
  const r = new Float64Array(size)
  const trial = new Float64Array(size)
  const slopes = free.map(() => new Float64Array(size))
  residuals(x, r)
  let best = loss(r, size)
  const accept = (y: Float64Array, worth: number): boolean => {
    residuals(y, trial)
    const value = loss(trial, size)
    if (!(value < best * (1 - worth))) return false
    best = value
    x.set(y)
    r.set(trial)
    return true
  }
  let damping = 0.03
  for (let iteration = 0; iteration < iterations; iteration++) {
    free.forEach((index, j) => {
      const y = x.slice()
      const h = y[index]! + STEP > high[index]! ? -STEP : STEP
      y[index]! += h
      residuals(y, trial)
      const slope = slopes[j]!
      for (let i = 0; i < size; i++) slope[i] = (trial[i]! - r[i]!) / h
    })
    const normal = Array.from({ length: p }, () => new Float64Array(p + 1))
    for (let i = 0; i < size; i++) {
      const a = Math.abs(r[i]!)
      const weight = (a + 2 * TAU) / ((a + TAU) * (a + TAU))
      for (let j = 0; j < p; j++) {
        const g = slopes[j]![i]! * weight
        const row = normal[j]!
        row[p]! -= g * r[i]!
        for (let k = 0; k <= j; k++) row[k]! += g * slopes[k]![i]!
      }
    }
    for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) normal[k]![j] = normal[j]![k]!
    const before = best
    let moved = false
    for (let attempt = 0; attempt < 5 && !moved; attempt++) {
      const damped = normal.map((row, i) => {
        const copy = row.slice()
        copy[i] = copy[i]! * (1 + damping) + 1e-6 * size
        return copy
      })
      const move = solve(damped, p)
      const y = x.slice()
      free.forEach((index, j) => {
        y[index]! += Math.max(-LARGEST_MOVE, Math.min(LARGEST_MOVE, move[j]!))
      })
      moved = accept(clamp(y), 1e-5)
      damping = moved ? Math.max(1e-4, damping / 4) : damping * 5
    }
    if (moved && (before - best) / before > 5e-4) continue
    damping = Math.min(Math.max(damping, 0.1), 10)
    let found = false
    for (const index of free) {
      for (const h of PATTERN) {
        const y = x.slice()
        y[index]! += h
        if (accept(clamp(y), 2e-4)) {
          found = true
          break
        }
      }
    }
    if (!found && !moved) break
  }
  return { constants: x.map(Math.exp), loss: best }
}
