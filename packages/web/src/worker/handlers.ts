/** What the worker does for each kind of request. Everything that is a number comes from the core. */
import {
  ACCELERATORS,
  analysisJson,
  analysisMarkdown,
  answersOf,
  curveOf,
  explain,
  explainNumber,
  formatByteRate,
  formatBytes,
  formatDollars,
  networkGraph,
  ok,
  operatorCsv,
  operatorRows,
  operatorSheet,
  type QuestionLink,
  type Result,
  rankCount,
  renderReport,
  rooflineChart,
  shortName,
} from '@capline/core'
import { comparedOf } from './compared.ts'
import { layoutGroup } from './layout.ts'
import { layoutsOf } from './layouts.ts'
import { modelNote } from './modelNote.ts'
import { listModels } from './models.ts'
import type { GraphAnswer, GroupLayout, Kind, Requests } from './protocol.ts'
import { type Ready, resolve } from './resolve.ts'
import { sheetOf } from './sheet.ts'
import { tableOf } from './table.ts'
import type { TechniqueKind } from './techniques/protocol.ts'

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

/** Techniques and figures have handlers of their own (`techniques/handlers.ts`). */
type OwnKind = Exclude<Kind, TechniqueKind>

const HANDLERS: { readonly [K in OwnKind]: Handler<K> } = {
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
  table: ({ link, phase }) => withReady(link, ({ bench, analysis }) => tableOf(bench, analysis, phase)),
  compare: (links) => {
    const all: Ready[] = []
    for (const link of links) {
      const ready = resolve(link)
      if (!ready.ok) return ready
      all.push(ready.value)
    }
    return ok(comparedOf(all.map(({ analysis, fit }) => ({ analysis, fit: fit() }))))
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
  const handler = Object.hasOwn(HANDLERS, kind) ? (HANDLERS[kind as OwnKind] as Handler<OwnKind>) : undefined
  if (!handler) throw new Error(`no handler for ${kind}`)
  return handler(ask as never)
}
