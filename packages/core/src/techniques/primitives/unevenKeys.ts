/**
 * KVB × PAR(cp): what eviction leaves of a sequence that ranks share (CAP survey, arXiv 2405.11299, section 2.4.3, open direction).
 * Dealt out in contiguous pieces of n / w tokens, the first tokens lie on the first rank and the last on the last: all others
 * wait in decode for the rank that keeps most, and its memory is the one that fills.
 *
 *   kept of piece i   = overlap with the first `sink` + overlap with the last `recent` + its part of the others, spread evenly
 *   factor            = w · max kept / kept in all, on attention and cache of a decode step; 1 where tokens are dealt in turn
 *
 * The context is that of half-way through the answer. Leaves out: that an engine may move keys to even ranks out; prompts,
 * of which budgets that drop while reading leave bands.
 */
import { alter } from '../../architecture/operator.ts'
import { shortOnly } from '../../architecture/pass.ts'
import { exchangeOf, type Layout, orderOf } from '../../layout/layout.ts'
import { formatNumber } from '../../units/format.ts'
import type { Kept, Plan } from '../plan.ts'
import { remarked } from './readings.ts'
import { changeLayers, withModel, withRewrite } from './reshape.ts'

const overlap = (a: number, b: number, from: number, to: number) => Math.max(0, Math.min(b, to) - Math.max(a, from))

/** Kept tokens of the fullest of w contiguous pieces of n tokens, over the mean. */
export function unevenness(kept: Kept, n: number, ranks: number): number {
  const all = Math.min(n, Math.max(kept.tokens, kept.share * n))
  const sink = Math.min(kept.sink, all)
  const recent = kept.halfRecent ? (all - sink) / 2 : Math.min(kept.recent, all - sink)
  const others = all - sink - recent
  const between = n - sink - recent
  let most = 0
  for (let rank = 0; rank < ranks; rank++) {
    const [from, to] = [(rank * n) / ranks, ((rank + 1) * n) / ranks]
    const middle = overlap(from, to, sink, n - recent)
    const own =
      overlap(from, to, 0, sink) + overlap(from, to, n - recent, n) + (between > 0 ? (others * middle) / between : 0)
    most = Math.max(most, own)
  }
  return all > 0 ? (ranks * most) / all : 1
}

const ATTENDING: ReadonlySet<string> = new Set(['attention', 'softmax'])

/** The plan with the wait for the rank that keeps most, where ranks of `layout` share a budget in contiguous pieces. */
export function withUnevenKeys(plan: Plan, layout: Layout): Plan {
  const { kept } = plan
  // Ranks that exchange tokens for heads hold whole sequences.
  if (!kept || layout.cp === 1 || orderOf(layout) !== 'contiguous' || exchangeOf(layout) === 'all-to-all') return plan
  const { promptTokens, outputTokens } = plan.scenario.workload
  const factor = unevenness(kept, promptTokens + outputTokens / 2, layout.cp)
  if (factor <= 1) return plan
  const waiting = withRewrite(plan, `KVB uneven ${factor}`, () => (group, pass, under) => {
    if (group.part !== 'layer') return group
    const decode = under(shortOnly(pass)).operators
    const operators = group.operators.map((o, at) => {
      const own = decode[at]
      if (!own || !ATTENDING.has(o.kind)) return o
      return alter(o, {
        flop: o.flop + (factor - 1) * own.flop,
        vectorFlop: o.vectorFlop + (factor - 1) * own.vectorFlop,
        kvReadBytes: o.kvReadBytes + (factor - 1) * own.kvReadBytes,
      })
    })
    return { ...group, operators }
  })
  const fuller = withModel(waiting, `KVB uneven ${factor}`, (model) =>
    changeLayers(model, 1, (layer) => {
      const { mixer } = layer
      const budgeted = mixer && 'pattern' in mixer && mixer.pattern.kind === 'kept'
      return budgeted ? { ...layer, cachedShare: (layer.cachedShare ?? 1) * factor } : layer
    }),
  )
  const text = `what the budget keeps lies unevenly on contiguous pieces: the fullest of ${layout.cp} ranks holds and reads ${formatNumber(factor)} times the mean, and the others wait (dealt in turn, balance=striped, none do)`
  // Priced once: who shares further shares what is uneven already.
  const { kept: _, ...priced } = fuller
  return remarked(priced, 'PAR', text)
}
