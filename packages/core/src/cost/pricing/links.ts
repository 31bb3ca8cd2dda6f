/**
 * Collectives over a fabric, for both kinds of cost: the bare rate of the narrowest link a group crosses (roofline), and the
 * calibrated time (kernel-wise costs).
 */
import type { KernelCall } from '../../architecture/kernelCall.ts'
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { ok, type Problem, type Result } from '../../units/result.ts'
import {
  type CollectiveTime,
  type Fabric,
  type FabricOp,
  prepareCollective,
  type RankGroup,
  usableBytePerS,
} from '../fabric/index.ts'
import { deviceModel } from '../kernels/device.ts'
import type { CollectiveTimer } from './kernelPricer.ts'

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
function spreadOf(fabric: Fabric, ranks: number, stride: number): RankGroup {
  const perNode = Math.min(ranks, Math.max(1, Math.floor(fabric.perNode / stride)))
  return { perNode, nodes: Math.ceil(ranks / perNode) }
}

const OPS: { readonly [K in CollectiveCall['op']]: FabricOp } = {
  'all-reduce': 'all_reduce',
  'all-gather': 'all_gather',
  'reduce-scatter': 'reduce_scatter',
  'all-to-all': 'alltoall',
  send: 'send_recv',
}

/** byte/s of one rank's narrowest link: the network where a group spans nodes. */
export function linkRates(fabric: Fabric): (call: KernelCall | undefined) => number {
  return (call) => {
    const spans = call?.kind === 'collective' && spreadOf(fabric, call.ranks, call.stride).nodes > 1
    const link = spans ? fabric.scaleOut : fabric.scaleUp
    if (!link) throw missing(spans ? 'the network between nodes is not known' : 'the link inside a node is not known')
    if (call?.kind !== 'collective' || spans) return link.bandwidthBytePerS
    return usableBytePerS(link, call.ranks)
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
  const prepared = prepareCollective(OPS[call.op], spreadOf(fabric, call.ranks, call.stride), fabric, device)
  return prepared.ok ? ok(prepared.value.time(linkBytes * call.messagePerLinkByte)) : prepared
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
    const prepared = prepareCollective(OPS[call.op], spreadOf(fabric, call.ranks, call.stride), fabric, device)
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
