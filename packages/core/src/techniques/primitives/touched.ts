/**
 * LFRAC and WFRAC: a token runs through a part of the layers, or uses a part of a layer's width. Weights are read when any
 * token of the pass needs them: with a chance p per token and T tokens, the share 1 − (1 − p)^T (`pass.touched(1, p)`), which
 * goes to 1 as the batch or a verified draft grows. Work follows the tokens that stay in a layer; of a layer's width, the rows
 * of a dense product cannot skip what others of them need, so that its work is the union's for all (`pass.union`).
 *
 * Exits: layers before the share e run for all; each later one for a token with chance p = (f − e) / (1 − e), f = E[l]/L.
 */

import type { OperatorGroup } from '../../architecture/group.ts'
import type { ModelSpec } from '../../architecture/model.ts'
import type { Rewrite } from '../../architecture/network.ts'
import { alter, elementwise, linear, type Operator } from '../../architecture/operator.ts'
import type { Pass } from '../../architecture/pass.ts'
import { fail, ok } from '../../units/result.ts'
import { primitiveOf, remarked } from './readings.ts'
import { changeLayers, isProduct, scaleWork, wholeLayerRewrite, withModel, withRewrite } from './reshape.ts'

/** Products whose weights are read only by groups of some kind (MLA's two forms, sources): left as they are. */
const BY_PART: ReadonlySet<string> = new Set([
  'kv_b_proj',
  'q_absorb',
  'v_absorb',
  'cross_k_proj',
  'cross_v_proj',
  'cross_k_norm',
])

/** Weights of an operator that a pass reads when a token needs them with chance p. */
function readWeights(o: Operator, pass: Pass, p: number): number {
  if (BY_PART.has(o.name) || o.storedBytes === 0) return o.weightBytes
  const ofAll = o.kind === 'grouped-gemm' ? o.activeParameters / o.parameters : 1
  return o.storedBytes * pass.touched(1, Math.min(1, ofAll * p))
}

const ATTENDING: ReadonlySet<string> = new Set(['attention', 'softmax'])
const KEYS: ReadonlySet<string> = new Set(['k_proj', 'v_proj', 'kv_a_proj', 'kv_a_norm', 'k_norm'])

interface Exits {
  readonly fraction: number
  readonly earliest: number
  readonly kv: string
  readonly uniform: boolean
}

/** One layer's operators, averaged over layers before and after the first exit. */
function exited(group: OperatorGroup, pass: Pass, x: Exits): readonly Operator[] {
  const { fraction, earliest, kv } = x
  const p = (fraction - earliest) / (1 - earliest)
  const after = 1 - earliest
  return group.operators.map((o) => {
    // Work on keys and values of tokens that left: done at once on the copied state, or later in a batch.
    const whole = kv === 'recompute' || (kv === 'copy' && KEYS.has(o.name))
    const work = whole ? 1 : earliest + after * p
    // Without keys of the tokens that left, the others attend fewer.
    const attends = ATTENDING.has(o.kind) ? earliest + after * p * (kv === 'none' ? p : 1) : work
    const weights = x.uniform
      ? o.weightBytes * fraction
      : earliest * o.weightBytes + after * readWeights(o, pass, kv === 'copy' && KEYS.has(o.name) ? 1 : p)
    return alter(o, { ...scaleWork(o, ATTENDING.has(o.kind) && !whole ? attends : work), weightBytes: weights })
  })
}

/** The head where a token may leave: rows and its cost per exit. */
function exitHead(pass: Pass, exits: number, width: number, rows: number, at: string): Operator[] {
  const one = linear(pass, 'exit_head', [at], 'head', pass.tokens, width, rows)
  const score = elementwise(pass, 'exit_score', ['exit_head'], pass.tokens, rows, { reads: 1, writes: 0, flop: 5 })
  return [one, score].map((o) => alter(o, { ...scaleWork(o, exits), weightBytes: o.weightBytes * exits }))
}

export const LFRAC = primitiveOf(
  'LFRAC',
  'Layer fraction',
  'touched',
  'Work · E[l]/L; a layer’s weights are read if any token of the pass reaches it; exit heads added',
  (plan, values) => {
    const fraction = values.number('fraction')
    if (fraction >= 1) return ok(plan)
    if (values.text('scope') === 'draft') {
      return ok(remarked(plan, 'LFRAC', 'holds for draft passes only: TPP prices them (draftLayerShare)'))
    }
    const { model } = plan.scenario
    const earliest = Math.min(values.number('earliest'), fraction)
    if (model.stack.kinds.some((kind) => kind.onlyWithSource)) {
      return fail(
        'LFRAC.fraction',
        `${model.name} has layers that only run beside a picture`,
        'Choose a model whose layers all run',
      )
    }
    const kv = values.text('kv')
    const exits: Exits = { fraction, earliest, kv, uniform: values.text('batch') === 'uniform' }
    let next = withRewrite(plan, `LFRAC ${JSON.stringify(exits)}`, () =>
      wholeLayerRewrite((group, pass) => exited(group, pass, exits)),
    )
    const head = values.text('exitHead')
    const checks = values.number('exits')
    if (head !== 'none' && checks > 0) {
      const own = head === 'classifier'
      const width = model.stack.hiddenSize
      const rows = own ? values.number('classes') : (model.head?.outputSize ?? 0)
      next = withRewrite(next, `LFRAC head ${checks} ${width} ${rows} ${own}`, () => (group, pass) => {
        if (group.part !== 'head') return group
        const added = exitHead(pass, checks, width, rows, group.operators[0]?.name ?? 'input').map((o) => {
          // The output head is shared with the end of the stack; a classifier is one per exit.
          const held = own ? checks : 0
          return alter(o, {
            parameters: o.parameters * held,
            activeParameters: o.activeParameters * held,
            storedBytes: o.storedBytes * held,
          })
        })
        return { ...group, operators: [...added, ...group.operators] }
      })
    }
    if (kv === 'none' || kv === 'present') {
      next = withModel(next, `LFRAC cache ${fraction}`, (from) =>
        changeLayers(from, 1, (layer) => ({ ...layer, cachedShare: (layer.cachedShare ?? 1) * fraction })),
      )
    }
    return ok(
      kv === 'recompute'
        ? remarked(
            next,
            'LFRAC',
            'layers skipped now are computed later for their keys and values: work stays, weights are read less often',
          )
        : next,
    )
  },
)

const FFN: ReadonlySet<string> = new Set(['ffn', 'shared', 'experts'])

interface Width {
  readonly density: number
  readonly sites: string
  readonly work: string
  readonly rank: number
  /** Query heads that share a key. */
  readonly headsPerKey: number
}

type Under = Parameters<Rewrite>[2]

function isSite(o: Operator, sites: string): boolean {
  const neurons = isProduct(o) && FFN.has(o.weightClass)
  const heads = o.weightClass === 'attention' && (isProduct(o) || ATTENDING.has(o.kind))
  return (
    (sites !== 'heads' && (neurons || o.name === 'mlp_act' || o.name === 'expert_act')) || (sites !== 'ffn' && heads)
  )
}

/** Of one operator, what its own part of the pass computes and reads; only what scales with the width changes. */
const computed = (o: Operator, of: Partial<Operator>, weightBytes: number, kvReadBytes = of.kvReadBytes ?? 0) =>
  alter(o, { flop: of.flop ?? 0, vectorFlop: of.vectorFlop ?? 0, kvReadBytes, weightBytes })

/**
 * The group with what no token needs left out. A dense product over several tokens computes, for all of them, whatever one
 * needs; so does attention, whose kernel is taken to gather the heads of a pass once, not those of each sequence.
 */
function narrowed(group: OperatorGroup, pass: Pass, under: Under, w: Width): readonly Operator[] {
  const { density } = w
  /** The same operators under a pass weighed by the union. */
  const unions = new Map<string, readonly Operator[]>()
  const union = (chance: number, among: number): readonly Operator[] => {
    const key = `${chance}/${among}`
    const made = unions.get(key) ?? under(pass.union(chance, among)).operators
    unions.set(key, made)
    return made
  }
  const grouped = group.operators.find((o) => o.kind === 'grouped-gemm')
  const routed = grouped ? grouped.activeParameters / grouped.parameters : 1
  return group.operators.map((o, at) => {
    // Keys and values of every token are made, whichever heads it then uses. What is input or output stays whole.
    if (!isSite(o, w.sites) || KEYS.has(o.name)) return o
    const weights = o.storedBytes > 0 ? readWeights(o, pass, density) : o.weightBytes
    if (w.work === 'per-token') return computed(o, scaleWork(o, density), weights)
    const isRouted = o.kind === 'grouped-gemm' || o.name === 'expert_act'
    const own = union(density, isRouted ? routed : 1)[at] ?? o
    if (!ATTENDING.has(o.kind)) return computed(o, own, weights)
    // Keys of a group are read if any of its query heads is used.
    const keys = union(1 - (1 - density) ** w.headsPerKey, 1)[at] ?? o
    return computed(o, own, weights, keys.kvReadBytes)
  })
}

function predictor(group: OperatorGroup, pass: Pass, hidden: number, w: Width): Operator[] {
  const gate = group.operators.find((o) => o.weightClass === 'ffn' && isProduct(o))
  if (w.rank === 0 || !gate) return []
  const down = linear(pass, 'predictor_in', [gate.after[0] ?? 'input'], 'ffn', pass.tokens, hidden, w.rank)
  return [down, linear(pass, 'predictor_out', ['predictor_in'], 'ffn', pass.tokens, w.rank, gate.shape.n)]
}

function headsPerKey({ stack }: ModelSpec): number {
  const mixer = stack.kinds.find((kind) => kind.mixer?.kind === 'attention' || kind.mixer?.kind === 'mla')?.mixer
  if (mixer?.kind === 'mla') return mixer.numQHeads
  return mixer?.kind === 'attention' ? mixer.numQHeads / mixer.numKvHeads : 1
}

export const WFRAC = primitiveOf(
  'WFRAC',
  'Width fraction',
  'touched',
  'Work and weights read are the union over the tokens of the pass, 1 − (1 − ρ)^T, unless each token is worked on alone',
  (plan, values) => {
    const density = values.number('density')
    if (density >= 1) return ok(plan)
    const { model } = plan.scenario
    if (model.stack.kinds.some((kind) => kind.onlyWithSource)) {
      return fail(
        'WFRAC.density',
        `${model.name} has layers that only run beside a picture`,
        'Choose a model whose layers all run',
      )
    }
    const isRelu = model.stack.kinds.some(({ ffn }) => ffn?.activation === 'relu' || ffn?.activation === 'relu2')
    if (values.text('idle') === 'relu' && !isRelu) {
      return fail(
        'WFRAC.idle',
        `neurons of ${model.name} are hardly ever idle: its activation is no ReLU`,
        'Choose a model with ReLU, such as opt-13b, or idle=any to price it all the same',
      )
    }
    const width: Width = {
      density,
      sites: values.text('sites'),
      work: values.text('work'),
      rank: values.number('predictorRank'),
      headsPerKey: headsPerKey(model),
    }
    const { hiddenSize } = model.stack
    return ok(
      withRewrite(plan, `WFRAC ${hiddenSize} ${JSON.stringify(width)}`, () =>
        wholeLayerRewrite((group, pass, under) => [
          ...predictor(group, pass, hiddenSize, width),
          ...narrowed(group, pass, under, width),
        ]),
      ),
    )
  },
)
