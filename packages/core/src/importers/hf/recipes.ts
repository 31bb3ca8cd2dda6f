/**
 * `quantization_config` → a recipe: the formats it gives to matrices and the ones it leaves alone, before they are matched
 * with a model's layers (`quantization.ts`). One reader per `quant_method`. Sources: transformers
 * `utils/quantization_config.py`, compressed-tensors, NVIDIA ModelOpt exports, and the files of published checkpoints.
 */
import type { WeightClass } from '../../architecture/model.ts'
import type { DtypeId } from '../../catalog/dtypes/table.ts'
import type { Reader } from './reader.ts'
import { integerFormat, KV_ALGORITHMS, MODELOPT, type Scheme, tensorFormat } from './schemes.ts'

/** A recipe: what most matrices get, what named ones get instead, and which are left alone. */
export interface Recipe {
  readonly scheme?: Scheme
  /** Only this class is converted (gpt-oss converts experts only). */
  readonly only?: WeightClass
  readonly rules: readonly { readonly pattern: string; readonly scheme: Scheme | null }[]
  readonly excluded: readonly string[]
  /** Whether the recipe reaches the output head when it does not exclude it. */
  readonly head: boolean
}

const NO_RECIPE: Recipe = { rules: [], excluded: [], head: false }
export function readKv(quant: Reader): DtypeId | undefined {
  if (typeof quant.raw('kv_cache_scheme') === 'string') return quant.choice('kv_cache_scheme', KV_ALGORITHMS, undefined)
  const scheme = quant.object('kv_cache_scheme')
  return scheme ? tensorFormat(scheme) : quant.choice('kv_cache_quant_algo', KV_ALGORITHMS, undefined)
}

const METHODS: { readonly [method: string]: (quant: Reader) => Recipe } = {
  fp8: readFp8,
  fbgemm_fp8: readFp8,
  'compressed-tensors': readGroups,
  modelopt: readModelOpt,
  modelopt_fp4: readModelOpt,
  mxfp4: () => ({ scheme: { weights: 'mxfp4' }, only: 'experts', rules: [], excluded: [], head: false }),
  awq: readIntegers,
  gptq: readIntegers,
  'auto-round': readIntegers,
  bitsandbytes: readBitsAndBytes,
}

export function readRecipe(quant: Reader): Recipe {
  // ModelOpt's older exports name an algorithm but no method.
  if (!quant.has('quant_method') && quant.has('quant_algo')) return readModelOpt(quant)
  const read = quant.choice<((quant: Reader) => Recipe) | undefined>('quant_method', METHODS, undefined)
  if (read) return read(quant)
  if (!quant.has('quant_method'))
    quant.refuse('quant_method', 'missing', `Known methods: ${Object.keys(METHODS).join(', ')}.`)
  return NO_RECIPE
}

const exclusions = (quant: Reader): readonly string[] =>
  ['modules_to_not_convert', 'ignore', 'ignored_layers', 'exclude_modules', 'llm_int8_skip_modules'].flatMap((key) =>
    quant.strings(key),
  )

function readFp8(quant: Reader): Recipe {
  const block = quant.raw('weight_block_size') ?? undefined
  const sizes = block === undefined ? undefined : quant.list('weight_block_size', 2, positive, 'a whole number above 0')
  const weights = sizes ? (sizes[0] === 1 && sizes[1] === 32 ? 'mxfp8' : 'fp8-block') : 'fp8'
  const scheme: Scheme = { weights, activations: 'fp8' }
  const rules = readQuantizedLayers(quant)
  // With named layers, the list of exclusions is about those layers' format; everything else stays FP8.
  return { scheme, rules, excluded: rules.length ? [] : exclusions(quant), head: false }
}

const positive = (value: unknown) => (Number.isInteger(value) && (value as number) > 0 ? (value as number) : undefined)

function readModelOpt(quant: Reader): Recipe {
  const rules = readQuantizedLayers(quant)
  const excluded = exclusions(quant)
  if (rules.length > 0) return { rules, excluded, head: false }
  if (quant.string('quant_algo') === 'MIXED_PRECISION') {
    quant.refuse(
      'quantized_layers',
      'missing, although quant_algo is MIXED_PRECISION',
      'Name the format of each layer.',
    )
    return NO_RECIPE
  }
  if (!quant.has('quant_algo') && quant.has('config_groups')) return readGroups(quant)
  const scheme = quant.choice('quant_algo', MODELOPT, null)
  return scheme ? { scheme, rules, excluded, head: false } : NO_RECIPE
}

function readQuantizedLayers(quant: Reader): Recipe['rules'] {
  const layers = quant.object('quantized_layers')
  if (!layers) return []
  return Object.keys(layers.source).map((pattern) => ({
    pattern,
    scheme: layers.object(pattern)?.choice('quant_algo', MODELOPT, null) ?? null,
  }))
}

/** compressed-tensors: groups of targets, of which `Linear` means every matrix. */
function readGroups(quant: Reader): Recipe {
  const groups = quant.object('config_groups')
  const rules: { pattern: string; scheme: Scheme }[] = []
  let scheme: Scheme | undefined
  for (const key of groups ? Object.keys(groups.source) : []) {
    const group = groups?.object(key)
    const weights = group?.object('weights')
    const format = weights && tensorFormat(weights)
    if (!group || !format) continue
    const inputs = group.object('input_activations')
    const activations = inputs && tensorFormat(inputs)
    const one: Scheme = activations ? { weights: format, activations } : { weights: format }
    const targets = group.strings('targets')
    if (targets.length === 0 || targets.includes('Linear')) scheme ??= one
    for (const pattern of targets) if (pattern !== 'Linear') rules.push({ pattern, scheme: one })
  }
  if (!scheme && rules.length === 0)
    quant.refuse('config_groups', 'missing or without weights', 'Give the groups of the published file.')
  return { ...(scheme && { scheme }), rules, excluded: exclusions(quant), head: true }
}

/** GPTQ, AWQ and AutoRound: weights only. */
function readIntegers(quant: Reader): Recipe {
  if (quant.has('dynamic'))
    quant.refuse(
      'dynamic',
      'rules per module are not understood',
      'Give a checkpoint with one width, or leave quantization_config out.',
    )
  const bits = quant.int(['bits', 'w_bit'], { min: 1, max: 8 })
  const weights = integerFormat(bits, quant.optionalInt(['group_size', 'q_group_size'], { min: -1, max: 1e6 }))
  if (!weights) quant.refuse('bits', `${bits} bits are not a known format`, 'Known: 1 to 6 and 8.')
  return {
    scheme: { weights: weights ?? 'int4' },
    rules: [],
    excluded: exclusions(quant),
    head: quant.bool('lm_head', false),
  }
}

function readBitsAndBytes(quant: Reader): Recipe {
  const eight = quant.bool(['load_in_8bit', '_load_in_8bit'], false)
  const four = quant.bool(['load_in_4bit', '_load_in_4bit'], !eight)
  const type = quant.choice('bnb_4bit_quant_type', { nf4: 'nf4', fp4: 'fp4' } as const, 'fp4')
  const scheme: Scheme = four ? { weights: type } : { weights: 'int8', activations: 'int8' }
  return { scheme, rules: [], excluded: exclusions(quant), head: false }
}
