/** What went wrong, where, and what to do; said to screen readers when it appears. */
import type { Problem } from '@capline/core'
import { useContext } from 'react'
import { plain } from './plain.ts'
import { isSame, SaidProblem } from './said.ts'

interface Props {
  readonly problem: Problem
  /** Beside it, the last good answer stays. */
  readonly keeps?: boolean
  readonly onDismiss?: () => void
}

export function ProblemNote({ problem, keeps, onDismiss }: Props) {
  if (isSame(problem, useContext(SaidProblem))) {
    return keeps ? undefined : <p className="muted">Nothing to show until what is said above is put right.</p>
  }
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{plain(problem.path)}</strong>: {plain(problem.reason).replace(/\.$/, '')}.{' '}
        {plain(problem.remedy).replace(/(?<![?!])[.]?$/, '')}
        {/[?!]$/.test(problem.remedy) ? '' : '.'}
        {keeps && <span className="muted"> Shown is the last answer that could be given.</span>}
      </p>
      {onDismiss && (
        <button type="button" className="quiet" aria-label="Dismiss" onClick={onDismiss}>
          ×
        </button>
      )}
    </div>
  )
}
