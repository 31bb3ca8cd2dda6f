/**
 * The techniques of a question as text, `h2o:budget=0.2,w4`: members between commas, parameters after colons, the grammar of
 * the command line's `--with`. Here the text is only put together; the core reads it, in the worker.
 */
import { linkCommand, memberParts, membersOfText, type QuestionLink, writtenValue } from '@capline/core'
import { currentPage, update } from './page.ts'

export const membersOf = (text: string): string[] => membersOfText(text).filter(Boolean)

const idOf = (member: string) => memberParts(member).name.toLowerCase()

const join = (members: readonly string[]) => members.join(',')

/** Added once; what is there keeps its parameters. */
export function withMember(text: string, id: string): string {
  const members = membersOf(text)
  return members.some((member) => idOf(member) === id.toLowerCase()) ? text : join([...members, id])
}

export function withoutMember(text: string, at: number): string {
  return join(membersOf(text).filter((_, i) => i !== at))
}

const fold = (name: string) => name.toLowerCase().replace(/[^a-z0-9.]/g, '')

/** Whether two names mean one parameter: with the primitive in front, or without in one of them. */
function isSame(a: string, b: string): boolean {
  const [one, other] = [fold(a).split('.'), fold(b).split('.')]
  return one.at(-1) === other.at(-1) && (one.length === 1 || other.length === 1 || one[0] === other[0])
}

/** One parameter of one member set; `undefined` takes it back to what the technique has. */
export function withParameter(text: string, at: number, key: string, value: string | undefined): string {
  const members = membersOf(text).map((member, i) => {
    if (i !== at) return member
    const { name: id, pieces } = memberParts(member)
    const others = pieces.filter((piece) => !isSame(piece.split('=')[0]?.trim() ?? '', key))
    return [id, ...others, ...(value === undefined ? [] : [`${key}=${writtenValue(value)}`])].join(':')
  })
  return join(members)
}

export function hasMember(text: string, id: string): boolean {
  return membersOf(text).some((member) => idOf(member) === id.toLowerCase())
}

export function turnOn(id: string): void {
  update({ with: withMember(currentPage().with ?? '', id) }, true)
}

export function turnOff(id: string): void {
  const text = currentPage().with ?? ''
  const at = membersOf(text).findIndex((member) => idOf(member) === id.toLowerCase())
  if (at >= 0) update({ with: withoutMember(text, at) }, true)
}

/** The same question for the command line: `analyze`, or `compare` where techniques are on. */
export function commandOf(link: QuestionLink, text: string): string {
  const command = linkCommand(link)
  if (text === '') return `npx ${command}`
  const quoted = /^[\w.,:=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
  return `npx ${command.replace('capline analyze', 'capline compare')} --with ${quoted}`
}
