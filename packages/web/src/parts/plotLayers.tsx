/** What a plot is made of, layer by layer: axes, lines, roof names, rules, marks and their names. */
import {
  type Box,
  type Chart,
  type ChartLine,
  type ChartMark,
  type ChartRule,
  placeLabels,
  textWidth,
} from '@capline/core'
import { FONT, type Frame } from './plotFrame.ts'
import { Quiet } from './Quiet.tsx'

const LARGEST = 10
const SMALLEST = 3.5

const radiusOf = (mark: ChartMark) => Math.max(SMALLEST, LARGEST * Math.sqrt(mark.size))

function isFree(box: Box, taken: readonly Box[]): boolean {
  return !taken.some(
    (o) => o.x < box.x + box.width && box.x < o.x + o.width && o.y < box.y + box.height && box.y < o.y + o.height,
  )
}

/** What labels keep off: the marks, before any label is placed. */
export function markBoxes(marks: readonly ChartMark[], frame: Frame): Box[] {
  return marks.map((mark) => {
    const r = radiusOf(mark)
    return { x: frame.x.at(mark.x) - r, y: frame.y.at(mark.y) - r, width: 2 * r, height: 2 * r }
  })
}

export function Mark({
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
    <rect x={cx - side / 2} y={cy - side / 2} width={side} height={side} {...shared} />
  ) : (
    <circle cx={cx} cy={cy} r={r} {...shared} />
  )
}

export function Axes({ chart, frame }: { readonly chart: Chart; readonly frame: Frame }) {
  const { box, x, y } = frame
  const bottom = box.y + box.height
  return (
    <Quiet className="axes">
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
    </Quiet>
  )
}

/** The interval around a line, under it. */
export function Bands({ lines, frame }: { readonly lines: readonly ChartLine[]; readonly frame: Frame }) {
  return lines.map((line) => {
    const { band } = line
    if (!band) return undefined
    const at = (x: number, y: number) => `${frame.x.at(x).toFixed(1)},${frame.y.at(y).toFixed(1)}`
    const upper = band.map(([x, , high]) => at(x, high))
    const lower = band.map(([x, low]) => at(x, low)).reverse()
    return <polygon key={line.label} className={`band ${line.tone}`} points={[...upper, ...lower].join(' ')} />
  })
}

/** The interval of a mark, as a line through it. */
export function Intervals({ marks, frame }: { readonly marks: readonly ChartMark[]; readonly frame: Frame }) {
  return marks.map(({ interval, x, tone, text }) => {
    if (!interval) return undefined
    const [cx, low, high] = [frame.x.at(x), frame.y.at(interval[0]), frame.y.at(interval[1])]
    return (
      <path
        key={text}
        className={`interval ${tone}`}
        d={`M${cx} ${low}V${high}M${cx - 5} ${low}h10M${cx - 5} ${high}h10`}
      />
    )
  })
}

export function Lines({
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
export function RoofNames({
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
      // Above the line at the right, then below it, then further to the left: the first place that is free.
      const places = [0, 0.25, 0.5, 0.75].flatMap((part) => {
        const x = right - width - part * Math.max(0, right - width - Math.max(x1, box.x))
        return [y1 - FONT * 0.4, y1 + FONT * 1.2, y1 - FONT * 1.6, y1 + FONT * 2.4].map((base) => ({
          x,
          y: base - FONT,
          width,
          height: FONT * 1.3,
        }))
      })
      const place = places.find((one) => isFree(one, taken)) ?? (places[0] as Box)
      taken.push(place, { x: x1, y: y1 - 2, width: x2 - x1, height: 4 })
      return (
        <text key={line.label} className="roof-name" x={place.x} y={place.y + FONT}>
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

export function Rules({
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

export function MarkNames({
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
  const wanted = [...inside]
    .sort((a, b) => b.rank - a.rank)
    .map((mark) => ({ x: frame.x.at(mark.x), y: frame.y.at(mark.y), radius: radiusOf(mark), text: mark.label }))
  return placeLabels(wanted, taken, frame.box, FONT).map((label) => (
    <text
      key={`${label.text} ${label.x} ${label.y}`}
      className="mark-name"
      x={label.x}
      y={label.y}
      textAnchor={label.anchor}
    >
      {label.text}
    </text>
  ))
}
