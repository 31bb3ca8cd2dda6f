/** The commands as a table, made into a commander program. What a command does is in `commands/`. */
import { Command } from 'commander'
import type { Run } from './command.ts'
import { runAccelerators } from './commands/accelerators.ts'
import { runAnalyze } from './commands/analyze.ts'
import { auditCommand } from './commands/audit.ts'
import { calibrateCommand } from './commands/calibrate.ts'
import { compareCommand } from './commands/compare.ts'
import { runDtypes } from './commands/dtypes.ts'
import { evidenceCommand } from './commands/evidence.ts'
import { figuresCommand } from './commands/figures.ts'
import { runFit } from './commands/fit.ts'
import { runModels } from './commands/models.ts'
import { rankCommand } from './commands/rank.ts'
import { runSweep } from './commands/sweep.ts'
import { techniquesCommand } from './commands/techniques.ts'
import { validateCommand } from './commands/validate.ts'
import { runView } from './commands/view.ts'
import { addFields, givenOnce } from './options.ts'

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

const addOn = (command: Command) =>
  command.option('--on <ACCELERATOR>', 'accelerator: a name of the catalogue, or a JSON file')

export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'analyze',
    arguments: '<model>',
    summary: 'operator-by-operator roofline of prefill and decode, memory, bottlenecks',
    options: (command) =>
      addFields(addOn(command))
        .option('--count <N>', 'accelerators that share the model (default: 1)')
        .option('--with <TECHNIQUES>', 'techniques that change the operators: h2o:budget=0.2,w4 (capline techniques)')
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
  {
    name: 'fit',
    arguments: '<model>',
    summary: 'longest context, most users, fewest and cheapest accelerators that fit',
    options: (command) =>
      addFields(
        addOn(command)
          .option('--count <N>', 'accelerators that share the model (default: 1)')
          .option('--context <N|max>', 'tokens per user, prompt and answer together (default: the trained context)')
          .option('--users <N|max>', 'users at once (default: 1)')
          .option('--json', 'print JSON'),
        // Memory alone: what only changes times has no say here.
        ['batch', 'prompt', 'output', 'bandwidth', 'peak', 'step', 'basis', 'engine', 'network'],
      ),
    examples: [
      'capline fit llama-3.1-8b --on rtx-4090 --context max',
      'capline fit llama-3.1-70b --on h100-sxm --count 4 --context 128k --users max --kv fp8',
      'capline fit deepseek-v3 --on h200-sxm --count 8 --users 64 --context 32k',
    ],
    run: runFit,
  },
  {
    name: 'sweep',
    arguments: '<model>',
    summary: 'every combination of values along one or more parameters',
    options: (command) =>
      addFields(
        addOn(command)
          .option(
            '--over <NAME=VALUES>',
            'what to vary, repeatable: batch=1..256:log (doubling), prompt=1k..8k:1k (steps), kv=bf16,fp8 (list)',
            (text: string, before: readonly string[] = []) => [...before, text],
          )
          .option('--count <N>', 'accelerators that share the model (default: 1)')
          .option('--json', 'print JSON')
          .option('--csv', 'print CSV, one line per point'),
        ['step'],
      ),
    examples: [
      'capline sweep llama-3.1-8b --on h100-sxm --over batch=1..256:log',
      'capline sweep llama-3.1-8b --on h100-sxm --over batch=1..64:log --over prompt=1k,8k,64k --csv > sweep.csv',
      'capline sweep llama-3.1-70b --on b200 --over weights=bf16,fp8,nvfp4 --over kv=bf16,fp8',
    ],
    run: runSweep,
  },
  compareCommand,
  rankCommand,
  auditCommand,
  {
    name: 'view',
    arguments: '[model]',
    summary: 'the same in a browser: network, roofline, memory, curves, with every knob to turn',
    options: (command) =>
      addFields(
        addOn(command)
          .option('--count <N>', 'accelerators that share the model (default: 1)')
          .option('--port <N>', 'port on this machine (default: 4177, or any that is free)'),
      ),
    examples: [
      'capline view',
      'capline view llama-3.1-70b --on h100-sxm --count 4 --prompt 32k',
      'capline view ./config.json --on rtx-4090',
    ],
    run: runView,
  },
  {
    name: 'models',
    arguments: '[id]',
    summary: 'the models of the catalogue, or one model in full',
    options: (command) => command.option('--json', 'print JSON'),
    examples: ['capline models', 'capline models deepseek-v3', 'capline models ./config.json --json'],
    run: runModels,
  },
  {
    name: 'accelerators',
    arguments: '[id]',
    summary: 'the accelerators of the catalogue, or one with the source of every figure',
    options: (command) => command.option('--json', 'print JSON'),
    examples: ['capline accelerators', 'capline accelerators h100-sxm'],
    run: runAccelerators,
  },
  {
    name: 'dtypes',
    arguments: '[id]',
    summary: 'the number formats of weights, activations and KV cache',
    options: (command) => command.option('--json', 'print JSON'),
    examples: ['capline dtypes', 'capline dtypes mxfp4'],
    run: runDtypes,
  },
  validateCommand,
  calibrateCommand,
  evidenceCommand,
  techniquesCommand,
  figuresCommand,
]

export const EXIT_USER_ERROR = 2

/** The program; `execute` gets the command that was chosen. */
export function makeProgram(
  version: string,
  execute: (run: Run, args: (string | undefined)[], options: Record<string, unknown>) => void,
): Command {
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
    givenOnce(row.options(command))
    const about = row.arguments.includes('model') ? MODEL_HELP : ''
    command.addHelpText('after', `${about}\n\nExamples:\n${row.examples.map((example) => `  $ ${example}`).join('\n')}`)
    command.action((...given: unknown[]) => {
      const own = given.at(-1) as Command
      execute(row.run, own.args, own.opts())
    })
  }
  return program
}
