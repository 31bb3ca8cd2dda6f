/** A .gguf file: only its header is read, whatever its size; of a model split into several files, every header. */
import { basename, dirname, join } from 'node:path'
import { fail, type GgufHeader, importGguf, type ModelSpec, ok, type Result, readGgufHeader } from '@capline/core'
import { pathKind, readHeader, shownPath } from './files.ts'

/** `model-00001-of-00003.gguf` (llama.cpp, tools/gguf-split). */
const SHARD = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i

function shardPaths(path: string): Result<readonly string[]> {
  const match = SHARD.exec(basename(path))
  const count = Number(match?.[3] ?? 1)
  if (!match || count < 2 || count > 4096) return ok([path])
  const paths = Array.from({ length: count }, (_, i) =>
    join(dirname(path), `${match[1]}-${String(i + 1).padStart(5, '0')}-of-${match[3]}.gguf`),
  )
  const missing = paths.find((one) => pathKind(one) !== 'file')
  if (missing === undefined) return ok(paths)
  return fail(
    shownPath(path),
    `its part ${shownPath(basename(missing))} is missing`,
    'Put all parts of the model into one folder',
  )
}

export function readGguf(path: string): Result<ModelSpec> {
  const paths = shardPaths(path)
  if (!paths.ok) return paths
  const headers: GgufHeader[] = []
  for (const part of paths.value) {
    const header = readHeader(part, readGgufHeader)
    if (!header.ok) return header
    headers.push(header.value)
  }
  const name = basename(path)
    .replace(SHARD, '$1')
    .replace(/\.gguf$/i, '')
  const model = importGguf(headers, { name })
  if (model.ok) return model
  const { problem } = model
  return fail(`${shownPath(path)}: ${problem.path}`, problem.reason, problem.remedy)
}
