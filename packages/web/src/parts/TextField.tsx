/** A field of the question that is written: read by core, applied when it can be read, explained when it cannot. */
import type { Problem, Result } from '@capline/core'
import { useId, useState } from 'react'
import { plain } from './plain.ts'

interface Props {
  readonly label: string
  readonly value: string
  readonly placeholder?: string
  readonly help?: string
  /** Shown when pointed at. */
  readonly title?: string
  /** Why the core does not take what could be read. */
  readonly problem?: Problem | undefined
  readonly read: (text: string) => Result<unknown>
  /** Empty text takes the value back to its default. */
  readonly onChange: (text: string | undefined) => void
}

export function TextField({ label, value, placeholder, help, title, problem, read, onChange }: Props) {
  const id = useId()
  const [draft, setDraft] = useState<string | undefined>(undefined)
  const result = draft === undefined || draft.trim() === '' ? undefined : read(draft.trim())
  const wrong = result && !result.ok ? result.problem : problem
  return (
    <div className="text-field">
      <label htmlFor={id} title={title}>
        {label}
      </label>
      <input
        id={id}
        value={draft ?? value}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong || help ? `${id}-note` : undefined}
        onChange={(event) => {
          const text = event.target.value
          setDraft(text)
          if (text.trim() === '') onChange(undefined)
          else if (read(text.trim()).ok) onChange(text.trim())
        }}
        onBlur={() => setDraft(undefined)}
      />
      {(wrong || help) && (
        <p className={wrong ? 'field-problem' : 'field-help'} id={`${id}-note`}>
          {wrong ? `${plain(wrong.reason)}. ${plain(wrong.remedy)}` : help}
        </p>
      )}
    </div>
  )
}
