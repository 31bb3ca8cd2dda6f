/**
 * Keys whose positions change while they lie in the cache (counted inside a bounded cache, or on a scale that grows): the
 * rotation that a cached key carries is of another position than it now has. What putting that right costs in decode, with
 * R rotated elements of Hk key heads and c vector flop an element (`Convention.vectorFlop.rope`), for each of n keys attended:
 *
 *   rotated at read   keys lie there before rotation and are rotated by the kernel that reads them: n · Hk · R · c vector flop
 *   rotated anew      the same work in a pass of its own, which reads n keys and writes them back before attention
 *
 * Leaves out: that a pass over several tokens of a sequence would do it once for all of them; rotary parts of latent attention.
 */

import type { OperatorGroup } from '../../architecture/group.ts'
import type { Attention } from '../../architecture/model.ts'
import type { Rewrite } from '../../architecture/network.ts'
import { alter, elementwise, type Operator } from '../../architecture/operator.ts'
import { type Pass, shortOnly } from '../../architecture/pass.ts'
import type { Plan } from '../plan.ts'
import { type Readings, remarked } from './readings.ts'
import { withRewrite } from './reshape.ts'

type Rotary = Pick<Attention, 'numQHeads' | 'numKvHeads' | 'headDim' | 'rotaryDim'> & { readonly vHeadDim: number }

/** (query, key) pairs of one query head that an operator makes scores of; undefined: it makes none. */
function pairsOf(o: Operator, a: Rotary): number | undefined {
  if (o.name === 'fused_attention') return o.flop / (2 * a.numQHeads * (a.headDim + a.vHeadDim))
  return o.name === 'qk_matmul' ? o.flop / (2 * a.numQHeads * a.headDim) : undefined
}

function anew(pass: Pass, keys: number, a: Rotary, at: string): Operator {
  const width = a.numKvHeads * a.rotaryDim
  const flop = pass.convention.vectorFlop.rope
  const own = elementwise(pass, 'rotate_keys', [at], keys, width, { reads: 0, writes: 0, flop })
  const bytes = keys * width * pass.formats.kvBytes(a.headDim)
  return alter(own, { kvReadBytes: bytes, kvWriteBytes: bytes, kernel: undefined })
}

const rewriteOf =
  (a: Rotary, isAtRead: boolean): Rewrite =>
  (group, pass, under) => {
    if (group.part !== 'layer') return group
    const decode: OperatorGroup = under(shortOnly(pass))
    const operators = group.operators.flatMap((o, at) => {
      const keys = pairsOf(decode.operators[at] ?? o, a)
      if (keys === undefined) return [o]
      const vectorFlop = keys * a.numKvHeads * a.rotaryDim * pass.convention.vectorFlop.rope
      if (isAtRead) return [alter(o, { vectorFlop: o.vectorFlop + vectorFlop })]
      const own = anew(pass, keys, a, o.after[0] ?? 'input')
      return [own, { ...o, after: [...o.after, own.name] }]
    })
    return { ...group, operators }
  }

/** The rotary attention of a model; of several the widest kind is taken for all. */
function rotaryOf({ scenario }: Plan): Rotary | undefined {
  const { kinds } = scenario.model.stack
  const all = kinds.flatMap(({ mixer }) => (mixer?.kind === 'attention' && mixer.rotaryDim > 0 ? [mixer] : []))
  const [first] = all.sort((a, b) => b.numKvHeads * b.rotaryDim - a.numKvHeads * a.rotaryDim)
  if (!first) return undefined
  const { numQHeads, numKvHeads, headDim, rotaryDim, vHeadDim = headDim } = first
  return { numQHeads, numKvHeads, headDim, rotaryDim, vHeadDim }
}

export function withTurnedKeys(plan: Plan, values: Readings): Plan {
  const keys = values.text('keys')
  if (keys === 'as-stored') return plan
  const rotary = rotaryOf(plan)
  if (!rotary) return plan
  const isAtRead = keys === 'rotated-at-read'
  const next = withRewrite(plan, `POS keys ${keys} ${JSON.stringify(rotary)}`, () => rewriteOf(rotary, isAtRead))
  const text = isAtRead
    ? 'keys are stored before rotation and rotated by the kernel that reads them, in every step'
    : 'keys are rotated anew in every step: read and written back before attention'
  return remarked(next, 'POS', text)
}
