/** Pinned scenarios beside the one being asked: differences and ratios to the first, and why. */
import type { ComparisonRow, QuestionLink } from '@capline/core'
import { useAsk } from '../app/client.ts'
import { update, usePage } from '../app/page.ts'
import { pinName } from '../app/pins.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { NumberButton } from './NumberButton.tsx'

function Rows({
  title,
  rows,
  width,
  links = [],
}: {
  readonly title: string
  readonly rows: readonly ComparisonRow[]
  readonly width: number
  /** The question of each column. */
  readonly links?: readonly QuestionLink[]
}) {
  return (
    <tbody>
      <tr className="section-row">
        <th scope="rowgroup" colSpan={width + 1}>
          {title}
        </th>
      </tr>
      {rows.map((row) => (
        <tr key={row.label}>
          <th scope="row">{row.label}</th>
          {row.cells.map((cell, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            <td key={i} className={cell.better === undefined ? '' : cell.better ? 'better' : 'worse'}>
              {row.explains && cell.text !== '–' && links[i] ? (
                <NumberButton id={row.explains} of={links[i]} className="cell-value number-button">
                  {cell.text}
                </NumberButton>
              ) : (
                <span className="cell-value">{cell.text}</span>
              )}
              {cell.range && <small>{cell.range}</small>}
              {(cell.ratio || cell.difference) && (
                <small>
                  {cell.ratio && <b>{cell.ratio}</b>} {cell.difference}
                </small>
              )}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}

export default function CompareView() {
  const { link, pins } = usePage()
  const { value, problem } = useAsk('compare', pins.length > 0 ? [...pins, link] : undefined)
  const pinThis = () => update({ pins: [...pins.slice(-5), link] })
  if (pins.length === 0) {
    return (
      <div className="empty-view">
        <p>
          <strong>Nothing is pinned yet.</strong> Pin this scenario, then turn a knob: both stand side by side here,
          with differences, ratios and the reasons.
        </p>
        <button type="button" className="primary" onClick={pinThis}>
          Pin this scenario
        </button>
      </div>
    )
  }
  return (
    <div className="compare">
      {problem && <ProblemNote problem={problem} keeps={value !== undefined} />}
      {value && value.titles.length === pins.length + 1 && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable */}
          <section className="scroll" tabIndex={0} aria-label="Comparison">
            <table>
              <thead>
                <tr>
                  <td />
                  {value.titles.map((title, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                    <th key={i} scope="col">
                      <small>
                        {i === 0 ? 'A, the baseline' : i < pins.length ? String.fromCharCode(65 + i) : 'now'}
                      </small>
                      {title}
                      {i < pins.length && (
                        <span className="column-tools">
                          <button
                            type="button"
                            className="link"
                            onClick={() => update({ link: pins[i] ?? link }, true)}
                          >
                            open
                          </button>
                          <button
                            type="button"
                            className="link"
                            aria-label={`Unpin ${pinName(pins[i] ?? link)}`}
                            onClick={() => update({ pins: pins.filter((_, at) => at !== i) })}
                          >
                            unpin
                          </button>
                        </span>
                      )}
                    </th>
                  ))}
                </tr>
              </thead>
              <Rows title="Asked" rows={value.asked} width={value.titles.length} />
              <Rows title="Answers" rows={value.answers} width={value.titles.length} links={[...pins, link]} />
            </table>
          </section>
          <div className="reasons">
            {value.why.map((one, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
              <section key={i}>
                <h3>
                  Why {i + 1 < pins.length ? String.fromCharCode(66 + i) : 'now'} differs from A{' '}
                  <small>{one.title}</small>
                </h3>
                <ul>
                  {one.lines.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </section>
            ))}
          </div>
          <button type="button" onClick={pinThis}>
            Pin this scenario too
          </button>
        </>
      )}
    </div>
  )
}
