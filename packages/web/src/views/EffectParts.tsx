/** Parts that say what techniques change: the table beside the baseline, the accuracy evidence, lists of reasons. */
import { update } from '../app/page.ts'
import { Range } from '../parts/Range.tsx'
import type {
  AccuracyLine,
  CautionLine,
  Changed,
  Effect,
  EffectRow,
  Goal,
  SpeedLine,
} from '../worker/techniques/protocol.ts'
import { CapTriangle } from './CapTriangle.tsx'

const toneOf = ({ better }: Changed) => (better === undefined ? '' : better ? 'better' : 'worse')

export function EffectTable({
  rows,
  alone,
  label,
}: {
  readonly rows: readonly EffectRow[]
  readonly alone: readonly string[]
  readonly label: string
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
    <section className="scroll" tabIndex={0} aria-label="Beside the baseline">
      <table className="effect-table">
        <thead>
          <tr>
            <td />
            <th scope="col" className="right">
              Baseline
            </th>
            <th scope="col" className="right">
              {label}
            </th>
            <th scope="col">Change</th>
            {alone.map((one) => (
              <th key={one} scope="col">
                <small>by itself</small> {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              <td className="right">
                {row.baseline}
                <Range of={row.baselineRange} />
              </td>
              <td className="right">
                {row.value}
                <Range of={row.valueRange} />
              </td>
              <td className={toneOf(row.change)}>{row.change.text}</td>
              {row.alone.map((one, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <td key={i} className={toneOf(one)}>
                  {one.text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Only the web's own addresses: evidence comes from files others wrote. */
export function SourceLink({ name, url }: { readonly name: string; readonly url: string }) {
  if (!/^https:\/\//.test(url)) return <span>{name}</span>
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {name}
    </a>
  )
}

function AccuracyTable({ lines }: { readonly lines: readonly AccuracyLine[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
    <section className="scroll tall" tabIndex={0} aria-label="Measurements of accuracy">
      <table>
        <thead>
          <tr>
            <th scope="col">Benchmark</th>
            <th scope="col">Quantity</th>
            <th scope="col" className="right">
              Kept
            </th>
            <th scope="col">Technique, setting</th>
            <th scope="col">Models</th>
            <th scope="col" className="right">
              Records
            </th>
            <th scope="col">Grade</th>
            <th scope="col">Nearest source</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of one answer stay where they are
            <tr key={i} title={line.distance || 'as asked'}>
              <th scope="row">{line.benchmark}</th>
              <td>{line.metric}</td>
              <td
                className={`right ${line.movement === 'worsens' ? 'worse' : line.movement === 'improves' ? 'better' : ''}`}
              >
                {line.retained}
              </td>
              <td>{line.technique}</td>
              <td>{line.models}</td>
              <td className="right">{line.records}</td>
              <td>{line.grades}</td>
              <td>
                <SourceLink {...line.source} /> <small>{line.source.place}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** What the measured averages above do not show, and which rows of the catalogue say how to measure it. */
function Cautions({ lines }: { readonly lines: readonly CautionLine[] }) {
  return (
    <ul className="caution-lines" aria-label="What averages of accuracy hide">
      {lines.map(({ title, words, advice, source, measured, see }) => (
        <li key={title}>
          <strong>{title}</strong>: {words}; {advice}.{' '}
          <small className="muted">
            {source}; {measured}.
          </small>{' '}
          {see.map(({ id, help }) => (
            <button
              key={id}
              type="button"
              className="link"
              title={help}
              onClick={() => update({ view: 'techniques', technique: id }, true)}
            >
              {id}
            </button>
          ))}
        </li>
      ))}
    </ul>
  )
}

function speedSummary(lines: readonly SpeedLine[]): string {
  const measured = lines.filter(({ sources }) => sources !== '')
  if (measured.length === 0) return lines[0]?.range ?? 'no evidence'
  return lines.map(({ member, range }) => (lines.length > 1 ? `${member} ${range}` : range)).join('; ')
}

/** What others measured, beside what is predicted above and no part of it. */
function Speeds({ lines }: { readonly lines: readonly SpeedLine[] }) {
  return (
    <ul className="speed-lines" aria-label="Speed-ups that others measured">
      {lines.map(({ member, range, sources, settings, links }) => (
        <li key={member}>
          <strong>{member}</strong>: {range}
          {sources && `, ${sources}`}
          {settings && <span className="muted"> ({settings})</span>}
          {links.map((link) => (
            <small key={link.url}>
              {' '}
              <SourceLink {...link} />, {link.place}
            </small>
          ))}
        </li>
      ))}
    </ul>
  )
}

export function Reasons({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return undefined
  return (
    <section className="effect-list">
      <h3>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}

const GLYPHS = { improves: '↑', keeps: '=', worsens: '↓', mixed: '↕', unknown: '?' } as const
const WORDS: Readonly<Record<keyof typeof GLYPHS, string>> = {
  improves: 'improves',
  keeps: 'stays',
  worsens: 'worsens',
  mixed: 'better and worse',
  unknown: 'no evidence',
}
const GOAL_NAMES: Readonly<Record<Goal, string>> = { C: 'Context', A: 'Accuracy', P: 'Performance' }

/** C ↑ A ? P ↓, with words for those who point at it or listen. */
export function Movements({
  of,
  texts,
}: {
  readonly of: Readonly<Record<Goal, keyof typeof GLYPHS>>
  readonly texts: Readonly<Record<Goal, string>>
}) {
  return (
    <span className="movements">
      {(['C', 'A', 'P'] as const).map((goal) => (
        <span
          key={goal}
          className={`movement ${of[goal]}`}
          title={`${GOAL_NAMES[goal]} ${WORDS[of[goal]]}: ${texts[goal]}`}
        >
          <span aria-hidden="true">
            {goal} {GLYPHS[of[goal]]}
          </span>
          <span className="hidden">
            {GOAL_NAMES[goal]} {WORDS[of[goal]]}
          </span>
        </span>
      ))}
    </span>
  )
}

export function EffectBody({ effect, label }: { readonly effect: Effect; readonly label: string }) {
  const { rows, alone, marks, accuracy, contextParts, speeds, why, needs, remarks } = effect
  const context = rows.find((row) => row.label.startsWith('Context a user'))?.baseline ?? ''
  const ttft = rows.find((row) => row.label === 'Time to first token')?.baseline ?? ''
  const tpot = rows.find((row) => row.label === 'Time per output token')?.baseline ?? ''
  return (
    <>
      <div className="effect-body">
        <EffectTable rows={rows} alone={alone} label={label} />
        <CapTriangle marks={marks} baseline={`${context}, TTFT ${ttft}${tpot ? `, TPOT ${tpot}` : ''}`} />
      </div>
      <div className="effect-lists">
        <Reasons title="Why" lines={why} />
        <Reasons title="What it needs" lines={needs} />
        <Reasons title="To know" lines={remarks} />
      </div>
      <details>
        <summary>
          Accuracy: {accuracy.words}
          {accuracy.lines.length > 0 && ` (${accuracy.lines.length} benchmarks and settings)`}
        </summary>
        {accuracy.members.map(({ member, words }) => (
          <p key={member}>
            <strong>{member}</strong>: {words}
          </p>
        ))}
        {accuracy.lines.length > 0 && <AccuracyTable lines={accuracy.lines} />}
      </details>
      {accuracy.cautions.length > 0 && (
        <details>
          <summary>
            Averages of accuracy hide: {accuracy.cautions.map(({ title }) => title.replace(/ \(.*/, '')).join(', ')}
          </summary>
          <Cautions lines={accuracy.cautions} />
        </details>
      )}
      <details>
        <summary>Speed-up others measured, no part of the prediction: {speedSummary(speeds)}</summary>
        <Speeds lines={speeds} />
      </details>
      <details>
        <summary>Context: what limits it</summary>
        <ul className="context-parts">
          {contextParts.map(({ text, limiting }) => (
            <li key={text}>{limiting ? <strong>{text} (this limits)</strong> : text}</li>
          ))}
        </ul>
      </details>
    </>
  )
}
