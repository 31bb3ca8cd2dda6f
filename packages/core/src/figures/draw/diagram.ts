/** Boxes on a grid, and arrows between them: straight where they share a row or column, else round one corner. */
import { escapeHtml } from '../../report/html/escape.ts'
import type { Box } from '../../report/html/labels.ts'
import { px, text } from '../../report/html/svg.ts'
import type { DiagramBox, DiagramPanel } from '../panel.ts'
import { FONT, rect } from './ink.ts'

const ROW = 74
const GAP = { x: 22, y: 22 }
/** How far from the middle of a side an arrow leaves or enters that turns. */
const OFF_CENTRE = 11

export const diagramHeight = ({ rows }: DiagramPanel): number => rows * ROW

function placeOf(box: DiagramBox, column: number, gap = GAP.x): Box {
  return {
    x: box.column * column + gap / 2,
    y: box.row * ROW + GAP.y / 2,
    width: (box.width ?? 1) * column - gap,
    height: (box.height ?? 1) * ROW - GAP.y,
  }
}

function drawBox(box: DiagramBox, place: Box): string {
  const classes = ['box', box.tone, box.dashed ? 'dashed' : '', box.frame ? 'frame' : ''].filter(Boolean).join(' ')
  const shape = rect(place, classes, box.text ?? box.lines.join(' '), 'rx="6"')
  if (box.frame) {
    return (
      shape +
      box.lines
        .map((line, i) =>
          text(place.x + 10, place.y + FONT * (1.5 + i * 1.3), line, `class="${i === 0 ? 'title' : 'note'}"`),
        )
        .join('')
    )
  }
  const middle = place.y + place.height / 2 - ((box.lines.length - 1) * FONT * 1.3) / 2
  return (
    shape +
    box.lines
      .map((line, i) => {
        const classes0 = i === 0 ? 'name' : 'note'
        return text(
          place.x + place.width / 2,
          middle + i * FONT * 1.3 + FONT * 0.35,
          line,
          `class="${classes0}" text-anchor="middle"`,
        )
      })
      .join('')
  )
}

/** Level or upright where the boxes face each other; else through the gap beside them, or straight where asked for. */
function route(from: Box, to: Box, straight: boolean): readonly (readonly [number, number])[] {
  const [fx, fy] = [from.x + from.width / 2, from.y + from.height / 2]
  const [tx, ty] = [to.x + to.width / 2, to.y + to.height / 2]
  const [down, right] = [ty > fy, tx > fx]
  const [out, into] = [down ? from.y + from.height : from.y, down ? to.y : to.y + to.height]
  if (straight || Math.abs(fx - tx) < 1)
    return [
      [fx, out],
      [tx, into],
    ]
  const [leave, enter] = [right ? from.x + from.width : from.x, right ? to.x : to.x + to.width]
  if (Math.abs(fy - ty) < 1)
    return [
      [leave, fy],
      [enter, ty],
    ]
  const turn = leave + (right ? 1 : -1) * (Math.abs(enter - leave) / 2)
  const off = down ? OFF_CENTRE : -OFF_CENTRE
  return [
    [leave, fy + off],
    [turn, fy + off],
    [turn, ty - off],
    [enter, ty - off],
  ]
}

function arrow(from: Box, to: Box, story: string, straight: boolean): string {
  const points = route(from, to, straight)
  const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('')
  const end = points.at(-1) ?? [0, 0]
  const before = points.at(-2) ?? [0, 0]
  const angle = Math.atan2(end[1] - before[1], end[0] - before[0])
  const wing = (turn: number) => `${px(end[0] - 9 * Math.cos(angle + turn))},${px(end[1] - 9 * Math.sin(angle + turn))}`
  return (
    `<path class="edge" d="${path}"><title>${escapeHtml(story)}</title></path>` +
    `<polygon class="head" points="${px(end[0])},${px(end[1])} ${wing(0.42)} ${wing(-0.42)}"/>`
  )
}

export function diagramBody(panel: DiagramPanel, width: number): string {
  const column = width / panel.columns
  const { gap } = panel
  const places = new Map(panel.boxes.map((box) => [box.id, placeOf(box, column, gap)] as const))
  const frames = panel.boxes.filter((box) => box.frame)
  const boxes = panel.boxes.filter((box) => !box.frame)
  const draw = (box: DiagramBox) => drawBox(box, places.get(box.id) ?? placeOf(box, column, gap))
  const arrows = panel.edges.map(({ from, to, text: story, straight }) => {
    const [a, b] = [places.get(from), places.get(to)]
    if (!a || !b) throw new Error(`no box ${a ? to : from}`)
    return arrow(a, b, story, straight === true)
  })
  return [...frames.map(draw), ...arrows, ...boxes.map(draw)].join('')
}
