/** An analysis as Markdown: the summary, then one operator table per phase and layer kind. */
import type { Analysis } from '../scenario/analyze.ts'
import { formatBytes, formatFlop } from '../units/format.ts'
import { rangedText } from '../units/interval.ts'
import { groupTable, groupTitle, operatorColumns } from './operators.ts'
import { phaseRows, phaseTitle, phaseTokens } from './rows.ts'
import { roofLine, type Summary, segmentText, summarize } from './summary.ts'
import { escapeMarkdown, tableMarkdown } from './table.ts'

const bullets = (lines: readonly string[]) =>
  lines.map((line) => (line.startsWith('  ') ? `  - ${line.trim()}` : `- ${line}`)).join('\n')

function summaryMarkdown(analysis: Analysis, summary: Summary): string[] {
  const text = escapeMarkdown
  return [
    `# ${text(summary.title)}`,
    text(summary.subtitle),
    `**${text(summary.headline)}**`,
    bullets(summary.facts.map(({ label, value, note }) => text(`${label}: ${value}${note ? ` (${note})` : ''}`))),
    '## Memory',
    bullets(summary.memory.segments.map((segment) => text(segmentText(segment, summary.memory)))),
    '## What binds',
    bullets(
      summary.explanation.flatMap((point) => [
        text(point.text),
        ...point.remedies.map((remedy) => `  ${text(`→ ${remedy}`)}`),
      ]),
    ),
    text(`Roofs: ${roofLine(analysis)}`),
  ]
}

export function analysisMarkdown(analysis: Analysis): string {
  const summary = summarize(analysis)
  const blocks = summaryMarkdown(analysis, summary)
  for (const { id, phase, groups } of phaseRows(analysis)) {
    blocks.push(`## ${phaseTitle(id, analysis)}`)
    blocks.push(
      `${phaseTokens(id, phase, analysis)}; whole pass: ${rangedText(phase.timeS, phase.range)}, ${formatFlop(phase.flop)}, ${formatBytes(phase.bytes)}`,
    )
    for (const group of groups) {
      blocks.push(`### ${escapeMarkdown(groupTitle(group))}`)
      blocks.push(tableMarkdown({ columns: operatorColumns(analysis), rows: groupTable(group) }))
    }
  }
  const sources = summary.sources.map(
    ({ text, url }) => escapeMarkdown(text) + (url ? ` <${url.replace(/[<>\s]/g, '')}>` : ''),
  )
  blocks.push('## Notes', bullets(summary.notes.map(escapeMarkdown)), '## Sources', bullets(sources))
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}
