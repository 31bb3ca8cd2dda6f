/** Primitives of the request side: steps, calls, what enters, where it runs. */
import { BRANCH } from './primitives/branches.ts'
import { CALLS, REPL } from './primitives/calls.ts'
import { CTX } from './primitives/context.ts'
import { EFF } from './primitives/efficiency.ts'
import { PAR } from './primitives/parallel.ts'
import { ALLOC, PLACE } from './primitives/places.ts'
import { POS } from './primitives/positions.ts'
import { RETR, REUSE, TRAIN } from './primitives/retrieval.ts'
import { SCHED } from './primitives/scheduling.ts'
import { TPP } from './primitives/tokensPerPass.ts'

/** Within a stage, in the order of application. */
export const REQUEST_SIDE = [
  CALLS,
  REPL,
  BRANCH,
  RETR,
  CTX,
  REUSE,
  POS,
  TPP,
  EFF,
  PAR,
  PLACE,
  ALLOC,
  SCHED,
  TRAIN,
] as const
