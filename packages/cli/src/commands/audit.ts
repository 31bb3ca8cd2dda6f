/** `capline audit`: which of C, A and P each technique moves in one scenario, against the type it is printed with. */
import {
  type Audit,
  type AuditRow,
  audit,
  auditCombination,
  auditMeasured,
  COMBINATIONS,
  type CombinationAudit,
  capJson,
  FAMILY_IDS,
  fail,
  finalContext,
  ok,
  parseSelection,
  type Result,
  show,
  suggestFamilies,
} from '@capline/core'
import type { Command } from 'commander'
import { type Answer, type Invocation, json, type Options } from '../command.ts'
import { addDesk, askedJson, type DeskAsked, readDesk } from '../input/desk.ts'
import { type AuditAnswer, renderAudit } from '../render/audit.ts'
import { typeOf } from './rank.ts'

export const auditCommand = {
  name: 'audit',
  arguments: '<model>',
  summary: 'which of context, accuracy and performance each technique moves here, against its printed type',
  options: (command: Command) =>
    addDesk(command)
      .option('--with <TECHNIQUES>', 'what is on already, the baseline included')
      .option('--type <LETTERS>', 'only techniques of a printed type: C, A, P, CP, CA, AP, CAP, none')
      .option('--family <NAME>', 'only one family: kv-eviction, prompt-compression')
      .option('--all', 'name every technique, not only those that differ from print')
      .option('--json', 'print JSON'),
  examples: [
    'capline audit llama-3.1-8b --on h100-sxm --prompt 64k --batch 8',
    'capline audit llama-3.1-8b --on h100-sxm --prompt 64k --type CP --all',
    'capline audit llama-3.1-8b --on h100-sxm --prompt 128k --family kv-eviction --json',
  ],
  run: runAudit,
} as const

function familyOf(options: Options): Result<string | undefined> {
  if (options.family === undefined) return ok(undefined)
  const wanted = String(options.family).trim().toLowerCase()
  const found = FAMILY_IDS.find((id) => id === wanted)
  if (found) return ok(found)
  const near = suggestFamilies(wanted)
  const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `One of ${FAMILY_IDS.join(', ')}`
  return fail('--family', `${show(wanted)} is none`, remedy)
}

function combinationsOf({ desk }: DeskAsked): {
  readonly done: CombinationAudit[]
  readonly not: { readonly id: string; readonly why: string }[]
} {
  const done: CombinationAudit[] = []
  const not: { id: string; why: string }[] = []
  for (const named of COMBINATIONS) {
    const one = auditCombination(desk, named)
    if (one.ok) done.push(one.value)
    else not.push({ id: named.id, why: `${one.problem.path}: ${one.problem.reason}. ${one.problem.remedy}` })
  }
  return { done, not }
}

const rowJson = ({ printed, printedText, ...row }: AuditRow) => ({
  ...row,
  printed,
  printedText,
  dA: row.dA ?? null,
  dAOf: row.dAOf ?? null,
})

function auditJson(asked: DeskAsked, made: AuditAnswer) {
  const { rows, cells, unaudited }: Audit = made.audit
  const { '': none, ...named } = cells
  return {
    schema: 'capline.audit/1',
    ...askedJson(asked),
    baseline: capJson(asked.desk.baseline, asked.desk.baseline),
    cells: { ...named, none },
    rows: rows.map(rowJson),
    unaudited,
    measuredBeyondCatalogue: made.measured,
    combinations: made.combinations.map(({ named: combination, selection, ...rest }) => ({
      ...combination,
      with: selection.label,
      ...rest,
    })),
    combinationsThatCannotRun: made.cannot,
  }
}

export async function runAudit(invocation: Invocation): Promise<Result<Answer>> {
  const { options, terminal } = invocation
  const type = typeOf(options.type)
  if (!type.ok) return type
  const family = familyOf(options)
  if (!family.ok) return family
  const fixed = options.with === undefined ? undefined : parseSelection(options.with)
  if (fixed && !fixed.ok) return fixed
  const asked = await readDesk(invocation, options.with)
  if (!asked.ok) return asked
  const { desk, scenario, records, remarks } = asked.value
  const narrowed = type.value !== undefined || family.value !== undefined
  const made = audit(desk, {
    ...(type.value ? { type: type.value } : {}),
    ...(family.value ? { family: family.value } : {}),
  })
  const { model, workload } = scenario
  const question = { model: model.id, contextTokens: finalContext(model, workload) }
  const { done, not } = narrowed ? { done: [], not: [] } : combinationsOf(asked.value)
  const answer: AuditAnswer = {
    audit: made,
    measured: narrowed ? [] : auditMeasured(records, question),
    combinations: done,
    cannot: not,
  }
  const remark = remarks.length > 0 ? { remark: remarks.join('\n') } : {}
  if (options.json === true) return ok({ text: json(auditJson(asked.value, answer)), ...remark })
  return ok({ text: renderAudit(asked.value, answer, { isAll: options.all === true }, terminal), ...remark })
}
