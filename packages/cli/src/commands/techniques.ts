/** `capline techniques [ID]`: the catalogue of techniques by family, or everything known of one. */
import {
  CAP_TYPES,
  type CapLetters,
  capTypesText,
  cautionsOf,
  claimsOf,
  enginesOf,
  evaluateUses,
  evidenceByTechnique,
  evidenceIdsOf,
  FAMILY_IDS,
  type FamilyId,
  fail,
  findTechniqueRow,
  meetingsOf,
  memberOf,
  ok,
  type Result,
  reproduceClaims,
  show,
  suggestFamilies,
  suggestTechniqueRows,
  TECHNIQUE_FAMILIES,
  TECHNIQUE_LAYERS,
  type TechniqueEvidence,
  type TechniqueFilter,
  type TechniqueLayer,
  type TechniqueRow,
  techniqueSheet,
  techniquesOf,
} from '@capline/core'
import type { Command } from 'commander'
import { type Answer, type Invocation, json, type Options } from '../command.ts'
import { loadEvidence } from '../input/evidence.ts'
import { renderTechnique, renderTechniqueList, type TechniqueLine } from '../render/techniques.ts'

export const techniquesCommand = {
  name: 'techniques',
  arguments: '[id]',
  summary: 'the techniques of the documents: what each does, of which type, with which parameters, in which engines',
  options: (command: Command) =>
    command
      .option('--family <NAME>', 'narrow to a family: kv-eviction, moe, speculative-decoding')
      .option('--type <LETTERS>', `narrow to a type: ${CAP_TYPES.join(', ')}`)
      .option('--layer <NAME>', `narrow to a layer: ${TECHNIQUE_LAYERS.join(', ')}`)
      .option('--json', 'print JSON'),
  examples: [
    'capline techniques',
    'capline techniques --type CP',
    'capline techniques --family kv-eviction --json',
    'capline techniques streamingllm',
  ],
  run: runTechniques,
} as const

function oneOf<T extends string>(flag: string, given: unknown, known: readonly T[]): Result<T | undefined> {
  if (given === undefined) return ok(undefined)
  const wanted = String(given).trim().toLowerCase()
  const found = known.find((one) => one.toLowerCase() === wanted)
  if (found) return ok(found)
  return fail(flag, `${show(given)} is none`, `One of: ${known.join(', ')}`)
}

/** A family by its id or its title. */
function familyOf(given: unknown): Result<FamilyId | undefined> {
  const wanted = String(given ?? '')
    .trim()
    .toLowerCase()
  const byTitle = FAMILY_IDS.find((id) => TECHNIQUE_FAMILIES[id].title.toLowerCase() === wanted)
  if (byTitle) return ok(byTitle)
  const read = oneOf('--family', given, FAMILY_IDS)
  const near = suggestFamilies(wanted)
  return read.ok || near.length === 0
    ? read
    : fail('--family', `${show(given)} is none`, `Did you mean ${near.join(', ')}?`)
}

function filterOf(options: Options): Result<TechniqueFilter> {
  const family = familyOf(options.family)
  if (!family.ok) return family
  const type = oneOf<CapLetters>('--type', options.type, CAP_TYPES)
  if (!type.ok) return type
  const layer = oneOf<TechniqueLayer>('--layer', options.layer, TECHNIQUE_LAYERS)
  if (!layer.ok) return layer
  return ok({
    ...(family.value ? { family: family.value } : {}),
    ...(type.value ? { type: type.value } : {}),
    ...(layer.value ? { layer: layer.value } : {}),
  })
}

function measuredAs(row: TechniqueRow, evidence: readonly TechniqueEvidence[]): readonly TechniqueEvidence[] {
  const ids = evidenceIdsOf(row.id)
  return evidence.filter(({ technique }) => ids.includes(technique.id))
}

function lineOf(row: TechniqueRow, evidence: readonly TechniqueEvidence[]): TechniqueLine {
  return {
    row,
    type: capTypesText(row.types.map(({ type, inferred }) => ({ type, inferred }))),
    primitives: row.uses.map(({ primitive }) => primitive).join(' '),
    engines: enginesOf(row.id).length,
    claims: claimsOf(row.id).length,
    records: measuredAs(row, evidence).reduce((sum, { records }) => sum + records, 0),
  }
}

function list(options: Options, { terminal }: Invocation): Result<Answer> {
  const filter = filterOf(options)
  if (!filter.ok) return filter
  const set = loadEvidence()
  if (!set.ok) return set
  const evidence = evidenceByTechnique(set.value.records)
  const rows = techniquesOf(filter.value)
  if (options.json === true) {
    const techniques = rows.map((row) => {
      const { id, name, family, layer, types, mechanism, places, training } = row
      const { primitives, engines, claims, records } = lineOf(row, evidence)
      const uses = primitives === '' ? [] : primitives.split(' ')
      const counts = { engines, claims, records }
      return {
        id,
        name,
        family,
        layer,
        types,
        mechanism,
        places,
        primitives: uses,
        training: training ?? null,
        ...counts,
      }
    })
    return ok({ text: json({ schema: 'capline.techniques/1', filter: filter.value, techniques }) })
  }
  const lines = rows.map((row) => lineOf(row, evidence))
  return ok({ text: renderTechniqueList(lines, terminal) })
}

export function runTechniques(invocation: Invocation): Result<Answer> {
  const { args, options, terminal } = invocation
  const [name] = args
  if (name === undefined) return list(options, invocation)
  const narrowing = ['family', 'type', 'layer'].find((option) => options[option] !== undefined)
  if (narrowing !== undefined) {
    return fail(`--${narrowing}`, 'narrows the list', 'Leave it out, or leave the technique out')
  }
  const row = findTechniqueRow(name)
  if (!row) {
    const near = suggestTechniqueRows(name)
    const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : '`capline techniques` lists them'
    return fail('ID', `${show(name)} is no technique of the catalogue`, remedy)
  }
  const set = loadEvidence()
  if (!set.ok) return set
  const measured = measuredAs(row, evidenceByTechnique(set.value.records))
  const sheet = techniqueSheet(row)
  const meetings = meetingsOf(row)
  const cautions = cautionsOf([memberOf(row)], set.value.records)
  const reproduced = reproduceClaims(evaluateUses, claimsOf(row.id))
  if (options.json === true) {
    const evidence = measured.map(({ technique: { id, name }, records, effects, grades, axes }) => ({
      id,
      name,
      records,
      effects,
      grades,
      axes,
    }))
    const claims = sheet.claims.map((claim, i) => {
      const { computed, within, scenario, input, note } = reproduced[i] ?? {}
      return {
        ...claim,
        scenario: scenario ?? null,
        input: input ?? null,
        computed: computed ?? null,
        within: within ?? null,
        note: note ?? null,
      }
    })
    return ok({
      text: json({ schema: 'capline.technique/1', ...sheet, claims, compatibility: meetings, cautions, evidence }),
    })
  }
  return ok({ text: renderTechnique(sheet, { reproduced, measured, meetings, cautions }, terminal) })
}
