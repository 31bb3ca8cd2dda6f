/** The model catalogue as the command line shows it: rows, names, and where each row's numbers were read. */
import {
  findModel as findRow,
  formatParameters,
  MODEL_SOURCES,
  MODELS,
  type ModelRow,
  type ModelSourceKey,
  type ModelSpec,
} from '@capline/core'

export { suggestModels } from '@capline/core'

export function findModel(name: string): ModelSpec | undefined {
  return findRow(name)?.spec
}

export function catalogueModels(): ModelSpec[] {
  return Object.values(MODELS).map((row) => row.spec)
}

function sourceText(key: ModelSourceKey): string {
  const { title, url, read } = MODEL_SOURCES[key]
  return `${title}, read ${read} ${url}`
}

function publishedText({ published }: ModelRow): string {
  const { total, active, source, note } = published
  const count = `${formatParameters(total)}${active === undefined ? '' : `, ${formatParameters(active)} active`}`
  return `published count ${count}${note ? ` (${note})` : ''}: ${sourceText(source)}`
}

/** Lines about a row of the catalogue; none for a model that came from a file. */
export function modelSources(name: string): string[] {
  const row = findRow(name)
  if (!row) return []
  const names = row.aliases.length > 0 ? [`also called ${row.aliases.join(', ')}`] : []
  return [`configuration: ${sourceText(row.source)}`, publishedText(row), ...(row.note ? [row.note] : []), ...names]
}
