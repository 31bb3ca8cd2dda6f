/** Values of one primitive as given by a technique's row or a user: checked against the parameter table, defaults filled in. */
import { closest } from '../units/closest.ts'
import { fail, ok, type Result, show } from '../units/result.ts'
import { defaultsOf, PARAMETERS, PRIMITIVE_IDS, type PrimitiveId } from './parameters.ts'
import type { Parameter, Value, Values } from './primitive.ts'

function isPrimitiveId(id: string): id is PrimitiveId {
  return Object.hasOwn(PARAMETERS, id)
}

/** A primitive by its id. */
export function readPrimitiveId(id: string): Result<PrimitiveId> {
  if (isPrimitiveId(id)) return ok(id)
  const near = closest(id.toUpperCase(), PRIMITIVE_IDS, 3)
  const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Choose among ${PRIMITIVE_IDS.join(', ')}`
  return fail('primitive', `${show(id)} is not a primitive`, remedy)
}

function checkNumber(place: string, parameter: Parameter, value: Value): Result<Value> {
  const unit = parameter.unit ? ` ${parameter.unit}` : ''
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return fail(
      place,
      `${show(value)} is not a number`,
      `Give a number${unit ? ` (${parameter.unit})` : ''}: ${parameter.help}`,
    )
  }
  if (parameter.kind === 'count' && !Number.isInteger(value)) {
    return fail(place, `${show(value)} is not a whole number`, `Give a whole number: ${parameter.help}`)
  }
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = parameter
  const give = (bound: string) => {
    if (parameter.unit === 'share') return `Give a share of ${bound}`
    return Number.isFinite(min) && Number.isFinite(max) ? `Give from ${min} to ${max}${unit}` : `Give ${bound}${unit}`
  }
  if (value < min) return fail(place, `${show(value)} is less than ${min}`, give(`at least ${min}`))
  if (value > max) return fail(place, `${show(value)} is more than ${max}`, give(`at most ${max}`))
  return ok(value)
}

function check(place: string, parameter: Parameter, value: Value): Result<Value> {
  switch (parameter.kind) {
    case 'number':
    case 'count':
      return checkNumber(place, parameter, value)
    case 'switch':
      return typeof value === 'boolean'
        ? ok(value)
        : fail(place, `${show(value)} is neither true nor false`, 'Give true or false')
    case 'text':
      return typeof value === 'string' ? ok(value) : fail(place, `${show(value)} is not text`, `Give ${parameter.help}`)
    case 'choice': {
      const choices = parameter.choices ?? []
      if (typeof value === 'string' && choices.includes(value)) return ok(value)
      const near = typeof value === 'string' ? closest(value, choices, 3) : []
      return fail(
        place,
        `${show(value)} is not a known choice`,
        near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Choose one of ${choices.join(', ')}`,
      )
    }
  }
}

/** Parts of a cache budget in tokens. */
const BUDGET_PARTS = ['sink', 'recent', 'heavy', 'budgetTokens'] as const

/** What was asked for leaves nothing, where 0 by default only means "not given". */
function leavesNothing(id: PrimitiveId, given: Values): Result<never> | undefined {
  if (id === 'RANK' && given.rank === 0 && given.rankShare !== 1 && given.parameterShare === undefined) {
    return fail('RANK.rank', '0 leaves nothing of a matrix', 'Give a rank of at least 1, or leave it out for a share')
  }
  const parts = id === 'KVB' ? BUDGET_PARTS.filter((name) => given[name] !== undefined) : []
  if (parts.length > 0 && given.budget === undefined && parts.every((name) => given[name] === 0)) {
    return fail(`KVB.${parts[0]}`, '0 keeps no token of the context', 'Give tokens above 0, such as recent=64')
  }
  return undefined
}

/** Every value of a primitive; an unknown name or a value out of bounds is a problem at `ID.name`. */
export function valuesOf(id: PrimitiveId, given: Values): Result<Values> {
  const table: { readonly [name: string]: Parameter } = PARAMETERS[id]
  const out: { [name: string]: Value } = { ...defaultsOf(id) }
  for (const [name, value] of Object.entries(given)) {
    const place = `${id}.${name}`
    const parameter = Object.hasOwn(table, name) ? table[name] : undefined
    if (!parameter) {
      const near = closest(name, Object.keys(table), 3)
      return fail(
        place,
        'is not a parameter',
        near.length > 0 ? `Did you mean ${near.join(', ')}?` : `${id} has ${Object.keys(table).join(', ')}`,
      )
    }
    const read = check(place, parameter, value)
    if (!read.ok) return read
    out[name] = read.value
  }
  return leavesNothing(id, given) ?? ok(out)
}
