/** Pinned scenarios beside the one being asked, each with its techniques: differences and ratios to the first, and why. */
import type { ComparisonRow } from '@capline/core'
import { useAsk } from '../app/client.ts'
import { openPin, pinOf, pinThis, unpin, usePage } from '../app/page.ts'
import { type Pin, pinName } from '../app/pins.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import type { Compared } from '../worker/compared.ts'
import { NumberButton } from './NumberButton.tsx'

function Rows({
  title,
  rows,
  width,
  pins = [],
}: {
  readonly title: string
  readonly rows: readonly ComparisonRow[]
  readonly width: number
  /** The question of each column. A number with techniques has no explanation of its own: it is another question's. */
  readonly pins?: readonly Pin[]
}) {
  return (
    <tbody>
      <tr className="section-row">
        <th scope="rowgroup" colSpan={width + 1}>
          <span>{title}</span>
        </th>
      </tr>
      {rows.map((row) => (
        <tr key={row.label}>
          <th scope="row">{row.label}</th>
          {row.cells.map((cell, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            <td key={i} className={cell.better === undefined ? '' : cell.better ? 'better' : 'worse'}>
              {row.explains && cell.text !== '–' && pins[i]?.with === '' ? (
                <NumberButton id={row.explains} of={pins[i].link} className="cell-value number-button">
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

const letterOf = (i: number, pins: readonly Pin[]) => (i < pins.length ? String.fromCharCode(65 + i) : 'now')

function PinTools({ pin, at }: { readonly pin: Pin; readonly at: number }) {
  return (
    <span className="column-tools">
      <button type="button" className="link" aria-label={`Open ${pinName(pin)}`} onClick={() => openPin(pin)}>
        open
      </button>
      <button type="button" className="link" aria-label={`Unpin ${pinName(pin)}`} onClick={() => unpin(at)}>
        unpin
      </button>
    </span>
  )
}

function ComparedTable({
  value,
  pins,
  now,
}: {
  readonly value: Compared
  readonly pins: readonly Pin[]
  readonly now: Pin
}) {
  const width = value.titles.length
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
    <section className="scroll" tabIndex={0} aria-label="Comparison">
      <table>
        <thead>
          <tr>
            <td />
            {value.titles.map((title, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
              <th key={i} scope="col">
                <small>{i === 0 ? 'A, the baseline' : letterOf(i, pins)}</small>
                {title}
                <small className="column-detail">{value.details[i]}</small>
                {pins[i] && <PinTools pin={pins[i]} at={i} />}
              </th>
            ))}
          </tr>
        </thead>
        <Rows title="Asked" rows={value.asked} width={width} />
        <Rows title="Answers" rows={value.answers} width={width} pins={[...pins, now]} />
        {value.measured.length > 0 && (
          <Rows
            title="Speed-ups others measured, in their settings: no part of the answers"
            rows={value.measured}
            width={width}
          />
        )}
      </table>
    </section>
  )
}

function Lines({
  title,
  about,
  lines,
}: {
  readonly title: string
  readonly about: string
  readonly lines: readonly string[]
}) {
  if (lines.length === 0) return undefined
  return (
    <section>
      <h3>
        {title} <small>{about}</small>
      </h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}

export default function CompareView() {
  const page = usePage()
  const { pins } = page
  const now = pinOf(page)
  const all = [...pins, now]
  const hasTechniques = pins.length > 0 && all.some((pin) => pin.with !== '')
  const plain = useAsk('compare', pins.length > 0 && !hasTechniques ? all.map(({ link }) => link) : undefined)
  const chosen = useAsk('compareTechniques', hasTechniques ? all : undefined)
  const { value, problem } = hasTechniques ? chosen : plain
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
  const isOfThese = value?.titles.length === all.length
  return (
    <div className="compare">
      {problem && <ProblemNote problem={problem} keeps={isOfThese} />}
      {problem && !isOfThese && (
        <ul className="pin-list">
          {pins.map((pin, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a pin is its place
            <li key={i}>
              <b>{letterOf(i, pins)}</b> {pinName(pin)} <PinTools pin={pin} at={i} />
            </li>
          ))}
        </ul>
      )}
      {!value && !problem && <p className="loading">Working out both sides</p>}
      {value && isOfThese && (
        <>
          {value.remark && <p className="muted">{value.remark}</p>}
          <ComparedTable value={value} pins={pins} now={now} />
          <div className="reasons">
            {value.why.map(({ title, lines }, i) => (
              <Lines
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                key={i}
                title={`Why ${letterOf(i + 1, pins)} differs from A`}
                about={title}
                lines={lines}
              />
            ))}
            {value.changes.map((lines, i) => (
              <Lines
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                key={i}
                title={
                  i < pins.length
                    ? `What the techniques of ${letterOf(i, pins)} change`
                    : 'What the techniques that are on now change'
                }
                about={(all[i]?.with ?? '').replaceAll(',', ', ')}
                lines={lines}
              />
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
