/**
 * Collectives over a fabric, for both kinds of cost: the bare rate of the narrowest link a group crosses (roofline), and the
 * calibrated time (kernel-wise costs).
 */
import type { ContextExchange, KernelCall } from '../../architecture/kernelCall.ts'
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { ok, type Problem, type Result } from '../../units/result.ts'
import { railVolume } from '../fabric/algorithms.ts'
import {
  type CollectiveTime,
  type Fabric,
  type FabricOp,
  prepareCollective,
  type RankGroup,
  usableBytePerS,
} from '../fabric/index.ts'
import { deviceModel } from '../kernels/device.ts'
import type { KernelQuery } from '../kernels/query.ts'
import type { CollectiveTimer, KernelTimer } from './kernelPricer.ts'

type CollectiveCall = Extract<KernelCall, { kind: 'collective' }>

/** Why a collective has no price; carries the problem to show. */
export class MissingLink extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.reason)
    this.problem = problem
  }
}

const missing = (reason: string) =>
  new MissingLink({ path: '--network', reason, remedy: 'Give it, such as --network 400Gb/s' })

/** Ranks `stride` accelerators apart, over nodes: a tensor-parallel group sits together, stages of a pipeline do not. */
function spreadOf(fabric: Fabric, ranks: number, stride: number, first?: number): RankGroup {
  if (first !== undefined && ranks === 2) {
    const node = (rank: number) => Math.floor(rank / fabric.perNode)
    return node(first) === node(first + stride) ? { perNode: 2, nodes: 1 } : { perNode: 1, nodes: 2 }
  }
  const perNode = Math.min(ranks, Math.max(1, Math.floor(fabric.perNode / stride)))
  return { perNode, nodes: Math.ceil(ranks / perNode) }
}

const groupFor = (fabric: Fabric, { ranks, stride, first }: CollectiveCall): RankGroup =>
  spreadOf(fabric, ranks, stride, first)

const OPS: { readonly [K in CollectiveCall['op']]: FabricOp } = {
  'all-reduce': 'all_reduce',
  'all-gather': 'all_gather',
  'reduce-scatter': 'reduce_scatter',
  'all-to-all': 'alltoall',
  send: 'send_recv',
}

/** Seconds that the links alone need for one byte of the message: inside a node, and through its adapters. */
function floorPerByte(op: FabricOp, { perNode, nodes }: RankGroup, fabric: Fabric): number {
  const { scaleUp, scaleOut } = fabric
  const isPair = op === 'send_recv'
  let inside = 0
  if (perNode > 1 && !(isPair && nodes > 1)) {
    if (!scaleUp) throw missing('the link inside a node is not known')
    const share = isPair ? 1 : ((op === 'all_reduce' ? 2 : 1) * (perNode - 1)) / perNode
    inside = share / usableBytePerS(scaleUp, perNode)
  }
  if (nodes < 2) return inside
  if (!scaleOut) throw missing('the network between nodes is not known')
  const rails = isPair ? 1 : Math.min(perNode, scaleOut.adaptersPerNode)
  return Math.max(inside, railVolume(op, 1, perNode, nodes, rails) / scaleOut.bandwidthBytePerS)
}

/** Streams that share one adapter of a node when `senders` of its ranks send at once; never less than one. */
function perAdapter(senders: number, fabric: Fabric): number {
  return Math.max(1, senders / (fabric.scaleOut?.adaptersPerNode ?? senders))
}

/**
 * Seconds for one byte that a context-parallel rank hands on. n ranks on m nodes, p = n/m of a node, `stride` groups side by
 * side. One ring goes at the pace of its slowest hop, and over nodes every group crosses once: 1/network. Two rings: of the
 * n − 1 blocks a rank hands on, m·(p − 1) stay in the node, m − 1 go to the rank of its place in the next node, all p at
 * once and beside the others: max(m·(p − 1)/link, (m − 1)/network) / (n − 1).
 */
export function ringSecondsPerByte(fabric: Fabric, exchange: ContextExchange, ranks: number, stride: number): number {
  const group = spreadOf(fabric, ranks, stride)
  const { nodes } = group
  const own = ranks / nodes
  const crossing = (senders: number) =>
    floorPerByte('send_recv', { perNode: 1, nodes: 2 }, fabric) * perAdapter(Math.min(senders, fabric.perNode), fabric)
  if (nodes < 2) return floorPerByte('send_recv', group, fabric)
  if (exchange !== 'two-level-ring' || group.perNode < 2) return crossing(stride)
  const inside = nodes * (own - 1) * floorPerByte('send_recv', { perNode: group.perNode, nodes: 1 }, fabric)
  return Math.max(inside, (nodes - 1) * crossing(own * stride)) / (ranks - 1)
}

/** byte/s at which a rank's own bytes leave at best: the floor of a collective, or of keys that go round a ring. */
export function linkRates(fabric: Fabric): (call: KernelCall | undefined) => number {
  return (call) => {
    if (call?.kind === 'collective') {
      return 1 / (floorPerByte(OPS[call.op], groupFor(fabric, call), fabric) * call.messagePerLinkByte)
    }
    if ((call?.kind === 'attention' || call?.kind === 'mla') && call.keyRanks > 1) {
      return 1 / ringSecondsPerByte(fabric, call.keyExchange, call.keyRanks, call.keyStride)
    }
    return Number.POSITIVE_INFINITY
  }
}

/** What a calibrated collective takes and how, for people: algorithm, interval, origin. */
export function describeCollective(
  fabric: Fabric,
  accelerator: Accelerator,
  engine: string | undefined,
  call: CollectiveCall,
  linkBytes: number,
): Result<CollectiveTime> {
  const device = deviceModel(accelerator, engine)
  const prepared = prepareCollective(OPS[call.op], groupFor(fabric, call), fabric, device)
  return prepared.ok ? ok(prepared.value.time(linkBytes * call.messagePerLinkByte)) : prepared
}

/** A user's own collectives inside a node, the faster of the library's and the engine's kernel; others as calibrated. */
export function measuredCollectives(
  fabric: Fabric | undefined,
  timer: KernelTimer,
  calibrated: CollectiveTimer,
): CollectiveTimer {
  return (call) => {
    const own = calibrated(call)
    const op = OPS[call.op]
    if (!fabric || op === 'send_recv' || op === 'broadcast' || groupFor(fabric, call).nodes > 1) return own
    const query = (linkBytes: number, custom: boolean): KernelQuery => ({
      kind: 'collective',
      op,
      bytes: linkBytes * call.messagePerLinkByte,
      gpus: call.ranks,
      custom,
    })
    const choices = op === 'all_reduce' ? [false, true] : [false]
    const best = (linkBytes: number): KernelQuery => {
      const queries = choices.map((custom) => query(linkBytes, custom))
      return queries.reduce((a, b) => (timer.seconds(b) < timer.seconds(a) ? b : a))
    }
    return {
      seconds: (linkBytes) => timer.seconds(best(linkBytes)),
      range: (linkBytes, seconds) => timer.range(best(linkBytes), seconds),
    }
  }
}

/** Calibrated collectives; without a fabric there is nothing to send. */
export function fabricTimer(
  fabric: Fabric | undefined,
  accelerator: Accelerator,
  engine: string | undefined,
): CollectiveTimer {
  const device = deviceModel(accelerator, engine)
  return (call) => {
    if (!fabric) throw missing('the links between accelerators are not known')
    const prepared = prepareCollective(OPS[call.op], groupFor(fabric, call), fabric, device)
    if (!prepared.ok) throw new MissingLink(prepared.problem)
    const { seconds, time } = prepared.value
    const perLinkByte = call.messagePerLinkByte
    return {
      seconds: (linkBytes) => seconds(linkBytes * perLinkByte),
      range: (linkBytes) => {
        const { low, high, borrowed, extrapolated } = time(linkBytes * perLinkByte)
        return { low, high, borrowed, extrapolated }
      },
    }
  }
}
