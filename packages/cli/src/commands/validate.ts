/** `capline validate`: committed constants against measured data. Nothing is fitted. One file per kind of data. */
import { fail, type Result, show } from '@capline/core'
import type { Command } from 'commander'
import type { Answer, Invocation } from '../command.ts'
import { validateKernels } from './validateKernels.ts'
import { validateServing } from './validateServing.ts'

export const validateCommand = {
  name: 'validate',
  arguments: '<what>',
  summary: 'committed constants against measured data, without fitting: error table with n, median, p90 and bias',
  options: (command: Command) =>
    command
      .option('--data <DIR>', 'folder of measured tables (kernels: gemm.csv, moe.csv.gz, …; serving: points.csv, …)')
      .option(
        '--by <KEYS>',
        'columns to group by, separated by commas. kernels: op, device, dtype, backend, kernel, … (default: op); ' +
          'serving: metric, engine, device, model, mode, precision, regime, source, … (default: metric,engine)',
      )
      .option(
        '--basis <BASIS>',
        'calibrated (default) or roofline; kernels also measured:DIR2 (own tables; the folder itself: whole sites left out)',
      )
      .option('--json', 'print JSON'),
  examples: [
    'capline validate kernels --data measured',
    'capline validate kernels --data measured --by op,device,dtype --json',
    'capline validate kernels --data measured --basis measured:measured --by op,basis',
    'capline validate serving --data measured --by metric,engine,device',
  ],
  run: runValidate,
}

const KINDS: Readonly<Record<string, (invocation: Invocation, folder: string) => Promise<Result<Answer>>>> = {
  kernels: validateKernels,
  serving: validateServing,
}

export async function runValidate(invocation: Invocation): Promise<Result<Answer>> {
  const [what] = invocation.args
  const { data } = invocation.options
  const validate = what !== undefined && Object.hasOwn(KINDS, what) ? KINDS[what] : undefined
  if (!validate) {
    return fail('validate', `${show(what ?? '')} is nothing that can be validated`, 'Write kernels or serving')
  }
  if (typeof data !== 'string') return fail('--data', 'is missing', 'Give the folder of measured tables')
  return validate(invocation, data)
}
