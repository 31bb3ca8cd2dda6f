/** The documents' figures and tables, made again by this model: drawing, data, what is printed otherwise, and downloads. */
import { useEffect, useRef, useState } from 'react'
import { useAsk } from '../app/client.ts'
import { update, usePart } from '../app/page.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import type { GalleryItem, GalleryPage } from '../worker/techniques/protocol.ts'
import { Reasons } from './EffectParts.tsx'
import '../styles/techniques.css'

/** The drawing in a tree of its own, its style adopted: the policy of this page refuses inline styles. */
function Drawing({ inner, style }: { readonly inner: string; readonly style: string }) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = host.current
    if (!element) return
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`:host{display:block}svg{display:block;width:100%;height:auto}${style}`)
    root.adoptedStyleSheets = [sheet]
    root.replaceChildren(...new DOMParser().parseFromString(inner, 'text/html').body.childNodes)
  }, [inner, style])
  return <div ref={host} className="drawing" />
}

function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

function Data({ page }: { readonly page: GalleryPage }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
    <section className="scroll tall" tabIndex={0} aria-label={`Data of ${page.title}`}>
      <table className="wrapping">
        <thead>
          <tr>
            {page.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.cells.map((cells, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
            <tr key={i}>
              {cells.map(({ text, slip, techniques }, j) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <td key={j} className={slip ? 'slip' : ''} title={slip}>
                  {techniques.length === 1 && techniques[0] ? (
                    <button
                      type="button"
                      className="link"
                      onClick={() => update({ view: 'techniques', technique: techniques[0] ?? '' }, true)}
                    >
                      {text}
                    </button>
                  ) : (
                    text
                  )}
                  {slip && (
                    <sup>
                      <span aria-hidden="true">!</span>
                      <span className="hidden">{slip}</span>
                    </sup>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Sheet({ id, takesQuestion }: { readonly id: string; readonly takesQuestion: boolean }) {
  const link = usePart((page) => page.link)
  const [isOwn, setOwn] = useState(false)
  const own = isOwn && takesQuestion ? { model: link.model, accelerator: link.accelerator } : {}
  const { value, problem, isPending } = useAsk('galleryPage', { id, ...own })
  return (
    <article className="gallery-page" aria-busy={isPending}>
      {takesQuestion && (
        <label className="check">
          <input type="checkbox" checked={isOwn} onChange={(event) => setOwn(event.target.checked)} /> for this
          question’s model and accelerator
        </label>
      )}
      {problem && <ProblemNote problem={problem} keeps={value !== undefined} />}
      {!value && !problem && <p className="loading">Computing it</p>}
      {value && (
        <>
          <header>
            <h2>{value.title}</h2>
            <p className="muted">
              {value.kind === 'figure' ? 'After figure' : 'Table'} {value.number} of{' '}
              <a href={value.document.url} target="_blank" rel="noreferrer noopener">
                {value.document.title}
              </a>
              , section {value.document.section}
            </p>
          </header>
          <p>{value.caption}</p>
          {value.svg && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
            <section className="drawing-frame" tabIndex={0} aria-label="Drawing">
              <Drawing inner={value.svg.inner} style={value.svg.style} />
            </section>
          )}
          {value.flags.length > 0 && (
            <aside className="slips" aria-label="Remarks on the printed one">
              <Reasons title="On the printed one: slips, gaps, and what this one does instead" lines={value.flags} />
            </aside>
          )}
          {!value.svg && <Data page={value} />}
          <div className="exports">
            {value.svg && (
              <button type="button" onClick={() => save(`${value.id}.svg`, 'image/svg+xml', value.svg?.file ?? '')}>
                Download SVG
              </button>
            )}
            <button type="button" onClick={() => save(`${value.id}.csv`, 'text/csv', value.csv)}>
              Download CSV
            </button>
          </div>
          {value.svg && value.cells.length > 0 && (
            <details>
              <summary>
                The numbers behind it
                {value.more > 0 && ` (the first ${value.cells.length}; the CSV has ${value.more} more)`}
              </summary>
              <Data page={value} />
            </details>
          )}
        </>
      )}
    </article>
  )
}

function List({ items, open }: { readonly items: readonly GalleryItem[]; readonly open: string }) {
  const documents = [...new Set(items.map(({ document }) => document))]
  return (
    <nav className="gallery-list" aria-label="Figures and tables">
      {documents.map((document) => (
        <section key={document}>
          <h3>{document}</h3>
          <ul>
            {items
              .filter((item) => item.document === document)
              .map(({ id, kind, number, title, flags }) => (
                <li key={id}>
                  <button
                    type="button"
                    aria-current={id === open ? 'true' : undefined}
                    onClick={() => update({ figure: id }, true)}
                  >
                    <small>
                      {kind === 'figure' && /^\d/.test(number) ? 'Figure ' : ''}
                      {kind === 'table' && /^\d/.test(number) ? 'Table ' : ''}
                      {number}
                    </small>{' '}
                    {title}{' '}
                    {flags > 0 && <span className="badge">{flags === 1 ? '1 remark' : `${flags} remarks`}</span>}
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}

export default function FiguresView() {
  const wanted = usePart((page) => page.figure ?? '')
  const { value, problem } = useAsk('gallery', null)
  if (problem) return <ProblemNote problem={problem} />
  if (!value) return <p className="loading">Opening the gallery</p>
  const open = wanted || (value[0]?.id ?? '')
  const item = value.find(({ id }) => id === open)
  return (
    <div className="gallery">
      <List items={value} open={open} />
      <Sheet key={open} id={open} takesQuestion={item?.takesQuestion ?? false} />
    </div>
  )
}
