/** How an audit agrees with a printed type, and why not, in words with the numbers of the scenario. */
import { formatCount, formatDollars, formatNumber, formatSeconds } from '../../units/format.ts'
import { FAMILIES } from '../catalog/families.ts'
import type { CapLetters, TechniqueRow } from '../catalog/row.ts'
import type { AccuracyRow } from './accuracy.ts'
import type { CapAnswer } from './desk.ts'
import type { Movement } from './movement.ts'
import { PERFORMANCE_QUANTITIES, type PerformanceQuantity } from './performance.ts'
import { GOALS, type Goal } from './verdict.ts'

export interface Found {
  readonly moves: Readonly<Record<Goal, Movement>>
  readonly gains: string
  readonly answer: CapAnswer
  readonly baseline: CapAnswer
}

/**
 * `agrees`: gains what is printed and nothing else. `in part`: nothing speaks against it, but a goal is mixed or unmeasured.
 * `more`, `less`: gains a goal that is not printed; does not gain one that is. `differs`: both. `no type`: none is printed.
 */
export const AGREEMENTS = ['agrees', 'in part', 'more', 'less', 'differs', 'no type'] as const
export type Agreement = (typeof AGREEMENTS)[number]

function against(letters: CapLetters, { moves, gains }: Found): Agreement {
  let less = false
  let open = false
  for (const goal of GOALS) {
    if (!letters.includes(goal)) continue
    if (moves[goal] === 'keeps' || moves[goal] === 'worsens') less = true
    else if (moves[goal] !== 'improves') open = true
  }
  const more = [...gains].some((goal) => !letters.includes(goal))
  if (more && less) return 'differs'
  return more ? 'more' : less ? 'less' : open ? 'in part' : 'agrees'
}

/** Against the printed type it comes nearest to, where the survey prints several. */
export function agreementOf(types: readonly CapLetters[], found: Found): Agreement {
  const real = types.filter((type) => type !== 'none')
  const all = real.map((type) => against(type, found))
  return AGREEMENTS.find((one) => all.includes(one)) ?? 'no type'
}

const QUANTITY_TEXT: { readonly [Q in PerformanceQuantity]?: readonly [name: string, text: (x: number) => string] } = {
  ttft: ['TTFT', formatSeconds],
  tpot: ['TPOT', formatSeconds],
  cost: ['price', (x) => `${formatDollars(x)} per million tokens`],
}

/** `TTFT 1.2 s → 0.3 s`, of what moved. */
export function performanceWords({ answer, baseline }: Found): string {
  const out: string[] = []
  for (const [id, [name, text]] of Object.entries(QUANTITY_TEXT) as [
    PerformanceQuantity,
    readonly [string, (x: number) => string],
  ][]) {
    const { of } = PERFORMANCE_QUANTITIES[id]
    const [then, now] = [of(baseline.performance.values), of(answer.performance.values)]
    if (then === undefined || now === undefined || Math.abs(now / then - 1) < 0.01) continue
    out.push(`${name} ${text(then)} → ${text(now)}`)
  }
  const [was, is] = [baseline.performance.values.accelerators, answer.performance.values.accelerators]
  if (is > was * 1.01) out.push(`${formatNumber(is / was, 2)}× the accelerators`)
  return out.join(', ')
}

const tokensText = (tokens: number) => (Number.isFinite(tokens) ? formatCount(tokens) : 'unbounded')

function contextWords({ answer, baseline, moves }: Found): string {
  const [was, is] = [baseline.context, answer.context]
  if (moves.C === 'keeps') {
    const limit = was.parts.find(
      ({ name, value }) => (name === 'positions' || name === 'memory') && value === was.windowTokens,
    )
    return `context stays at ${tokensText(is.windowTokens)} tokens${limit ? `, which ${limit.source} sets` : ''}`
  }
  const used = is.parts.find(({ name }) => name === 'effective length')
  const beyond = used && is.windowTokens > used.value && !used.note?.includes('at least')
  return (
    `context ${tokensText(was.windowTokens)} → ${tokensText(is.windowTokens)} tokens` +
    (beyond ? `, of which the model is measured to use ${formatCount(used.value)} (${used.source})` : '')
  )
}

function rowWords({ benchmark, retained, movement, dose, distance }: AccuracyRow): string {
  const setting = Object.values(dose).join(' ')
  const size = retained
    ? retained.n > 1
      ? `${formatNumber(100 * retained.low)} to ${formatNumber(100 * retained.high)} % retained`
      : `${formatNumber(100 * retained.median)} % retained`
    : movement
  return `${benchmark}${setting ? ` at ${setting}` : ''} ${size}${distance ? ` (${distance})` : ''}`
}

/** Evidence of A, the rows that moved first, at most three. */
export function accuracyWords({ answer }: Found): string {
  const { basis, rows, words } = answer.accuracy
  if (basis === 'construction' || basis === 'none') return words
  const moved = rows.filter(({ movement }) => movement !== 'keeps')
  return `evidence: ${(moved.length > 0 ? moved : rows).slice(0, 3).map(rowWords).join('; ')}`
}

const OWN: { readonly [technique: string]: string } = {
  streamingllm:
    'The survey types its family P and names it as the exception that reaches CP (section 2.4.1): positions are counted inside a bounded cache, so the stream has no end and a step reads no more of it. What has left the cache is not seen again',
  memgpt:
    'Its measurements are against a base that sees only a lossy summary, so not against equal information; it is faster where the text it leaves outside would else be read in every call',
  longllmlingua:
    'A shorter prompt can be read better than the long one: the evidence moves A as well as P, by benchmark',
  'memory-transformer':
    'Its memory tokens stand before one text that is read whole: they sum it up, within what positions reach, and lengthen nothing',
  'ap-type-gap':
    'A composition that stands for the empty cell; the search for AP goes over all rows, not only this one',
}

/** Whether the movement is what the letters say, goal by goal. */
function disagrees(goal: Goal, letters: readonly CapLetters[], { moves }: Found): boolean {
  const printed = letters.some((type) => type !== 'none' && type.includes(goal))
  return printed ? moves[goal] !== 'improves' : moves[goal] === 'improves' || moves[goal] === 'mixed'
}

export function explain(
  row: TechniqueRow,
  letters: readonly CapLetters[],
  found: Found,
  agreement: Agreement,
): readonly string[] {
  const out: string[] = []
  const own = OWN[row.id]
  if (own) out.push(own)
  const { plan } = found.answer
  if (plan.positionSpanTokens !== undefined && found.moves.C === 'improves') {
    const said = plan.remarks.find(({ technique, text }) => technique === 'MEM' && text.startsWith('positions'))
    if (said) out.push(`C: ${said.text}`)
  }
  if (found.gains.length > 2) out.push('All three improve here, against the principle')
  if (agreement === 'agrees') return out
  const goals = agreement === 'no type' ? GOALS.filter((goal) => found.moves[goal] === 'improves') : GOALS
  for (const goal of goals) {
    if (!disagrees(goal, letters, found)) continue
    if (goal === 'C') out.push(`C: ${contextWords(found)}`)
    if (goal === 'A') out.push(`A: ${accuracyWords(found)}`)
    if (goal === 'P')
      out.push(
        `P: ${performanceWords(found) || 'nothing of it moves here: the scenario has it already, or it works on what does not bind'}`,
      )
  }
  if (agreement !== 'no type' && row.types.every(({ inferred }) => inferred)) {
    out.push(
      `Nobody printed its type: ${letters.join(' and ')} is inferred for the family (${FAMILIES[row.family].title})`,
    )
  }
  return out
}
