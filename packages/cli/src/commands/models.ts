/** `capline models [ID]`: the catalogue as a list, or the sheet of one model (which may be a file, too). */
import {
  type Column,
  formatBytes,
  formatCount,
  formatNumber,
  formatParameters,
  KV_AT_TOKENS,
  type ModelSheet,
  modelSheet,
  ok,
  type Result,
} from '@capline/core'
import { type Answer, type Invocation, json } from '../command.ts'
import { catalogueModels, modelSources } from '../input/catalogue.ts'
import { resolveModel } from '../input/model.ts'
import { renderList, renderModel } from '../render/catalogue.ts'

const COLUMNS: readonly Column<ModelSheet>[] = [
  { id: 'id', title: 'id', text: (row) => row.id },
  { id: 'total', title: 'parameters', text: (row) => formatParameters(row.parameters.total), align: 'right' },
  {
    id: 'active',
    title: 'active',
    text: ({ parameters: { active, total } }) => (active < total ? formatParameters(active) : ''),
    align: 'right',
  },
  { id: 'layers', title: 'layers', text: (row) => String(row.layers), align: 'right', keep: 1 },
  {
    id: 'context',
    title: 'context',
    text: ({ extendedContextTokens, trainedContextTokens }) => {
      const tokens = extendedContextTokens ?? trainedContextTokens
      return tokens === null ? '–' : formatCount(tokens)
    },
    align: 'right',
  },
  {
    id: 'kv',
    title: 'KV/token',
    text: (row) => (row.kvBytesPerToken > 0 ? `${formatNumber(row.kvBytesPerToken / 1024)} KiB` : '–'),
    align: 'right',
  },
  { id: 'weights', title: 'weights', text: (row) => formatBytes(row.weightBytes), align: 'right' },
  { id: 'format', title: 'format', text: (row) => row.precision.weights, keep: 2 },
]

export function runModels({ args, options, terminal }: Invocation): Result<Answer> {
  const [name] = args
  if (name === undefined) {
    const rows = catalogueModels().map(modelSheet)
    if (options.json === true) return ok({ text: json({ schema: 'capline.models/1', models: rows }) })
    const closing = `KV/token: cache and states at ${formatCount(KV_AT_TOKENS)} tokens, per token. One model in full: capline models ID`
    return ok({ text: renderList({ columns: COLUMNS, rows }, closing, terminal) })
  }
  const model = resolveModel(name)
  if (!model.ok) return model
  const sheet = modelSheet(model.value)
  const sources = modelSources(name)
  return ok({ text: options.json === true ? json({ ...sheet, sources }) : renderModel(sheet, sources, terminal) })
}
