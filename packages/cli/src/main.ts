/**
 * The command line: arguments in, text out, an exit code. 0: answered; 2: the user's problem, one line on stderr and
 * nothing on stdout. Anything else that goes wrong is a bug and is left to the entry (bin/capline.js) to report.
 */
import { readFileSync } from 'node:fs'
import { formatProblem, type Problem, type Result } from '@capline/core'
import { CommanderError } from 'commander'
import type { Answer, Run } from './command.ts'
import { EXIT_USER_ERROR, makeProgram } from './program.ts'
import { processTerminal, type Terminal } from './terminal.ts'
import { usageProblem } from './usage.ts'

export { pairWorker } from './pairWorkers.ts'

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** One line, whatever was in the values it quotes. */
function problemLine(problem: Problem): string {
  return `capline: ${formatProblem(problem)
    .replace(/(?<!\.)\.\.(?=\s|$)/g, '.')
    .replace(/\s+/g, ' ')}\n`
}

function print(result: Result<Answer>, terminal: Terminal): number {
  if (!result.ok) {
    terminal.err(problemLine(result.problem))
    return EXIT_USER_ERROR
  }
  const { text, remark } = result.value
  if (typeof text === 'string') terminal.out(text)
  else for (const piece of text) terminal.out(piece)
  if (remark) terminal.err(`${remark}\n`)
  return 0
}

/** A reader that stops listening (`| head`) ends the program without a word. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}

export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) {
    // Once, however often a process asks.
    if (!stream.listeners('error').includes(endQuietly)) stream.on('error', endQuietly)
  }
  let chosen: ReturnType<Run> | undefined
  const program = makeProgram(version(), (run, args, options) => {
    chosen = run({ args, options, terminal })
  })
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: terminal.out,
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => Math.min(terminal.width, 100),
    })
  }
  try {
    program.parse(argv.length > 0 ? argv : ['--help'], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    terminal.err(problemLine(usageProblem(error)))
    return EXIT_USER_ERROR
  }
  if (!chosen) return 0
  const result = await chosen
  const code = print(result, terminal)
  if (result.ok) await result.value.after?.()
  return code
}
