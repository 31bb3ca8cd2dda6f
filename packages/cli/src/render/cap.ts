/** Words and marks of C, A and P that compare, rank and audit share. */
import {
  type AccuracyAnswer,
  type AccuracyRow,
  type CapAnswer,
  type Check,
  engineProfile,
  formatCount,
  formatDollars,
  formatNumber,
  formatSeconds,
  intervalText,
  type Movement,
  nearestWords,
  speakingRows,
  timeIntervals,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { DeskAsked } from '../input/desk.ts'
import { type Paint, type StyleName, wrap } from './style.ts'

export const MARKS: Readonly<Record<Movement, string>> = {
  improves: '↑',
  keeps: '=',
  worsens: '↓',
  mixed: '±',
  unknown: '?',
}

export const MARK_LEGEND = '↑ improves, = keeps, ↓ worsens, ± better in one respect and worse in another, ? no evidence'

export const tokensText = (tokens: number) => (Number.isFinite(tokens) ? formatCount(tokens) : 'unbounded')

/** `2.4× better`, `1.1× worse`, nothing where even. */
export function factorText(factor: number | undefined): string {
  if (factor === undefined || Number.isNaN(factor)) return ''
  if (factor === Number.POSITIVE_INFINITY) return '∞× better'
  if (factor === 0) return '∞× worse'
  if (Math.abs(factor - 1) < 0.005) return '='
  return factor >= 1 ? `${formatNumber(factor)}× better` : `${formatNumber(1 / factor)}× worse`
}

/** Nothing is faster than what cannot run: where the baseline does not fit, factors against it say nothing. */
export const isComparable = ({ outcome }: CapAnswer) => outcome.memory.fits !== false

/** `C↑ A? P↓` against the baseline; where that does not fit, whether this does. */
export function marksText({ verdict, outcome }: CapAnswer, baseline: CapAnswer): string {
  const { C, A, P } = verdict.movements
  if (isComparable(baseline)) return `C${MARKS[C]} A${MARKS[A]} P${MARKS[P]}`
  return `A${MARKS[A]}, ${outcome.memory.fits === false ? 'does not fit either' : 'fits'}`
}

export const NO_BASELINE =
  'The baseline does not fit in memory, so nothing is said to be faster or slower than it: its times are those of a device that would hold it.'

const percent = (share: number) => formatNumber(100 * share)

/** `98.2–99.6 %`, of one row. */
export function retainedText({ retained, movement }: AccuracyRow): string {
  if (!retained) return movement
  const { low, high } = retained
  return low === high ? `${percent(low)} %` : `${percent(low)}–${percent(high)} %`
}

/** A cell: where it comes from and the range over the rows that speak; the nearest evidence says of what it is. */
export function accuracyCell(answer: AccuracyAnswer): string {
  const { basis, movement, rows } = answer
  if (basis === 'construction') return 'kept: same output'
  if (basis === 'none') return 'no evidence'
  const speaking = speakingRows(rows)
  const near = nearestWords(answer)
  if (speaking.length === 0) return `only of ${near ?? 'another kind'}`
  const own = speaking.flatMap(({ retained }) => (retained ? [retained] : []))
  const range =
    own.length > 0
      ? `${percent(Math.min(...own.map(({ low }) => low)))}–${percent(Math.max(...own.map(({ high }) => high)))} %`
      : movement
  if (near !== undefined) return `nearest: ${near}, ${range}`
  const count = speaking.length === 1 ? '1 benchmark' : `${speaking.length} benchmarks`
  return `${movement} (${count}${own.length > 0 ? `, ${range}` : ''})`
}

/** Evidence of accuracy, row by row: what, how much is retained, from how many records, how far from the question. */
export function accuracyLines({ accuracy }: CapAnswer, width: number, most = 5): string[] {
  const out = wrap(clean(`Accuracy: ${accuracy.words}.`), width, '  ')
  const speaking = accuracy.rows.length > 0 ? [{ member: '', rows: accuracy.rows }] : accuracy.members
  for (const { member, rows } of speaking) {
    for (const row of rows.slice(0, most)) {
      const dose = Object.entries(row.dose)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')
      const whose = member === '' ? '' : `${member}: `
      const grades = (['A', 'B', 'C'] as const).filter((grade) => row.grades[grade] > 0).join('')
      const records = row.records === 1 ? '1 record' : `${row.records} records`
      const text =
        `• ${whose}${row.benchmark} ${row.metric} ${retainedText(row)}${dose ? ` at ${dose}` : ''} ` +
        `(${records}, grade ${grades}; ${row.distance || 'as asked'}; ${row.nearest.record.source.name})` +
        (row.aside ? ': not counted' : '')
      out.push(...wrap(clean(text), width - 2, '  ').map((line) => `  ${line}`))
    }
    if (rows.length > most) out.push(`  ${rows.length - most} more with --json`)
  }
  return out
}

export function contextLines({ context }: CapAnswer, width: number): string[] {
  const parts = context.parts.map(({ name, value, unit, source, limiting, note }) => {
    const size = unit === '×' ? `${formatNumber(value)}×` : `${tokensText(value)} tokens`
    return `${limiting ? '→' : '•'} ${name}: ${size} (${source}${note ? `; ${note}` : ''})`
  })
  const others = context.effective.filter(
    ({ measure }) => !context.parts.some(({ source }) => source.toLowerCase().startsWith(measure)),
  )
  const more = others.map(
    ({ measure, tokens, atLeast, distance }) =>
      `• not counted: ${measure === 'ruler' ? 'RULER' : 'NoLiMa'} ${atLeast ? 'at least ' : ''}${formatCount(tokens)} tokens (${distance})`,
  )
  const { position } = context
  const place = position
    ? [
        `• place of the answer in the prompt: ${formatNumber(position.baseline)} → ${formatNumber(position.value)} % where it is worst ` +
          `(${position.benchmark}, ${position.record.source.name}; ${position.distance})`,
      ]
    : []
  const past =
    context.pastTokens === undefined
      ? []
      : [
          `✘ a request of ${formatCount(context.requestTokens)} tokens is longer than the ${tokensText(context.pastTokens)} that positions reach`,
        ]
  return [...parts, ...more, ...place, ...past].flatMap((line) =>
    wrap(clean(line), width - 2, '  ').map((one) => `  ${one}`),
  )
}

const LEVEL_TEXT: Readonly<Record<Check['key'], readonly [name: string, text: (value: number) => string]>> = {
  minContextTokens: ['context of', (x) => `${tokensText(x)} tokens`],
  keepAccuracy: ['accuracy kept', (x) => `${percent(x)} %`],
  maxTtftS: ['TTFT within', formatSeconds],
  maxTpotS: ['TPOT within', formatSeconds],
  minTokensPerS: ['throughput of', (x) => `${formatNumber(x)} tok/s`],
  maxUsdPerMillionTokens: ['price within', formatDollars],
}

const CHECK_STYLE: Readonly<Record<Check['holds'], readonly [mark: string, style: StyleName]>> = {
  holds: ['✔', 'green'],
  fails: ['✘', 'red'],
  undecided: ['?', 'yellow'],
}

export function checkText({ key, level, value, holds, words }: Check, paint: Paint): string {
  const [name, text] = LEVEL_TEXT[key]
  const [mark, style] = CHECK_STYLE[holds]
  const found = value === undefined ? '' : `: ${text(value)}`
  return `${paint(style, mark)} ${name} ${text(level)}${found}${words ? ` (${words})` : ''}`
}

/** `81.6 to 228 ms`, of an answer's time; nothing on the roofline, which is a floor. */
export const intervalCell = (range: { readonly low: number; readonly high: number } | undefined): string =>
  range ? intervalText(range.low, range.high) : ''

/** What times come from, and how sure those of the baseline are; nothing on the roofline. */
function basisWords({ scenario, desk }: DeskAsked): string {
  const { basis = 'roofline', engine } = scenario
  if (basis === 'roofline') return ''
  const name = `${basis === 'measured' ? 'Measured' : 'Calibrated'} basis${engine ? `, an engine like ${engineProfile(engine).name}` : ''}`
  const { plan, performance } = desk.baseline
  const range = timeIntervals(plan, performance.values)
  if (!range) return `. ${name}`
  const tpot = range.tpotS ? `, TPOT ${intervalCell(range.tpotS)}` : ''
  return `. ${name}; 80 % interval of the baseline: TTFT ${intervalCell(range.ttftS)}${tpot}`
}

/** A request that is longer than positions reach is priced all the same. */
function pastWords({ context: { pastTokens, requestTokens } }: CapAnswer): string {
  if (pastTokens === undefined) return ''
  return `. ✘ A request of ${formatCount(requestTokens)} tokens is longer than the ${tokensText(pastTokens)} its positions reach: expect answers to fall apart beyond`
}

/** What was asked, in one line: the basis too where it is not the floor, and what the model was not made for. */
export function askedLine(asked: DeskAsked): string {
  const { scenario, desk } = asked
  const { model, accelerator, workload } = scenario
  const { accelerators } = desk.baseline.outcome.performance
  const on = accelerators === 1 ? accelerator.name : `${formatNumber(accelerators)}× ${accelerator.name}`
  const fixed = desk.fixed.members.length > 0 ? ` with ${desk.fixed.label}` : ''
  const { batchSize, promptTokens, outputTokens } = workload
  return `${model.name} on ${on}${fixed}: ${formatCount(batchSize)} at once, ${formatCount(promptTokens)} + ${formatCount(outputTokens)} tokens${basisWords(asked)}${pastWords(desk.baseline)}`
}
