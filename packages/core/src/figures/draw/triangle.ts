/** The triangle of context, accuracy and performance: each point at the weighted mean of the three corners. */
import { escapeHtml } from '../../report/html/escape.ts'
import { px, text } from '../../report/html/svg.ts'
import type { TrianglePanel, TrianglePoint } from '../panel.ts'
import { FONT } from './ink.ts'

export const TRIANGLE_HEIGHT = 520

type Spot = readonly [x: number, y: number]

export function triangleBody(panel: TrianglePanel, width: number, height: number): string {
  const below = panel.outside.length > 0 ? FONT * (1.6 + panel.outside.length * 1.4) : 0
  const [top, bottom] = [FONT * 3.4, height - FONT * 3.6 - below]
  const side = Math.min((bottom - top) / (Math.sqrt(3) / 2), width - 420)
  const middle = width / 2
  const corners: readonly Spot[] = [
    [middle, top],
    [middle - side / 2, top + (side * Math.sqrt(3)) / 2],
    [middle + side / 2, top + (side * Math.sqrt(3)) / 2],
  ]
  const at = ({ share }: TrianglePoint): Spot => {
    const total = share[0] + share[1] + share[2]
    const sum = (axis: 0 | 1) => corners.reduce((s, corner, i) => s + (corner[axis] * (share[i] ?? 0)) / total, 0)
    return [sum(0), sum(1)]
  }
  const [c, a, p] = corners as [Spot, Spot, Spot]
  const out = [
    `<polygon class="side" points="${corners.map(([x, y]) => `${px(x)},${px(y)}`).join(' ')}"/>`,
    text(c[0], c[1] - FONT * 2.2, panel.corners[0], 'class="title" text-anchor="middle"'),
    text(a[0] - FONT, a[1] + FONT * 2.6, panel.corners[1], 'class="title" text-anchor="middle"'),
    text(p[0] + FONT, p[1] + FONT * 2.6, panel.corners[2], 'class="title" text-anchor="middle"'),
  ]
  const names: Name[] = []
  for (const point of panel.points) {
    const [x, y] = at(point)
    const mark = point.hollow ? 'hollow' : `mark ${point.tone}`
    out.push(
      `<circle class="${mark}" cx="${px(x)}" cy="${px(y)}" r="8"><title>${escapeHtml(point.text)}</title></circle>`,
    )
    names.push(...labels(point, x, y, middle, side))
  }
  for (const { x, y, text: name, anchor } of apart(names)) {
    out.push(text(x, y, name, `class="name" text-anchor="${anchor}"`))
  }
  panel.outside.forEach((line, i) => {
    out.push(text(middle, height - below + FONT * (1.4 + i * 1.4), line, 'text-anchor="middle"'))
  })
  return out.join('')
}

interface Name {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly anchor: 'start' | 'middle' | 'end'
}

/** Names stand outside the triangle, on the side their point is nearest to. */
function labels({ labels: names, share }: TrianglePoint, x: number, y: number, middle: number, side: number): Name[] {
  const onBase = share[0] < 1e-9
  const corner = share.findIndex((s) => s > 1 - 1e-9)
  const isMiddle = Math.abs(x - middle) < side * 0.05
  if (onBase && corner < 0) {
    return names.map((name, i) => ({ x, y: y + FONT * 2 + i * LINE, text: name, anchor: 'middle' }))
  }
  const inside = share.every((s) => s > 0.02)
  const right = inside ? true : isMiddle || x > middle
  // At the two lower corners names grow upwards, away from the corner's own.
  const lift = corner === 1 || corner === 2 ? names.length - 1 : (names.length - 1) / 2
  const from = y - lift * LINE + FONT * 0.35
  return names.map((name, i) => ({
    x: x + (right ? 16 : -16),
    y: from + i * LINE,
    text: name,
    anchor: right ? 'start' : 'end',
  }))
}

const LINE = FONT * 1.35
/** Width of a letter, about. */
const LETTER = FONT * 0.55

function overlap(a: Name, b: Name): boolean {
  const ends = ({ x, text: name, anchor }: Name): Spot => {
    const width = name.length * LETTER
    const from = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
    return [from, from + width]
  }
  const [[a0, a1], [b0, b1]] = [ends(a), ends(b)]
  return a0 < b1 && b0 < a1
}

/** Names that would stand on one another move down, the upper one first; those that do not stay where they are. */
function apart(names: readonly Name[]): Name[] {
  const out: Name[] = []
  for (const name of [...names].sort((a, b) => a.y - b.y)) {
    let { y } = name
    for (const other of out) if (overlap(other, name) && Math.abs(other.y - y) < LINE * 0.95) y = other.y + LINE
    out.push({ ...name, y })
  }
  return out
}
