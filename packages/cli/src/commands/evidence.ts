/** `capline evidence [TECHNIQUE]`: published measurements, as a list of techniques or as the answer to a question about one. */
import {
  type EvidenceAnswer,
  type EvidenceMatch,
  type EvidenceQuestion,
  type EvidenceRecord,
  evidenceByTechnique,
  evidenceIdsOf,
  type FoundTechnique,
  fail,
  findTechnique,
  findTechniqueRow,
  lookUp,
  noEvidence,
  normaliseSetting,
  ok,
  parseCount,
  type Result,
  show,
  suggestTechniqueRows,
  suggestTechniques,
  TECHNIQUE_FAMILIES,
  type TechniqueRow,
} from '@capline/core'
import type { Command } from 'commander'
import { type Answer, type Invocation, json, type Options } from '../command.ts'
import { loadEvidence } from '../input/evidence.ts'
import { namedValues } from '../options.ts'
import { renderEvidence, renderTechniques } from '../render/evidence.ts'

export const evidenceCommand = {
  name: 'evidence',
  arguments: '[technique]',
  summary: 'published measurements of a technique: effect, spread, grade, source, and where it turns',
  options: (command: Command) =>
    command
      .option('--model <MODEL>', 'narrow to a model; its variants count, other models are only named as near')
      .option('--benchmark <NAME>', 'narrow to a benchmark or suite: mmlu, longbench, wikitext, prefill')
      .option('--context <N>', 'narrow to a context length, within a factor of two')
      .option(
        '--setting <NAME=VALUE>',
        'narrow to a setting, repeatable: kvBits=2, group=128, compression=5x',
        (text: string, before: readonly string[] = []) => [...before, text],
      )
      .option('--json', 'print JSON'),
  examples: [
    'capline evidence',
    'capline evidence minference --context 48k',
    'capline evidence kivi --setting kvBits=2 --benchmark longbench',
    'capline evidence q4_k_m --model llama-3-8b',
  ],
  run: runEvidence,
} as const

function textOf(flag: string, value: unknown): Result<string | undefined> {
  if (value === undefined) return ok(undefined)
  const text = String(value).trim()
  return text === '' ? fail(flag, 'is empty', 'Give a name, or leave the option out') : ok(text)
}

function settingOf(given: unknown): Result<Record<string, string>> {
  const read = namedValues('--setting', given, 'kvBits=2', (name) => name.replaceAll('-', '_'))
  return read.ok ? ok(normaliseSetting(read.value)) : read
}

interface Asked {
  readonly question: EvidenceQuestion
  /** A technique of the catalogue that no measurement names. */
  readonly unmeasured?: TechniqueRow
}

/** A measured technique by any of its names, or one of the catalogue, under the name the measurements have for it. */
function nameOf(name: string): Result<{ readonly found: FoundTechnique; readonly unmeasured?: TechniqueRow }> {
  const found = findTechnique(name)
  if (found) return ok({ found })
  const row = findTechniqueRow(name)
  if (row) {
    const [measured] = evidenceIdsOf(row.id)
    const known = { found: { technique: measured ?? row.id, setting: {} } }
    return ok(measured === undefined ? { ...known, unmeasured: row } : known)
  }
  const near = [...new Set([...suggestTechniques(name), ...suggestTechniqueRows(name)])].slice(0, 3)
  const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : '`capline evidence` lists the techniques'
  return fail('TECHNIQUE', `${show(name)} is no technique we hold measurements of`, remedy)
}

function questionOf(name: string, options: Options): Result<Asked> {
  const named = nameOf(name)
  if (!named.ok) return named
  const { found, unmeasured } = named.value
  const setting = settingOf(options.setting)
  if (!setting.ok) return setting
  const context = options.context === undefined ? undefined : parseCount('--context', options.context)
  if (context && !context.ok) return context
  const model = textOf('--model', options.model)
  if (!model.ok) return model
  const benchmark = textOf('--benchmark', options.benchmark)
  if (!benchmark.ok) return benchmark
  const all = { ...found.setting, ...setting.value }
  const question: EvidenceQuestion = {
    technique: found.technique,
    ...(Object.keys(all).length > 0 ? { setting: all } : {}),
    ...(model.value === undefined ? {} : { model: model.value }),
    ...(benchmark.value === undefined ? {} : { benchmark: benchmark.value }),
    ...(context ? { contextTokens: context.value } : {}),
  }
  return ok({ question, ...(unmeasured ? { unmeasured } : {}) })
}

/** What the measurements say, or that there are none of a technique the catalogue knows. */
function answerTo({ question, unmeasured }: Asked, records: readonly EvidenceRecord[]): EvidenceAnswer {
  if (!unmeasured) return lookUp(records, question)
  const { id, name, family } = unmeasured
  return noEvidence({ id, name, family: TECHNIQUE_FAMILIES[family].title, aliases: [] }, question)
}

function matchJson({ record, effect, distance }: EvidenceMatch) {
  return { ...record, effect: effect ?? null, distance }
}

function answerJson({ technique, question, status, words, rows, matches, beyond, crossovers }: EvidenceAnswer) {
  return {
    schema: 'capline.evidence.answer/1',
    technique: { id: technique.id, name: technique.name, family: technique.family },
    question,
    status,
    words,
    rows: rows.map(({ nearest, ...row }) => ({ ...row, nearest: matchJson(nearest) })),
    records: matches.map(matchJson),
    beyond,
    crossovers: crossovers.map(({ crossover: { axis, kind, before, after, turns, flips, series }, distance }) => ({
      axis,
      kind,
      turns,
      flips,
      between: [before.label, after.label],
      records: series.map((point) => point.record.id),
      before: before.record,
      after: after.record,
      distance,
    })),
  }
}

export function runEvidence({ args, options, terminal }: Invocation): Result<Answer> {
  const [name] = args
  const question = name === undefined ? undefined : questionOf(name, options)
  if (question && !question.ok) return question
  const narrowing = ['model', 'benchmark', 'context', 'setting'].find((option) => options[option] !== undefined)
  if (!question && narrowing !== undefined) {
    return fail(`--${narrowing}`, 'narrows a question about one technique', 'Name one: capline evidence TECHNIQUE')
  }
  const set = loadEvidence()
  if (!set.ok) return set
  const { records } = set.value
  if (!question) {
    const techniques = evidenceByTechnique(records)
    if (options.json === true) {
      const rows = techniques.map(({ technique: { id, name, family }, ...rest }) => ({ id, name, family, ...rest }))
      return ok({ text: json({ schema: 'capline.evidence.techniques/1', records: records.length, techniques: rows }) })
    }
    return ok({ text: renderTechniques(techniques, terminal) })
  }
  const answer = answerTo(question.value, records)
  return ok({ text: options.json === true ? json(answerJson(answer)) : renderEvidence(answer, terminal) })
}
