/** Figures 5 and 6 of the viewer paper: the roofline of one card, and what narrower operands do to it. */
import { type Chart, type ChartLine, type ChartMark, linearDomain, type Tone } from '../../report/chart.ts'
import { formatByteRate, formatFlopRate, formatNumber } from '../../units/format.ts'
import { ok } from '../../units/result.ts'
import type { DataRow, Figure } from '../figure.ts'
import { acceleratorOf } from '../settings.ts'
import { ACCELERATOR, ACCOUNTING, peakOf, roofsFor, settingWords } from './bench.ts'

export interface Roof {
  readonly label: string
  readonly peakFlopPerS: number
  readonly bandwidthBytePerS: number
  readonly tone: Tone
  readonly dashed?: boolean
}

export const ridgeOf = ({ peakFlopPerS, bandwidthBytePerS }: Roof): number => peakFlopPerS / bandwidthBytePerS

/** min(peak, intensity · bandwidth). */
export const attainable = (roof: Roof, intensity: number): number =>
  Math.min(roof.peakFlopPerS, intensity * roof.bandwidthBytePerS)

/** A roof as one line from `from` to `to`. */
export function roofLineOf(roof: Roof, from: number, to: number): ChartLine {
  const ridge = Math.min(Math.max(ridgeOf(roof), from), to)
  return {
    label: roof.label,
    tone: roof.tone,
    ...(roof.dashed ? { dashed: true } : {}),
    points: [from, ridge, to].map((x) => [x, attainable(roof, x)] as const),
  }
}

export function markAt(roof: Roof, intensity: number, label: string, rank = 1, tone: Tone = roof.tone): ChartMark {
  const y = attainable(roof, intensity)
  const said = `${formatNumber(intensity)} flop/B, ${formatFlopRate(y)}`
  return {
    x: intensity,
    y,
    size: 0.3,
    tone,
    label,
    text: `${label === '' ? '' : `${label}: `}${said} under ${roof.label}`,
    rank,
  }
}

/** Rooflines on linear axes from zero, as the paper draws them. */
export function rooflineOn(
  id: string,
  title: string,
  roofs: readonly Roof[],
  most: number,
  extra: { readonly lines?: readonly ChartLine[]; readonly marks?: readonly ChartMark[] } = {},
): Chart {
  return {
    id,
    title,
    description: roofs
      .map(
        (roof) => `${roof.label}: ${formatByteRate(roof.bandwidthBytePerS)} up to ${formatFlopRate(roof.peakFlopPerS)}`,
      )
      .join('; '),
    x: { label: 'arithmetic intensity, flop/B', quantity: 'intensity', scale: 'linear', domain: [0, most] },
    y: {
      label: 'attainable',
      quantity: 'flopRate',
      scale: 'linear',
      domain: linearDomain(roofs.map((roof) => roof.peakFlopPerS * 1.06)),
    },
    lines: extra.lines ?? roofs.map((roof) => roofLineOf(roof, 0, most)),
    marks:
      extra.marks ?? roofs.map((roof) => markAt(roof, ridgeOf(roof), `turns at ${formatNumber(ridgeOf(roof))} flop/B`)),
    rules: [],
  }
}

export function roofRow(roof: Roof): DataRow {
  return {
    roof: roof.label,
    peakFlopPerS: roof.peakFlopPerS,
    bandwidthBytePerS: roof.bandwidthBytePerS,
    ridgeFlopPerByte: ridgeOf(roof),
  }
}

export const FIGURE_5: Figure = {
  id: 'viewer-5',
  document: 'viewer',
  number: '5',
  title: 'The roofline of one accelerator in 16 bit',
  section: '2.2',
  caption:
    'An operator of low arithmetic intensity can go no faster than memory feeds it; from the turning point on, the peak holds.',
  parameters: [ACCELERATOR, ACCOUNTING],
  flags: [
    'The paper rounds the A6000 to 155 Tflop/s (turning point 201.8); its tool has 154.84 (201.6). Ours is the tool’s.',
  ],
  compute(settings) {
    const accelerator = acceleratorOf(settings)
    const roofs = roofsFor(settings)
    if (!roofs.ok) return roofs
    const peak = peakOf(roofs.value, accelerator)
    if (!peak.ok) return peak
    const { bandwidthBytePerS } = roofs.value
    const roof: Roof = { label: 'FP16', peakFlopPerS: peak.value, bandwidthBytePerS, tone: 'roof' }
    const ridge = ridgeOf(roof)
    const lines: ChartLine[] = [
      {
        label: `memory-bound: ${formatByteRate(bandwidthBytePerS)}`,
        tone: 'decode',
        points: [
          [0, 0],
          [ridge, peak.value],
        ],
      },
      {
        label: `compute-bound: ${formatFlopRate(peak.value)}`,
        tone: 'prefill',
        points: [
          [ridge, peak.value],
          [3 * ridge, peak.value],
        ],
      },
    ]
    const marks = [markAt(roof, ridge, `turning point ${formatNumber(ridge, 4)} flop/B`)]
    return ok({
      settings: settingWords(settings),
      rows: [roofRow(roof)],
      panels: [{ kind: 'chart', chart: rooflineOn('viewer-5', 'Roofline', [roof], 3 * ridge, { lines, marks }) }],
      findings: [
        `Below ${formatNumber(ridge, 4)} flop per byte memory binds, above it the ${formatFlopRate(peak.value)} do.`,
      ],
    })
  },
}

export const FIGURE_6: Figure = {
  id: 'viewer-6',
  document: 'viewer',
  number: '6',
  title: 'Rooflines of 16-bit and 8-bit operands',
  section: '3.1.1',
  caption:
    'Eight-bit operands raise the flat part of the roof and move the turning point out; the slope is the memory’s and stays. ' +
    'Only when every operand has 8 bits: weights alone in 8 bit are widened and multiplied in 16.',
  parameters: [ACCELERATOR, ACCOUNTING],
  flags: [
    'Section 3.1.1 is garbled in print (“155 TOP/s and 310 TOP/s … twice FP16”); read: FP16 155 TOP/s and INT8 310 TOP/s, twice FP16.',
    'The published figure draws INT8 at exactly twice FP16; ours at the part’s own INT8 peak (0.01 % more on the A6000).',
  ],
  compute(settings) {
    const accelerator = acceleratorOf(settings)
    const roofs = roofsFor(settings)
    if (!roofs.ok) return roofs
    const { bandwidthBytePerS } = roofs.value
    const both: Roof[] = []
    for (const [dtype, label, tone] of [
      ['fp16', 'FP16', 's1'],
      ['int8', 'INT8', 's2'],
    ] as const) {
      const peak = peakOf(roofs.value, accelerator, dtype)
      if (!peak.ok) return peak
      both.push({ label, peakFlopPerS: peak.value, bandwidthBytePerS, tone })
    }
    const most = 1.5 * Math.max(...both.map(ridgeOf))
    const [fp16, int8] = both.map((roof) => roof.peakFlopPerS)
    return ok({
      settings: settingWords(settings),
      rows: both.map(roofRow),
      panels: [{ kind: 'chart', chart: rooflineOn('viewer-6', 'Rooflines', both, most) }],
      findings: [
        `INT8 lifts the peak ${formatNumber((int8 ?? 0) / (fp16 ?? 1))}×: it helps operators above ${formatNumber(ridgeOf(both[0] as Roof), 4)} flop/B.`,
      ],
    })
  },
}
