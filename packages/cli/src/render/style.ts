import { GLUE, glueUnits } from '@capline/core'

/** Colours as plain SGR codes, or none; and text width and wrapping. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

export type StyleName = keyof typeof CODES
export type Paint = (style: StyleName, text: string) => string

export function painter(colour: boolean): Paint {
  if (!colour) return (_, text) => text
  return (style, text) => `\u001b[${CODES[style][0]}m${text}\u001b[${CODES[style][1]}m`
}

/**
 * Lines of at most `width` columns, broken at spaces; later lines are indented. A number stays with its unit where a line
 * has room for both; only a single word longer than a line exceeds it.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  const words = glueUnits(text)
    .split(/[ \t\n]+/)
    .flatMap((glued) => (indent.length + glued.length > width ? glued.split(GLUE) : [glued]))
  for (const word of words) {
    const next = line === '' ? word : `${line} ${word}`
    if (line !== '' && next.length > width) {
      lines.push(line)
      line = indent + word
    } else line = next
  }
  if (line.trim() !== '') lines.push(line)
  return lines.map((one) => one.replaceAll(GLUE, ' '))
}
