/**
 * The operator table of the viewer: what each operator is and takes first, then what it does. Where kernels are priced,
 * beside every time its interval and whether its constants are its own.
 */
import {
  type Analysis,
  type Bench,
  CAUTIONS,
  type GraphPhase,
  intervalText,
  networkGraph,
  OPERATOR_COLUMNS,
  type OperatorRow,
  operatorMarks,
  operatorRows,
} from '@capline/core'
import type { TableAnswer, TableColumn } from './protocol.ts'

type Cell = TableAnswer['lines'][number]['cells'][number]

interface Column extends TableColumn {
  readonly cell: (row: OperatorRow) => Cell
}

/** Value to sort a column by: the number behind the text. */
const SORT: Readonly<Record<string, (row: OperatorRow) => number | string>> = {
  name: (row) => row.name,
  shape: (row) => row.m * row.k * row.n * row.count,
  flop: (row) => row.flop,
  bytes: (row) => row.bytes + row.linkBytes,
  intensity: (row) => row.arithmeticIntensity,
  attainable: (row) => row.attainableFlopPerS,
  dtype: (row) => row.computeDtype ?? (row.kind === 'collective' ? 'link' : 'vector'),
  bound: (row) => row.bound,
  time: (row) => row.timeS,
  share: (row) => row.share,
}

const OWN: readonly Column[] = OPERATOR_COLUMNS.map(({ id, title, align = 'left', text }) => ({
  id,
  title,
  align,
  cell: (row) => ({ text: text(row), sort: SORT[id]?.(row) ?? 0 }),
}))

const plain = (
  id: string,
  title: string,
  align: Column['align'],
  value: (row: OperatorRow) => string | number,
): Column => ({
  id,
  title,
  align,
  cell: (row) => ({ text: String(value(row)), sort: value(row) }),
})

const WHERE: readonly Column[] = [
  plain('layer', 'layer', 'left', (row) => row.layer),
  plain('repeat', 'count', 'right', (row) => row.repeat),
]
const PHASE = plain('phase', 'phase', 'left', (row) => row.phase)

const PRICED: readonly Column[] = [
  {
    id: 'interval',
    title: '80 % interval',
    align: 'right',
    help: 'Holds 80 % of the measurements that were left out of the fit. Sorted by its width.',
    cell: ({ lowS, highS, timeS }) =>
      lowS === undefined || highS === undefined || timeS === 0
        ? { text: '–', sort: 0 }
        : { text: intervalText(lowS, highS), sort: (highS - lowS) / timeS },
  },
  {
    id: 'from',
    title: 'constants',
    align: 'left',
    help: `Own: of kernels measured on this device. ${CAUTIONS.borrowed} ${CAUTIONS.extrapolated}`,
    cell: (row) => {
      const marks = operatorMarks(row)
      const text = marks.map((mark) => mark.text).join(', ') || 'own'
      return { text, sort: text, help: marks.map((mark) => mark.help).join(' ') || 'Measured on this device.' }
    },
  },
]

/** What people look for first. */
const FIRST = ['time', 'share', 'bound']

function columnsOf(analysis: Analysis, phase: GraphPhase): Column[] {
  const [name, ...others] = OWN
  const isFirst = ({ id }: Column) => FIRST.includes(id)
  const first = FIRST.flatMap((id) => others.filter((column) => column.id === id))
  const priced = analysis.basis === 'roofline' ? [] : PRICED
  const shown = first.flatMap((column) => (column.id === 'time' ? [column, ...priced] : [column]))
  return [
    ...(name ? [name] : []),
    ...(phase === 'request' ? [PHASE] : []),
    ...WHERE,
    ...shown,
    ...others.filter((column) => !isFirst(column)),
  ]
}

export function tableOf(bench: Bench, analysis: Analysis, phase: GraphPhase): TableAnswer {
  const { groups } = networkGraph(bench, analysis, 'prefill')
  const columns = columnsOf(analysis, phase)
  const rows = operatorRows(analysis).filter((row) => phase === 'request' || row.phase === phase)
  return {
    columns: columns.map(({ cell: _, ...column }) => column),
    lines: rows.map((row, i) => {
      const group = groups.find((g) => g.part === row.part && g.name === row.layer && g.repeat === row.repeat)
      return {
        key: String(i),
        group: group?.index ?? -1,
        name: row.name,
        cells: columns.map((column) => column.cell(row)),
      }
    }),
  }
}
