/**
 * An analysis as one HTML file: summary, memory, roofline and curves as SVG, every operator. No scripts, nothing loaded
 * from elsewhere; whatever came from a file is escaped.
 */
import type { Analysis } from '../../scenario/analyze.ts'
import type { Bench } from '../../scenario/bench.ts'
import { formatBytes, formatFlop } from '../../units/format.ts'
import { rangedText } from '../../units/interval.ts'
import { glueUnits } from '../../units/text.ts'
import type { Chart } from '../chart.ts'
import { curveCharts } from '../curveCharts.ts'
import { groupTable, groupTitle, operatorColumns, type TableRow } from '../operators.ts'
import { rooflineChart } from '../rooflineChart.ts'
import { type PhaseRows, phaseRows, phaseTitle, phaseTokens } from '../rows.ts'
import { roofLine, type Summary, segmentText, summarize } from '../summary.ts'
import type { Column } from '../table.ts'
import { escapeHtml as e, link } from './escape.ts'
import { REPORT_CSS } from './reportCss.ts'
import { drawChart } from './svg.ts'

const WIDE = { width: 1040, height: 520, font: 14 }
const NARROW = { width: 360, height: 380, font: 11 }
const SMALL = { width: 400, height: 260, font: 12 }

function factsHtml({ facts }: Summary): string {
  const items = facts.map(({ label, value, note }) => {
    const small = note ? `<small>${e(note)}</small>` : ''
    return `<div><dt>${e(label)}</dt><dd>${e(value)}${small}</dd></div>`
  })
  return `<dl class="facts">${items.join('')}</dl>`
}

function memoryHtml({ memory }: Summary): string {
  const { segments, capacityBytes, totalBytes } = memory
  const whole = Math.max(capacityBytes ?? 0, totalBytes)
  const spans = segments.map(
    ({ id, bytes }) => `<span class="c-${id}" style="flex:${((100 * bytes) / whole).toFixed(3)} 0 0"></span>`,
  )
  const over = capacityBytes !== undefined && capacityBytes < totalBytes
  const mark = over ? `<span class="mark" style="left:${((100 * capacityBytes) / whole).toFixed(2)}%"></span>` : ''
  const legend = segments.map((segment) => `<li><i class="c-${segment.id}"></i>${e(segmentText(segment, memory))}</li>`)
  if (over) legend.push(`<li><i class="c-limit"></i>capacity ${e(formatBytes(capacityBytes))}</li>`)
  const spoken = segments.map((segment) => segmentText(segment, memory)).join(', ')
  return (
    `<h2>Memory</h2><div class="bar" role="img" aria-label="${e(spoken)}">${spans.join('')}${mark}</div>` +
    `<ul class="legend">${legend.join('')}</ul>`
  )
}

function whyHtml(analysis: Analysis, { explanation }: Summary): string {
  const points = explanation.map(({ text, remedies }) => {
    const list = remedies.map((remedy) => `<li>${e(glueUnits(remedy))}</li>`).join('')
    return `<li>${e(glueUnits(text))}${list && `<ul>${list}</ul>`}</li>`
  })
  return `<h2>What binds</h2><ul class="why">${points.join('')}<li>Roofs: ${e(glueUnits(roofLine(analysis)))}</li></ul>`
}

function rooflineHtml(chart: Chart, hasDecode: boolean): string {
  const legend = [
    `<li><i class="c-prefill round"></i>${hasDecode ? 'prefill' : 'operators'}</li>`,
    ...(hasDecode ? ['<li><i class="c-decode"></i>decode, one step</li>'] : []),
    '<li class="muted">the larger, the more of the time</li>',
  ]
  return (
    `<h2>${e(chart.title)}</h2><figure>${drawChart(chart, WIDE, 'wide')}${drawChart(chart, NARROW, 'narrow')}` +
    `<ul class="legend">${legend.join('')}</ul></figure>`
  )
}

function curvesHtml(charts: readonly Chart[]): string {
  const figures = charts.map(
    (chart) => `<figure><figcaption>${e(chart.title)}</figcaption>${drawChart(chart, SMALL, 'small')}</figure>`,
  )
  return `<h2>Around the question</h2><div class="charts">${figures.join('')}</div>`
}

/** Columns that give way first are left out of a narrow page. */
function classesOf({ align, keep = 0 }: Column<TableRow>): string[] {
  return [...(align === 'right' ? ['right'] : []), ...(keep > 3 ? ['roomy'] : [])]
}

function cell(column: Column<TableRow>, row: TableRow, first: boolean): string {
  const text = column.text(row)
  const bound = column.id === 'bound' && text ? [`${text}-bound`] : []
  const classes = [...classesOf(column), ...bound].join(' ')
  const attribute = classes && ` class="${classes}"`
  return first ? `<th scope="row"${attribute}>${e(text)}</th>` : `<td${attribute}>${e(text)}</td>`
}

function groupHtml(title: string, rows: readonly TableRow[], columns: readonly Column<TableRow>[]): string {
  const body = rows.map((row) => {
    const cells = columns.map((column, i) => cell(column, row, i === 0))
    return `<tr${'total' in row ? ' class="total"' : ''}>${cells.join('')}</tr>`
  })
  const head = `<tr class="group"><th scope="rowgroup" colspan="${columns.length}">${e(title)}</th></tr>`
  return `<tbody>${head}${body.join('')}</tbody>`
}

function phaseHtml({ id, phase, groups }: PhaseRows, analysis: Analysis): string {
  const title = phaseTitle(id, analysis)
  const tokens = phaseTokens(id, phase, analysis)
  const line = `${tokens}: ${rangedText(phase.timeS, phase.range)}, ${formatFlop(phase.flop)}, ${formatBytes(phase.bytes)}`
  const columns = operatorColumns(analysis)
  const head = columns.map((column) => {
    const classes = classesOf(column).join(' ')
    return `<th scope="col"${classes && ` class="${classes}"`}>${e(column.title)}</th>`
  })
  const bodies = groups.map((group) => groupHtml(groupTitle(group), groupTable(group), columns))
  return (
    `<h2>${title}</h2><p class="sub">${e(line)}</p>` +
    `<div class="scroll" tabindex="0" role="region" aria-label="Operators: ${title}"><table>` +
    `<thead><tr>${head.join('')}</tr></thead>${bodies.join('')}</table></div>`
  )
}

export function renderReport(bench: Bench, analysis: Analysis): string {
  const summary = summarize(analysis)
  const { notes, sources } = summary
  const body = [
    `<header><h1>${e(summary.title)}</h1><p class="sub">${e(summary.subtitle)}</p><p class="verdict ${summary.verdict}">${e(glueUnits(summary.headline))}</p></header>`,
    factsHtml(summary),
    memoryHtml(summary),
    whyHtml(analysis, summary),
    rooflineHtml(rooflineChart(analysis), analysis.decode !== undefined),
    curvesHtml(curveCharts(bench, analysis)),
    ...phaseRows(analysis).map((rows) => phaseHtml(rows, analysis)),
    `<h2>Notes</h2><ul class="notes">${notes.map((note) => `<li>${e(note)}</li>`).join('')}</ul>`,
    `<h2>Sources</h2><ul class="notes">${sources.map(({ text, url }) => `<li>${link(text, url)}</li>`).join('')}</ul>`,
    '<footer>Made with Capline. The same numbers for programs: capline analyze --json.</footer>',
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${e(summary.title)}</title><style>${REPORT_CSS}</style></head>
<body><main>${body.join('\n')}</main>
</body></html>
`
}
