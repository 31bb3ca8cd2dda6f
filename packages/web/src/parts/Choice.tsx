/** One of a few: a native list, so that every device shows it its own way. */
import type { Problem } from '@capline/core'
import { useId } from 'react'
import { FieldProblem } from './FieldProblem.tsx'

interface Props {
  readonly label: string
  readonly value: string
  readonly options: readonly { readonly id: string; readonly name: string }[]
  /** Shown when pointed at. */
  readonly title?: string | undefined
  readonly isDisabled?: boolean
  /** Why the core does not take the choice. */
  readonly problem?: Problem | undefined
  readonly onChange: (id: string) => void
}

export function Choice({ label, value, options, title, isDisabled = false, problem, onChange }: Props) {
  const id = useId()
  const known = options.some((option) => option.id === value)
  return (
    <div className="choice">
      <label htmlFor={id} title={title}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={isDisabled}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={(event) => onChange(event.target.value)}
      >
        {!known && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.name}
          </option>
        ))}
      </select>
      <FieldProblem problem={problem} id={`${id}-problem`} />
    </div>
  )
}
