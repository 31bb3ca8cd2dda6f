/** The placement a plan gets from FlexGen's program: amounts from the plan's own network, shares back as placed tensors. */
import type { StepGroup } from '../../architecture/extent.ts'
import { MEMORY_UTILIZATION, requestMemory } from '../../memory/plan.ts'
import type { Bench } from '../../scenario/bench.ts'
import { layoutOf } from '../../scenario/scenario.ts'
import { promptTokens, shownContext } from '../../step/phases.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import { benchOf } from '../outcome/bench.ts'
import { trafficOf } from '../outcome/traffic.ts'
import type { Placed, Plan } from '../plan.ts'
import { type Tiers, tiersOf } from '../tiers.ts'
import { type PlacementProblem, placementProgram, type StepAmounts } from './flexgen.ts'
import type { Solution } from './program.ts'
import { solveProgram } from './solver.ts'

function amountsOf(bench: Bench, groups: readonly StepGroup[], tiers: Tiers, isPrompt: boolean): StepAmounts {
  const traffic = trafficOf(bench, groups)
  const timeS = bench.compiled.timeS(groups)
  const { onKv } = traffic
  const hostS = Math.max(onKv.flop / tiers.hostFlopPerS, onKv.bytes / tiers.hostMemoryBytePerS)
  const visitS = traffic.activationBytes / tiers.hostLinkBytePerS
  return {
    weightBytes: traffic.weightBytes,
    kvReadBytes: isPrompt ? 0 : traffic.kvReadBytes,
    kvWriteBytes: traffic.kvWriteBytes,
    activationBytes: traffic.activationBytes,
    computeS: timeS - onKv.timeS,
    attentionS: onKv.timeS,
    hostAttentionS: hostS + visitS,
  }
}

/** The program's amounts for a plan; fails without a known memory, or where no roof prices the network. */
export function placementProblem(plan: Plan, wish: Pick<Placed, 'compute' | 'tiers'>): Result<PlacementProblem> {
  const made = benchOf(plan.scenario)
  if (!made.ok) return made
  const bench = made.value
  const { scenario, template } = bench
  const { model, accelerator, workload } = scenario
  const capacity = accelerator.memoryBytes?.value
  if (capacity === undefined) {
    return fail(
      `accelerator ${accelerator.id}`,
      'has no sourced memory size, so no placement can be searched',
      'Give --memory, such as --memory 80GiB',
    )
  }
  const tiers = tiersOf(accelerator, [wish.tiers])
  const layout = layoutOf(scenario)
  const utilization = scenario.memoryUtilization ?? MEMORY_UTILIZATION
  const memory = requestMemory(bench.stagesOf(layout), workload, { capacityBytes: capacity, utilization, layout })
  const prompt = promptTokens(model, workload)
  const sequences = workload.batchSize
  const middle =
    shownContext(model, workload, template.network.convention) + Math.floor((workload.outputTokens - 1) / 2)
  return ok({
    prefill: amountsOf(bench, [{ sequences, newTokens: prompt, contextTokens: 0 }], tiers, true),
    decode: amountsOf(bench, [{ sequences, newTokens: 1, contextTokens: middle }], tiers, false),
    steps: workload.outputTokens - 1,
    hostAttention: wish.compute === 'host',
    linkBytePerS: tiers.hostLinkBytePerS,
    diskBytePerS: tiers.diskBytePerS,
    weightBytes: memory.weightBytes,
    kvBytes: memory.kvBytes,
    activationBytes: memory.activationPeakBytes,
    stagingShare: Math.min(1, 2 / model.stack.order.length),
    capacity: {
      accelerator: capacity - memory.reserveBytes - memory.communicationBytes,
      host: tiers.hostBytes,
      disk: tiers.diskBytes,
    },
  })
}

/** Shares below this are rounding of the solver. */
const LEAST = 1e-6

function placedBy(solution: Solution, wish: Pick<Placed, 'compute' | 'tiers'>): Placed[] {
  if (solution.status !== 'optimal') return []
  const out: Placed[] = []
  for (const what of ['weights', 'kv', 'activations'] as const) {
    for (const tier of ['host', 'disk'] as const) {
      const share = solution.values[`${what}_${tier}`] ?? 0
      if (share < LEAST) continue
      const isHost = what === 'kv' && wish.compute === 'host'
      out.push({
        what,
        share: Math.min(1, share),
        tier,
        readShare: 1,
        overlapped: !isHost,
        compute: isHost ? 'host' : 'accelerator',
        ...(wish.tiers ? { tiers: wish.tiers } : {}),
      })
    }
  }
  return out
}

/** A solution as a plan. */
export function applyPlacement(plan: Plan, solution: Solution, wish: Pick<Placed, 'compute' | 'tiers'>): Result<Plan> {
  if (solution.status !== 'optimal') {
    const { model, accelerator, workload } = plan.scenario
    return fail(
      'PLACE search',
      `${model.name} with ${workload.batchSize} sequences fits no share of ${accelerator.name}, its host and its disk`,
      'Give more host or disk memory, a smaller batch, or narrower formats',
    )
  }
  const placed = placedBy(solution, wish)
  const parts = placed.map(({ what, share, tier }) => `${(100 * share).toFixed(0)} % of the ${what} on ${tier}`)
  const text =
    parts.length > 0
      ? `placed by linear program: ${parts.join(', ')}`
      : 'everything fits the accelerator: nothing is moved'
  return ok({
    ...plan,
    placed: [...plan.placed, ...placed],
    remarks: [...plan.remarks, { technique: 'PLACE', text }],
  })
}

/** The search with the solver in force. */
export function searchPlacement(plan: Plan, wish: Pick<Placed, 'compute' | 'tiers'>): Result<Plan> {
  if (plan.placed.length > 0) {
    return fail('PLACE search', 'some tensors already have their place', 'Choose either given shares or the search')
  }
  const problem = placementProblem(plan, wish)
  if (!problem.ok) return problem
  return applyPlacement(plan, solveProgram(placementProgram(problem.value)), wish)
}
