/** Evidence for the terminal: the list of measured techniques, and the answer to one question with its sources. */
import {
  baselineText,
  type Column,
  changeText,
  crossoverText,
  distanceText,
  type EvidenceAnswer,
  type EvidenceRow,
  quantityName,
  settingText,
  spreadText,
  type TechniqueEvidence,
  valueText,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { Terminal } from '../terminal.ts'
import { type Paint, painter, wrap } from './style.ts'
import { sectionLines, tableLines } from './table.ts'

const MOST_CROSSOVERS = 6
const MOST_ROWS = 40

const shownRows = (answer: EvidenceAnswer) => answer.rows.slice(0, MOST_ROWS)

const shownCrossovers = (answer: EvidenceAnswer) =>
  answer.crossovers.filter(({ applies }) => applies).slice(0, MOST_CROSSOVERS)

function some(names: readonly string[], most: number): string {
  const more = names.length - most
  return names.slice(0, most).join(', ') + (more > 0 ? ` +${more}` : '')
}

const TECHNIQUE_COLUMNS: readonly Column<TechniqueEvidence>[] = [
  { id: 'technique', title: 'technique', text: (row) => row.technique.id },
  { id: 'records', title: 'records', text: (row) => String(row.records), align: 'right' },
  { id: 'effects', title: 'effects', text: (row) => String(row.effects || ''), align: 'right', keep: 1 },
  {
    id: 'grades',
    title: 'A/B/C',
    text: ({ grades }) => `${grades.A}/${grades.B}/${grades.C}`,
    align: 'right',
    keep: 2,
  },
  { id: 'context', title: 'C', text: (row) => String(row.axes.C || ''), align: 'right', keep: 1 },
  { id: 'accuracy', title: 'A', text: (row) => String(row.axes.A || ''), align: 'right', keep: 1 },
  { id: 'performance', title: 'P', text: (row) => String(row.axes.P || ''), align: 'right', keep: 1 },
  { id: 'models', title: 'models', text: (row) => String(row.models), align: 'right', keep: 3 },
  { id: 'turns', title: 'turns', text: (row) => String(row.crossovers || ''), align: 'right', keep: 3 },
  { id: 'benchmarks', title: 'benchmarks', text: (row) => some(row.benchmarks, 3) },
]

export function renderTechniques(techniques: readonly TechniqueEvidence[], terminal: Terminal): string {
  const paint = painter(terminal.colour)
  const measured = techniques.filter((row) => row.records > 0)
  const absent = techniques.filter((row) => row.records === 0).map((row) => row.technique.id)
  const families = [...new Set(measured.map((row) => row.technique.family))]
  const sections = families.map((title) => ({
    title,
    rows: measured.filter((row) => row.technique.family === title),
  }))
  const total = measured.reduce((sum, row) => sum + row.records, 0)
  const closing = [
    `${measured.length} techniques, ${total} records. Effects: records with a baseline of their own source. A/B/C: grades.`,
    'C, A, P: records of context, accuracy, performance. One technique: capline evidence TECHNIQUE.',
    `No measurement found of: ${absent.join(', ')}.`,
  ].join(' ')
  const lines = sectionLines(TECHNIQUE_COLUMNS, sections, { width: terminal.width, paint })
  return `${[...lines, '', ...wrap(closing, terminal.width).map((line) => paint('dim', line))].join('\n')}\n`
}

/** Sources numbered in the order they appear. */
function numberSources(answer: EvidenceAnswer): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  const urls = [
    ...shownRows(answer).map((row) => row.nearest.record.source.url),
    ...shownCrossovers(answer).map(({ crossover }) => crossover.after.record.source.url),
  ]
  for (const url of urls) if (!numbers.has(url)) numbers.set(url, numbers.size + 1)
  return numbers
}

const gradesText = ({ A, B, C }: EvidenceRow['grades']) =>
  [A && 'A', B && 'B', C && 'C'].filter((grade) => grade !== 0).join('')

function rowColumns(answer: EvidenceAnswer, numbers: ReadonlyMap<string, number>): readonly Column<EvidenceRow>[] {
  const isMixed = answer.rows.some((row) => row.against !== undefined && row.against !== 'without')
  const isAsked = Object.keys(answer.question).length > 1
  const columns: Column<EvidenceRow>[] = [
    { id: 'benchmark', title: 'benchmark', text: (row) => row.benchmark },
    { id: 'quantity', title: 'quantity', text: (row) => quantityName(row.metric) },
    {
      id: 'effect',
      title: 'effect',
      text: ({ nearest }) => (nearest.effect ? changeText(nearest.effect) : ''),
      align: 'right',
    },
    { id: 'value', title: 'value', text: (row) => valueText(row.nearest.record), align: 'right' },
    { id: 'baseline', title: 'baseline', text: (row) => baselineText(row.nearest.record), align: 'right', keep: 2 },
    {
      id: 'against',
      title: 'against',
      text: (row) => row.nearest.record.baseline?.name ?? '',
      keep: isMixed ? 0 : 5,
    },
    { id: 'model', title: 'measured on', text: (row) => row.nearest.record.model ?? '–', keep: 3 },
    { id: 'setting', title: 'setting', text: (row) => settingText(row.dose) },
    { id: 'records', title: 'n', text: (row) => String(row.records), align: 'right' },
    { id: 'spread', title: 'median (range)', text: spreadText, keep: 1 },
    { id: 'varying', title: 'over', text: (row) => (row.records > 1 ? some(row.varying, 2) : ''), keep: 4 },
    { id: 'grade', title: 'grade', text: (row) => gradesText(row.grades) },
    { id: 'distance', title: 'distance', text: (row) => distanceText(row.nearest.distance), keep: 4 },
    { id: 'source', title: 'source', text: (row) => `[${numbers.get(row.nearest.record.source.url)}]` },
  ]
  const isDosed = answer.rows.some((row) => Object.keys(row.dose).length > 0)
  return columns.filter(({ id }) => (isAsked || id !== 'distance') && (isDosed || id !== 'setting'))
}

function crossoverLines(answer: EvidenceAnswer, numbers: ReadonlyMap<string, number>, width: number): string[] {
  return shownCrossovers(answer).flatMap(({ crossover }) => {
    const number = numbers.get(crossover.after.record.source.url)
    return wrap(clean(`• ${crossoverText(crossover)} [${number}]`), width - 2, '  ').map((line) => `  ${line}`)
  })
}

function sourceLines(answer: EvidenceAnswer, numbers: ReadonlyMap<string, number>, paint: Paint): string[] {
  const records = [
    ...answer.rows.map((row) => row.nearest.record),
    ...answer.crossovers.map(({ crossover }) => crossover.after.record),
  ]
  return [...numbers].flatMap(([url, number]) => {
    const record = records.find(({ source }) => source.url === url)
    const place = record ? `${record.source.name}, ${record.place}` : ''
    return [clean(`  [${number}] ${place}`), paint('dim', clean(`      ${url}`))]
  })
}

export function renderEvidence(answer: EvidenceAnswer, terminal: Terminal): string {
  const paint = painter(terminal.colour)
  const { width } = terminal
  const { status, words, rows, beyond, crossovers, technique } = answer
  const numbers = numberSources(answer)
  const lines = wrap(clean(`${words}.`), width).map((line) => paint(status === 'found' ? 'bold' : 'yellow', line))
  lines.push(paint('dim', `${technique.name} · ${technique.family}`))
  if (rows.length > 0) {
    lines.push('', ...tableLines({ columns: rowColumns(answer, numbers), rows: shownRows(answer) }, { width, paint }))
    const notes = [
      'Each row shows its nearest record; n counts the records of that benchmark, quantity and setting.',
      'An effect is measured by its own source against its own baseline; median and range are of exact effects, without the bounds ≤ and ≥.',
      ...(rows.length > MOST_ROWS ? [`${rows.length - MOST_ROWS} more rows with --json, or narrow the question.`] : []),
      ...(beyond > 0 ? [`${beyond} more records differ further from the question.`] : []),
    ]
    lines.push('', ...wrap(notes.join(' '), width).map((line) => paint('dim', line)))
  }
  const turns = crossoverLines(answer, numbers, width)
  if (turns.length > 0) lines.push('', paint('bold', 'Where it turns'), ...turns)
  const more = crossovers.length - shownCrossovers(answer).length
  if (more > 0)
    lines.push(
      ...wrap(`${more} more turns, of other models, benchmarks or settings, with --json.`, width).map((line) =>
        paint('dim', line),
      ),
    )
  if (numbers.size > 0) lines.push('', paint('bold', 'Sources'), ...sourceLines(answer, numbers, paint))
  return `${lines.join('\n')}\n`
}
