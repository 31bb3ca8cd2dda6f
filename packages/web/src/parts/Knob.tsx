/** A number of the question: a logarithmic slider and a field that takes `128k`. What cannot be read is said in place. */
import { FIELDS, type Field, type FieldName, fieldText, formatCount, readField } from '@capline/core'
import { useId, useState } from 'react'

interface Props {
  readonly label: string
  readonly name: FieldName
  readonly value: number
  readonly unit: string
  /** Ends of the slider; a typed value may lie outside. */
  readonly from: number
  readonly to: number
  readonly onChange: (value: number) => void
}

/** Steps of the slider per doubling: whole doublings are among them. */
const PER_DOUBLING = 8

const NEAT = [1, 1.125, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875]

/** Slider positions are eighths of the way to the next doubling, so that 1k, 1.5k and 2k are hit exactly. */
function valueAt(step: number, from: number): number {
  if (from === 0 && step === 0) return 0
  const at = from === 0 ? step - 1 : step
  const whole = Math.floor(at / PER_DOUBLING)
  const size = Math.max(from, 1) * 2 ** whole * (NEAT[at % PER_DOUBLING] as number)
  return Math.round(size)
}

function stepOf(value: number, from: number): number {
  if (from === 0 && value < 1) return 0
  const size = Math.max(1, value / Math.max(from, 1))
  const whole = Math.floor(Math.log2(size) + 1e-9)
  const step = whole * PER_DOUBLING + Math.round((size / 2 ** whole - 1) * PER_DOUBLING)
  return from === 0 ? step + 1 : step
}

export function Knob({ label, name, value, unit, from, to, onChange }: Props) {
  const id = useId()
  const [draft, setDraft] = useState<string | undefined>(undefined)
  const read = draft === undefined ? undefined : readField(name, label, draft)
  const wrong = read && !read.ok ? read.problem : undefined
  const most = stepOf(Math.max(to, value), from)
  const type = (text: string) => {
    setDraft(text)
    const typed = readField(name, label, text)
    if (typed.ok && typeof typed.value === 'number') onChange(typed.value)
  }
  return (
    <div className="knob">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="knob-text"
        inputMode="text"
        autoComplete="off"
        spellCheck={false}
        value={draft ?? fieldText(name, value)}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong ? `${id}-problem` : undefined}
        onChange={(event) => type(event.target.value)}
        onBlur={() => setDraft(undefined)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') setDraft(undefined)
        }}
      />
      <input
        type="range"
        aria-label={`${label}, slider`}
        aria-valuetext={`${formatCount(value)} ${unit}`}
        min={0}
        max={most}
        step={1}
        value={Math.min(stepOf(value, from), most)}
        onChange={(event) => {
          setDraft(undefined)
          const { max = Number.POSITIVE_INFINITY }: Field = FIELDS[name]
          // Steps below one doubling repeat small counts: go on to the next that differs.
          let step = Number(event.target.value)
          const forward = step > stepOf(value, from)
          let next = valueAt(step, from)
          while (next === value && step > 0 && step < most) {
            step += forward ? 1 : -1
            next = valueAt(step, from)
          }
          onChange(Math.min(next, max))
        }}
      />
      {wrong && (
        <p className="field-problem" id={`${id}-problem`}>
          {wrong.reason}. {wrong.remedy}
        </p>
      )}
    </div>
  )
}
