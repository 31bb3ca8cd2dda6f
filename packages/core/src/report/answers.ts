/**
 * The answers of a question before anything else, as data: does it fit, the inverse answers, the request's times and
 * price, and the memory as a bar. Every number has an id under which `explainNumber` explains it.
 */
import { ACCELERATORS, type Accelerator } from '../catalog/accelerators/index.ts'
import { describeLayout, rankCount } from '../layout/layout.ts'
import type { Analysis } from '../scenario/analyze.ts'
import type { Bench } from '../scenario/bench.ts'
import { answerFit, type FitAnswer } from '../scenario/fit.ts'
import { formatBytes, formatCount, formatDollars } from '../units/format.ts'
import type { Problem, Result } from '../units/result.ts'
import { type BasisBadge, basisBadge, type CautionMark, rangeMarks, requestRange } from './basis.ts'
import { basisNote, questionNotes } from './notes.ts'
import { headline, type MemoryBar, memoryBar, requestFacts, type Summary, subtitle } from './summary.ts'

export type AnswerId =
  | 'maxContext'
  | 'maxUsers'
  | 'cheapest'
  | 'ttft'
  | 'tpot'
  | 'e2e'
  | 'throughput'
  | 'price'
  | 'energy'
  | 'weights'
  | 'kv'
  | 'activations'
  | 'communication'
  | 'reserve'
  | 'free'
  | 'memory'
  | 'perUser'
  | 'decodeBytes'
  | 'decodeIntensity'
  | 'prefillIntensity'
  | 'basis'

export interface AnswerTile {
  readonly id: AnswerId
  readonly label: string
  readonly value: string
  /** The interval of a priced time, or of what follows from one. */
  readonly range?: string
  readonly marks?: readonly CautionMark[]
  readonly note?: string
  /** A limit that the question has crossed. */
  readonly alarm?: boolean
}

export interface Answers {
  readonly title: string
  readonly subtitle: string
  /** Where the times come from; stands beside them wherever they are shown. */
  readonly basis: BasisBadge
  /** Of the whole request: how much of its time is borrowed or extrapolated. */
  readonly marks: readonly CautionMark[]
  /** Accelerators of the layout in force. */
  readonly accelerators: number
  readonly layout: string
  readonly verdict: Summary['verdict']
  readonly headline: string
  readonly tiles: readonly AnswerTile[]
  readonly bar: MemoryBar
  /** Tokens per sequence at the end of a request, and the limits around them. */
  readonly context: {
    readonly tokens: number
    /** Longest that fits by memory; absent when memory is not sourced, Infinity when context costs none. */
    readonly fits?: number
    readonly trained?: number
  }
  readonly notes: readonly string[]
  /** Why the inverse questions have no answer. */
  readonly problem?: Problem
}

/** The inverse questions at the question's own users and context. */
export function fitOf(
  bench: Bench,
  analysis: Analysis,
  catalogue: readonly Accelerator[] = Object.values(ACCELERATORS),
): Result<FitAnswer> {
  const count = rankCount(analysis.layout)
  const users = analysis.scenario.workload.batchSize
  return answerFit(bench, { count, users, context: analysis.memory.contextTokens }, catalogue)
}

function fitTiles(analysis: Analysis, fit: FitAnswer): AnswerTile[] {
  const { contextTokens } = analysis.memory
  const sequences = analysis.scenario.workload.batchSize
  const { count } = fit
  const users = `${formatCount(sequences)} user${sequences === 1 ? '' : 's'}`
  const trained = fit.trainedContextTokens
  const beyond = trained !== undefined && fit.maxContextTokens > trained
  const none = 'not even one'
  const offer = fit.offers[0]
  return [
    {
      id: 'maxContext',
      label: 'Longest context',
      value: Number.isFinite(fit.maxContextTokens)
        ? fit.maxContextTokens > 0
          ? `${formatCount(fit.maxContextTokens)} tokens`
          : 'none fits'
        : 'unbounded',
      note: `for ${users}${beyond ? `; trained for ${formatCount(trained)}` : ''}`,
      alarm: fit.maxContextTokens < contextTokens,
    },
    {
      id: 'maxUsers',
      label: 'Most users',
      value: fit.maxUsers > 0 ? formatCount(fit.maxUsers) : none,
      note: `at ${formatCount(contextTokens)} tokens each, by memory`,
      alarm: fit.maxUsers < sequences,
    },
    {
      id: 'cheapest',
      label: 'Cheapest that fits',
      value: offer ? `${offer.count > 1 ? `${offer.count} × ` : ''}${shortName(offer.accelerator)}` : 'none priced',
      note: offer
        ? `${formatDollars(offer.usdPerHour)} per hour${fit.minAccelerators ? ` · fewest of the chosen: ${formatCount(fit.minAccelerators)}` : ''}`
        : `of the catalogue's accelerators with a sourced price${count > 1 ? '' : ', alone or shared'}`,
    },
  ]
}

/** Without the vendor where the rest still names the part. */
export function shortName(accelerator: Accelerator): string {
  return accelerator.name.replace(/^(NVIDIA|AMD|Google|Intel|Apple|AWS)\s+(?=\S)/, '')
}

const FACT_IDS: Readonly<Record<string, AnswerId>> = {
  'Time to first token': 'ttft',
  'Time of one pass': 'ttft',
  'Time per output token': 'tpot',
  'Whole request': 'e2e',
  Throughput: 'throughput',
  Energy: 'energy',
  Price: 'price',
}

function timeTiles(analysis: Analysis): AnswerTile[] {
  return requestFacts(analysis).flatMap(({ label, value, note, range, marks }): AnswerTile[] => {
    const id = FACT_IDS[label]
    if (id === 'price' && analysis.request.priceUsdPerMillionOutputTokens === undefined) {
      return [{ id, label, value, note: 'give one among the figures of the accelerator' }]
    }
    if (!id) return []
    // The interval has a line of its own.
    const remark = range === undefined || note === undefined ? note : note.slice(range.length).replace(/^ · /, '')
    return [
      {
        id,
        label,
        value,
        ...(range === undefined ? {} : { range }),
        ...(marks ? { marks } : {}),
        ...(remark ? { note: remark } : {}),
      },
    ]
  })
}

export function answersOf(analysis: Analysis, fit: Result<FitAnswer>): Answers {
  const { memory, layout } = analysis
  const count = rankCount(layout)
  const said = headline(analysis)
  const trained = analysis.scenario.model.extendedContextTokens ?? analysis.scenario.model.trainedContextTokens
  const notes = [basisNote(analysis), ...questionNotes(analysis)]
  if (count > 1) {
    notes.unshift(
      `${describeLayout(layout)}: memory is that of the fullest accelerator; operators are those of one, with what it exchanges; times, energy and price are of all ${formatCount(count)}.`,
    )
  }
  const name = `${count > 1 ? `${formatCount(count)} × ` : ''}${analysis.scenario.accelerator.name}`
  return {
    title: `${analysis.scenario.model.name} on ${name}`,
    subtitle: subtitle(analysis),
    basis: basisBadge(analysis),
    marks: rangeMarks(requestRange(analysis)),
    accelerators: count,
    layout: describeLayout(layout),
    verdict: said.verdict,
    headline: count > 1 ? `${said.headline} on each` : said.headline,
    tiles: [...(fit.ok ? fitTiles(analysis, fit.value) : []), ...timeTiles(analysis)],
    bar: memoryBar(memory),
    context: {
      tokens: memory.contextTokens,
      ...(fit.ok ? { fits: fit.value.maxContextTokens } : {}),
      ...(trained === undefined ? {} : { trained }),
    },
    notes,
    ...(fit.ok ? {} : { problem: fit.problem }),
  }
}

/** `weights 14.9 GiB` for speech and tooltips. */
export function segmentSpeech(bar: MemoryBar): string {
  const parts = bar.segments.map((segment) => `${segment.label} ${formatBytes(segment.bytes)}`)
  return `${parts.join(', ')}${bar.capacityBytes === undefined ? '' : `, of ${formatBytes(bar.capacityBytes)}`}`
}
