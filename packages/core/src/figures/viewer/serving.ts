/** Figure 19 of the viewer paper: what a larger batch buys in throughput, and costs in latency and memory. */
import { type Chart, type ChartRule, linearDomain, type Point, type SeriesTone } from '../../report/chart.ts'
import { formatBytes, formatCount, formatNumber, formatSeconds } from '../../units/format.ts'
import { ok } from '../../units/result.ts'
import type { DataRow, Figure } from '../figure.ts'
import { acceleratorOf, numberAt, numbersAt } from '../settings.ts'
import {
  ACCELERATOR,
  ACCOUNTING,
  batchParameter,
  benchFor,
  decodeS,
  lengthParameter,
  MODEL,
  memoryOf,
  range,
  settingWords,
} from './bench.ts'

const GIB = 2 ** 30
const TONES: readonly SeriesTone[] = ['s1', 's2', 's3', 's4', 's5', 's6']

interface Quantity {
  readonly key: 'tokensPerS' | 'latencyS' | 'totalBytes'
  readonly title: string
  readonly label: string
  readonly quantity: Chart['y']['quantity']
  readonly scale: number
}

const QUANTITIES: readonly Quantity[] = [
  { key: 'tokensPerS', title: 'Throughput', label: 'tokens/s', quantity: 'intensity', scale: 1 },
  { key: 'latencyS', title: 'Latency of one token', label: 'time', quantity: 'seconds', scale: 1 },
  { key: 'totalBytes', title: 'Memory', label: 'GiB', quantity: 'intensity', scale: 1 / GIB },
]

export const FIGURE_19: Figure = {
  id: 'viewer-19',
  document: 'viewer',
  number: '19',
  title: 'Throughput, latency and memory over the batch',
  section: '5.3',
  caption:
    'One decode step of more and more sequences. Throughput rises with the batch until reading the caches takes all the time; ' +
    'latency and memory rise without end. The dashed line is the accelerator’s memory.',
  parameters: [
    MODEL,
    ACCELERATOR,
    ACCOUNTING,
    batchParameter(range(1, 127), 'sequences'),
    lengthParameter([256, 512, 1024, 2048], 'tokens cached per sequence', 6),
    {
      id: 'latency',
      kind: 'seconds',
      default: [0.05],
      range: [1e-6, 1e4],
      most: 1,
      help: 'bound under which the best batch is named',
    },
  ],
  flags: [
    'The caption does not say the formats; the published notebook uses 8 bit for weights, activations and cache.',
    'The published notebook labels the horizontal axis “Sequence length”; it is the batch.',
  ],
  compute(settings) {
    const bench = benchFor(settings, 'W8A8KV8')
    if (!bench.ok) return bench
    const lengths = numbersAt(settings, 'length')
    const batches = numbersAt(settings, 'batch')
    const bound = numberAt(settings, 'latency')
    const capacity = acceleratorOf(settings).memoryBytes?.value
    const rows: DataRow[] = lengths.flatMap((length) =>
      batches.map((batch) => {
        const latencyS = decodeS(bench.value, batch, length)
        const { totalBytes } = memoryOf(bench.value, 'decode', batch, length)
        const fits = capacity === undefined ? null : totalBytes <= capacity
        return { lengthTokens: length, batch, tokensPerS: batch / latencyS, latencyS, totalBytes, fits }
      }),
    )
    const rules: ChartRule[] =
      capacity === undefined ? [] : [{ axis: 'y', at: capacity / GIB, label: formatBytes(capacity), tone: 'limit' }]
    const best = lengths.map((length) => {
      const good = rows.filter(
        (row) => row.lengthTokens === length && Number(row.latencyS) <= bound && row.fits !== false,
      )
      const row = good.at(-1)
      return row
        ? `${formatCount(length)} tokens: batch ${formatCount(Number(row.batch))}, ${formatNumber(Number(row.tokensPerS))} tokens/s`
        : `${formatCount(length)} tokens: none`
    })
    return ok({
      settings: settingWords(settings, '8-bit weights, activations and cache'),
      rows,
      columns: 3,
      panels: QUANTITIES.map(({ key, title, label, quantity, scale }) => ({
        kind: 'chart',
        title,
        height: 300,
        chart: {
          id: `viewer-19-${key}`,
          title,
          description: `${title} over the batch.`,
          x: { label: 'batch, sequences', quantity: 'count', scale: 'linear', domain: [0, batches.at(-1) ?? 1] },
          y: { label, quantity, scale: 'linear', domain: linearDomain(rows.map((row) => Number(row[key]) * scale)) },
          lines: lengths.map((length, i) => ({
            label: `${formatCount(length)} tokens`,
            tone: TONES[i % TONES.length] ?? 's1',
            points: rows
              .filter((row) => row.lengthTokens === length)
              .map((row): Point => [Number(row.batch), Number(row[key]) * scale]),
          })),
          marks: [],
          rules: key === 'totalBytes' ? rules : [],
        },
      })),
      findings: [
        `Largest batch drawn that fits and answers within ${formatSeconds(bound)} a token: ${best.join('; ')}.`,
      ],
    })
  },
}
