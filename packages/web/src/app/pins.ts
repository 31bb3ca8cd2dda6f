/** What a pinned scenario is called: what it asks, in a few words. */
import { type FieldName, fieldText, flagOf, type QuestionLink } from '@capline/core'

export function pinName(link: QuestionLink): string {
  const asked = Object.entries(link.question).map(
    ([name, value]) => `${flagOf(name)} ${fieldText(name as FieldName, value as number | string)}`,
  )
  const count = link.count > 1 ? `${link.count} × ` : ''
  return [`${link.model.replace(/^file:/, '')} on ${count}${link.accelerator}`, ...asked].join(', ')
}
