/**
 * Figure 18 of the viewer paper: weights that do not fit the accelerator's memory lie in the host's. Move them over for
 * every step and compute on the accelerator, or compute where they are? Three rooflines, and the batch at which it turns.
 *
 * With the same bandwidth either way, both are bound by it up to the CPU's turning point, and beyond it the accelerator
 * wins. A link slower than the host's memory moves that point out to (CPU peak)/(link bandwidth).
 */
import type { Roofs } from '../../cost/peaks.ts'
import { type Chart, logDomain, type Point, type SeriesTone } from '../../report/chart.ts'
import { type Bench, prepare } from '../../scenario/bench.ts'
import { formatByteRate, formatCount, formatNumber } from '../../units/format.ts'
import { ok, type Result } from '../../units/result.ts'
import type { DataRow, Figure, Settings } from '../figure.ts'
import { acceleratorOf, numberAt, numbersAt } from '../settings.ts'
import {
  ACCELERATOR,
  ACCOUNTING,
  batchParameter,
  benchFor,
  decodeS,
  doublings,
  lengthParameter,
  MODEL,
  peakOf,
  roofsFor,
  settingWords,
} from './bench.ts'
import { markAt, type Roof, ridgeOf, roofLineOf, roofRow } from './rooflines.ts'

interface Way {
  readonly id: string
  readonly label: string
  readonly tone: SeriesTone
  readonly roofs: Roofs
  readonly peakFlopPerS: number
}

function waysOf(settings: Settings): Result<readonly Way[]> {
  const gpu = roofsFor(settings)
  if (!gpu.ok) return gpu
  const host = roofsFor(settings, 'host')
  if (!host.ok) return host
  const gpuPeak = peakOf(gpu.value, acceleratorOf(settings))
  if (!gpuPeak.ok) return gpuPeak
  const hostPeak = peakOf(host.value, acceleratorOf(settings, 'host'))
  if (!hostPeak.ok) return hostPeak
  const from = (bandwidthBytePerS: number): Roofs => ({ ...gpu.value, bandwidthBytePerS })
  const link = numberAt(settings, 'link')
  const [g, c] = [gpuPeak.value, hostPeak.value]
  return ok([
    { id: 'hbm-gpu', label: 'GPU memory, GPU compute', tone: 's1', roofs: gpu.value, peakFlopPerS: g },
    {
      id: 'ddr-gpu',
      label: 'DDR, GPU compute',
      tone: 's2',
      roofs: from(host.value.bandwidthBytePerS),
      peakFlopPerS: g,
    },
    { id: 'ddr-cpu', label: 'DDR, CPU compute', tone: 's3', roofs: host.value, peakFlopPerS: c },
    {
      id: 'link-gpu',
      label: `DDR over ${formatByteRate(link)}, GPU compute`,
      tone: 's6',
      roofs: from(Math.min(link, host.value.bandwidthBytePerS)),
      peakFlopPerS: g,
    },
  ])
}

const roofOf = ({ label, tone, roofs, peakFlopPerS }: Way): Roof => ({
  label,
  tone,
  peakFlopPerS,
  bandwidthBytePerS: roofs.bandwidthBytePerS,
})

/** The smallest batch from which on one way beats another by more than a thousandth; undefined up to `most`. */
export function breakEvenBatch(slower: (batch: number) => number, faster: (batch: number) => number, most: number) {
  const wins = (batch: number) => faster(batch) < slower(batch) * 0.999
  if (!wins(most)) return undefined
  let [low, high] = [0, most]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (wins(middle)) high = middle
    else low = middle
  }
  return high
}

function rooflines(ways: readonly Way[]): Chart {
  const roofs = ways.map(roofOf)
  const x = [0.5, 3 * Math.max(...roofs.map(ridgeOf))] as const
  const lowest = Math.min(...roofs.map((roof) => roof.bandwidthBytePerS * x[0]))
  return {
    id: 'viewer-18-roofs',
    title: 'Rooflines of where the weights lie and where they are used',
    description: 'Attainable rate over arithmetic intensity.',
    x: { label: 'arithmetic intensity, flop/B', quantity: 'intensity', scale: 'log', base: 10, domain: x },
    y: {
      label: 'attainable',
      quantity: 'flopRate',
      scale: 'log',
      base: 10,
      domain: [lowest, 3 * Math.max(...roofs.map((roof) => roof.peakFlopPerS))],
    },
    lines: roofs.map((roof) => roofLineOf(roof, x[0], x[1])),
    // The published three by their number; the link's stands in the rows.
    marks: roofs.map((roof, i) => markAt(roof, ridgeOf(roof), i < 3 ? formatNumber(ridgeOf(roof)) : '')),
    rules: [],
  }
}

const MOST_BATCH = 65_536

export const FIGURE_18: Figure = {
  id: 'viewer-18',
  document: 'viewer',
  number: '18',
  title: 'Offloading: move the data to the GPU, or compute on the CPU?',
  section: '5.2',
  caption:
    'Rooflines for data in the GPU’s memory or in the host’s, computed by the GPU or by the CPU, and the time of one decode step ' +
    'over the batch. A larger batch does more per byte moved, until moving the weights pays.',
  parameters: [
    MODEL,
    ACCELERATOR,
    {
      id: 'host',
      kind: 'accelerator',
      default: 'i9-13900k',
      help: 'the CPU and its memory; the paper draws an Intel i9-13900K',
    },
    ACCOUNTING,
    batchParameter(doublings(1, 1024, 4), 'sequences, right panel'),
    lengthParameter([256], 'tokens cached per sequence, right panel', 1),
    {
      id: 'link',
      kind: 'byteRate',
      default: [32e9],
      range: [1e6, 1e15],
      most: 1,
      help: 'link between host and GPU, one direction (assumed: PCIe 4.0 x16)',
    },
  ],
  flags: [
    'The paper moves data to the GPU at the full speed of the host’s DDR (89.6 GB/s); a PCIe link is slower. The fourth curve shows it.',
    'The 13900K’s 1.38 TOP/s in the published tool counts AVX-512, which the part does not enable.',
  ],
  compute(settings) {
    const ways = waysOf(settings)
    if (!ways.ok) return ways
    const base = benchFor(settings, 'FP16')
    if (!base.ok) return base
    const length = numberAt(settings, 'length')
    const benches = new Map<string, Bench>()
    for (const { id, roofs } of ways.value) {
      const bench = prepare({ ...base.value.scenario, roofs })
      if (!bench.ok) return bench
      benches.set(id, bench.value)
    }
    const stepS = (id: string) => (batch: number) => decodeS(benches.get(id) as Bench, batch, length)
    const batches = numbersAt(settings, 'batch')
    const times: DataRow[] = ways.value.flatMap(({ id, label }) =>
      batches.map((batch) => ({ panel: 'decode', roof: label, ...NO_ROOF, batch, decodeTimeS: stepS(id)(batch) })),
    )
    const rows: DataRow[] = [
      ...ways.value.map((way) => ({ panel: 'roofline', ...roofRow(roofOf(way)), batch: null, decodeTimeS: null })),
      ...times,
    ]
    const free = breakEvenBatch(stepS('ddr-cpu'), stepS('ddr-gpu'), MOST_BATCH)
    const linked = breakEvenBatch(stepS('ddr-cpu'), stepS('link-gpu'), MOST_BATCH)
    const cpu = ways.value[2]
    const ridge = cpu ? ridgeOf(roofOf(cpu)) : 0
    const linkRidge = (cpu?.peakFlopPerS ?? 0) / (ways.value[3]?.roofs.bandwidthBytePerS ?? 1)
    const said = (batch: number | undefined) => (batch === undefined ? 'no batch' : `batch ${formatCount(batch)}`)
    return ok({
      settings: settingWords(settings, `${formatCount(length)} tokens cached`),
      rows,
      columns: 2,
      panels: [
        { kind: 'chart', title: 'Rooflines, and where each turns (flop/B)', height: 380, chart: rooflines(ways.value) },
        {
          kind: 'chart',
          title: 'Time of one decode step',
          height: 380,
          chart: {
            id: 'viewer-18-batch',
            title: 'Decode time over the batch',
            description:
              'Time of one decode step when the model lies in the named memory and is computed on the named unit.',
            x: {
              label: 'batch, sequences',
              quantity: 'count',
              scale: 'log',
              base: 2,
              domain: [batches[0] ?? 1, Math.max(batches.at(-1) ?? 2, 2)],
            },
            y: {
              label: 'time',
              quantity: 'seconds',
              scale: 'log',
              base: 10,
              domain: logDomain(
                times.map((row) => Number(row.decodeTimeS)),
                1.6,
              ),
            },
            lines: ways.value.map(({ id, label, tone }) => ({
              label,
              tone,
              points: batches.map((batch): Point => [batch, stepS(id)(batch)]),
            })),
            marks: [],
            rules: [
              ...(free === undefined
                ? []
                : [{ axis: 'x' as const, at: free, label: `GPU from ${formatCount(free)}`, tone: 'here' as const }]),
              ...(linked === undefined || linked === free
                ? []
                : [
                    {
                      axis: 'x' as const,
                      at: linked,
                      label: `over the link: ${formatCount(linked)}`,
                      tone: 'here' as const,
                    },
                  ]),
            ],
          },
        },
      ],
      findings: [
        `Data moved at DDR speed: above ${formatNumber(ridge)} flop/B the GPU is faster than the CPU, that is from ${said(free)} on; ` +
          `over the link above ${formatNumber(linkRidge)} flop/B, from ${said(linked)} on.`,
      ],
    })
  },
}

const NO_ROOF = { peakFlopPerS: null, bandwidthBytePerS: null, ridgeFlopPerByte: null }
