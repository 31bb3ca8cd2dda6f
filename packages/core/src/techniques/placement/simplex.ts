/**
 * A small dense simplex for programs of a dozen variables, so that a placement can be searched anywhere, at once and without
 * a download: two phases, rows and columns balanced, right-hand sides moved apart a little so that no two rows tie (answers
 * are read from those that were not), and Bland's rule after many steps. Tests hold it against a search over a
 * grid of all placements; larger programs belong to a real solver.
 */
import type { LinearProgram, Solution } from './program.ts'

const EPSILON = 1e-9
/** How far right-hand sides are moved apart, of their own size. */
const APART = 1e-9
/** Steps after which the first improving column is taken instead of the best: that cannot cycle. */
const PATIENCE = 200
const MOST_STEPS = 5000
/** Costs below this, of the largest one, are rounding. */
const STEEP = 1e-10

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
    const column = entering(cost, columns, STEEP * size, step > PATIENCE)
    if (column < 0) return true
    const row = leaving(tableau, column)
    if (row < 0) return false
    pivot(tableau, costs, row, column)
  }
  throw new Error('the placement program has no end')
}

/** Factors of rows and columns that bring every row's and column's largest entry near one. */
function balance(matrix: readonly Float64Array[], columns: number): { rows: Float64Array; columns: Float64Array } {
  const byRow = new Float64Array(matrix.length).fill(1)
  const byColumn = new Float64Array(columns).fill(1)
  for (let turn = 0; turn < 4; turn++) {
    matrix.forEach((row, i) => {
      let most = 0
      for (let j = 0; j < columns; j++) most = Math.max(most, Math.abs((row[j] as number) * (byColumn[j] as number)))
      if (most > 0) byRow[i] = 1 / most
    })
    for (let j = 0; j < columns; j++) {
      let most = 0
      matrix.forEach((row, i) => {
        most = Math.max(most, Math.abs((row[j] as number) * (byRow[i] as number)))
      })
      if (most > 0) byColumn[j] = 1 / most
    }
  }
  return { rows: byRow, columns: byColumn }
}

export function solveSmall(program: LinearProgram): Solution {
  const { variables, constraints } = program
  const index = new Map(variables.map((name, i) => [name, i]))
  const at = (name: string): number => {
    const found = index.get(name)
    if (found === undefined) throw new Error(`the program has no variable ${name}`)
    return found
  }
  const plain = constraints.map(({ terms }) => {
    const row = new Float64Array(variables.length)
    for (const [name, factor] of Object.entries(terms)) row[at(name)] = factor
    return row
  })
  const scale = balance(plain, variables.length)
  const slacks = constraints.filter(({ sense }) => sense === '<=').length
  const first = variables.length
  const artificial = first + slacks
  const width = artificial + constraints.length + 2
  const rows: Float64Array[] = []
  const basis: number[] = []
  let slack = first
  constraints.forEach(({ sense, bound }, i) => {
    const row = new Float64Array(width)
    const own = scale.rows[i] as number
    plain[i]?.forEach((factor, j) => {
      row[j] = factor * own * (scale.columns[j] as number)
    })
    const right = bound * own
    const isNegative = right < 0
    row[width - 2] = right
    row[width - 1] = right + (isNegative ? -1 : 1) * APART * (1 + Math.abs(right)) * (i + 1)
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
  for (const [name, factor] of Object.entries(program.objective)) {
    cost[at(name)] = factor * (scale.columns[at(name)] as number)
  }
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
      if (Math.abs(own[j] as number) <= EPSILON) continue
      pivot(tableau, [auxiliary, cost], row, j)
      return
    }
  })
  if (!improve(tableau, cost, [cost], artificial)) return { status: 'unbounded' }
  const values: { [name: string]: number } = {}
  for (const name of variables) values[name] = 0
  basis.forEach((variable, row) => {
    const name = variables[variable]
    if (name === undefined) return
    const own = (rows[row] as Float64Array)[width - 2] as number
    values[name] = Math.max(0, own * (scale.columns[variable] as number))
  })
  let objective = 0
  for (const [name, factor] of Object.entries(program.objective)) objective += factor * (values[name] as number)
  return { status: 'optimal', objective, values }
}
