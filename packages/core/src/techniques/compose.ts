/**
 * Composition: the uses of all techniques, sorted into the order of application (shared/catalogue/PRIMITIVES.md, "Composition
 * order"), each applied once to the plain plan. The order techniques were named in does not matter; uses of one primitive
 * keep theirs. Conflicting pairs fail before anything is applied, with both names and the reason.
 */
import type { Scenario } from '../scenario/scenario.ts'
import { fail, ok, type Result } from '../units/result.ts'
import { compatibilityOf } from './compatibility.ts'
import type { PrimitiveId } from './parameters.ts'
import { type Plan, plainPlan } from './plan.ts'
import { type Primitive, STAGES, type Use, type Values } from './primitive.ts'
import { PRIMITIVES } from './primitives/index.ts'
import { readPrimitiveId, valuesOf } from './values.ts'

/** Order inside a stage, where it matters; primitives that are not named keep the order of the list. */
const WITHIN: readonly PrimitiveId[] = [
  'BASE',
  'HW',
  'CALLS',
  'REPL',
  'BRANCH',
  'RETR',
  'CTX',
  'REUSE',
  'DIM',
  'EXP',
  'RANK',
  'WSP',
  'SIDE',
  'POS',
  'MEM',
  'APAT',
  'KVB',
  'LIN',
  'WB',
  'AB',
  'KB',
  'GRID',
  'LFRAC',
  'WFRAC',
  'TPP',
  'FUSE',
  'EFF',
  // Where tensors go depends on how they are shared out.
  'PAR',
  'PLACE',
  'ALLOC',
  'SCHED',
  'TRAIN',
]

interface Ready {
  readonly primitive: Primitive
  readonly values: Values
}

/** Changes nothing at these values, so that it conflicts with nothing. */
export function isIdentity(primitive: Primitive, values: Values): boolean {
  const names = Object.entries(primitive.identity)
  return names.length > 0 && names.every(([name, value]) => values[name] === value)
}

const rank = ({ primitive }: Ready) =>
  STAGES.indexOf(primitive.stage) * WITHIN.length + WITHIN.indexOf(primitive.id as PrimitiveId)

/** Uses checked, with all of their values, in the order they are applied. */
export function ordered(uses: readonly Use[]): Result<readonly Ready[]> {
  const ready: Ready[] = []
  for (const use of uses) {
    const id = readPrimitiveId(use.primitive)
    if (!id.ok) return id
    const values = valuesOf(id.value, use.with)
    if (!values.ok) return values
    ready.push({ primitive: PRIMITIVES[id.value], values: values.value })
  }
  return ok(
    ready
      .map((own, i) => ({ own, i }))
      .sort((a, b) => rank(a.own) - rank(b.own) || a.i - b.i)
      .map(({ own }) => own),
  )
}

/** The first pair that cannot stand together. */
function conflict(ready: readonly Ready[]): Result<never> | undefined {
  const real = ready.filter(({ primitive, values }) => !isIdentity(primitive, values))
  for (const [i, a] of real.entries()) {
    for (const b of real.slice(i + 1)) {
      const pair = compatibilityOf(a.primitive.id as PrimitiveId, b.primitive.id as PrimitiveId, a.values, b.values)
      if (pair.kind !== 'conflicting') continue
      return fail(
        `${a.primitive.id} with ${b.primitive.id}`,
        pair.reason,
        pair.remedy ?? `Leave ${a.primitive.id} or ${b.primitive.id} out`,
      )
    }
  }
  return undefined
}

export function compose(scenario: Scenario, uses: readonly Use[]): Result<Plan> {
  const ready = ordered(uses)
  if (!ready.ok) return ready
  const problem = conflict(ready.value)
  if (problem) return problem
  let plan = plainPlan(scenario)
  for (const { primitive, values } of ready.value) {
    const next = primitive.apply(plan, values)
    if (!next.ok) return next
    plan = next.value
  }
  return ok(plan)
}
