/**
 * The main answer: operator-by-operator roofline of prefill and decode, memory, and the request as a whole, for a model on
 * an accelerator under a workload and precision. Pure: everything comes in as data. Seconds, bytes, flop, tokens.
 */

import type { OperatorGroup } from '../architecture/group.ts'
import type { CheckpointPrecision } from '../architecture/model.ts'
import type { Network, NetworkStep } from '../architecture/network.ts'
import type { Operator } from '../architecture/operator.ts'
import type { ParameterCount } from '../architecture/parameters.ts'
import type { Fabric } from '../cost/fabric/index.ts'
import type { Roofs } from '../cost/peaks.ts'
import { type CostModel, costGroup, type OperatorCost, type Sides, stepSeconds } from '../cost/roofline.ts'
import { isBorrowedEngine, tpotInterval, ttftInterval } from '../engine/interval.ts'
import { type Layout, rankCount } from '../layout/layout.ts'
import { MEMORY_UTILIZATION, type MemoryPlan, requestMemory } from '../memory/plan.ts'
import { halvesOf } from '../step/halves.ts'
import { decodeStep, decodes, prefillStep, promptTokens, shownContext, sourceTokens } from '../step/phases.ts'
import { stepOf } from '../step/reference.ts'
import { evaluate } from '../step/template.ts'
import { ok, type Result } from '../units/result.ts'
import { type Bench, prepare } from './bench.ts'
import { microBatches, pipelineDecodeS, pipelinePrefillS } from './pipeline.ts'
import { type Basis, layoutOf, rankWorkload, type Scenario } from './scenario.ts'

export interface AnalyzedOperator {
  readonly operator: Operator
  readonly cost: OperatorCost
}

export interface AnalyzedGroup {
  readonly part: OperatorGroup['part']
  readonly name: string
  readonly repeat: number
  readonly operators: readonly AnalyzedOperator[]
  /** Of one instance. */
  readonly timeS: number
}

export interface Phase {
  readonly groups: readonly AnalyzedGroup[]
  readonly flop: number
  readonly bytes: number
  readonly timeS: number
  /** Tokens the pass brings to the answering stack, all sequences. */
  readonly tokens: number
  /** Of `timeS`, where kernels were priced. */
  readonly range?: PhaseRange
}

/**
 * Ends of an interval, s: the operators' own, summed as if they erred together; of a request's times also no narrower than
 * whole predictions of the engine proved to be (`engine/interval.ts`).
 */
export interface PhaseRange {
  readonly low: number
  readonly high: number
  /** Share of the time whose constants come from another device; of a request's times all of it, where the engine's do. */
  readonly borrowedShare: number
  /** Share of the time outside what was measured. */
  readonly extrapolatedShare: number
}

export interface RequestCost {
  readonly ttftS: number
  readonly ttftRange?: PhaseRange
  /** (E2E − TTFT) / (outputTokens − 1); absent for a single output token or a model that does not decode. */
  readonly tpotS?: number
  readonly tpotRange?: PhaseRange
  readonly e2eS: number
  /** Tokens of all sequences per second of the whole request. */
  readonly outputTokensPerS: number
  /** Board power × time: an upper bound; absent without a sourced power. */
  readonly energyJ?: number
  readonly energyPerOutputTokenJ?: number
  readonly priceUsdPerMillionOutputTokens?: number
}

export interface Analysis {
  readonly scenario: Scenario
  readonly basis: Basis
  readonly layout: Layout
  readonly precision: CheckpointPrecision
  readonly network: Network
  readonly roofs: Roofs
  readonly prefill: Phase
  /** Absent for encoders and diffusion models. */
  readonly decode?: Phase
  /** The mixed step that was asked for. */
  readonly step?: Phase
  /** Context cached before the shown decode step. */
  readonly decodeContextTokens: number
  readonly memory: MemoryPlan
  readonly request: RequestCost
  readonly parameters: ParameterCount
  /** The links between accelerators; absent for one. */
  readonly fabric?: Fabric
}

/** A step's kernels and exchanges, at the figure and at both ends of its interval. */
interface PhaseSides {
  readonly timeS: Sides
  readonly low: Sides
  readonly high: Sides
}

/** Operators of a step, costed and added up. */
interface Costed extends PhaseSides {
  readonly groups: readonly AnalyzedGroup[]
  readonly flop: number
  readonly bytes: number
  readonly tokens: number
  /** Seconds of operators whose constants are another device's, and of those outside what was measured. */
  readonly borrowedS: number
  readonly extrapolatedS: number
}

function costedGroups(network: Network, cost: CostModel, groups: readonly OperatorGroup[], steps: NetworkStep): Costed {
  const shareRoof = !network.convention.vectorRoof
  let flop = 0
  let bytes = 0
  let tokens = 0
  let borrowedS = 0
  let extrapolatedS = 0
  for (const group of steps.step.groups) tokens += group.sequences * group.newTokens
  const timeS = { computeS: 0, exchangeS: 0 }
  // Without kernels there is no interval.
  const low = cost.pricer ? { computeS: 0, exchangeS: 0 } : timeS
  const high = cost.pricer ? { computeS: 0, exchangeS: 0 } : timeS
  const out: AnalyzedGroup[] = []
  for (const group of groups) {
    const operators: AnalyzedOperator[] = []
    let groupS = 0
    const costs = costGroup(group.operators, cost, shareRoof, stepOf(group.part, steps))
    group.operators.forEach((operator, i) => {
      const own = costs[i] as OperatorCost
      if (own.flop === 0 && own.bytes === 0 && operator.linkBytes === 0) return
      operators.push({ operator, cost: own })
      groupS += own.timeS
      const side = operator.kind === 'collective' ? 'exchangeS' : 'computeS'
      timeS[side] += group.repeat * own.timeS
      flop += group.repeat * own.flop
      bytes += group.repeat * own.bytes
      const { range } = own
      if (!range) return
      low[side] += group.repeat * range.low
      high[side] += group.repeat * range.high
      if (range.borrowed) borrowedS += group.repeat * own.timeS
      if (range.extrapolated) extrapolatedS += group.repeat * own.timeS
    })
    if (operators.length > 0)
      out.push({ part: group.part, name: group.name, repeat: group.repeat, operators, timeS: groupS })
  }
  return { groups: out, flop, bytes, tokens, timeS, low, high, borrowedS, extrapolatedS }
}

function sideSeconds(at: keyof PhaseSides, whole: PhaseSides, halves?: readonly [PhaseSides, PhaseSides]): number {
  return halves ? stepSeconds(whole[at], [halves[0][at], halves[1][at]]) : stepSeconds(whole[at])
}

/** A phase of costed operators, `halves` its two micro-batches where exchanges overlap. */
function phaseOf(cost: CostModel, costed: Costed, halves?: readonly [PhaseSides, PhaseSides]): Phase {
  const { groups, flop, bytes, tokens, borrowedS, extrapolatedS } = costed
  const timeS = sideSeconds('timeS', costed, halves)
  if (!cost.pricer) return { groups, flop, bytes, timeS, tokens }
  const inTurnS = stepSeconds(costed.timeS)
  const range: PhaseRange = {
    low: sideSeconds('low', costed, halves),
    high: sideSeconds('high', costed, halves),
    borrowedShare: borrowedS / inTurnS,
    extrapolatedShare: extrapolatedS / inTurnS,
  }
  return { groups, flop, bytes, timeS, tokens, range }
}

/** Operators of a step costed and added up, one after another. */
export function costGroups(
  network: Network,
  cost: CostModel,
  groups: readonly OperatorGroup[],
  steps: NetworkStep,
): Phase {
  return phaseOf(cost, costedGroups(network, cost, groups, steps))
}

function phase(bench: Bench, steps: NetworkStep): Phase {
  const { template, cost } = bench
  const whole = costedGroups(template.network, cost, evaluate(template, steps), steps)
  const halves = cost.overlapsExchange ? halvesOf(steps.step.groups) : undefined
  if (!halves) return phaseOf(cost, whole)
  const costed = (of: NetworkStep) => costedGroups(template.network, cost, evaluate(template, of), of)
  const [first, second] = halves
  return phaseOf(cost, whole, [costed({ ...steps, step: { groups: first } }), costed({ step: { groups: second } })])
}

/** TTFT, then every decode step at its own context: the prefill gives token 1, so outputTokens − 1 steps follow. */
function requestCost(bench: Bench, prefill: Phase, decode?: Phase): RequestCost {
  const { scenario, template, engine } = bench
  const { model, accelerator, workload } = scenario
  const rank = rankWorkload(scenario)
  const first = shownContext(model, workload, template.network.convention)
  const steps = decodes(model) ? workload.outputTokens - 1 : 0
  const batches = microBatches(bench, workload.batchSize)
  const { groups } = prefillStep(model, rank).step
  const kernelS = pipelinePrefillS(bench, prefill.timeS, groups, batches)
  const prefillS = engine ? engine.stepS(kernelS, groups) : kernelS
  const source = sourceTokens(model, workload)
  const decodeS = pipelineDecodeS(bench, rank.batchSize, first, first + steps - 1, source, batches)
  const e2eS = prefillS + decodeS
  const tokens = workload.batchSize * (decodes(model) ? workload.outputTokens : promptTokens(model, workload))
  const accelerators = rankCount(layoutOf(scenario))
  const watt = accelerator.powerW?.value
  const hourly = scenario.priceUsdPerHour ?? accelerator.priceUsdPerHour?.value
  const energyJ = watt === undefined ? undefined : watt * accelerators * e2eS
  const tpotS = steps > 0 ? decodeS / steps : undefined
  const isBorrowed = isBorrowedEngine(scenario.engine)
  const ttftRange = prefill.range && scaleRange(prefill.range, prefillS / prefill.timeS, isBorrowed)
  const tpotRange = tpotS !== undefined && decode?.range && scaleRange(decode.range, tpotS / decode.timeS, isBorrowed)
  return {
    ttftS: prefillS,
    ...(ttftRange ? { ttftRange: { ...ttftRange, ...ttftInterval(scenario.engine, ttftRange) } } : {}),
    ...(tpotS === undefined ? {} : { tpotS }),
    ...(tpotS !== undefined && tpotRange
      ? { tpotRange: { ...tpotRange, ...tpotInterval(scenario.engine, rank.batchSize, tpotS, tpotRange) } }
      : {}),
    e2eS,
    outputTokensPerS: tokens / e2eS,
    ...(energyJ === undefined ? {} : { energyJ, energyPerOutputTokenJ: energyJ / tokens }),
    ...(hourly === undefined
      ? {}
      : { priceUsdPerMillionOutputTokens: ((hourly / 3600) * accelerators * e2eS * 1e6) / tokens }),
  }
}

/** The interval of a phase's kernels as one of a request's time; all of it borrowed where the engine's own time is. */
function scaleRange(range: PhaseRange, factor: number, isBorrowed: boolean): PhaseRange {
  const { low, high, borrowedShare, extrapolatedShare } = range
  return { low: low * factor, high: high * factor, borrowedShare: isBorrowed ? 1 : borrowedShare, extrapolatedShare }
}

/** Phases, operators, request and memory of a prepared scenario: seconds, bytes, flop. What is refused, `prepare` refused. */
export function analyzeBench(bench: Bench): Analysis {
  const { scenario, template } = bench
  const { network } = template
  const { model, workload, accelerator } = scenario
  const layout = layoutOf(scenario)
  const rank = rankWorkload(scenario)
  const prefill = phase(bench, prefillStep(model, rank))
  const context = shownContext(model, workload, network.convention)
  const decode = decodes(model) ? phase(bench, decodeStep(model, rank, context)) : undefined
  const memory = requestMemory(bench.stagesOf(layout), workload, {
    capacityBytes: accelerator.memoryBytes?.value,
    utilization: scenario.memoryUtilization ?? MEMORY_UTILIZATION,
    layout,
  })
  return {
    scenario,
    basis: bench.cost.basis,
    layout,
    precision: bench.precision,
    network,
    roofs: bench.roofs,
    prefill,
    ...(decode ? { decode } : {}),
    ...(scenario.step ? { step: phase(bench, { step: { groups: scenario.step } }) } : {}),
    decodeContextTokens: context,
    memory,
    request: requestCost(bench, prefill, decode),
    parameters: bench.parameters,
    ...(bench.fabric ? { fabric: bench.fabric } : {}),
  }
}

/**
 * One question answered operator by operator: seconds, bytes and flop of prefill and one decode step, the whole request, memory.
 * Fails as `prepare` does; what does not fit in memory is no failure (`memory.fits` says so).
 */
export function analyze(scenario: Scenario): Result<Analysis> {
  const bench = prepare(scenario)
  return bench.ok ? ok(analyzeBench(bench.value)) : bench
}
