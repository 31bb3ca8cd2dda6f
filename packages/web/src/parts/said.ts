/** One problem is said once: what stands above, in the place of the answers, is not repeated by the parts below. */
import type { Problem } from '@capline/core'
import { createContext } from 'react'

export const SaidProblem = createContext<Problem | undefined>(undefined)

export const isSame = (a: Problem, b: Problem | undefined): boolean => a.path === b?.path && a.reason === b.reason
