/**
 * The roofline as a chart: one roof per compute format in use, and every operator of prefill and decode as a mark at its
 * arithmetic intensity and attainable rate, sized by its share of the phase's time. Operators that lie on one another
 * become one mark.
 */
import { vectorPeak } from '../cost/peaks.ts'
import type { Analysis } from '../scenario/analyze.ts'
import { formatByteRate, formatFlopRate, formatNumber } from '../units/format.ts'
import { rangedText } from '../units/interval.ts'
import { type Chart, type ChartLine, type ChartMark, type ChartRule, logDomain } from './chart.ts'
import { type OperatorRow, operatorRows } from './rows.ts'
import { matrixRoofs } from './sources.ts'

interface Roof {
  readonly label: string
  readonly flopPerS: number
}

function vectorRoofInUse(analysis: Analysis, rows: readonly OperatorRow[]): Roof[] {
  const flopPerS = vectorPeak(analysis.roofs)
  const hasVectorWork = rows.some((row) => row.computeDtype === undefined)
  if (flopPerS === undefined || !hasVectorWork) return []
  return [{ label: `vector ${formatFlopRate(flopPerS)}`, flopPerS }]
}

/** Marks closer than this (in the logarithm) are one. */
const TOGETHER = Math.log(1.03)

function together(a: OperatorRow, b: OperatorRow): boolean {
  return (
    a.phase === b.phase &&
    Math.abs(Math.log(a.arithmeticIntensity / b.arithmeticIntensity)) < TOGETHER &&
    Math.abs(Math.log(a.attainableFlopPerS / b.attainableFlopPerS)) < TOGETHER
  )
}

function clusters(rows: readonly OperatorRow[]): OperatorRow[][] {
  const out: OperatorRow[][] = []
  for (const row of [...rows].sort((a, b) => b.share - a.share)) {
    const home = out.find((cluster) => together(cluster[0] as OperatorRow, row))
    if (home) home.push(row)
    else out.push([row])
  }
  return out
}

function markOf(cluster: readonly OperatorRow[], largest: number): ChartMark {
  const first = cluster[0] as OperatorRow
  const names = [...new Set(cluster.map((row) => row.name))]
  const share = cluster.reduce((sum, row) => sum + row.share, 0)
  const more = names.length > 2 ? `${names[0]} +${names.length - 1}` : names.join(', ')
  const sum = (of: (row: OperatorRow) => number) => cluster.reduce((total, row) => total + of(row) * row.repeat, 0)
  const timeS = sum((row) => row.timeS)
  const ends = cluster.some((row) => row.lowS !== undefined)
    ? { low: sum((row) => row.lowS ?? row.timeS), high: sum((row) => row.highS ?? row.timeS) }
    : undefined
  return {
    x: first.arithmeticIntensity,
    y: first.attainableFlopPerS,
    size: share / largest,
    tone: first.phase === 'decode' ? 'decode' : 'prefill',
    label: more,
    text:
      `${names.join(', ')} (${first.phase}): ${formatNumber(first.arithmeticIntensity)} flop/B, ` +
      `${formatFlopRate(first.attainableFlopPerS)}, ${first.bound}-bound, ${rangedText(timeS, ends)}, ` +
      `${formatNumber(share * 100)} % of the phase`,
    rank: share,
  }
}

export function rooflineChart(analysis: Analysis): Chart {
  // A step asked for beside the phases has its own table; here it would cover their marks.
  // What takes no time of its own has no rate to show.
  const rows = operatorRows(analysis).filter(
    (row) => row.phase !== 'step' && row.attainableFlopPerS > 0 && row.bytes > 0,
  )
  const bandwidth = analysis.roofs.bandwidthBytePerS
  const peaks = matrixRoofs(analysis).map(
    ({ name, flopPerS }): Roof => ({ label: `${name} ${formatFlopRate(flopPerS)}`, flopPerS }),
  )
  const roofs = [...peaks, ...vectorRoofInUse(analysis, rows)].sort((a, b) => b.flopPerS - a.flopPerS)
  const groups = clusters(rows)
  const shareOf = (cluster: readonly OperatorRow[]) => cluster.reduce((sum, row) => sum + row.share, 0)
  const largest = Math.max(...groups.map(shareOf), 1e-9)
  const marks = groups.map((cluster) => markOf(cluster, largest))
  const peak = Math.max(...roofs.map((roof) => roof.flopPerS), ...marks.map((mark) => mark.y), 1)
  const ridges = roofs.map((roof) => roof.flopPerS / bandwidth)
  const x = logDomain([...marks.map((mark) => mark.x), ...ridges, 1], 3)
  const y: readonly [number, number] = [Math.min(bandwidth * x[0], ...marks.map((mark) => mark.y / 2)), peak * 3]
  const diagonalEnd = peak / bandwidth
  const lines: ChartLine[] = [
    {
      label: formatByteRate(bandwidth),
      tone: 'roof',
      points: [
        [x[0], bandwidth * x[0]],
        [diagonalEnd, peak],
      ],
    },
    ...roofs.map(
      (roof): ChartLine => ({
        label: roof.label,
        tone: 'roof',
        points: [
          [roof.flopPerS / bandwidth, roof.flopPerS],
          [x[1], roof.flopPerS],
        ],
      }),
    ),
  ]
  const ridgeTexts = roofs.map((roof) => `${roof.label} from ${formatNumber(roof.flopPerS / bandwidth)} flop/B`)
  return {
    id: 'roofline',
    title: 'Roofline',
    description:
      `Attainable rate of every operator over its arithmetic intensity, under ${formatByteRate(bandwidth)} of bandwidth and ` +
      `the peaks ${ridgeTexts.join('; ')}. Marks are sized by their share of the time.`,
    x: { label: 'arithmetic intensity, flop/B', quantity: 'intensity', scale: 'log', base: 10, domain: x },
    y: { label: 'attainable', quantity: 'flopRate', scale: 'log', base: 10, domain: y },
    lines,
    marks,
    rules: peaks.map((roof): ChartRule => {
      const at = roof.flopPerS / bandwidth
      return { axis: 'x', at, label: `ridge ${formatNumber(at)}`, tone: 'roof' }
    }),
  }
}
