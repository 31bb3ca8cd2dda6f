/** Under a field: why the core does not take what it says. */
import type { Problem } from '@capline/core'
import { plain } from './plain.ts'

export function FieldProblem({ problem, id }: { readonly problem: Problem | undefined; readonly id?: string }) {
  if (!problem) return undefined
  return (
    <p className="field-problem" id={id}>
      {plain(problem.reason).replace(/\.$/, '')}. {plain(problem.remedy)}
    </p>
  )
}
