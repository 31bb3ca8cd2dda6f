/**
 * The text of a config.json → a value. Python writes `Infinity` and `NaN` into JSON (Nemotron-H's `time_step_limit`), which
 * JSON does not know: outside strings they become their own names as text, so that a size that is no number is refused.
 */
import { fail, ok, type Result } from '../../units/result.ts'

const TOKENS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g
const MAX_CHARACTERS = 50_000_000

export function parseConfigText(text: string, path = 'config.json'): Result<unknown> {
  if (text.length > MAX_CHARACTERS)
    return fail(
      path,
      `has ${text.length} characters`,
      'No published configuration is that long; give the original file.',
    )
  const clean = text.replace(TOKENS, (token) => (token.startsWith('"') ? token : `"${token}"`))
  try {
    return ok(JSON.parse(clean) as unknown)
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'unreadable'
    return fail(path, `is not JSON (${reason})`, 'Give the file as published.')
  }
}
