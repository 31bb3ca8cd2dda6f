/**
 * What a user turns on, as text: `h2o:budget=0.2:recent=64,w4,kv8`. Members are techniques of the catalogue (id or name) or
 * short settings of number formats (w4, a8, kv4, w4a8kv4, fp8), each with parameters of its primitives as `:name=value`
 * (`:KVB.budget=0.2` where two primitives have one of that name); `grammar.ts` takes the text apart. Read purely, with the
 * place of every mistake, the closest names, and the pair that cannot stand together with its reason and remedy.
 */
import { findTechnique } from '../../evidence/techniqueNames.ts'
import { closest } from '../../units/closest.ts'
import { parseCount, parseNumber } from '../../units/parse.ts'
import { fail, ok, type Result, show } from '../../units/result.ts'
import { findTechniqueRow, suggestTechniqueRows } from '../catalog/index.ts'
import type { TechniqueRow } from '../catalog/row.ts'
import { compatibilityOf } from '../compatibility.ts'
import { isIdentity, ordered } from '../compose.ts'
import { PARAMETERS, type PrimitiveId } from '../parameters.ts'
import type { Parameter, Use, Value, Values } from '../primitive.ts'
import { valuesOf } from '../values.ts'
import { memberParts, membersOfText, plainValue } from './grammar.ts'
import { readShort, SHORT_EXAMPLES } from './shortSettings.ts'
import { bothSet } from './twice.ts'

export interface Member {
  /** Id of the catalogue, or the short setting. */
  readonly id: string
  readonly name: string
  /** With its parameters, as one writes it. */
  readonly text: string
  /** Absent for short settings. */
  readonly row?: TechniqueRow
  readonly uses: readonly Use[]
}

export interface Selection {
  readonly label: string
  readonly members: readonly Member[]
  readonly uses: readonly Use[]
}

export const NOTHING: Selection = { label: 'baseline', members: [], uses: [] }

export function selectionOf(members: readonly Member[]): Selection {
  if (members.length === 0) return NOTHING
  return { label: members.map(({ text }) => text).join(', '), members, uses: members.flatMap(({ uses }) => uses) }
}

/** A row with its default parameters. */
export function memberOf(row: TechniqueRow): Member {
  return { id: row.id, name: row.name, text: row.id, row, uses: row.uses }
}

type Table = { readonly [name: string]: Parameter }

const tableOf = (use: Use): Table =>
  Object.hasOwn(PARAMETERS, use.primitive) ? PARAMETERS[use.primitive as PrimitiveId] : {}

const fold = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Grids and training say what the numbers are, not how many: another primitive's parameter of that name is meant. */
const notes = ({ primitive }: Use) => primitive === 'GRID' || primitive === 'TRAIN'

/** The use and the parameter that a name means: one the row sets itself goes before one at its default. */
function target(
  place: string,
  uses: readonly Use[],
  raw: string,
): Result<{ readonly at: number; readonly name: string }> {
  const [, primitive, wanted = ''] = /^(?:([A-Za-z]+)\.)?(.+)$/.exec(raw) ?? []
  const found: { at: number; name: string; own: boolean }[] = []
  const names = new Set<string>()
  uses.forEach((use, at) => {
    if (primitive !== undefined && primitive.toUpperCase() !== use.primitive) return
    for (const name of Object.keys(tableOf(use))) {
      names.add(name)
      if (fold(name) === fold(wanted)) found.push({ at, name, own: Object.hasOwn(use.with, name) && !notes(use) })
    }
  })
  const best = found.some(({ own }) => own) ? found.filter(({ own }) => own) : found
  const [first] = best
  if (first && new Set(best.map(({ at }) => uses[at]?.primitive)).size === 1) return ok(first)
  if (first) {
    const choices = best.map(({ at, name }) => `${uses[at]?.primitive}.${name}`).join(' or ')
    return fail(place, `${show(raw)} could be ${choices}`, 'Write it with its primitive in front')
  }
  if (names.size === 0) return fail(place, `has no parameter ${show(raw)}`, 'Leave it out')
  const near = closest(wanted, [...names], 3)
  const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `It takes ${[...names].slice(0, 12).join(', ')}`
  return fail(place, `has no parameter ${show(raw)}`, remedy)
}

const SWITCH: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
}

function readValue(place: string, parameter: Parameter, raw: string): Result<Value> {
  if (parameter.kind === 'count') return parseCount(place, raw)
  if (parameter.kind === 'number') return parseNumber(place, raw)
  if (parameter.kind !== 'switch') return ok(raw)
  const value = SWITCH[raw.toLowerCase()]
  return value === undefined ? fail(place, `${show(raw)} is neither on nor off`, 'Write on or off') : ok(value)
}

interface Setting {
  readonly uses: readonly Use[]
  /** `KVB.budget`: what was set. */
  readonly what: string
  readonly name: string
  readonly text: string
}

/** The uses with one parameter set, and checked. */
function withParameter(place: string, uses: readonly Use[], piece: string): Result<Setting> {
  const [, raw, text] = /^\s*([A-Za-z][\w.-]*)\s*=\s*(.+?)\s*$/s.exec(piece) ?? []
  if (raw === undefined || text === undefined) {
    return fail(place, `${show(piece)} is not name=value`, 'Write parameters like h2o:budget=0.2:recent=64')
  }
  const found = target(place, uses, raw)
  if (!found.ok) return found
  const { at, name } = found.value
  const use = uses[at]
  const parameter = use && tableOf(use)[name]
  if (!use || !parameter) return fail(place, `has no parameter ${show(raw)}`, 'Leave it out')
  const value = readValue(`${place} ${name}`, parameter, plainValue(text))
  if (!value.ok) return value
  const values: Values = { ...use.with, [name]: value.value }
  const checked = valuesOf(use.primitive as PrimitiveId, values)
  if (!checked.ok) {
    const { reason, remedy } = checked.problem
    return fail(`${place} ${name}`, reason, remedy)
  }
  const assumed = (use.assumed ?? []).filter((one) => one !== name)
  const set = uses.map((one, i) => (i === at ? { primitive: use.primitive, with: values, assumed } : one))
  return ok({ uses: set, what: `${use.primitive}.${name}`, name, text })
}

/** A cache budget of nothing: no share, and no tokens beside it. */
function keepsNothing(use: Use): boolean {
  const values = use.primitive === 'KVB' ? valuesOf('KVB', use.with) : undefined
  if (!values?.ok || values.value.budget !== 0) return false
  return ['sink', 'recent', 'heavy', 'budgetTokens'].every((name) => values.value[name] === 0)
}

function readMember(place: string, text: string): Result<Member> {
  const { name, pieces } = memberParts(text)
  const at = `${place} ${name}`
  const short = readShort(name)
  const row = short ? undefined : findTechniqueRow(name)
  if (!short && !row) {
    const measured = findTechnique(name)
    if (measured) {
      return fail(
        place,
        `${show(name)} is measured and no technique of the catalogue: nothing says what it would change here`,
        `\`capline evidence ${measured.technique}\` has its measurements; \`capline techniques\` lists what can be turned on`,
      )
    }
    const near = suggestTechniqueRows(name)
    const remedy =
      near.length > 0
        ? `Did you mean ${near.join(', ')}?`
        : `\`capline techniques\` lists them; short settings: ${SHORT_EXAMPLES}`
    return fail(place, `${show(name)} is no technique of the catalogue`, remedy)
  }
  if (row?.observes) {
    return fail(
      at,
      'only observes: it says what to measure and changes nothing',
      `See \`capline techniques ${row.id}\``,
    )
  }
  let uses = row?.uses ?? short?.uses ?? []
  const given = new Map<string, string>()
  for (const piece of pieces) {
    const next = withParameter(at, uses, piece)
    if (!next.ok) return next
    const { what, name, text } = next.value
    const before = given.get(what)
    if (before !== undefined) {
      return fail(`${at} ${name}`, `is given twice, as ${before} and as ${text}`, 'Give one of them')
    }
    given.set(what, text)
    uses = next.value.uses
  }
  const id = row?.id ?? short?.id ?? name
  if (uses.some(keepsNothing)) {
    return fail(`${at} budget`, '0 keeps no token of the context', 'Give a budget above 0, or tokens such as recent=64')
  }
  return ok({
    id,
    name: row?.name ?? short?.name ?? name,
    text: [id, ...pieces].join(':'),
    ...(row ? { row } : {}),
    uses,
  })
}

export interface Conflict {
  readonly between: readonly [string, string]
  readonly reason: string
  readonly remedy: string
}

/** Why two members cannot stand together; undefined where they can. */
export function conflictBetween(a: Member, b: Member): Conflict | undefined {
  const [ra, rb] = [ordered(a.uses), ordered(b.uses)]
  if (!ra.ok || !rb.ok) return undefined
  const between = [a.text, b.text] as const
  for (const x of ra.value) {
    if (isIdentity(x.primitive, x.values)) continue
    for (const y of rb.value) {
      if (isIdentity(y.primitive, y.values)) continue
      const [one, other] = [x.primitive.id as PrimitiveId, y.primitive.id as PrimitiveId]
      const thing = one === other ? bothSet(one, x.values, y.values) : undefined
      if (thing !== undefined) return { between, reason: `both set ${thing}`, remedy: `Keep ${a.id} or ${b.id}` }
      const pair = compatibilityOf(one, other, x.values, y.values)
      if (pair.kind !== 'conflicting') continue
      const remedy = pair.remedy ?? `Leave ${a.id} or ${b.id} out`
      return { between, reason: `${pair.reason} (${one} of ${a.id}, ${other} of ${b.id})`, remedy }
    }
  }
  return undefined
}

/** `place`: the flag or field, for messages. */
export function parseSelection(raw: unknown, place = '--with'): Result<Selection> {
  const text = typeof raw === 'string' ? raw.trim() : ''
  if (text === '' || text.length > 2000) {
    return fail(place, 'names no technique', `Write it like h2o:budget=0.2,w4 (short settings: ${SHORT_EXAMPLES})`)
  }
  if (text.toLowerCase() === 'none') return ok(NOTHING)
  const members: Member[] = []
  const parts = membersOfText(text)
  for (const part of parts) {
    if (part === '') return fail(place, 'has an empty name between commas', 'Take the comma out')
    if (part.toLowerCase() === 'none') {
      return fail(place, 'none is the baseline and stands alone', 'Take none out, or leave the others out')
    }
    const member = readMember(place, part)
    if (!member.ok) return member
    if (members.some(({ id }) => id === member.value.id)) {
      return fail(place, `names ${member.value.id} twice`, 'Name it once, with all of its parameters')
    }
    for (const other of members) {
      const conflict = conflictBetween(other, member.value)
      if (conflict) return fail(`${place} ${conflict.between.join(' with ')}`, conflict.reason, conflict.remedy)
    }
    members.push(member.value)
  }
  return ok(selectionOf(members))
}
