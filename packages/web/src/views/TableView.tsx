/** Every operator as a row; sorted by any column; copied or downloaded in any form. */
import { useState } from 'react'
import { ask as askWorker, useAsk } from '../app/client.ts'
import { update, usePage } from '../app/page.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { Segmented } from '../parts/Segmented.tsx'
import type { ExportForm, TableLine } from '../worker/protocol.ts'
import { BasisBadge } from './BasisBadge.tsx'
import { PHASE_OPTIONS } from './NetworkView.tsx'

interface Sorting {
  readonly column: number
  readonly isDown: boolean
}

function sorted(lines: readonly TableLine[], sorting: Sorting | undefined): readonly TableLine[] {
  if (!sorting) return lines
  const { column, isDown } = sorting
  const sign = isDown ? -1 : 1
  return [...lines].sort((a, b) => {
    const [x, y] = [a.cells[column]?.sort ?? 0, b.cells[column]?.sort ?? 0]
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y)))
  })
}

const COPIES: readonly (readonly [ExportForm, string])[] = [
  ['markdown', 'Markdown'],
  ['csv', 'CSV'],
  ['json', 'JSON'],
]

function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

function Exports() {
  const { link } = usePage()
  const [said, setSaid] = useState('')
  const copy = async (form: ExportForm, name: string) => {
    const result = await askWorker('export', { link, form })
    if (!result.ok) return setSaid(result.problem.reason)
    try {
      await navigator.clipboard.writeText(result.value)
      setSaid(`${name} copied`)
    } catch {
      save(`capline.${form === 'markdown' ? 'md' : form}`, 'text/plain', result.value)
      setSaid(`${name} saved: this browser does not let the page copy`)
    }
  }
  const report = async () => {
    const result = await askWorker('export', { link, form: 'html' })
    if (!result.ok) return setSaid(result.problem.reason)
    save(`capline-${link.model.replace(/[^\w.-]+/g, '-')}-${link.accelerator}.html`, 'text/html', result.value)
    setSaid('Report saved')
  }
  return (
    <div className="exports">
      <span className="muted">Copy as</span>
      {COPIES.map(([form, name]) => (
        <button key={form} type="button" onClick={() => copy(form, name)}>
          {name}
        </button>
      ))}
      <button type="button" onClick={report}>
        Download report
      </button>
      <span role="status" className="muted">
        {said}
      </span>
    </div>
  )
}

export default function TableView() {
  const { link, phase } = usePage()
  const { value, problem } = useAsk('table', { link, phase })
  const [sorting, setSorting] = useState<(Sorting & { readonly id: string }) | undefined>(undefined)
  if (!value) return problem ? <ProblemNote problem={problem} /> : <p className="loading">Listing the operators</p>
  const column = sorting ? value.columns.findIndex((one) => one.id === sorting.id) : -1
  const lines = sorted(value.lines, sorting && column >= 0 ? { column, isDown: sorting.isDown } : undefined)
  return (
    <div className="table-view">
      <div className="view-bar">
        <Segmented label="Rows" options={PHASE_OPTIONS} value={phase} onChange={(id) => update({ phase: id })} />
        <BasisBadge />
        <Exports />
      </div>
      {problem && <ProblemNote problem={problem} keeps />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable */}
      <section className="scroll" tabIndex={0} aria-label="Operators">
        <table>
          <thead>
            <tr>
              {value.columns.map((one, i) => {
                const isOn = i === column
                return (
                  <th
                    key={one.id}
                    scope="col"
                    className={one.align}
                    title={one.help}
                    aria-sort={isOn ? (sorting?.isDown ? 'descending' : 'ascending') : 'none'}
                  >
                    <button
                      type="button"
                      onClick={() =>
                        setSorting(
                          isOn && sorting && !sorting.isDown
                            ? undefined
                            : { id: one.id, column: i, isDown: isOn ? !sorting?.isDown : one.align === 'right' },
                        )
                      }
                    >
                      {one.title}
                      <span aria-hidden="true">{isOn ? (sorting?.isDown ? ' ↓' : ' ↑') : ''}</span>
                    </button>
                  </th>
                )
              })}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.key}>
                {line.cells.map((cell, i) => {
                  const id = value.columns[i]?.id
                  if (i === 0) {
                    return (
                      <th key={id} scope="row">
                        {line.group >= 0 ? (
                          <button
                            type="button"
                            className="link"
                            onClick={() =>
                              update({ view: 'network', operator: { group: line.group, name: line.name } }, true)
                            }
                          >
                            {cell.text}
                          </button>
                        ) : (
                          cell.text
                        )}
                      </th>
                    )
                  }
                  return (
                    <td
                      key={id}
                      title={cell.help}
                      className={`${value.columns[i]?.align ?? ''}${id === 'bound' ? ` bound-text ${cell.text}` : ''}`}
                    >
                      {cell.text}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
