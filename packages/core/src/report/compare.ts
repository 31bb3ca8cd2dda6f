/**
 * Scenarios side by side: every answer with its difference and ratio to the first, and why: what was asked differently,
 * and which operators and bytes account for the change in time.
 */
import { describeLayout, rankCount } from '../layout/layout.ts'
import type { Analysis, Phase } from '../scenario/analyze.ts'
import type { FitAnswer } from '../scenario/fit.ts'
import { RANGED, type Ranged, requestRanges } from '../scenario/ranges.ts'
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDollars,
  formatNumber,
  formatSeconds,
} from '../units/format.ts'
import { type Ends, intervalText } from '../units/interval.ts'
import type { Result } from '../units/result.ts'
import type { AnswerId } from './answers.ts'
import { basisBadge } from './basis.ts'
import { headline } from './summary.ts'

/** Numbers that techniques make of a scenario: they stand where its own would; what is absent is not known. */
export interface ToldAnswers {
  readonly fits?: boolean
  readonly values: { readonly [Id in AnswerId]?: number }
  readonly ranges?: { readonly [Id in AnswerId]?: Ends }
}

export interface Contender {
  readonly analysis: Analysis
  readonly fit: Result<FitAnswer>
  readonly told?: ToldAnswers
}

export interface ComparisonCell {
  readonly text: string
  /** The interval of a priced time. */
  readonly range?: string
  /** Against the first: `+3.1 GiB`, `2.4×`. */
  readonly difference?: string
  readonly ratio?: string
  readonly better?: boolean
}

export interface ComparisonRow {
  readonly label: string
  /** The explanation its numbers open. */
  readonly explains?: AnswerId
  readonly cells: readonly ComparisonCell[]
}

export interface Comparison {
  readonly titles: readonly string[]
  readonly asked: readonly ComparisonRow[]
  readonly answers: readonly ComparisonRow[]
  /** For every scenario but the first, what explains it. */
  readonly why: readonly { readonly title: string; readonly lines: readonly string[] }[]
}

interface Quantity {
  readonly id: AnswerId
  readonly label: string
  readonly less: boolean
  text(x: number): string
  of(one: Contender): number | undefined
}

const perToken = (dollars: number) => formatDollars(dollars)

const QUANTITIES: readonly Quantity[] = [
  {
    id: 'maxContext',
    label: 'Longest context',
    less: false,
    text: (x) => (Number.isFinite(x) ? `${formatCount(x)} tokens` : 'unbounded'),
    of: ({ fit }) => (fit.ok ? fit.value.maxContextTokens : undefined),
  },
  {
    id: 'maxUsers',
    label: 'Most users',
    less: false,
    text: formatCount,
    of: ({ fit }) => (fit.ok ? fit.value.maxUsers : undefined),
  },
  {
    id: 'ttft',
    label: 'Time to first token',
    less: true,
    text: formatSeconds,
    of: ({ analysis }) => analysis.request.ttftS,
  },
  {
    id: 'tpot',
    label: 'Time per output token',
    less: true,
    text: formatSeconds,
    of: ({ analysis }) => analysis.request.tpotS,
  },
  {
    id: 'e2e',
    label: 'Whole request',
    less: true,
    text: formatSeconds,
    of: ({ analysis }) => analysis.request.e2eS,
  },
  {
    id: 'throughput',
    label: 'Throughput, tokens/s',
    less: false,
    text: (x) => formatNumber(x),
    of: ({ analysis }) => analysis.request.outputTokensPerS,
  },
  {
    id: 'price',
    label: 'Price per million tokens',
    less: true,
    text: perToken,
    of: ({ analysis }) => analysis.request.priceUsdPerMillionOutputTokens,
  },
  {
    id: 'energy',
    label: 'Energy per token, J',
    less: true,
    text: (x) => formatNumber(x),
    of: ({ analysis }) => analysis.request.energyPerOutputTokenJ,
  },
  { id: 'weights', label: 'Weights', less: true, text: formatBytes, of: ({ analysis }) => analysis.memory.weightBytes },
  { id: 'kv', label: 'KV cache', less: true, text: formatBytes, of: ({ analysis }) => analysis.memory.kvBytes },
  {
    id: 'memory',
    label: 'Memory needed',
    less: true,
    text: formatBytes,
    of: ({ analysis }) => analysis.memory.totalBytes,
  },
  {
    id: 'decodeBytes',
    label: 'Bytes of a decode step',
    less: true,
    text: formatBytes,
    of: ({ analysis }) => analysis.decode?.bytes,
  },
]

const isRanged = (id: AnswerId): id is Ranged => (RANGED as readonly string[]).includes(id)

/** The interval of a number made of time, in its own unit. */
function intervalOf({ id, text }: Quantity, { analysis, told }: Contender): string | undefined {
  const ends = told ? told.ranges?.[id] : isRanged(id) ? requestRanges(analysis)?.[id] : undefined
  return ends && intervalText(ends.low, ends.high, text)
}

function quantityRow(quantity: Quantity, all: readonly Contender[]): ComparisonRow {
  const values = all.map((one) => (one.told ? one.told.values[quantity.id] : quantity.of(one)))
  const first = values[0]
  const cells = values.map((value, i): ComparisonCell => {
    if (value === undefined) return { text: '–' }
    const own = all[i] as Contender
    const interval = intervalOf(quantity, own)
    const text = quantity.text(value)
    const said = interval === undefined ? { text } : { text, range: interval }
    if (i === 0 || first === undefined || !Number.isFinite(value) || !Number.isFinite(first) || first === 0) return said
    if (value === first) return { ...said, difference: 'same' }
    const difference = `${value > first ? '+' : '−'}${quantity.text(Math.abs(value - first))}`
    const ratio = formatNumber(value / first)
    // What no digit of the ratio shows is neither better nor worse.
    if (ratio === '1') return { ...said, difference }
    return { ...said, difference, ratio: `${ratio}×`, better: value < first === quantity.less }
  })
  return { label: quantity.label, explains: quantity.id, cells }
}

/** What was asked, as text, by name. */
function askedOf({ analysis }: Contender): [string, string][] {
  const { scenario, precision, roofs } = analysis
  const { workload: w } = scenario
  return [
    ['Model', scenario.model.name],
    ['Accelerator', scenario.accelerator.name],
    ['Accelerators', formatCount(rankCount(analysis.layout))],
    ['Layout', describeLayout(analysis.layout)],
    ['Basis', basisBadge(analysis).text],
    ['Sequences', formatCount(w.batchSize)],
    ['Prompt', formatCount(w.promptTokens)],
    ['Output', formatCount(w.outputTokens)],
    ['Shared prefix', formatCount(w.sharedPrefixTokens)],
    ['Items', formatCount(w.itemsPerRequest)],
    ['Weights format', precision.weights],
    ['Activations format', precision.activations],
    ['KV format', precision.kv],
    ['Attention', scenario.kernel],
    ['Convention', scenario.convention],
    ['Bandwidth', formatByteRate(roofs.bandwidthBytePerS)],
  ]
}

const ALWAYS = ['Model', 'Accelerator']

function askedRows(all: readonly Contender[]): ComparisonRow[] {
  const lists = all.map(askedOf)
  return (lists[0] ?? []).flatMap(([label], i): ComparisonRow[] => {
    const texts = lists.map((list) => list[i]?.[1] ?? '')
    if (!ALWAYS.includes(label) && texts.every((text) => text === texts[0])) return []
    return [
      {
        label,
        cells: texts.map(
          (text, at): ComparisonCell => (at > 0 && text !== texts[0] ? { text, difference: 'changed' } : { text }),
        ),
      },
    ]
  })
}

/** Seconds of a phase by operator name, all instances. */
function byOperator(phase: Phase | undefined): Map<string, number> {
  const out = new Map<string, number>()
  for (const group of phase?.groups ?? []) {
    for (const { operator, cost } of group.operators)
      out.set(operator.name, (out.get(operator.name) ?? 0) + group.repeat * cost.timeS)
  }
  return out
}

function roleBytes(phase: Phase): { readonly weights: number; readonly cache: number } {
  let weights = 0
  let cache = 0
  for (const group of phase.groups) {
    for (const { operator } of group.operators) {
      weights += group.repeat * operator.weightBytes
      cache += group.repeat * (operator.kvReadBytes + operator.kvWriteBytes)
    }
  }
  return { weights, cache }
}

function phaseReasons(name: string, before: Phase | undefined, after: Phase | undefined): string[] {
  if (!before || !after) return []
  const ratio = after.timeS / before.timeS
  if (Math.abs(ratio - 1) < 0.005) return [`${name} takes as long as before.`]
  const a = byOperator(before)
  const b = byOperator(after)
  const changes = [...new Set([...a.keys(), ...b.keys()])]
    .map((op) => ({ op, change: (b.get(op) ?? 0) - (a.get(op) ?? 0) }))
    .filter(({ change }) => Math.sign(change) === Math.sign(after.timeS - before.timeS))
    .sort((x, y) => Math.abs(y.change) - Math.abs(x.change))
    .slice(0, 3)
    .map(({ op, change }) => `${op} ${change > 0 ? '+' : '−'}${formatSeconds(Math.abs(change))}`)
  const from = roleBytes(before)
  const to = roleBytes(after)
  const moved = [
    ['weights', from.weights, to.weights],
    ['cache', from.cache, to.cache],
  ] as const
  const bytes = moved.flatMap(([role, x, y]) =>
    x > 0 && Math.abs(y / x - 1) > 0.01 ? [`${role} ${formatBytes(x)} → ${formatBytes(y)}`] : [],
  )
  const work = Math.abs(after.flop / before.flop - 1) > 0.01 ? [`work ${formatNumber(after.flop / before.flop)}×`] : []
  const facts = [...work, ...bytes]
  const speed = ratio < 1 ? `${formatNumber(1 / ratio)}× faster` : `${formatNumber(ratio)}× slower`
  return [
    `${name} is ${speed} (${formatSeconds(before.timeS)} → ${formatSeconds(after.timeS)}): ${changes.join(', ')}${facts.length > 0 ? `; per pass ${facts.join(', ')}` : ''}.`,
  ]
}

function reasons(first: Contender, other: Contender): string[] {
  const a = first.analysis
  const b = other.analysis
  const rate = b.roofs.bandwidthBytePerS / a.roofs.bandwidthBytePerS
  const hardware =
    Math.abs(rate - 1) > 0.005
      ? [
          `Memory bandwidth is ${formatNumber(rate)}× (${formatByteRate(a.roofs.bandwidthBytePerS)} → ${formatByteRate(b.roofs.bandwidthBytePerS)}).`,
        ]
      : []
  return [
    ...hardware,
    ...phaseReasons(b.decode ? 'Prefill' : 'The pass', a.prefill, b.prefill),
    ...phaseReasons('A decode step', a.decode, b.decode),
    `${headline(b).headline}.`,
  ]
}

/** `4 × ` before the name of an accelerator; nothing for one. */
function countPrefix(analysis: Analysis): string {
  const count = rankCount(analysis.layout)
  return count > 1 ? `${count} × ` : ''
}

const fitOf = ({ fits }: ToldAnswers) => (fits === undefined ? 'unknown' : fits ? 'fits' : 'too-big')

export function compareAnalyses(all: readonly Contender[]): Comparison {
  const titles = all.map(
    ({ analysis }) =>
      `${analysis.scenario.model.name} on ${countPrefix(analysis)}${analysis.scenario.accelerator.name}`,
  )
  const [first, ...others] = all
  const fits = (one: Contender): ComparisonCell => {
    const verdict = one.told ? fitOf(one.told) : headline(one.analysis).verdict
    return {
      text: verdict === 'fits' ? 'fits' : verdict === 'too-big' ? 'does not fit' : 'unknown',
      ...(verdict === 'too-big' ? { better: false } : {}),
    }
  }
  return {
    titles,
    asked: askedRows(all),
    answers: [
      {
        label: all.some(({ analysis }) => rankCount(analysis.layout) > 1)
          ? 'Fits every accelerator'
          : 'Fits one accelerator',
        cells: all.map(fits),
      },
      ...QUANTITIES.map((quantity) => quantityRow(quantity, all)).filter((row) =>
        row.cells.some((cell) => cell.text !== '–'),
      ),
    ],
    why: first ? others.map((other, i) => ({ title: titles[i + 1] ?? '', lines: reasons(first, other) })) : [],
  }
}
