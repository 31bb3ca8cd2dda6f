/** From a command's options to a desk: scenario, evidence, levels, and the techniques that every answer has. */
import {
  type Desk,
  deskOf,
  EFFECTIVE_MEASURES,
  type EffectiveMeasure,
  type EvidenceRecord,
  fail,
  flagOf,
  NOTHING,
  ok,
  parseSelection,
  type Result,
  readThresholds,
  type Scenario,
  show,
  THRESHOLD_FLAGS,
} from '@capline/core'
import { type Command, Option } from 'commander'
import type { Invocation, Options } from '../command.ts'
import { readAsked } from '../commands/analyze.ts'
import { addFields } from '../options.ts'
import { loadEvidence } from './evidence.ts'

/** Accelerator, workload, precision and levels: what compare, rank and audit are asked with. */
export function addDesk(command: Command): Command {
  command
    .option('--on <ACCELERATOR>', 'accelerator: a name of the catalogue, or a JSON file')
    .option('--count <N>', 'accelerators that share the model (default: 1)')
  addFields(command, ['step'])
  for (const { flag, placeholder, help } of THRESHOLD_FLAGS) {
    command.addOption(new Option(`--${flagOf(flag)} <${placeholder}>`, `level: ${help}`))
  }
  return command.option(
    '--effective <MEASURE>',
    `which measured length of use limits the context: ${EFFECTIVE_MEASURES.join(', ')} (default: ruler)`,
  )
}

export const collectText = (text: string, before: readonly string[] = []) => [...before, text]

function measureOf(options: Options): Result<EffectiveMeasure> {
  const given = options.effective === undefined ? 'ruler' : String(options.effective).trim().toLowerCase()
  const found = EFFECTIVE_MEASURES.find((one) => one === given)
  return found
    ? ok(found)
    : fail('--effective', `${show(given)} is no measure`, `One of ${EFFECTIVE_MEASURES.join(', ')}`)
}

export interface DeskAsked {
  readonly desk: Desk
  readonly scenario: Scenario
  readonly records: readonly EvidenceRecord[]
  readonly measure: EffectiveMeasure
  readonly remarks: readonly string[]
}

/** `fixed`: what every answer has, as `--with` writes it. */
export async function readDesk(invocation: Invocation, fixed?: unknown): Promise<Result<DeskAsked>> {
  const { options } = invocation
  const levels = readThresholds(options)
  if (!levels.ok) return levels
  const measure = measureOf(options)
  if (!measure.ok) return measure
  const always = fixed === undefined ? ok(NOTHING) : parseSelection(fixed)
  if (!always.ok) return always
  const asked = await readAsked(invocation)
  if (!asked.ok) return asked
  const { scenario, remarks } = asked.value
  const set = loadEvidence()
  if (!set.ok) return set
  const { records } = set.value
  const desk = deskOf(scenario, { records, measure: measure.value, levels: levels.value, fixed: always.value })
  return desk.ok ? ok({ desk: desk.value, scenario, records, measure: measure.value, remarks }) : desk
}

/** What an answer was asked for, for JSON. */
export function askedJson({ desk, scenario, measure }: DeskAsked) {
  const { model, accelerator, workload, layout } = scenario
  return {
    model: { id: model.id, name: model.name },
    accelerator: { id: accelerator.id, name: accelerator.name },
    workload,
    layout: layout ?? null,
    levels: desk.levels,
    effective: measure,
    fixed: desk.fixed.members.map(({ text }) => text),
  }
}
