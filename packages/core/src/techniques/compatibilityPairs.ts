/** Pairs of primitives with a story of their own: what one changes that the other needs. Rules for the rest: `compatibility.ts`. */
import type { PrimitiveId } from './parameters.ts'
import type { Values } from './primitive.ts'

export type CompatibilityKind = 'compatible' | 'order-dependent' | 'conflicting'

export interface Compatibility {
  readonly kind: CompatibilityKind
  readonly reason: string
  readonly remedy?: string
}

export interface PairRow extends Compatibility {
  readonly pair: readonly [PrimitiveId, PrimitiveId]
  /** Whether it holds at these values, given in the order of `pair`. */
  readonly when?: (a: Values, b: Values) => boolean
}

const replacesAll = (lin: Values) => lin.scope === 'attention' && lin.layerShare === 1
const readsScores = ({ policy }: Values) =>
  policy === 'accumulated-attention' || policy === 'gumbel-score' || policy === 'mean-deviation' || policy === 'cascade'
const fusesAttention = ({ what }: Values) => what === 'attention' || what === 'attention+ffn' || what === 'all'
const isSequence = ({ axis }: Values) => axis === 'cp'

/** The first row that holds is the answer. */
export const PAIRS: readonly PairRow[] = [
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
    kind: 'compatible',
    reason:
      'the policy reads attention scores, which a fused kernel does not store: an engine has to sum them up, which is not priced',
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
