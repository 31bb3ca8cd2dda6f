/** Small pieces that every drawing of a figure uses: numbers, text, a legend, lines of text that keep to a width. */
import { escapeHtml } from '../../report/html/escape.ts'
import { textWidth } from '../../report/html/labels.ts'
import { px, text } from '../../report/html/svg.ts'

/** Text size of a figure, in its units. */
export const FONT = 13

export function rect(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  classes: string,
  title?: string,
  attributes = '',
): string {
  const inside = title === undefined ? '' : `<title>${escapeHtml(title)}</title>`
  const { x, y, width, height } = box
  return (
    `<rect class="${classes}" x="${px(x)}" y="${px(y)}" width="${px(Math.max(0, width))}" height="${px(Math.max(0, height))}"` +
    `${attributes && ` ${attributes}`}>${inside}</rect>`
  )
}

/** Lines of at most `width` units, broken at spaces. */
export function wrapText(content: string, width: number, font = FONT): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of content.split(' ')) {
    const next = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(next, font) > width) {
      lines.push(line)
      line = word
    } else line = next
  }
  if (line !== '') lines.push(line)
  return lines
}

export interface LegendEntry {
  readonly label: string
  /** Draws the swatch with its left end at x, around the middle line y. */
  readonly swatch: (x: number, y: number) => string
}

const SWATCH = 24
const LEGEND_LINE = FONT * 1.5

/** Swatches and words in rows of at most `width`, from (x, y) down; `height` is what they take. */
export function legend(
  entries: readonly LegendEntry[],
  x: number,
  y: number,
  width: number,
): { readonly svg: string; readonly height: number } {
  let at = x
  let row = 0
  const out: string[] = []
  for (const { label, swatch } of entries) {
    const needs = SWATCH + 5 + textWidth(label, FONT) + 16
    if (at > x && at + needs - 16 > x + width) {
      at = x
      row++
    }
    const middle = y + row * LEGEND_LINE + FONT * 0.6
    out.push(swatch(at, middle), text(at + SWATCH + 5, middle + FONT * 0.35, label, 'class="legend"'))
    at += needs
  }
  return { svg: out.join(''), height: entries.length > 0 ? (row + 1) * LEGEND_LINE : 0 }
}

export const lineSwatch =
  (tone: string, dashed = false): LegendEntry['swatch'] =>
  (x, y) =>
    `<line class="line ${tone}" x1="${px(x)}" x2="${px(x + SWATCH)}" y1="${px(y)}" y2="${px(y)}"${dashed ? ' stroke-dasharray="5 4"' : ''}/>`

export const boxSwatch =
  (classes: string, thin = false, attributes = ''): LegendEntry['swatch'] =>
  (x, y) =>
    rect({ x: x + 6, y: y - (thin ? 3 : 6), width: SWATCH - 8, height: thin ? 6 : 12 }, classes, undefined, attributes)
