/** The legal layouts of the count, best first; one click takes another. And whether so many accelerators help. */
import { useAsk } from '../app/client.ts'
import { withAxes, withLayout } from '../app/layout.ts'
import { ask, currentPage, usePart } from '../app/page.ts'
import { useRested } from '../app/useRested.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { Range } from '../parts/Range.tsx'
import type { LayoutsAnswer } from '../worker/protocol.ts'

/** All layouts are priced anew: not while a knob is being turned. */
const REST_MS = 250
/** More are folded away. */
const FIRST = 5

function Rows({ answer }: { readonly answer: LayoutsAnswer }) {
  const { rows, more } = answer
  const chosen = rows.findIndex((row) => row.chosen)
  const first = rows.filter((_, i) => i < FIRST || i === chosen)
  const rest = rows.filter((row) => !first.includes(row))
  return (
    <>
      <Table rows={first} />
      {rest.length > 0 && (
        <details>
          <summary>
            {rest.length} more{more > 0 ? `, and ${more} slower ones that are not listed` : ''}
          </summary>
          <Table rows={rest} />
        </details>
      )}
    </>
  )
}

function Table({ rows }: { readonly rows: LayoutsAnswer['rows'] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
    <section className="scroll" tabIndex={0} aria-label="Layouts">
      <table className="layouts">
        <thead>
          <tr>
            <th scope="col">layout</th>
            <th scope="col" className="right">
              TTFT
            </th>
            <th scope="col" className="right">
              TPOT
            </th>
            <th scope="col" className="right">
              throughput
            </th>
            <th scope="col" className="right">
              memory of each
            </th>
            <th scope="col" className="right">
              per million tokens
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.layout} className={row.chosen ? 'chosen' : ''} aria-current={row.chosen || undefined}>
              <th scope="row">
                {row.chosen ? (
                  <strong>
                    <span aria-hidden="true">▸ </span>
                    {row.layout}
                    <span className="hidden">, chosen</span>
                  </strong>
                ) : (
                  <button
                    type="button"
                    className="link"
                    onClick={() => ask(withAxes(currentPage().link, row.axes), true)}
                  >
                    {row.layout}
                  </button>
                )}
              </th>
              <td className="right">
                {row.ttft}
                <Range of={row.ranges?.ttft} />
              </td>
              <td className="right">
                {row.tpot}
                <Range of={row.ranges?.tpot} />
              </td>
              <td className="right">
                {row.throughput}
                <Range of={row.ranges?.throughput} />
              </td>
              <td className={row.fits ? 'right' : 'right too-big'}>
                {row.memory}
                {!row.fits && <small> does not fit</small>}
              </td>
              <td className="right">
                {row.price}
                <Range of={row.ranges?.price} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function automatic(legal: number): string {
  return legal === 1
    ? 'No other is legal for this model and batch.'
    : `Of ${legal} legal ones, the fastest that fits is taken.`
}

export function LayoutPanel({ layout }: { readonly layout: string }) {
  const link = usePart((page) => page.link)
  const rested = useRested(link, REST_MS)
  const { value, problem, isPending } = useAsk('layouts', rested)
  if (problem && !value) return <ProblemNote problem={problem} />
  if (!value) return <p className="layout-wait muted">Trying the layouts</p>
  const { count, gain, isAutomatic, rows } = value
  if (count === 1) return gain ? <p className="gain">{gain}</p> : undefined
  return (
    <section className="layout-panel" aria-label="Layout" aria-busy={isPending || rested !== link}>
      <h2>
        Layout <small>{layout}</small>
      </h2>
      {gain && <p className="gain">{gain}</p>}
      <Rows answer={value} />
      <p className="muted">
        {isAutomatic ? automatic(rows.length + value.more) : 'You chose the layout. '}
        {!isAutomatic && (
          <button type="button" className="link" onClick={() => ask(withLayout(currentPage().link, 'auto'), true)}>
            Take the best again
          </button>
        )}
      </p>
    </section>
  )
}
