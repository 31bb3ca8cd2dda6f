/**
 * What solves placement programs: the built-in simplex, until the host offers a library (the command line: HiGHS). Both find
 * the same least time (a test of the command line holds them together), so which one answers never shows in a number.
 */
import type { LinearProgram, Solution } from './program.ts'
import { solveSmall } from './simplex.ts'

export type Solve = (program: LinearProgram) => Solution

let solve: Solve = solveSmall

export function offerSolver(offered: Solve): void {
  solve = offered
}

export function solveProgram(program: LinearProgram): Solution {
  return solve(program)
}
