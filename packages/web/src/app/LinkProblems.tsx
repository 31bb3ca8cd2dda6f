/** What the link that opened the page said and could not be read; the rest of it counts. */
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { update, usePage } from './page.ts'

export function LinkProblems() {
  const { problems } = usePage()
  return problems.map((problem, i) => (
    <ProblemNote
      // biome-ignore lint/suspicious/noArrayIndexKey: problems have no other name, and leave from the list as they are
      key={i}
      problem={problem}
      onDismiss={() => update({ problems: problems.filter((other) => other !== problem) })}
    />
  ))
}
