/**
 * How many sequences a worker holds: what the engine may use of the memory, less weights and activations, over the cache of
 * one sequence. Bytes of one rank, whose network the template is (all stages of a pipeline).
 */
import { CONVENTIONS } from '../architecture/convention.ts'
import { changePrecision } from '../architecture/formats.ts'
import type { ModelSpec } from '../architecture/model.ts'
import { networkOf } from '../architecture/network.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import type { EngineProfile } from '../engine/profile.ts'
import { kvBytes, weightBytes } from '../memory/plan.ts'
import { type Template, templateOf } from '../step/template.ts'
import { precisionChange } from './formats.ts'
import type { ServingFormats, ServingLayout } from './point.ts'

const known = new WeakMap<ModelSpec, Map<string, number>>()

/** Weight bytes of the whole model in these formats. */
function wholeWeightBytes(model: ModelSpec, formats: ServingFormats): number {
  const key = JSON.stringify(formats)
  const own = known.get(model) ?? new Map<string, number>()
  known.set(model, own)
  const found = own.get(key)
  if (found !== undefined) return found
  const network = networkOf(model, changePrecision(model.precision, precisionChange(formats)), CONVENTIONS.exact)
  const bytes = weightBytes(templateOf(network, { kernel: 'flash', tile: {} }))
  own.set(key, bytes)
  return bytes
}

/** Whether so many devices hold the weights at all. Unknown memory: no objection. */
export function weightsFit(
  model: ModelSpec,
  formats: ServingFormats,
  accelerator: Accelerator,
  devices: number,
): boolean {
  const capacity = accelerator.memoryBytes?.value
  return capacity === undefined || wholeWeightBytes(model, formats) < capacity * devices
}

/** Room for activations, graphs and buffers of one rank, beside weights and cache. */
const WORKSPACE_BYTES = 2 * 2 ** 30

/** Sequences of `contextTokens` that one worker's cache holds; Infinity where the memory is unknown. */
export function heldSequences(
  template: Template,
  accelerator: Accelerator,
  layout: ServingLayout,
  profile: EngineProfile,
  contextTokens: number,
): number {
  const capacity = accelerator.memoryBytes?.value
  if (capacity === undefined) return Number.POSITIVE_INFINITY
  const weights = weightBytes(template) / layout.pp
  const free = (capacity * profile.memoryShare - weights - WORKSPACE_BYTES) * profile.cacheShare
  const each = kvBytes(template.network, contextTokens, 1) / layout.pp
  return Math.max(0, Math.floor(free / each)) * layout.attentionDp
}
