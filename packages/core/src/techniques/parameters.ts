/**
 * The parameters of every primitive: what a technique's row or a user may set, how it is
 * bounded, and at which value it changes nothing. Shares of the context are numbers from 0 to 1 beside their twins in tokens.
 */
import * as attention from './parameters/attention.ts'
import * as model from './parameters/model.ts'
import * as numbers from './parameters/numbers.ts'
import * as request from './parameters/request.ts'
import type { Parameter, Value, Values } from './primitive.ts'

const { BASE, HW, WB, AB, KB, GRID } = numbers
const { WSP, DIM, RANK, SIDE, LFRAC, WFRAC, EXP } = model
const { APAT, KVB, LIN, MEM, FUSE, EFF } = attention
const { TPP, BRANCH, CALLS, REPL, POS, CTX, RETR, REUSE, PLACE, ALLOC, SCHED, PAR, TRAIN } = request

/** In the order a page lists them. */
export const PARAMETERS = {
  BASE,
  HW,
  WB,
  AB,
  KB,
  GRID,
  WSP,
  DIM,
  RANK,
  LFRAC,
  WFRAC,
  EXP,
  TPP,
  BRANCH,
  FUSE,
  EFF,
  ALLOC,
  REUSE,
  PLACE,
  SCHED,
  PAR,
  APAT,
  KVB,
  LIN,
  MEM,
  POS,
  CTX,
  RETR,
  CALLS,
  REPL,
  SIDE,
  TRAIN,
} as const satisfies Record<string, { readonly [name: string]: Parameter }>

export type PrimitiveId = keyof typeof PARAMETERS

export const PRIMITIVE_IDS = Object.keys(PARAMETERS) as readonly PrimitiveId[]

function gather(id: PrimitiveId, of: (parameter: Parameter) => Value | undefined): Values {
  const out: { [name: string]: Value } = {}
  for (const [name, parameter] of Object.entries<Parameter>(PARAMETERS[id])) {
    const value = of(parameter)
    if (value !== undefined) out[name] = value
  }
  return out
}

/** Every parameter at its default. */
export function defaultsOf(id: PrimitiveId): Values {
  return gather(id, (parameter) => parameter.default)
}

/** The values at which the primitive changes nothing (parameters without such a value are left out). */
export function identityOf(id: PrimitiveId): Values {
  return gather(id, (parameter) => parameter.identity)
}
