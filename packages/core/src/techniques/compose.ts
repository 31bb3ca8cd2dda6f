/**
 * Composition: the uses of all techniques, sorted into the order of application (`STAGES` of
 * primitive.ts), each applied once to the plain plan. The order techniques were named in does not matter; uses of one primitive
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
  readonly assumed: readonly string[]
  readonly rank: number
  readonly isIdentity: boolean
}

/** Changes nothing at these values, so that it conflicts with nothing. */
export function isIdentity(primitive: Primitive, values: Values): boolean {
  const names = Object.entries(primitive.identity)
  return names.length > 0 && names.every(([name, value]) => values[name] === value)
}

const rankOf = ({ stage, id }: Primitive) => STAGES.indexOf(stage) * WITHIN.length + WITHIN.indexOf(id as PrimitiveId)

function readyOf(use: Use): Result<Ready> {
  const id = readPrimitiveId(use.primitive)
  if (!id.ok) return id
  const values = valuesOf(id.value, use.with)
  if (!values.ok) return values
  const primitive = PRIMITIVES[id.value]
  return ok({
    primitive,
    values: values.value,
    assumed: use.assumed ?? [],
    rank: rankOf(primitive),
    isIdentity: isIdentity(primitive, values.value),
  })
}

/** A use is data that never changes, and a row's takes part in hundreds of pairs: each is read once. */
const read = new WeakMap<Use, Result<Ready>>()

/** Uses checked, with all of their values, in the order they are applied. */
export function ordered(uses: readonly Use[]): Result<readonly Ready[]> {
  const ready: Ready[] = []
  for (const use of uses) {
    const known = read.get(use) ?? readyOf(use)
    read.set(use, known)
    if (!known.ok) return known
    ready.push(known.value)
  }
  // Equal ranks keep their order.
  return ok(ready.sort((a, b) => a.rank - b.rank))
}

/** The first pair that cannot stand together. */
function conflict(ready: readonly Ready[]): Result<never> | undefined {
  const real = ready.filter((own) => !own.isIdentity)
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

/**
 * The plan of a scenario with all uses applied, whatever order they are named in. Fails, naming the primitive and the parameter,
 * for values out of bounds, pairs that cannot stand together, and what the model or the accelerator does not have.
 */
export function compose(scenario: Scenario, uses: readonly Use[]): Result<Plan> {
  const ready = ordered(uses)
  if (!ready.ok) return ready
  const problem = conflict(ready.value)
  if (problem) return problem
  return applied(scenario, ready.value)
}

/** A plan on the way, and what primitives made of it. */
interface Way {
  readonly plan: Plan
  readonly next: Map<Ready, Way>
}

interface Ways extends Way {
  count: number
}

const ways = new WeakMap<Scenario, Ways>()

/** Ways remembered of a scenario: beyond so many they start anew. */
const MOST = 4000

/** From here on plans are not remembered: a placement depends on the solver at hand. */
const PLACES = STAGES.indexOf('places') * WITHIN.length

/** Plans that begin alike share their beginning: of the pairs of one technique, hundreds begin with it. */
function applied(scenario: Scenario, ready: readonly Ready[]): Result<Plan> {
  let start = ways.get(scenario)
  if (!start || start.count >= MOST) {
    start = { plan: plainPlan(scenario), next: new Map(), count: 0 }
    ways.set(scenario, start)
  }
  let way: Way | undefined = start
  let { plan } = start
  for (const own of ready) {
    const found: Way | undefined = way?.next.get(own)
    if (found) {
      way = found
      plan = found.plan
      continue
    }
    const next = own.primitive.apply(plan, own.values, own.assumed)
    if (!next.ok) return next
    plan = next.value
    if (way && own.rank < PLACES) {
      const made: Way = { plan, next: new Map() }
      way.next.set(own, made)
      start.count++
      way = made
    } else way = undefined
  }
  return ok(plan)
}
