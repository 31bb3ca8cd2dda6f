/**
 * Figure 4 of the CAP survey: ring attention, where blocks of keys and values go round while blocks of scores are computed,
 * and striped attention, which deals the tokens out so that the causal mask leaves every worker the same work.
 *
 * Per layer and pair of blocks of b tokens: 4·b²·H·d flop at the 16-bit peak against 2·b·H_kv·d elements over the link.
 * Transfers hide when b ≥ (H_kv/H) · (bytes per element)/2 · peak/link.
 */
import type { ModelSpec } from '../../architecture/model.ts'
import { logDomain, type Point } from '../../report/chart.ts'
import { formatByteRate, formatCount, formatNumber, formatPercent, formatSeconds } from '../../units/format.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import type { DataRow, Figure, Parameter, Settings } from '../figure.ts'
import type { TimelinePanel } from '../panel.ts'
import { acceleratorOf, modelOf, numberAt, numbersAt } from '../settings.ts'
import { doublings, peakOf, roofsFor } from '../viewer/bench.ts'
import {
  attendedPairsPerStep,
  attendedPairsPerWorker,
  type RingSchedule,
  ringPrefill,
  type TokenLayout,
} from './ringSchedule.ts'

/** Sixteen-bit keys, values and queries. */
export const ELEMENT_BYTES = 2

export const RING_MODEL: Parameter = {
  id: 'model',
  kind: 'model',
  default: 'llama-2-13b',
  help: 'its heads make the blocks',
}
export const RING_ACCELERATOR: Parameter = {
  id: 'accelerator',
  kind: 'accelerator',
  default: 'h100-sxm',
  help: 'its 16-bit peak and its link to its siblings',
}
export const LINK: Parameter = {
  id: 'link',
  kind: 'byteRate',
  default: [],
  range: [1e6, 1e15],
  most: 1,
  help: 'link from worker to worker, one direction (default: the accelerator’s own)',
}
const tokensParameter = (tokens: number): Parameter => ({
  id: 'tokens',
  kind: 'tokens',
  default: [tokens],
  range: [1, 100_000_000],
  most: 1,
  help: 'tokens of the prompt',
})
const workersParameter = (workers: number): Parameter => ({
  id: 'workers',
  kind: 'batch',
  default: [workers],
  range: [1, 32],
  most: 1,
  help: 'workers in the ring',
})

export interface Heads {
  readonly numQHeads: number
  readonly numKvHeads: number
  readonly headDim: number
}

/** The heads of the model's softmax attention over the whole context. */
export function headsOf(model: ModelSpec): Result<Heads> {
  for (const { mixer } of model.stack.kinds) {
    if (mixer?.kind === 'attention' && mixer.pattern.kind === 'causal') return ok(mixer)
  }
  return fail(
    'model',
    `${model.name} has no plain attention over the whole context`,
    'Choose a model with full attention',
  )
}

export function linkOf(settings: Settings): Result<{ readonly name: string; readonly bandwidthBytePerS: number }> {
  const [given] = numbersAt(settings, 'link')
  if (given !== undefined) return ok({ name: 'link', bandwidthBytePerS: given })
  const accelerator = acceleratorOf(settings)
  const own = accelerator.scaleUpLink
  if (own) return ok({ name: own.name, bandwidthBytePerS: own.bandwidthBytePerS.value })
  return fail('link', `${accelerator.name} has no sourced link to its siblings`, 'Give one: --set link=50GB/s')
}

interface Ring {
  readonly heads: Heads
  readonly peakFlopPerS: number
  readonly linkName: string
  readonly linkBytePerS: number
}

function ringOf(settings: Settings): Result<Ring> {
  const heads = headsOf(modelOf(settings))
  if (!heads.ok) return heads
  const link = linkOf(settings)
  if (!link.ok) return link
  const roofs = roofsFor({ ...settings, choices: { convention: 'exact' } })
  if (!roofs.ok) return roofs
  const peak = peakOf(roofs.value, acceleratorOf(settings))
  if (!peak.ok) return peak
  const { name: linkName, bandwidthBytePerS: linkBytePerS } = link.value
  return ok({ heads: heads.value, peakFlopPerS: peak.value, linkName, linkBytePerS })
}

/** Seconds of one whole pair of blocks of `block` tokens, and of handing one on. */
function blockTimes({ heads, peakFlopPerS, linkBytePerS }: Ring, block: number) {
  return {
    computeS: (4 * block ** 2 * heads.numQHeads * heads.headDim) / peakFlopPerS,
    transferS: (2 * block * heads.numKvHeads * heads.headDim * ELEMENT_BYTES) / linkBytePerS,
  }
}

/** Tokens per worker from which on computing hides the transfers. */
function hidingBlock({ heads, peakFlopPerS, linkBytePerS }: Ring): number {
  return ((heads.numKvHeads / heads.numQHeads) * ELEMENT_BYTES * peakFlopPerS) / (2 * linkBytePerS)
}

function timelineOf(schedule: RingSchedule, workers: number, title: string, endS: number): TimelinePanel {
  return {
    kind: 'timeline',
    title,
    lanes: Array.from({ length: workers }, (_, i) => `worker ${i}`),
    endS,
    legend: [
      { label: 'attention to the block of keys named', tone: 's1' },
      { label: 'hands its block on', tone: 's2', thin: true },
    ],
    spans: schedule.timeline.map(({ worker, kind, step, block, startS, endS: stopS }) => ({
      lane: worker,
      startS,
      endS: stopS,
      tone: kind === 'compute' ? 's1' : 's2',
      ...(kind === 'transfer' ? { thin: true } : {}),
      label: String(block),
      text: `worker ${worker}, step ${step}: ${kind === 'compute' ? 'computes with' : 'hands on'} block ${block}, ${formatSeconds(startS)} to ${formatSeconds(stopS)}`,
    })),
  }
}

const spanRows = (schedule: RingSchedule, layout: string): DataRow[] =>
  schedule.timeline.map(({ worker, step, kind, block, startS, endS }) => ({
    layout,
    worker,
    step,
    kind,
    block,
    startS,
    endS,
  }))

export const CAP_FIGURE_4A: Figure = {
  id: 'cap-4a',
  document: 'cap',
  number: '4a',
  title: 'Ring attention: blocks go round while they are used',
  section: '2.4.3',
  caption:
    'Prefill of one layer’s attention. Each worker keeps its queries; keys and values travel. Where a block takes longer to use than ' +
    'to hand on, the transfers cost nothing.',
  parameters: [RING_MODEL, RING_ACCELERATOR, LINK, tokensParameter(32_768), workersParameter(8)],
  flags: [
    'The survey fixes no model or hardware; the defaults are ours. Blocks are computed whole here, as the figure shows them: for the causal mask see 4b.',
  ],
  compute(settings) {
    const ring = ringOf(settings)
    if (!ring.ok) return ring
    const [tokens, workers] = [numberAt(settings, 'tokens'), numberAt(settings, 'workers')]
    const { computeS, transferS } = blockTimes(ring.value, tokens / workers)
    const question = { tokens, workers, computeS, transferS, causal: false }
    const overlapped = ringPrefill({ ...question, overlap: true })
    const inTurn = ringPrefill({ ...question, overlap: false })
    const hiding = hidingBlock(ring.value)
    const blocks = doublings(128, 65_536, 2)
    const over = (pick: 'computeS' | 'transferS') =>
      blocks.map((block): Point => [block, blockTimes(ring.value, block)[pick]])
    const endS = Math.max(overlapped.totalS, inTurn.totalS)
    const { linkName, linkBytePerS } = ring.value
    return ok({
      settings: [
        modelOf(settings).name,
        `${workers} × ${acceleratorOf(settings).name}`,
        `${linkName} ${formatByteRate(linkBytePerS)}`,
        `${formatCount(tokens)} tokens, ${formatCount(tokens / workers)} a worker`,
        'one layer, 16 bit, at the roofline',
      ],
      rows: [...spanRows(overlapped, 'overlapped'), ...spanRows(inTurn, 'in turn')],
      panels: [
        timelineOf(overlapped, workers, `Handed on while it is used: ${formatSeconds(overlapped.totalS)}`, endS),
        timelineOf(inTurn, workers, `Handed on afterwards: ${formatSeconds(inTurn.totalS)}`, endS),
        {
          kind: 'chart',
          title: 'One step: using a block against handing it on',
          height: 280,
          chart: {
            id: 'cap-4a-condition',
            title: 'When transfers hide',
            description: 'Seconds to use a block and to hand it on, over its size.',
            x: { label: 'tokens per worker', quantity: 'tokens', scale: 'log', base: 2, domain: [128, 65_536] },
            y: {
              label: 'time',
              quantity: 'seconds',
              scale: 'log',
              base: 10,
              domain: logDomain(
                [...over('computeS'), ...over('transferS')].map((p) => p[1]),
                1.5,
              ),
            },
            lines: [
              { label: 'use a block (grows with b²)', tone: 's1', points: over('computeS') },
              { label: 'hand it on (grows with b)', tone: 's2', points: over('transferS') },
            ],
            marks: [],
            rules: [{ axis: 'x', at: hiding, label: `hidden from ${formatCount(hiding)} tokens on`, tone: 'here' }],
          },
        },
      ],
      findings: [
        `A block takes ${formatSeconds(computeS)} to use and ${formatSeconds(transferS)} to hand on: transfers ${computeS >= transferS ? 'are hidden' : 'are not hidden'} ` +
          `(they are from ${formatCount(hiding)} tokens a worker on). Overlap takes ${formatSeconds(overlapped.totalS)} instead of ${formatSeconds(inTurn.totalS)}.`,
      ],
    })
  },
}

const LAYOUTS: readonly TokenLayout[] = ['contiguous', 'striped', 'zigzag']

export const CAP_FIGURE_4B: Figure = {
  id: 'cap-4b',
  document: 'cap',
  number: '4b',
  title: 'Striped attention: the causal mask, shared out evenly',
  section: '2.4.3',
  caption:
    'With contiguous blocks the worker that holds the end of the prompt attends to everything and the first to almost nothing, and ' +
    'all wait for the slowest. Dealt out in turn (striped), or as one early and one late chunk each (zigzag), the work is even.',
  parameters: [RING_MODEL, RING_ACCELERATOR, LINK, tokensParameter(32_768), workersParameter(4)],
  flags: [
    'The survey fixes no model or hardware; the defaults are ours. Zigzag is not in the survey: it is what training frameworks use.',
  ],
  compute(settings) {
    const ring = ringOf(settings)
    if (!ring.ok) return ring
    const [tokens, workers] = [numberAt(settings, 'tokens'), numberAt(settings, 'workers')]
    const times = blockTimes(ring.value, tokens / workers)
    const schedules = LAYOUTS.map((layout) =>
      ringPrefill({ tokens, workers, ...times, causal: true, overlap: true, layout }),
    )
    const pairs = LAYOUTS.map((layout) => attendedPairsPerWorker(tokens, workers, layout))
    const mean = (tokens * (tokens + 1)) / 2 / workers
    const rows = LAYOUTS.flatMap((layout) =>
      attendedPairsPerStep(tokens, workers, layout).flatMap((row, step) =>
        row.map((count, worker): DataRow => ({ layout, step, worker, attendedPairs: count })),
      ),
    )
    const endS = Math.max(...schedules.map((schedule) => schedule.totalS))
    const totals = schedules.map((schedule) => schedule.totalS)
    const idle = (i: number) => (schedules[i]?.waitS ?? 0) / (workers * (totals[i] ?? 1))
    return ok({
      settings: [
        modelOf(settings).name,
        `${workers} × ${acceleratorOf(settings).name}`,
        `${formatCount(tokens)} tokens`,
        'one layer, 16 bit, at the roofline, causal mask',
      ],
      rows,
      panels: [
        ...([0, 1] as const).flatMap((i) => {
          const schedule = schedules[i]
          const name = i === 0 ? 'Contiguous' : 'Striped'
          if (!schedule) return []
          return [
            timelineOf(
              schedule,
              workers,
              `${name}: ${formatSeconds(schedule.totalS)}, idle ${formatPercent(idle(i))}`,
              endS,
            ),
          ]
        }),
        {
          kind: 'bars',
          mode: 'grouped',
          title: 'Attended pairs of each worker, 1 = an even share',
          height: 240,
          series: [
            { label: 'contiguous', tone: 's1' },
            { label: 'striped', tone: 's2' },
            { label: 'zigzag', tone: 's3' },
          ],
          clusters: [
            {
              groups: Array.from({ length: workers }, (_, worker) => ({
                label: `worker ${worker}`,
                values: pairs.map((row) => (row[worker] ?? 0) / mean),
              })),
            },
          ],
          yLabel: 'pairs / even share',
          quantity: 'intensity',
          values: (x) => formatNumber(x),
        },
      ],
      findings: [
        `Contiguous ${formatSeconds(totals[0] ?? 0)}, striped ${formatSeconds(totals[1] ?? 0)}: ${formatNumber((totals[0] ?? 1) / (totals[1] ?? 1))}× ` +
          `(2 − 1/p = ${formatNumber(2 - 1 / workers)} at most). Largest share of the pairs: contiguous ${formatNumber(Math.max(...(pairs[0] ?? [])) / mean, 4)}, ` +
          `striped ${formatNumber(Math.max(...(pairs[1] ?? [])) / mean, 4)} of an even one.`,
      ],
    })
  },
}
