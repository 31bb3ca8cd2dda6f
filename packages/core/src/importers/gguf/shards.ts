/**
 * One model from the headers of its GGUF files: the metadata of the first shard, the tensors of all.
 * Source: ggml-org/llama.cpp `tools/gguf-split` (`split.no`, `split.count`, `split.tensors.count`).
 */
import { fail, ok, type Result, show, showName } from '../../units/result.ts'
import type { GgufHeader, GgufTensor } from './header.ts'
import type { GgufValue } from './value.ts'

/** Shards of one model: published models have at most some 50. */
const MAX_SHARDS = 4096

interface JoinedHeaders {
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: ReadonlyMap<string, GgufTensor>
}

export function joinShards(headers: readonly GgufHeader[]): Result<JoinedHeaders> {
  const ordered = [...headers].sort((a, b) => splitNumber(a, 'split.no') - splitNumber(b, 'split.no'))
  const first = ordered[0]
  if (!first) return fail('file', 'no header was given', 'Give the headers of the model: one per shard.')
  const count = Math.max(1, splitNumber(first, 'split.count'))
  if (count !== ordered.length || count > MAX_SHARDS) {
    const reason = `the model is split into ${count} files, but ${ordered.length} were given`
    return fail('split.count', reason, 'Give all files of the model, each once.')
  }
  const tensors = new Map<string, GgufTensor>()
  for (const [index, header] of ordered.entries()) {
    const number = splitNumber(header, 'split.no')
    if (number !== index || Math.max(1, splitNumber(header, 'split.count')) !== count) {
      const reason = `${number + 1} of ${splitNumber(header, 'split.count')} does not fit at place ${index + 1} of ${count}`
      return fail('split.no', reason, 'Give all files of one model, each once.')
    }
    for (const tensor of header.tensors) {
      if (tensors.has(tensor.name))
        return fail(showName(tensor.name), 'is in two files', 'Give the files of one model.')
      tensors.set(tensor.name, tensor)
    }
  }
  const total = first.metadata.get('split.tensors.count')
  if (typeof total === 'number' && total !== tensors.size) {
    const reason = `${show(total)} tensors are announced, ${tensors.size} are in the files`
    return fail('split.tensors.count', reason, 'Give all files of the model, each once.')
  }
  return ok({ metadata: first.metadata, tensors })
}

function splitNumber(header: GgufHeader, key: string): number {
  const value = header.metadata.get(key)
  return typeof value === 'number' ? value : 0
}
