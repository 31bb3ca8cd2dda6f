/**
 * What a plan's engine takes for one step of each kind: prompts, decoding, both mixed. Every price is of a step shape on
 * the compiled network (`bench.compiled`), with what the plan places elsewhere and what its draft model adds. Seconds.
 *
 *   pass(n, x)  = step of n sequences with `checkedTokens` new tokens each after x cached ones, and γ draft passes
 *   token(n, x) = pass(n, x) / τ
 *
 * The verification is a step like any other: experts and neurons are a union over all of its tokens, attention is over
 * n · checkedTokens queries, the head computes every checked row. Where this stops being free, speculation stops paying
 * (Leviathan et al. 2023, arXiv 2211.17192, section 3; large batches: "LLM Inference Unveiled" section 4.2.1).
 */
import type { StepGroup } from '../../architecture/extent.ts'
import type { NetworkStep } from '../../architecture/network.ts'
import { type Layout, microBatch, rankCount, rankSequences } from '../../layout/layout.ts'
import type { Bench } from '../../scenario/bench.ts'
import { pipelineDecodeS, pipelinePrefillS, pipelineStepS } from '../../scenario/pipeline.ts'
import { layoutOf, type Scenario } from '../../scenario/scenario.ts'
import { decodes, prefillStep, promptTokens, shownContext, sourceTokens } from '../../step/phases.ts'
import { ok, type Result } from '../../units/result.ts'
import type { ExtraPass, Plan } from '../plan.ts'
import { benchOf } from './bench.ts'
import { type PlacedStep, placedStep } from './place.ts'
import { sumAlong } from './sum.ts'
import { extraHeadS, phaseOf, trafficOf } from './traffic.ts'

export interface Engine {
  readonly bench: Bench
  readonly plan: Plan
  /** The draft model's bench, where one proposes tokens. */
  readonly draft?: Bench
  /** Whole prompts of n sequences, what is reused left out. */
  prefillS(sequences: number): number
  /** A piece of a prompt of one sequence beside `decoding` sequences at context x. */
  mixedS(decoding: number, context: number, piece: StepGroup): number
  passS(sequences: number, context: number): number
  /** Σ of token(n, x) over `steps` tokens from context x on. */
  tokensS(sequences: number, from: number, steps: number): number
  /** The draft model reads the prompts too, once. */
  draftPrefillS(sequences: number): number
  /** A pass of this or another model beside the answer, for n sequences. */
  extraS(pass: ExtraPass, sequences: number): number
  /** How a step of these groups divides into work and transfers. */
  placedStep(groups: readonly StepGroup[]): PlacedStep
  readonly promptTokens: number
  /** Prompt tokens that are not reused, at least the last one. */
  readonly freshTokens: number
  /** Context of the first decode step. */
  readonly firstContext: number
  /** Decode steps of a sequence that makes one token a pass. */
  readonly steps: number
  /** Of the layout. */
  readonly accelerators: number
  /** Accelerators that decode over those that prefill: 1 unless the degree changes in between. */
  readonly decodeShare: number
}

/** A scenario of another model on the same accelerator: as published, on one of them. */
function beside(scenario: Scenario, model: Scenario['model']): Scenario {
  const { accelerator, roofs, workload, kernel, convention } = scenario
  return { model, accelerator, ...(roofs ? { roofs } : {}), workload, precision: {}, kernel, convention }
}

/** Seconds of a model's prompts of `newTokens`, in pieces no longer than it was trained for, and of `outputTokens` after. */
function requestS(bench: Bench, sequences: number, newTokens: number, outputTokens: number): number {
  const { model } = bench.template.network
  const most = model.trainedContextTokens ?? newTokens
  const pieces = outputTokens > 0 ? 1 : Math.max(1, Math.ceil(newTokens / most))
  const workload = {
    ...bench.scenario.workload,
    batchSize: sequences * pieces,
    promptTokens: Math.max(1, Math.ceil(newTokens / pieces)),
    sharedPrefixTokens: 0,
    itemsPerRequest: 0,
  }
  const steps = prefillStep(model, workload)
  const isPlain = !steps.encoder && !steps.towers && steps.step.logitTokens === undefined
  const prefill = isPlain ? bench.compiled.timeS(steps.step.groups) : phaseOf(bench, steps).timeS
  if (outputTokens <= 1 || !decodes(model)) return prefill
  const first = shownContext(model, workload, bench.template.network.convention)
  return prefill + bench.compiled.sumDecodeS(sequences, first, first + outputTokens - 2, sourceTokens(model, workload))
}

/** What one rank has of so many sequences in one step, and how many micro-batches there are of it. */
function onRank(layout: Layout, sequences: number): { readonly sequences: number; readonly batches: number } {
  const own = rankSequences(layout, sequences)
  const one = microBatch(layout, own)
  return { sequences: one, batches: Math.ceil(own / one) }
}

/** Prices steps of one bench: on its layout, with what is placed elsewhere. */
class Steps {
  readonly bench: Bench
  readonly layout: Layout
  readonly #plan: Plan

  constructor(bench: Bench, plan: Plan) {
    this.bench = bench
    this.#plan = plan
    this.layout = layoutOf(bench.scenario)
  }

  /** A step as one rank sees it, at the pace of all micro-batches. */
  stepS(groups: readonly StepGroup[], batches = 1): number {
    return this.finish(groups, pipelineStepS(this.bench, this.bench.compiled.timeS(groups), groups, batches))
  }

  /** A piece of a prompt, of every micro-batch. */
  pieceS(groups: readonly StepGroup[], batches: number): number {
    return this.finish(groups, pipelinePrefillS(this.bench, this.bench.compiled.timeS(groups), groups, batches))
  }

  /** What transfers, and a ring that is not hidden, make of a step's time. */
  finish(groups: readonly StepGroup[], timeS: number): number {
    const { placed, ringInTurn } = this.#plan
    const computeS = ringInTurn ? timeS + trafficOf(this.bench, groups).ringS : timeS
    return placed.length > 0 ? placedStep(this.bench, placed, groups, computeS).timeS : computeS
  }

  placed(groups: readonly StepGroup[]): PlacedStep {
    return placedStep(this.bench, this.#plan.placed, groups, this.bench.compiled.timeS(groups))
  }

  /** Whole steps with encoder and towers, or of an engine that adds host time once for all micro-batches. */
  wholeS(steps: NetworkStep, batches: number): number {
    const { engine, compiled } = this.bench
    const { groups, logitTokens } = steps.step
    const isPlain = !steps.encoder && !steps.towers && logitTokens === undefined && !engine
    const oneS = isPlain ? compiled.timeS(groups) : phaseOf(this.bench, steps).timeS
    const kernelS = pipelinePrefillS(this.bench, oneS, groups, batches)
    return this.finish(groups, engine ? engine.stepS(kernelS, groups) : kernelS)
  }
}

export function engineOf(plan: Plan): Result<Engine> {
  const made = benchOf(plan.scenario)
  if (!made.ok) return made
  const bench = made.value
  const { scenario, template } = bench
  const { model, workload } = scenario
  const { decoding, placed, decodeLayout, segmentTokens } = plan
  const draftModel = decoding.draft && 'model' in decoding.draft ? decoding.draft.model : undefined
  const draftBench = draftModel ? benchOf(beside(scenario, draftModel)) : undefined
  if (draftBench && !draftBench.ok) return draftBench
  const draft = draftBench?.value
  const decodeBench = decodeLayout ? benchOf({ ...scenario, layout: decodeLayout }) : made
  if (!decodeBench.ok) return decodeBench

  const others = new Map<Scenario['model'], Bench>()
  for (const pass of plan.passes) {
    if (!pass.model || others.has(pass.model)) continue
    const other = benchOf(beside(scenario, pass.model))
    if (!other.ok) return other
    others.set(pass.model, other.value)
  }

  const prefill = new Steps(bench, plan)
  const decode = decodeLayout ? new Steps(decodeBench.value, plan) : prefill
  const prompt = promptTokens(model, workload)
  const reused = Math.max(0, Math.min(plan.reusedTokens, prompt - 1))
  const firstContext = shownContext(model, workload, template.network.convention)
  const steps = decodes(model) ? workload.outputTokens - 1 : 0
  const source = sourceTokens(model, workload)
  const cross = source > 0 ? { sourceTokens: source } : {}
  const { checkedTokens, tokensPerPass } = decoding
  const isPlain =
    checkedTokens === 1 && tokensPerPass === 1 && !decoding.draft && placed.length === 0 && !plan.ringInTurn

  /** Segments of a prompt are steps one after another, each over what the memory holds by then. */
  const segmentsS = (sequences: number, segment: number, batches: number): number => {
    const fresh = prompt - reused
    const at = (index: number) => {
      const newTokens = Math.min(segment, fresh - index * segment)
      return prefill.pieceS([{ sequences, newTokens, contextTokens: reused + index * segment, ...cross }], batches)
    }
    const full = Math.floor(fresh / segment)
    return sumAlong(at, 0, full) + (fresh > full * segment ? at(full) : 0)
  }

  const prefillS = (sequences: number): number => {
    const rank = onRank(prefill.layout, sequences)
    const whole = prefillStep(model, { ...workload, batchSize: rank.sequences })
    const isPlainStep = !whole.encoder && !whole.towers && whole.step.logitTokens === undefined
    if (segmentTokens && prompt - reused > segmentTokens && isPlainStep) {
      return segmentsS(rank.sequences, segmentTokens, rank.batches)
    }
    if (reused === 0) return prefill.wholeS(whole, rank.batches)
    const groups = whole.step.groups.map((g) => {
      const cached = Math.max(g.contextTokens, reused)
      return { ...g, newTokens: prompt - cached, contextTokens: cached }
    })
    return prefill.wholeS({ ...whole, step: { ...whole.step, groups } }, rank.batches)
  }

  const draftS = (sequences: number, context: number): number => {
    const { draft: proposer } = decoding
    if (!proposer || proposer.passes === 0) return 0
    const one = (n: number) => [{ sequences: n, newTokens: 1, contextTokens: context, ...cross }]
    if (draft) return proposer.passes * draft.compiled.timeS(one(sequences))
    const own = onRank(decode.layout, sequences).sequences
    return 'share' in proposer ? proposer.passes * proposer.share * decode.stepS(one(own)) : 0
  }

  const headS = (sequences: number) => {
    const own = onRank(decode.layout, sequences).sequences
    return extraHeadS(decode.bench, own, own * checkedTokens)
  }

  const passS = (sequences: number, context: number): number => {
    const { sequences: own, batches } = onRank(decode.layout, sequences)
    const group = { sequences: own, newTokens: checkedTokens, contextTokens: context, ...cross }
    return decode.stepS([group], batches) + headS(sequences) + draftS(sequences, context)
  }

  const tokensS = (sequences: number, from: number, count: number): number => {
    if (count <= 0) return 0
    if (!isPlain) return sumAlong((context) => passS(sequences, context), from, count) / tokensPerPass
    const { sequences: own, batches } = onRank(decode.layout, sequences)
    return pipelineDecodeS(decode.bench, own, from, from + count - 1, source, batches)
  }

  /** A call of the served model beside the answer: decoded like the answer. */
  const ownCallS = (pass: ExtraPass, sequences: number): number => {
    const rank = onRank(prefill.layout, sequences)
    const group = { sequences: rank.sequences, newTokens: pass.newTokens, contextTokens: 0, ...cross }
    const readS = pass.newTokens > 0 ? prefill.pieceS([group], rank.batches) : 0
    return readS + tokensS(sequences, pass.newTokens, pass.outputTokens - 1)
  }

  return ok({
    bench,
    plan,
    ...(draft ? { draft } : {}),
    prefillS,
    mixedS: (decoding_, context, piece) => {
      if (decoding_ === 0) return prefill.stepS([{ ...piece, ...cross }])
      const own = onRank(prefill.layout, decoding_).sequences
      const decodes_ = { sequences: own, newTokens: checkedTokens, contextTokens: context, ...cross }
      return prefill.stepS([decodes_, { ...piece, ...cross }]) + headS(decoding_) + draftS(decoding_, context)
    },
    passS,
    tokensS,
    draftPrefillS: (sequences) => (draft ? requestS(draft, sequences, prompt, 0) : 0),
    extraS: (pass, sequences) => {
      const at = sequences * (pass.beside ?? 1)
      const other = pass.model ? others.get(pass.model) : undefined
      const onceS = other ? requestS(other, at, pass.newTokens, pass.outputTokens) : ownCallS(pass, at)
      return pass.timesPerRequest * onceS
    },
    placedStep: (groups) => decode.placed(groups),
    promptTokens: prompt,
    freshTokens: prompt - reused,
    firstContext,
    steps,
    accelerators: rankCount(prefill.layout),
    decodeShare: rankCount(decode.layout) / rankCount(prefill.layout),
  })
}
