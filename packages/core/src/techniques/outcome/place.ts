/**
 * Time of a step whose tensors lie elsewhere ("LLM Inference Unveiled", arXiv 2402.16363, section 5.2): what a step
 * needs comes over the link to the host, from the disk behind it, or from another machine, hidden under the computation or
 * not; or the work on it is done where it lies. Seconds of one step.
 *
 *   moved, overlapped     step = max(computation, transfers)
 *   moved, not overlapped step = computation + transfers
 *   worked on in place    computation = max or sum of the accelerator's rest and the host's max(flop / peak, bytes / bandwidth)
 *
 * Host and disk share the host's link; what comes and what goes do not hinder each other. Transfers of different layers are
 * taken to pipeline perfectly, as FlexGen's cost model does (Sheng et al. 2023, section 4.3).
 */
import type { StepGroup } from '../../architecture/extent.ts'
import { SHORT_TOKENS } from '../../architecture/pass.ts'
import { kvBytes } from '../../memory/plan.ts'
import type { Bench } from '../../scenario/bench.ts'
import type { Placed } from '../plan.ts'
import { type Tiers, tiersFor } from '../tiers.ts'
import { type Traffic, trafficOf } from './traffic.ts'

interface Moved {
  in: number
  out: number
}

/** Bytes that placed tensors bring in and send out in a step, worked on by the accelerator. */
function movedBytes(bench: Bench, placed: Placed, traffic: Traffic, groups: readonly StepGroup[]): Moved {
  const { share, readShare } = placed
  switch (placed.what) {
    case 'weights':
      return { in: share * readShare * traffic.weightBytes, out: 0 }
    case 'activations':
      return { in: share * readShare * traffic.activationBytes, out: share * traffic.activationBytes }
    case 'kv': {
      // A prompt's own keys are made on the accelerator: only what was cached before has to come.
      const { network } = bench.template
      let cached = 0
      for (const g of groups) {
        if (g.newTokens > SHORT_TOKENS) cached += kvBytes(network, g.contextTokens, g.sequences)
      }
      const isPrompt = groups.some((g) => g.newTokens > SHORT_TOKENS)
      if (isPrompt)
        return { in: share * readShare * Math.min(cached, traffic.kvReadBytes), out: share * traffic.kvWriteBytes }
      // Of all that lies there, and no more of it than attention reads: what a pattern leaves unread does not come.
      let held = 0
      for (const g of groups) held += kvBytes(network, g.contextTokens + g.newTokens, g.sequences)
      return { in: share * Math.min(traffic.kvReadBytes, readShare * held), out: share * traffic.kvWriteBytes }
    }
  }
}

function transferS(moved: { host: Moved; disk: Moved; remote: Moved }, tiers: Tiers): number {
  const { host, disk, remote } = moved
  const link = Math.max(host.in + disk.in, host.out + disk.out) / tiers.hostLinkBytePerS
  const diskS = Math.max(disk.in, disk.out) / tiers.diskBytePerS
  const remoteS = Math.max(remote.in, remote.out) / tiers.remoteBytePerS
  return Math.max(link, diskS, remoteS)
}

const nothing = (): { host: Moved; disk: Moved; remote: Moved } => ({
  host: { in: 0, out: 0 },
  disk: { in: 0, out: 0 },
  remote: { in: 0, out: 0 },
})

/** The parts of a step under a placement. */
export interface PlacedStep {
  readonly accelerator: number
  /** Transfers that computation may hide, and those that stand in its way. */
  readonly hidden: number
  readonly exposed: number
  /** Work done where the tensors lie: beside the accelerator's, or in turn with it. */
  readonly besideS: number
  readonly inTurnS: number
  readonly timeS: number
}

/** Hidden states cross the link to a host that does a layer's work, and come back. */
function visitS(traffic: Traffic, tiers: Tiers): number {
  return traffic.activationBytes / tiers.hostLinkBytePerS
}

/** A step that takes `computeS` when everything is in the accelerator's memory. */
export function placedStep(
  bench: Bench,
  placed: readonly Placed[],
  groups: readonly StepGroup[],
  computeS: number,
): PlacedStep {
  const tiers = tiersFor(bench.scenario.accelerator, placed)
  const traffic = trafficOf(bench, groups)
  const hidden = nothing()
  const exposed = nothing()
  let accelerator = computeS
  let besideS = 0
  let inTurnS = 0
  for (const one of placed) {
    // What stays on the chip has no way to go; it is worked on there by the accelerator, or by the memory itself.
    if (one.share === 0 || (one.tier === 'on-chip' && one.compute === 'accelerator')) continue
    // Attention of a prompt is over keys it has just made: it stays where they are made.
    const isPromptCache = one.what === 'kv' && groups.some((g) => g.newTokens > SHORT_TOKENS)
    if (one.compute !== 'accelerator' && !isPromptCache) {
      const on = one.what === 'kv' ? traffic.onKv : traffic.onWeights
      const part = one.share * one.readShare
      const isHost = one.compute === 'host'
      const workS = isHost
        ? Math.max(on.flop / tiers.hostFlopPerS, on.bytes / tiers.hostMemoryBytePerS)
        : on.bytes / tiers.inMemoryBytePerS
      accelerator -= part * on.timeS
      const ownS = part * workS + (isHost ? one.share * visitS(traffic, tiers) : 0)
      if (one.overlapped) besideS += ownS
      else inTurnS += ownS
      continue
    }
    if (one.tier === 'on-chip') continue
    const into = (one.overlapped || isPromptCache ? hidden : exposed)[one.tier]
    const moved = movedBytes(bench, one, traffic, groups)
    into.in += moved.in
    into.out += moved.out
  }
  const hiddenS = transferS(hidden, tiers)
  const exposedS = transferS(exposed, tiers)
  const timeS = Math.max(Math.max(0, accelerator) + inTurnS, hiddenS, besideS) + exposedS
  return { accelerator, hidden: hiddenS, exposed: exposedS, besideS, inTurnS, timeS }
}
