/**
 * What ranks exchange, as operators of their own: written into a rank's network by rewrites, so that collectives are priced,
 * explained and drawn like everything else (`collective.ts`). What context-parallel ranks exchange is `contextExchange.ts`.
 * Leaves out: collectives that run beside other kernels on a second stream.
 */

import type { OperatorGroup } from '../architecture/group.ts'
import type { KernelCall } from '../architecture/kernelCall.ts'
import type { Rewrite } from '../architecture/network.ts'
import { alter, type Operator } from '../architecture/operator.ts'
import type { Pass } from '../architecture/pass.ts'
import { collective } from './collective.ts'
import { exchangeContext } from './contextExchange.ts'
import { expertRanks, type Layout } from './layout.ts'

/** Puts `added` before the operator at `index`, which then reads from it instead of from its last input. */
function insertBefore(operators: Operator[], index: number, added: (source: string) => Operator): void {
  const next = operators[index] as Operator
  const source = next.after.at(-1) as string
  const made = added(source)
  operators.splice(index, 1, made, alter(next, { after: [...next.after.slice(0, -1), made.name] }))
}

const BLOCKS = ['attn', 'cross', 'mlp'] as const
type Block = (typeof BLOCKS)[number]

/** Where a block's output is whole again: at its norm after, or its addition. */
function endOf(operators: readonly Operator[], block: Block): number {
  const post = operators.findIndex((o) => o.name === `${block}_post_norm`)
  return post >= 0 ? post : operators.findIndex((o) => o.name === `${block}_add`)
}

const EXPERT_INPUTS: ReadonlySet<string> = new Set(['expert_gate_proj', 'expert_up_proj'])

/** Tokens go to the ranks of their experts and their outputs come back; ranks with their own sequences only. */
function exchangeTokens(operators: Operator[], pass: Pass, layout: Layout): void {
  const first = operators.findIndex((o) => EXPERT_INPUTS.has(o.name))
  const done = operators.findIndex((o) => o.name === 'expert_combine')
  const lead = operators[first]
  if (!lead || done < 0 || lead.kernel?.kind !== 'moe') return
  const ranks = expertRanks(layout)
  const width = lead.shape.k
  const bytes = pass.formats.activationBytes(width)
  const { topK } = lead.kernel
  const whole = layout.ep === ranks
  // Each token once to every rank that has one of its experts; or every rank's tokens to all.
  const reached = ranks * (1 - (1 - 1 / ranks) ** topK)
  const message = whole
    ? (pass.tokens / layout.tp) * reached * width * bytes
    : pass.tokens * layout.attentionDp * width * bytes
  const back = collective('expert_return', ['expert_combine'], whole ? 'all-to-all' : 'reduce-scatter', ranks, message)
  const go = collective('expert_dispatch', lead.after, whole ? 'all-to-all' : 'all-gather', ranks, message)
  for (let i = done + 1; i < operators.length; i++) {
    const o = operators[i] as Operator
    operators[i] = alter(o, { after: o.after.map((name) => (name === 'expert_combine' ? back.name : name)) })
  }
  operators.splice(done + 1, 0, back)
  operators.splice(first, 0, go)
  for (let i = first + 1; i <= done; i++) {
    const o = operators[i] as Operator
    if (EXPERT_INPUTS.has(o.name)) operators[i] = alter(o, { after: [go.name] })
  }
}

function layerExchange(group: OperatorGroup, pass: Pass, layout: Layout, hidden: number): OperatorGroup {
  const operators = [...group.operators]
  const message = pass.tokens * hidden * pass.formats.activationBytes(hidden)
  const { tp } = layout
  // Experts that exchange tokens too: shared experts are partial sums, and each of the tp ranks got its share of tokens back.
  for (const block of tp > 1 ? BLOCKS : []) {
    const end = endOf(operators, block)
    if (end < 0) continue
    const op = layout.sequenceParallel ? 'reduce-scatter' : 'all-reduce'
    insertBefore(operators, end, (source) => collective(`${block}_${op.replace('-', '_')}`, [source], op, tp, message))
    if (layout.sequenceParallel) gatherAfterNorm(operators, block, tp, message)
  }
  if (layout.attentionDp > 1) exchangeTokens(operators, pass, layout)
  if (layout.cp > 1) exchangeContext(operators, pass, layout)
  return { ...group, operators }
}

/** Sequence-parallel norms work on a share of the tokens; what they feed needs all of them. */
function gatherAfterNorm(operators: Operator[], block: Block, tp: number, message: number): void {
  for (let i = 0; i < operators.length; i++) {
    const o = operators[i] as Operator
    const small = o.name === `${block}_norm` || o.name === `${block}_post_norm` || o.name === `${block}_add`
    if (!small) continue
    operators[i] = alter(o, {
      vectorFlop: o.vectorFlop / tp,
      activationReadBytes: o.activationReadBytes / tp,
      activationWriteBytes: o.activationWriteBytes / tp,
    })
  }
  // Without a norm before the block, what the next one reads is gathered after the addition.
  const isPost = operators.some((o) => o.name === `${block}_post_norm`)
  const before = operators.some((o) => o.name === `${block}_norm`)
  const source = before ? `${block}_norm` : isPost ? `${block}_add` : undefined
  if (source === undefined) return
  const at = operators.findIndex((o) => o.name === source)
  const gather = collective(`${block}_all_gather`, [source], 'all-gather', tp, message)
  for (let i = at + 1; i < operators.length; i++) {
    const o = operators[i] as Operator
    const isSmall = o.name.endsWith('_add') || o.name.endsWith('_norm')
    if (!before && isSmall) continue
    operators[i] = alter(o, { after: o.after.map((name) => (name === source ? gather.name : name)) })
  }
  operators.splice(at + 1, 0, gather)
}

/** Rows of the table are split by number: a rank's look-up is zero where the token is another's, and the sum is whole. */
function gatherEmbedding(group: OperatorGroup, layout: Layout, message: number): OperatorGroup {
  const at = group.operators.findIndex((o) => o.name === 'embed')
  if (at < 0) return group
  const sum = collective('embed_all_reduce', ['embed'], 'all-reduce', layout.tp, message)
  const later = group.operators
    .slice(at + 1)
    .map((o) => alter(o, { after: o.after.map((name) => (name === 'embed' ? sum.name : name)) }))
  return { ...group, operators: [...group.operators.slice(0, at + 1), sum, ...later] }
}

function outerExchange(
  group: OperatorGroup,
  pass: Pass,
  layout: Layout,
  hidden: number,
  vocabulary: number,
): OperatorGroup {
  const bytes = pass.formats.activationBytes(hidden)
  const last = group.operators.at(-1)
  if (!last) return group
  const added: Operator[] = []
  if (group.part === 'embedding' && layout.tp > 1) return gatherEmbedding(group, layout, pass.tokens * hidden * bytes)
  if (group.part === 'head') {
    if (layout.tp > 1) {
      const message = pass.logitTokens * vocabulary * pass.formats.activationBytes(vocabulary)
      added.push(collective('logits_all_gather', [last.name], 'all-gather', layout.tp, message))
    }
    const stride = layout.tp * layout.attentionDp * layout.cp
    for (let stage = 1; stage < layout.pp; stage++) {
      const send = collective(`stage_send_${stage}`, ['input'], 'send', 2, pass.tokens * hidden * bytes, stride)
      const call = send.kernel as Extract<KernelCall, { kind: 'collective' }>
      added.push(alter(send, { kernel: { ...call, first: (stage - 1) * stride } }))
    }
  }
  return added.length > 0 ? { ...group, operators: [...group.operators, ...added] } : group
}

/** Encoders may be narrower than the stack that answers: their additions say how wide they are. */
function encoderHidden(group: OperatorGroup, hidden: number): number {
  const sum = group.operators.find((o) => o.name === 'attn_add' || o.name === 'mlp_add')
  return group.part === 'encoder' ? (sum?.shape.k ?? hidden) : hidden
}

/** The collectives of a layout, for the network of one rank (`shardModel`). `vocabulary`: rows of the whole head. */
export function exchangeRewrite(layout: Layout, hidden: number, vocabulary: number): Rewrite {
  return (group, pass) => {
    const isLayer = group.part === 'layer' || group.operators.some((o) => o.name === 'attn_add' || o.name === 'mlp_add')
    if (isLayer && group.part !== 'tower') return layerExchange(group, pass, layout, encoderHidden(group, hidden))
    return group.part === 'tower' ? group : outerExchange(group, pass, layout, hidden, vocabulary)
  }
}
