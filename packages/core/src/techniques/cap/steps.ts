/** What a list of uses really changes, in the order of application: what stands at its identity, or costs nothing, is left out. */
import { isIdentity, ordered } from '../compose.ts'
import type { PrimitiveId } from '../parameters.ts'
import type { Use, Values } from '../primitive.ts'

export interface Step {
  readonly id: PrimitiveId
  readonly values: Values
}

/** They cost nothing and see nothing of the others, twice as well: training is annotation, and grids change errors. */
const ANNOTATION: ReadonlySet<PrimitiveId> = new Set(['TRAIN', 'GRID'])

/** None where the uses cannot be put in order. */
export function stepsOf(uses: readonly Use[]): readonly Step[] {
  const ready = ordered(uses)
  if (!ready.ok) return []
  return ready.value
    .filter(({ primitive, values }) => !isIdentity(primitive, values))
    .map(({ primitive, values }) => ({ id: primitive.id as PrimitiveId, values }))
    .filter(({ id }) => !ANNOTATION.has(id))
}
