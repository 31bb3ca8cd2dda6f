/**
 * User errors are values: where (a path into the input), what was found, what to do about it.
 * Bugs throw; user errors never do.
 */
export interface Problem {
  /** The place: a flag (`--batch`), a field (`text_config.num_attention_heads`), a file. */
  readonly path: string
  /** What is wrong, naming the value. */
  readonly reason: string
  /** What the user can do. */
  readonly remedy: string
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem }

/** An answer. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

/** A user error as a value: the place (`path`), what is wrong there and with which value, and what the user can do. */
export function fail(path: string, reason: string, remedy: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { path, reason, remedy } }
}

/** One line for people: `place: reason. remedy` */
export function formatProblem(problem: Problem): string {
  return `${problem.path}: ${problem.reason}. ${problem.remedy}`
}

/** A foreign name as it may stand in a problem's path: short, on one line, without quotes. */
export function showName(name: string): string {
  const shown = show(name.length > 50 ? `${name.slice(0, 50)}…` : name)
  return shown.startsWith('"') && shown.endsWith('"') ? shown.slice(1, -1) : shown
}

/** A foreign value as it may be shown in a message: short, quoted, on one line, control characters escaped. */
export function show(value: unknown): string {
  let text: string
  try {
    text =
      typeof value === 'number' || typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value))
  } catch {
    text = typeof value
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  const safe = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?')
  return safe.length > 60 ? `${safe.slice(0, 57)}...` : safe
}
