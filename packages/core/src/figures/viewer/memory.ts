/** Figures 7 and 11 of the viewer paper: what weights, cache and activations take, and when the cache takes the most. */

import { type ChartRule, logDomain, type Point, type SeriesTone } from '../../report/chart.ts'
import type { Bench } from '../../scenario/bench.ts'
import { formatBytes, formatCount, formatNumber, formatPercent } from '../../units/format.ts'
import { ok } from '../../units/result.ts'
import type { DataRow, Figure } from '../figure.ts'
import type { BarPanel } from '../panel.ts'
import { numbersAt } from '../settings.ts'
import {
  ACCELERATOR,
  ACCOUNTING,
  benchesFor,
  type FormatName,
  lengthParameter,
  MODEL,
  memoryOf,
  settingWords,
} from './bench.ts'

const SHOWN = ['FP16', 'W4', 'W4KV4', 'W4A4'] as const
const PHASES = ['decode', 'prefill'] as const

interface Place {
  readonly batch: number
  readonly length: number
}

function placesOf(batches: readonly number[], lengths: readonly number[]): Place[] {
  const [shortest = 1024] = lengths
  const [smallest = 1, ...larger] = batches
  return [
    ...lengths.map((length) => ({ batch: smallest, length })),
    ...larger.map((batch) => ({ batch, length: shortest })),
  ]
}

function memoryRows(benches: ReadonlyMap<FormatName, Bench>, places: readonly Place[]): DataRow[] {
  const out: DataRow[] = []
  for (const phase of PHASES) {
    for (const { batch, length } of places) {
      let whole = 0
      for (const [format, bench] of benches) {
        const plan = memoryOf(bench, phase, batch, length)
        const { weightBytes, kvBytes, activationPeakBytes: activationBytes, totalBytes } = plan
        if (format === 'FP16') whole = totalBytes
        out.push({
          phase,
          batch,
          lengthTokens: length,
          formats: format,
          weightBytes,
          kvBytes,
          activationBytes,
          totalBytes,
          relativeWeights: weightBytes / whole,
          relativeKv: kvBytes / whole,
          relativeActivations: activationBytes / whole,
          relativeTotal: totalBytes / whole,
        })
      }
    }
  }
  return out
}

export const FIGURE_7: Figure = {
  id: 'viewer-7',
  document: 'viewer',
  number: '7',
  title: 'Memory under quantisation, relative to 16 bit',
  section: '3.1.1',
  caption:
    'Weights, KV cache and temporary activations in prefill and decode. W4 leaves the cache as it is, W4KV4 narrows both; ' +
    'activations are small in decode because they are freed as soon as they are used.',
  parameters: [
    MODEL,
    ACCELERATOR,
    ACCOUNTING,
    {
      id: 'batch',
      kind: 'batch',
      default: [1, 16],
      range: [1, 4096],
      most: 3,
      help: 'the first with every length, the others with the shortest',
    },
    lengthParameter([1024, 4096], 'tokens of a sequence', 3),
  ],
  flags: [
    'The caption gives neither batch nor length; (1, 1024), (1, 4096) and (16, 1024) are the published notebook’s.',
    'W4A4 is drawn with a 4-bit cache too, though its name does not say so.',
    'Counted as the paper counts, temporary activations are the sum of one layer’s stores; live at once is less (convention=exact).',
  ],
  compute(settings) {
    const benches = benchesFor(settings, SHOWN)
    if (!benches.ok) return benches
    const places = placesOf(numbersAt(settings, 'batch'), numbersAt(settings, 'length'))
    const rows = memoryRows(benches.value, places)
    const panels = PHASES.map((phase): BarPanel => {
      const clusters = places.map(({ batch, length }) => {
        const own = rows.filter((row) => row.phase === phase && row.batch === batch && row.lengthTokens === length)
        const groups = own.map((row) => ({
          label: String(row.formats),
          values: [row.relativeWeights, row.relativeKv, row.relativeActivations].map(Number),
        }))
        return { label: `batch ${formatCount(batch)}, ${formatCount(length)} tokens`, groups }
      })
      return {
        kind: 'bars',
        mode: 'stacked',
        title: phase === 'decode' ? 'Decode' : 'Prefill',
        height: 260,
        series: [
          { label: 'weights', tone: 's1' },
          { label: 'KV cache', tone: 's4' },
          { label: 'temporary activations', tone: 's2' },
        ],
        clusters,
        yLabel: 'relative memory',
        quantity: 'intensity',
        max: 1.05,
      }
    })
    const find = (formats: string, place: Place | undefined) =>
      rows.find(
        (row) =>
          row.phase === 'decode' &&
          row.formats === formats &&
          row.batch === place?.batch &&
          row.lengthTokens === place?.length,
      )
    const crowded = places.at(-1)
    const findings = crowded
      ? [
          `At batch ${formatCount(crowded.batch)} the cache is ${formatPercent(Number(find('FP16', crowded)?.relativeKv))} of the 16-bit total: ` +
            `W4 alone leaves ${formatPercent(Number(find('W4', crowded)?.relativeTotal))}, W4KV4 ${formatPercent(Number(find('W4KV4', crowded)?.relativeTotal))}.`,
        ]
      : []
    return ok({ settings: settingWords(settings), rows, panels, findings })
  },
}

const LINES: readonly (readonly [FormatName, SeriesTone])[] = [
  ['FP16', 's1'],
  ['KV4', 's4'],
  ['W4', 's2'],
  ['W4KV4', 's3'],
  ['W4KV2', 's5'],
  ['W4A4', 's6'],
]

const LENGTHS = [1, 2, 5].flatMap((x) => [1e3, 1e4, 1e5].map((power) => x * power))

export const FIGURE_11: Figure = {
  id: 'viewer-11',
  document: 'viewer',
  number: '11',
  title: 'Decode memory over the sequence',
  section: '3.1.2',
  caption:
    'Memory of one sequence while it is decoded. The cache grows with the sequence and the weights do not: beyond some tens of ' +
    'thousands of tokens the cache is most of it, and narrowing the cache is what helps.',
  parameters: [
    MODEL,
    ACCELERATOR,
    ACCOUNTING,
    lengthParameter(
      [...LENGTHS, 1e6].sort((a, b) => a - b),
      'tokens of the sequence',
    ),
    { id: 'batch', kind: 'batch', default: [1], range: [1, 4096], most: 1, help: 'sequences' },
  ],
  flags: [
    'Neither axes nor data of the published figure are in its text or its repository: range and settings are ours.',
  ],
  compute(settings) {
    const names = LINES.map(([name]) => name)
    const benches = benchesFor(settings, names)
    if (!benches.ok) return benches
    const [batch = 1] = numbersAt(settings, 'batch')
    const lengths = numbersAt(settings, 'length')
    const rows: DataRow[] = []
    for (const [formats, bench] of benches.value) {
      for (const length of lengths) {
        const plan = memoryOf(bench, 'decode', batch, length)
        rows.push({
          formats,
          batch,
          lengthTokens: length,
          weightBytes: plan.weightBytes,
          kvBytes: plan.kvBytes,
          activationBytes: plan.activationPeakBytes,
          totalBytes: plan.totalBytes,
          kvShare: plan.kvBytes / plan.totalBytes,
        })
      }
    }
    const equal = equalTokens(benches.value.get('FP16'), batch)
    const domain = [lengths[0] ?? 1, lengths.at(-1) ?? 2] as const
    const rules: ChartRule[] =
      equal !== undefined && equal >= domain[0] && equal <= domain[1]
        ? [{ axis: 'x', at: equal, label: `FP16: cache = weights at ${formatCount(equal)}`, tone: 'here' }]
        : []
    const lines = LINES.map(([name, tone]) => ({
      label: name === 'W4A4' ? 'W4A4 (cache 4 bit)' : name,
      tone,
      points: rows
        .filter((row) => row.formats === name)
        .map((row): Point => [Number(row.lengthTokens), Number(row.totalBytes)]),
    }))
    const last = rows.filter((row) => row.lengthTokens === lengths.at(-1))
    const share = (name: string) => Number(last.find((row) => row.formats === name)?.kvShare)
    return ok({
      settings: settingWords(settings, `batch ${formatCount(batch)}`),
      rows,
      panels: [
        {
          kind: 'chart',
          height: 420,
          chart: {
            id: 'viewer-11',
            title: 'Decode memory',
            description: 'Weights, cache and activations of one sequence over its length.',
            x: { label: 'tokens of the sequence', quantity: 'count', scale: 'log', base: 10, domain },
            y: {
              label: 'memory in decode',
              quantity: 'bytes',
              scale: 'log',
              base: 2,
              domain: logDomain(
                rows.map((row) => Number(row.totalBytes)),
                1.4,
              ),
            },
            lines,
            marks: [],
            rules,
          },
        },
      ],
      findings: [
        ...(equal === undefined
          ? []
          : [
              `In 16 bit the cache is as large as the weights at ${formatCount(equal)} tokens (${formatBytes(perToken(benches.value.get('FP16'), batch) ?? 0)} a token).`,
            ]),
        `At ${formatCount(lengths.at(-1) ?? 0)} tokens it is ${formatNumber(share('FP16') * 100)} % of all in FP16, ${formatNumber(share('W4KV4') * 100)} % in W4KV4.`,
      ],
    })
  },
}

function perToken(bench: Bench | undefined, batch: number): number | undefined {
  if (!bench) return undefined
  return memoryOf(bench, 'decode', batch, 2001).kvBytes - memoryOf(bench, 'decode', batch, 2000).kvBytes
}

/** Tokens at which the cache has grown as large as the weights; undefined where it does not grow with them. */
function equalTokens(bench: Bench | undefined, batch: number): number | undefined {
  if (!bench) return undefined
  const { weightBytes } = memoryOf(bench, 'decode', batch, 1)
  const kv = (tokens: number) => memoryOf(bench, 'decode', batch, tokens).kvBytes
  let high = 1
  while (kv(high) < weightBytes) {
    high *= 2
    if (high > 2 ** 40) return undefined
  }
  let low = high / 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (kv(middle) < weightBytes) low = middle
    else high = middle
  }
  return high
}
