/**
 * The price of engine steps for the pools of a point. Points that share model, accelerator, formats and layout share one
 * prepared bench; only `benchOf` knows how a layout turns into time.
 */
import type { StepGroup } from '../architecture/extent.ts'
import { findAccelerator } from '../catalog/accelerators/index.ts'
import { findModel } from '../catalog/models/index.ts'
import { constantsKey, type EngineProfile, engineProfile, engineTime } from '../engine/profile.ts'
import { costGroups } from '../scenario/analyze.ts'
import { type Bench, prepare } from '../scenario/bench.ts'
import type { Basis } from '../scenario/scenario.ts'
import { compileFor } from '../step/compileKernels.ts'
import { evaluate } from '../step/template.ts'
import { fail, ok, type Result } from '../units/result.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { precisionChange } from './formats.ts'
import { heldSequences } from './memory.ts'
import { rankLayout, type ServingLayout, type ServingPoint } from './point.ts'

/** What a prediction asks of one worker. */
export interface StepPricer {
  /** Seconds of one engine step, given what one attention rank has in it. */
  stepS(groups: readonly StepGroup[]): number
  /** The kernels of it alone, and the ends of their interval as shares of it. */
  kernelS(groups: readonly StepGroup[]): number
  kernelRange(groups: readonly StepGroup[]): readonly [low: number, high: number]
  /** The same at full peaks and bandwidth: no engine is faster. */
  floorS(groups: readonly StepGroup[]): number
  /** Sequences of so many cached tokens that the whole worker holds. */
  heldSequences(contextTokens: number): number
  readonly profile: EngineProfile
}

/** One rank's network; calibrated: with kernels, collectives and the engine's own time. The one place that prepares it. */
function benchOf(point: ServingPoint, layout: ServingLayout, basis: Basis): Result<Bench> {
  const model = findModel(point.model)?.spec
  const accelerator = findAccelerator(point.accelerator)
  if (!model || !accelerator) return fail('point', `${point.model} or ${point.accelerator} is not in the catalogue`, '')
  return prepare({
    model,
    accelerator,
    workload: DEFAULT_WORKLOAD,
    precision: precisionChange(point.formats),
    kernel: 'flash',
    convention: 'exact',
    basis,
    engine: point.engine,
    layout: rankLayout(layout),
  })
}

/** Benchmarks inside the engine's own process have no server that could hold up a step: the newest constants. */
const servedVersion = ({ client, engineVersion }: ServingPoint) => (client === 'server' ? engineVersion : '')

/** Prepared pricers, shared between points. */
export type PricerCache = Map<string, Result<StepPricer>>

export function pricerOf(point: ServingPoint, layout: ServingLayout, known: PricerCache): Result<StepPricer> {
  const { model, accelerator, engine, formats } = point
  const constants = constantsKey(engine, servedVersion(point))
  const key = JSON.stringify([model, accelerator, engine, constants, formats, layout])
  const found = known.get(key)
  if (found) return found
  const made = makePricer(point, layout)
  known.set(key, made)
  return made
}

function makePricer(point: ServingPoint, layout: ServingLayout): Result<StepPricer> {
  const made = benchOf(point, layout, 'calibrated')
  if (!made.ok) return made
  const { cost, template, scenario } = made.value
  const kernels = compileFor(template, cost)
  const profile = engineProfile(point.engine, servedVersion(point))
  const own = engineTime(profile.constants)
  let floor: Result<Bench> | undefined
  return ok({
    profile,
    stepS: (groups) => own.stepS(kernels.timeS(groups), groups),
    kernelS: (groups) => kernels.timeS(groups),
    kernelRange: (groups) => {
      const steps = { step: { groups } }
      const { range, timeS } = costGroups(template.network, cost, evaluate(template, steps), steps)
      return range ? [range.low / timeS, range.high / timeS] : [1, 1]
    },
    floorS: (groups) => {
      floor ??= benchOf(point, layout, 'roofline')
      return floor.ok ? floor.value.compiled.timeS(groups) : 0
    },
    heldSequences: (contextTokens) => heldSequences(template, scenario.accelerator, layout, profile, contextTokens),
  })
}
