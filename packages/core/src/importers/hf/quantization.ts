/**
 * `quantization_config` (or the `hf_quant_config.json` beside it) and `torch_dtype` → the formats of a checkpoint: one for
 * most weights, others for the weight classes and layers that publishers leave out or store differently.
 *
 * A class of one layer is taken as a whole: when any of its large matrices is excluded, the class keeps 16 bits there (a
 * file that excludes four of five attention projections is thus counted slightly too large, never too small). Routers,
 * norms, embeddings and encoders of images stay in 16 bits, as all published recipes leave them; the output head does unless
 * a recipe names it. Without a stated dtype the weights count as bfloat16, what engines load them as.
 */
import { format } from '../../architecture/formats.ts'
import type { CheckpointPrecision, WeightClass } from '../../architecture/model.ts'
import type { DtypeId } from '../../catalog/dtypes/table.ts'
import { type Problem, show } from '../../units/result.ts'
import type { ModelParts } from './family.ts'
import { layerModules, parseSelector, type Selector, selects } from './modules.ts'
import { isObject, ownValue, Reader } from './reader.ts'
import { type Recipe, readKv, readRecipe } from './recipes.ts'

const BASE: { readonly [name: string]: DtypeId } = {
  bfloat16: 'bf16',
  'torch.bfloat16': 'bf16',
  float16: 'fp16',
  'torch.float16': 'fp16',
  half: 'fp16',
  float32: 'fp32',
  'torch.float32': 'fp32',
  float: 'fp32',
  auto: 'bf16',
}

const MAX_GENERAL_SELECTORS = 100
const MAX_SELECTORS = 50_000

/** Reads formats; problems go to `problems`. `parts`: the layers the classes are asked for. */
export function readPrecision(
  config: object,
  sidecar: unknown,
  parts: ModelParts,
  problems: Problem[],
): CheckpointPrecision {
  const places = [config, ...['text_config', 'llm_config'].map((key) => ownValue(config, key)).filter(isObject)]
  const readers = places.map((place, index) => new Reader(place, index === 0 ? '' : 'text_config.', {}, problems))
  const base = readBase(readers)
  const own = readers.find((r) => r.has('quantization_config'))?.object('quantization_config')
  const beside =
    sidecar === undefined || sidecar === null
      ? undefined
      : new Reader(isObject(sidecar) ? sidecar : {}, 'hf_quant_config.', {}, problems)
  if (beside && !isObject(sidecar)) beside.refuse('', `${show(sidecar)} is not an object`, 'Give the parsed file.')
  const quant = own ?? beside?.object('quantization')
  if (!quant) return { weights: base, activations: base, kv: base }
  const recipe = readRecipe(quant)
  const expertDtype = readers
    .find((r) => r.has('expert_dtype'))
    ?.choice<DtypeId | undefined>('expert_dtype', { fp4: 'mxfp4', fp8: undefined, bf16: 'bf16' }, undefined)
  return applyRecipe(recipe, base, expertDtype, readKv(quant) ?? base, parts, quant)
}

function readBase(readers: readonly Reader[]): DtypeId {
  for (const r of readers) {
    for (const key of ['dtype', 'torch_dtype']) if (r.has(key)) return r.choice(key, BASE, 'bf16')
  }
  return 'bf16'
}

/** Selectors by layer, and those that do not say. */
class Selectors<T> {
  readonly #byLayer = new Map<number, { readonly selector: Selector; readonly value: T }[]>()
  readonly #general: { readonly selector: Selector; readonly value: T }[] = []

  #count = 0

  constructor(patterns: readonly { readonly pattern: string; readonly value: T }[], layers: number, quant: Reader) {
    const known = new Set<string>()
    for (const { pattern, value } of patterns) {
      if (known.has(pattern)) continue
      known.add(pattern)
      const selectors = parseSelector(pattern, layers)
      if (!selectors) {
        const remedy = 'Use module names, globs, or regular expressions of literals, .* and (a|b).'
        quant.refuse('ignore', `the pattern ${show(pattern)} is not understood`, remedy)
        return
      }
      this.#count += selectors.length
      if (this.#count > MAX_SELECTORS) {
        quant.refuse('ignore', `covers more than ${MAX_SELECTORS} modules one by one`, 'Use patterns without layers.')
        return
      }
      for (const selector of selectors) this.#add(selector, value)
    }
    if (this.#general.length > MAX_GENERAL_SELECTORS) {
      quant.refuse(
        'ignore',
        `has ${this.#general.length} patterns without a layer`,
        `Use at most ${MAX_GENERAL_SELECTORS}.`,
      )
      this.#general.length = 0
    }
  }

  #add(selector: Selector, value: T): void {
    const own = selector.layer === undefined ? this.#general : this.#byLayer.get(selector.layer)
    if (own) own.push({ selector, value })
    else if (selector.layer !== undefined) this.#byLayer.set(selector.layer, [{ selector, value }])
  }

  find(layer: number | undefined, modules: readonly string[]): { readonly value: T } | undefined {
    const own = layer === undefined ? [] : (this.#byLayer.get(layer) ?? [])
    const names = layer === undefined ? modules : modules.map((module) => `layers.${layer}.${module}`)
    return [...own, ...this.#general].find(({ selector }) => names.some((name) => selects(selector, name)))
  }
}

function applyRecipe(
  recipe: Recipe,
  base: DtypeId,
  expertDtype: DtypeId | undefined,
  kv: DtypeId,
  parts: ModelParts,
  quant: Reader,
): CheckpointPrecision {
  const { kinds, order } = parts.stack
  const rules = new Selectors(
    recipe.rules.map(({ pattern, scheme }) => ({ pattern, value: scheme })),
    order.length,
    quant,
  )
  const excluded = new Selectors(
    recipe.excluded.map((pattern) => ({ pattern, value: true })),
    order.length,
    quant,
  )
  const used = new Set<DtypeId>()
  const choose = (layer: number | undefined, modules: readonly string[], of: WeightClass): DtypeId => {
    const rule = rules.find(layer, modules)
    const fallback = recipe.only && recipe.only !== of ? undefined : recipe.scheme
    const reached = of !== 'head' || recipe.head
    const scheme = rule ? rule.value : reached && !excluded.find(layer, modules) ? fallback : undefined
    if (!scheme) return base
    used.add(scheme.activations ?? base)
    return of === 'experts' && expertDtype && !rule ? expertDtype : scheme.weights
  }
  const modules = kinds.map((kind) => layerModules(kind, parts.expertModules))
  const perLayer = order.map((kind, layer) => {
    const own = new Map<WeightClass, DtypeId>()
    for (const [of, names] of modules[kind] ?? []) own.set(of, choose(layer, names, of))
    return own
  })
  const classes = new Map<WeightClass, DtypeId>()
  for (const of of ['attention', 'ffn', 'experts', 'shared'] as const) {
    const common = mostCommon(perLayer.flatMap((own) => own.get(of) ?? []))
    if (common) classes.set(of, common)
  }
  const weights = recipe.scheme?.weights ?? classes.get('experts') ?? classes.get('ffn') ?? base
  for (const of of ['norm', 'embedding'] as const) classes.set(of, base)
  if (kinds.some((kind) => kind.ffn?.kind === 'moe')) classes.set('router', base)
  if (parts.head && !parts.head.tied) classes.set('head', choose(undefined, ['lm_head', 'head'], 'head'))
  if (parts.towers?.length) classes.set('tower', base)
  if (parts.mtp) classes.set('mtp', mtpFormat(choose, parts, order.length, weights))
  const activations = widest([...used], base)
  const layers = deviations(perLayer, classes)
  const differing = [...classes].filter(([, dtype]) => dtype !== weights)
  return {
    weights,
    activations,
    kv,
    ...(differing.length > 0 && { classes: Object.fromEntries(differing) }),
    ...(layers.length > 0 && { layers }),
  }
}

/** Extra prediction layers: the format of their largest class, or 16 bits when any of their matrices is left alone. */
function mtpFormat(
  choose: (layer: number | undefined, modules: readonly string[], of: WeightClass) => DtypeId,
  parts: ModelParts,
  index: number,
  weights: DtypeId,
): DtypeId {
  const first = parts.mtp?.layers[0]
  if (!first) return weights
  const formats = [...layerModules(first, parts.expertModules)].map(([of, names]) => {
    const [inside, beside] = [
      choose(index, names, of),
      choose(
        undefined,
        names.map((n) => `mtp.layers.0.${n}`),
        of,
      ),
    ]
    return widest([inside, beside], inside)
  })
  return widest(formats, weights)
}

function mostCommon(values: readonly DtypeId[]): DtypeId | undefined {
  const counts = new Map<DtypeId, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce<[DtypeId, number] | undefined>(
    (best, one) => (best && best[1] >= one[1] ? best : one),
    undefined,
  )?.[0]
}

function widest(formats: readonly DtypeId[], fallback: DtypeId): DtypeId {
  const bits = (id: DtypeId) => format(id).bits
  return formats.reduce((best, one) => (bits(one) > bits(best) ? one : best), formats[0] ?? fallback)
}

/** Runs of layers whose classes differ from the model's. */
function deviations(
  perLayer: readonly ReadonlyMap<WeightClass, DtypeId>[],
  classes: ReadonlyMap<WeightClass, DtypeId>,
): NonNullable<CheckpointPrecision['layers']> {
  const out: { from: number; to: number; classes: { [C in WeightClass]?: DtypeId } }[] = []
  perLayer.forEach((own, index) => {
    const differing = [...own].filter(([of, dtype]) => classes.get(of) !== dtype)
    if (differing.length === 0) return
    const entry = Object.fromEntries(differing)
    const last = out.at(-1)
    if (last && last.to === index - 1 && JSON.stringify(last.classes) === JSON.stringify(entry)) last.to = index
    else out.push({ from: index, to: index, classes: entry })
  })
  return out
}
