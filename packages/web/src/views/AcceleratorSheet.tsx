/** Every figure of the accelerator with its source; any of them can be replaced by the user's own. */
import { type Accelerator, editAccelerator, type FieldName, readField } from '@capline/core'
import { useState } from 'react'
import { useAsk } from '../app/client.ts'
import { ask, currentPage, setField, usePage } from '../app/page.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { TextField } from '../parts/TextField.tsx'
import type { SheetFigure } from '../worker/protocol.ts'

/** Figures for which the question has a field of its own (and the command line a flag). */
const FIELDS_OF: Readonly<Record<string, FieldName>> = {
  memory: 'memory',
  bandwidth: 'bandwidth',
  pricePerHour: 'price',
}

/** What an edit is tried on before it goes into the question. */
const TRIAL: Accelerator = {
  id: 'trial',
  name: 'trial',
  vendor: 'other',
  architecture: '',
  kind: 'gpu',
  aliases: [],
  matrixFlopPerS: {},
  vectorFlopPerS: {},
}

function setFigure(key: string, text: string | undefined): void {
  const field = FIELDS_OF[key]
  if (field) {
    const read = text === undefined ? undefined : readField(field, key, text)
    setField(field, read?.ok ? read.value : undefined)
    return
  }
  const { [key]: _, ...rest } = currentPage().link.hardware
  ask({ hardware: text === undefined ? rest : { ...rest, [key]: text } })
}

function Figure({ figure }: { readonly figure: SheetFigure }) {
  const { key } = figure
  const source = (
    <>
      {figure.url?.startsWith('https://') ? (
        <a href={figure.url} rel="noreferrer" target="_blank">
          {figure.title}
        </a>
      ) : (
        figure.title
      )}
      {figure.read && `, read ${figure.read}`}
      {figure.note && `; ${figure.note}`}
    </>
  )
  return (
    <div className={figure.edited ? 'figure edited' : 'figure'}>
      {key ? (
        <TextField
          label={figure.figure}
          value={figure.text}
          placeholder="not sourced"
          read={(text) => editAccelerator(TRIAL, { [key]: text.replace('flop/s', 'FLOPS').replace(/\s/g, '') })}
          onChange={(text) => setFigure(key, text?.replace('flop/s', 'FLOPS').replace(/\s/g, ''))}
        />
      ) : (
        <p>
          <span>{figure.figure}</span> {figure.text}
        </p>
      )}
      <p className="figure-source">
        {source}
        {figure.edited && key && (
          <button type="button" className="link" onClick={() => setFigure(key, undefined)}>
            back to the catalogue
          </button>
        )}
      </p>
    </div>
  )
}

function Sheet() {
  const { link } = usePage()
  const { value, problem } = useAsk('sheet', link)
  if (problem && !value) return <ProblemNote problem={problem} />
  if (!value) return <p className="muted">Reading the catalogue</p>
  return (
    <div className="sheet">
      <p className="muted">{value.about}</p>
      {value.figures.map((figure) => (
        <Figure key={figure.figure} figure={figure} />
      ))}
    </div>
  )
}

export function AcceleratorSheet({ name }: { readonly name: string }) {
  const { link } = usePage()
  const [isOpen, setOpen] = useState(false)
  const edits =
    Object.keys(link.hardware).length +
    Object.values(FIELDS_OF).filter((field) => link.question[field] !== undefined).length
  return (
    <details className="sheet-box" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Figures of {name}
        {edits > 0 && <span className="badge">{edits} changed</span>}
      </summary>
      {isOpen && <Sheet />}
    </details>
  )
}
