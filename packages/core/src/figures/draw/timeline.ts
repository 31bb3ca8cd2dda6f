/** Who does what when: one lane per worker, spans over time, thin ones (transfers) under thick ones (computing). */
import { textWidth } from '../../report/html/labels.ts'
import { scaleOf } from '../../report/html/scale.ts'
import { px, text } from '../../report/html/svg.ts'
import type { TimelinePanel } from '../panel.ts'
import { FONT, rect } from './ink.ts'

const AXIS = FONT * 3.4
const LANE = 34

export const timelineHeight = ({ lanes }: TimelinePanel): number => lanes.length * LANE + AXIS + FONT * 0.6

export function timelineBody(panel: TimelinePanel, width: number, height: number): string {
  const { lanes, spans, endS } = panel
  const left = Math.max(...lanes.map((lane) => textWidth(lane, FONT))) + FONT * 1.2
  const right = width - FONT * 1.4
  const [top, bottom] = [FONT * 0.6, height - AXIS]
  const lane = (bottom - top) / lanes.length
  const most = Math.max(2, Math.floor((right - left) / (FONT * 6)))
  const x = scaleOf({ label: 'time', quantity: 'seconds', scale: 'linear', domain: [0, endS] }, left, right, most)
  const out: string[] = []
  for (const tick of x.ticks) {
    const at = x.at(tick.value)
    out.push(`<line class="grid" x1="${px(at)}" x2="${px(at)}" y1="${px(top)}" y2="${px(bottom)}"/>`)
    out.push(text(at, bottom + FONT * 1.3, tick.text, 'text-anchor="middle"'))
  }
  lanes.forEach((name, i) => {
    out.push(text(left - FONT * 0.6, top + lane * (i + 0.42) + FONT * 0.35, name, 'class="name" text-anchor="end"'))
  })
  for (const { lane: i, startS, endS: stopS, tone, thin, label, text: story } of spans) {
    const y = top + lane * i
    const box = {
      x: x.at(startS),
      y: thin ? y + lane * 0.72 : y + lane * 0.1,
      width: x.at(stopS) - x.at(startS),
      height: lane * (thin ? 0.18 : 0.58),
    }
    out.push(rect(box, `fill ${tone}`, story))
    if (!thin && textWidth(label, FONT * 0.85) < box.width - 4) {
      const attributes = `class="inside" font-size="${FONT * 0.85}" text-anchor="middle"`
      out.push(text(box.x + box.width / 2, box.y + box.height / 2 + FONT * 0.3, label, attributes))
    }
  }
  out.push(text(right, bottom + FONT * 2.7, 'time', 'class="axis" text-anchor="end"'))
  return out.join('')
}
