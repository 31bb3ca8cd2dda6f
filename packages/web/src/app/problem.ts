/** The problem of the question at hand, for the field it is about: the core names places as the command line does. */
import { type FieldName, isFieldName, type Problem } from '@capline/core'
import { createContext, useContext } from 'react'

export const QuestionProblem = createContext<Problem | undefined>(undefined)

export type Place = FieldName | 'count' | 'model' | 'accelerator'

/** The field a problem is about; undefined when it is about none in particular. */
export function placeOf({ path, remedy }: Problem): Place | undefined {
  if (path === 'model' || path === 'accelerator') return path
  // What the chosen accelerator lacks, where another basis would do.
  if (path.startsWith('accelerator ')) return remedy.includes('--basis') ? 'basis' : 'accelerator'
  // `--layout expert`: the field, then what was said there.
  const [flag = ''] = path.split(' ')
  const name = flag.replace(/^--/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return name === 'count' || isFieldName(name) ? name : undefined
}

/** The problem, when it is about this field. */
export function useProblemOf(place: Place): Problem | undefined {
  const problem = useContext(QuestionProblem)
  return problem && placeOf(problem) === place ? problem : undefined
}
