/** Mistakes in how the command was called, as commander finds them, in the words and the form of every other problem. */
import type { Problem } from '@capline/core'
import type { CommanderError } from 'commander'
import { GivenTwice } from './options.ts'

interface Rule {
  readonly match: RegExp
  readonly problem: (found: readonly string[]) => Problem
}

const HELP = 'See `capline --help`'

const RULES: readonly Rule[] = [
  {
    match: /unknown option '([^']*)'/,
    problem: ([name = '']) => ({ path: name, reason: 'is not a known option', remedy: HELP }),
  },
  {
    match: /unknown command '([^']*)'/,
    problem: ([name = '']) => ({ path: name, reason: 'is not a known command', remedy: HELP }),
  },
  {
    match: /option '(-[^ ']*)[^']*' argument missing/,
    problem: ([name = '']) => ({ path: name, reason: 'has no value', remedy: HELP }),
  },
  {
    match: /missing required argument '([^']*)'/,
    problem: ([name = '']) => ({
      path: name.toUpperCase(),
      reason: 'is missing',
      remedy:
        name === 'what'
          ? 'Write kernels or serving'
          : 'Give a model, such as llama-3.1-8b; `capline models` lists them',
    }),
  },
  {
    match: /too many arguments for '([^']*)'\. (.*?)\.?$/m,
    problem: ([name = '', counts = '']) => ({
      path: name,
      reason: `too many arguments: ${counts.toLowerCase()}`,
      remedy: `See \`capline ${name} --help\``,
    }),
  },
]

export function usageProblem(error: CommanderError): Problem {
  if (error instanceof GivenTwice) return error.problem
  const near = /\(Did you mean (one of )?([^)]*?)\?\)/.exec(error.message)?.[2]
  for (const { match, problem } of RULES) {
    const found = match.exec(error.message)
    if (!found) continue
    const base = problem(found.slice(1))
    return near ? { ...base, remedy: `Did you mean ${near}?` } : base
  }
  // `help` of a command there is none of.
  if (error.code === 'commander.help') return { path: 'help', reason: 'there is no such command', remedy: HELP }
  return { path: 'usage', reason: error.message.replace(/^error: /, ''), remedy: HELP }
}
