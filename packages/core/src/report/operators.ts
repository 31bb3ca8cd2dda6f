/** The operator table: its columns for people and for CSV, in the order they are read. */
import { formatBytes, formatFlop, formatFlopRate, formatNumber, formatPercent, formatSeconds } from '../units/format.ts'
import type { GroupRow, OperatorRow } from './rows.ts'
import { type Column, tableCsv } from './table.ts'

/** `32 × 2048·4096·4096`: how many products of which rows, inner width and columns. */
export function shapeText({ m, k, n, count }: Pick<OperatorRow, 'm' | 'k' | 'n' | 'count'>): string {
  const size = [m, k, n].map((x) => formatNumber(x, 6)).join('×')
  return count > 1 ? `${formatNumber(count, 4)}·[${size}]` : size
}

/** Totals of a layer kind as a row of the same table. */
export type TableRow = OperatorRow | { readonly total: GroupRow }

const isTotal = (row: TableRow): row is { readonly total: GroupRow } => 'total' in row

function both(
  id: string,
  title: string,
  ofOperator: (row: OperatorRow) => string,
  ofTotal: (row: GroupRow) => string,
  rest: Pick<Column<TableRow>, 'align' | 'keep'> = { align: 'right' },
): Column<TableRow> {
  return { id, title, text: (row) => (isTotal(row) ? ofTotal(row.total) : ofOperator(row)), ...rest }
}

const none = () => ''

export const OPERATOR_COLUMNS: readonly Column<TableRow>[] = [
  both('name', 'operator', (row) => row.name, (row) => (row.repeat > 1 ? `all ${row.repeat}` : 'total'), { align: 'left' }),
  both('shape', 'shape (m×k×n)', shapeText, none, { align: 'right', keep: 4 }),
  both('flop', 'flop', (row) => formatFlop(row.flop), (row) => formatFlop(row.flop)),
  both('bytes', 'bytes', (row) => formatBytes(row.bytes), (row) => formatBytes(row.bytes)),
  both('intensity', 'flop/B', (row) => formatNumber(row.arithmeticIntensity), (row) => formatNumber(row.bytes > 0 ? row.flop / row.bytes : 0)),
  both('attainable', 'attainable', (row) => formatFlopRate(row.attainableFlopPerS), (row) => formatFlopRate(row.timeS > 0 ? row.flop / row.timeS : 0), {
    align: 'right',
    keep: 2,
  }),
  both('dtype', 'unit', (row) => row.computeDtype ?? 'vector', none, { align: 'left', keep: 3 }),
  both('bound', 'bound', (row) => row.bound, none, { align: 'left' }),
  both('time', 'time', (row) => formatSeconds(row.timeS), (row) => formatSeconds(row.timeS)),
  both('share', 'share', (row) => formatPercent(row.share), (row) => formatPercent(row.share)),
]

const plain = <K extends keyof OperatorRow & string>(id: K): Column<OperatorRow> => ({
  id,
  title: id,
  text: (row) => String(row[id] ?? ''),
  value: (row) => row[id] ?? null,
})

/** Every figure of a row under its JSON name: one line per operator, layer kind and phase. */
export const OPERATOR_CSV: readonly Column<OperatorRow>[] = [
  plain('phase'),
  plain('part'),
  plain('layer'),
  plain('name'),
  plain('kind'),
  plain('repeat'),
  plain('m'),
  plain('k'),
  plain('n'),
  plain('count'),
  plain('flop'),
  plain('bytes'),
  plain('weightBytes'),
  plain('activationReadBytes'),
  plain('activationWriteBytes'),
  plain('kvReadBytes'),
  plain('kvWriteBytes'),
  plain('arithmeticIntensity'),
  plain('attainableFlopPerS'),
  plain('computeDtype'),
  plain('bound'),
  plain('timeS'),
  plain('share'),
]

export function operatorCsv(rows: readonly OperatorRow[]): string {
  return tableCsv(OPERATOR_CSV, rows)
}

/** Operators of a layer kind, then its total when it says more than the rows do. */
export function groupTable(group: GroupRow): TableRow[] {
  const more = group.repeat > 1 || group.operators.length > 1
  return more ? [...group.operators, { total: group }] : [...group.operators]
}

export function groupTitle(group: GroupRow): string {
  return group.repeat > 1 ? `${group.layer}, one of ${group.repeat}` : group.layer
}

