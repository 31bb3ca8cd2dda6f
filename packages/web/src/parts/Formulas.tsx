/** Formulas in symbols, and beneath them with the numbers put in. */
import type { Formula } from '@capline/core'

export function Formulas({ formulas }: { readonly formulas: readonly Formula[] }) {
  return (
    <dl className="formulas">
      {formulas.map((formula, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: formulas never move
        <div key={i}>
          <dt>
            {formula.of && <strong>{formula.of}</strong>} {formula.of ? '= ' : ''}
            {formula.symbols}
          </dt>
          <dd>{formula.numbers}</dd>
        </div>
      ))}
    </dl>
  )
}
