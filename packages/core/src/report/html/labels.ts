/** Where labels go so that none covers another: each in its best free place, or nowhere. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Wanted {
  readonly x: number
  readonly y: number
  /** Half the mark's size: the label keeps off it. */
  readonly radius: number
  readonly text: string
}

export interface Placed {
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'end' | 'middle'
  readonly text: string
}

/** Mean width of a character of a sans-serif face, in its size. */
const CHARACTER = 0.58

export function textWidth(text: string, size: number): number {
  return text.length * size * CHARACTER
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function inside(box: Box, frame: Box): boolean {
  return (
    box.x >= frame.x &&
    box.y >= frame.y &&
    box.x + box.width <= frame.x + frame.width &&
    box.y + box.height <= frame.y + frame.height
  )
}

function candidates({ x, y, radius, text }: Wanted, size: number): { readonly box: Box; readonly placed: Placed }[] {
  const width = textWidth(text, size)
  const gap = radius + 4
  const places: readonly [number, number, Placed['anchor']][] = [
    [x + gap, y + size * 0.35, 'start'],
    [x - gap, y + size * 0.35, 'end'],
    [x, y - gap, 'middle'],
    [x, y + gap + size * 0.8, 'middle'],
    [x + gap * 0.7, y - gap * 0.8, 'start'],
    [x + gap * 0.7, y + gap * 0.8 + size * 0.7, 'start'],
    [x - gap * 0.7, y - gap * 0.8, 'end'],
    [x - gap * 0.7, y + gap * 0.8 + size * 0.7, 'end'],
  ]
  return places.map(([px, py, anchor]) => ({
    placed: { x: px, y: py, anchor, text },
    box: {
      x: anchor === 'start' ? px : anchor === 'end' ? px - width : px - width / 2,
      y: py - size * 0.85,
      width,
      height: size * 1.1,
    },
  }))
}

/** `wanted` in order of importance; `taken` holds what labels must keep off, and gains the placed ones. */
export function placeLabels(wanted: readonly Wanted[], taken: Box[], frame: Box, size: number): Placed[] {
  const out: Placed[] = []
  for (const label of wanted) {
    const free = candidates(label, size).find(
      ({ box }) => inside(box, frame) && !taken.some((other) => overlaps(box, other)),
    )
    if (!free) continue
    taken.push(free.box)
    out.push(free.placed)
  }
  return out
}
