/** Comma-separated text (RFC 4180: quotes, doubled quotes, either line end) as records. Short rows miss their last cells. */
import type { TableRecord } from './cells.ts'

function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',')
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let i = 0; i < line.length; i++) {
    const ch = line[i]
    if (isQuoted && ch === '"' && line[i + 1] === '"') {
      cell += '"'
      i++
    } else if (ch === '"') isQuoted = !isQuoted
    else if (ch === ',' && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else cell += ch
  }
  cells.push(cell)
  return cells
}

/** The first line names the columns; blank lines at the end are ignored, elsewhere they are rows without cells. */
export function parseCsv(text: string): TableRecord[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop()
  const [head, ...rows] = lines
  if (head === undefined) return []
  const names = cellsOf(head).map((name) => name.trim())
  return rows.map((line) => {
    const cells = cellsOf(line)
    const record: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    for (let i = 0; i < names.length; i++) record[names[i] as string] = cells[i]
    return record
  })
}
