/**
 * The answer before the tables, as data: headline, request numbers, memory segments, explanation, notes, sources. The
 * terminal, Markdown and HTML draw the same summary.
 */

import { engineProfile } from '../engine/profile.ts'
import { describeLayout, rankCount } from '../layout/layout.ts'
import type { MemoryPlan } from '../memory/plan.ts'
import type { Analysis, PhaseRange } from '../scenario/analyze.ts'
import { explain } from '../scenario/explain.ts'
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDollars,
  formatFlopRate,
  formatNumber,
  formatPercent,
  formatSeconds,
} from '../units/format.ts'
import { capitalised } from '../units/text.ts'
import { type CautionMark, intervalText, rangeMarks, requestRange } from './basis.ts'
import { basisNote, questionNotes } from './notes.ts'
import { figureSources, matrixRoofs, sourceLines } from './sources.ts'

export interface Fact {
  readonly label: string
  readonly value: string
  /** A remark on the value. */
  readonly note?: string
  /** Where kernels were priced: the interval, also the first part of the note. */
  readonly range?: string
  readonly marks?: readonly CautionMark[]
}

export type SegmentId = 'weights' | 'kv' | 'activations' | 'communication' | 'reserve' | 'free'

export interface Segment {
  readonly id: SegmentId
  readonly label: string
  readonly bytes: number
}

export interface MemoryBar {
  readonly segments: readonly Segment[]
  /** What is needed; the bar is as long as the larger of the two. */
  readonly totalBytes: number
  readonly capacityBytes?: number
}

export interface Summary {
  readonly title: string
  readonly subtitle: string
  readonly verdict: 'fits' | 'too-big' | 'unknown'
  readonly headline: string
  readonly facts: readonly Fact[]
  readonly memory: MemoryBar
  readonly explanation: readonly { readonly text: string; readonly remedies: readonly string[] }[]
  readonly notes: readonly string[]
  readonly sources: readonly { readonly text: string; readonly url: string | null }[]
}

/** Three digits, thousands separated. */
function rateText(x: number): string {
  return x < 1e4 ? formatNumber(x) : formatCount(Number(x.toPrecision(3)))
}

/** The verdict, and the sentence that gives it its numbers. */
export function headline({ memory, scenario }: Analysis): Pick<Summary, 'verdict' | 'headline'> {
  const { totalBytes, capacityBytes, fits } = memory
  const needs = formatBytes(totalBytes)
  if (capacityBytes === undefined) {
    return {
      verdict: 'unknown',
      headline: `Needs ${needs}; the memory of ${scenario.accelerator.name} is not sourced: give --memory`,
    }
  }
  const difference = formatBytes(Math.abs(capacityBytes - totalBytes))
  const users = `${formatCount(memory.sequences)} sequence${memory.sequences === 1 ? '' : 's'}`
  const need = memory.sequences === 1 ? 'needs' : 'need'
  const what = `${users} of ${formatCount(memory.contextTokens)} tokens ${need} ${needs}`
  return fits
    ? { verdict: 'fits', headline: `Fits: ${what} of ${formatBytes(capacityBytes)}, ${difference} free` }
    : {
        verdict: 'too-big',
        headline: `Does not fit: ${what}, ${difference} more than the ${formatBytes(capacityBytes)} there are`,
      }
}

function moneyFact({ scenario, request, layout }: Analysis, whole: PhaseRange | undefined): Fact {
  const label = 'Price'
  const { priceUsdPerMillionOutputTokens: price } = request
  const hourly = scenario.priceUsdPerHour ?? scenario.accelerator.priceUsdPerHour?.value
  if (price === undefined || hourly === undefined) return { label, value: 'no sourced price', note: 'give --price' }
  const count = rankCount(layout)
  const unit =
    scenario.model.kind === 'decoder' || scenario.model.kind === 'encoder-decoder' ? 'output tokens' : 'tokens'
  return {
    label,
    value: formatDollars(price),
    ...withRange(
      scaledRange(whole, request.e2eS, price, formatDollars),
      undefined,
      `per million ${unit}, at ${count > 1 ? `${formatCount(count)} × ` : ''}${formatDollars(hourly)} per hour and never idle`,
    ),
  }
}

/** `6.1 to 7.4 ms`: the interval of a priced time. */
export function rangeText(range: Pick<PhaseRange, 'low' | 'high'> | undefined): string | undefined {
  return range ? intervalText(range.low, range.high) : undefined
}

/** The interval of a quantity that falls as the time grows (`rate`), or grows with it. */
function scaledRange(
  range: PhaseRange | undefined,
  timeS: number,
  value: number,
  text: (x: number) => string,
  isRate = false,
): string | undefined {
  if (!range) return undefined
  const ends = [range.low / timeS, range.high / timeS]
  const [from, to] = isRate
    ? [value / (ends[1] as number), value / (ends[0] as number)]
    : ends.map((end) => value * end)
  return `${text(from as number)} to ${text(to as number)}`
}

/** The interval and the warnings of a fact, and its note with the interval before it. */
function withRange(
  text: string | undefined,
  of: PhaseRange | undefined,
  remark: string | undefined,
): Omit<Fact, 'label' | 'value'> {
  const marks = rangeMarks(of)
  const note = [text, remark].filter((part) => part !== undefined).join(' · ')
  return {
    ...(note === '' ? {} : { note }),
    ...(text === undefined ? {} : { range: text }),
    ...(marks.length > 0 ? { marks } : {}),
  }
}

export function requestFacts(analysis: Analysis): Fact[] {
  const { request, scenario, decode } = analysis
  const { workload, accelerator, model } = scenario
  const batch = workload.batchSize
  const whole = requestRange(analysis)
  const facts: Fact[] = [
    {
      label: decode ? 'Time to first token' : 'Time of one pass',
      value: formatSeconds(request.ttftS),
      ...withRange(rangeText(request.ttftRange), request.ttftRange, decode ? 'TTFT: the prefill' : undefined),
    },
  ]
  if (request.tpotS !== undefined) {
    const remark = `TPOT: ${rateText(1 / request.tpotS)} tokens/s per sequence`
    facts.push({
      label: 'Time per output token',
      value: formatSeconds(request.tpotS),
      ...withRange(rangeText(request.tpotRange), request.tpotRange, remark),
    })
  }
  if (decode)
    facts.push({
      label: 'Whole request',
      value: formatSeconds(request.e2eS),
      ...withRange(rangeText(whole), whole, `${formatCount(workload.outputTokens)} output tokens`),
    })
  const rates = scaledRange(whole, request.e2eS, request.outputTokensPerS, rateText, true)
  const sequences = batch > 1 ? `all ${formatCount(batch)} sequences` : 'one sequence'
  facts.push({
    label: 'Throughput',
    value: `${rateText(request.outputTokensPerS)} tokens/s`,
    ...withRange(rates, undefined, `${decode ? 'output' : 'input'}, ${sequences}`),
  })
  const joule = request.energyPerOutputTokenJ
  facts.push(
    joule === undefined
      ? { label: 'Energy', value: 'no sourced power' }
      : {
          label: 'Energy',
          value: `${formatNumber(joule)} J/token`,
          ...withRange(
            scaledRange(whole, request.e2eS, joule, (x) => formatNumber(x)),
            undefined,
            `at most: board power ${formatNumber(accelerator.powerW?.value ?? 0)} W × time`,
          ),
        },
    moneyFact(analysis, whole),
  )
  if (model.trainedContextTokens)
    facts.push({ label: 'Trained context', value: `${formatCount(model.trainedContextTokens)} tokens` })
  return facts
}

export function memoryBar(memory: MemoryPlan): MemoryBar {
  const { capacityBytes, totalBytes } = memory
  const segments: Segment[] = [
    { id: 'weights', label: 'weights', bytes: memory.weightBytes },
    { id: 'kv', label: 'KV cache', bytes: memory.kvBytes },
    { id: 'activations', label: 'activations', bytes: memory.activationPeakBytes },
    { id: 'communication', label: 'communication', bytes: memory.communicationBytes },
    { id: 'reserve', label: 'reserve', bytes: memory.reserveBytes },
  ]
  if (capacityBytes !== undefined && capacityBytes > totalBytes) {
    segments.push({ id: 'free', label: 'free', bytes: capacityBytes - totalBytes })
  }
  return {
    segments: segments.filter((segment) => segment.bytes > 0),
    totalBytes,
    ...(capacityBytes === undefined ? {} : { capacityBytes }),
  }
}

/** `batch 1 · prompt 2,048 · output 128 · fp16 · flash attention` */
export function subtitle(analysis: Analysis): string {
  const { scenario, precision, decode } = analysis
  const { workload } = scenario
  const { diffusion } = scenario.model
  const prompt = diffusion
    ? `${formatCount(diffusion.tokens)} tokens per picture`
    : `prompt ${formatCount(workload.promptTokens)}`
  const parts = [`batch ${formatCount(workload.batchSize)}`, prompt]
  if (decode) parts.push(`output ${formatCount(workload.outputTokens)}`)
  if (workload.sharedPrefixTokens > 0) parts.push(`shared prefix ${formatCount(workload.sharedPrefixTokens)}`)
  if (workload.itemsPerRequest > 0) parts.push(`items ${formatCount(workload.itemsPerRequest)}`)
  const { weights, activations, kv } = precision
  parts.push(
    weights === activations && activations === kv
      ? weights
      : `weights ${weights}, activations ${activations}, KV ${kv}`,
    `${scenario.kernel} attention`,
  )
  if (scenario.convention === 'paper') parts.push('paper convention')
  if (rankCount(analysis.layout) > 1) parts.push(describeLayout(analysis.layout))
  if (analysis.basis !== 'roofline') parts.push(`${analysis.basis} basis, ${engineProfile(scenario.engine).name}`)
  return parts.join(' · ')
}

/** `fp16 155 Tflop/s (ridge point 202 flop/B), 768 GB/s` */
export function roofLine(analysis: Analysis): string {
  const { bandwidthBytePerS } = analysis.roofs
  const peaks = matrixRoofs(analysis).map(
    ({ name, flopPerS }) =>
      `${name} ${formatFlopRate(flopPerS)} (ridge point ${formatNumber(flopPerS / bandwidthBytePerS)} flop/B)`,
  )
  return [...peaks, formatByteRate(bandwidthBytePerS)].join(', ')
}

export function summarize(analysis: Analysis): Summary {
  const { model, accelerator } = analysis.scenario
  const count = rankCount(analysis.layout)
  return {
    title: `${model.name} on ${count > 1 ? `${formatCount(count)} × ` : ''}${accelerator.name}`,
    subtitle: subtitle(analysis),
    ...headline(analysis),
    facts: requestFacts(analysis),
    memory: memoryBar(analysis.memory),
    explanation: explain(analysis).map(({ text, remedies }) => ({
      text: capitalised(text),
      remedies: remedies.map((remedy) => remedy.text),
    })),
    notes: [basisNote(analysis), ...questionNotes(analysis)],
    sources: sourceLines(figureSources(analysis)),
  }
}

/** `weights 12.6 GiB (26 %)` for legends: the share of the bar. */
export function segmentText(segment: Segment, bar: MemoryBar): string {
  const whole = Math.max(bar.capacityBytes ?? 0, bar.totalBytes)
  return `${segment.label} ${formatBytes(segment.bytes)} (${formatPercent(segment.bytes / whole)})`
}
