/** The operator table: its columns for people and for CSV, in the order they are read. */
import type { Analysis } from '../scenario/analyze.ts'
import {
  formatBytes,
  formatFlop,
  formatFlopRate,
  formatNumber,
  formatParameters,
  formatSeconds,
} from '../units/format.ts'
import { endsText } from '../units/interval.ts'
import type { GroupRow, OperatorRow } from './rows.ts'
import { type Column, tableCsv } from './table.ts'

/** Up to six digits in full, then 2.1M. */
function size(x: number): string {
  return x < 1e6 ? formatNumber(x, 6) : formatParameters(x).replace(' ', '')
}

/** Rows × inner × columns of a product, rows × width of anything else; `32·[…]` where there are several. */
export function shapeText(row: Pick<OperatorRow, 'kind' | 'm' | 'k' | 'n' | 'count'>): string {
  const { kind, m, k, n, count } = row
  if (kind === 'collective') return `${formatNumber(count, 4)} ranks`
  const isProduct = kind === 'gemm' || kind === 'grouped-gemm' || kind === 'attention'
  const text = (isProduct ? [m, k, n] : [m, k]).map(size).join('×')
  return count > 1 ? `${formatNumber(count, 4)}·[${text}]` : text
}

/** Shares to a tenth of a percent, so that a column adds up. */
export function shareText(share: number): string {
  return share > 0 && share < 0.0005 ? '<0.1 %' : `${(share * 100).toFixed(1)} %`
}

/** Nothing to count reads as a dash, not as a zero with a unit. */
const dashed = (text: (x: number) => string) => (x: number) => (x > 0 ? text(x) : '–')
const flopText = dashed(formatFlop)
const rateText = dashed(formatFlopRate)
const ratioText = dashed((x) => formatNumber(x))

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

const right = { align: 'right' } as const

export const OPERATOR_COLUMNS: readonly Column<TableRow>[] = [
  both(
    'name',
    'operator',
    (row) => row.name,
    (row) => (row.repeat > 1 ? `all ${row.repeat}` : 'total'),
    { align: 'left' },
  ),
  both('shape', 'shape', shapeText, none, { ...right, keep: 4 }),
  both(
    'flop',
    'flop',
    (row) => flopText(row.flop),
    (row) => flopText(row.flop),
  ),
  both(
    'bytes',
    'bytes',
    (row) => (row.linkBytes > 0 && row.bytes === 0 ? `${formatBytes(row.linkBytes)} sent` : formatBytes(row.bytes)),
    (row) => formatBytes(row.bytes),
  ),
  both(
    'intensity',
    'flop/B',
    (row) => ratioText(row.arithmeticIntensity),
    (row) => ratioText(row.flop / row.bytes),
  ),
  both(
    'attainable',
    'attainable',
    (row) => rateText(row.attainableFlopPerS),
    (row) => rateText(row.flop / row.timeS),
    {
      ...right,
      keep: 2,
    },
  ),
  both('dtype', 'unit', (row) => row.computeDtype ?? (row.kind === 'collective' ? 'link' : 'vector'), none, {
    align: 'left',
    keep: 3,
  }),
  both('bound', 'bound', (row) => row.bound, none, { align: 'left' }),
  both(
    'time',
    'time',
    (row) => formatSeconds(row.timeS),
    (row) => formatSeconds(row.timeS),
  ),
  both(
    'share',
    'share',
    (row) => shareText(row.share),
    (row) => shareText(row.share),
  ),
]

/** Where a page is narrow these make room for the interval, after those that always give way. */
const GIVES_WAY: Readonly<Record<string, number>> = { intensity: 1, flop: 0.5 }

/** Beside the time, where kernels are priced. */
const INTERVAL: Column<TableRow> = {
  id: 'interval',
  title: '80 % interval',
  align: 'right',
  text: (row) => {
    const { lowS, highS } = isTotal(row) ? row.total : row
    return lowS === undefined || highS === undefined ? '–' : endsText({ low: lowS, high: highS })
  },
}

/** The columns of an analysis: with intervals where its times have them. */
export function operatorColumns({ prefill }: Pick<Analysis, 'prefill'>): readonly Column<TableRow>[] {
  if (!prefill.range) return OPERATOR_COLUMNS
  return OPERATOR_COLUMNS.flatMap((column) => {
    if (column.id === 'time') return [column, INTERVAL]
    const keep = GIVES_WAY[column.id]
    return [keep === undefined ? column : { ...column, keep }]
  })
}

const plain = <K extends keyof OperatorRow & string>(id: K): Column<OperatorRow> => ({
  id,
  title: id,
  text: (row) => String(row[id] ?? ''),
  value: (row) => row[id] ?? null,
})

/** Every figure of a row under its JSON name: one line per operator, layer kind and phase. */
const OPERATOR_CSV: readonly Column<OperatorRow>[] = [
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
  plain('linkBytes'),
  plain('arithmeticIntensity'),
  plain('attainableFlopPerS'),
  plain('computeDtype'),
  plain('bound'),
  plain('timeS'),
  plain('lowS'),
  plain('highS'),
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
