/**
 * A chart specification drawn as SVG: one self-contained element with a title and a description for those who cannot see
 * it. Colours are CSS variables (`--prefill`, `--limit`, …) of the page around it.
 */
import { type Chart, type ChartLine, type ChartMark, type ChartRule, QUANTITY_TEXT } from '../chart.ts'
import { escapeHtml } from './escape.ts'
import { type Box, placeLabels, textWidth } from './labels.ts'
import { type Scale, scaleOf } from './scale.ts'

export interface Size {
  readonly width: number
  readonly height: number
  /** Of the text, in the drawing's units. */
  readonly font: number
}

interface Plot {
  readonly chart: Chart
  readonly size: Size
  readonly frame: Box
  readonly x: Scale
  readonly y: Scale
  /** What labels must keep off. */
  readonly taken: Box[]
}

/** Radii of marks. */
const LARGEST = 9
const SMALLEST = 3

export const px = (x: number): string => (Math.round(x * 10) / 10).toString()

/** Text at (x, y). */
export function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${px(x)}" y="${px(y)}"${attributes && ` ${attributes}`}>${escapeHtml(content)}</text>`
}

function plotOf(chart: Chart, size: Size): Plot {
  const { width, height, font } = size
  const bottom = height - font * 3.2
  const top = font * 1.2
  const y = scaleOf(chart.y, bottom, top, Math.floor((bottom - top) / (font * 2.6)))
  const left = Math.max(...y.ticks.map((tick) => textWidth(tick.text, font)), font * 2) + font * 1.2
  const right = width - font * 1.2
  const x = scaleOf(chart.x, left, right, Math.floor((right - left) / (font * 3.6)))
  return { chart, size, frame: { x: left, y: top, width: right - left, height: bottom - top }, x, y, taken: [] }
}

function axes({ chart, size, frame, x, y }: Plot): string {
  const { font } = size
  const bottom = frame.y + frame.height
  const out: string[] = []
  for (const tick of x.ticks) {
    const at = x.at(tick.value)
    out.push(`<line class="grid" x1="${px(at)}" x2="${px(at)}" y1="${px(frame.y)}" y2="${px(bottom)}"/>`)
    const half = textWidth(tick.text, font) / 2
    const anchor = at + half > frame.x + frame.width + font ? 'end' : 'middle'
    out.push(text(at, bottom + font * 1.3, tick.text, `text-anchor="${anchor}"`))
  }
  for (const tick of y.ticks) {
    const at = y.at(tick.value)
    out.push(`<line class="grid" x1="${px(frame.x)}" x2="${px(frame.x + frame.width)}" y1="${px(at)}" y2="${px(at)}"/>`)
    out.push(text(frame.x - font * 0.5, at + font * 0.35, tick.text, 'text-anchor="end"'))
  }
  out.push(text(frame.x + frame.width, bottom + font * 2.7, chart.x.label, 'class="axis" text-anchor="end"'))
  return out.join('')
}

function drawLine(line: ChartLine, { x, y }: Plot): string {
  const points = line.points.map(([a, b]) => `${px(x.at(a))},${px(y.at(b))}`).join(' ')
  const dash = line.dashed ? ' stroke-dasharray="5 4"' : ''
  return `<polyline class="line ${line.tone}" points="${points}"${dash}><title>${escapeHtml(line.label)}</title></polyline>`
}

/** What labels keep off: lines and rules, as small boxes along them. Roofs are added with their names. */
function blockLines({ chart, x, y, frame, taken }: Plot): void {
  for (const { points, tone } of chart.lines) {
    if (tone === 'roof') continue
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1] as readonly [number, number], points[i] as readonly [number, number]]
      const [x1, y1, x2, y2] = [x.at(a[0]), y.at(a[1]), x.at(b[0]), y.at(b[1])]
      const steps = Math.max(1, Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 5))
      for (let k = 0; k <= steps; k++) {
        taken.push({ x: x1 + ((x2 - x1) * k) / steps - 1, y: y1 + ((y2 - y1) * k) / steps - 2, width: 2, height: 4 })
      }
    }
  }
  for (const rule of chart.rules) {
    if (rule.axis === 'x') taken.push({ x: x.at(rule.at) - 1, y: frame.y, width: 2, height: frame.height })
    else taken.push({ x: frame.x, y: y.at(rule.at) - 1, width: frame.width, height: 2 })
  }
}

const meets = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The first place that nothing has taken; the first of all when there is none. */
function freePlace(places: readonly Box[], taken: readonly Box[]): Box | undefined {
  return places.find((box) => !taken.some((other) => meets(box, other))) ?? places[0]
}

/** The name of a roof: along the slope at its foot, or above its flat part at the right. */
function roofLabel(line: ChartLine, plot: Plot): string {
  const [from, to] = line.points
  if (!from || !to) return ''
  const { x, y, size, frame, taken } = plot
  const { font } = size
  const [x1, y1, x2, y2] = [x.at(from[0]), y.at(from[1]), x.at(to[0]), y.at(to[1])]
  const width = textWidth(line.label, font)
  if (Math.abs(y2 - y1) < 1) {
    const box = { x: frame.x + frame.width - width, y: y1 - LARGEST - font * 1.2, width, height: font * 1.3 }
    // Roofs that nearly coincide are named below their lines.
    const below = taken.some((other) => other.x < box.x + box.width && Math.abs(other.y - box.y) < box.height)
    const at = below ? y1 + LARGEST + font : y1 - LARGEST - font * 0.2
    taken.push({ ...box, y: at - font }, { x: x1, y: y1 - 2, width: x2 - x1, height: 4 })
    return text(frame.x + frame.width, at, line.label, 'class="roof-label" text-anchor="end"')
  }
  const slope = Math.atan2(y2 - y1, x2 - x1)
  const reach = font * 1.5
  const [px0, py0] = [x1 + Math.cos(slope) * reach, y1 + Math.sin(slope) * reach]
  for (let along = 0; along < Math.hypot(x2 - x1, y2 - y1); along += 4) {
    taken.push({ x: x1 + Math.cos(slope) * along, y: y1 + Math.sin(slope) * along, width: 3, height: 3 })
  }
  for (let along = 0; along < width + reach; along += font) {
    taken.push({
      x: x1 + Math.cos(slope) * along - font / 2,
      y: y1 + Math.sin(slope) * along - font * 1.4,
      width: font,
      height: font * 1.4,
    })
  }
  const turn = `rotate(${px((slope * 180) / Math.PI)} ${px(px0)} ${px(py0)})`
  return text(px0, py0 - font * 0.5, line.label, `class="roof-label" transform="${turn}"`)
}

function radiusOf(mark: ChartMark): number {
  return Math.max(SMALLEST, LARGEST * Math.sqrt(mark.size))
}

/** Prefill marks are round, decode marks square: colour is never the only difference. */
function drawMark(mark: ChartMark, { x, y }: Plot): string {
  const [cx, cy, r] = [x.at(mark.x), y.at(mark.y), radiusOf(mark)]
  const title = `<title>${escapeHtml(mark.text)}</title>`
  if (mark.tone === 'decode') {
    const side = r * 1.77
    return `<rect class="mark decode" x="${px(cx - side / 2)}" y="${px(cy - side / 2)}" width="${px(side)}" height="${px(side)}">${title}</rect>`
  }
  return `<circle class="mark ${mark.tone}" cx="${px(cx)}" cy="${px(cy)}" r="${px(r)}">${title}</circle>`
}

function markLabels(plot: Plot): string {
  const { chart, x, y, frame, taken, size } = plot
  const marks = [...chart.marks].sort((a, b) => b.rank - a.rank)
  for (const mark of marks) {
    const r = radiusOf(mark)
    taken.push({ x: x.at(mark.x) - r, y: y.at(mark.y) - r, width: 2 * r, height: 2 * r })
  }
  const wanted = marks.map((mark) => ({ x: x.at(mark.x), y: y.at(mark.y), radius: radiusOf(mark), text: mark.label }))
  return placeLabels(wanted, taken, frame, size.font)
    .map((label) => text(label.x, label.y, label.text, `class="mark-label" text-anchor="${label.anchor}"`))
    .join('')
}

function isShown(rule: ChartRule, { chart }: Plot): boolean {
  const [from, to] = chart[rule.axis].domain
  return rule.at >= from && rule.at <= to
}

/** Above the rule at its right end, else at its left, else below; beside an upright one as high as there is room. */
function ruleLabelPlaces(rule: ChartRule, { x, y, frame, size }: Plot): Box[] {
  const { font } = size
  const height = font * 1.2
  const width = textWidth(rule.label, font)
  const right = frame.x + frame.width
  if (rule.axis === 'y') {
    const at = y.at(rule.at)
    const tops = [at - 2 - height, at + 2]
    return tops.flatMap((top) => [right - 2 - width, frame.x + 4].map((left) => ({ x: left, y: top, width, height })))
  }
  const at = x.at(rule.at)
  const sides = [at + 4, at - 4 - width].filter((left) => left >= frame.x && left + width <= right + 2)
  const places: Box[] = []
  for (let top = frame.y + font * 0.1; top + height < frame.y + frame.height; top += font * 1.3) {
    for (const left of sides.length > 0 ? sides : [at - 4 - width]) places.push({ x: left, y: top, width, height })
  }
  return places
}

function drawRule(rule: ChartRule, plot: Plot): string {
  const { x, y, frame, size, taken } = plot
  const [right, bottom] = [frame.x + frame.width, frame.y + frame.height]
  const at = rule.axis === 'y' ? y.at(rule.at) : x.at(rule.at)
  const ends =
    rule.axis === 'y'
      ? `x1="${px(frame.x)}" x2="${px(right)}" y1="${px(at)}" y2="${px(at)}"`
      : `x1="${px(at)}" x2="${px(at)}" y1="${px(frame.y)}" y2="${px(bottom)}"`
  const place = freePlace(ruleLabelPlaces(rule, plot), taken)
  if (place) taken.push(place)
  // The words end at the rule when they stand to its left, and at the right edge when they lie along it.
  const ending = place !== undefined && (rule.axis === 'y' ? place.x > frame.x + 4 : place.x < at)
  const words = place
    ? text(
        ending ? place.x + place.width : place.x,
        place.y + size.font * 0.9,
        rule.label,
        `class="rule-label ${rule.tone}" text-anchor="${ending ? 'end' : 'start'}"`,
      )
    : ''
  return `<line class="rule ${rule.tone}" ${ends}/>${words}`
}

/** What a reader who cannot see the chart is told beside the description: every line's two ends. */
export function spokenLines(chart: Chart): string {
  return chart.lines
    .filter((line) => line.tone !== 'roof')
    .map(({ label, points }) => {
      const [first, last] = [points[0], points.at(-1)]
      if (!first || !last) return ''
      const say = (point: readonly [number, number]) =>
        `${QUANTITY_TEXT[chart.y.quantity](point[1])} at ${QUANTITY_TEXT[chart.x.quantity](point[0])}`
      return ` ${label}: ${say(first)}, ${say(last)}.`
    })
    .join('')
}

/** Axes, lines, rules and marks of a chart, without the element around them. */
export function chartBody(chart: Chart, size: Size): string {
  const plot = plotOf(chart, size)
  const lines = chart.lines.map((line) => drawLine(line, plot))
  const roofs = chart.lines.filter((line) => line.tone === 'roof').map((line) => roofLabel(line, plot))
  blockLines(plot)
  const rules = chart.rules.filter((rule) => isShown(rule, plot)).map((rule) => drawRule(rule, plot))
  const marks = [...chart.marks].sort((a, b) => b.size - a.size).map((mark) => drawMark(mark, plot))
  return [axes(plot), ...lines, ...roofs, ...rules, ...marks, markLabels(plot)].join('')
}

/** `variant` keeps the ids of two drawings of one chart apart. */
export function drawChart(chart: Chart, size: Size, variant: string): string {
  const id = `${chart.id}-${variant}`
  const { width, height, font } = size
  return (
    `<svg class="chart ${variant}" viewBox="0 0 ${width} ${height}" font-size="${font}" role="img" aria-labelledby="${id}-title ${id}-desc">` +
    `<title id="${id}-title">${escapeHtml(chart.title)}</title>` +
    `<desc id="${id}-desc">${escapeHtml(chart.description + spokenLines(chart))}</desc>${chartBody(chart, size)}</svg>`
  )
}
