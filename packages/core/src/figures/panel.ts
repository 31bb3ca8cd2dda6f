/** What a figure is made of, as data: charts, bars, timelines, boxes with arrows, the triangle. Nothing here draws. */
import type { Chart, Quantity, SeriesTone, Tone } from '../report/chart.ts'

interface PanelBase {
  readonly title?: string
  /** In the drawing's units; each kind has its default. */
  readonly height?: number
}

interface ChartPanel extends PanelBase {
  readonly kind: 'chart'
  readonly chart: Chart
}

interface BarSeries {
  readonly label: string
  readonly tone: Tone
  /** As published, beside what is computed: drawn hatched. */
  readonly hatched?: boolean
}

interface BarGroup {
  readonly label: string
  /** One value per series; null: none. */
  readonly values: readonly (number | null)[]
}

/** Bars beside one another (grouped) or on top of one another (stacked). Groups of one cluster stand together. */
export interface BarPanel extends PanelBase {
  readonly kind: 'bars'
  readonly mode: 'grouped' | 'stacked'
  readonly series: readonly BarSeries[]
  readonly clusters: readonly { readonly label?: string; readonly groups: readonly BarGroup[] }[]
  readonly yLabel: string
  readonly quantity: Quantity
  /** Write the value over every bar (grouped) or stack. */
  readonly values?: (x: number) => string
  readonly max?: number
}

interface TimelineSpan {
  readonly lane: number
  readonly startS: number
  readonly endS: number
  readonly tone: SeriesTone
  /** Thin spans lie under the thick ones of their lane. */
  readonly thin?: boolean
  readonly label: string
  readonly text: string
}

export interface TimelinePanel extends PanelBase {
  readonly kind: 'timeline'
  readonly lanes: readonly string[]
  readonly spans: readonly TimelineSpan[]
  readonly endS: number
  readonly legend: readonly { readonly label: string; readonly tone: SeriesTone; readonly thin?: boolean }[]
}

/** Boxes on a grid: columns and rows may be fractions. */
export interface DiagramBox {
  readonly id: string
  readonly lines: readonly string[]
  readonly column: number
  readonly row: number
  /** In columns and rows; default 1. */
  readonly width?: number
  readonly height?: number
  readonly tone?: Tone
  readonly dashed?: boolean
  /** A frame around other boxes: its text stands at its top left. */
  readonly frame?: boolean
  readonly text?: string
}

interface DiagramEdge {
  readonly from: string
  readonly to: string
  readonly text: string
  /** Slanted from the bottom of one to the top of the other, rather than round corners. */
  readonly straight?: boolean
}

export interface DiagramPanel extends PanelBase {
  readonly kind: 'diagram'
  readonly columns: number
  readonly rows: number
  /** Between columns, in the drawing's units. */
  readonly gap?: number
  readonly boxes: readonly DiagramBox[]
  readonly edges: readonly DiagramEdge[]
  readonly legend?: readonly { readonly label: string; readonly tone?: Tone; readonly dashed?: boolean }[]
}

/** Where a point of the triangle lies: shares of its three corners, which sum to one. */
export interface TrianglePoint {
  readonly labels: readonly string[]
  readonly share: readonly [c: number, a: number, p: number]
  readonly tone: Tone
  readonly hollow?: boolean
  readonly text: string
}

export interface TrianglePanel extends PanelBase {
  readonly kind: 'triangle'
  readonly corners: readonly [c: string, a: string, p: string]
  readonly points: readonly TrianglePoint[]
  /** What lies at no place of the triangle. */
  readonly outside: readonly string[]
}

export type Panel = ChartPanel | BarPanel | TimelinePanel | DiagramPanel | TrianglePanel
