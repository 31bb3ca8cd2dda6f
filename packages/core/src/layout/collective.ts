/**
 * A collective as an operator of a rank's network. `linkBytes` is what leaves one rank; a collective of n ranks moves
 *   all-reduce 2·(n−1)/n, all-gather and reduce-scatter (n−1)/n of the message (ring, Thakur et al. 2005),
 *   all-to-all (n−1)/n of what a rank sends, send: the message.
 */
import type { CollectiveKind } from '../architecture/kernelCall.ts'
import type { Operator } from '../architecture/operator.ts'

const LINK_SHARE: { readonly [K in CollectiveKind]: (ranks: number) => number } = {
  'all-reduce': (n) => (2 * (n - 1)) / n,
  'all-gather': (n) => (n - 1) / n,
  'reduce-scatter': (n) => (n - 1) / n,
  'all-to-all': (n) => (n - 1) / n,
  send: () => 1,
}

/** A collective over `ranks` ranks, `stride` accelerators apart, of a message of so many bytes. */
export function collective(
  name: string,
  after: readonly string[],
  op: CollectiveKind,
  ranks: number,
  messageBytes: number,
  stride = 1,
): Operator {
  const share = LINK_SHARE[op](ranks)
  return {
    name,
    kind: 'collective',
    after,
    flop: 0,
    vectorFlop: 0,
    weightBytes: 0,
    activationReadBytes: 0,
    activationWriteBytes: 0,
    kvReadBytes: 0,
    kvWriteBytes: 0,
    linkBytes: messageBytes * share,
    operands: [],
    parameters: 0,
    activeParameters: 0,
    storedBytes: 0,
    weightClass: 'ffn',
    shape: { m: 0, k: 0, n: 0, count: ranks },
    kernel: { kind: 'collective', op, ranks, stride, messagePerLinkByte: 1 / share },
  }
}
