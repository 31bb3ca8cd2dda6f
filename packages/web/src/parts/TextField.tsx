/** A field of the question that is written: read by core, applied when it can be read, explained when it cannot. */
import type { Result } from '@capline/core'
import { useId, useState } from 'react'

interface Props {
  readonly label: string
  readonly value: string
  readonly placeholder?: string
  readonly help?: string
  readonly read: (text: string) => Result<unknown>
  /** Empty text takes the value back to its default. */
  readonly onChange: (text: string | undefined) => void
}

export function TextField({ label, value, placeholder, help, read, onChange }: Props) {
  const id = useId()
  const [draft, setDraft] = useState<string | undefined>(undefined)
  const result = draft === undefined || draft.trim() === '' ? undefined : read(draft.trim())
  const wrong = result && !result.ok ? result.problem : undefined
  return (
    <div className="text-field">
      <label htmlFor={id}>{label}</label>
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
          {wrong ? `${wrong.reason}. ${wrong.remedy}` : help}
        </p>
      )}
    </div>
  )
}
