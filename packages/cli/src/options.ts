/** Command-line options made from the table of fields, so that a flag, a URL key and a JSON key are one thing. */
import { FIELDS, type Field, type FieldName, flagOf, type Question, type Result, readQuestion } from '@capline/core'
import { type Command, Option } from 'commander'

const NAMES = Object.keys(FIELDS) as FieldName[]

function describe(field: Field): string {
  const choices = field.choices ? ` (${field.choices.join(', ')})` : ''
  const fallback = field.default === undefined ? '' : ` (default: ${field.default})`
  return `${field.help}${field.help.includes('default:') ? '' : choices + fallback}`
}

/** One option per field, but those a command has a better word for. */
export function addFields(command: Command, omit: readonly FieldName[] = []): Command {
  for (const name of NAMES) {
    if (omit.includes(name)) continue
    const field: Field = FIELDS[name]
    command.addOption(new Option(`--${flagOf(name)} <${field.placeholder}>`, describe(field)))
  }
  return command
}

/** The fields among a command's options, read and checked. */
export function questionOf(options: Readonly<Record<string, unknown>>): Result<Question> {
  const raw = Object.fromEntries(
    NAMES.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  )
  return readQuestion(raw, 'flag')
}
