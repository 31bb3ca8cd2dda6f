/**
 * From a link to something that can be asked: model, accelerator with the user's figures, scenario, and a bench that is
 * kept as long as only the workload changes.
 */
import {
  type Accelerator,
  type Analysis,
  analyzeBench,
  type Bench,
  benchFor,
  editAccelerator,
  type FitAnswer,
  fail,
  findAccelerator,
  fitOf,
  type ModelSpec,
  ok,
  type QuestionLink,
  type Result,
  show,
  suggestAccelerators,
} from '@capline/core'
import { scenarioOfLink } from './layouts.ts'
import { findModel, suggestModels } from './models.ts'

/** Models brought as files, by the name links call them by. */
export const brought = new Map<string, ModelSpec>()

const OWN = 'file:'
/** Of one model on one accelerator: many, for a count tries every layout of it. */
const MOST_BENCHES = 240
const MOST_MACHINES = 8

export interface Ready {
  readonly link: QuestionLink
  readonly model: ModelSpec
  readonly accelerator: Accelerator
  readonly bench: Bench
  readonly benches: Map<string, Bench>
  readonly analysis: Analysis
  /** The inverse answers; computed when first asked for. */
  readonly fit: () => Result<FitAnswer>
}

function modelOf(name: string): Result<ModelSpec> {
  const own = brought.get(name)
  if (own) return ok(own)
  if (name.startsWith(OWN)) {
    return fail(
      'model',
      `${show(name.slice(OWN.length))} is a file that this page does not have`,
      'Drop the file here again',
    )
  }
  const known = findModel(name)
  if (known) return ok(known)
  const near = suggestModels(name)
  return fail(
    'model',
    `${show(name)} is not in the catalogue`,
    near.length > 0
      ? `Did you mean ${near.join(', ')}? Or drop its config.json here`
      : 'Choose one, or drop its config.json here',
  )
}

function acceleratorOf({ accelerator, hardware }: QuestionLink): Result<Accelerator> {
  const row = findAccelerator(accelerator)
  if (row) return editAccelerator(row, hardware)
  const near = suggestAccelerators(accelerator)
  return fail(
    'accelerator',
    `${show(accelerator)} is not in the catalogue`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Choose one of the list',
  )
}

/** Benches by machine: everything that is not the workload. */
const machines = new Map<string, { readonly model: ModelSpec; readonly benches: Map<string, Bench> }>()

function benchesOf(link: QuestionLink, model: ModelSpec): Map<string, Bench> {
  const key = JSON.stringify([link.model, link.accelerator, link.hardware])
  const found = machines.get(key)
  if (found?.model === model && found.benches.size < MOST_BENCHES) return found.benches
  const benches = new Map<string, Bench>()
  machines.delete(key)
  machines.set(key, { model, benches })
  for (const old of machines.keys()) {
    if (machines.size <= MOST_MACHINES) break
    machines.delete(old)
  }
  return benches
}

let last: { readonly key: string; readonly ready: Ready } | undefined

export function resolve(link: QuestionLink): Result<Ready> {
  const model = modelOf(link.model)
  if (!model.ok) return model
  const key = JSON.stringify(link)
  if (last?.key === key && last.ready.model === model.value) return ok(last.ready)
  const accelerator = acceleratorOf(link)
  if (!accelerator.ok) return accelerator
  const benches = benchesOf(link, model.value)
  const scenario = scenarioOfLink(link, model.value, accelerator.value, benches)
  if (!scenario.ok) return scenario
  const made = benchFor(benches, link.question, scenario.value)
  if (!made.ok) return made
  const bench: Bench = { ...made.value, scenario: scenario.value }
  const analysis = analyzeBench(bench)
  let fit: Result<FitAnswer> | undefined
  const ready: Ready = {
    link,
    model: model.value,
    accelerator: accelerator.value,
    bench,
    benches,
    analysis,
    fit: () => {
      fit ??= fitOf(bench, analysis)
      return fit
    },
  }
  last = { key, ready }
  return ok(ready)
}
