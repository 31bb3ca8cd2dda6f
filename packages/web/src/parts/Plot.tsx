/**
 * A chart specification of the core, drawn: lines, marks, rules, labels that keep off each other. Zoom by wheel, buttons or
 * keys, drag to move; every mark can be reached by keyboard and says its whole story.
 */
import { type Chart, type ChartLine, type ChartMark, type ChartRule, QUANTITY_TEXT, type Tone } from '@capline/core'
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { type Box, placeLabels, textWidth } from '../views/drawing.ts'
import { FONT, type Frame, frameOf, moved, zoomed } from './plotFrame.ts'
import { useWidth } from './useWidth.ts'

const LARGEST = 10
const SMALLEST = 3.5

export interface Highlight {
  readonly x: number
  readonly y: number
  readonly tone: Tone
}

interface Props {
  readonly chart: Chart
  /** Drawn over it, hollow and dashed. */
  readonly other?: Chart | undefined
  readonly highlights?: readonly Highlight[]
  readonly height: number
  /** Without zoom, and with few labels. */
  readonly isSmall?: boolean
}

const radiusOf = (mark: ChartMark) => Math.max(SMALLEST, LARGEST * Math.sqrt(mark.size))

function Mark({
  mark,
  frame,
  isOther,
  onShow,
}: {
  readonly mark: ChartMark
  readonly frame: Frame
  readonly isOther: boolean
  readonly onShow: (mark: ChartMark | undefined) => void
}) {
  const [cx, cy, r] = [frame.x.at(mark.x), frame.y.at(mark.y), radiusOf(mark)]
  const side = r * 1.77
  const shared = {
    className: `mark ${mark.tone}${isOther ? ' other' : ''}`,
    role: 'img' as const,
    tabIndex: 0,
    'aria-label': mark.text,
    onPointerEnter: () => onShow(mark),
    onPointerLeave: () => onShow(undefined),
    onFocus: () => onShow(mark),
    onBlur: () => onShow(undefined),
  }
  return mark.tone === 'decode' ? (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a mark tells its story when it is reached
    <rect x={cx - side / 2} y={cy - side / 2} width={side} height={side} {...shared} />
  ) : (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a mark tells its story when it is reached
    <circle cx={cx} cy={cy} r={r} {...shared} />
  )
}

function Axes({ chart, frame }: { readonly chart: Chart; readonly frame: Frame }) {
  const { box, x, y } = frame
  const bottom = box.y + box.height
  return (
    <g className="axes" aria-hidden="true">
      {x.ticks.map((tick) => (
        <g key={`x${tick.value}`}>
          {!chart.x.names && (
            <line className="grid" x1={x.at(tick.value)} x2={x.at(tick.value)} y1={box.y} y2={bottom} />
          )}
          <text
            x={x.at(tick.value)}
            y={bottom + FONT * 1.3}
            textAnchor={x.at(tick.value) > box.x + box.width - FONT ? 'end' : 'middle'}
          >
            {tick.text}
          </text>
        </g>
      ))}
      {y.ticks.map((tick) => (
        <g key={`y${tick.value}`}>
          <line className="grid" x1={box.x} x2={box.x + box.width} y1={y.at(tick.value)} y2={y.at(tick.value)} />
          <text x={box.x - FONT * 0.4} y={y.at(tick.value) + FONT * 0.35} textAnchor="end">
            {tick.text}
          </text>
        </g>
      ))}
      <text className="axis-label" x={box.x + box.width} y={bottom + FONT * 2.8} textAnchor="end">
        {chart.x.label}
      </text>
    </g>
  )
}

function Lines({
  lines,
  frame,
  isOther,
}: {
  readonly lines: readonly ChartLine[]
  readonly frame: Frame
  readonly isOther: boolean
}) {
  return lines.map((line) => (
    <polyline
      key={line.label}
      className={`line ${line.tone}${isOther ? ' other' : ''}`}
      points={line.points.map(([a, b]) => `${frame.x.at(a).toFixed(1)},${frame.y.at(b).toFixed(1)}`).join(' ')}
    />
  ))
}

/** Names of roofs: over the flat part at the right, along the slope at its foot. */
function RoofNames({
  lines,
  frame,
  taken,
}: {
  readonly lines: readonly ChartLine[]
  readonly frame: Frame
  readonly taken: Box[]
}) {
  const { box } = frame
  const right = box.x + box.width
  return lines.map((line) => {
    const [from, to] = line.points
    if (!from || !to) return undefined
    const [x1, y1, x2, y2] = [frame.x.at(from[0]), frame.y.at(from[1]), frame.x.at(to[0]), frame.y.at(to[1])]
    const width = textWidth(line.label, FONT)
    if (Math.abs(y2 - y1) < 1) {
      if (y1 < box.y || y1 > box.y + box.height) return undefined
      const above = { x: right - width, y: y1 - FONT * 1.5, width, height: FONT * 1.3 }
      const clash = taken.some(
        (o) => o.x < above.x + above.width && above.x < o.x + o.width && Math.abs(o.y - above.y) < above.height,
      )
      const at = clash ? y1 + FONT * 1.2 : y1 - FONT * 0.4
      taken.push({ ...above, y: at - FONT }, { x: x1, y: y1 - 2, width: x2 - x1, height: 4 })
      return (
        <text key={line.label} className="roof-name" x={right} y={at} textAnchor="end">
          {line.label}
        </text>
      )
    }
    const slope = Math.atan2(y2 - y1, x2 - x1)
    for (let along = 0; along < Math.hypot(x2 - x1, y2 - y1); along += 5) {
      taken.push({ x: x1 + Math.cos(slope) * along - 2, y: y1 + Math.sin(slope) * along - 2, width: 4, height: 4 })
    }
    // Starts inside the frame, wherever the zoom has put the foot of the slope.
    const startX = Math.max(x1, box.x) + FONT * 1.5
    const startY = y1 + Math.tan(slope) * (startX - x1)
    for (let along = 0; along < width; along += FONT) {
      taken.push({
        x: startX + Math.cos(slope) * along - FONT / 2,
        y: startY + Math.sin(slope) * along - FONT * 1.5,
        width: FONT,
        height: FONT * 1.4,
      })
    }
    return (
      <text
        key={line.label}
        className="roof-name"
        x={startX}
        y={startY - FONT * 0.5}
        transform={`rotate(${((slope * 180) / Math.PI).toFixed(1)} ${startX.toFixed(1)} ${startY.toFixed(1)})`}
      >
        {line.label}
      </text>
    )
  })
}

function Rules({
  rules,
  frame,
  taken,
}: {
  readonly rules: readonly ChartRule[]
  readonly frame: Frame
  readonly taken: Box[]
}) {
  const { box } = frame
  const right = box.x + box.width
  return rules.map((rule) => {
    const at = frame[rule.axis].at(rule.at)
    const width = textWidth(rule.label, FONT)
    if (rule.axis === 'y') {
      if (at < box.y || at > box.y + box.height) return undefined
      taken.push({ x: right - width, y: at - FONT * 1.4, width, height: FONT * 1.4 })
      return (
        <g key={rule.label} className={`rule ${rule.tone}`}>
          <line x1={box.x} x2={right} y1={at} y2={at} />
          <text x={right - 2} y={at - FONT * 0.4} textAnchor="end">
            {rule.label}
          </text>
        </g>
      )
    }
    if (at < box.x - 1 || at > right + 1) return undefined
    const toLeft = at + width + 6 > right
    const left = toLeft ? at - width - 4 : at + 4
    let top = box.y
    const height = FONT * 1.2
    while (
      taken.some((o) => o.x < left + width && left < o.x + o.width && o.y < top + height && top < o.y + o.height) &&
      top < box.y + box.height
    )
      top += 4
    taken.push({ x: left, y: top, width, height })
    return (
      <g key={rule.label} className={`rule ${rule.tone}`}>
        <line x1={at} x2={at} y1={box.y} y2={box.y + box.height} />
        <text x={toLeft ? at - 4 : at + 4} y={top + FONT * 0.9} textAnchor={toLeft ? 'end' : 'start'}>
          {rule.label}
        </text>
      </g>
    )
  })
}

function MarkNames({
  marks,
  frame,
  taken,
}: {
  readonly marks: readonly ChartMark[]
  readonly frame: Frame
  readonly taken: Box[]
}) {
  const inside = marks.filter((mark) => {
    const [x, y] = [frame.x.at(mark.x), frame.y.at(mark.y)]
    return (
      x >= frame.box.x && x <= frame.box.x + frame.box.width && y >= frame.box.y && y <= frame.box.y + frame.box.height
    )
  })
  for (const mark of inside) {
    const r = radiusOf(mark)
    taken.push({ x: frame.x.at(mark.x) - r, y: frame.y.at(mark.y) - r, width: 2 * r, height: 2 * r })
  }
  const wanted = [...inside]
    .sort((a, b) => b.rank - a.rank)
    .map((mark) => ({ x: frame.x.at(mark.x), y: frame.y.at(mark.y), radius: radiusOf(mark), text: mark.label }))
  return placeLabels(wanted, taken, frame.box, FONT).map((label) => (
    <text
      key={`${label.text}${label.x}`}
      className="mark-name"
      x={label.x}
      y={label.y}
      textAnchor={label.anchor}
      aria-hidden="true"
    >
      {label.text}
    </text>
  ))
}

interface Domains {
  readonly of: Chart
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
}

const KEYS: Readonly<Record<string, (x: Chart['x'], y: Chart['y']) => Pick<Domains, 'x' | 'y'>>> = {
  '+': (x, y) => ({ x: zoomed(x, 0.7, 0.5), y: zoomed(y, 0.7, 0.5) }),
  '-': (x, y) => ({ x: zoomed(x, 1 / 0.7, 0.5), y: zoomed(y, 1 / 0.7, 0.5) }),
  ArrowLeft: (x, y) => ({ x: moved(x, -0.1), y: y.domain }),
  ArrowRight: (x, y) => ({ x: moved(x, 0.1), y: y.domain }),
  ArrowUp: (x, y) => ({ x: x.domain, y: moved(y, 0.1) }),
  ArrowDown: (x, y) => ({ x: x.domain, y: moved(y, -0.1) }),
}

export function Plot({ chart, other, highlights = [], height, isSmall = false }: Props) {
  const [box, width] = useWidth()
  const [domains, setDomains] = useState<Domains | undefined>(undefined)
  const [tip, setTip] = useState<ChartMark | undefined>(undefined)
  const [cursor, setCursor] = useState<number | undefined>(undefined)
  const drag = useRef<{ readonly x: number; readonly y: number } | undefined>(undefined)
  const drawing = useRef<SVGSVGElement>(null)
  const id = useId()
  const isZoomed = domains !== undefined && domains.of.id === chart.id
  const shown = useMemo<Chart>(
    () =>
      isZoomed && domains
        ? { ...chart, x: { ...chart.x, domain: domains.x }, y: { ...chart.y, domain: domains.y } }
        : chart,
    [chart, domains, isZoomed],
  )
  const frame = useMemo(() => frameOf(shown, Math.max(width, 220), height), [shown, width, height])
  const canZoom = !isSmall && !chart.x.names
  const taken: Box[] = []
  const set = (next: Pick<Domains, 'x' | 'y'>) => setDomains({ of: chart, ...next })
  const latest = useRef({ shown, frame, set, canZoom })
  latest.current = { shown, frame, set, canZoom }

  // Not passive: the wheel zooms the chart and must not scroll the page; so it asks for Ctrl, as maps do.
  useEffect(() => {
    const svg = drawing.current
    const wheel = (event: WheelEvent) => {
      const now = latest.current
      if (!now.canZoom || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      const bounds = svg?.getBoundingClientRect()
      if (!bounds) return
      const { box: area } = now.frame
      const factor = event.deltaY < 0 ? 0.85 : 1 / 0.85
      const fx = Math.min(1, Math.max(0, (event.clientX - bounds.left - area.x) / area.width))
      const fy = Math.min(1, Math.max(0, 1 - (event.clientY - bounds.top - area.y) / area.height))
      now.set({ x: zoomed(now.shown.x, factor, fx), y: zoomed(now.shown.y, factor, fy) })
    }
    svg?.addEventListener('wheel', wheel, { passive: false })
    return () => svg?.removeEventListener('wheel', wheel)
  }, [])

  const press = (key: string) => {
    const change = KEYS[key]
    if (change) set(change(shown.x, shown.y))
  }
  const keys = (event: KeyboardEvent) => {
    if (!canZoom || event.target !== event.currentTarget) return
    const key = event.key === '=' ? '+' : event.key
    if (key === '0') setDomains(undefined)
    else if (KEYS[key]) press(key)
    else return
    event.preventDefault()
  }
  const move = (event: PointerEvent<SVGSVGElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect()
    if (chart.lines.some((line) => line.tone !== 'roof')) setCursor(event.clientX - bounds.left)
    const from = drag.current
    if (!from || !canZoom || event.buttons === 0) return
    const dx = (from.x - event.clientX) / frame.box.width
    const dy = (event.clientY - from.y) / frame.box.height
    drag.current = { x: event.clientX, y: event.clientY }
    set({ x: moved(shown.x, dx), y: moved(shown.y, dy) })
  }
  const reading = cursor === undefined ? undefined : readAt(chart, frame, cursor)
  return (
    <figure className={isSmall ? 'plot small' : 'plot'} ref={box}>
      {canZoom && (
        <div className="plot-tools">
          <button type="button" aria-label="Zoom in" onClick={() => press('+')}>
            +
          </button>
          <button type="button" aria-label="Zoom out" onClick={() => press('-')}>
            −
          </button>
          <button type="button" disabled={!isZoomed} onClick={() => setDomains(undefined)}>
            Reset
          </button>
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move it, plus and minus zoom it */}
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing whose marks can be reached */}
      <svg
        ref={drawing}
        role="group"
        aria-label={chart.title}
        aria-describedby={`${id}-about`}
        tabIndex={canZoom ? 0 : -1}
        width={frame.width}
        height={height}
        viewBox={`0 0 ${frame.width} ${height}`}
        onKeyDown={keys}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY }
        }}
        onPointerMove={move}
        onPointerUp={() => {
          drag.current = undefined
        }}
        onPointerLeave={() => {
          drag.current = undefined
          setCursor(undefined)
        }}
      >
        <clipPath id={`${id}-clip`}>
          <rect x={frame.box.x} y={frame.box.y - 6} width={frame.box.width + 6} height={frame.box.height + 6} />
        </clipPath>
        <Axes chart={shown} frame={frame} />
        <g clipPath={`url(#${id}-clip)`}>
          <g aria-hidden="true">
            {other && <Lines lines={other.lines} frame={frame} isOther />}
            <Lines lines={chart.lines} frame={frame} isOther={false} />
            <RoofNames lines={chart.lines.filter((line) => line.tone === 'roof')} frame={frame} taken={taken} />
            <Rules rules={isSmall ? [] : chart.rules} frame={frame} taken={taken} />
          </g>
          {other?.marks.map((mark) => (
            <Mark key={`other ${mark.text}`} mark={mark} frame={frame} isOther onShow={setTip} />
          ))}
          {!isSmall &&
            [...chart.marks]
              .sort((a, b) => b.size - a.size)
              .map((mark) => <Mark key={mark.text} mark={mark} frame={frame} isOther={false} onShow={setTip} />)}
          {isSmall &&
            chart.marks.map((mark) => (
              <circle key={mark.text} className="ghost" cx={frame.x.at(mark.x)} cy={frame.y.at(mark.y)} r={2.5} />
            ))}
          {highlights.map((point) => (
            <g key={point.tone} className={`highlight ${point.tone}`}>
              <circle cx={frame.x.at(point.x)} cy={frame.y.at(point.y)} r={11} />
              <circle className="dot" cx={frame.x.at(point.x)} cy={frame.y.at(point.y)} r={5} />
            </g>
          ))}
          {!isSmall && <MarkNames marks={chart.marks} frame={frame} taken={taken} />}
          {reading && (
            <g className="cursor" aria-hidden="true">
              <line x1={reading.x} x2={reading.x} y1={frame.box.y} y2={frame.box.y + frame.box.height} />
              <circle cx={reading.x} cy={reading.y} r={4} />
            </g>
          )}
        </g>
      </svg>
      <p className="plot-tip" role="status">
        {tip?.text ??
          reading?.text ??
          (canZoom ? 'Point at a mark, or reach it with Tab. Ctrl and wheel, + and − zoom; drag or arrows move.' : '')}
      </p>
      <figcaption id={`${id}-about`} className="hidden">
        {chart.description}
      </figcaption>
    </figure>
  )
}

/** The point of the first line nearest to the pointer. */
function readAt(
  chart: Chart,
  frame: Frame,
  at: number,
): { readonly x: number; readonly y: number; readonly text: string } | undefined {
  const line = chart.lines.find((one) => one.tone !== 'roof')
  let best: readonly [number, number] | undefined
  for (const point of line?.points ?? []) {
    if (!best || Math.abs(frame.x.at(point[0]) - at) < Math.abs(frame.x.at(best[0]) - at)) best = point
  }
  if (!best || !line) return undefined
  const text = `${chart.x.label} ${QUANTITY_TEXT[chart.x.quantity](best[0])}: ${QUANTITY_TEXT[chart.y.quantity](best[1])}`
  return { x: frame.x.at(best[0]), y: frame.y.at(best[1]), text }
}
