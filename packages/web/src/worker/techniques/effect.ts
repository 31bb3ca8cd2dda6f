/**
 * What a choice of techniques makes of the answers: every quantity beside the baseline's, which stays; each technique by
 * itself; C, A and P; and why. The plan is composed and priced once; nothing is a speed-up.
 */
import {
  type CapAnswer,
  type Caution,
  type Check,
  type ContextAnswer,
  cautionMeasured,
  cautionsOf,
  cautionTitle,
  type Desk,
  endsBeside,
  formatBytes,
  formatCount,
  formatDollars,
  formatNumber,
  formatSeconds,
  measuredSpeedsOf,
  needsOf,
  ok,
  PERFORMANCE_QUANTITIES,
  type PerformanceQuantity,
  type Result,
  type Selection,
  type SpeedEvidence,
  selectionOf,
  sourcesText,
  speedText,
  whyOf,
} from '@capline/core'
import { accuracyLine, changeOf, contextFactorOf, markOf, tokensText } from './capWords.ts'
import { chosenIn, deskFor } from './desks.ts'
import { graphLines } from './graph.ts'
import type {
  CapMark,
  CautionLine,
  Effect,
  EffectAnswer,
  EffectRow,
  LevelLine,
  SpeedLine,
  WithLink,
} from './protocol.ts'
import { answerRanges } from './ranges.ts'

interface Quantity {
  readonly label: string
  readonly less: boolean
  readonly of: (answer: CapAnswer) => number | undefined
  readonly text: (value: number) => string
  /** Made of time: it has an interval where kernels are priced. */
  readonly ranged?: PerformanceQuantity
  /** Improvement where division does not say it. */
  readonly factor?: (answer: CapAnswer, baseline: CapAnswer) => number
  /** It means something beside a baseline that does not fit in memory. */
  readonly isSize?: boolean
}

const TEXTS: Readonly<Record<PerformanceQuantity, (value: number) => string>> = {
  ttft: formatSeconds,
  tpot: formatSeconds,
  e2e: formatSeconds,
  throughput: (rate) => `${formatNumber(rate)} tokens/s`,
  cost: formatDollars,
  energy: (joule) => `${formatNumber(joule)} J`,
}

const PERFORMANCE: readonly Quantity[] = Object.entries(PERFORMANCE_QUANTITIES).map(([id, { label, less, of }]) => ({
  label,
  less,
  of: ({ performance }) => of(performance.values),
  text: TEXTS[id as PerformanceQuantity],
  ranged: id as PerformanceQuantity,
}))

const QUANTITIES: readonly Quantity[] = [
  ...PERFORMANCE,
  {
    label: 'Context a user can feed',
    less: false,
    of: ({ context }) => context.tokens,
    text: tokensText,
    factor: ({ context }, baseline) => contextFactorOf(context, baseline.context),
  },
  {
    label: 'Context the system takes',
    less: false,
    of: ({ context }) => context.windowTokens,
    text: tokensText,
    factor: ({ context }, { context: before }) =>
      context.windowTokens === before.windowTokens ? 1 : context.windowTokens / before.windowTokens,
  },
  {
    label: 'Memory of one accelerator',
    less: true,
    of: ({ outcome }) => outcome.memory.totalBytes,
    text: formatBytes,
    isSize: true,
  },
  { label: 'Most sequences at once', less: false, of: ({ outcome }) => outcome.memory.maxUsers, text: formatCount },
  {
    label: 'Accelerators',
    less: true,
    of: ({ performance }) => performance.values.accelerators,
    text: formatNumber,
    isSize: true,
  },
]

function factorOf({ of, less, factor }: Quantity, answer: CapAnswer, baseline: CapAnswer): number | undefined {
  if (factor) return factor(answer, baseline)
  const [now, then] = [of(answer), of(baseline)]
  if (now === undefined || then === undefined) return undefined
  if (now === then) return 1
  return less ? then / now : now / then
}

function rowsOf(baseline: CapAnswer, answer: CapAnswer, alone: readonly (CapAnswer | undefined)[]): EffectRow[] {
  return QUANTITIES.flatMap((quantity) => {
    const [then, now] = [quantity.of(baseline), quantity.of(answer)]
    if (then === undefined && now === undefined) return []
    const text = (value: number | undefined) => (value === undefined ? '–' : quantity.text(value))
    const range = (one: CapAnswer) => {
      const ends = quantity.ranged && answerRanges(one)?.[quantity.ranged]
      const value = quantity.of(one)
      return ends && value !== undefined ? endsBeside(value, ends, quantity.text) : undefined
    }
    const [thenRange, nowRange] = [range(baseline), range(answer)]
    const isTold = quantity.isSize || baseline.outcome.memory.fits !== false
    const change = (one: CapAnswer) =>
      isTold ? changeOf(factorOf(quantity, one, baseline), quantity.less) : { text: 'the baseline does not fit' }
    return [
      {
        label: quantity.label,
        baseline: text(then),
        value: text(now),
        ...(thenRange === undefined ? {} : { baselineRange: thenRange }),
        ...(nowRange === undefined ? {} : { valueRange: nowRange }),
        change: change(answer),
        alone: alone.map((one) => (one ? change(one) : { text: 'cannot run' })),
      },
    ]
  })
}

const fitText = ({ outcome }: CapAnswer) =>
  outcome.memory.fits === undefined ? 'not known' : outcome.memory.fits ? 'yes' : 'no'

function fitsRow(baseline: CapAnswer, answer: CapAnswer, alone: readonly (CapAnswer | undefined)[]): EffectRow {
  const then = fitText(baseline)
  const change = (one: CapAnswer | undefined) => {
    const now = one ? fitText(one) : 'cannot run'
    if (now === then) return { text: 'same' }
    return now === 'yes' || now === 'no'
      ? { text: now === 'yes' ? 'fits now' : 'no more', better: now === 'yes' }
      : { text: now }
  }
  return {
    label: 'Fits in memory',
    baseline: then,
    value: fitText(answer),
    change: change(answer),
    alone: alone.map(change),
  }
}

function partText({ name, value, unit, source, note }: ContextAnswer['parts'][number]): string {
  const size = unit === '×' ? `${formatNumber(value)}×` : tokensText(value)
  return `${name}: ${size}, ${source}${note ? ` (${note})` : ''}`
}

const GOAL_WORDS = { C: 'context', A: 'accuracy', P: 'performance' } as const

function gainsText({ verdict }: CapAnswer): string {
  const { movements } = verdict
  const told = (['C', 'A', 'P'] as const).map((goal) => {
    const movement = movements[goal]
    return `${GOAL_WORDS[goal]} ${movement === 'unknown' ? 'not known' : movement === 'mixed' ? 'better and worse' : movement}`
  })
  return told.join(', ')
}

const MOST_LINKS = 3

function speedLineOf(one: SpeedEvidence): SpeedLine {
  const bySource = new Map((one.speed ?? one.bounds)?.records.map((record) => [record.source.key, record]))
  const links = [...bySource.values()].slice(0, MOST_LINKS)
  return {
    member: one.member,
    range: speedText(one),
    sources: sourcesText(one),
    settings: one.settings,
    links: links.map(({ source, place }) => ({ name: source.name, url: source.url, place })),
  }
}

function cautionLine(caution: Caution): CautionLine {
  const { words, advice, source, observers, tools } = caution
  return {
    title: cautionTitle(caution),
    words,
    advice,
    source,
    measured: cautionMeasured(caution),
    see: [
      ...observers.map(({ id, measures, needs }) => ({ id, help: `Measures: ${measures} Needs: ${needs}` })),
      ...tools.map((id) => ({ id, help: 'Helps' })),
    ],
  }
}

export function effectAt(desk: Desk, selection: Selection, answer: CapAnswer): Effect {
  const { baseline } = desk
  const { members } = selection
  const others = members.length > 1 ? members.map((member) => selectionOf([member])) : []
  const alone = others.map((one) => {
    const own = desk.evaluate(one)
    return own.ok ? own.value : undefined
  })
  const { accuracy, context, outcome } = answer
  const undecided = accuracy.basis === 'none' && accuracy.members.length > 1
  return {
    rows: [...rowsOf(baseline, answer, alone), fitsRow(baseline, answer, alone)],
    alone: others.map(({ label }) => label),
    marks: [
      ...others.flatMap(({ label }, i) => {
        const own = alone[i]
        return own ? [markOf(label, own, baseline)] : []
      }),
      markOf(others.length > 0 ? 'together' : selection.label, answer, baseline),
    ],
    accuracy: {
      words: accuracy.words,
      lines: (undecided ? accuracy.members.flatMap(({ rows }) => rows) : accuracy.rows).map(accuracyLine),
      members: undecided ? accuracy.members.map(({ member, words }) => ({ member, words })) : [],
      cautions: cautionsOf(members, desk.records).map(cautionLine),
    },
    speeds: measuredSpeedsOf(desk.records, selection).map(speedLineOf),
    contextParts: context.parts.map((part) => ({ text: partText(part), limiting: part.limiting })),
    why: whyOf(baseline, answer, 6),
    needs: needsOf(baseline, answer).map(({ kind, words }) => `${kind}: ${words}`),
    remarks: [...new Set(outcome.remarks.map(({ technique, text }) => `${technique}: ${text}`))],
    gains: gainsText(answer),
    graph: graphLines(baseline.plan, answer.plan),
  }
}

const LEVELS: Readonly<Record<Check['key'], readonly [name: string, text: (x: number) => string]>> = {
  minContextTokens: ['Context', tokensText],
  keepAccuracy: ['Accuracy kept', (x) => `${formatNumber(100 * x)} %`],
  maxTtftS: ['TTFT', formatSeconds],
  maxTpotS: ['TPOT', formatSeconds],
  minTokensPerS: ['Throughput', (x) => `${formatNumber(x)} tokens/s`],
  maxUsdPerMillionTokens: ['Price', formatDollars],
}

function levelLine({ key, level, value, holds, words }: Check): LevelLine {
  const [name, text] = LEVELS[key]
  const now = value === undefined ? 'not known' : text(value)
  const side = key.startsWith('max') ? 'at most' : 'at least'
  return { text: `${name} ${side} ${text(level)}: ${now}${words ? `, ${words}` : ''}`, holds }
}

export async function effectOfWith(asked: WithLink): Promise<Result<EffectAnswer>> {
  const selection = chosenIn(asked)
  if (!selection.ok) return selection
  const at = await deskFor(asked.link, '', asked.levels)
  if (!at.ok) return at
  const answer = at.value.desk.evaluate(selection.value)
  if (!answer.ok) return answer
  const effect = effectAt(at.value.desk, selection.value, answer.value)
  const remarks = at.value.without ? [at.value.without, ...effect.remarks] : effect.remarks
  // What was not loaded must not look as if it did not exist.
  const said = (texts: CapMark['texts']) => ({ ...texts, A: texts.A.replace('no evidence', 'evidence not loaded') })
  const marks = at.value.without ? effect.marks.map((mark) => ({ ...mark, texts: said(mark.texts) })) : effect.marks
  const speeds = at.value.without
    ? effect.speeds.map((line) => ({ ...line, range: 'evidence not loaded' }))
    : effect.speeds
  return ok({
    ...effect,
    marks,
    speeds,
    remarks,
    title: selection.value.label,
    levels: answer.value.verdict.checks.map(levelLine),
  })
}
