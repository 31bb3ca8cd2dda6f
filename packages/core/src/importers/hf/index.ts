/**
 * A Hugging Face `config.json` (already parsed) → ModelSpec. The model type, or the first architecture where the type is
 * missing, picks an importer from the table in `registry.ts`; whatever cannot be read completely is refused with the field,
 * the value and a remedy. Class defaults fill absent keys only where transformers fills them (`defaults.ts`).
 */
import type { ModelSpec } from '../../architecture/model.ts'
import { fail, ok, type Problem, type Result, show } from '../../units/result.ts'
import { classDefaults } from './defaults.ts'
import type { Importer, ModelParts } from './family.ts'
import { SIGNIFICANT_KEYS } from './keys.ts'
import { readPrecision } from './quantization.ts'
import { isObject, oversize, ownValue, Reader } from './reader.ts'
import { closestTypes, findImporter, isDraft, isDraftType, typeOfArchitecture } from './registry.ts'

export interface HfOptions {
  /** What people call the model, such as its repository name. */
  readonly name?: string
  /** The parsed `hf_quant_config.json` that some checkpoints carry beside config.json. */
  readonly quantSidecar?: unknown
}

interface Chosen {
  readonly type: string
  readonly importer: Importer
}

/**
 * A parsed `config.json` as a model. Fails, naming the key, for an architecture nobody has described and for sizes that are missing
 * or cannot be; nothing is guessed but what the architecture's own configuration class presets.
 */
export function importHfConfig(config: unknown, options: HfOptions = {}): Result<ModelSpec> {
  if (!isObject(config))
    return fail('config.json', `${show(config)} is not an object`, "Give the model's config.json, parsed.")
  for (const [path, value] of [
    ['config.json', config],
    ['hf_quant_config.json', options.quantSidecar],
  ] as const) {
    const reason = oversize(value)
    if (reason) return fail(path, reason, 'No published configuration is that large; give the original file.')
  }
  const chosen = choose(config, '')
  if (!chosen.ok) return chosen
  const problems: Problem[] = []
  const parts = importParts(config, '', {}, chosen.value, problems)
  const { towers = [], expertModules, ...rest } = parts
  const precision = readPrecision(config, options.quantSidecar, parts, problems)
  const problem = problems[0]
  if (problem) return { ok: false, problem }
  const name = options.name ?? repositoryName(config) ?? chosen.value.type
  return ok({
    id:
      name
        .toLowerCase()
        .replace(/[^a-z0-9.]+/g, '-')
        .replace(/^-+|-+$/g, '') || chosen.value.type,
    name,
    family: chosen.value.type,
    ...rest,
    towers,
    precision,
  })
}

/** `_name_or_path` when it looks like a repository and not like somebody's folder. */
function repositoryName(config: object): string | undefined {
  const value = ownValue(config, '_name_or_path')
  return typeof value === 'string' && /^[\w.-]{1,60}\/[\w.-]{1,90}$/.test(value) ? value : undefined
}

function importParts(
  source: object,
  prefix: string,
  inherited: { readonly [key: string]: boolean },
  chosen: Chosen,
  problems: Problem[],
): ModelParts {
  const reader = new Reader(source, prefix, { ...classDefaults(chosen.type), ...inherited }, problems)
  const nested = (key: string, fallbackType: string): ModelParts => {
    const inner = ownValue(source, key)
    const found = isObject(inner) ? choose(inner, `${prefix}${key}.`, fallbackType) : missing(`${prefix}${key}`)
    if (!found.ok || !isObject(inner)) {
      if (!found.ok) problems.push(found.problem)
      return { kind: 'decoder', stack: { hiddenSize: 1, kinds: [], order: [] } }
    }
    // A wrapper's own flag decides where its text part is silent.
    const tied = ownValue(source, 'tie_word_embeddings')
    const passed = typeof tied === 'boolean' ? { tie_word_embeddings: tied } : {}
    return importParts(inner, `${prefix}${key}.`, passed, found.value, problems)
  }
  const parts = chosen.importer({ config: reader, modelType: chosen.type, nested })
  const unread = reader.unread(SIGNIFICANT_KEYS)
  if (unread)
    reader.refuse(
      unread,
      `${show(ownValue(source, unread))} changes the architecture, and the importer of '${chosen.type}' does not read it`,
      `Give the original file, or teach the importer of '${chosen.type}' (importers/hf/families) this key.`,
    )
  return parts
}

function missing(path: string): { readonly ok: false; readonly problem: Problem } {
  return fail(path, 'missing or not an object', 'Give the language part of the model as an object under this key.')
}

/** The row of the table for a configuration object. */
function choose(source: object, prefix: string, fallbackType?: string): Result<Chosen> {
  // diffusers names the class of a transformer instead.
  const modelType = ownValue(source, 'model_type') ?? ownValue(source, '_class_name') ?? undefined
  const listed = ownValue(source, 'architectures')
  const first = Array.isArray(listed) ? ownValue(listed, '0') : undefined
  const architecture = typeof first === 'string' ? first : undefined
  const draft =
    architecture !== undefined && isDraft(architecture)
      ? (['architectures', architecture] as const)
      : typeof modelType === 'string' && isDraftType(modelType)
        ? (['model_type', modelType] as const)
        : undefined
  if (draft)
    return fail(
      `${prefix}${draft[0]}`,
      `${show(draft[1])} is a speculative draft, not a model that answers by itself`,
      'Give the target model; its draft is chosen with speculative decoding.',
    )
  if (modelType === undefined) {
    const type = (architecture !== undefined && typeOfArchitecture(architecture)) || fallbackType
    const importer = type ? findImporter(type) : undefined
    if (type && importer) return ok({ type, importer })
    return fail(
      `${prefix}model_type`,
      architecture === undefined ? 'missing' : `missing, and architecture ${show(architecture)} is not known`,
      'Give the complete config.json of the model, with its model_type.',
    )
  }
  if (typeof modelType !== 'string')
    return fail(`${prefix}model_type`, `${show(modelType)} is not a text`, 'Give the published model_type.')
  const importer = findImporter(modelType)
  if (importer) return ok({ type: modelType, importer })
  const close = closestTypes(modelType)
  return fail(
    `${prefix}model_type`,
    `${show(modelType)} is not supported yet`,
    `${close.length ? `Closest known: ${close.join(', ')}. ` : ''}A new type is a row in packages/core/src/importers/hf/families.`,
  )
}
