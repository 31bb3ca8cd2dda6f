/**
 * HiGHS (compiled to WebAssembly) as the solver of placement programs. Loaded when a set of techniques searches a placement:
 * it takes a quarter of a second and three megabytes that nothing else needs.
 */
import { offerSolver, programText, type Selection, type Solve } from '@capline/core'

interface Highs {
  solve(
    text: string,
    options: { readonly output_flag: boolean },
  ): {
    readonly Status: string
    readonly ObjectiveValue: number
    readonly Columns: { readonly [name: string]: { readonly Primal?: number } }
  }
}
type Loader = () => Promise<Highs>

export async function loadHighs(): Promise<Solve> {
  // Its declarations are those of a CommonJS module, its code is a module: the loader is the default export either way.
  const { default: load } = (await import('highs')) as unknown as { default: Loader }
  const highs = await load()
  return (program) => {
    const found = highs.solve(programText(program), { output_flag: false })
    if (found.Status === 'Infeasible') return { status: 'infeasible' }
    if (found.Status !== 'Optimal') return { status: 'unbounded' }
    const values: { [name: string]: number } = {}
    for (const name of program.variables) values[name] = found.Columns[name]?.Primal ?? 0
    return { status: 'optimal', objective: found.ObjectiveValue, values }
  }
}

/** Has HiGHS solve what these sets search, if any of them does. */
export async function prepareSearch(selections: readonly Selection[]): Promise<void> {
  const searches = selections.some(({ uses }) =>
    uses.some((use) => use.primitive === 'PLACE' && use.with.search === true),
  )
  if (searches) offerSolver(await loadHighs())
}
