/** Command-line options made from the table of fields, so that a flag, a URL key and a JSON key are one thing. */
import {
  FIELDS,
  type Field,
  type FieldName,
  fail,
  flagOf,
  ok,
  type Problem,
  type Question,
  type Result,
  readField,
  readQuestion,
  show,
} from '@capline/core'
import { type Command, CommanderError, Option } from 'commander'

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

/** A second value for an option that holds one: which of the two was meant, nobody can know. */
export class GivenTwice extends CommanderError {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(2, 'capline.givenTwice', problem.reason)
    this.problem = problem
  }
}

/** Takes any number of values, or none. */
export const collecting = ({ required, optional, variadic, parseArg }: Option): boolean =>
  variadic || parseArg !== undefined || !(required || optional)

/** Options that hold one value refuse a second, instead of taking the last; each command is made so once. */
export function givenOnce(command: Command): Command {
  for (const option of command.options) {
    if (collecting(option)) continue
    let before: string | undefined
    option.argParser((value: string) => {
      if (before !== undefined) {
        const isSet = option.long === '--with'
        throw new GivenTwice({
          path: option.long ?? option.flags,
          reason: `is given twice, as ${show(before)} and as ${show(value)}`,
          remedy: isSet ? `Put them in one set: --with ${before},${value}` : 'Give one of them',
        })
      }
      before = value
      return value
    })
  }
  return command
}

/** A command that takes own tables has read their folder by now: what is left names none, or has no use for it. */
function basisProblem(basis: unknown): Result<never> | undefined {
  if (typeof basis !== 'string') return undefined
  const [, folder = ''] = /^measured(?::(.*))?$/i.exec(basis.trim()) ?? []
  if (folder !== '') return fail('--basis', 'only analyze takes tables of your own', 'Use roofline or calibrated here')
  if (/^measured:?$/i.test(basis.trim())) {
    const reason = `${show(basis)} names no folder of kernel tables`
    return fail('--basis', reason, 'Write measured:DIR with analyze; or roofline, calibrated')
  }
  const read = readField('basis', '--basis', basis)
  if (read.ok || !read.problem.remedy.startsWith('Choose')) return undefined
  return fail('--basis', read.problem.reason, `${read.problem.remedy}, measured:DIR (with analyze)`)
}

/** `NAME=VALUE` of an option that gathers them, each name once; `nameOf`: as the caller knows it. */
export function namedValues(
  flag: string,
  given: unknown,
  example: string,
  nameOf: (name: string) => string = (name) => name,
): Result<Record<string, string>> {
  const out = new Map<string, string>()
  for (const one of Array.isArray(given) ? given : []) {
    const [, raw, value] = /^\s*([A-Za-z][\w-]*)\s*=\s*(.+?)\s*$/.exec(String(one)) ?? []
    if (raw === undefined || value === undefined) {
      return fail(flag, `${show(one)} is not NAME=VALUE`, `Write it like ${flag} ${example}`)
    }
    const name = nameOf(raw)
    const before = out.get(name)
    if (before !== undefined) {
      return fail(`${flag} ${raw}`, `is given twice, as ${show(before)} and as ${show(value)}`, 'Give one of them')
    }
    out.set(name, value)
  }
  return ok(Object.fromEntries(out))
}

/** The fields among a command's options, read and checked. */
export function questionOf(options: Readonly<Record<string, unknown>>): Result<Question> {
  const wrong = basisProblem(options.basis)
  if (wrong) return wrong
  const raw = Object.fromEntries(
    NAMES.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  )
  return readQuestion(raw, 'flag')
}
