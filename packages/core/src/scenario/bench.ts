/**
 * A scenario made ready to evaluate: the network of one rank as a template, its cost, its compiled step. Analyses, sweeps
 * and inverse questions of the same model and hardware share one.
 */
import { CONVENTIONS } from '../architecture/convention.ts'
import { changePrecision } from '../architecture/formats.ts'
import type { CheckpointPrecision, ModelSpec } from '../architecture/model.ts'
import { type KernelSetting, networkOf } from '../architecture/network.ts'
import { countParameters, measuredWeightsRewrite, type ParameterCount } from '../architecture/parameters.ts'
import type { AttentionKernel } from '../architecture/pass.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { withEfficiency } from '../cost/efficiency.ts'
import { type Fabric, fabricOf } from '../cost/fabric/index.ts'
import { type Roofs, roofsOf } from '../cost/peaks.ts'
import { kernelCost } from '../cost/pricing/calibrated.ts'
import { fabricTimer, linkRates, MissingLink, measuredCollectives } from '../cost/pricing/links.ts'
import { type CostModel, MissingPeak, rooflineCost } from '../cost/roofline.ts'
import { type EngineTime, engineProfile, engineTime } from '../engine/profile.ts'
import { contextView } from '../layout/contextView.ts'
import { exchangeRewrite } from '../layout/exchange.ts'
import { copyRanks, type Layout, rankCount, sameLayout } from '../layout/layout.ts'
import { shardModel, stageBounds, stageModel } from '../layout/shard.ts'
import type { CompiledStep } from '../step/compile.ts'
import { compileFor } from '../step/compileKernels.ts'
import { type Template, templateOf } from '../step/template.ts'
import { fail, ok, type Result } from '../units/result.ts'
import { layoutOf, type Scenario } from './scenario.ts'

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
  /** The stages of a pipeline, kernels alone; absent without one. */
  readonly stages?: readonly CompiledStep[]
  /** What the engine adds to the kernels of a step; absent under the roofline. */
  readonly engine?: EngineTime
  readonly fabric?: Fabric
}

function kernelSetting(accelerator: Accelerator, kernel: AttentionKernel): KernelSetting {
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

/** Formats of single layers, numbered from the first layer of a stage. */
function stagePrecision(
  precision: CheckpointPrecision,
  model: ModelSpec,
  stages: number,
  stage: number,
): CheckpointPrecision {
  const first = stageBounds(model.stack.order.length, stages)[stage] ?? 0
  const layers = precision.layers?.map((range) => ({ ...range, from: range.from - first, to: range.to - first }))
  return layers ? { ...precision, layers } : precision
}

/** What one rank of a layout runs; `stage`: of a pipeline, absent: all of it. */
function rankTemplate(scenario: Scenario, layout: Layout, stage?: number): Template {
  const { model, accelerator } = scenario
  const convention = CONVENTIONS[scenario.convention]
  const precision = changePrecision(model.precision, scenario.precision)
  // A file's own bytes hold as long as nobody asks for other formats.
  const asPublished = Object.keys(scenario.precision).length === 0 && !convention.oneWeightFormat
  const hasMeasured = asPublished && model.measuredWeights !== undefined
  const measured = hasMeasured ? measuredWeightsRewrite(networkOf(model, precision, convention)) : undefined
  const rank = shardModel(model, layout)
  const own = stage === undefined ? rank : stageModel(rank, layout.pp, stage)
  const hidden = model.stack.hiddenSize
  const rewrites = [
    ...(scenario.rewrites ?? []),
    ...(measured ? [measured] : []),
    // A stage by itself sends nothing on: that is the whole pipeline's.
    ...(copyRanks(layout) > 1
      ? [exchangeRewrite(stage === undefined ? layout : { ...layout, pp: 1 }, hidden, model.head?.outputSize ?? 0)]
      : []),
  ]
  const view = layout.cp > 1 ? contextView(layout) : undefined
  const formats = stage === undefined ? precision : stagePrecision(precision, model, layout.pp, stage)
  const network = networkOf(own, formats, convention, rewrites, view)
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

/** Whether nodes hold as many accelerators each; on one accelerator they change nothing, and a note says so. */
function nodesFor(nodes: number | undefined, all: number): Result<true> {
  if (nodes === undefined || all === 1 || all % nodes === 0) return ok(true)
  if (nodes > all) return fail('--nodes', `${nodes} nodes for ${all} accelerators`, `Give at most ${all}`)
  const even = Array.from({ length: all }, (_, i) => i + 1).filter((n) => all % n === 0)
  const last = even.pop()
  const reason = `${all} accelerators do not divide evenly over ${nodes} nodes`
  return fail('--nodes', reason, `Give ${even.join(', ')} or ${last}`)
}

/** The accelerators' links, as far as the layout needs them. */
function fabricFor(scenario: Scenario): Result<Fabric | undefined> {
  const layout = layoutOf(scenario)
  const { accelerator, nodes, network } = scenario
  const shared = nodesFor(nodes, rankCount(layout))
  if (!shared.ok) return shared
  if (copyRanks(layout) === 1) return ok(undefined)
  const request = { count: copyRanks(layout), ...(network ? { network } : {}) }
  if (nodes === undefined) return fabricOf(accelerator, request)
  const all = rankCount(layout)
  const perNode = all / nodes
  const together = fabricOf(accelerator, { ...request, count: perNode })
  if (perNode > 1 && together.ok && together.value.nodes > 1) {
    const most = together.value.perNode
    const reason = `${perNode} accelerators to a node, but ${most} of ${accelerator.id} share one fast link`
    return fail('--nodes', reason, `Give at least ${Math.ceil(all / most)}`)
  }
  return fabricOf(accelerator, { ...request, perNode })
}

/**
 * Makes a scenario ready to be asked many times. Fails, naming the flag or the accelerator, where a figure it needs has no source
 * (bandwidth, the peak of a format, a link), or where the layout does not go over the nodes.
 */
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
  if (scenario.convention === 'paper' && rankCount(layoutOf(scenario)) > 1) {
    return fail('--convention', 'the paper convention knows one accelerator', 'Use --convention exact')
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
    const engine = ownTimeOf(scenario)
    const compiled = compileFor(template, cost.value, engine)
    const layout = layoutOf(scenario)
    const stages = layout.pp > 1 ? bench.stagesOf(layout).map((one) => compileFor(one, cost.value)) : undefined
    return ok({
      ...bench,
      roofs,
      cost: cost.value,
      compiled,
      parameters: countParameters(model),
      ...(stages ? { stages } : {}),
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
function ownTimeOf(scenario: Scenario): EngineTime | undefined {
  return (scenario.basis ?? 'roofline') === 'roofline'
    ? undefined
    : engineTime(engineProfile(scenario.engine).constants)
}

/** The accelerator with the user's own roofs (`--peak`, `--bandwidth`) in its figures, for the kernel models. */
function withOwnRoofs({ accelerator, roofs }: Scenario): Accelerator {
  if (!roofs) return accelerator
  const own = (value: number) => ({ value, source: 'user' })
  const matrix = Object.entries(roofs.matrix).map(([dtype, value]) => [dtype, own(value)] as const)
  return {
    ...accelerator,
    memoryBandwidthBytePerS: own(roofs.bandwidthBytePerS),
    matrixFlopPerS: { ...accelerator.matrixFlopPerS, ...Object.fromEntries(matrix) },
  }
}

function basisCost(scenario: Scenario, ideal: CostModel, fabric: Fabric | undefined): Result<CostModel> {
  const { basis = 'roofline', convention, kernels } = scenario
  const accelerator = withOwnRoofs(scenario)
  if (basis === 'roofline') return ok(ideal)
  if (convention === 'paper') {
    return fail('--basis', 'the paper convention is a roofline', 'Leave --basis out, or use --convention exact')
  }
  if (accelerator.kind !== 'gpu') {
    const reason = `is a ${accelerator.kind}: no kernel of anything like it was measured`
    return fail(`accelerator ${accelerator.id}`, reason, 'Use --basis roofline')
  }
  const engine = engineProfile(scenario.engine)
  const calibrated = fabricTimer(fabric, accelerator, engine.kernels)
  const collectives = kernels ? measuredCollectives(fabric, kernels, calibrated) : calibrated
  const cost = kernelCost(ideal, accelerator, engine, collectives, kernels)
  if (cost) return ok(cost)
  return fail(
    `accelerator ${accelerator.id}`,
    'lacks the matrix peak or bandwidth that kernel models need',
    'Use --basis roofline',
  )
}
