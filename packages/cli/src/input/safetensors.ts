/** The weights of a folder of .safetensors: exact bytes from the headers; the tensors themselves are never read. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkIndex,
  fail,
  format,
  type ModelSpec,
  ok,
  type Result,
  readSafetensorsHeader,
  readSafetensorsIndex,
  type SafetensorsHeader,
  weighTensors,
} from '@capline/core'
import { ioProblem, pathKind, readHeader, readJson, shownPath } from './files.ts'

const INDEX = 'model.safetensors.index.json'
/** Original checkpoints that some repositories carry beside the converted ones. */
const DUPLICATES = /^(consolidated|original)/i

function plainFiles(folder: string): Result<readonly string[]> {
  try {
    const files = readdirSync(folder).filter((name) => /\.safetensors$/i.test(name))
    const own = files.filter((name) => !DUPLICATES.test(name))
    return ok((own.length > 0 ? own : files).sort())
  } catch (error) {
    return ioProblem(folder, error)
  }
}

/** The model with the weights that lie beside its configuration; unchanged when there are none. */
export function addWeights(model: ModelSpec, folder: string): Result<ModelSpec> {
  const indexPath = join(folder, INDEX)
  const json = pathKind(indexPath) === 'none' ? undefined : readJson(indexPath)
  if (json && !json.ok) return json
  const index = json ? readSafetensorsIndex(json.value) : undefined
  if (index && !index.ok)
    return fail(`${shownPath(indexPath)}: ${index.problem.path}`, index.problem.reason, index.problem.remedy)
  const found = plainFiles(folder)
  if (!found.ok) return found
  // An index alone, as when only the small files were downloaded, weighs nothing.
  if (found.value.length === 0) return ok(model)
  const files = index?.value.files ?? found.value
  const headers = new Map<string, SafetensorsHeader>()
  for (const file of files) {
    const header = readHeader(join(folder, file), readSafetensorsHeader)
    if (!header.ok) return header
    headers.set(file, header.value)
  }
  const checked = index ? checkIndex(index.value, headers) : ok(true)
  const weighed = checked.ok ? weighTensors([...headers.values()]) : checked
  if (!weighed.ok)
    return fail(`${shownPath(folder)}: ${weighed.problem.path}`, weighed.problem.reason, weighed.problem.remedy)
  const { measured, precision } = weighed.value
  // The configuration knows groups and scales better than a header; where the widths differ, the header is right.
  const agrees = format(model.precision.weights).bits === format(precision.weights).bits
  return ok({
    ...model,
    measuredWeights: measured,
    precision: agrees ? model.precision : { ...model.precision, ...precision },
  })
}
