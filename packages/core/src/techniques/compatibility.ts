/**
 * Which primitives go together. Every pair is compatible, order-dependent, or conflicting, with the reason: rules for
 * pairs that work on the same thing, and named rows for pairs where one changes what the other needs. A row may hold only for
 * some values (`when`); without values it says what can happen.
 *
 *   compatible       both orders give the same plan, or one cannot see the other; a reason says how their effects meet
 *   order-dependent  the order matters; composition applies them in the one order of `compose.ts`
 *   conflicting      one takes away what the other works on; composition refuses
 */
import { type Compatibility, PAIRS, type PairRow } from './compatibilityPairs.ts'
import { PRIMITIVE_IDS, type PrimitiveId } from './parameters.ts'
import type { Values } from './primitive.ts'

export type { Compatibility, CompatibilityKind } from './compatibilityPairs.ts'

/** What a primitive changes. Two that change the same thing depend on the order. */
const CHANGES: Readonly<Record<PrimitiveId, readonly string[]>> = {
  BASE: ['the model'],
  HW: ['the hardware'],
  WB: ['weight formats'],
  AB: ['activation formats'],
  KB: ['cache formats'],
  GRID: [],
  WSP: ['the weights that exist'],
  DIM: ['the shape of the model', 'the weights that exist'],
  RANK: ['the weights that exist'],
  LFRAC: ['what a token touches'],
  WFRAC: ['what a token touches'],
  EXP: ['the shape of the model', 'what a token touches'],
  TPP: ['passes per answer'],
  BRANCH: ['passes per answer'],
  FUSE: ['kernels'],
  EFF: ['kernels'],
  ALLOC: ['the allotment of the cache'],
  REUSE: ['prompt tokens that are computed'],
  PLACE: ['where tensors live'],
  SCHED: ['how steps are formed'],
  PAR: ['devices'],
  APAT: ['attended pairs'],
  KVB: ['the tokens that stay cached'],
  LIN: ['the form of attention'],
  MEM: ['attended pairs', 'the tokens that stay cached'],
  POS: ['positions'],
  CTX: ['prompt tokens'],
  RETR: ['prompt tokens'],
  CALLS: ['calls'],
  REPL: ['calls'],
  SIDE: [],
  TRAIN: [],
}

/** Primitives that only add, or only say: they see nothing of the others. */
const ALONE: Readonly<{ readonly [P in PrimitiveId]?: string }> = {
  TRAIN: 'training happens offline and costs nothing while serving',
  GRID: 'a grid changes errors and decoding, not what others count',
  HW: 'hardware is set first; everything else is counted on it',
  BASE: 'the model is set first; everything else works on it',
}

const NO_VALUES: Values = {}

function holds(row: PairRow, a: PrimitiveId, b: PrimitiveId, va: Values | undefined, vb: Values | undefined): boolean {
  const [first, second] = row.pair
  const straight = first === a && second === b
  if (!straight && !(first === b && second === a)) return false
  if (!row.when || (va === undefined && vb === undefined)) return true
  return straight ? row.when(va ?? NO_VALUES, vb ?? NO_VALUES) : row.when(vb ?? NO_VALUES, va ?? NO_VALUES)
}

/** How two primitives go together, whichever is named first; at given values, or at any. */
export function compatibilityOf(a: PrimitiveId, b: PrimitiveId, va?: Values, vb?: Values): Compatibility {
  if (PRIMITIVE_IDS.indexOf(a) > PRIMITIVE_IDS.indexOf(b)) return compatibilityOf(b, a, vb, va)
  const row = PAIRS.find((one) => holds(one, a, b, va, vb))
  if (row) {
    const { kind, reason, remedy } = row
    return { kind, reason, ...(remedy ? { remedy } : {}) }
  }
  if (a === b) {
    return { kind: 'order-dependent', reason: 'the same primitive twice: the second works on what the first made' }
  }
  const alone = ALONE[b] ?? ALONE[a]
  if (alone) return { kind: 'compatible', reason: alone }
  const shared = CHANGES[a].find((thing) => CHANGES[b].includes(thing))
  if (shared) return { kind: 'order-dependent', reason: `both change ${shared}` }
  const told = (id: PrimitiveId) => CHANGES[id].join(' and ') || 'what is added'
  return { kind: 'compatible', reason: `${a} changes ${told(a)}, ${b} ${told(b)}; costs are counted once, after both` }
}
