/**
 * The main answer: operator-by-operator roofline of prefill and decode, memory, and the request as a whole, for a model on
 * an accelerator under a workload and precision. Pure: everything comes in as data. Seconds, bytes, flop, tokens.
 */
import { CONVENTIONS, type ConventionId } from '../architecture/convention.ts'
import type { StepGroup } from '../architecture/extent.ts'
import { changePrecision, type PrecisionChange } from '../architecture/formats.ts'
import type { CheckpointPrecision, ModelSpec } from '../architecture/model.ts'
import {
  type KernelSetting,
  type Network,
  type NetworkStep,
  networkOf,
  type OperatorGroup,
  type Rewrite,
} from '../architecture/network.ts'
import type { Operator } from '../architecture/operator.ts'
import { countParameters, measuredWeightsRewrite, type ParameterCount } from '../architecture/parameters.ts'
import type { AttentionKernel } from '../architecture/pass.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { type Efficiency, withEfficiency } from '../cost/efficiency.ts'
import { type Fabric, fabricOf, type NetworkSpec } from '../cost/fabric/index.ts'
import { type Roofs, roofsOf } from '../cost/peaks.ts'
import { kernelCost } from '../cost/pricing/calibrated.ts'
import type { KernelTimer } from '../cost/pricing/kernelPricer.ts'
import { fabricTimer, linkRates, MissingLink } from '../cost/pricing/links.ts'
import {
  type CostModel,
  costGroup,
  MissingPeak,
  type OperatorCost,
  rooflineCost,
  stepSeconds,
} from '../cost/roofline.ts'
import { type EngineId, type EngineTime, engineProfile, engineTimeOf } from '../engine/profile.ts'
import { contextView } from '../layout/contextView.ts'
import { exchangeRewrite } from '../layout/exchange.ts'
import {
  copyRanks,
  type Layout,
  microBatch,
  ONE_ACCELERATOR,
  rankCount,
  rankSequences,
  sameLayout,
} from '../layout/layout.ts'
import { shardModel, stageModel } from '../layout/shard.ts'
import { MEMORY_UTILIZATION, type MemoryPlan, requestMemory } from '../memory/plan.ts'
import type { CompiledStep } from '../step/compile.ts'
import { compileFor } from '../step/compileKernels.ts'
import { decodeStep, decodes, prefillStep, promptTokens, shownContext, sourceTokens } from '../step/phases.ts'
import { stepOf } from '../step/reference.ts'
import { evaluate, type Template, templateOf } from '../step/template.ts'
import { fail, ok, type Result } from '../units/result.ts'
import type { Workload } from '../workload/workload.ts'

export type Basis = CostModel['basis']

/** One question, complete. */
export interface Scenario {
  readonly model: ModelSpec
  readonly accelerator: Accelerator
  /** Figures that replace the accelerator's own (the paper convention's hardware table; a user's what-if). */
  readonly roofs?: Roofs
  readonly workload: Workload
  readonly precision: PrecisionChange
  readonly kernel: AttentionKernel
  readonly convention: ConventionId
  /** A step of any mix to analyse beside the phases: prefill chunks, decodes, verification. */
  readonly step?: readonly StepGroup[]
  /** Share of the memory an engine may use. */
  readonly memoryUtilization?: number
  /** Dollars per accelerator-hour, when the user knows better than the catalogue. */
  readonly priceUsdPerHour?: number
  /** What techniques change in the operators themselves, applied in order. */
  readonly rewrites?: readonly Rewrite[]
  /** Shares of the roofs that kernels reach, by class of operator; absent: all of them. */
  readonly efficiency?: readonly Efficiency[]
  /** How the model is spread over accelerators; absent: one. */
  readonly layout?: Layout
  /** Nodes the accelerators stand in; absent: as few as hold them. */
  readonly nodes?: number
  /** The network between nodes. */
  readonly network?: NetworkSpec
  /** What times come from; absent: the roofline. */
  readonly basis?: Basis
  /** Whose host time and kernels the calibrated basis takes; absent: generic. */
  readonly engine?: EngineId
  /** A user's own kernel measurements, for the measured basis. */
  readonly kernels?: KernelTimer
}

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

/** Ends of an interval, s: the operators' own, summed as if they erred together. */
export interface PhaseRange {
  readonly low: number
  readonly high: number
  /** Share of the time whose constants come from another device. */
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
}

/** What questions of memory alone need: no roof, so any accelerator with a memory will do. */
export interface MemoryBench {
  readonly scenario: Scenario
  readonly precision: CheckpointPrecision
  /** The network of one rank, all stages of a pipeline. */
  readonly template: Template
  /** The networks that one rank of each stage holds, in any layout. */
  readonly stagesOf: (layout: Layout) => readonly Template[]
}

/** A scenario made ready to evaluate: shared by analyses, sweeps and inverse questions of the same model and hardware. */
export interface Bench extends MemoryBench {
  readonly roofs: Roofs
  readonly cost: CostModel
  readonly compiled: CompiledStep
  readonly parameters: ParameterCount
  /** What the engine adds to the kernels of a step; absent under the roofline. */
  readonly engine?: EngineTime
  readonly fabric?: Fabric
}

export function kernelSetting(accelerator: Accelerator, kernel: AttentionKernel): KernelSetting {
  const shared = accelerator.sharedMemoryBytesPerUnit?.value
  const l2 = accelerator.l2Bytes?.value
  const units = accelerator.computeUnits?.value
  return {
    kernel,
    tile: {
      ...(shared === undefined ? {} : { sharedMemoryBytes: shared }),
      ...(l2 === undefined ? {} : { l2Bytes: l2 }),
      ...(units === undefined ? {} : { computeUnits: units }),
    },
  }
}

/** The layout in force. */
export function layoutOf(scenario: Scenario): Layout {
  return scenario.layout ?? ONE_ACCELERATOR
}

/** What one rank of a layout runs; `stage`: of a pipeline, absent: all of it. */
function rankTemplate(scenario: Scenario, layout: Layout, stage?: number): Template {
  const { model, accelerator } = scenario
  const convention = CONVENTIONS[scenario.convention]
  const precision = changePrecision(model.precision, scenario.precision)
  // A file's own bytes hold as long as nobody asks for other formats.
  const asPublished = Object.keys(scenario.precision).length === 0 && !convention.oneWeightFormat
  const measured = asPublished ? measuredWeightsRewrite(networkOf(model, precision, convention)) : undefined
  const rank = shardModel(model, layout)
  const own = stage === undefined ? rank : stageModel(rank, layout.pp, stage)
  const hidden = model.stack.hiddenSize
  const rewrites = [
    ...(scenario.rewrites ?? []),
    ...(measured ? [measured] : []),
    ...(copyRanks(layout) > 1 ? [exchangeRewrite(layout, hidden, model.head?.outputSize ?? 0)] : []),
  ]
  const view = layout.cp > 1 ? contextView(layout.cp) : undefined
  const network = networkOf(own, precision, convention, rewrites, view)
  return templateOf(network, kernelSetting(accelerator, scenario.kernel))
}

export function prepareMemory(scenario: Scenario): MemoryBench {
  const layout = layoutOf(scenario)
  const precision = changePrecision(scenario.model.precision, scenario.precision)
  const template = rankTemplate(scenario, layout)
  const known = new Map<Layout, readonly Template[]>()
  const stagesOf = (of: Layout): readonly Template[] => {
    const found = known.get(of) ?? [...known].find(([one]) => sameLayout(one, of))?.[1]
    if (found) return found
    const stages =
      of.pp > 1
        ? Array.from({ length: of.pp }, (_, stage) => rankTemplate(scenario, of, stage))
        : [sameLayout(of, layout) ? template : rankTemplate(scenario, of)]
    known.set(of, stages)
    return stages
  }
  return { scenario, precision, template, stagesOf }
}

/** The accelerators' links, as far as the layout needs them. */
function fabricFor(scenario: Scenario): Result<Fabric | undefined> {
  const layout = layoutOf(scenario)
  if (copyRanks(layout) === 1) return ok(undefined)
  const { accelerator, nodes, network } = scenario
  return fabricOf(accelerator, {
    count: copyRanks(layout),
    ...(nodes ? { perNode: Math.ceil(copyRanks(layout) / nodes) } : {}),
    ...(network ? { network } : {}),
  })
}

export function prepare(scenario: Scenario): Result<Bench> {
  const { model, accelerator } = scenario
  const roofs = scenario.roofs ?? roofsOf(accelerator)
  if (!roofs) {
    return fail(
      `accelerator ${accelerator.id}`,
      'no sourced memory bandwidth, so no roofline',
      'Give --bandwidth, or choose another accelerator',
    )
  }
  const fabric = fabricFor(scenario)
  if (!fabric.ok) return fabric
  const bench = prepareMemory(scenario)
  const { precision, template } = bench
  const { convention } = template.network
  try {
    const { weights, activations, kv } = precision
    const links = fabric.value ? linkRates(fabric.value) : undefined
    const peak = rooflineCost(roofs, { convention, weights, activations, kv, ...(links ? { link: links } : {}) })
    const own = withEfficiency(peak, scenario.efficiency)
    const ideal = layoutOf(scenario).overlap ? { ...own, overlapsExchange: true } : own
    const cost = basisCost(scenario, ideal, fabric.value)
    if (!cost.ok) return cost
    const engine = engineTime(scenario)
    const compiled = compileFor(template, cost.value, engine)
    return ok({
      ...bench,
      roofs,
      cost: cost.value,
      compiled,
      parameters: countParameters(model),
      ...(engine ? { engine } : {}),
      ...(fabric.value ? { fabric: fabric.value } : {}),
    })
  } catch (error) {
    if (error instanceof MissingLink) return { ok: false, problem: error.problem }
    if (!(error instanceof MissingPeak)) throw error
    return fail(
      `accelerator ${accelerator.id}`,
      `no sourced peak for ${error.operands.join(' × ')} operands`,
      'Choose other formats, give --peak, or choose another accelerator',
    )
  }
}

/** The engine's own time; the roofline basis has none, it is the floor. */
function engineTime(scenario: Scenario): EngineTime | undefined {
  return (scenario.basis ?? 'roofline') === 'roofline'
    ? undefined
    : engineTimeOf(engineProfile(scenario.engine), scenario.accelerator)
}

function basisCost(scenario: Scenario, ideal: CostModel, fabric: Fabric | undefined): Result<CostModel> {
  const { basis = 'roofline', accelerator, convention, kernels } = scenario
  if (basis === 'roofline') return ok(ideal)
  if (convention === 'paper') {
    return fail('--basis', 'the paper convention is a roofline', 'Leave --basis out, or use --convention exact')
  }
  const engine = engineProfile(scenario.engine)
  const cost = kernelCost(ideal, accelerator, engine, fabricTimer(fabric, accelerator, engine.kernels), kernels)
  if (cost) return ok(cost)
  return fail(
    `accelerator ${accelerator.id}`,
    'lacks the matrix peak or bandwidth that kernel models need',
    'Use --basis roofline',
  )
}

export function costGroups(
  network: Network,
  cost: CostModel,
  groups: readonly OperatorGroup[],
  steps: NetworkStep,
): Phase {
  const shareRoof = !network.convention.vectorRoof
  let flop = 0
  let bytes = 0
  let computeS = 0
  let exchangeS = 0
  let tokens = 0
  for (const group of steps.step.groups) tokens += group.sequences * group.newTokens
  const range = { low: 0, high: 0, borrowedS: 0, extrapolatedS: 0 }
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
      if (operator.kind === 'collective') exchangeS += group.repeat * own.timeS
      else computeS += group.repeat * own.timeS
      flop += group.repeat * own.flop
      bytes += group.repeat * own.bytes
      range.low += group.repeat * (own.range?.low ?? own.timeS)
      range.high += group.repeat * (own.range?.high ?? own.timeS)
      if (own.range?.borrowed) range.borrowedS += group.repeat * own.timeS
      if (own.range?.extrapolated) range.extrapolatedS += group.repeat * own.timeS
    })
    if (operators.length > 0)
      out.push({ part: group.part, name: group.name, repeat: group.repeat, operators, timeS: groupS })
  }
  const timeS = stepSeconds(cost, computeS, exchangeS)
  const { low, high, borrowedS, extrapolatedS } = range
  const priced: PhaseRange | undefined = cost.pricer
    ? { low, high, borrowedShare: borrowedS / timeS, extrapolatedShare: extrapolatedS / timeS }
    : undefined
  return { groups: out, flop, bytes, timeS, tokens, ...(priced ? { range: priced } : {}) }
}

function phase(bench: Bench, steps: NetworkStep): Phase {
  const { template, cost } = bench
  return costGroups(template.network, cost, evaluate(template, steps), steps)
}

/** The load of one rank in one step: its sequences of one micro-batch. */
export function rankWorkload(scenario: Scenario): Workload {
  const layout = layoutOf(scenario)
  const { workload } = scenario
  const batchSize = microBatch(layout, rankSequences(layout, workload.batchSize))
  return batchSize === workload.batchSize ? workload : { ...workload, batchSize }
}

/** Prefills of all micro-batches, stage behind stage: (stages + micro-batches − 1) / stages of one. */
function pipelineFill(scenario: Scenario): number {
  const layout = layoutOf(scenario)
  const microBatches = Math.min(layout.pp, rankSequences(layout, scenario.workload.batchSize))
  return (layout.pp + microBatches - 1) / layout.pp
}

/** TTFT, then every decode step at its own context: the prefill gives token 1, so outputTokens − 1 steps follow. */
export function requestCost(bench: Bench, prefill: Phase, decode?: Phase): RequestCost {
  const { scenario, template, compiled, engine } = bench
  const { model, accelerator, workload } = scenario
  const rank = rankWorkload(scenario)
  const first = shownContext(model, workload, template.network.convention)
  const steps = decodes(model) ? workload.outputTokens - 1 : 0
  const kernelS = prefill.timeS * pipelineFill(scenario)
  const prefillS = engine ? engine.stepS(kernelS, prefillStep(model, rank).step.groups) : kernelS
  const decodeS = compiled.sumDecodeS(rank.batchSize, first, first + steps - 1, sourceTokens(model, workload))
  const e2eS = prefillS + decodeS
  const tokens = workload.batchSize * (decodes(model) ? workload.outputTokens : promptTokens(model, workload))
  const accelerators = rankCount(layoutOf(scenario))
  const watt = accelerator.powerW?.value
  const hourly = scenario.priceUsdPerHour ?? accelerator.priceUsdPerHour?.value
  const energyJ = watt === undefined ? undefined : watt * accelerators * e2eS
  const tpotS = steps > 0 ? decodeS / steps : undefined
  return {
    ttftS: prefillS,
    ...(prefill.range ? { ttftRange: scaleRange(prefill.range, prefillS / prefill.timeS) } : {}),
    ...(tpotS === undefined ? {} : { tpotS }),
    ...(tpotS !== undefined && decode?.range ? { tpotRange: scaleRange(decode.range, tpotS / decode.timeS) } : {}),
    e2eS,
    outputTokensPerS: tokens / e2eS,
    ...(energyJ === undefined ? {} : { energyJ, energyPerOutputTokenJ: energyJ / tokens }),
    ...(hourly === undefined
      ? {}
      : { priceUsdPerMillionOutputTokens: ((hourly / 3600) * accelerators * e2eS * 1e6) / tokens }),
  }
}

const scaleRange = (range: PhaseRange, factor: number): PhaseRange => ({
  ...range,
  low: range.low * factor,
  high: range.high * factor,
})

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
  }
}

export function analyze(scenario: Scenario): Result<Analysis> {
  const bench = prepare(scenario)
  return bench.ok ? ok(analyzeBench(bench.value)) : bench
}
