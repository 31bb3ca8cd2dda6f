/** Our parameter counts beside the published ones, and what a sequence keeps: rows of the test and of docs/models.md. */

import { cacheTensorBytes } from '../../architecture/cache.ts'
import { CONVENTIONS } from '../../architecture/convention.ts'
import type { ModelSpec } from '../../architecture/model.ts'
import { networkCache, networkOf } from '../../architecture/network.ts'
import { countParameters } from '../../architecture/parameters.ts'
import { findModel } from '../../catalog/models/index.ts'
import { corpusConfig, corpusModel, corpusNames, corpusTable, imported } from './hf.testkit.ts'
import { importHfConfig } from './index.ts'
import { CONFIGURED, NOTES, SAME_SIZES, VARIANT } from './published.testkit.ts'

export interface Label {
  readonly value: number
  /** Half a unit of the last digit given. */
  readonly rounding: number
}

/** `30.5B`, `1T`, `596M` → a count and how far rounding may have moved it; undefined when it is neither. */
export function readLabel(text: string): Label | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([MBT])$/.exec(text) ?? []
  if (!digits || !unit) return undefined
  const scale = unit === 'T' ? 1e12 : unit === 'B' ? 1e9 : 1e6
  const decimals = digits.split('.')[1]?.length ?? 0
  return { value: Number(digits) * scale, rounding: (scale * 10 ** -decimals) / 2 }
}

/** Bytes that stay per sequence, and bytes that each further token (or source token) adds far beyond every window. */
export function heldBytes(model: ModelSpec): {
  readonly perToken: number
  readonly state: number
  readonly perSource: number
} {
  const network = networkOf(model, model.precision, CONVENTIONS.exact)
  const far = 2 ** 20
  let [perToken, state, perSource] = [0, 0, 0]
  for (const { layers, formats, tensors } of networkCache(network)) {
    for (const tensor of tensors) {
      const at = (context: number, source = 0) => layers * cacheTensorBytes(tensor, context, formats, source)
      perToken += (at(2 * far) - at(far)) / far
      perSource += at(far, 1) - at(far)
      if (tensor.kind === 'state') state += at(far)
    }
  }
  return { perToken, state, perSource }
}

/** Cut down by their publisher to a few layers, for tests of shapes. */
const SHRUNK = /-ipex(-shrunk)?$/

export interface Row {
  readonly model: string
  readonly spec: ModelSpec
  /** As published, and by whom; absent: no published count was read. */
  readonly published?: string
  readonly by?: 'catalogue' | 'recipes'
  readonly ours: number
  /** Publishers count prediction layers or leave them out: ours with them, when that is nearer to their count. */
  readonly countsMtp: boolean
  /** (ours − published) / published. */
  readonly difference?: number
  /** Within 1 %, or within the rounding of the published figure. */
  readonly agrees?: boolean
  /** The published figure is a label that rounding may have moved by more than 1 %. */
  readonly isCoarse?: boolean
}

/** A corpus name without its publisher and without what a recipe appends (`-BF16`, `-Instruct`). */
const bare = (name: string) => name.slice(name.indexOf('__') + 2).replace(/-Instruct/, '')

interface Figure extends Label {
  readonly text: string
  readonly by: 'catalogue' | 'recipes'
  /** The published count leaves out vision and audio towers. */
  readonly withoutTowers: boolean
}

function shortCount(value: number): string {
  return value >= 1e9 ? `${Number((value / 1e9).toPrecision(5))}B` : `${Number((value / 1e6).toPrecision(4))}M`
}

/** The published count that was read: the catalogue's, with its source; else the recipes' label. */
function figureOf(model: string, recipe: string | undefined): Figure | undefined {
  // A file that describes another model than its name says has no published count here.
  const describesAnother = NOTES[model]?.startsWith('the file describes')
  const row = describesAnother ? undefined : findModel(model)
  if (row) {
    const { total, totalStep, totalCounts } = row.published
    const withoutTowers = totalCounts === 'without-towers'
    return { value: total, rounding: totalStep ?? 0, text: shortCount(total), by: 'catalogue', withoutTowers }
  }
  const label = recipe === undefined ? undefined : readLabel(recipe)
  return label && recipe ? { ...label, text: recipe, by: 'recipes', withoutTowers: false } : undefined
}

function rowOf(model: string, spec: ModelSpec, recipe: string | undefined): Row {
  const figure = figureOf(model, recipe)
  if (!figure) return { model, spec, ours: countParameters(spec).total, countsMtp: false }
  const { total, mtp } = countParameters(figure.withoutTowers ? { ...spec, towers: [] } : spec)
  const countsMtp = Math.abs(total + mtp - figure.value) < Math.abs(total - figure.value)
  const ours = countsMtp ? total + mtp : total
  const agrees = Math.abs(ours - figure.value) <= Math.max(figure.value / 100, figure.rounding)
  const isCoarse = figure.rounding > figure.value / 100
  return {
    model,
    spec,
    published: figure.text,
    by: figure.by,
    ours,
    countsMtp,
    difference: ours / figure.value - 1,
    agrees,
    isCoarse,
  }
}

/** Every full-size model that imports: those of the corpus, those that share their sizes, those configured here. */
export function reportRows(): Row[] {
  const labels = new Map(corpusTable('vllm_recipes_models.tsv').map((row) => [row.model_id ?? '', row.params ?? '']))
  const rows: Row[] = []
  const names = corpusNames()
  for (const name of names) {
    if (SHRUNK.test(name) || !importHfConfig(corpusConfig(name)).ok) continue
    // A quantised version counts where its base is not listed itself.
    const base = bare(name).replace(VARIANT, '')
    const isListed = names.some(
      (other) => other !== name && bare(other).replace(VARIANT, '') === base && !VARIANT.test(other),
    )
    if (VARIANT.test(name) && (isListed || Object.values(SAME_SIZES).includes(name))) continue
    const model = name.replace('__', '/')
    rows.push(rowOf(model, corpusModel(name), labels.get(model)))
  }
  for (const [model, name] of Object.entries(SAME_SIZES)) rows.push(rowOf(model, corpusModel(name), labels.get(model)))
  for (const [model, config] of Object.entries(CONFIGURED)) rows.push(rowOf(model, imported(config), labels.get(model)))
  return rows.sort((a, b) => (a.model < b.model ? -1 : 1))
}
