/**
 * A chart specification of the core, drawn: lines, marks, rules, labels that keep off each other. Zoom by wheel, buttons or
 * keys, drag to move; every mark can be reached by keyboard and says its whole story.
 */
import { type Box, type Chart, type ChartMark, QUANTITY_TEXT, type Tone } from '@capline/core'
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { type Frame, frameOf, moved, zoomed } from './plotFrame.ts'
import { Axes, Bands, Intervals, Lines, Mark, MarkNames, markBoxes, RoofNames, Rules } from './plotLayers.tsx'
import { Quiet } from './Quiet.tsx'
import { useWidth } from './useWidth.ts'

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
  const taken: Box[] = markBoxes([...chart.marks, ...(other?.marks ?? [])], frame)
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
          <Quiet>
            <Bands lines={chart.lines} frame={frame} />
            {other && <Lines lines={other.lines} frame={frame} isOther />}
            <Lines lines={chart.lines} frame={frame} isOther={false} />
            <RoofNames lines={chart.lines.filter((line) => line.tone === 'roof')} frame={frame} taken={taken} />
            <Intervals marks={chart.marks} frame={frame} />
            <Rules rules={isSmall ? [] : chart.rules} frame={frame} taken={taken} />
          </Quiet>
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
          {!isSmall && (
            <Quiet>
              <MarkNames marks={chart.marks} frame={frame} taken={taken} />
            </Quiet>
          )}
          {reading && (
            <Quiet className="cursor">
              <line x1={reading.x} x2={reading.x} y1={frame.box.y} y2={frame.box.y + frame.box.height} />
              <circle cx={reading.x} cy={reading.y} r={4} />
            </Quiet>
          )}
        </g>
      </svg>
      <div className="plot-foot">
        <p className="plot-tip" role="status">
          {tip?.text ??
            reading?.text ??
            (canZoom
              ? 'Point at a mark, or reach it with Tab. Ctrl and wheel, + and − zoom; drag or arrows move.'
              : '')}
        </p>
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
      </div>
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
  const say = QUANTITY_TEXT[chart.y.quantity]
  const around = line.band?.find(([x]) => x === best[0])
  const interval = around ? `, 80 % interval ${say(around[1])} to ${say(around[2])}` : ''
  const text = `${chart.x.label} ${QUANTITY_TEXT[chart.x.quantity](best[0])}: ${say(best[1])}${interval}`
  return { x: frame.x.at(best[0]), y: frame.y.at(best[1]), text }
}
