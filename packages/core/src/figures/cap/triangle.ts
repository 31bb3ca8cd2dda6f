/**
 * The triangle of figure 1 of the CAP survey: context, accuracy and performance as its corners. A point lies where its gains
 * do: one goal at a corner, two on an edge, three inside, which the principle says no single optimisation reaches.
 * `capTriangle` draws any outcomes; the figure itself is in `principle.ts`.
 */
import type { DataRow, FigureData } from '../figure.ts'
import type { TrianglePanel, TrianglePoint } from '../panel.ts'

/** What an optimisation does to each goal, against a baseline: relative changes, positive is better. */
export interface CapPoint {
  readonly label: string
  readonly dC: number
  readonly dA: number
  readonly dP: number
}

/** Smaller gains than this are none. */
const LEAST_GAIN = 1e-9

const gain = (x: number): number => (x > LEAST_GAIN && Number.isFinite(x) ? x : 0)

/** The goals that gain, as the survey writes a type: C, A, P, CA, CP, AP; '' for none. */
export function capType({ dC, dA, dP }: CapPoint): string {
  const [c, a, p] = [gain(dC) > 0, gain(dA) > 0, gain(dP) > 0]
  // The survey orders its two-letter types as CA, CP and AP.
  return `${c ? 'C' : ''}${a ? 'A' : ''}${p ? 'P' : ''}`
}

/** Points at one place share a mark. */
const TOGETHER = 0.02

function signed(x: number): string {
  return `${x > 0 ? '+' : ''}${Math.round(x * 1000) / 10} %`
}

function storyOf(point: CapPoint): string {
  return `${point.label}: C ${signed(point.dC)}, A ${signed(point.dA)}, P ${signed(point.dP)}`
}

const TONES: Readonly<Record<string, TrianglePoint['tone']>> = {
  C: 's1',
  A: 's3',
  P: 's2',
  CA: 's5',
  CP: 's4',
  AP: 's6',
  CAP: 'limit',
}

/** Outcomes on the triangle; what gains nothing is named below it. */
export function capTriangle(points: readonly CapPoint[], story: (point: CapPoint) => string = storyOf): TrianglePanel {
  const placed: { labels: string[]; share: [number, number, number]; tone: TrianglePoint['tone']; text: string }[] = []
  const outside: string[] = []
  for (const point of points) {
    const gains: [number, number, number] = [gain(point.dC), gain(point.dA), gain(point.dP)]
    const sum = gains[0] + gains[1] + gains[2]
    if (sum === 0) {
      outside.push(`${point.label} improves none of the three`)
      continue
    }
    const share: [number, number, number] = [gains[0] / sum, gains[1] / sum, gains[2] / sum]
    const home = placed.find((other) => other.share.every((x, i) => Math.abs(x - (share[i] ?? 0)) < TOGETHER))
    if (home) {
      home.labels.push(point.label)
      home.text += `; ${story(point)}`
    } else placed.push({ labels: [point.label], share, tone: TONES[capType(point)] ?? 's6', text: story(point) })
  }
  return { kind: 'triangle', corners: ['Context', 'Accuracy', 'Performance'], points: placed, outside }
}

/** Table 1 of the survey, by family, in its own words. */
export const PRINTED_TYPES: readonly { readonly family: string; readonly type: string }[] = [
  { family: 'Model memory', type: 'C' },
  { family: 'Positional embedding', type: 'C' },
  { family: 'Found-in-the-middle', type: 'A' },
  { family: 'Sparse attention', type: 'P' },
  { family: 'Linear attention', type: 'P' },
  { family: 'Distributed acceleration', type: 'P' },
  { family: 'Quantization', type: 'P' },
  { family: 'Model pruning', type: 'P' },
  { family: 'Prompt compression', type: 'CP' },
  { family: 'Agent memory', type: 'CA' },
]

export const printedPoints = (): CapPoint[] =>
  PRINTED_TYPES.map(({ family, type }) => ({
    label: family,
    dC: type.includes('C') ? 1 : 0,
    dA: type.includes('A') ? 1 : 0,
    dP: type.includes('P') ? 1 : 0,
  }))

/** The figure for outcomes that were computed or measured; `settings` say how. */
export function capTriangleData(points: readonly CapPoint[], settings: readonly string[]): FigureData {
  const rows = points.map((point): DataRow => ({ ...point, type: capType(point) }))
  const breaks = points.filter((point) => capType(point) === 'CAP').map((point) => point.label)
  const finding =
    breaks.length === 0
      ? `Of ${points.length} entries none improves all three goals.`
      : `${breaks.join(', ')} ${breaks.length === 1 ? 'improves' : 'improve'} all three goals: against the principle.`
  return { settings, rows, panels: [capTriangle(points)], findings: [finding] }
}
