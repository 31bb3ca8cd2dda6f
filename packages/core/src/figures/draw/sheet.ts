/**
 * A computed figure as one SVG: title, what it was computed for, its panels with legends, and where it comes from. One
 * self-contained element with a title and a description for those who cannot see it.
 */
import type { Chart } from '../../report/chart.ts'
import { escapeHtml } from '../../report/html/escape.ts'
import { chartBody, px, spokenLines, text } from '../../report/html/svg.ts'
import { DOCUMENTS } from '../../techniques/catalog/documents.ts'
import type { Figure, FigureData } from '../figure.ts'
import type { Panel } from '../panel.ts'
import { barsBody } from './bars.ts'
import { diagramBody, diagramHeight } from './diagram.ts'
import { boxSwatch, FONT, type LegendEntry, legend, lineSwatch, wrapText } from './ink.ts'
import { figureStyle } from './style.ts'
import { timelineBody, timelineHeight } from './timeline.ts'
import { TRIANGLE_HEIGHT, triangleBody } from './triangle.ts'

export interface SheetOptions {
  /** A file of its own: with a namespace, colours for light and dark, and a ground. Default true. */
  readonly alone?: boolean
}

const WIDTH = 960
const MARGIN = 24
const GAP = 26
const CHART_HEIGHT = 330
/** Running text is narrower than the estimate that keeps labels apart. */
const RUNNING = 1.07

/** Lines that a legend names: every one once, roofs by their labels in the chart. */
function lineEntries({ lines }: Chart): LegendEntry[] {
  const named = lines.filter((line) => line.tone !== 'roof' && line.label !== '')
  if (named.length < 2) return []
  return named.map(({ label, tone, dashed }) => ({ label, swatch: lineSwatch(tone, dashed) }))
}

function entriesOf(panel: Panel, hatch: string): LegendEntry[] {
  if (panel.kind === 'chart') return lineEntries(panel.chart)
  if (panel.kind === 'bars') {
    return panel.series.map(({ label, tone, hatched }) => ({
      label,
      swatch: (x, y) =>
        boxSwatch(`fill ${tone}`)(x, y) + (hatched ? boxSwatch('over', false, `fill="url(#${hatch})"`)(x, y) : ''),
    }))
  }
  if (panel.kind === 'timeline') {
    return panel.legend.map(({ label, tone, thin }) => ({ label, swatch: boxSwatch(`fill ${tone}`, thin === true) }))
  }
  if (panel.kind === 'diagram') {
    return (panel.legend ?? []).map(({ label, tone, dashed }) => ({
      label,
      swatch: boxSwatch(['box', tone, dashed ? 'dashed' : ''].filter(Boolean).join(' ')),
    }))
  }
  return []
}

function bodyHeight(panel: Panel): number {
  if (panel.height !== undefined) return panel.height
  if (panel.kind === 'timeline') return timelineHeight(panel)
  if (panel.kind === 'diagram') return diagramHeight(panel)
  return panel.kind === 'triangle' ? TRIANGLE_HEIGHT : CHART_HEIGHT
}

function body(panel: Panel, width: number, height: number, hatch: string): string {
  if (panel.kind === 'chart') return chartBody(panel.chart, { width, height, font: FONT })
  if (panel.kind === 'bars') return barsBody(panel, width, height, hatch)
  if (panel.kind === 'timeline') return timelineBody(panel, width, height)
  return panel.kind === 'diagram' ? diagramBody(panel, width) : triangleBody(panel, width, height)
}

/** What stands over the vertical axis. */
function yLabel(panel: Panel): string {
  if (panel.kind === 'chart') return panel.chart.y.label
  return panel.kind === 'bars' ? panel.yLabel : ''
}

interface Placed {
  readonly svg: string
  readonly height: number
}

/** Title, legend (unless it was drawn before), and the name of the vertical axis. */
function head(panel: Panel, width: number, entries: readonly LegendEntry[]): Placed {
  const out: string[] = []
  let y = 0
  if (panel.title) {
    for (const line of wrapText(panel.title, width, FONT * 1.05)) {
      out.push(text(0, y + FONT, line, `class="title" font-size="${FONT * 1.05}"`))
      y += FONT * 1.5
    }
  }
  const keys = legend(entries, 0, y + 2, width)
  out.push(keys.svg)
  y += keys.height + (keys.height > 0 ? 4 : 0)
  const label = yLabel(panel)
  if (label !== '') {
    out.push(text(0, y + FONT * 1.1, label, 'class="axis"'))
    y += FONT * 1.2
  }
  return { svg: out.join(''), height: y }
}

type Keyed = readonly [panel: Panel, entries: readonly LegendEntry[]]

function rowOf(panels: readonly Keyed[], width: number, hatch: string): Placed {
  const heads = panels.map(([panel, entries]) => head(panel, width, entries))
  const level = Math.max(...heads.map((one) => one.height))
  const height = Math.max(...panels.map(([panel]) => bodyHeight(panel)))
  const svg = panels.map(([panel], i) => {
    const x = i * (width + GAP)
    return (
      `<g transform="translate(${px(x)} 0)">${heads[i]?.svg ?? ''}` +
      `<g transform="translate(0 ${px(level)})">${body(panel, width, bodyHeight(panel), hatch)}</g></g>`
    )
  })
  return { svg: svg.join(''), height: level + height }
}

const sameEntries = (a: readonly LegendEntry[], b: readonly LegendEntry[]) =>
  a.length === b.length && a.every((entry, i) => entry.label === b[i]?.label)

/** Legends that several panels share are drawn once: `shared` above them all, or where they first stand. */
function keysOf(
  panels: readonly Panel[],
  hatch: string,
): { readonly shared: readonly LegendEntry[]; readonly keyed: readonly Keyed[] } {
  const all = panels.map((panel) => entriesOf(panel, hatch))
  const first = all[0] ?? []
  if (panels.length > 1 && all.every((entries) => sameEntries(entries, first))) {
    return { shared: first, keyed: panels.map((panel) => [panel, []]) }
  }
  const keyed = panels.map((panel, i): Keyed => {
    const entries = all[i] ?? []
    return [panel, i > 0 && sameEntries(entries, all[i - 1] ?? []) ? [] : entries]
  })
  return { shared: [], keyed }
}

function describe(figure: Figure, data: FigureData): string {
  const lines = data.panels.map((panel) =>
    panel.kind === 'chart' ? `${panel.title ? ` ${panel.title}:` : ''}${spokenLines(panel.chart)}` : '',
  )
  return [figure.caption, ...data.findings].join(' ') + lines.join('')
}

export function figureSvg(figure: Figure, data: FigureData, options: SheetOptions = {}): string {
  const alone = options.alone ?? true
  const inner = WIDTH - 2 * MARGIN
  const hatch = `${figure.id}-hatch`
  const columns = Math.max(1, data.columns ?? 1)
  const width = (inner - (columns - 1) * GAP) / columns
  const source = `After ${/^\d/.test(figure.number) ? `figure ${figure.number}` : figure.number} of ${DOCUMENTS[figure.document].short}, section ${figure.section}; recomputed by Capline.`
  const parts: string[] = []
  let y = MARGIN
  parts.push(text(0, y + FONT * 0.6, figure.title, `class="title" font-size="${FONT * 1.4}"`))
  y += FONT * 1.4
  for (const line of wrapText(data.settings.join(' · '), inner * RUNNING)) {
    parts.push(text(0, y + FONT, line))
    y += FONT * 1.45
  }
  y += FONT
  const { shared, keyed } = keysOf(data.panels, hatch)
  const keys = legend(shared, 0, y, inner)
  parts.push(keys.svg)
  y += keys.height > 0 ? keys.height + FONT * 0.8 : 0
  for (let i = 0; i < keyed.length; i += columns) {
    const row = rowOf(keyed.slice(i, i + columns), width, hatch)
    parts.push(`<g transform="translate(0 ${px(y)})">${row.svg}</g>`)
    y += row.height + FONT * 1.2
  }
  for (const line of [source, ...data.findings].flatMap((sentence) => wrapText(sentence, inner * RUNNING))) {
    parts.push(text(0, y + FONT, line))
    y += FONT * 1.4
  }
  const height = Math.ceil(y + MARGIN)
  const pattern =
    `<defs><pattern id="${hatch}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
    '<line class="hatch" x1="0" x2="0" y1="0" y2="7"/></pattern></defs>'
  return (
    `<svg${alone ? ' xmlns="http://www.w3.org/2000/svg"' : ''} class="figure" viewBox="0 0 ${WIDTH} ${height}"` +
    `${alone ? ` width="${WIDTH}" height="${height}"` : ''} font-size="${FONT}" role="img" aria-labelledby="${figure.id}-title ${figure.id}-desc">` +
    `<title id="${figure.id}-title">${escapeHtml(figure.title)}</title>` +
    `<desc id="${figure.id}-desc">${escapeHtml(describe(figure, data))}</desc>` +
    `${figureStyle(alone)}${pattern}${alone ? `<rect class="ground" width="${WIDTH}" height="${height}"/>` : ''}` +
    `<g transform="translate(${MARGIN} 0)">${parts.join('')}</g></svg>\n`
  )
}
