/**
 * How one model is spread over many accelerators. A layout is a product of axes; one rank of each kind has the same work,
 * so everything is priced and planned for one rank (`shard.ts`) and what ranks exchange (`exchange.ts`).
 *
 *   tensor (tp)        heads and FFN columns are split; Megatron-LM, arXiv 1909.08053 section 3
 *   pipeline (pp)      layers are split; micro-batches fill the stages
 *   data (dp)          whole copies, each with its share of the requests
 *   attention data     ranks keep whole attention (and cache) for their own sequences, and share the experts;
 *                      DeepSeek-V3, arXiv 2412.19437 section 3.4
 *   expert (ep)        experts are split over ranks, GShard, arXiv 2006.16668
 *   context (cp)       the tokens of a prompt and the keys of a cache are split; how ranks bring them together again is
 *                      `contextExchange`, which tokens each has is `contextOrder` (`contextExchange.ts`)
 */
import type { ContextExchange, ContextOrder } from '../architecture/kernelCall.ts'
import type { ModelSpec } from '../architecture/model.ts'
import { fail, ok, type Result } from '../units/result.ts'

export interface Layout {
  /** Ranks that split the heads (and, without experts, the FFN). */
  readonly tp: number
  readonly pp: number
  /** Whole copies of everything else. */
  readonly dp: number
  /** Ranks that split the experts by number; the other tp · attentionDp / ep split each expert's width. */
  readonly ep: number
  /** Groups of tp ranks that keep their own sequences and share the experts. */
  readonly attentionDp: number
  readonly cp: number
  /** Norms and residuals on a share of the tokens: reduce-scatter and all-gather instead of all-reduce (arXiv 2205.05198). */
  readonly sequenceParallel: boolean
  /** Exchanges run beside computation: two halves of a step against each other (`step/halves.ts`). */
  readonly overlap: boolean
  /** How context-parallel ranks bring queries and keys of a prompt together; absent: ring. */
  readonly contextExchange?: ContextExchange
  /** Which tokens a context-parallel rank has; absent: striped. Contiguous: under a causal mask the busiest rank has nearly twice the mean work. */
  readonly contextOrder?: ContextOrder
}

export const ONE_ACCELERATOR: Layout = {
  tp: 1,
  pp: 1,
  dp: 1,
  ep: 1,
  attentionDp: 1,
  cp: 1,
  sequenceParallel: false,
  overlap: false,
}

export const CONTEXT_EXCHANGES: readonly ContextExchange[] = ['ring', 'two-level-ring', 'query', 'all-to-all']
export const CONTEXT_ORDERS: readonly ContextOrder[] = ['striped', 'contiguous']

export const exchangeOf = (layout: Layout): ContextExchange => layout.contextExchange ?? 'ring'
export const orderOf = (layout: Layout): ContextOrder => layout.contextOrder ?? 'striped'

/** Whether keys and values go to the queries, rather than queries or heads to the keys. */
export const keysTravel = (layout: Layout): boolean =>
  exchangeOf(layout) === 'ring' || exchangeOf(layout) === 'two-level-ring'

export const LAYOUT_AXES = ['tp', 'pp', 'dp', 'ep', 'attentionDp', 'cp'] as const
export type LayoutAxis = (typeof LAYOUT_AXES)[number]

export function sameLayout(a: Layout, b: Layout): boolean {
  return (
    LAYOUT_AXES.every((axis) => a[axis] === b[axis]) &&
    a.sequenceParallel === b.sequenceParallel &&
    a.overlap === b.overlap &&
    (a.cp === 1 || (exchangeOf(a) === exchangeOf(b) && orderOf(a) === orderOf(b)))
  )
}

/** Accelerators of the whole deployment. */
export function rankCount(layout: Layout): number {
  return copyRanks(layout) * layout.dp
}

/** Accelerators of one copy of the model. */
export function copyRanks({ tp, pp, attentionDp, cp }: Layout): number {
  return tp * pp * attentionDp * cp
}

/** Ranks that hold one set of experts between them. */
export function expertRanks({ tp, attentionDp }: Layout): number {
  return tp * attentionDp
}

/** How many ways one expert's width is split. */
export function expertTp(layout: Layout): number {
  return expertRanks(layout) / layout.ep
}

/** Sequences of one rank, of a batch over the whole deployment: what a copy's attention group has. */
export function rankSequences(layout: Layout, batch: number): number {
  return Math.ceil(batch / (layout.dp * layout.attentionDp))
}

/** Sequences of one micro-batch: every stage of a pipeline works on another one. */
export function microBatch(layout: Layout, sequences: number): number {
  return Math.ceil(sequences / layout.pp)
}

export function describeLayout(layout: Layout): string {
  const names: Record<LayoutAxis, string> = {
    tp: 'TP',
    pp: 'PP',
    dp: 'DP',
    ep: 'EP',
    attentionDp: 'attention-DP',
    cp: 'CP',
  }
  const parts = LAYOUT_AXES.filter((axis) => axis !== 'ep' && layout[axis] > 1).map(
    (axis) => `${names[axis]} ${layout[axis]}`,
  )
  // Expert ranks are some of the others, not more of them.
  const extras = [
    ...(layout.ep > 1 ? [`EP ${layout.ep}`] : []),
    ...(layout.sequenceParallel ? ['sequence-parallel norms'] : []),
    ...(layout.overlap ? ['overlapped'] : []),
    ...(layout.cp > 1 ? contextWords(layout) : []),
  ]
  return parts.length > 0 ? [parts.join(' × '), ...extras].join(', ') : 'one accelerator'
}

const EXCHANGE_WORDS: { readonly [E in ContextExchange]: string | undefined } = {
  ring: undefined,
  'two-level-ring': 'two-level ring',
  query: 'queries travel',
  'all-to-all': 'all-to-all over heads',
}

/** What differs from a striped ring, in words. */
function contextWords(layout: Layout): string[] {
  const exchange = EXCHANGE_WORDS[exchangeOf(layout)]
  return [...(exchange ? [exchange] : []), ...(orderOf(layout) === 'contiguous' ? ['contiguous pieces'] : [])]
}

const divides = (whole: number, parts: number) => whole % parts === 0

/** Heads that tensor parallelism must split evenly, with the layer kind that has them. */
function headCounts(model: ModelSpec): { readonly name: string; readonly heads: number; readonly kvHeads?: number }[] {
  const out: { name: string; heads: number; kvHeads?: number }[] = []
  for (const { mixer, name } of model.stack.kinds) {
    if (!mixer) continue
    if (mixer.kind === 'attention') out.push({ name, heads: mixer.numQHeads, kvHeads: mixer.numKvHeads })
    else if ('numQHeads' in mixer) out.push({ name, heads: mixer.numQHeads })
    else if (mixer.kind === 'linear') out.push({ name, heads: mixer.numValueHeads })
    else out.push({ name, heads: mixer.numHeads || mixer.innerSize })
  }
  return out
}

/** The widths that expert and FFN splits must divide. */
function moeOf(model: ModelSpec) {
  return model.stack.kinds.flatMap(({ ffn }) => (ffn?.kind === 'moe' ? [ffn] : []))
}

/** Whether a model can be laid out so; the error names the axis and the numbers that would do. */
export function checkLayout(model: ModelSpec, layout: Layout): Result<Layout> {
  for (const axis of LAYOUT_AXES) {
    if (!Number.isInteger(layout[axis]) || layout[axis] < 1) {
      return fail(flag(axis), `${layout[axis]} is not a number of accelerators`, 'Give a whole number of at least 1')
    }
  }
  for (const { name, heads, kvHeads } of headCounts(model)) {
    if (!divides(heads, layout.tp)) {
      const legal = legalTp(model, 64).join(', ')
      return fail(
        '--tp',
        `${layout.tp} accelerators cannot share the ${heads} heads of ${model.name} evenly (${name})`,
        `Choose one of ${legal}`,
      )
    }
    if (kvHeads !== undefined && !divides(kvHeads, layout.tp) && !divides(layout.tp, kvHeads)) {
      return fail(
        '--tp',
        `${layout.tp} accelerators can neither share the ${kvHeads} KV heads of ${model.name} nor copy each equally often`,
        `Choose one of ${legalTp(model, 64).join(', ')}`,
      )
    }
  }
  const layers = model.stack.order.length
  if (layout.pp > layers) return fail('--pp', `${layout.pp} stages for ${layers} layers`, `Give at most ${layers}`)
  const experts = moeOf(model)
  if (layout.ep > 1 && experts.length === 0) {
    return fail('--ep', `${model.name} has no experts to spread`, 'Leave --ep out')
  }
  if (layout.ep > 1 && !divides(expertRanks(layout), layout.ep)) {
    return fail(
      '--ep',
      `${layout.ep} does not divide the ${expertRanks(layout)} accelerators that share the experts`,
      'Choose a divisor of tp × attention-dp',
    )
  }
  for (const ffn of experts) {
    if (!divides(ffn.numExperts, layout.ep))
      return fail(
        '--ep',
        `${ffn.numExperts} experts do not spread over ${layout.ep} accelerators`,
        `Choose a divisor of ${ffn.numExperts}`,
      )
    const width = expertTp(layout)
    if (!divides(ffn.expertIntermediateSize, width)) {
      return fail(
        '--tp',
        `experts of width ${ffn.expertIntermediateSize} do not split ${width} ways`,
        'Spread whole experts instead, with --ep',
      )
    }
  }
  if (layout.attentionDp > 1 && experts.length === 0) {
    return fail('--attention-dp', `${model.name} has no experts to share; whole copies do the same`, 'Use --dp')
  }
  if (
    layout.cp > 1 &&
    model.stack.kinds.some(({ mixer }) => mixer && mixer.kind !== 'attention' && mixer.kind !== 'mla')
  ) {
    return fail(
      '--cp',
      `${model.name} has layers whose state passes from token to token`,
      'Split such models with --tp or --pp',
    )
  }
  return layout.cp > 1 && exchangeOf(layout) === 'all-to-all' ? headsFor(model, layout) : ok(layout)
}

/** Tokens are exchanged for heads (DeepSpeed-Ulysses): those of one tensor-parallel rank must be shared evenly by all cp ranks. */
function headsFor(model: ModelSpec, layout: Layout): Result<Layout> {
  const { cp, tp } = layout
  for (const { mixer, name } of model.stack.kinds) {
    if (mixer?.kind === 'mla') {
      const reason = `the latent attention of ${model.name} keeps one latent for all heads, which heads cannot divide (${name})`
      return fail('--cp-exchange', reason, 'Use ring, two-level-ring or query')
    }
    if (mixer?.kind !== 'attention') continue
    const heads = [Math.ceil(mixer.numQHeads / tp), Math.ceil(mixer.numKvHeads / tp)] as const
    if (heads.every((own) => divides(own, cp))) continue
    const legal = Array.from({ length: heads[1] }, (_, i) => i + 1).filter((n) => heads.every((own) => divides(own, n)))
    const reason = `${cp} accelerators cannot share the ${heads[0]} heads and ${heads[1]} KV heads of one rank of ${model.name} evenly (${name})`
    const more = legal.length > 1 ? `--cp ${legal.slice(1).join(', ')}, or ` : ''
    return fail('--cp-exchange', reason, `Choose ${more}ring, two-level-ring or query`)
  }
  return ok(layout)
}

export function isLegalTp(model: ModelSpec, tp: number): boolean {
  return headCounts(model).every(
    ({ heads, kvHeads }) =>
      divides(heads, tp) && (kvHeads === undefined || divides(kvHeads, tp) || divides(tp, kvHeads)),
  )
}

/** Numbers of ranks that heads (and KV heads, whole or copied) split over evenly. */
export function legalTp(model: ModelSpec, most = 1024): number[] {
  return Array.from({ length: most }, (_, i) => i + 1).filter((tp) => isLegalTp(model, tp))
}

function flag(axis: LayoutAxis): string {
  return axis === 'attentionDp' ? '--attention-dp' : `--${axis}`
}

/** Accelerators that usually share a fast link: pipelines are worth trying beyond them. */
const USUAL_NODE = 8

/**
 * Layouts worth trying on `count` accelerators: copies × tensor × attention-data, experts whole or split; pipelines where the
 * heads do not divide or beyond one node. Those a model cannot take are left out, and copies that would have no sequence.
 */
export function layoutsFor(model: ModelSpec, count: number, batch = Number.POSITIVE_INFINITY): Layout[] {
  const out: Layout[] = []
  const isMoe = moeOf(model).length > 0
  const parts = Array.from({ length: count }, (_, i) => i + 1).filter((n) => divides(count, n))
  const staged = count > USUAL_NODE || !isLegalTp(model, count)
  for (const pp of staged ? parts : [1]) {
    for (const dp of parts.filter((n) => divides(count / pp, n) && n <= batch)) {
      const rest = count / pp / dp
      for (const attentionDp of isMoe ? parts.filter((n) => divides(rest, n) && n * dp <= batch) : [1]) {
        const tp = rest / attentionDp
        for (const ep of isMoe ? new Set([1, rest]) : [1]) {
          const layout: Layout = { ...ONE_ACCELERATOR, tp, pp, dp, ep, attentionDp }
          if (checkLayout(model, layout).ok) out.push(layout)
        }
      }
    }
  }
  return out
}
