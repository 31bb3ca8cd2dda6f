/**
 * Which primitives go together (R66). Every pair is compatible, order-dependent, or conflicting, with the reason: rules for
 * pairs that work on the same thing, and named rows for pairs where one changes what the other needs. A row may hold only for
 * some values (`when`); without values it says what can happen.
 *
 *   compatible       both orders give the same plan, or one cannot see the other; a reason says how their effects meet
 *   order-dependent  the order matters; composition applies them in the one order of `compose.ts`
 *   conflicting      one takes away what the other works on; composition refuses
 */
import { PRIMITIVE_IDS, type PrimitiveId } from './parameters.ts'
import type { Values } from './primitive.ts'

export type CompatibilityKind = 'compatible' | 'order-dependent' | 'conflicting'

export interface Compatibility {
  readonly kind: CompatibilityKind
  readonly reason: string
  readonly remedy?: string
}

interface Row extends Compatibility {
  readonly pair: readonly [PrimitiveId, PrimitiveId]
  /** Whether it holds at these values, given in the order of `pair`. */
  readonly when?: (a: Values, b: Values) => boolean
}

const replacesAll = (lin: Values) => lin.scope === 'attention' && lin.layerShare === 1
const readsScores = ({ policy }: Values) =>
  policy === 'accumulated-attention' || policy === 'gumbel-score' || policy === 'mean-deviation' || policy === 'cascade'
const fusesAttention = ({ what }: Values) => what === 'attention' || what === 'attention+ffn' || what === 'all'
const isSequence = ({ axis }: Values) => axis === 'sp'

/** Pairs with a story of their own; the first row that holds is the answer. */
const ROWS: readonly Row[] = [
  {
    pair: ['LIN', 'APAT'],
    kind: 'conflicting',
    reason: 'attention in state form has no pairs left to choose from',
    remedy:
      'Keep softmax attention in some layers (LIN layerShare below 1), or put the state beside it (LIN scope=beside)',
    when: replacesAll,
  },
  {
    pair: ['LIN', 'MEM'],
    kind: 'conflicting',
    reason: 'attention in state form has no segment to attend to',
    remedy: 'Put the state beside it (LIN scope=beside), or give the memory a matrix (MEM matrix)',
    when: replacesAll,
  },
  {
    pair: ['MEM', 'APAT'],
    kind: 'conflicting',
    reason: 'segments and their memory already say which pairs are attended',
    remedy: 'Choose one: a memory over segments, or a sparse pattern over the whole context',
  },
  {
    pair: ['KVB', 'FUSE'],
    kind: 'conflicting',
    reason: 'the policy reads attention scores, which a fused attention kernel never stores',
    remedy: 'Choose a policy without scores (static), or leave attention unfused',
    when: (kvb, fuse) => readsScores(kvb) && fusesAttention(fuse),
  },
  {
    pair: ['MEM', 'PAR'],
    kind: 'conflicting',
    reason: 'segments are read one after another, so the sequence cannot be split over devices',
    remedy:
      'Give the memory an associative update (MEM matrix), which can be scanned, or split tensors instead (PAR axis=tp)',
    when: (mem, par) => isSequence(par) && mem.matrix !== true,
  },
  {
    pair: ['MEM', 'PAR'],
    kind: 'order-dependent',
    reason: 'an associative memory can be scanned over devices, segment results meet at the end',
    when: (_, par) => isSequence(par),
  },
  {
    pair: ['MEM', 'PAR'],
    kind: 'compatible',
    reason: 'heads and layers are split, segments stay whole',
    when: (_, par) => !isSequence(par),
  },
  {
    pair: ['LFRAC', 'KB'],
    kind: 'order-dependent',
    reason: 'a token that left has no keys above its exit: the KV policy decides which keys there are to narrow',
  },
  {
    pair: ['LFRAC', 'KVB'],
    kind: 'order-dependent',
    reason: 'a token that left has no keys above its exit: the KV policy decides what the budget counts',
  },
  {
    pair: ['WFRAC', 'SCHED'],
    kind: 'compatible',
    reason: 'the union of active neurons grows to all with the tokens of a pass, so a larger batch gains less',
  },
  {
    pair: ['WFRAC', 'TPP'],
    kind: 'compatible',
    reason: 'every checked token may need other neurons: the union grows with the tokens of a pass',
  },
  {
    pair: ['EXP', 'TPP'],
    kind: 'compatible',
    reason: 'every checked token may load other experts: E (1 − (1 − k/E)^T) with T tokens of a pass',
  },
  {
    pair: ['EXP', 'SCHED'],
    kind: 'compatible',
    reason: 'the experts touched grow to all with the tokens of a pass, so a larger batch gains less',
  },
  {
    pair: ['LFRAC', 'SCHED'],
    kind: 'compatible',
    reason: 'a layer is read if any sequence reaches it, so a larger batch skips fewer layers',
  },
  {
    pair: ['LFRAC', 'TPP'],
    kind: 'compatible',
    reason: 'a layer is read if any checked token reaches it, so longer drafts skip fewer layers',
  },
  {
    pair: ['WB', 'AB'],
    kind: 'compatible',
    reason: 'the roof is that of the widest operand: only both together raise it',
  },
  {
    pair: ['KVB', 'PAR'],
    kind: 'order-dependent',
    reason: 'dropping over all keys and dropping on each device keep different tokens, and device loads become uneven',
    when: (_, par) => isSequence(par),
  },
  {
    pair: ['KVB', 'POS'],
    kind: 'order-dependent',
    reason: 'keys cached under one position need turning again when positions are scaled or counted in the cache',
  },
  {
    pair: ['LIN', 'KB'],
    kind: 'order-dependent',
    reason: 'layers in state form keep no keys and values, so narrower ones change nothing there',
  },
  {
    pair: ['LIN', 'KVB'],
    kind: 'order-dependent',
    reason: 'layers in state form keep no keys and values, so a budget changes nothing there',
  },
  {
    pair: ['LIN', 'ALLOC'],
    kind: 'order-dependent',
    reason: 'layers in state form keep no blocks, so allotment changes nothing there',
  },
  { pair: ['LIN', 'FUSE'], kind: 'order-dependent', reason: 'layers in state form have no scores to keep on chip' },
  {
    pair: ['LIN', 'APAT'],
    kind: 'order-dependent',
    reason: 'the pattern first, then a state in some layers or beside it',
  },
  {
    pair: ['FUSE', 'APAT'],
    kind: 'compatible',
    reason: 'a fused kernel stores no scores, so fewer pairs save less traffic, though as much work',
  },
  { pair: ['APAT', 'KVB'], kind: 'order-dependent', reason: 'keys are chosen among what the budget keeps' },
  {
    pair: ['MEM', 'KVB'],
    kind: 'order-dependent',
    reason: 'the budget takes from the memory what the segment leaves of it',
  },
  {
    pair: ['CTX', 'RETR'],
    kind: 'order-dependent',
    reason: 'what was fetched is compressed before the call, not the other way round',
  },
  {
    pair: ['CTX', 'REUSE'],
    kind: 'order-dependent',
    reason: 'a prompt compressed for its question has no common prefix; one compressed beforehand has',
  },
  {
    pair: ['RETR', 'REUSE'],
    kind: 'order-dependent',
    reason: 'what is fetched stands in the prompt: only what comes before it can be reused',
  },
  {
    pair: ['KVB', 'REUSE'],
    kind: 'order-dependent',
    reason: 'tokens that were dropped cannot be reused by a question that would have kept them',
  },
  {
    pair: ['TPP', 'SCHED'],
    kind: 'compatible',
    reason: 'a large batch is bound by compute, so checking more tokens is no longer free and the gain can vanish',
  },
  {
    pair: ['PLACE', 'SCHED'],
    kind: 'compatible',
    reason: 'a transfer is hidden only from a batch on whose work takes as long',
  },
  { pair: ['PLACE', 'TPP'], kind: 'compatible', reason: 'fewer passes bring placed weights in less often' },
  {
    pair: ['TPP', 'KVB'],
    kind: 'order-dependent',
    reason: 'tokens that are checked and refused must not push others out of the budget',
  },
  {
    pair: ['RANK', 'WB'],
    kind: 'order-dependent',
    reason: 'factors are quantised, not their product; adapters take the format of the weights here',
  },
  {
    pair: ['RANK', 'WSP'],
    kind: 'order-dependent',
    reason: 'factors of a pruned matrix are dense: the factors are pruned here',
  },
  {
    pair: ['WSP', 'WB'],
    kind: 'order-dependent',
    reason: 'what is pruned is not quantised; index bits weigh more beside narrow weights',
  },
  { pair: ['REPL', 'PAR'], kind: 'compatible', reason: 'every replica takes the devices of the axis' },
  {
    pair: ['LFRAC', 'PAR'],
    kind: 'compatible',
    reason: 'where layers are split into stages, tokens that left leave the later stages idle',
    when: (_, par) => par.axis === 'pp',
  },
  {
    pair: ['BASE', 'DIM'],
    kind: 'order-dependent',
    reason: 'the base model is chosen, then reshaped or replaced by its student',
  },
]

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

function holds(row: Row, a: PrimitiveId, b: PrimitiveId, va: Values | undefined, vb: Values | undefined): boolean {
  const [first, second] = row.pair
  const straight = first === a && second === b
  if (!straight && !(first === b && second === a)) return false
  if (!row.when || (va === undefined && vb === undefined)) return true
  return straight ? row.when(va ?? NO_VALUES, vb ?? NO_VALUES) : row.when(vb ?? NO_VALUES, va ?? NO_VALUES)
}

/** How two primitives go together, whichever is named first; at given values, or at any. */
export function compatibilityOf(a: PrimitiveId, b: PrimitiveId, va?: Values, vb?: Values): Compatibility {
  if (PRIMITIVE_IDS.indexOf(a) > PRIMITIVE_IDS.indexOf(b)) return compatibilityOf(b, a, vb, va)
  const row = ROWS.find((one) => holds(one, a, b, va, vb))
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
