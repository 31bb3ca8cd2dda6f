/**
 * What a collective moves, before any constant of a link: bytes through the narrowest port of one rank, and rounds of
 * messages that wait for one another. Ring and pairwise volumes: Thakur, Rabenseifner, Gropp 2005; the double tree of two
 * nodes: every byte crosses once each way. `bytes`: the reduced, gathered or broadcast tensor; in an all-to-all what one
 * rank sends in all, its own share included; in send/recv the message.
 */
import type { CollectiveOp } from '../kernels/query.ts'

export type FabricOp = CollectiveOp | 'broadcast' | 'send_recv'

/** Bytes that leave one rank's port, n ranks, ring (reduce, gather, broadcast) or pairwise exchange (all-to-all). */
export function portVolume(op: FabricOp, bytes: number, ranks: number): number {
  if (ranks < 2) return 0
  switch (op) {
    case 'all_reduce':
      return (2 * (ranks - 1) * bytes) / ranks
    case 'all_gather':
    case 'reduce_scatter':
    case 'alltoall':
      return ((ranks - 1) * bytes) / ranks
    case 'broadcast':
    case 'send_recv':
      return bytes
  }
}

/** One-shot all-reduce: every rank sends its whole tensor to every other and adds up by itself. One round. */
export function oneShotVolume(bytes: number, ranks: number): number {
  return ranks < 2 ? 0 : bytes * (ranks - 1)
}

/** Rounds in trees: recursive doubling; up and down again for an all-reduce. Direct exchanges take one. */
export function rounds(op: FabricOp, parties: number): number {
  if (parties < 2) return 0
  if (op === 'send_recv' || op === 'alltoall') return 1
  const depth = Math.ceil(Math.log2(parties))
  return op === 'all_reduce' ? 2 * depth : depth
}

/**
 * Bytes through one network adapter when `rails` adapters of every node share the work: rings that each use another
 * adapter (n = all ranks); over two nodes an all-reduce is a tree and every byte crosses once.
 */
export function railVolume(op: FabricOp, bytes: number, perNode: number, nodes: number, rails: number): number {
  if (nodes < 2) return 0
  const ranks = perNode * nodes
  switch (op) {
    case 'all_reduce':
      return (nodes === 2 ? bytes : (2 * (ranks - 1) * bytes) / ranks) / rails
    case 'all_gather':
    case 'reduce_scatter':
      return ((ranks - 1) * bytes) / ranks / rails
    case 'broadcast':
      return bytes / rails
    case 'alltoall':
      // Every rank sends the share of the other nodes' ranks; the node's adapters carry it together.
      return (bytes * (ranks - perNode) * perNode) / ranks / rails
    case 'send_recv':
      return bytes
  }
}

/** The textbook flat ring over one slow link per rank: the yardstick of hierarchical algorithms. */
export function flatRingSeconds(bytes: number, ranks: number, latencyS: number, bytePerS: number): number {
  return ranks < 2 ? 0 : 2 * (ranks - 1) * (latencyS + bytes / ranks / bytePerS)
}
