/**
 * The techniques of a question one by one: their parameters with what is assumed, what is wrong with any, and how each pair
 * goes together, so that the page can say it at the chip it is about.
 */
import {
  type Member,
  memberParts,
  membersOfText,
  ok,
  PARAMETERS,
  type ParameterValue,
  type PrimitiveParameter,
  parseSelection,
  type Result,
  readPrimitiveId,
  togetherOf,
  type Use,
} from '@capline/core'
import type { ChosenAnswer, ChosenMember, ChosenParameter, PairNote } from './protocol.ts'

const MOST = 24

const textOf = (value: ParameterValue | undefined) =>
  value === undefined ? '' : typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)

const tableOf = ({ primitive }: Use): { readonly [name: string]: PrimitiveParameter } => {
  const id = readPrimitiveId(primitive)
  return id.ok ? PARAMETERS[id.value] : {}
}

function parametersOf(uses: readonly Use[]): ChosenParameter[] {
  const names = uses.flatMap((use) => Object.keys(tableOf(use)))
  const seen = new Set<string>()
  return uses.flatMap((use) => {
    const isFirst = !seen.has(use.primitive)
    seen.add(use.primitive)
    return Object.entries(tableOf(use)).map(([name, parameter]): ChosenParameter => {
      const alone = names.filter((other) => other === name).length === 1
      const given = Object.hasOwn(use.with, name)
      return {
        ...(isFirst ? { key: alone ? name : `${use.primitive}.${name}` } : {}),
        primitive: use.primitive,
        name,
        kind: parameter.kind,
        value: textOf(given ? use.with[name] : parameter.default),
        choices: parameter.choices ?? [],
        unit: parameter.unit ?? '',
        help: parameter.help,
        assumed: use.assumed?.includes(name) ?? false,
        own: given,
      }
    })
  })
}

interface Read {
  readonly shown: ChosenMember
  readonly member?: Member
}

function readOne(text: string): Read {
  const read = parseSelection(text, 'with')
  const bare = memberParts(text).name
  if (!read.ok) {
    const known = parseSelection(bare, 'with')
    const row = known.ok ? known.value.members[0] : undefined
    const parameters = row ? parametersOf(row.uses) : []
    const shown = { text, id: row?.id ?? bare, name: row?.name ?? bare, isShort: row !== undefined && !row.row }
    return { shown: { ...shown, parameters, problem: read.problem } }
  }
  const [member] = read.value.members
  if (!member) return { shown: { text, id: bare, name: bare, isShort: false, parameters: [] } }
  const { id, name, row, uses } = member
  return { shown: { text, id, name, isShort: row === undefined, parameters: parametersOf(uses) }, member }
}

function noteOf(a: Member, b: Member): Omit<PairNote, 'a' | 'b'> | undefined {
  const { kind, reason, order, remedy } = togetherOf(a, b)
  if (kind === 'compatible') return undefined
  if (kind === 'conflicting') return { kind, reasons: [reason], ...(remedy ? { remedy } : {}) }
  return { kind, reasons: [reason, `applied in this order: ${order.join(', ')}`] }
}

export function chosenOf(text: string): Result<ChosenAnswer> {
  const parts = membersOfText(text)
  const reads = parts.filter(Boolean).slice(0, MOST).map(readOne)
  const pairs: PairNote[] = []
  for (const [a, one] of reads.entries()) {
    for (const [b, other] of reads.entries()) {
      if (b <= a || !one.member || !other.member) continue
      const note = noteOf(one.member, other.member)
      if (note) pairs.push({ a, b, ...note })
    }
  }
  return ok({ members: reads.map(({ shown }) => shown), pairs })
}
