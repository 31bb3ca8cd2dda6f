/**
 * A small dense simplex for programs of a dozen variables, so that a placement can be searched anywhere, at once and without
 * a download: two phases, Bland's rule (which cannot cycle), rows scaled to their largest entry. Tests hold it equal to
 * HiGHS and to a search over a grid; larger programs belong to a real solver.
 */
import type { LinearProgram, Solution } from './program.ts'

const EPSILON = 1e-9

interface Tableau {
  /** Constraint rows, each with the right-hand side last. */
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

/** Improves until no column with a negative cost is left. False: unbounded. */
function improve(tableau: Tableau, cost: Float64Array, costs: readonly Float64Array[], columns: number): boolean {
  const { rows, basis } = tableau
  for (;;) {
    let column = -1
    for (let j = 0; j < columns && column < 0; j++) if ((cost[j] as number) < -EPSILON) column = j
    if (column < 0) return true
    let row = -1
    let least = Number.POSITIVE_INFINITY
    rows.forEach((own, i) => {
      const entry = own[column] as number
      if (entry <= EPSILON) return
      const ratio = (own[own.length - 1] as number) / entry
      const isTie = Math.abs(ratio - least) <= EPSILON * Math.max(1, Math.abs(least))
      if (ratio < least - EPSILON || (isTie && (basis[i] as number) < (basis[row] as number))) {
        row = i
        least = ratio
      }
    })
    if (row < 0) return false
    pivot(tableau, costs, row, column)
  }
}

export function solveSmall(program: LinearProgram): Solution {
  const { variables, constraints } = program
  const index = new Map(variables.map((name, i) => [name, i]))
  const slacks = constraints.filter(({ sense }) => sense === '<=').length
  const first = variables.length
  const artificial = first + slacks
  const width = artificial + constraints.length + 1
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
    row[width - 1] = bound / scale
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
      if (j < artificial || j === width - 1) auxiliary[j] = (auxiliary[j] as number) - (row[j] as number)
    }
  })
  const tableau = { rows, basis }
  improve(tableau, auxiliary, [auxiliary, cost], artificial)
  if ((auxiliary[width - 1] as number) < -1e-7) return { status: 'infeasible' }
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
    if (name !== undefined) values[name] = Math.max(0, (rows[row] as Float64Array)[width - 1] as number)
  })
  let objective = 0
  for (const [name, factor] of Object.entries(program.objective)) objective += factor * (values[name] as number)
  return { status: 'optimal', objective, values }
}
