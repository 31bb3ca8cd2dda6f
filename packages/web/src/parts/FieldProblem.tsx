/** Under a field: why the core does not take what it says. */
import type { Problem } from '@capline/core'
import { plain } from './plain.ts'

function said({ reason, remedy }: Problem): string {
  const text = `${plain(reason).replace(/\.$/, '')}. ${plain(remedy)}`
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function FieldProblem({ problem, id }: { readonly problem: Problem | undefined; readonly id?: string }) {
  if (!problem) return undefined
  return (
    <p className="field-problem" id={id}>
      {said(problem)}
    </p>
  )
}
