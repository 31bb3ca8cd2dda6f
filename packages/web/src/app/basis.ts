/** What the shown answers rest on, for everything that shows numbers made from them. */
import type { BasisBadge } from '@capline/core'
import { createContext } from 'react'

export const ShownBasis = createContext<BasisBadge | undefined>(undefined)
