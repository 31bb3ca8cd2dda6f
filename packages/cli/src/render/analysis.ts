/** An analysis for the terminal, answers first: verdict, request, memory, what binds; then the operators. */
import {
  type Analysis,
  type Fact,
  formatBytes,
  formatFlop,
  groupTable,
  groupTitle,
  operatorColumns,
  type PhaseRows,
  phaseRows,
  phaseTitle,
  phaseTokens,
  rangedText,
  roofLine,
  type Summary,
  summarize,
  type TableRow,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { Terminal } from '../terminal.ts'
import { memoryLines } from './memoryBar.ts'
import { type Paint, painter, type StyleName, wrap } from './style.ts'
import { sectionLines } from './table.ts'

const VERDICT: Readonly<Record<Summary['verdict'], { readonly mark: string; readonly style: StyleName }>> = {
  fits: { mark: '✔', style: 'green' },
  'too-big': { mark: '✘', style: 'red' },
  unknown: { mark: '?', style: 'yellow' },
}

/** Widest line of running text: longer ones are hard to read. */
const TEXT_WIDTH = 110

/** Notes that do not fit beside their value go on under it. */
export function factLines(facts: readonly Fact[], paint: Paint, width = TEXT_WIDTH): string[] {
  const label = Math.max(...facts.map((fact) => fact.label.length))
  const value = Math.max(...facts.map((fact) => (fact.note ? fact.value.length : 0)))
  const column = label + value + 6
  return facts.flatMap((fact) => {
    const [first = '', ...rest] = fact.note ? wrap(clean(fact.note), Math.max(24, width - column)) : []
    const shown = paint('bold', clean(fact.value).padEnd(fact.note ? value : 0))
    const line = `  ${fact.label.padEnd(label)}  ${shown}${first && paint('dim', `  ${first}`)}`
    return [line, ...rest.map((part) => ' '.repeat(column) + paint('dim', part))]
  })
}

function phaseLines(rows: PhaseRows, analysis: Analysis, width: number, paint: Paint): string[] {
  const { phase, id } = rows
  const totals = `${rangedText(phase.timeS, phase.range)}, ${formatFlop(phase.flop)}, ${formatBytes(phase.bytes)}`
  const lines = [
    `${paint('bold', `${phaseTitle(id, analysis)}:`)} ${totals}`,
    `  ${paint('dim', phaseTokens(id, phase, analysis))}`,
  ]
  const sections = rows.groups.map((group) => ({ title: groupTitle(group), rows: groupTable(group) }))
  const isStrong = (row: TableRow) => 'total' in row
  lines.push(...sectionLines(operatorColumns(analysis), sections, { width, paint, indent: '  ', isStrong }))
  return lines
}

export function summaryLines(analysis: Analysis, terminal: Pick<Terminal, 'width' | 'colour'>): string[] {
  const paint = painter(terminal.colour)
  const width = Math.min(terminal.width, TEXT_WIDTH)
  const summary = summarize(analysis)
  const verdict = VERDICT[summary.verdict]
  const lines = [
    paint('bold', clean(summary.title)),
    ...wrap(clean(summary.subtitle), width).map((line) => paint('dim', line)),
    '',
    paint(verdict.style, `${verdict.mark} ${clean(summary.headline)}`),
    '',
    ...factLines(summary.facts, paint, width),
    '',
    paint('bold', 'Memory'),
    ...memoryLines(summary.memory, width, paint),
    '',
    paint('bold', 'What binds'),
  ]
  for (const point of summary.explanation) {
    lines.push(...wrap(`• ${clean(point.text)}`, width - 2, '  ').map((line) => `  ${line}`))
    for (const remedy of point.remedies) {
      lines.push(...wrap(`→ ${clean(remedy)}`, width - 4, '  ').map((line) => `    ${paint('green', line)}`))
    }
  }
  lines.push(...wrap(`• Roofs: ${roofLine(analysis)}`, width - 2, '  ').map((line) => `  ${line}`))
  return lines
}

export function noteLines(analysis: Analysis, terminal: Pick<Terminal, 'width' | 'colour'>): string[] {
  const paint = painter(terminal.colour)
  const width = Math.min(terminal.width, TEXT_WIDTH)
  const { notes, sources } = summarize(analysis)
  const wrapped = (text: string) => wrap(clean(text), width - 4, '  ').map((line) => `  ${paint('dim', line)}`)
  return [
    paint('bold', 'Notes'),
    ...notes.flatMap((note) => wrapped(`• ${note}`)),
    paint('bold', 'Sources'),
    ...sources.flatMap((source) => wrapped(`• ${source.text}`)),
  ]
}

/** `between`: further sections after the summary. */
export function renderAnalysis(
  analysis: Analysis,
  terminal: Pick<Terminal, 'width' | 'colour'>,
  between: readonly string[] = [],
): string {
  const paint = painter(terminal.colour)
  const lines = summaryLines(analysis, terminal)
  if (between.length > 0) lines.push('', ...between)
  for (const rows of phaseRows(analysis)) lines.push('', ...phaseLines(rows, analysis, terminal.width, paint))
  lines.push('', ...noteLines(analysis, terminal))
  return `${lines.join('\n')}\n`
}
