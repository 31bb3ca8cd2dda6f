/**
 * A small revised simplex for programs of a dozen variables, so that a placement can be searched anywhere, at once and
 * without a download: two phases, rows balanced, right-hand sides moved apart a little so that no two rows tie (answers are
 * read from those that were not), and Bland's rule after many steps. Every step is solved from the program's own numbers
 * with the basis factored anew: a tableau carried along drowns in its own rounding where rows span many decades. Tests hold
 * it against a search over a grid of all placements and against HiGHS; larger programs belong to a real solver.
 */
import { type Factors, factorise } from './factors.ts'
import type { LinearProgram, Solution } from './program.ts'

/** Entries of a direction below this, of its largest, are rounding. */
const EPSILON = 1e-9
/** How far right-hand sides are moved apart, of their own size. */
const APART = 1e-12
/** Steps after which the first improving column is taken instead of the best: that cannot cycle. */
const PATIENCE = 200
const MOST_STEPS = 5000
/** Reduced costs below this, of the largest cost, are rounding. */
const STEEP = 1e-10
/** Left of balanced rows when all that can be done is done: more means that no point keeps every row. */
const UNMET = 1e-7

/** `columns · x = right`, x ≥ 0, with one slack per inequality and one artificial variable per row. */
interface Standard {
  readonly columns: readonly Float64Array[]
  readonly right: Float64Array
  /** The right-hand sides moved apart. */
  readonly apart: Float64Array
  /** Columns from here on are artificial. */
  readonly artificial: number
  /** A basis that satisfies every row. */
  readonly start: readonly number[]
}

function standardForm({ variables, constraints }: LinearProgram): Standard {
  const index = new Map(variables.map((name, i) => [name, i]))
  const height = constraints.length
  const unit = (row: number, value: number): Float64Array => {
    const column = new Float64Array(height)
    column[row] = value
    return column
  }
  const columns = variables.map(() => new Float64Array(height))
  const slacks: Float64Array[] = []
  const artificials: Float64Array[] = []
  const right = new Float64Array(height)
  const apart = new Float64Array(height)
  const start: number[] = []
  const startsWithSlack: boolean[] = []
  constraints.forEach(({ terms, sense, bound }, row) => {
    const largest = Math.max(...Object.values(terms).map(Math.abs))
    // Each row in units of its largest entry, and with a right-hand side that is not negative.
    const factor = (bound < 0 ? -1 : 1) / (largest > 0 ? largest : 1)
    for (const [name, value] of Object.entries(terms)) {
      const column = columns[index.get(name) ?? -1]
      if (column === undefined) throw new Error(`the program has no variable ${name}`)
      column[row] = value * factor
    }
    right[row] = bound * factor
    apart[row] = bound * factor + APART * (1 + Math.abs(bound * factor)) * (row + 1)
    startsWithSlack.push(sense === '<=' && factor > 0)
    start.push(variables.length + slacks.length)
    if (sense === '<=') slacks.push(unit(row, Math.sign(factor)))
    artificials.push(unit(row, 1))
  })
  const artificial = columns.length + slacks.length
  return {
    columns: [...columns, ...slacks, ...artificials],
    right,
    apart,
    artificial,
    start: start.map((slack, row) => (startsWithSlack[row] ? slack : artificial + row)),
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number)
  return total
}

const factorsOf = ({ columns }: Standard, basis: readonly number[]): Factors =>
  factorise(basis.map((column) => columns[column] as Float64Array))

/** The column to bring in: the steepest, later the first; −1 when none improves. */
function entering(
  { columns, artificial }: Standard,
  costs: Float64Array,
  prices: Float64Array,
  least: number,
  isFirst: boolean,
  refused: ReadonlySet<number>,
): number {
  let column = -1
  let best = -least
  for (let j = 0; j < artificial; j++) {
    if (refused.has(j)) continue
    const reduced = (costs[j] as number) - dot(prices, columns[j] as Float64Array)
    if (reduced >= best) continue
    column = j
    if (isFirst) return column
    best = reduced
  }
  return column
}

/** The row that is used up first along a direction; −1 when none is. Of two that tie, the larger entry loses less. */
function leaving(values: Float64Array, direction: Float64Array): number {
  let largest = 0
  for (const entry of direction) largest = Math.max(largest, Math.abs(entry))
  let row = -1
  let least = Number.POSITIVE_INFINITY
  direction.forEach((entry, i) => {
    if (entry <= EPSILON * largest) return
    const ratio = Math.max(0, values[i] as number) / entry
    if (ratio < least || (ratio === least && entry > (direction[row] as number))) {
      row = i
      least = ratio
    }
  })
  return row
}

/** Whether going along a direction lowers the cost beyond rounding, by the costs themselves: prices carry more of it. */
function isGain(costs: Float64Array, basis: readonly number[], column: number, direction: Float64Array): boolean {
  let total = costs[column] as number
  let size = Math.abs(total)
  basis.forEach((own, i) => {
    const term = (costs[own] as number) * (direction[i] as number)
    total -= term
    size += Math.abs(term)
  })
  return total < -STEEP * size
}

/** Improves a basis in place until no column lowers the cost. False: unbounded. */
function improve(form: Standard, basis: number[], costs: Float64Array): boolean {
  let size = 0
  for (const cost of costs) size = Math.max(size, Math.abs(cost))
  for (let step = 0; step < MOST_STEPS; step++) {
    const factors = factorsOf(form, basis)
    const prices = factors.solveTransposed(Float64Array.from(basis, (column) => costs[column] as number))
    const values = factors.solve(form.apart)
    // What costs nothing (a time that nothing counts) may grow without end and look like a gain by the prices' rounding.
    const refused = new Set<number>()
    let column = -1
    let row = -1
    while (row < 0) {
      column = entering(form, costs, prices, STEEP * size, step > PATIENCE, refused)
      if (column < 0) return true
      const direction = factors.solve(form.columns[column] as Float64Array)
      row = leaving(values, direction)
      if (row < 0 && isGain(costs, basis, column, direction)) return false
      refused.add(column)
    }
    basis[row] = column
  }
  throw new Error('the placement program has no end')
}

/** Exchanges artificial variables that are left in the basis, at zero, for any column that can stand in their row. */
function dropArtificials(form: Standard, basis: number[]): void {
  for (let row = 0; row < basis.length; row++) {
    if ((basis[row] as number) < form.artificial) continue
    const own = new Float64Array(basis.length)
    own[row] = 1
    const multipliers = factorsOf(form, basis).solveTransposed(own)
    let best = EPSILON
    for (let j = 0; j < form.artificial; j++) {
      if (basis.includes(j)) continue
      const entry = Math.abs(dot(multipliers, form.columns[j] as Float64Array))
      if (entry <= best) continue
      best = entry
      basis[row] = j
    }
  }
}

export function solveSmall(program: LinearProgram): Solution {
  const { variables, objective } = program
  const form = standardForm(program)
  const basis = [...form.start]
  // Phase one drives the artificial variables out: its cost is their sum.
  const unmet = Float64Array.from(form.columns, (_, j) => (j < form.artificial ? 0 : 1))
  improve(form, basis, unmet)
  const left = factorsOf(form, basis).solve(form.right)
  const short = basis.reduce((sum, column, row) => sum + (column < form.artificial ? 0 : (left[row] as number)), 0)
  if (short > UNMET) return { status: 'infeasible' }
  dropArtificials(form, basis)
  const costs = new Float64Array(form.columns.length)
  variables.forEach((name, j) => {
    costs[j] = objective[name] ?? 0
  })
  if (!improve(form, basis, costs)) return { status: 'unbounded' }
  const found = factorsOf(form, basis).solve(form.right)
  const values: { [name: string]: number } = Object.fromEntries(variables.map((name) => [name, 0]))
  basis.forEach((column, row) => {
    const name = variables[column]
    if (name !== undefined) values[name] = Math.max(0, found[row] as number)
  })
  return {
    status: 'optimal',
    objective: variables.reduce((sum, name, j) => sum + (costs[j] as number) * (values[name] as number), 0),
    values,
  }
}
