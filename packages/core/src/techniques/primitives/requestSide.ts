/** Primitives of the request side: steps, calls, what enters, where it runs. */
import { BRANCH } from './branches.ts'
import { CALLS, REPL } from './calls.ts'
import { CTX } from './context.ts'
import { EFF } from './efficiency.ts'
import { PAR } from './parallel.ts'
import { ALLOC, PLACE } from './places.ts'
import { POS } from './positions.ts'
import { RETR, REUSE, TRAIN } from './retrieval.ts'
import { SCHED } from './scheduling.ts'
import { TPP } from './tokensPerPass.ts'

/** In the order of PRIMITIVES.md "Composition order" within each stage. */
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
