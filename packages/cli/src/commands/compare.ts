/** `capline compare`: a baseline and each set of techniques side by side, and why they differ. */

import {
  type CapAnswer,
  capJson,
  cautionsOf,
  fail,
  measuredSpeedsJson,
  measuredSpeedsOf,
  ok,
  parseSelection,
  type Result,
  SHORT_EXAMPLES,
} from '@capline/core'
import type { Command } from 'commander'
import { type Answer, type Invocation, json } from '../command.ts'
import { addDesk, askedJson, collectText, readDesk } from '../input/desk.ts'
import { renderComparison } from '../render/compare.ts'
import { prepareSearch } from '../solver.ts'

export const compareCommand = {
  name: 'compare',
  arguments: '<model>',
  summary: 'a baseline and sets of techniques side by side: context, accuracy, performance, memory, why',
  options: (command: Command) =>
    addDesk(command)
      .option(
        '--with <TECHNIQUES>',
        `a set of techniques, repeatable: ids with parameters (h2o:budget=0.2) and short settings (${SHORT_EXAMPLES}), by comma`,
        collectText,
      )
      .option('--json', 'print JSON'),
  examples: [
    'capline compare llama-3.1-8b --on h100-sxm --prompt 64k --with h2o:budget=0.2 --with w4,kv4',
    'capline compare llama-3.1-70b --on h100-sxm --count 4 --with fp8 --with fp8,eagle --max-tpot 20ms',
    'capline compare llama-3.1-8b --on l40s --prompt 32k --with streamingllm:recent=4k --keep-accuracy 0.99 --json',
  ],
  run: runCompare,
} as const

export async function runCompare(invocation: Invocation): Promise<Result<Answer>> {
  const { options, terminal } = invocation
  const given = Array.isArray(options.with) ? (options.with as readonly string[]) : []
  if (given.length === 0) {
    return fail('--with', 'is missing', 'Name what to compare, such as --with w4 --with h2o:budget=0.2,kv8')
  }
  const selections = []
  for (const text of given) {
    const selection = parseSelection(text)
    if (!selection.ok) return selection
    selections.push(selection.value)
  }
  await prepareSearch(selections)
  const asked = await readDesk(invocation)
  if (!asked.ok) return asked
  const { desk, remarks } = asked.value
  const answers: CapAnswer[] = []
  for (const selection of selections) {
    const answer = desk.evaluate(selection)
    if (!answer.ok) {
      const { path, reason, remedy } = answer.problem
      return fail(`--with ${path}`, reason, remedy)
    }
    answers.push(answer.value)
  }
  const remark = remarks.length > 0 ? { remark: remarks.join('\n') } : {}
  if (options.json === true) {
    const text = json({
      schema: 'capline.compare/1',
      ...askedJson(asked.value),
      baseline: capJson(desk.baseline, desk.baseline),
      sets: answers.map((answer) => ({
        ...capJson(desk.baseline, answer),
        cautions: cautionsOf(answer.selection.members, asked.value.records),
        // Other people's measurements, beside the prediction and no part of it.
        measuredSpeedUps: measuredSpeedsJson(measuredSpeedsOf(asked.value.records, answer.selection)),
      })),
    })
    return ok({ text, ...remark })
  }
  return ok({ text: renderComparison(asked.value, answers, terminal), ...remark })
}
