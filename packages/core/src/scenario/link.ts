/**
 * A question as the query of a link: `model=llama-3.1-8b&on=h100-sxm&batch=32&prompt=8k&kv=fp8&v=1`. Keys are the names of
 * the command line's flags, values are written as people write them (`128k`, `80GiB`), and what is at its default is left
 * out. Version 1. A link may come from anywhere: whatever cannot be read is a problem that says so, the rest still counts.
 *
 * `pack` writes the same in one value (`model:llama-3.1-8b~on:h100-sxm~batch:32`), for lists of scenarios inside a link.
 */
import { closest } from '../units/closest.ts'
import { parseCount } from '../units/parse.ts'
import { fail, type Problem, type Result, show } from '../units/result.ts'
import { FIELDS, type Field, type FieldName, flagOf, isFieldName, readField } from './fields.ts'
import type { Question } from './question.ts'

const LINK_VERSION = 1

/** Longer links than this are not ours: browsers and servers cut them anyway. */
const MAX_QUERY = 16_384
const MAX_NAME = 200
const MAX_COUNT = 1024

export interface QuestionLink {
  /** A name of the catalogue, or the page's own name of a file. */
  readonly model: string
  readonly accelerator: string
  /** Accelerators that share the model. */
  readonly count: number
  readonly question: Question
  /** Figures of the accelerator that the user replaced: keys of a hardware file (`power`, `matrix.fp8`), values as written. */
  readonly hardware: Readonly<Record<string, string>>
}

export interface ReadLink {
  readonly link: QuestionLink
  /** What could not be read, in the order it was met. */
  readonly problems: readonly Problem[]
}

type Pair = readonly [key: string, value: string]

const NAMES = Object.keys(FIELDS) as FieldName[]
const KNOWN_KEYS = ['model', 'on', 'count', 'hw', 'v', ...NAMES.map(flagOf)]

const UNITS: { readonly [K in Field['kind']]?: readonly (readonly [string, number])[] } = {
  count: [
    ['M', 1024 ** 2],
    ['k', 1024],
  ],
  bytes: [
    ['TiB', 1024 ** 4],
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['GB', 1e9],
    ['MB', 1e6],
  ],
  byteRate: [
    ['TB/s', 1e12],
    ['GB/s', 1e9],
    ['MB/s', 1e6],
  ],
  flopRate: [
    ['PFLOPS', 1e15],
    ['TFLOPS', 1e12],
    ['GFLOPS', 1e9],
  ],
}

/** The shortest text with a unit that reads back as exactly this value; the bare number otherwise. */
export function fieldText(name: FieldName, value: number | string): string {
  if (typeof value === 'string') return value
  const plain = String(value)
  let best = plain
  for (const [unit, size] of UNITS[FIELDS[name].kind] ?? []) {
    if (value < size) continue
    const text: string = `${value / size}${unit}`
    const read: Result<number | string> | undefined =
      text.length < best.length ? readField(name, name, text) : undefined
    if (read?.ok && read.value === value) best = text
  }
  return best
}

function pairsOf(link: QuestionLink): Pair[] {
  const { model, accelerator, count, question, hardware } = link
  const out: Pair[] = [
    ['model', model],
    ['on', accelerator],
  ]
  if (count > 1) out.push(['count', String(count)])
  for (const name of NAMES) {
    const value = question[name]
    const field: Field = FIELDS[name]
    if (value !== undefined && value !== field.default) out.push([flagOf(name), fieldText(name, value)])
  }
  const edits = Object.entries(hardware)
  if (edits.length > 0) out.push(['hw', edits.map(([key, value]) => `${key}:${value}`).join(',')])
  return out
}

/** Percent-encoding that leaves what a query may hold as it is: links are read by people too. */
function encodeQueryValue(text: string): string {
  return encodeURIComponent(text).replace(/%(?:2F|3A|2C|40|3D|7E)/g, decodeURIComponent)
}

/** The query of a link, without the question mark; `rest` are pairs of the page's own. */
export function linkQuery(link: QuestionLink, rest: readonly Pair[] = []): string {
  const pairs = [...pairsOf(link), ...rest, ['v', String(LINK_VERSION)] as const]
  return pairs.map(([key, value]) => `${key}=${encodeQueryValue(value)}`).join('&')
}

/** The pairs of a query; a sequence that is no text (`%zz`) stays as it is written. */
export function queryPairs(query: string): Pair[] {
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '))
    } catch {
      return text
    }
  }
  const text = query.replace(/^\?/, '')
  if (text === '' || text.length > MAX_QUERY) return []
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const cut = part.indexOf('=')
      return cut < 0 ? [decode(part), ''] : [decode(part.slice(0, cut)), decode(part.slice(cut + 1))]
    })
}

function readHardware(text: string): Record<string, string> | undefined {
  const out: Record<string, string> = {}
  for (const part of text.split(',')) {
    const cut = part.indexOf(':')
    const key = part.slice(0, cut).trim()
    const value = part.slice(cut + 1).trim()
    if (cut < 1 || value === '' || value.length > 40 || !/^[a-z][a-zA-Z0-9.]{0,40}$/.test(key)) return undefined
    out[key] = value
  }
  return out
}

const camel = (key: string) => key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

function problemOf(result: Result<unknown>): Problem {
  if (result.ok) throw new Error('not a problem')
  return result.problem
}

function readVersion(value: string, problems: Problem[]): void {
  const version = Number(value)
  if (!Number.isInteger(version) || version < 1) {
    problems.push(problemOf(fail('link: v', `${show(value)} is not a version`, 'Leave it out')))
  } else if (version > LINK_VERSION) {
    const reason = `the link was made by a newer Capline (version ${version}; this one knows ${LINK_VERSION})`
    problems.push(
      problemOf(fail('link: v', reason, 'What this version knows is shown; reload the page for a newer one')),
    )
  }
}

/** Reads pairs into a link that begins as `base`. Keys that `isOwn` names are the page's and are left to it. */
function readPairs(pairs: readonly Pair[], base: QuestionLink, isOwn: (key: string) => boolean): ReadLink {
  const problems: Problem[] = []
  const question: { [F in FieldName]?: number | string } = { ...base.question }
  let { model, accelerator, count, hardware } = base
  const name = (key: string, value: string, before: string): string => {
    if (value !== '' && value.length <= MAX_NAME) return value
    problems.push(
      problemOf(fail(`link: ${key}`, `${show(value)} is not a name`, `${before || 'Nothing'} is taken instead`)),
    )
    return before
  }
  for (const [key, value] of pairs) {
    if (isOwn(key)) continue
    if (key === 'v') readVersion(value, problems)
    else if (key === 'model') model = name(key, value, model)
    else if (key === 'on') accelerator = name(key, value, accelerator)
    else if (key === 'count') {
      const read = parseCount('link: count', value)
      if (read.ok && read.value >= 1 && read.value <= MAX_COUNT) count = read.value
      else
        problems.push(
          read.ok
            ? problemOf(fail('link: count', `${show(value)} is outside 1 … ${MAX_COUNT}`, 'One is taken'))
            : read.problem,
        )
    } else if (key === 'hw') {
      const read = readHardware(value)
      if (read) hardware = read
      else
        problems.push(
          problemOf(
            fail('link: hw', `${show(value)} is not a list of figures`, 'Write hw=power:300,matrix.fp8:1979TFLOPS'),
          ),
        )
    } else {
      const field = camel(key)
      if (!isFieldName(field) || flagOf(field) !== key) {
        const near = closest(key, KNOWN_KEYS, 2)
        const remedy = near.length > 0 ? `Did you mean ${near.join(' or ')}? It is left out` : 'It is left out'
        problems.push(problemOf(fail(`link: ${show(key)}`, 'is not a known key', remedy)))
        continue
      }
      const read = readField(field, `link: ${key}`, value)
      if (read.ok) question[field] = read.value
      else problems.push(read.problem)
    }
  }
  return { link: { model, accelerator, count, question, hardware }, problems }
}

/** Reads the query of a link; `own` are keys of the page (its open view and the like). */
export function readLink(query: string, base: QuestionLink, own: readonly string[] = []): ReadLink {
  if (query.length > MAX_QUERY) {
    const problem = problemOf(
      fail('link', `has ${query.length} characters`, `Links have at most ${MAX_QUERY}; nothing of it is read`),
    )
    return { link: base, problems: [problem] }
  }
  return readPairs(queryPairs(query), base, (key) => own.includes(key))
}

/** A link in one value: `model:…~on:…~batch:32`. */
export function packLink(link: QuestionLink): string {
  return pairsOf(link)
    .map(([key, value]) => `${key}:${value.replaceAll('%', '%25').replaceAll('~', '%7E')}`)
    .join('~')
}

export function unpackLink(text: string, base: QuestionLink): ReadLink {
  const pairs = text.split('~').map((part): Pair => {
    const cut = part.indexOf(':')
    const value = part
      .slice(cut + 1)
      .replaceAll('%7E', '~')
      .replaceAll('%25', '%')
    return cut < 0 ? [part, ''] : [part.slice(0, cut), value]
  })
  return readPairs(pairs, base, () => false)
}

/** The same question for the command line. Replaced figures of the sheet that no flag has are left out. */
export function linkCommand(link: QuestionLink): string {
  const quote = (text: string) => (/^[\w.,:/=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
  const flags = pairsOf({ ...link, hardware: {} })
    .filter(([key]) => key !== 'model')
    .map(([key, value]) => `--${key} ${quote(value)}`)
  return ['capline analyze', quote(link.model), ...flags].join(' ')
}
