/** The rest of the question: less often turned, all in the same table of fields. */
import { FIELDS, type FieldName, fieldText, readField } from '@capline/core'
import { setField, usePage } from '../app/page.ts'
import { Choice } from '../parts/Choice.tsx'
import { TextField } from '../parts/TextField.tsx'

const SHOWN: readonly (readonly [field: FieldName, label: string])[] = [
  ['prefix', 'Shared prefix, tokens'],
  ['items', 'Pictures or clips per request'],
  ['batchTokens', 'Prefill chunk, tokens'],
  ['utilization', 'Usable share of memory'],
  ['weightsOf', 'Formats of weight classes'],
  ['layerWeights', 'Formats of layers'],
]

function capital(text: string): string {
  return (text[0] ?? '').toUpperCase() + text.slice(1)
}

export function MoreFields() {
  const { question } = usePage().link
  const set = SHOWN.filter(
    ([name]) =>
      question[name] !== undefined && question[name] !== ('default' in FIELDS[name] ? FIELDS[name].default : undefined),
  )
  return (
    <details className="more" open={set.length > 0 || question.convention === 'paper' || undefined}>
      <summary>More of the question</summary>
      {SHOWN.map(([name, label]) => {
        const field: { readonly default?: number | string; readonly help: string } = FIELDS[name]
        const value = question[name]
        return (
          <TextField
            key={name}
            label={label}
            value={value === undefined ? '' : fieldText(name, value)}
            placeholder={field.default === undefined ? 'none' : fieldText(name, field.default)}
            help={capital(field.help)}
            read={(text) => readField(name, label, text)}
            onChange={(text) => {
              const read = text === undefined ? undefined : readField(name, label, text)
              setField(name, read?.ok ? read.value : undefined)
            }}
          />
        )
      })}
      <Choice
        label="Counted as"
        value={String(question.convention ?? 'exact')}
        options={[
          { id: 'exact', name: 'exact' },
          { id: 'paper', name: 'the paper and LLM-Viewer' },
        ]}
        onChange={(id) => setField('convention', id === 'exact' ? undefined : id)}
      />
    </details>
  )
}
