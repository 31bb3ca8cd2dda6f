/**
 * The answers of a question before anything else, as data: does it fit, the inverse answers, the request's times and
 * price, and the memory as a bar. Every number has an id under which `explainNumber` explains it.
 *
 * With several accelerators memory is that of one of them, sharing the model in tensor parallel; times stay those of one
 * accelerator with the whole model, because splitting is not timed yet. What is said beside the numbers says so.
 */
import { ACCELERATORS, type Accelerator } from '../catalog/accelerators/index.ts'
import { MEMORY_UTILIZATION, type MemoryPlan, requestMemory } from '../memory/plan.ts'
import type { Analysis, Bench } from '../scenario/analyze.ts'
import { answerFit, type FitAnswer } from '../scenario/fit.ts'
import { formatBytes, formatCount, formatDollars } from '../units/format.ts'
import type { Problem, Result } from '../units/result.ts'
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
  | 'reserve'
  | 'free'
  | 'memory'
  | 'perUser'
  | 'decodeBytes'
  | 'decodeIntensity'
  | 'prefillIntensity'

export interface AnswerTile {
  readonly id: AnswerId
  readonly label: string
  readonly value: string
  readonly note?: string
  /** A limit that the question has crossed. */
  readonly alarm?: boolean
}

export interface Answers {
  readonly title: string
  readonly subtitle: string
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

/** The plan of one of `count` accelerators that share the model. */
export function sharedMemory(bench: Bench, count: number): MemoryPlan {
  const { scenario, template } = bench
  return requestMemory(template, scenario.workload, {
    capacityBytes: scenario.accelerator.memoryBytes?.value,
    utilization: scenario.memoryUtilization ?? MEMORY_UTILIZATION,
    ranks: count,
  })
}

/** The inverse questions at the question's own users and context. */
export function fitOf(
  bench: Bench,
  analysis: Analysis,
  count: number,
  catalogue: readonly Accelerator[] = Object.values(ACCELERATORS),
): Result<FitAnswer> {
  const { sequences, contextTokens } = analysis.memory
  return answerFit(bench, { count, users: sequences, context: contextTokens }, catalogue)
}

function fitTiles(analysis: Analysis, count: number, fit: FitAnswer): AnswerTile[] {
  const { sequences, contextTokens } = analysis.memory
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
  return requestFacts(analysis).flatMap(({ label, value, note }) => {
    const id = FACT_IDS[label]
    if (id === 'price' && analysis.request.priceUsdPerMillionOutputTokens === undefined) {
      return [{ id, label, value, note: 'give one among the figures of the accelerator' }]
    }
    return id ? [{ id, label, value, ...(note === undefined ? {} : { note }) }] : []
  })
}

/** Beside several accelerators, a time says that it is of one. */
function ofOne(tile: AnswerTile): AnswerTile {
  return { ...tile, note: `${tile.note ? `${tile.note}; ` : ''}one accelerator with the whole model` }
}

export function answersOf(bench: Bench, analysis: Analysis, count: number, fit: Result<FitAnswer>): Answers {
  const memory = count > 1 ? sharedMemory(bench, count) : analysis.memory
  const said = headline({ ...analysis, memory })
  const trained = analysis.scenario.model.extendedContextTokens ?? analysis.scenario.model.trainedContextTokens
  const notes = [basisNote(), ...questionNotes(analysis)]
  if (count > 1) {
    notes.unshift(
      `Memory is that of each of ${formatCount(count)} accelerators sharing the model in tensor parallel. Times, energy and price are ` +
        'of one accelerator holding all of it: what sharing gains and what its links cost is not timed yet.',
    )
  }
  const name = `${count > 1 ? `${formatCount(count)} × ` : ''}${analysis.scenario.accelerator.name}`
  return {
    title: `${analysis.scenario.model.name} on ${name}`,
    subtitle: subtitle(analysis),
    verdict: said.verdict,
    headline: count > 1 ? `${said.headline} on each` : said.headline,
    tiles: [
      ...(fit.ok ? fitTiles(analysis, count, fit.value) : []),
      ...timeTiles(analysis).map((tile) => (count > 1 ? ofOne(tile) : tile)),
    ],
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
