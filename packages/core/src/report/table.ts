/**
 * Tables as data: columns say how a row's value reads (`text`) and what it is (`value`); drawing is the caller's.
 * `keep` ranks columns: where a page is narrow, the highest ranks go first.
 */
export interface Column<Row> {
  readonly id: string
  readonly title: string
  /** For people. */
  readonly text: (row: Row) => string
  /** For machines (CSV); absent: the text. */
  readonly value?: (row: Row) => string | number | boolean | null
  readonly align?: 'left' | 'right'
  /** 0 (default) stays always; columns of higher rank give way first. */
  readonly keep?: number
}

export interface Table<Row> {
  readonly title?: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
}

/** One cell of a CSV (RFC 4180): quoted where it must be; a leading formula sign of foreign text is disarmed. */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = typeof value === 'string' && /^[=+@\t\r-]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return cells.map(csvCell).join(',')
}

/** One header line, then one line per row; ends with a newline. */
export function tableCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [csvLine(columns.map((column) => column.id))]
  for (const row of rows) lines.push(csvLine(columns.map((column) => (column.value ?? column.text)(row))))
  return `${lines.join('\n')}\n`
}

/** Text that may come from a file, safe inside a Markdown table or paragraph. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\|`*[\]]/g, '\\$&')
    .replace(/\s+/g, ' ')
}

export function tableMarkdown<Row>({ columns, rows }: Table<Row>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = columns.map((column) => (column.align === 'right' ? '---:' : ':---'))
  const body = rows.map((row) => line(columns.map((column) => escapeMarkdown(column.text(row)))))
  return [line(columns.map((column) => escapeMarkdown(column.title))), line(rule), ...body].join('\n')
}
