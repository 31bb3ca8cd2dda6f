/** The commands as a table, made into a commander program. What a command does is in `commands/`. */
import { Command } from 'commander'
import type { Run } from './command.ts'
import { runAnalyze } from './commands/analyze.ts'
import { addFields } from './options.ts'

interface CommandRow {
  readonly name: string
  readonly arguments: string
  readonly summary: string
  readonly options: (command: Command) => Command
  readonly examples: readonly string[]
  readonly run: Run
}

const MODEL_HELP = `
MODEL is a name of the catalogue (capline models), a Hugging Face repository name, a config.json,
a folder with one (and its .safetensors), a .gguf file, or - for a configuration on stdin.
ACCELERATOR is a name of the catalogue (capline accelerators) or a JSON file of own hardware.`

export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'analyze',
    arguments: '<model>',
    summary: 'operator-by-operator roofline of prefill and decode, memory, bottlenecks',
    options: (command) =>
      addFields(command.option('--on <ACCELERATOR>', 'accelerator: a name of the catalogue, or a JSON file'))
        .option('--json', 'print JSON')
        .option('--csv', 'print CSV, one line per operator and phase')
        .option('--markdown', 'print Markdown')
        .option('--html <FILE>', 'write a self-contained HTML report with charts'),
    examples: [
      'capline analyze llama-2-7b --on rtx-a6000',
      'capline analyze llama-3.1-70b --on h100-sxm --weights fp8 --kv fp8 --batch 16 --prompt 8k',
      'capline analyze ./my-model/config.json --on my-card.json --html report.html',
    ],
    run: runAnalyze,
  },
]

export const EXIT_USER_ERROR = 2

/** The program; `execute` gets the command that was chosen. */
export function makeProgram(version: string, execute: (run: Run, args: (string | undefined)[], options: Record<string, unknown>) => void): Command {
  const program = new Command('capline')
    .description('The design desk for LLM serving: what fits, how fast, why, and at what price.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .showSuggestionAfterError(true)
  for (const row of COMMANDS) {
    const command = program
      .command(row.name)
      .summary(row.summary)
      .description(`${row.summary[0]?.toUpperCase()}${row.summary.slice(1)}.`)
      .arguments(row.arguments)
    row.options(command)
    const about = row.arguments.includes('model') ? MODEL_HELP : ''
    command.addHelpText('after', `${about}\n\nExamples:\n${row.examples.map((example) => `  $ ${example}`).join('\n')}`)
    command.action((...given: unknown[]) => {
      const own = given.at(-1) as Command
      execute(row.run, own.args, own.opts())
    })
  }
  return program
}
