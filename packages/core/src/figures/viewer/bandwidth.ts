/** Figure 20 of the viewer paper: more bandwidth on the roofline, and on the time of a decode step. */
import { linearDomain, type Point } from '../../report/chart.ts'
import { formatByteRate, formatCount, formatFlopRate, formatNumber, formatSeconds } from '../../units/format.ts'
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
  peakOf,
  range,
  roofsFor,
  settingWords,
} from './bench.ts'
import { attainable, markAt, type Roof, ridgeOf, rooflineOn, roofRow } from './rooflines.ts'

export const FIGURE_20: Figure = {
  id: 'viewer-20',
  document: 'viewer',
  number: '20',
  title: 'What bandwidth does: roofline and decode time',
  section: '6.1',
  caption:
    'More bandwidth makes the roof steeper: an operator left of the turning point gets faster by as much. Decoding one sequence is ' +
    'all such operators, so its time is in inverse proportion to the bandwidth.',
  parameters: [
    MODEL,
    ACCELERATOR,
    ACCOUNTING,
    {
      id: 'bandwidth',
      kind: 'byteRate',
      default: range(1, 20).map((x) => x * 200e9),
      range: [1e6, 1e16],
      help: 'memory bandwidths, right panel',
    },
    { id: 'peak', kind: 'flopRate', default: [200e12], range: [1e6, 1e21], most: 1, help: '16-bit peak, right panel' },
    {
      id: 'times',
      kind: 'number',
      default: [3],
      range: [1.01, 100],
      most: 1,
      help: 'how many times the bandwidth, left panel',
    },
    {
      id: 'intensity',
      kind: 'number',
      default: [50],
      range: [0.01, 1e5],
      most: 1,
      help: 'flop per byte of the operator marked, left panel',
    },
    batchParameter([1], 'sequences', 1),
    lengthParameter([1024], 'tokens cached', 1),
  ],
  flags: ['The caption names no hardware; the published notebook varies 200 GB/s to 4 TB/s under a peak of 200 TOP/s.'],
  compute(settings) {
    const accelerator = acceleratorOf(settings)
    const roofs = roofsFor(settings)
    if (!roofs.ok) return roofs
    const own = peakOf(roofs.value, accelerator)
    if (!own.ok) return own
    const times = numberAt(settings, 'times')
    const intensity = numberAt(settings, 'intensity')
    const base = roofs.value.bandwidthBytePerS
    const slow: Roof = { label: formatByteRate(base), peakFlopPerS: own.value, bandwidthBytePerS: base, tone: 's1' }
    const fast: Roof = { ...slow, label: formatByteRate(base * times), bandwidthBytePerS: base * times, tone: 's2' }
    const both = [slow, fast]
    const [batch, length, peak] = [
      numberAt(settings, 'batch'),
      numberAt(settings, 'length'),
      numberAt(settings, 'peak'),
    ]
    const points: Point[] = []
    for (const bandwidth of numbersAt(settings, 'bandwidth')) {
      const bench = benchFor(settings, 'FP16', { bandwidth, peak })
      if (!bench.ok) return bench
      points.push([bandwidth, decodeS(bench.value, batch, length)])
    }
    const rows: DataRow[] = [
      ...both.map((roof) => ({ panel: 'roofline', ...roofRow(roof), decodeTimeS: null, tokensPerS: null })),
      ...points.map(([bandwidthBytePerS, decodeTimeS]) => ({
        panel: 'decode',
        roof: null,
        peakFlopPerS: null,
        bandwidthBytePerS,
        ridgeFlopPerByte: null,
        decodeTimeS,
        tokensPerS: batch / decodeTimeS,
      })),
    ]
    const [first, last] = [points[0], points.at(-1)]
    const said = ([bandwidth, s]: Point) => `${formatSeconds(s)} at ${formatByteRate(bandwidth)}`
    const marks = both.map((roof) => markAt(roof, intensity, formatFlopRate(attainable(roof, intensity))))
    return ok({
      settings: settingWords(settings, `batch ${formatCount(batch)}`, `${formatCount(length)} tokens`),
      rows,
      columns: 2,
      panels: [
        {
          kind: 'chart',
          title: `An operator of ${formatNumber(intensity)} flop/B`,
          chart: rooflineOn('viewer-20-roofs', 'Rooflines', both, 1.5 * ridgeOf(slow), { marks }),
        },
        {
          kind: 'chart',
          title: `Decode step under ${formatFlopRate(peak)}`,
          chart: {
            id: 'viewer-20-decode',
            title: 'Decode time over the bandwidth',
            description: 'Time of one decode step over the memory bandwidth.',
            x: {
              label: 'memory bandwidth',
              quantity: 'byteRate',
              scale: 'linear',
              domain: [0, Math.max(...points.map((p) => p[0])) * 1.03],
            },
            y: { label: 'time', quantity: 'seconds', scale: 'linear', domain: linearDomain(points.map((p) => p[1])) },
            lines: [{ label: 'one decode step', tone: 's1', points }],
            marks: points.map(([x, y]) => ({ x, y, size: 0.15, tone: 's1', label: '', text: said([x, y]), rank: 0 })),
            rules: [],
          },
        },
      ],
      findings: first && last ? [`One decode step: ${said(first)}, ${said(last)}.`] : [],
    })
  },
}
