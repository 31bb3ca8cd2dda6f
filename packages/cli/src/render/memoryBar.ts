/** The memory of an accelerator as one bar and its legend. What exceeds the capacity goes on past the mark. */
import { formatBytes, type MemoryBar, type SegmentId, segmentText } from '@capline/core'
import type { Paint, StyleName } from './style.ts'

const LOOK: Readonly<Record<SegmentId, { readonly glyph: string; readonly style: StyleName }>> = {
  weights: { glyph: '█', style: 'blue' },
  kv: { glyph: '▓', style: 'magenta' },
  activations: { glyph: '▒', style: 'yellow' },
  communication: { glyph: '╳', style: 'cyan' },
  reserve: { glyph: '░', style: 'dim' },
  free: { glyph: '·', style: 'green' },
}

/** Whole columns per segment: every segment at least one, the sum exactly `width` (largest remainders). */
export function shareColumns(bytes: readonly number[], width: number): number[] {
  const total = bytes.reduce((sum, x) => sum + x, 0)
  const exact = bytes.map((x) => (total > 0 ? (x / total) * width : 0))
  const columns = exact.map((x) => Math.max(1, Math.floor(x)))
  const order = exact.map((x, i) => ({ i, rest: x - (columns[i] as number) })).sort((a, b) => b.rest - a.rest)
  for (let spare = width - columns.reduce((sum, x) => sum + x, 0), n = 0; spare > 0; spare--, n++) {
    const next = order[n % order.length]
    if (next) columns[next.i] = (columns[next.i] as number) + 1
  }
  while (columns.reduce((sum, x) => sum + x, 0) > width) {
    const widest = columns.indexOf(Math.max(...columns))
    columns[widest] = (columns[widest] as number) - 1
  }
  return columns
}

export function memoryLines(bar: MemoryBar, width: number, paint: Paint): string[] {
  const columns = shareColumns(
    bar.segments.map((segment) => segment.bytes),
    width - 2,
  )
  const drawn = bar.segments.map((segment, i) => {
    const { glyph, style } = LOOK[segment.id]
    return paint(style, glyph.repeat(columns[i] as number))
  })
  const lines = [`▕${drawn.join('')}▏`]
  const { capacityBytes } = bar
  if (capacityBytes !== undefined && capacityBytes < bar.totalBytes) {
    const place = Math.round((capacityBytes / bar.totalBytes) * (width - 2))
    const label = `capacity ${formatBytes(capacityBytes)}`
    const mark = place + label.length + 2 <= width ? `${' '.repeat(place)}▲ ${label}` : `${label} ▲`.padStart(place + 1)
    lines.push(` ${paint('red', mark)}`)
  }
  const legend: string[] = []
  let line = ''
  let used = 0
  for (const segment of bar.segments) {
    const { glyph, style } = LOOK[segment.id]
    const text = `${glyph} ${segmentText(segment, bar)}`
    if (used > 0 && used + 3 + text.length > width - 1) {
      legend.push(` ${line}`)
      line = ''
      used = 0
    }
    const entry = paint(style, glyph) + text.slice(glyph.length)
    line = used === 0 ? entry : `${line}   ${entry}`
    used += text.length + (used === 0 ? 0 : 3)
  }
  if (used > 0) legend.push(` ${line}`)
  return [...lines, ...legend]
}
