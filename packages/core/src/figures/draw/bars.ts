/** Bars: grouped or stacked, in clusters, over a linear axis from zero. */

import { QUANTITY_TEXT } from '../../report/chart.ts'
import { escapeHtml } from '../../report/html/escape.ts'
import { textWidth } from '../../report/html/labels.ts'
import { scaleOf } from '../../report/html/scale.ts'
import { px, text } from '../../report/html/svg.ts'
import type { BarPanel } from '../panel.ts'
import { FONT, rect } from './ink.ts'

/** Largest height of a bar or a stack. */
function barMaximum({ clusters, mode, max }: BarPanel): number {
  if (max !== undefined) return max
  let most = 0
  for (const { groups } of clusters) {
    for (const { values } of groups) {
      const heights = values.map((x) => x ?? 0)
      most = Math.max(most, mode === 'stacked' ? heights.reduce((a, x) => a + x, 0) : Math.max(0, ...heights))
    }
  }
  return most > 0 ? most * 1.12 : 1
}

/** Room that labels of groups get; longer ones are turned. */
export function barsBody(panel: BarPanel, width: number, height: number, hatch: string): string {
  const { series, clusters, mode, quantity, values } = panel
  const groups = clusters.reduce((n, cluster) => n + cluster.groups.length, 0)
  const [top, left, right] = [FONT * 1.2, FONT * 4.6, width - FONT]
  const slot = (right - left) / (groups + (clusters.length - 1) * 0.6 + 0.4)
  const longest = Math.max(...clusters.flatMap((c) => c.groups.map((g) => textWidth(g.label, FONT))))
  const turned = longest > slot * 0.98
  const named = clusters.some((cluster) => cluster.label)
  const below = (turned ? longest * 0.72 + FONT : FONT * 1.4) + (named ? FONT * 1.5 : 0)
  const bottom = height - below - FONT * 0.4
  const y = scaleOf(
    { label: '', quantity, scale: 'linear', domain: [0, barMaximum(panel)] },
    bottom,
    top,
    Math.max(2, Math.floor((bottom - top) / (FONT * 2.6))),
  )
  const out: string[] = []
  for (const tick of y.ticks) {
    const at = y.at(tick.value)
    out.push(`<line class="grid" x1="${px(left)}" x2="${px(right)}" y1="${px(at)}" y2="${px(at)}"/>`)
    out.push(text(left - FONT * 0.5, at + FONT * 0.35, tick.text, 'text-anchor="end"'))
  }
  const said = values ?? QUANTITY_TEXT[quantity]
  let x = left + slot * 0.2
  for (const { label, groups: own } of clusters) {
    const began = x
    for (const group of own) {
      const room = slot * 0.78
      const bar = mode === 'stacked' ? Math.min(room, 46) : room / series.length
      const from = x + (slot - (mode === 'stacked' ? bar : room)) / 2
      let below0 = 0
      group.values.forEach((value, i) => {
        const one = series[i]
        if (value === null || !one) return
        const base = mode === 'stacked' ? below0 : 0
        below0 += value
        const box = {
          x: mode === 'stacked' ? from : from + i * bar,
          y: y.at(base + value),
          width: bar,
          height: y.at(base) - y.at(base + value),
        }
        const story = `${group.label}${label ? ` (${label})` : ''}, ${one.label}: ${said(value)}`
        out.push(rect(box, `fill ${one.tone}`, story))
        if (one.hatched) out.push(rect(box, 'over', undefined, `fill="url(#${hatch})"`))
        if (values && mode === 'grouped') {
          const small = FONT * 0.78
          const fits = textWidth(said(value), small) <= bar * 1.1
          if (fits)
            out.push(
              text(box.x + bar / 2, box.y - 3, said(value), `class="value" font-size="${small}" text-anchor="middle"`),
            )
        }
      })
      const middle = x + slot / 2
      out.push(
        turned
          ? `<text x="${px(middle + FONT * 0.3)}" y="${px(bottom + FONT * 0.9)}" text-anchor="end" transform="rotate(-45 ${px(middle + FONT * 0.3)} ${px(bottom + FONT * 0.9)})">${escapeHtml(group.label)}</text>`
          : text(middle, bottom + FONT * 1.3, group.label, 'text-anchor="middle"'),
      )
      x += slot
    }
    if (label) out.push(text((began + x) / 2, height - FONT * 0.4, label, 'class="name" text-anchor="middle"'))
    x += slot * 0.6
  }
  out.push(`<line class="side" x1="${px(left)}" x2="${px(right)}" y1="${px(bottom)}" y2="${px(bottom)}"/>`)
  return out.join('')
}
