/** Formats of weights, activations and KV cache; the first choice is what the checkpoint is published in. */
import { DTYPES, type FIELDS } from '@capline/core'
import { setField, usePage } from '../app/page.ts'
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

export function FormatChoices() {
  const { question } = usePage().link
  return FIELDS_SHOWN.map(({ field, label, options }) => (
    <Choice
      key={field}
      label={label}
      value={String(question[field] ?? '')}
      options={options}
      onChange={(id) => setField(field, id || undefined)}
    />
  ))
}
