/** What the worker does for each kind of request. Everything that is a number comes from the core. */
import {
  ACCELERATORS,
  analysisJson,
  analysisMarkdown,
  answersOf,
  CAUTIONS,
  compareAnalyses,
  curveOf,
  explain,
  explainNumber,
  formatByteRate,
  formatBytes,
  formatDollars,
  type GraphPhase,
  intervalText,
  networkGraph,
  OPERATOR_COLUMNS,
  type OperatorRow,
  ok,
  operatorCsv,
  operatorMarks,
  operatorRows,
  operatorSheet,
  type QuestionLink,
  type Result,
  rankCount,
  renderReport,
  rooflineChart,
  shortName,
} from '@capline/core'
import { layoutGroup } from './layout.ts'
import { layoutsOf } from './layouts.ts'
import { modelNote } from './modelNote.ts'
import { listModels } from './models.ts'
import type { GraphAnswer, GroupLayout, Kind, Requests, TableAnswer } from './protocol.ts'
import { type Ready, resolve } from './resolve.ts'
import { sheetOf } from './sheet.ts'

type Handler<K extends Kind> = (
  ask: Requests[K]['ask'],
) => Result<Requests[K]['answer']> | Promise<Result<Requests[K]['answer']>>

function withReady<T>(link: QuestionLink, make: (ready: Ready) => T | Result<T>): Result<T> {
  const ready = resolve(link)
  if (!ready.ok) return ready
  const made = make(ready.value)
  return isResult(made) ? made : ok(made)
}

function isResult<T>(value: T | Result<T>): value is Result<T> {
  return typeof value === 'object' && value !== null && 'ok' in value && ('value' in value || 'problem' in value)
}

const catalogue: Handler<'catalogue'> = () =>
  ok({
    models: listModels().map((model) => ({ id: model.id, name: model.name, note: modelNote(model) })),
    accelerators: Object.values(ACCELERATORS).map((row) => {
      const facts = [
        row.memoryBytes ? formatBytes(row.memoryBytes.value) : undefined,
        row.memoryBandwidthBytePerS ? formatByteRate(row.memoryBandwidthBytePerS.value) : undefined,
        row.priceUsdPerHour ? `${formatDollars(row.priceUsdPerHour.value)}/h` : undefined,
      ]
      return { id: row.id, name: row.name, note: facts.filter(Boolean).join(' · ') || row.architecture }
    }),
  })

function graph({ link, phase }: Requests['graph']['ask']): Result<GraphAnswer> {
  return withReady(link, ({ bench, analysis }) => {
    const drawn = networkGraph(bench, analysis, phase)
    const begun = performance.now()
    const layouts: Record<number, GroupLayout> = {}
    for (const group of drawn.groups) layouts[group.index] = layoutGroup(group)
    return { graph: drawn, layouts, layoutMs: performance.now() - begun }
  })
}

/** Value to sort a column by: the number behind the text. */
const SORT: Readonly<Record<string, (row: OperatorRow) => number | string>> = {
  name: (row) => row.name,
  shape: (row) => row.m * row.k * row.n * row.count,
  flop: (row) => row.flop,
  bytes: (row) => row.bytes,
  intensity: (row) => row.arithmeticIntensity,
  attainable: (row) => row.attainableFlopPerS,
  dtype: (row) => row.computeDtype ?? (row.kind === 'collective' ? 'link' : 'vector'),
  bound: (row) => row.bound,
  time: (row) => row.timeS,
  share: (row) => row.share,
}

const INTERVAL_COLUMNS: TableAnswer['columns'] = [
  { id: 'interval', title: '80 % interval', align: 'right', help: 'Holds 80 % of measurements left out of the fit.' },
  { id: 'from', title: 'constants', align: 'left', help: `${CAUTIONS.borrowed} ${CAUTIONS.extrapolated}` },
]

/** The interval of an operator's time, and whether its constants are its own. */
function intervalCells(row: OperatorRow): TableAnswer['lines'][number]['cells'] {
  const { lowS, highS, timeS } = row
  const marks = operatorMarks(row)
  const text = marks.map((mark) => mark.text).join(', ') || 'own'
  const interval =
    lowS === undefined || highS === undefined || timeS === 0
      ? { text: '–', sort: 0 }
      : { text: intervalText(lowS, highS), sort: (highS - lowS) / timeS }
  return [interval, { text, sort: text, help: marks.map((mark) => mark.help).join(' ') || 'Measured on this device.' }]
}

function table({ link, phase }: { readonly link: QuestionLink; readonly phase: GraphPhase }): Result<TableAnswer> {
  return withReady(link, ({ bench, analysis }) => {
    const groups = networkGraph(bench, analysis, 'prefill').groups
    const rows = operatorRows(analysis).filter((row) => phase === 'request' || row.phase === phase)
    const extra = [
      ...(phase === 'request' ? [{ id: 'phase', title: 'phase', align: 'left' as const }] : []),
      { id: 'layer', title: 'layer', align: 'left' as const },
      { id: 'repeat', title: 'count', align: 'right' as const },
    ]
    const priced = analysis.basis !== 'roofline'
    const [first, ...others] = OPERATOR_COLUMNS.map(({ id, title, align }) => ({
      id,
      title,
      align: align ?? ('left' as const),
    })).flatMap((column) => (column.id === 'time' && priced ? [column, ...INTERVAL_COLUMNS] : [column]))
    return {
      columns: first ? [first, ...extra, ...others] : extra,
      lines: rows.map((row, i) => {
        const own = OPERATOR_COLUMNS.flatMap((column) => {
          const cell = { text: column.text(row), sort: SORT[column.id]?.(row) ?? 0 }
          return column.id === 'time' && priced ? [cell, ...intervalCells(row)] : [cell]
        })
        const [name, ...rest] = own
        const middle = [
          ...(phase === 'request' ? [{ text: row.phase, sort: row.phase }] : []),
          { text: row.layer, sort: row.layer },
          { text: String(row.repeat), sort: row.repeat },
        ]
        const group = groups.find((g) => g.part === row.part && g.name === row.layer && g.repeat === row.repeat)
        return {
          key: String(i),
          group: group?.index ?? -1,
          name: row.name,
          cells: [...(name ? [name] : []), ...middle, ...rest],
        }
      }),
    }
  })
}

const HANDLERS: { readonly [K in Kind]: Handler<K> } = {
  catalogue,
  // Readers of foreign files are a third of the core, and most visits bring none.
  load: async (ask) => (await import('./load.ts')).loadModel(ask),
  answers: (link) => withReady(link, ({ analysis, fit }) => answersOf(analysis, fit())),
  why: (link) => withReady(link, ({ analysis }) => explain(analysis)),
  offers: (link) =>
    withReady(link, ({ fit }) => {
      const answer = fit()
      if (!answer.ok) return answer
      return answer.value.offers.map(({ accelerator, count, usdPerHour }) => ({
        id: accelerator.id,
        name: shortName(accelerator),
        count,
        price: `${formatDollars(usdPerHour)}/h`,
      }))
    }),
  graph,
  operator: ({ link, phase, group, name }) =>
    withReady(link, ({ bench, analysis }) => operatorSheet(bench, analysis, phase, group, name)),
  roofline: ({ link, other }) =>
    withReady(link, ({ analysis }) => {
      const chart = rooflineChart(analysis)
      if (!other) return [chart]
      const second = resolve(other)
      return second.ok ? [chart, rooflineChart(second.value.analysis)] : second
    }),
  curve: ({ link, over, quantity }) =>
    withReady(link, ({ model, accelerator, analysis }) =>
      curveOf(link.question, model, accelerator, over, quantity, analysis.layout),
    ),
  layouts: (link) => withReady(link, layoutsOf),
  fidelity: async () => ok((await import('./fidelity.ts')).calibrationErrors()),
  table,
  compare: (links) => {
    const all: Ready[] = []
    for (const link of links) {
      const ready = resolve(link)
      if (!ready.ok) return ready
      all.push(ready.value)
    }
    return ok(compareAnalyses(all.map(({ analysis, fit }) => ({ analysis, fit: fit() }))))
  },
  explain: ({ link, id }) =>
    withReady(link, ({ bench, analysis, fit }) => {
      const count = rankCount(analysis.layout)
      return explainNumber({ bench, analysis, memory: analysis.memory, fit: fit(), count }, id)
    }),
  sheet: sheetOf,
  export: ({ link, form }) =>
    withReady(link, ({ bench, analysis }) => {
      if (form === 'json') return `${JSON.stringify(analysisJson(analysis), null, 2)}\n`
      if (form === 'csv') return operatorCsv(operatorRows(analysis))
      return form === 'html' ? renderReport(bench, analysis) : analysisMarkdown(analysis)
    }),
}

export async function handle(kind: string, ask: unknown): Promise<Result<unknown>> {
  const handler = Object.hasOwn(HANDLERS, kind) ? (HANDLERS[kind as Kind] as Handler<Kind>) : undefined
  if (!handler) throw new Error(`no handler for ${kind}`)
  return handler(ask as never)
}
