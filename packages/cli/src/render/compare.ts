/** A comparison for the terminal: one table of numbers, as many sets side by side as fit, and each set's reasons. */
import {
  type CapAnswer,
  type Column,
  formatBytes,
  formatCount,
  formatDollars,
  formatNumber,
  formatSeconds,
  needsOf,
  payingWords,
  type TimeIntervals,
  timeIntervals,
  whyOf,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { DeskAsked } from '../input/desk.ts'
import type { Terminal } from '../terminal.ts'
import {
  accuracyCell,
  accuracyLines,
  askedLine,
  checkText,
  contextLines,
  factorText,
  intervalCell,
  MARK_LEGEND,
  MARKS,
  tokensText,
} from './cap.ts'
import { painter, wrap } from './style.ts'
import { tableLines } from './table.ts'

interface Quantity {
  readonly label: string
  readonly value: (answer: CapAnswer) => string
  readonly factor?: (answer: CapAnswer, baseline: CapAnswer) => number | undefined
}

const maybe = (value: number | undefined, text: (x: number) => string) => (value === undefined ? '–' : text(value))
const less = (of: (answer: CapAnswer) => number | undefined) => (answer: CapAnswer, baseline: CapAnswer) => {
  const [now, then] = [of(answer), of(baseline)]
  return now === undefined || then === undefined ? undefined : now === then ? 1 : then / now
}
const more = (of: (answer: CapAnswer) => number | undefined) => (answer: CapAnswer, baseline: CapAnswer) => {
  const factor = less(of)(answer, baseline)
  return factor === undefined ? undefined : 1 / factor
}

const intervals = new WeakMap<CapAnswer, TimeIntervals | undefined>()

/** Once an answer: a cell is written more than once to find its width. */
function intervalsOf(answer: CapAnswer): TimeIntervals | undefined {
  if (!intervals.has(answer)) intervals.set(answer, timeIntervals(answer.plan, answer.performance.values))
  return intervals.get(answer)
}

const QUANTITIES: readonly Quantity[] = [
  {
    label: 'Context, tokens',
    value: ({ context }) => `${tokensText(context.tokens)}${context.pastTokens === undefined ? '' : ' ✘'}`,
    factor: more(({ context }) => context.tokens),
  },
  { label: '  limited by', value: ({ context }) => context.limitedBy },
  { label: '  the system takes', value: ({ context }) => tokensText(context.windowTokens) },
  {
    label: 'Accuracy',
    value: ({ accuracy, selection }) => (selection.members.length === 0 ? 'the baseline' : accuracyCell(accuracy)),
  },
  {
    label: 'Time to first token',
    value: ({ performance }) => formatSeconds(performance.values.ttftS),
    factor: ({ performance }) => performance.factors.ttft,
  },
  { label: '  80 % interval', value: (answer) => intervalCell(intervalsOf(answer)?.ttftS) },
  {
    label: 'Time per output token',
    value: ({ performance }) => maybe(performance.values.tpotS || undefined, formatSeconds),
    factor: ({ performance }) => performance.factors.tpot,
  },
  { label: '  80 % interval', value: (answer) => intervalCell(intervalsOf(answer)?.tpotS) },
  {
    label: 'Whole answer',
    value: ({ performance }) => formatSeconds(performance.values.e2eS),
    factor: ({ performance }) => performance.factors.e2e,
  },
  {
    label: 'Output tokens/s',
    value: ({ performance }) => formatNumber(performance.values.outputTokensPerS),
    factor: ({ performance }) => performance.factors.throughput,
  },
  {
    label: 'Price per million',
    value: ({ performance }) => maybe(performance.values.priceUsdPerMillionOutputTokens, formatDollars),
    factor: ({ performance }) => performance.factors.cost,
  },
  {
    label: 'Energy per token',
    value: ({ performance }) => maybe(performance.values.energyJPerToken, (x) => `${formatNumber(x)} J`),
    factor: ({ performance }) => performance.factors.energy,
  },
  {
    label: 'Memory of one',
    value: ({ outcome: { memory } }) => `${formatBytes(memory.totalBytes)}${memory.fits === false ? ' ✘' : ''}`,
    factor: less(({ outcome }) => outcome.memory.totalBytes),
  },
  {
    label: 'Most users',
    value: ({ outcome }) => maybe(outcome.memory.maxUsers, formatCount),
    factor: more(({ outcome }) => outcome.memory.maxUsers),
  },
  { label: 'Accelerators', value: ({ performance }) => formatNumber(performance.values.accelerators) },
]

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const nameOf = (i: number) => (i < 0 ? 'baseline' : (LETTERS[i] ?? `#${i + 1}`))

interface Row {
  readonly label: string
  readonly cells: readonly string[]
}

const GAP = 2
const BASE = -1

/** Sets in as many tables as the width needs, the baseline in each. */
function tables(baseline: CapAnswer, answers: readonly CapAnswer[], terminal: Terminal): string[] {
  const paint = painter(terminal.colour)
  const told = [baseline, ...answers]
  const quantities = QUANTITIES.filter(({ value }) => told.some((answer) => value(answer) !== ''))
  const cell = (quantity: Quantity, at: number): string => {
    const answer = at === BASE ? baseline : answers[at]
    if (!answer) return ''
    const factor = at === BASE ? '' : factorText(quantity.factor?.(answer, baseline))
    return `${quantity.value(answer)}${factor === '' ? '' : ` (${factor})`}`
  }
  const marks = (at: number) => {
    const { C, A, P } = (at === BASE ? baseline : (answers[at] ?? baseline)).verdict.movements
    return at === BASE ? '' : `C${MARKS[C]} A${MARKS[A]} P${MARKS[P]}`
  }
  const widthOf = (at: number) =>
    Math.max(...quantities.map((q) => cell(q, at).length), marks(at).length, nameOf(at).length)
  const first = Math.max(...quantities.map(({ label }) => label.length)) + GAP + widthOf(BASE)
  const out: string[] = []
  let at = 0
  while (at < answers.length) {
    const own = [BASE]
    let used = first
    do {
      used += GAP + widthOf(at)
      own.push(at++)
    } while (at < answers.length && used + GAP + widthOf(at) <= terminal.width)
    const rows: Row[] = quantities.map((quantity) => ({
      label: quantity.label,
      cells: own.map((one) => cell(quantity, one)),
    }))
    rows.push({ label: 'Against the baseline', cells: own.map(marks) })
    const columns: Column<Row>[] = [
      { id: 'label', title: '', text: ({ label }) => label },
      ...own.map(
        (one, i): Column<Row> => ({ id: nameOf(one), title: nameOf(one), text: ({ cells }) => cells[i] ?? '' }),
      ),
    ]
    if (out.length > 0) out.push('')
    out.push(...narrowed(columns, rows, terminal.width, paint))
  }
  return out
}

/** A table, or where even two columns are too wide, one line to a cell. */
function narrowed(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paint: ReturnType<typeof painter>,
) {
  const lines = tableLines({ columns, rows }, { width, paint })
  if (lines.every((line) => line.length <= width)) return lines
  return rows.flatMap(({ label, cells }) => [
    label.trim(),
    ...cells
      .map((text, i) => `  ${(columns[i + 1]?.title ?? '').padEnd(9)} ${text}`)
      .filter((line) => line.trim().includes(' ')),
  ])
}

export function renderComparison(asked: DeskAsked, answers: readonly CapAnswer[], terminal: Terminal): string {
  const paint = painter(terminal.colour)
  const { width } = terminal
  const { baseline, levels } = asked.desk
  const out = wrap(clean(askedLine(asked)), width).map((line) => paint('bold', line))
  answers.forEach((answer, i) => {
    out.push(...wrap(clean(`${nameOf(i)}  ${answer.selection.label}`), width, '   '))
  })
  out.push('', ...tables(baseline, answers, terminal), paint('dim', wrap(MARK_LEGEND, width).join('\n')))
  const bullets = (lines: readonly string[]) =>
    lines.flatMap((line) => wrap(clean(`• ${line}`), width - 2, '  ').map((one) => `  ${one}`))
  out.push('', paint('bold', 'Context of the baseline'), ...contextLines(baseline, width))
  answers.forEach((answer, i) => {
    const { selection, outcome, verdict } = answer
    out.push('', ...wrap(clean(`${nameOf(i)}  ${selection.label}`), width, '   ').map((line) => paint('bold', line)))
    const pays = payingWords(asked.desk, answer)
    const why = [...whyOf(baseline, answer, 4), ...(pays === undefined ? [] : [pays])]
    out.push(why.length > 0 ? 'Why' : 'Nothing that is priced changes.', ...bullets(why))
    if (answer.context.windowTokens !== baseline.context.windowTokens)
      out.push('Context', ...contextLines(answer, width))
    out.push(...accuracyLines(answer, width))
    const needs = needsOf(baseline, answer)
    if (needs.length > 0) out.push('Needs', ...bullets(needs.map(({ kind, words }) => `${kind}: ${words}`)))
    const remarks = [...new Set(outcome.remarks.map(({ technique, text }) => `${technique}: ${text}`))]
    if (remarks.length > 0) out.push('To know', ...bullets(remarks))
    if (Object.keys(levels).length > 0) {
      out.push(
        'Levels',
        ...verdict.checks.flatMap((check) =>
          wrap(clean(checkText(check, (_, text) => text)), width - 2, '  ').map((line) => `  ${line}`),
        ),
      )
      out.push(`  Counts as ${verdict.counts || 'none of the three'}: what improves, and what your levels hold`)
    }
  })
  return `${out.join('\n')}\n`
}
