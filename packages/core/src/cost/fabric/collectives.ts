/**
 * The time of a collective or a message over a fabric. `prepareCollective` chooses links and constants once and returns a
 * function of bytes, cheap enough for every operator of a step; `collectiveTime` adds the interval and the algorithm.
 *
 * Over several nodes the work is hierarchical and pipelined in chunks, as libraries do it: each node reduces or gathers
 * inside, the network carries the shares on as many adapters ("rails") as the ranks have, and the slower of the two sets
 * the pace after the first chunk:
 *
 *   time = start inside + max(inside − start inside, between)
 *   between = rounds · hop + min(V / (quick · B), setup · ranks^growth + V / (rich · B))       (linkClasses.ts)
 *
 * V: bytes through one adapter (algorithms.ts). An all-to-all between nodes and a message are latency plus bytes over
 * their share of the adapter. Bytes as in `CollectiveQuery`; one rank costs nothing. Left out: contention of several
 * groups for one network, congestion, in-network reduction (SHARP) between nodes, host overhead of eager launches.
 */
import { fail, ok, type Result } from '../../units/result.ts'
import type { DeviceModel } from '../kernels/device.ts'
import { type FabricOp, railVolume, rounds } from './algorithms.ts'
import type { Fabric, RankGroup, ScaleOutLink } from './fabric.ts'
import { type Origin, type Priced, priceInside } from './inside.ts'
import { EXCHANGE_SHARE, LINK_CONSTANTS, MOST_RAILS, PAIR_CONSTANTS } from './linkClasses.ts'

export interface CollectiveTime {
  readonly timeS: number
  readonly low: number
  readonly high: number
  /** In the field's words: NCCL, one-shot, ring, rings over 4 nodes, … */
  readonly algorithm: string
  readonly basis: 'calibrated' | 'assumed'
  /** Constants of another device or of a class of links. */
  readonly borrowed: boolean
  readonly extrapolated: boolean
  /** What the constants were fitted to. */
  readonly from: string
}

export interface Collective {
  /** Seconds for a message of so many bytes; monotone. */
  readonly seconds: (bytes: number) => number
  readonly time: (bytes: number) => CollectiveTime
}

const FREE: CollectiveTime = {
  timeS: 0,
  low: 0,
  high: 0,
  algorithm: 'none',
  basis: 'calibrated',
  borrowed: false,
  extrapolated: false,
  from: 'one rank',
}

/** Across nodes alone, as if every node were one rank per rail. */
function between(op: FabricOp, { perNode, nodes }: RankGroup, link: ScaleOutLink): Priced {
  const c = LINK_CONSTANTS[link.kind]
  const own = Math.min(perNode, link.adaptersPerNode)
  const rails = op === 'send_recv' ? 1 : op === 'alltoall' ? own : Math.min(own, MOST_RAILS)
  const bytePerS = link.bandwidthBytePerS * link.adaptersPerRank
  const base = { basis: c.assumed ? 'assumed' : 'calibrated', borrowed: true, extrapolated: c.assumed } as const
  const origin = (algorithm: string, spread: readonly [number, number], from: string): Origin => ({
    ...base,
    algorithm,
    spread,
    from,
  })
  if (op === 'send_recv' || op === 'alltoall') {
    const pairs = PAIR_CONSTANTS[link.kind]
    const isPair = op === 'send_recv'
    const rate = bytePerS * (isPair ? pairs.share : Math.min(EXCHANGE_SHARE, c.rich))
    const startS = isPair ? link.messageLatencyS : link.latencyS
    const described = isPair
      ? origin('send and receive', pairs.spread, `${link.kind} pairs`)
      : origin(`pairwise over ${nodes} nodes`, c.spread, 'DeepEP on H800 over 400 Gb/s')
    const perByte = railVolume(op, 1, perNode, nodes, rails) / rate
    return { seconds: (bytes) => startS + bytes * perByte, startS, origin: () => described }
  }
  const startS = rounds(op, nodes) * link.latencyS
  const setupS = c.setupS * (op === 'all_reduce' ? 1 : 0.5) * (perNode * nodes) ** c.setupGrowth
  const perByte = railVolume(op, 1, perNode, nodes, rails) / bytePerS
  const quick = perByte / c.quick
  const rich = perByte / c.rich
  const tree = `tree over ${nodes} nodes`
  const large = nodes === 2 && op === 'all_reduce' ? tree : `rings over ${nodes} nodes`
  const from = `${link.kind}: ${c.fittedTo}`
  return {
    seconds: (bytes) => startS + Math.min(bytes * quick, setupS + bytes * rich),
    startS,
    origin: (bytes) => origin(bytes * quick < setupS + bytes * rich ? tree : large, c.spread, from),
  }
}

function joined(inside: Priced, across: Priced): Priced {
  const reach = (bytes: number) => inside.seconds(bytes) - inside.startS
  return {
    seconds: (bytes) => inside.startS + Math.max(reach(bytes), across.seconds(bytes)),
    startS: inside.startS + across.startS,
    origin: (bytes) => {
      const [near, far] = [inside.origin(bytes), across.origin(bytes)]
      const slower = reach(bytes) > across.seconds(bytes) ? near : far
      return {
        algorithm: `hierarchical, ${far.algorithm}`,
        spread: slower.spread,
        basis: near.basis === 'assumed' || far.basis === 'assumed' ? 'assumed' : 'calibrated',
        borrowed: near.borrowed || far.borrowed,
        extrapolated: near.extrapolated || far.extrapolated,
        from: `${near.from}; ${far.from}`,
      }
    },
  }
}

/**
 * `group`: the ranks that take part, evenly over nodes; a message is between two ranks, on one node or on two. `device`:
 * the accelerator with its engine, for calibrated kernels; without it classes of links are used.
 */
export function prepareCollective(
  op: FabricOp,
  group: RankGroup,
  fabric: Fabric,
  device?: DeviceModel,
): Result<Collective> {
  const { perNode, nodes } = group
  if (!(Number.isInteger(perNode) && Number.isInteger(nodes) && perNode > 0 && nodes > 0)) {
    return fail('--ranks', `a group of ${perNode} ranks on each of ${nodes} nodes`, 'Give whole numbers of at least 1')
  }
  if (perNode > fabric.perNode || nodes > fabric.nodes) {
    const has = `the fabric has ${fabric.nodes} × ${fabric.perNode}`
    return fail(
      '--ranks',
      `${nodes} nodes × ${perNode} ranks do not fit: ${has}`,
      'Use fewer ranks or more accelerators',
    )
  }
  if (perNode * nodes === 1) return ok({ seconds: () => 0, time: () => FREE })
  const { scaleUp, scaleOut } = fabric
  let priced: Priced | undefined
  if (nodes > 1) {
    if (!scaleOut) return fail('--network', 'the network between nodes is not known', 'Give it, such as 400Gb/s')
    priced = between(op, group, scaleOut)
  }
  // A message crosses one link: the network if its ends are on two nodes.
  if (perNode > 1 && !(op === 'send_recv' && priced)) {
    if (!scaleUp) return fail('--accelerators', 'the link inside a node is not known', 'Give it in a hardware file')
    const inside = priceInside(op, perNode, scaleUp, device)
    priced = priced ? joined(inside, priced) : inside
  }
  if (!priced) throw new Error('a group of several ranks has a link')
  const { seconds, origin } = priced
  return ok({
    seconds,
    time: (bytes) => {
      const timeS = seconds(bytes)
      const { spread, ...rest } = origin(bytes)
      return { ...rest, timeS, low: timeS * Math.min(1, spread[0]), high: timeS * Math.max(1, spread[1]) }
    },
  })
}

/** One collective with its interval. */
export function collectiveTime(
  op: FabricOp,
  bytes: number,
  group: RankGroup,
  fabric: Fabric,
  device?: DeviceModel,
): Result<CollectiveTime> {
  const prepared = prepareCollective(op, group, fabric, device)
  return prepared.ok ? ok(prepared.value.time(bytes)) : prepared
}
