/** What the numbers beside it rest on; opens the explanation. */
import type { CautionMark } from '@capline/core'
import { useContext } from 'react'
import { ShownBasis } from '../app/basis.ts'
import { NumberButton } from './NumberButton.tsx'

export function BasisBadge() {
  const badge = useContext(ShownBasis)
  if (!badge) return undefined
  return (
    <NumberButton id="basis" className={`basis-badge ${badge.basis}`}>
      <span className="hidden">Basis </span>
      {badge.text}
    </NumberButton>
  )
}

/** Words of warning, each with what it means. */
export function Cautions({ marks }: { readonly marks: readonly CautionMark[] | undefined }) {
  return marks?.map((mark) => (
    <span key={mark.id} className={`caution ${mark.id}`} title={mark.help}>
      {mark.text}
    </span>
  ))
}
