/** Reading what the user names: whole small files, windows of huge ones, stdin. Every failure is one clear problem. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { fail, ok, parseConfigText, type Result, show } from '@capline/core'
import { clean } from '../clean.ts'

/** No configuration is larger; a larger file is something else. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['no such file or folder', 'Check the path'],
  EACCES: ['may not be read (permission denied)', 'Check the file’s permissions'],
  EPERM: ['may not be read (permission denied)', 'Check the file’s permissions'],
  EISDIR: ['is a folder', 'Give a file'],
  ENOTDIR: ['goes through a file as if it were a folder', 'Check the path'],
  ELOOP: ['is a circle of links', 'Check the path'],
  ENAMETOOLONG: ['is too long for a path', 'Check the path'],
  EMFILE: ['too many files are open', 'Close some and try again'],
}

export function ioProblem(
  path: string,
  error: unknown,
): { readonly ok: false; readonly problem: { path: string; reason: string; remedy: string } } {
  const code = (error as { readonly code?: unknown } | null)?.code
  const known = typeof code === 'string' ? REASONS[code] : undefined
  const [reason, remedy] = known ?? [
    `cannot be read (${typeof code === 'string' ? code : show(String(error))})`,
    'Check the file',
  ]
  return fail(shownPath(path), reason, remedy)
}

/** A path as it may be shown: one line, no control characters, not endless. */
export function shownPath(path: string): string {
  const safe = clean(path)
  return safe.length > 160 ? `…${safe.slice(-159)}` : safe
}

export type PathKind = 'file' | 'folder' | 'none'

export function pathKind(path: string): PathKind {
  if (path.includes('\0')) return 'none'
  try {
    const stat = statSync(path)
    return stat.isDirectory() ? 'folder' : 'file'
  } catch (error) {
    // What exists but may not be looked at is a file whose reading will say why.
    const { code } = error as { readonly code?: string }
    return code === 'EACCES' || code === 'EPERM' || code === 'ELOOP' ? 'file' : 'none'
  }
}

function withFile<T>(path: string, use: (fd: number) => Result<T>): Result<T> {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    return use(fd)
  } catch (error) {
    return ioProblem(path, error)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** Reads until `wanted` bytes or the end. */
function readUpTo(fd: number, wanted: number, position: number | null): Uint8Array {
  const chunks: Uint8Array[] = []
  let total = 0
  while (total < wanted) {
    const chunk = new Uint8Array(Math.min(wanted - total, 1 << 20))
    const read = readChunk(fd, chunk, position === null ? null : position + total)
    if (read === 0) break
    chunks.push(chunk.subarray(0, read))
    total += read
  }
  const out = new Uint8Array(total)
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}

/** A pipe that has nothing yet says EAGAIN: wait a little. */
function readChunk(fd: number, into: Uint8Array, position: number | null): number {
  for (;;) {
    try {
      return readSync(fd, into, 0, into.length, position)
    } catch (error) {
      const { code } = error as { readonly code?: string }
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

function textOf(path: string, bytes: Uint8Array): Result<string> {
  if (bytes.length > MAX_TEXT_BYTES) {
    return fail(shownPath(path), `is larger than ${MAX_TEXT_BYTES / 1024 ** 2} MiB`, 'Give a configuration file')
  }
  return ok(new TextDecoder().decode(bytes))
}

export function readText(path: string): Result<string> {
  return withFile(path, (fd) => textOf(path, readUpTo(fd, MAX_TEXT_BYTES + 1, null)))
}

export function readStdin(): Result<string> {
  try {
    return textOf('stdin', readUpTo(0, MAX_TEXT_BYTES + 1, null))
  } catch (error) {
    return ioProblem('stdin', error)
  }
}

/** JSON as people and Python publish it: what is wrong is said on one line. */
export function parseJson(path: string, text: string): Result<unknown> {
  const shown = shownPath(path)
  if (text.trim() === '') return fail(shown, 'is empty', 'Give a JSON file')
  const parsed = parseConfigText(text, shown)
  if (parsed.ok) return parsed
  return fail(shown, clean(parsed.problem.reason.replace(/\s+/g, ' ')), parsed.problem.remedy)
}

export function readJson(path: string): Result<unknown> {
  const text = readText(path)
  return text.ok ? parseJson(path, text.value) : text
}

/** What a parser says of a window onto a file's start. */
type Windowed<T> = Result<T> | { readonly need: number }

/** Feeds a parser a growing window onto a file's start: only what it asks for is read. */
export function readHeader<T>(path: string, parse: (window: Uint8Array, fileBytes: number) => Windowed<T>): Result<T> {
  return withFile(path, (fd) => {
    const stat = fstatSync(fd)
    if (!stat.isFile())
      return fail(shownPath(path), stat.isDirectory() ? 'is a folder' : 'is no regular file', 'Give a file')
    let window: Uint8Array = new Uint8Array(0)
    for (;;) {
      const read = parse(window, stat.size)
      if (!('need' in read))
        return read.ok
          ? read
          : fail(`${shownPath(path)}: ${read.problem.path}`, read.problem.reason, read.problem.remedy)
      if (read.need <= window.length)
        throw new Error(`a header parser asks for ${read.need} bytes and has ${window.length}`)
      const more = readUpTo(fd, read.need - window.length, window.length)
      if (more.length < read.need - window.length) {
        return fail(shownPath(path), 'became shorter while it was read', 'Try again when the file is complete')
      }
      const grown = new Uint8Array(read.need)
      grown.set(window)
      grown.set(more, window.length)
      window = grown
    }
  })
}
