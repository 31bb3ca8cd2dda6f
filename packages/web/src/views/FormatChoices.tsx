/** Formats of weights, activations and KV cache; the first choice is what the checkpoint is published in. */
import { DTYPES, type FIELDS } from '@capline/core'
import { memo } from 'react'
import { setField, usePart } from '../app/page.ts'
import { Choice } from '../parts/Choice.tsx'

const AS_PUBLISHED = { id: '', name: 'as published' }
const ROWS = Object.entries(DTYPES).map(([id, row]) => ({ id, name: `${id}: ${row.name}`, isDynamic: row.dynamic }))

/** One option per format; only those quantised on the fly for what is made on the fly. */
const ALL = [AS_PUBLISHED, ...ROWS.map(({ id, name }) => ({ id, name }))]
const DYNAMIC = [AS_PUBLISHED, ...ROWS.filter((row) => row.isDynamic).map(({ id, name }) => ({ id, name }))]

const FIELDS_SHOWN = [
  { field: 'weights', label: 'Weights', options: ALL },
  { field: 'activations', label: 'Activations', options: DYNAMIC },
  { field: 'kv', label: 'KV cache', options: DYNAMIC },
] as const satisfies readonly {
  readonly field: keyof typeof FIELDS
  readonly label: string
  readonly options: typeof ALL
}[]

function FormatChoice({ field, label, options }: (typeof FIELDS_SHOWN)[number]) {
  const value = usePart((page) => page.link.question[field])
  return (
    <Choice
      label={label}
      value={String(value ?? '')}
      options={options}
      onChange={(id) => setField(field, id || undefined)}
    />
  )
}

/** Long lists: drawn again one by one, when their own choice changes. */
export const FormatChoices = memo(function FormatChoices() {
  return FIELDS_SHOWN.map((row) => <FormatChoice key={row.field} {...row} />)
})
