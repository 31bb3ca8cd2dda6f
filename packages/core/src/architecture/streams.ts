/**
 * Hyper-connections: the residual as N parallel streams of the hidden size instead of one (arXiv 2409.19606; constrained to
 * doubly stochastic mixes in arXiv 2512.24880; DeepSeek-V4 technical report section 2.2).
 *
 * Before a block, a product over all streams, 2·T·N·h·N(N+2), makes the weights that collapse them into the block's input
 * (2·N·h per token), spread its output, and mix the streams among themselves (2·N·h + 2·N²·h per token).
 * Leaves out: the norm of the streams and the Sinkhorn iterations on N × N values per token.
 */
import { elementwise, linear, type Operator } from './operator.ts'
import type { Pass } from './pass.ts'

type StreamBlock = 'attn' | 'cross' | 'mlp'

/** The mixing weights and the block's input (`<name>_collapse`) from the streams. */
export function collapseStreams(
  pass: Pass,
  name: StreamBlock,
  streams: string,
  hidden: number,
  count: number,
): Operator[] {
  const { tokens } = pass
  const mixes = count * (count + 2)
  const work = { reads: count, writes: 1, flop: 2 * count }
  return [
    linear(pass, `${name}_mix_proj`, [streams], 'norm', tokens, count * hidden, mixes),
    // An offset for every mixing weight, and a scale for each of the three kinds.
    elementwise(pass, `${name}_collapse`, [streams, `${name}_mix_proj`], tokens, hidden, work, {
      parameters: mixes + 3,
    }),
  ]
}

/** The streams after a block, in place of a residual addition. */
export function expandStreams(
  pass: Pass,
  block: StreamBlock,
  name: string,
  after: readonly string[],
  hidden: number,
  count: number,
): Operator {
  const work = { reads: count + 1, writes: count, flop: 2 * count + 2 * count * count }
  return elementwise(pass, name, [...after, `${block}_mix_proj`], pass.tokens, hidden, work)
}
