/**
 * The map of a checkpoint in several files (`model.safetensors.index.json`): which file holds which tensor.
 * Source: huggingface/transformers `modeling_utils` (`weight_map`, `metadata.total_size`).
 * File names come from a foreign file and will be opened: only plain names in the same folder are let through.
 */
import { fail, ok, type Result, show, showName } from '../../units/result.ts'
import { isObject, ownValue } from '../hf/reader.ts'
import { MAX_TENSORS, type SafetensorsHeader } from './header.ts'

/** Files of one checkpoint: the largest published ones have some 200. */
const MAX_FILES = 10_000

export interface SafetensorsIndex {
  /** The files, in the order they are first named. */
  readonly files: readonly string[]
  /** Tensor → file. */
  readonly fileOf: ReadonlyMap<string, string>
}

const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$/

/** `value`: the parsed JSON. */
export function readSafetensorsIndex(value: unknown): Result<SafetensorsIndex> {
  const map = isObject(value) ? ownValue(value, 'weight_map') : undefined
  if (!isObject(map)) return fail('weight_map', `${show(map)} is not an object`, 'Give a model.safetensors.index.json.')
  const names = Object.keys(map)
  if (names.length > MAX_TENSORS) {
    return fail(
      'weight_map',
      `names ${names.length} tensors, more than ${MAX_TENSORS}`,
      'Check where the file comes from.',
    )
  }
  const fileOf = new Map<string, string>()
  const files = new Set<string>()
  for (const name of names) {
    const file = ownValue(map, name)
    if (typeof file !== 'string' || !PLAIN_NAME.test(file)) {
      const reason = `${show(file)} is not a plain file name`
      return fail(`weight_map.${showName(name)}`, reason, 'Files must lie beside the index.')
    }
    fileOf.set(name, file)
    files.add(file)
  }
  if (files.size === 0) return fail('weight_map', 'names no tensor', 'Give the index of a model.')
  if (files.size > MAX_FILES)
    return fail('weight_map', `names ${files.size} files, more than ${MAX_FILES}`, 'Merge the files.')
  return ok({ files: [...files], fileOf })
}

/** Whether the headers of its files hold what the index says, each tensor once; the first difference is named. */
export function checkIndex(index: SafetensorsIndex, headers: ReadonlyMap<string, SafetensorsHeader>): Result<true> {
  let found = 0
  for (const [file, { tensors }] of headers) {
    for (const { name } of tensors) {
      const listed = index.fileOf.get(name)
      if (listed !== file) {
        const reason = listed === undefined ? 'is not in the index' : `is in ${file}, but the index says ${listed}`
        return fail(showName(name), reason, 'Download index and files of one version of the model.')
      }
      found++
    }
  }
  if (found === index.fileOf.size) return ok(true)
  const reason = `${index.fileOf.size} tensors are listed, ${found} are in the files`
  return fail('weight_map', reason, 'Give all files of the model.')
}
