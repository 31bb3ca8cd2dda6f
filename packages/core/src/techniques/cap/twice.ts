/**
 * What two techniques both set: then one would replace, or work over again on, what the other did, without a word. One rule
 * for `compare`, which refuses such a pair and names the thing, and for `rank --pairs`, which leaves it out. Uses of one
 * primitive that set different things (tensors and layers split, the cache and the weights placed, two modules beside the
 * model) stand together and are applied in turn.
 */
import { identityOf, type PrimitiveId } from '../parameters.ts'
import type { Values } from '../primitive.ts'

type Rule = (a: Values, b: Values) => string | undefined

const always =
  (thing: string): Rule =>
  () =>
    thing

/** Both set the thing where they agree on the parameter. */
const sameIn =
  (parameter: string, thing: string): Rule =>
  (a, b) =>
    a[parameter] === b[parameter] ? thing : undefined

/** Parameters away from the value that changes nothing. */
function changed(id: PrimitiveId, values: Values): ReadonlySet<string> {
  return new Set(
    Object.entries(identityOf(id))
      .filter(([name, idle]) => values[name] !== undefined && values[name] !== idle)
      .map(([name]) => name),
  )
}

const axisOf = ({ axis }: Values) => (axis === 'tp2d' ? 'tp' : axis)

const AXES: Readonly<Record<string, string>> = {
  tp: 'how tensors are split over accelerators',
  cp: 'how the sequence is split over accelerators',
  pp: 'how layers are split over accelerators',
  ep: 'how experts are split over accelerators',
}

/** Primitives without a rule only add: modules beside the model, and annotations of grids and training. */
const RULES: Readonly<{ readonly [P in PrimitiveId]?: Rule }> = {
  BASE: always('the model that is served'),
  HW: always('the accelerator'),
  WB: sameIn('site', 'the format of the weights'),
  AB: always('the format of the activations'),
  KB: always('the format of the cache'),
  WSP: always('which weights are kept'),
  DIM: (a, b) => {
    const own = changed('DIM', a)
    return [...changed('DIM', b)].some((name) => own.has(name)) ? 'the size of the model' : undefined
  },
  RANK: (a, b) =>
    a.mode !== 'additive' && b.mode !== 'additive' && a.site === b.site ? 'the factors of the weights' : undefined,
  LFRAC: (a, b) => (a.scope === b.scope ? 'how many layers a token runs through' : undefined),
  WFRAC: always('which neurons a token uses'),
  EXP: always('the experts of a block'),
  TPP: always('how many tokens a pass yields'),
  BRANCH: always('the branches of an answer'),
  FUSE: sameIn('what', 'which operators are one kernel'),
  EFF: sameIn('operators', 'the efficiency of the kernels'),
  ALLOC: always('how the cache is allotted'),
  REUSE: always('which prompt tokens are reused'),
  PLACE: (a, b) => (a.what === b.what || a.search === true || b.search === true ? 'where tensors lie' : undefined),
  SCHED: always('how steps are formed'),
  PAR: (a, b) => (axisOf(a) === axisOf(b) ? AXES[String(axisOf(a))] : undefined),
  APAT: always('which pairs are attended'),
  KVB: always('which keys stay in the cache'),
  LIN: always('the form of attention'),
  MEM: always('the memory over segments'),
  POS: always('the position map'),
  CTX: sameIn('site', 'how the context is made shorter'),
  RETR: (a, b) => (a.store === b.store && a.inject === b.inject ? 'what is looked up' : undefined),
  CALLS: sameIn('mode', 'which calls a question takes'),
  REPL: always('the copies of the model'),
}

/** What two uses of one primitive both set; undefined: each has its own. Values are complete. */
export function bothSet(id: PrimitiveId, a: Values, b: Values): string | undefined {
  return RULES[id]?.(a, b)
}
