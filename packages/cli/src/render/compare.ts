/** A comparison for the terminal: one table of numbers, as many sets side by side as fit, and each set's reasons. */
import {
  type CapAnswer,
  type Caution,
  type Column,
  cautionsOf,
  cautionTitle,
  cautionWords,
  formatBytes,
  formatCount,
  formatDollars,
  formatNumber,
  formatSeconds,
  measuredSpeedsOf,
  needsOf,
  orderWords,
  payingWords,
  type SpeedEvidence,
  sourcesText,
  speedLine,
  speedText,
  type TimeIntervals,
  timeIntervals,
  togetherWithin,
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
  isComparable,
  MARK_LEGEND,
  marksText,
  NO_BASELINE,
  tokensText,
} from './cap.ts'
import { painter, wrap } from './style.ts'
import { tableLines } from './table.ts'

interface Quantity {
  readonly label: string
  readonly value: (answer: CapAnswer) => string
  readonly factor?: (answer: CapAnswer, baseline: CapAnswer) => number | undefined
  /** It means something beside a baseline that does not fit. */
  readonly isSize?: boolean
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
    isSize: true,
  },
  {
    label: 'Most users',
    value: ({ outcome }) => maybe(outcome.memory.maxUsers, formatCount),
    factor: more(({ outcome }) => outcome.memory.maxUsers),
  },
  { label: 'Accelerators', value: ({ performance }) => formatNumber(performance.values.accelerators) },
]

/** What others measured, under what we predict: of one technique, or of members measured as one; else how many were. */
const MEASURED: readonly { readonly label: string; readonly text: (speeds: readonly SpeedEvidence[]) => string }[] = [
  {
    label: 'Speed-up others measured',
    text: (speeds) => {
      const [first] = speeds
      if (!first) return ''
      const found = speeds.filter(({ sources }) => sources > 0).length
      if (first.isWhole || found === 0) return speedText(first)
      return `of ${found} of ${speeds.length} parts, below`
    },
  },
  { label: '  sources, grade', text: (speeds) => (speeds[0]?.isWhole ? sourcesText(speeds[0]) : '') },
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
function tables(
  baseline: CapAnswer,
  answers: readonly CapAnswer[],
  speeds: readonly (readonly SpeedEvidence[])[],
  terminal: Terminal,
): string[] {
  const paint = painter(terminal.colour)
  const told = [baseline, ...answers]
  const quantities = QUANTITIES.filter(({ value }) => told.some((answer) => value(answer) !== ''))
  const cell = (quantity: Quantity, at: number): string => {
    const answer = at === BASE ? baseline : answers[at]
    if (!answer) return ''
    const isTold = at !== BASE && (quantity.isSize || isComparable(baseline))
    const factor = isTold ? factorText(quantity.factor?.(answer, baseline)) : ''
    return `${quantity.value(answer)}${factor === '' ? '' : ` (${factor})`}`
  }
  const marks = (at: number) => {
    const answer = answers[at]
    return answer ? marksText(answer, baseline) : isComparable(baseline) ? '' : 'does not fit'
  }
  const measured = MEASURED.filter(({ text }) => speeds.some((own) => text(own) !== ''))
  const measuredCells = (at: number) => measured.map(({ text }) => text(at === BASE ? [] : (speeds[at] ?? [])))
  const widthOf = (at: number) =>
    Math.max(
      ...[...quantities.map((q) => cell(q, at)), ...measuredCells(at), marks(at), nameOf(at)].map(
        (text) => text.length,
      ),
    )
  const first = Math.max(...[...quantities, ...measured].map(({ label }) => label.length)) + GAP + widthOf(BASE)
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
    measured.forEach(({ label }, i) => {
      rows.push({ label, cells: own.map((one) => measuredCells(one)[i] ?? '') })
    })
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

/** Each caution in full once; of later sets only whom it is about. */
function cautionTexts(cautions: readonly Caution[], told: Set<string>): string[] {
  const again = cautions.filter(({ id }) => told.has(id))
  const texts = cautions.filter(({ id }) => !told.has(id)).map(cautionWords)
  for (const { id } of cautions) told.add(id)
  return again.length > 0 ? [...texts, `as above: ${again.map(cautionTitle).join(', ')}`] : texts
}

export function renderComparison(asked: DeskAsked, answers: readonly CapAnswer[], terminal: Terminal): string {
  const paint = painter(terminal.colour)
  const { width } = terminal
  const { baseline, levels } = asked.desk
  const out = wrap(clean(askedLine(asked)), width).map((line) => paint('bold', line))
  answers.forEach((answer, i) => {
    out.push(...wrap(clean(`${nameOf(i)}  ${answer.selection.label}`), width, '   '))
  })
  const speeds = answers.map(({ selection }) => measuredSpeedsOf(asked.records, selection))
  out.push('', ...tables(baseline, answers, speeds, terminal), paint('dim', wrap(MARK_LEGEND, width).join('\n')))
  if (!isComparable(baseline)) out.push(...wrap(NO_BASELINE, width))
  const bullets = (lines: readonly string[]) =>
    lines.flatMap((line) => wrap(clean(`• ${line}`), width - 2, '  ').map((one) => `  ${one}`))
  out.push('', paint('bold', 'Context of the baseline'), ...contextLines(baseline, width))
  const told = new Set<string>()
  answers.forEach((answer, i) => {
    const { selection, outcome, verdict } = answer
    out.push('', ...wrap(clean(`${nameOf(i)}  ${selection.label}`), width, '   ').map((line) => paint('bold', line)))
    const pays = payingWords(asked.desk, answer)
    const why = [...whyOf(baseline, answer, 4), ...(pays === undefined ? [] : [pays])]
    out.push(why.length > 0 ? 'Why' : 'Nothing that is priced changes.', ...bullets(why))
    if (answer.context.windowTokens !== baseline.context.windowTokens)
      out.push('Context', ...contextLines(answer, width))
    out.push(...accuracyLines(answer, width))
    const cautions = cautionsOf(selection.members, asked.records)
    if (cautions.length > 0) out.push('What averages of accuracy hide', ...bullets(cautionTexts(cautions, told)))
    out.push(
      ...wrap('Speed-up others measured, in their settings; no part of what is predicted', width),
      ...bullets((speeds[i] ?? []).map(speedLine)),
    )
    const needs = needsOf(baseline, answer)
    if (needs.length > 0) out.push('Needs', ...bullets(needs.map(({ kind, words }) => `${kind}: ${words}`)))
    const ordered = togetherWithin(selection.members).filter(({ kind }) => kind === 'order-dependent')
    if (ordered.length > 0) out.push('Together', ...bullets(ordered.map(orderWords)))
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
