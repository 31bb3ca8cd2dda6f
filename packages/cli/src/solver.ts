/**
 * HiGHS (compiled to WebAssembly) as a solver of placement programs. Loaded when first asked for: it takes a quarter of a
 * second and three megabytes that no other command needs.
 */
import { type LinearProgram, programText, type Solution } from '@capline/core'

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

export async function loadHighs(): Promise<(program: LinearProgram) => Solution> {
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
