/** Values of a primitive as its `apply` reads them: what was given, else the default of the parameter table. */
import type { ModelSpec } from '../../architecture/model.ts'
import { findModel, suggestModels } from '../../catalog/models/index.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import { identityOf, PARAMETERS, type PrimitiveId } from '../parameters.ts'
import type { Plan } from '../plan.ts'
import type { Primitive, Stage, Value, Values } from '../primitive.ts'

export interface Readings {
  number(name: string): number
  text(name: string): string
  flag(name: string): boolean
  /** The number when it is not the 0 that stands for "not given". */
  given(name: string): number | undefined
  /** Only general knowledge of the catalogue: nobody asked for this value. */
  isAssumed(name: string): boolean
}

export function readings(id: PrimitiveId, values: Values, assumed: readonly string[] = []): Readings {
  const table: { readonly [name: string]: { readonly default: Value } } = PARAMETERS[id]
  const value = (name: string): Value => {
    const own = values[name] ?? table[name]?.default
    if (own === undefined) throw new Error(`${id} has no parameter ${name}`)
    return own
  }
  const number = (name: string) => Number(value(name))
  return {
    number,
    text: (name) => String(value(name)),
    flag: (name) => value(name) === true,
    given: (name) => number(name) || undefined,
    isAssumed: (name) => assumed.includes(name),
  }
}

/** A primitive with its parameters and identity from the tables. */
export function primitiveOf(
  id: PrimitiveId,
  name: string,
  stage: Stage,
  summary: string,
  change: (plan: Plan, values: Readings) => Result<Plan>,
): Primitive {
  return {
    id,
    name,
    stage,
    summary,
    parameters: PARAMETERS[id],
    identity: identityOf(id),
    apply: (plan, values, assumed) => change(plan, readings(id, values, assumed)),
  }
}

/** Adds a remark that a primitive, not a technique, has to make. */
export function remarked(plan: Plan, id: PrimitiveId, text: string): Plan {
  return { ...plan, remarks: [...plan.remarks, { technique: id, text }] }
}

/** The plan with another workload. */
export function withWorkload(plan: Plan, change: Partial<Plan['scenario']['workload']>): Plan {
  const { scenario } = plan
  return { ...plan, scenario: { ...scenario, workload: { ...scenario.workload, ...change } } }
}

/** Fails where a model is asked in something other than text (Whisper hears sound): there is no prompt for agents to write. */
export function textPrompt(plan: Plan, id: PrimitiveId): Result<true> {
  const { name, encoder } = plan.scenario.model
  if (encoder?.frontEnd === undefined) return ok(true)
  return fail(id, `${name} is not asked in text: there is no prompt to write, compress or add to`, 'Leave it out')
}

/** A model of the catalogue that a parameter names. */
export function modelNamed(place: string, id: string): Result<ModelSpec> {
  const row = findModel(id)
  if (row) return ok(row.spec)
  const near = suggestModels(id).join(', ')
  return fail(place, `no model "${id}" in the catalogue`, near ? `Did you mean ${near}?` : 'See `capline models`')
}
