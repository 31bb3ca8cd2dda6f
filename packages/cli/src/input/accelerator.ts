/** `--on`: a name of the catalogue, or a JSON file that describes own hardware. */
import {
  type Accelerator,
  fail,
  findAccelerator,
  importAccelerator,
  ok,
  type Result,
  show,
  suggestAccelerators,
} from '@capline/core'
import { pathKind, readJson, shownPath } from './files.ts'

/** `place`: where the name was given, for the message. */
export function resolveAccelerator(name: unknown, place = '--on'): Result<Accelerator> {
  if (typeof name !== 'string' || name.trim() === '') {
    return fail('--on', 'is missing', 'Name an accelerator, such as --on h100-sxm; `capline accelerators` lists them')
  }
  const found = findAccelerator(name)
  if (found) return ok(found)
  if (/\.json$/i.test(name) || pathKind(name) === 'file') {
    const json = readJson(name)
    if (!json.ok) return json
    const own = importAccelerator(json.value)
    return own.ok ? own : fail(`${shownPath(name)}: ${own.problem.path}`, own.problem.reason, own.problem.remedy)
  }
  const near = suggestAccelerators(name)
  return fail(
    place,
    `${show(name)} is not a known accelerator`,
    near.length > 0
      ? `Did you mean ${near.join(', ')}?`
      : '`capline accelerators` lists them; own hardware: a JSON file',
  )
}
