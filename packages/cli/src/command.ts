/**
 * What a command is to the program: it takes its arguments and options and answers with text for stdout, or with the
 * user's problem. Nothing is printed before the whole answer is there, so an error leaves stdout empty.
 */
import type { Result } from '@capline/core'
import type { Terminal } from './terminal.ts'

export type Options = Readonly<Record<string, unknown>>

export interface Answer {
  /** Written in order, as they are: large answers are not joined. */
  readonly text: string | Iterable<string>
  /** A remark for stderr, such as where a file was written. */
  readonly remark?: string
  /** What goes on after the text is written, until the user ends it (a server). */
  readonly after?: () => Promise<void>
}

export interface Invocation {
  readonly args: readonly (string | undefined)[]
  readonly options: Options
  readonly terminal: Terminal
}

/** Most commands answer at once; those that read compressed columns do so later. */
export type Run = (invocation: Invocation) => Result<Answer> | Promise<Result<Answer>>

export function json(value: unknown): string {
  return `${JSON.stringify(value, (_, x) => (typeof x === 'number' && !Number.isFinite(x) ? null : x), 2)}\n`
}
