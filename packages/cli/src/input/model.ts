/**
 * MODEL: an id of the catalogue or a repository name, a config.json, a folder with one, a .gguf file, or `-` for a
 * configuration on stdin.
 */
import { basename, dirname, join, resolve } from 'node:path'
import { fail, importHfConfig, type ModelSpec, ok, type Result, show } from '@capline/core'
import { findModel, suggestModels } from './catalogue.ts'
import { type PathKind, parseJson, pathKind, readJson, readStdin, shownPath } from './files.ts'
import { readGguf } from './gguf.ts'
import { addWeights } from './safetensors.ts'

export function resolveModel(name: string): Result<ModelSpec> {
  if (name === '-') return fromStdin()
  // What is written as a path is one, even when the catalogue has that name too.
  const isPath = /^[.~]?[\\/]|^\.\.?[\\/]|^\.\.?$|\.(json|gguf)$/i.test(name)
  const known = isPath ? undefined : findModel(name)
  if (known) return ok(known)
  const kind = pathKind(name)
  if (kind === 'none' && isPath) return fail(shownPath(name), 'no such file or folder', 'Check the path')
  if (kind !== 'none') return fromPath(name, kind)
  const near = suggestModels(name)
  const remedy =
    near.length > 0
      ? `Did you mean ${near.join(', ')}?`
      : '`capline models` lists them; or give a config.json, a folder with one, or a .gguf file'
  return fail('MODEL', `${show(name)} is neither a known model nor a path`, remedy)
}

function fromStdin(): Result<ModelSpec> {
  const text = readStdin()
  if (!text.ok) return text
  const json = parseJson('stdin', text.value)
  return json.ok ? at('stdin', importHfConfig(json.value)) : json
}

function fromPath(path: string, kind: Exclude<PathKind, 'none'>): Result<ModelSpec> {
  if (kind === 'folder') return fromFolder(path)
  if (/\.gguf$/i.test(path)) return readGguf(path)
  if (/\.safetensors$/i.test(path)) {
    return fail(shownPath(path), 'holds weights without the configuration', 'Give the folder, with its config.json')
  }
  const json = readJson(path)
  if (!json.ok) return json
  if (!/^config\.json$/i.test(basename(path))) {
    return at(path, importHfConfig(json.value, { name: basename(path).replace(/\.json$/i, '') }))
  }
  return fromConfig(path, json.value)
}

function fromFolder(path: string): Result<ModelSpec> {
  const config = join(path, 'config.json')
  if (pathKind(config) === 'none') {
    const remedy = 'Give a folder that holds the published config.json of the model'
    return fail(shownPath(path), 'has no config.json', remedy)
  }
  const json = readJson(config)
  if (!json.ok) return json
  const model = fromConfig(config, json.value)
  return model.ok ? addWeights(model.value, path) : model
}

/** A config.json with the quantisation that some checkpoints state in a file of its own beside it. */
function fromConfig(path: string, config: unknown): Result<ModelSpec> {
  const sidecar = join(dirname(path), 'hf_quant_config.json')
  const quant = pathKind(sidecar) === 'none' ? ok(undefined) : readJson(sidecar)
  if (!quant.ok) return quant
  return at(path, importHfConfig(config, { name: folderName(dirname(path)), quantSidecar: quant.value }))
}

/** The folder's own name, wherever the path points from. */
function folderName(path: string): string {
  return basename(resolve(path)) || 'model'
}

/** Puts the file before the field in a problem. */
function at<T>(path: string, result: Result<T>): Result<T> {
  if (result.ok) return result
  const { problem } = result
  return fail(
    problem.path === basename(path) ? shownPath(path) : `${shownPath(path)}: ${problem.path}`,
    problem.reason,
    problem.remedy,
  )
}
