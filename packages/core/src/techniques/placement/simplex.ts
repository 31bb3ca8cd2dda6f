/**
 * A small dense simplex for programs of a dozen variables, so that a placement can be searched anywhere, at once and without
 * a download: two phases, rows scaled to their largest entry, right-hand sides moved apart a little so that no two rows
 * tie (answers are read from those that were not), and Bland's rule after many steps. Tests hold it equal to HiGHS and to a search over a grid; larger programs
 * belong to a real solver.
 */
import type { LinearProgram, Solution } from './program.ts'

const EPSILON = 1e-9
/** How far right-hand sides are moved apart, of their own size. */
const APART = 1e-9
/** Steps after which the first improving column is taken instead of the best: that cannot cycle. */
const PATIENCE = 200
const MOST_STEPS = 5000

interface Tableau {
  /** Constraint rows, each with its right-hand side before the last and the one moved apart last. */
  readonly rows: Float64Array[]
  /** The variable that each row is solved for. */
  readonly basis: number[]
}

function pivot({ rows, basis }: Tableau, costs: readonly Float64Array[], row: number, column: number): void {
  const own = rows[row] as Float64Array
  const factor = own[column] as number
  for (let j = 0; j < own.length; j++) own[j] = (own[j] as number) / factor
  for (const other of [...rows, ...costs]) {
    if (other === own) continue
    const times = other[column] as number
    if (times === 0) continue
    for (let j = 0; j < other.length; j++) other[j] = (other[j] as number) - times * (own[j] as number)
  }
  basis[row] = column
}

/** The column to bring in: the steepest, later the first; −1 when none improves. */
function entering(cost: Float64Array, columns: number, least: number, isFirst: boolean): number {
  let column = -1
  let best = -least
  for (let j = 0; j < columns; j++) {
    if ((cost[j] as number) >= best) continue
    column = j
    if (isFirst) return column
    best = cost[j] as number
  }
  return column
}

/** The row that is used up first as a column grows; −1 when none is. */
function leaving({ rows, basis }: Tableau, column: number): number {
  let row = -1
  let least = Number.POSITIVE_INFINITY
  rows.forEach((own, i) => {
    const entry = own[column] as number
    if (entry <= EPSILON) return
    const ratio = Math.max(0, own[own.length - 1] as number) / entry
    if (ratio < least || (ratio === least && (basis[i] as number) < (basis[row] as number))) {
      row = i
      least = ratio
    }
  })
  return row
}

/** Improves until no column with a negative cost is left. False: unbounded. */
function improve(tableau: Tableau, cost: Float64Array, costs: readonly Float64Array[], columns: number): boolean {
  let size = 0
  for (let j = 0; j < columns; j++) size = Math.max(size, Math.abs(cost[j] as number))
  for (let step = 0; step < MOST_STEPS; step++) {
    const column = entering(cost, columns, 1e-12 * size, step > PATIENCE)
    if (column < 0) return true
    const row = leaving(tableau, column)
    if (row < 0) return false
    pivot(tableau, costs, row, column)
  }
  throw new Error('the placement program has no end')
}

export function solveSmall(program: LinearProgram): Solution {
  const { variables, constraints } = program
  const index = new Map(variables.map((name, i) => [name, i]))
  const slacks = constraints.filter(({ sense }) => sense === '<=').length
  const first = variables.length
  const artificial = first + slacks
  const width = artificial + constraints.length + 2
  const rows: Float64Array[] = []
  const basis: number[] = []
  let slack = first
  constraints.forEach(({ terms, sense, bound }, i) => {
    const row = new Float64Array(width)
    const scale = Math.max(...Object.values(terms).map(Math.abs), Number.MIN_VALUE)
    for (const [name, factor] of Object.entries(terms)) {
      const at = index.get(name)
      if (at === undefined) throw new Error(`the program has no variable ${name}`)
      row[at] = factor / scale
    }
    const isNegative = bound < 0
    row[width - 2] = bound / scale
    row[width - 1] = bound / scale + (isNegative ? -1 : 1) * APART * (1 + Math.abs(bound / scale)) * (i + 1)
    if (sense === '<=') row[slack] = 1
    if (isNegative) for (let j = 0; j < width; j++) row[j] = -(row[j] as number)
    // A slack starts the row where it may; only the others need an artificial variable.
    if (sense === '<=' && !isNegative) basis.push(slack)
    else {
      row[artificial + i] = 1
      basis.push(artificial + i)
    }
    if (sense === '<=') slack++
    rows.push(row)
  })
  const cost = new Float64Array(width)
  for (const [name, factor] of Object.entries(program.objective)) cost[index.get(name) as number] = factor
  // Phase one drives the artificial variables out: its cost is their sum.
  const auxiliary = new Float64Array(width)
  rows.forEach((row, i) => {
    if ((basis[i] as number) < artificial) return
    for (let j = 0; j < width; j++) {
      if (j < artificial || j >= width - 2) auxiliary[j] = (auxiliary[j] as number) - (row[j] as number)
    }
  })
  const tableau = { rows, basis }
  improve(tableau, auxiliary, [auxiliary, cost], artificial)
  if ((auxiliary[width - 2] as number) < -1e-7) return { status: 'infeasible' }
  basis.forEach((variable, row) => {
    if (variable < artificial) return
    const own = rows[row] as Float64Array
    for (let j = 0; j < artificial; j++) {
      if (Math.abs(own[j] as number) > EPSILON) {
        pivot(tableau, [auxiliary, cost], row, j)
        return
      }
    }
  })
  if (!improve(tableau, cost, [cost], artificial)) return { status: 'unbounded' }
  const values: { [name: string]: number } = {}
  for (const name of variables) values[name] = 0
  basis.forEach((variable, row) => {
    const name = variables[variable]
    if (name !== undefined) values[name] = Math.max(0, (rows[row] as Float64Array)[width - 2] as number)
  })
  let objective = 0
  for (const [name, factor] of Object.entries(program.objective)) objective += factor * (values[name] as number)
  return { status: 'optimal', objective, values }
}
