/**
 * How a set of techniques is written: `h2o:budget=0.2:recent=64,wanda:structure=2:4`. Commas part members and colons part
 * parameters, but neither inside double quotes, and a colon only where a `name=` follows: a value such as `2:4` is one. What
 * is written here is read back as it was, for every value; nothing else takes such a text apart.
 */

/** A value begins and ends with a quote; a quote inside stands twice. */
const QUOTED = /^"((?:[^"]|"")*)"$/

/** The text cut where `isCut` says so, outside of quotes. A quote opens where a value begins. */
function cut(text: string, isCut: (at: number) => boolean): string[] {
  const out: string[] = []
  let from = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    if (isQuoted && text.startsWith('""', at)) at++
    else if (text[at] === '"' && (isQuoted || /=\s*$/.test(text.slice(Math.max(0, at - 8), at)))) isQuoted = !isQuoted
    else if (!isQuoted && isCut(at)) {
      out.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...out, text.slice(from)]
}

/** Members, trimmed; an empty one where a comma has nothing beside it. */
export const membersOfText = (text: string): string[] => cut(text, (at) => text[at] === ',').map((part) => part.trim())

const NAME_FOLLOWS = /^:\s*[A-Za-z][\w.-]*\s*=/

interface MemberText {
  readonly name: string
  /** `budget=0.2`, as written. */
  readonly pieces: readonly string[]
}

/** A member's name and its parameters; a colon without a `name=` behind it belongs to the value before. */
export function memberParts(text: string): MemberText {
  const end = text.indexOf(':')
  if (end < 0) return { name: text.trim(), pieces: [] }
  const rest = text.slice(end + 1)
  const pieces = cut(rest, (at) => rest[at] === ':' && NAME_FOLLOWS.test(rest.slice(at, at + 80)))
  return { name: text.slice(0, end).trim(), pieces: pieces.map((piece) => piece.trim()) }
}

/** A value as it was meant: without its quotes. */
export function plainValue(text: string): string {
  const [, inner] = QUOTED.exec(text) ?? []
  return inner === undefined ? text : inner.replaceAll('""', '"')
}

/** A value as one writes it, in quotes where it would be taken apart. */
export function writtenValue(value: string | number | boolean): string {
  const text = String(value)
  return text === '' || text !== text.trim() || /[",=]|:$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One parameter of one primitive, as `--with` reads it behind a colon. */
export const writtenParameter = (primitive: string, name: string, value: string | number | boolean): string =>
  `${primitive}.${name}=${writtenValue(value)}`
