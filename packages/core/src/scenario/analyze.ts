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
import { countParameters, measuredNetwork, type ParameterCount } from '../architecture/parameters.ts'
import type { AttentionKernel } from '../architecture/pass.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { type Roofs, roofsOf } from '../cost/peaks.ts'
import { type CostModel, costOperator, MissingPeak, type OperatorCost, rooflineCost } from '../cost/roofline.ts'
import { MEMORY_UTILIZATION, type MemoryPlan, requestMemory } from '../memory/plan.ts'
import { type CompiledStep, compileStep } from '../step/compile.ts'
import { decodeStep, decodes, prefillStep, promptTokens, shownContext, sourceTokens } from '../step/phases.ts'
import { evaluate, type Template, templateOf } from '../step/template.ts'
import { fail, ok, type Result } from '../units/result.ts'
import type { Workload } from '../workload/workload.ts'

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
}

export interface RequestCost {
  readonly ttftS: number
  /** (E2E − TTFT) / (outputTokens − 1); absent for a single output token or a model that does not decode. */
  readonly tpotS?: number
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
  readonly template: Template
}

/** A scenario made ready to evaluate: shared by analyses, sweeps and inverse questions of the same model and hardware. */
export interface Bench extends MemoryBench {
  readonly roofs: Roofs
  readonly cost: CostModel
  readonly compiled: CompiledStep
  readonly parameters: ParameterCount
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

export function prepareMemory(scenario: Scenario): MemoryBench {
  const { model, accelerator } = scenario
  const convention = CONVENTIONS[scenario.convention]
  const precision = changePrecision(model.precision, scenario.precision)
  // A file's own bytes hold as long as nobody asks for other formats.
  const asPublished = Object.keys(scenario.precision).length === 0 && !convention.oneWeightFormat
  const plain = networkOf(model, precision, convention, scenario.rewrites)
  const network = asPublished ? measuredNetwork(plain) : plain
  return { scenario, precision, template: templateOf(network, kernelSetting(accelerator, scenario.kernel)) }
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
  const bench = prepareMemory(scenario)
  const { precision, template } = bench
  const { convention } = template.network
  try {
    const { weights, activations, kv } = precision
    const cost = rooflineCost(roofs, { convention, weights, activations, kv })
    return ok({ ...bench, roofs, cost, compiled: compileStep(template, cost), parameters: countParameters(model) })
  } catch (error) {
    if (!(error instanceof MissingPeak)) throw error
    return fail(
      `accelerator ${accelerator.id}`,
      `no sourced peak for ${error.operands.join(' × ')} operands`,
      'Choose other formats, give --peak, or choose another accelerator',
    )
  }
}

export function costGroups(network: Network, cost: CostModel, groups: readonly OperatorGroup[], tokens: number): Phase {
  const shareRoof = !network.convention.vectorRoof
  let flop = 0
  let bytes = 0
  let timeS = 0
  const out: AnalyzedGroup[] = []
  for (const group of groups) {
    const operators: AnalyzedOperator[] = []
    let groupS = 0
    for (const operator of group.operators) {
      const own = costOperator(operator, cost, shareRoof)
      if (own.flop === 0 && own.bytes === 0) continue
      operators.push({ operator, cost: own })
      groupS += own.timeS
      flop += group.repeat * own.flop
      bytes += group.repeat * own.bytes
    }
    timeS += group.repeat * groupS
    if (operators.length > 0)
      out.push({ part: group.part, name: group.name, repeat: group.repeat, operators, timeS: groupS })
  }
  return { groups: out, flop, bytes, timeS, tokens }
}

function phase(bench: Bench, steps: NetworkStep): Phase {
  const { template, cost } = bench
  let tokens = 0
  for (const group of steps.step.groups) tokens += group.sequences * group.newTokens
  return costGroups(template.network, cost, evaluate(template, steps), tokens)
}

/** TTFT, then every decode step at its own context: the prefill gives token 1, so outputTokens − 1 steps follow. */
export function requestCost(bench: Bench, prefillS: number): RequestCost {
  const { scenario, template, compiled } = bench
  const { model, accelerator, workload } = scenario
  const first = shownContext(model, workload, template.network.convention)
  const steps = decodes(model) ? workload.outputTokens - 1 : 0
  const decodeS = compiled.sumDecodeS(workload.batchSize, first, first + steps - 1, sourceTokens(model, workload))
  const e2eS = prefillS + decodeS
  const tokens = workload.batchSize * (decodes(model) ? workload.outputTokens : promptTokens(model, workload))
  const watt = accelerator.powerW?.value
  const hourly = scenario.priceUsdPerHour ?? accelerator.priceUsdPerHour?.value
  return {
    ttftS: prefillS,
    ...(steps > 0 ? { tpotS: decodeS / steps } : {}),
    e2eS,
    outputTokensPerS: tokens / e2eS,
    ...(watt === undefined ? {} : { energyJ: watt * e2eS, energyPerOutputTokenJ: (watt * e2eS) / tokens }),
    ...(hourly === undefined ? {} : { priceUsdPerMillionOutputTokens: ((hourly / 3600) * e2eS * 1e6) / tokens }),
  }
}

export function analyzeBench(bench: Bench): Analysis {
  const { scenario, template } = bench
  const { network } = template
  const { model, workload, accelerator } = scenario
  const prefill = phase(bench, prefillStep(model, workload))
  const context = shownContext(model, workload, network.convention)
  const decode = decodes(model) ? phase(bench, decodeStep(model, workload, context)) : undefined
  const memory = requestMemory(template, workload, {
    capacityBytes: accelerator.memoryBytes?.value,
    utilization: scenario.memoryUtilization ?? MEMORY_UTILIZATION,
    ranks: 1,
  })
  return {
    scenario,
    precision: bench.precision,
    network,
    roofs: bench.roofs,
    prefill,
    ...(decode ? { decode } : {}),
    ...(scenario.step ? { step: phase(bench, { step: { groups: scenario.step } }) } : {}),
    decodeContextTokens: context,
    memory,
    request: requestCost(bench, prefill.timeS),
    parameters: bench.parameters,
  }
}

export function analyze(scenario: Scenario): Result<Analysis> {
  const bench = prepare(scenario)
  return bench.ok ? ok(analyzeBench(bench.value)) : bench
}
