/**
 * The trilemma as a user meets it: three axes from the middle, the baseline a triangle half-way out, every choice a triangle
 * over it. Context and performance are factors (a ring is 2×), accuracy the share of task quality that measurements say is
 * kept (a ring is 12.5 points), as an interval; without evidence that corner stays open.
 */
import type { CapMark, Goal } from '../worker/techniques/protocol.ts'

const WIDTH = 420
const HEIGHT = 330
const CENTRE = { x: 210, y: 196 }
const RADIUS = 138
/** From the baseline to the rim: 8×, or 37.5 points; the rings between are 2× and 12.5 points apart. */
const OCTAVES = 3
const POINTS = 0.375

const AXES: Readonly<Record<Goal, { readonly x: number; readonly y: number }>> = {
  C: { x: 0, y: -1 },
  A: { x: -Math.sqrt(3) / 2, y: 0.5 },
  P: { x: Math.sqrt(3) / 2, y: 0.5 },
}
const GOALS: readonly Goal[] = ['C', 'A', 'P']
const NAMES: Readonly<Record<Goal, string>> = { C: 'Context', A: 'Accuracy', P: 'Performance' }

const clamp = (x: number) => Math.min(1, Math.max(0.02, x))
const ofFactor = (factor: number) => clamp(0.5 + Math.log2(factor) / (2 * OCTAVES))
const ofShare = (share: number) => clamp(0.5 + (share - 1) / (2 * POINTS))

const place = (goal: Goal, at: number) => ({
  x: CENTRE.x + AXES[goal].x * RADIUS * at,
  y: CENTRE.y + AXES[goal].y * RADIUS * at,
})
const pointsOf = (at: Readonly<Record<Goal, number>>) =>
  GOALS.map((goal) => place(goal, at[goal]))
    .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
    .join(' ')

const ring = (at: number) => pointsOf({ C: at, A: at, P: at })

const TICKS: readonly { readonly at: number; readonly factor: string; readonly share: string }[] = [
  { at: 1 / 3, factor: '½×', share: '87.5 %' },
  { at: 2 / 3, factor: '2×', share: '112.5 %' },
  { at: 5 / 6, factor: '4×', share: '125 %' },
  { at: 1, factor: '8×', share: '137.5 %' },
]

function Rings() {
  return TICKS.map(({ at }) => <polygon key={at} className="ring" points={ring(at)} />)
}

/** Over everything else, each in a gap of its own. */
function Ticks() {
  return TICKS.map(({ at, factor, share }) => (
    <g key={at}>
      <text className="tick" x={place('C', at).x + 5} y={place('C', at).y + 4}>
        {factor}
      </text>
      <text className="tick" x={place('A', at).x - 2} y={place('A', at).y - 6} textAnchor="end">
        {share}
      </text>
      <text className="tick" x={place('P', at).x + 2} y={place('P', at).y - 6}>
        {factor}
      </text>
    </g>
  ))
}

/** Each line is wider than the next one over it: where two lie on one another both are seen. */
const THINNEST = 2
const WIDEST = 5

function widthOf(i: number, count: number): number {
  const share = count > 1 ? (count - 1 - i) / (count - 1) : 0
  return THINNEST + Math.min(WIDEST - THINNEST, 1.5 * (count - 1)) * share
}

function Mark({ mark, tone, width }: { readonly mark: CapMark; readonly tone: number; readonly width: number }) {
  const { contextFactor, performanceFactor, retained, accuracyKept } = mark
  const [c, p] = [ofFactor(contextFactor), ofFactor(performanceFactor)]
  const low = retained ? ofShare(retained.low) : 0.5
  const high = retained ? ofShare(retained.high) : 0.5
  const known = retained !== undefined || accuracyKept
  const [atC, atA, atP] = [place('C', c), place('A', low), place('P', p)]
  return (
    <g className={`cap-mark tone-${tone}`}>
      {known && <polygon className="area" points={pointsOf({ C: c, A: low, P: p })} />}
      <path
        className="outline"
        strokeWidth={width}
        d={`M${atC.x} ${atC.y}L${atP.x} ${atP.y}${known ? `L${atA.x} ${atA.y}Z` : ''}`}
      />
      {!known && (
        <path
          className="outline open"
          strokeWidth={width * 0.75}
          d={`M${atC.x} ${atC.y}L${atA.x} ${atA.y}L${atP.x} ${atP.y}`}
        />
      )}
      {retained && <line className="interval" x1={atA.x} y1={atA.y} x2={place('A', high).x} y2={place('A', high).y} />}
      <circle cx={atC.x} cy={atC.y} r={2 + width} />
      <circle cx={atP.x} cy={atP.y} r={2 + width} />
      {accuracyKept && <circle cx={atA.x} cy={atA.y} r={2 + width} />}
      {!known && (
        <text className="unknown" x={atA.x} y={atA.y + 5} textAnchor="middle">
          ?
        </text>
      )}
    </g>
  )
}

const MOST = 6

export function CapTriangle({ marks, baseline }: { readonly marks: readonly CapMark[]; readonly baseline: string }) {
  // The last is all of them together: it is never left out.
  const shown = marks.length > MOST ? [...marks.slice(0, MOST - 1), ...marks.slice(-1)] : marks
  const spoken = shown.map(({ label, texts }) => `${label}: context ${texts.C}; accuracy ${texts.A}; ${texts.P}`)
  return (
    <figure className="cap-triangle">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Context, accuracy, performance. ${spoken.join('. ')}`}
      >
        <Rings />
        {GOALS.map((goal) => {
          const end = place(goal, 1)
          return <line key={goal} className="axis" x1={CENTRE.x} y1={CENTRE.y} x2={end.x} y2={end.y} />
        })}
        <polygon className="base" points={ring(0.5)} />
        {shown.map((mark, i) => (
          <Mark
            key={mark.label}
            mark={mark}
            tone={i === shown.length - 1 ? 0 : i + 1}
            width={widthOf(i, shown.length)}
          />
        ))}
        <Ticks />
        <text className="corner" x={CENTRE.x} y={CENTRE.y - RADIUS - 14} textAnchor="middle">
          {NAMES.C}
        </text>
        <text className="corner" x={CENTRE.x - RADIUS * 0.87} y={CENTRE.y + RADIUS * 0.5 + 28} textAnchor="middle">
          {NAMES.A}
        </text>
        <text className="corner" x={CENTRE.x + RADIUS * 0.87} y={CENTRE.y + RADIUS * 0.5 + 28} textAnchor="middle">
          {NAMES.P}
        </text>
      </svg>
      <figcaption>
        <dl className="cap-legend">
          <div>
            <dt>
              <i className="cap-swatch base" aria-hidden="true" /> baseline
            </dt>
            <dd>{baseline}</dd>
          </div>
          {shown.map(({ label, texts }, i) => (
            <div key={label}>
              <dt>
                <i className={`cap-swatch tone-${i === shown.length - 1 ? 0 : i + 1}`} aria-hidden="true" /> {label}
              </dt>
              <dd>
                <b>C</b> {texts.C}
              </dd>
              <dd>
                <b>A</b> {texts.A}
              </dd>
              <dd>
                <b>P</b> {texts.P}
              </dd>
            </div>
          ))}
        </dl>
        <p className="muted">
          Farther out is better. Context and performance as factors of the baseline; accuracy as the share of task
          quality kept in published measurements, lowest to highest (thick); open with a question mark: no evidence.
        </p>
      </figcaption>
    </figure>
  )
}
