/**
 * Charts as data: axes, lines, marks and rules in the chart's own quantities. A drawing edge (SVG in a report, a web
 * page) turns them into pixels; nothing here knows about one.
 */
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatFlopRate,
  formatNumber,
  formatSeconds,
} from '../units/format.ts'

/** What an axis measures: how its numbers read. */
export type Quantity = 'count' | 'tokens' | 'bytes' | 'byteRate' | 'seconds' | 'flopRate' | 'tokenRate' | 'intensity'

/** 128k rather than 131,072 where there is little room. */
function shortCount(x: number): string {
  if (x >= 1024 * 1024 && x % (1024 * 1024) === 0) return `${x / 1024 ** 2}M`
  if (x >= 1024 && x % 1024 === 0) return `${x / 1024}k`
  return formatCount(x)
}

export const QUANTITY_TEXT: Readonly<Record<Quantity, (x: number) => string>> = {
  count: shortCount,
  tokens: shortCount,
  bytes: formatBytes,
  byteRate: formatByteRate,
  seconds: formatSeconds,
  flopRate: formatFlopRate,
  tokenRate: (x) => (x >= 1e6 ? `${formatNumber(x / 1e6)}M` : x >= 1e4 ? `${formatNumber(x / 1e3)}k` : formatNumber(x)),
  intensity: (x) => formatNumber(x),
}

/** What a thing stands for: the drawing gives each its colour. */
export type Tone = 'prefill' | 'decode' | 'roof' | 'kv' | 'limit' | 'here' | SeriesTone

/** Series without a meaning of their own, told apart by colour and dash. */
export type SeriesTone = 's1' | 's2' | 's3' | 's4' | 's5' | 's6'

export interface ChartAxis {
  readonly label: string
  readonly quantity: Quantity
  readonly scale: 'log' | 'linear'
  /** Base of the ticks of a log axis. */
  readonly base?: 2 | 10
  readonly domain: readonly [number, number]
  /** Names of the values 0, 1, 2, … where the axis is a list of choices. */
  readonly names?: readonly string[]
}

export type Point = readonly [x: number, y: number]

export interface ChartLine {
  readonly label: string
  readonly tone: Tone
  readonly points: readonly Point[]
  readonly dashed?: boolean
  /** The interval around it: at every x, from low to high. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[]
}

export interface ChartMark {
  readonly x: number
  readonly y: number
  /** Its share of the area of the largest mark, 0 to 1. */
  readonly size: number
  readonly tone: Tone
  readonly label: string
  /** The whole story, for a tooltip and for readers who cannot see the chart. */
  readonly text: string
  /** Marks of higher rank are labelled first. */
  readonly rank: number
  /** The interval around y. */
  readonly interval?: readonly [low: number, high: number]
}

/** A straight line across the chart at one value of an axis. */
export interface ChartRule {
  readonly axis: 'x' | 'y'
  readonly at: number
  readonly label: string
  readonly tone: Tone
}

export interface Chart {
  readonly id: string
  readonly title: string
  /** One sentence that says what the chart shows. */
  readonly description: string
  readonly x: ChartAxis
  readonly y: ChartAxis
  readonly lines: readonly ChartLine[]
  readonly marks: readonly ChartMark[]
  readonly rules: readonly ChartRule[]
}

/** A domain around the values, widened by `factor` on a log axis. */
export function logDomain(values: readonly number[], factor = 1.5): readonly [number, number] {
  const positive = values.filter((x) => x > 0 && Number.isFinite(x))
  if (positive.length === 0) return [1, 10]
  return [Math.min(...positive) / factor, Math.max(...positive) * factor]
}

/** From zero to a little above the largest value. */
export function linearDomain(values: readonly number[]): readonly [number, number] {
  const most = Math.max(0, ...values.filter(Number.isFinite))
  return [0, most > 0 ? most * 1.08 : 1]
}
