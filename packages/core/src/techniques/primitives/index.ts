/** All primitives by id. */
import { PRIMITIVE_IDS, type PrimitiveId } from '../parameters.ts'
import type { Primitive } from '../primitive.ts'
import { REQUEST_SIDE } from '../requestSide.ts'
import { MODEL_SIDE } from './modelSide.ts'

const BY_ID = new Map([...MODEL_SIDE, ...REQUEST_SIDE].map((primitive) => [primitive.id, primitive]))

export const PRIMITIVES = Object.fromEntries(PRIMITIVE_IDS.map((id) => [id, BY_ID.get(id)])) as Readonly<
  Record<PrimitiveId, Primitive>
>
