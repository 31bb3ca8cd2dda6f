/** A model in one line: parameters and trained context. */
import { formatCount, formatParameters, type ModelSpec, modelSheet } from '@capline/core'

export function modelNote(model: ModelSpec): string {
  const sheet = modelSheet(model)
  const { total, active } = sheet.parameters
  const parameters =
    active < total * 0.99 ? `${formatParameters(total)}, ${formatParameters(active)} active` : formatParameters(total)
  return `${parameters} parameters${sheet.trainedContextTokens ? ` · ${formatCount(sheet.trainedContextTokens)} tokens` : ''}`
}
