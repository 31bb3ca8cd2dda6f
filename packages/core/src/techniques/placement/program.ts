/**
 * A linear program as data, for any solver: minimise Σ cost · x under linear constraints, x ≥ 0. Its text in CPLEX LP format
 * is what solvers read.
 */
export type Terms = { readonly [variable: string]: number }

interface Constraint {
  readonly name: string
  readonly terms: Terms
  readonly sense: '<=' | '='
  readonly bound: number
}

export interface LinearProgram {
  readonly variables: readonly string[]
  readonly objective: Terms
  readonly constraints: readonly Constraint[]
}

export type Solution =
  | { readonly status: 'optimal'; readonly objective: number; readonly values: { readonly [variable: string]: number } }
  | { readonly status: 'infeasible' | 'unbounded' }

function sum(terms: Terms): string {
  const parts = Object.entries(terms)
    .filter(([, factor]) => factor !== 0)
    .map(([name, factor]) => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${name}`)
  return parts.join(' ')
}

/** The program in CPLEX LP format. */
export function programText(program: LinearProgram): string {
  const rows = program.constraints
    .filter(({ terms }) => Object.values(terms).some((factor) => factor !== 0))
    .map(({ name, terms, sense, bound }) => ` ${name}: ${sum(terms)} ${sense} ${bound}`)
  return ['Minimize', ` cost: ${sum(program.objective)}`, 'Subject To', ...rows, 'End', ''].join('\n')
}

/** Largest violation of a point, each row relative to its own size; for checks. */
export function violation(program: LinearProgram, values: { readonly [variable: string]: number }): number {
  let worst = 0
  for (const { terms, sense, bound } of program.constraints) {
    let left = 0
    let scale = Math.abs(bound)
    for (const [name, factor] of Object.entries(terms)) {
      left += factor * (values[name] ?? 0)
      scale = Math.max(scale, Math.abs(factor))
    }
    const over = sense === '=' ? Math.abs(left - bound) : left - bound
    if (scale > 0) worst = Math.max(worst, over / scale)
  }
  return worst
}
