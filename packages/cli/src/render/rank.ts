/** A ranking for the terminal: one line a technique, then why and what it needs, then what was left out. */
import {
  type CapAnswer,
  type Column,
  capTypesText,
  type Desk,
  formatNumber,
  formatSeconds,
  goalText,
  type LeftWhy,
  measuredSpeedWords,
  needsOf,
  type PairRanking,
  RANK_GOALS,
  type Ranked,
  type Ranking,
  speedNear,
  whyOf,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { DeskAsked } from '../input/desk.ts'
import type { Terminal } from '../terminal.ts'
import { accuracyCell, askedLine, factorText, MARK_LEGEND, MARKS, marksText } from './cap.ts'
import { painter, wrap } from './style.ts'
import { tableLines } from './table.ts'

export interface Shown {
  readonly ranked: Ranked
  readonly answer: CapAnswer
}

interface Line extends Shown {
  readonly rank: number
  readonly like: readonly string[]
}

/** Techniques that come to the same plan with the same evidence stand on one line, the best known first. */
function together(shown: readonly Shown[], top: number): Line[] {
  const out: { rank: number; like: string[]; ranked: Ranked; answer: CapAnswer }[] = []
  for (const [i, one] of shown.entries()) {
    const { ranked, answer } = one
    const id = ranked.selection.members[0]?.id ?? ''
    const home = out.find(
      (other) =>
        other.ranked.same.includes(id) &&
        ranked.same.length > 0 &&
        other.answer.accuracy.basis === answer.accuracy.basis &&
        other.answer.accuracy.rows.length === answer.accuracy.rows.length &&
        other.ranked.change === ranked.change,
    )
    if (home) home.like.push(id)
    else if (out.length < top) out.push({ ...one, rank: i + 1, like: [] })
  }
  return out
}

const STANDING_WORDS = { offered: 'in engines', exact: 'exact', measured: 'measured', open: 'by formula' } as const

const typeText = ({ selection }: Ranked) =>
  selection.members
    .map(({ row }) => (row ? capTypesText(row.types.map(({ type, inferred }) => ({ type, inferred }))) : '–'))
    .join(', ')

const nameText = ({ ranked, like }: Line) =>
  `${ranked.selection.label.replace(', ', ' + ')}${like.length > 0 ? ` (+${like.length} alike)` : ''}`

/** Names take at most this share of a line; the whole name stands below, with the reasons. */
const NAME_SHARE = 0.3

function shortName(line: Line, width: number): string {
  const whole = nameText(line)
  const most = Math.max(16, Math.floor(NAME_SHARE * width))
  return whole.length <= most ? whole : `${whole.slice(0, most - 1)}…`
}

/** What the goal gains; beside a baseline that does not fit only sizes compare. */
function gainText({ goal, baseline }: Ranking, { factor, scores }: Ranked): string {
  if (baseline.fits !== 0 || goal === 'memory') return factorText(factor)
  return scores.fits === 0 ? 'does not fit either' : 'fits'
}

function columns(ranking: Ranking, isPairs: boolean, width: number): readonly Column<Line>[] {
  const { goal } = ranking
  return [
    { id: 'rank', title: '#', text: ({ rank }) => String(rank), align: 'right' },
    { id: 'technique', title: isPairs ? 'pair' : 'technique', text: (line) => shortName(line, width) },
    { id: 'value', title: goal, text: ({ ranked }) => goalText(goal, ranked.scores), align: 'right' },
    { id: 'gain', title: 'against baseline', text: ({ ranked }) => gainText(ranking, ranked), align: 'right' },
    ...(isPairs
      ? [
          {
            id: 'over',
            title: 'over its better half',
            text: ({ ranked }: Line) => factorText(ranked.overBest),
            align: 'right' as const,
            keep: 3,
          },
        ]
      : []),
    { id: 'c', title: 'C', text: ({ answer }) => MARKS[answer.verdict.movements.C] },
    { id: 'a', title: 'A', text: ({ answer }) => MARKS[answer.verdict.movements.A] },
    {
      id: 'p',
      title: 'P',
      text: ({ answer }) => (ranking.baseline.fits === 0 ? '–' : MARKS[answer.verdict.movements.P]),
    },
    { id: 'accuracy', title: 'accuracy', text: ({ answer }) => accuracyCell(answer.accuracy), keep: 1 },
    { id: 'changes', title: 'changes', text: ({ ranked }) => ranked.change, keep: 2 },
    { id: 'standing', title: 'standing', text: ({ ranked }) => STANDING_WORDS[ranked.standing], keep: 4 },
    { id: 'type', title: 'printed', text: ({ ranked }) => typeText(ranked), keep: 5 },
    { id: 'fits', title: '', text: ({ ranked }) => (ranked.scores.fits === 0 ? '✘ no room' : ''), keep: 0 },
  ]
}

const ORDER: readonly LeftWhy[] = [
  'breaks a level',
  'unproven',
  'not asked for',
  'changes nothing here',
  'gains nothing',
  'cannot run here',
  'sizes not published',
  'observes',
]

const LEFT_WORDS: Readonly<Record<LeftWhy, string>> = {
  'breaks a level': 'break a level you set',
  unproven: 'have no evidence that decides your levels (--unproven keeps them)',
  'not asked for': 'are of another type, or change what --include leaves out',
  'changes nothing here': 'change nothing that is priced here',
  'gains nothing': 'gain nothing for this goal',
  'cannot run here': 'cannot run here',
  'sizes not published': 'are models of their own whose sizes are not published',
  observes: 'only say what to measure',
}

/** `: 34 hardware, 23 model`. */
function kindsText(left: Ranking['left']): string {
  const kinds = [...new Set(left.map(({ words }) => words ?? ''))]
  return `: ${kinds.map((kind) => `${left.filter(({ words }) => words === kind).length} ${kind}`).join(', ')}`
}

function leftLines({ left }: Ranking, isPairs: boolean): string[] {
  return ORDER.flatMap((why) => {
    const own = left.filter((one) => one.why === why)
    if (own.length === 0) return []
    const named =
      own.length <= 4 && !isPairs ? `: ${own.map(({ id, words }) => (words ? `${id} (${words})` : id)).join('; ')}` : ''
    return [`${own.length} ${LEFT_WORDS[why]}${why === 'not asked for' ? kindsText(own) : named}`]
  })
}

function pairLine(ranking: Ranking | PairRanking): string[] {
  if (!('counts' in ranking)) return []
  const { conflicting, twice, dependent, free } = ranking.counts
  return [
    `${free + dependent} pairs priced (${dependent} depend on the order and take the one order of composition); left out: ${conflicting} conflicting, ${twice} that do one thing twice`,
  ]
}

export function renderRanking(
  asked: DeskAsked,
  ranking: Ranking | PairRanking,
  shown: readonly Shown[],
  { top, isPairs, isAll }: { readonly top: number; readonly isPairs: boolean; readonly isAll: boolean },
  terminal: Terminal,
): string {
  const paint = painter(terminal.colour)
  const { width } = terminal
  const { baseline } = asked.desk
  const { goal } = ranking
  const out = wrap(clean(askedLine(asked)), width).map((line) => paint('bold', line))
  const room = ranking.baseline.fits === 0 ? ', and does not fit in memory: nothing is said to be faster than it' : ''
  out.push(...wrap(`By ${RANK_GOALS[goal].label}; the baseline has ${goalText(goal, ranking.baseline)}${room}.`, width))
  const lines = together(
    shown.filter(({ ranked }) => isAll || ranked.standing !== 'open'),
    top,
  )
  if (lines.length === 0) out.push('', paint('yellow', 'Nothing is left to rank.'))
  else {
    const rows = { columns: columns(ranking, isPairs, width), rows: lines }
    out.push('', ...narrow(tableLines(rows, { width, paint }), lines, ranking, baseline, width))
    out.push(...wrap(MARK_LEGEND, width).map((line) => paint('dim', line)))
  }
  if (lines.length > 0) out.push('', paint('bold', 'Why, and what it needs'))
  for (const line of lines) {
    const { ranked, answer, rank, like } = line
    const why = [
      ...whyOf(baseline, answer, 3),
      ...outlineWords(baseline, answer),
      ...speedWords(asked.desk.records, baseline, answer),
    ]
    const needs = needsOf(baseline, answer).map(({ kind, words }) => `${kind}: ${words}`)
    const text = [why.join('; '), ...(needs.length > 0 ? [`needs ${needs.join('; ')}`] : [])].join(' — ')
    const alike = like.length > 0 ? ` (as ${like.join(', ')})` : ''
    out.push(...wrap(clean(`${rank}  ${ranked.selection.label}${alike}: ${text}`), width, '   '))
  }
  const folded = isAll ? [] : ranking.ranked.filter(({ standing }) => standing === 'open')
  const rest = ranking.ranked.length - folded.length - lines.reduce((sum, { like }) => sum + 1 + like.length, 0)
  const closing = [
    ...(rest > 0 ? [`${rest} more are ranked: --top N, or --json`] : []),
    ...foldedLines(folded, isPairs),
    ...pairLine(ranking),
    ...leftLines(ranking, isPairs),
  ]
  if (closing.length > 0) out.push('')
  for (const line of closing) out.push(...wrap(clean(line), width, '  ').map((one) => paint('dim', one)))
  return `${out.join('\n')}\n`
}

/** What gains by formula alone: no engine offers it, it changes the output, and nobody published what it does. */
function foldedLines(folded: readonly Ranked[], isPairs: boolean): string[] {
  const best = folded.reduce<Ranked | undefined>(
    (most, one) => (most && most.factor >= one.factor ? most : one),
    undefined,
  )
  if (!best) return []
  const what = isPairs ? 'pairs have a part that gains' : folded.length === 1 ? 'gains' : 'gain'
  const of = `up to ${formatNumber(best.factor, 3)}×: ${best.selection.label}`
  return [
    `${folded.length} ${what} by formula alone (${of}): in no engine, not exact, nobody measured them; --all shows them`,
  ]
}

/** Tokens that come one after another before an answer branches stand in the time to the first token. */
function outlineWords(baseline: CapAnswer, { plan, outcome }: CapAnswer): string[] {
  const { branches, serialTokens } = plan.decoding
  if (branches === 1 || serialTokens === 0) return []
  const [was, is] = [baseline.outcome.performance.ttftS, outcome.performance.ttftS]
  return [`${serialTokens} tokens before it branches: time to first token ${formatSeconds(was)} → ${formatSeconds(is)}`]
}

/** What was measured stands beside what is modelled, of the load, model and hardware nearest to those asked for. */
function speedWords(records: Desk['records'], baseline: CapAnswer, answer: CapAnswer): string[] {
  const { selection, outcome, plan } = answer
  const [was, is] = [baseline.outcome.performance.outputTokensPerS, outcome.performance.outputTokensPerS]
  const { model, accelerator, workload } = plan.scenario
  const asked = {
    model: model.id,
    accelerator: accelerator.name,
    accelerators: outcome.performance.accelerators,
    batch: workload.batchSize,
  }
  return selection.members.flatMap((member) => {
    const measured = speedNear(records, member, asked)
    if (!measured) return []
    // What one part gains is not what the pair gains.
    if (selection.members.length > 1) return [`${member.id} ${measuredSpeedWords(measured)}`]
    return [measuredSpeedWords(measured, is / was)]
  })
}

/** Where even the fewest columns are too wide: name and numbers on lines of their own. */
function narrow(
  table: readonly string[],
  lines: readonly Line[],
  ranking: Ranking,
  baseline: CapAnswer,
  width: number,
): readonly string[] {
  const { goal } = ranking
  if (table.every((line) => line.length <= width)) return table
  return lines.flatMap((line) => {
    const { ranked, answer, rank } = line
    return [
      ...wrap(clean(`${rank}  ${nameText(line)}`), width, '   '),
      `   ${goalText(goal, ranked.scores)}  ${gainText(ranking, ranked)}  ${marksText(answer, baseline)}`,
    ]
  })
}
