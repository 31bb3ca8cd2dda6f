/**
 * What context-parallel ranks exchange so that every query of a prompt meets every key, written into one layer's operators.
 * n ranks, T new tokens of C + T visible ones, H query and K key/value heads of d (values dv) on a rank, a and c byte per
 * activation and cached value. Bytes that leave one rank in one layer:
 *
 *   ring            (n−1)/n · (C+T)·K·(d+dv)·c   Ring Attention, arXiv 2310.01889: under the attention, the longer counts
 *   two-level ring  as many, most of them inside a node: BurstAttention, arXiv 2403.09347 (`ringSecondsPerByte`)
 *   query           (n−1)/n · T·H·d·a under the attention, then partial outputs home, (n−1)/n · T·H·(4·dv + 8), in turn:
 *                   DistAttention of Infinite-LLM, arXiv 2401.02669; for prompts as pass-Q of arXiv 2411.01783
 *   all-to-all      (n−1)/n² · T·(H·d·a + K·(d+dv)·c) before, (n−1)/n² · T·H·dv·a after: DeepSpeed-Ulysses, arXiv 2309.14509
 *
 * A latent (MLA) travels in place of its keys and values. In decode every rank has every token and its share of the keys:
 * partial outputs are merged by an all-reduce (flash-decoding over ranks); with heads exchanged, outputs are gathered.
 * Leaves out: unfused attention, whose exchange has no price; narrower keys that a rewrite made; latency of single blocks.
 */
import type { KernelCall } from '../architecture/kernelCall.ts'
import { alter, elementwise, type Operator } from '../architecture/operator.ts'
import type { Pass } from '../architecture/pass.ts'
import { collective } from './collective.ts'
import { exchangeOf, keysTravel, type Layout } from './layout.ts'

type AttentionCall = Extract<KernelCall, { kind: 'attention' | 'mla' }>

/** byte of one value of a partial output, and of its running maximum and sum: 32 bit. */
const PARTIAL_BYTES = 4

/** Widths of one attention as its exchange sees them, in bytes of one token. */
interface ContextRows {
  readonly queryBytes: number
  /** Keys and values, or the latent they come from. */
  readonly keyValueBytes: number
  /** An output as the next product reads it. */
  readonly outputBytes: number
  /** An unnormalised output with a maximum and a sum for each head. */
  readonly partialBytes: number
}

/** Latent attention: 192 wide keys and 128 wide values when expanded, 576 and 512 when absorbed (`kernelCall.ts`). */
function latentWidths(call: Extract<AttentionCall, { kind: 'mla' }>): readonly [key: number, value: number] {
  return call.form === 'absorbed' ? [576 * call.width, 512 * call.width] : [192 * call.width, 128 * call.width]
}

function rowsOf(call: AttentionCall, operators: readonly Operator[], pass: Pass): ContextRows {
  const { formats } = pass
  const isLatent = call.kind === 'mla'
  const heads = isLatent ? call.heads : call.qHeads
  const [key, value] = isLatent ? latentWidths(call) : ([call.headDim, call.headDim] as const)
  const latent = operators.find((o) => o.name === 'kv_a_proj')?.shape.n ?? 0
  return {
    queryBytes: heads * key * formats.activationBytes(key),
    keyValueBytes: isLatent
      ? latent * formats.kvBytes(latent)
      : 2 * call.kvHeads * call.headDim * formats.kvBytes(call.headDim),
    outputBytes: heads * value * formats.activationBytes(value),
    partialBytes: heads * (value + 2) * PARTIAL_BYTES,
  }
}

/** Keys that the prompts of a pass see, all ranks together. */
function visibleKeys(call: AttentionCall, rows: ContextRows, pass: Pass, layout: Layout): number {
  const shape = {
    pattern: call.pattern,
    queryHeadsPerKvHead: call.kind === 'mla' ? 1 : call.qHeads / call.kvHeads,
    keyValueBytes: rows.keyValueBytes,
    queryBytes: rows.queryBytes,
  }
  const { keys } = pass.extent(shape, 'long')
  return keysTravel(layout) ? keys : keys * layout.cp
}

/** Bytes of one layer that leave a rank while it attends, for `keys` visible keys and `tokens` new ones in all. */
function travellingBytes(layout: Layout, rows: ContextRows, tokens: number, keys: number): number {
  const { cp } = layout
  const exchange = exchangeOf(layout)
  if (exchange === 'all-to-all') return 0
  return ((cp - 1) / cp) * (exchange === 'query' ? tokens * rows.queryBytes : keys * rows.keyValueBytes)
}

/** Operators that read from `from` read from `to` instead, from position `first` on. */
function rewire(operators: Operator[], first: number, from: string, to: string): void {
  for (let i = first; i < operators.length; i++) {
    const o = operators[i] as Operator
    if (!o.after.includes(from)) continue
    operators[i] = alter(o, { after: o.after.map((name) => (name === from ? to : name)) })
  }
}

/** Puts operators after the one at `at`, each reading from the one before; returns how many. */
function follow(operators: Operator[], at: number, added: readonly ((after: string) => Operator)[]): number {
  const { name } = operators[at] as Operator
  let last = name
  const made = added.map((make) => {
    const one = make(last)
    last = one.name
    return one
  })
  rewire(operators, at + 1, name, last)
  operators.splice(at + 1, 0, ...made)
  return made.length
}

/**
 * Where queries travel, a rank reads those of all others too, and writes a partial output for each: traffic beside the
 * attention, whose own kernel stays what it is.
 */
function partialsOf(name: string, source: string, tokens: number, rows: ContextRows, pass: Pass): Operator {
  const empty = elementwise(pass, name, [source], tokens, 1, { reads: 0, writes: 0, flop: 0 })
  const { queryBytes, partialBytes } = rows
  return alter(empty, { activationReadBytes: tokens * queryBytes, activationWriteBytes: tokens * partialBytes })
}

/** Writes the exchange of a layout's context parallelism (cp > 1) into one layer's operators, in place. */
export function exchangeContext(operators: Operator[], pass: Pass, layout: Layout): void {
  const { cp } = layout
  const exchange = exchangeOf(layout)
  const stride = layout.tp * layout.attentionDp
  const expands = operators.some(({ kernel }) => kernel?.kind === 'mla' && kernel.form === 'expanded')
  for (let i = 0; i < operators.length; i++) {
    const o = operators[i] as Operator
    const call = o.kernel
    if (call?.kind !== 'attention' && call?.kind !== 'mla') continue
    const rows = rowsOf(call, operators, pass)
    const own = pass.part('long').tokens
    const answered = pass.part('short').tokens
    // Latent attention has an operator for each part: expanded for prompts, absorbed for answers (and sparse selections).
    const prompts = call.kind === 'attention' || call.form === 'expanded' || !expands
    const answers = call.kind === 'attention' || call.form === 'absorbed'
    const after: ((source: string) => Operator)[] = []
    if (prompts) {
      const linkBytes = travellingBytes(layout, rows, own * cp, visibleKeys(call, rows, pass, layout))
      operators[i] = alter(o, { linkBytes })
      if (exchange === 'query') {
        const home = own * cp * rows.partialBytes
        after.push((source) => partialsOf(`${o.name}_partials`, source, own * (cp - 1), rows, pass))
        after.push((source) => collective(`${o.name}_return`, [source], 'all-to-all', cp, home, stride))
      }
      if (exchange === 'all-to-all') {
        const there = own * (rows.queryBytes + rows.keyValueBytes)
        const go = collective(`${o.name}_to_heads`, o.after, 'all-to-all', cp, there, stride)
        // What it sends stands for what it receives, which is as much: queries, keys and values live on until they are read.
        operators[i] = alter(o, { after: [...o.after, go.name] })
        operators.splice(i, 0, go)
        i++
        const back = own * rows.outputBytes
        after.push((source) => collective(`${o.name}_to_tokens`, [source], 'all-to-all', cp, back, stride))
      }
    }
    if (answers) {
      const gathers = exchange === 'all-to-all'
      const message = answered * (gathers ? rows.outputBytes : rows.partialBytes)
      const op = gathers ? 'all-gather' : 'all-reduce'
      after.push((source) => collective(`${o.name}_merge`, [source], op, cp, message, stride))
    }
    i += follow(operators, i, after)
  }
}
