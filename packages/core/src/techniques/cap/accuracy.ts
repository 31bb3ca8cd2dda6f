/**
 * A: retained task quality, as intervals of published measurements, one per benchmark and quantity; never a scalar of ours,
 * never a mean over benchmarks (R39, R44). For each member of a selection: technique, setting, model and context → records,
 * each with its change against its own source's baseline without the technique.
 *
 *   retained  score ÷ baseline score;  baseline perplexity ÷ perplexity: 1 is all of it, more is better than before.
 *             Absent where a source prints only a gain, or a bound: then only the direction counts.
 *
 * A member that keeps the model's output by what it is (`exactness.ts`) keeps accuracy by construction. Of a combination:
 * evidence of the combination itself where somebody measured it; else, if all members but one keep the output, that one's;
 * else each member's own side by side and no number for the whole.
 */
import { type Distance, distanceText } from '../../evidence/distance.ts'
import { spreadOf } from '../../evidence/effect.ts'
import { type EvidenceMatch, type EvidenceRow, lookUp } from '../../evidence/lookup.ts'
import { metricOf } from '../../evidence/metrics.ts'
import type { EvidenceRecord, Grade, Setting } from '../../evidence/record.ts'
import { TECHNIQUES } from '../../evidence/techniques.ts'
import type { Use } from '../primitive.ts'
import { keepsOutput } from './exactness.ts'
import { measuredCombination, measuredNamesOf } from './measured.ts'
import { type Movement, movementWithin, together } from './movement.ts'
import type { Member, Selection } from './selection.ts'

/** `construction`: the output is the model's own. `evidence`: as asked. `nearest`: of the nearest there is. */
export type AccuracyBasis = 'construction' | 'evidence' | 'nearest' | 'none'

export interface Retained {
  readonly low: number
  readonly median: number
  readonly high: number
  readonly n: number
}

export interface AccuracyRow {
  readonly technique: string
  readonly benchmark: string
  readonly metric: string
  readonly dose: Setting
  readonly retained?: Retained
  readonly movement: Movement
  readonly records: number
  /** Of them only bounded: they count in the direction alone. */
  readonly bounded: number
  readonly grades: Readonly<Record<Grade, number>>
  readonly models: readonly string[]
  readonly nearest: EvidenceMatch
  /** How far the nearest record is from the question; empty where it is as asked. */
  readonly distance: string
}

export interface MemberAccuracy {
  readonly member: string
  readonly basis: AccuracyBasis
  readonly movement: Movement
  readonly words: string
  readonly rows: readonly AccuracyRow[]
}

export interface AccuracyAnswer {
  readonly basis: AccuracyBasis
  readonly movement: Movement
  readonly words: string
  /** What speaks for the selection as a whole. */
  readonly rows: readonly AccuracyRow[]
  readonly members: readonly MemberAccuracy[]
}

/** Records of accuracy against the technique's own absence, by technique. */
export interface AccuracyIndex {
  readonly records: readonly EvidenceRecord[]
  readonly byTechnique: ReadonlyMap<string, readonly EvidenceRecord[]>
}

export function indexAccuracy(records: readonly EvidenceRecord[]): AccuracyIndex {
  const byTechnique = new Map<string, EvidenceRecord[]>()
  for (const record of records) {
    if (record.baseline?.against !== 'without' || metricOf(record.metric)?.axis !== 'A') continue
    const own = byTechnique.get(record.technique)
    if (own) own.push(record)
    else byTechnique.set(record.technique, [record])
  }
  return { records, byTechnique }
}

export interface AccuracyQuestion {
  readonly model: string
  readonly contextTokens: number
}

/** Parameters of primitives that sources state as settings. */
const SETTINGS: { readonly [parameter: string]: readonly [setting: string, text: (value: number) => string] } = {
  'WB.bits': ['weightBits', String],
  'AB.bits': ['activationBits', String],
  'KB.bits': ['kvBits', String],
  'CTX.ratio': ['compression', (ratio) => `${ratio}x`],
  'POS.scale': ['scale', String],
}

const WIDTHS: Readonly<Record<string, string>> = { WB: 'weightBits', AB: 'activationBits', KB: 'kvBits' }

/** What the uses say of settings that at least one record states: nobody is asked for what nobody says. */
function settingOf(uses: readonly Use[], records: readonly EvidenceRecord[]): Setting {
  const out: Record<string, string> = {}
  const states = (name: string) => records.some(({ setting }) => setting[name] !== undefined)
  // Formats that are not narrowed stay: four-bit weights alone are no four-bit activations.
  const narrowed = uses.some(({ primitive }) => Object.hasOwn(WIDTHS, primitive))
  for (const [primitive, name] of Object.entries(WIDTHS)) {
    if (narrowed && !uses.some((use) => use.primitive === primitive) && states(name)) out[name] = '16'
  }
  for (const use of uses) {
    for (const [name, value] of Object.entries(use.with)) {
      // A ratio that is only assumed asks nothing: any of the technique's then speaks for it. Widths always ask.
      if (use.assumed?.includes(name) && name !== 'bits') continue
      const known = SETTINGS[`${use.primitive}.${name}`]
      if (!known || typeof value !== 'number') continue
      if (states(known[0])) out[known[0]] = known[1](value)
    }
  }
  return out
}

function retainedOf({ record, effect }: EvidenceMatch): number | undefined {
  if (effect?.bound !== '=') return undefined
  const metric = metricOf(record.metric)
  if (effect.changeIn === 'points') return effect.baseline > 0 ? record.value / effect.baseline : undefined
  if (effect.changeIn !== 'ratio' || !(record.value > 0)) return undefined
  return metric?.better === 'lower' ? effect.baseline / record.value : record.value / effect.baseline
}

/** A match belongs to the row of its benchmark and quantity with the most of its setting. */
function rowAt(rows: readonly EvidenceRow[], { record, effect }: EvidenceMatch): number {
  let best = -1
  let most = -1
  rows.forEach((row, i) => {
    const { benchmark, metric, unit, against, dose } = row
    if (record.benchmark !== benchmark || record.metric !== metric || record.unit !== unit) return
    if (effect?.against !== against) return
    const entries = Object.entries(dose)
    if (entries.length <= most || !entries.every(([name, value]) => record.setting[name] === value)) return
    best = i
    most = entries.length
  })
  return best
}

const DIRECTIONS = { better: 'improves', worse: 'worsens', even: 'keeps' } as const

function accuracyRow(technique: string, row: EvidenceRow, matches: readonly EvidenceMatch[]): AccuracyRow {
  const spread = spreadOf(matches.map(retainedOf).filter((one) => one !== undefined))
  const bounded = matches.filter((match) => retainedOf(match) === undefined)
  const directions = bounded.flatMap(({ effect }) => (effect?.direction ? [DIRECTIONS[effect.direction]] : []))
  const retained = spread && { low: spread.min, median: spread.median, high: spread.max, n: spread.n }
  return {
    technique,
    benchmark: row.benchmark,
    metric: row.metric,
    dose: row.dose,
    ...(retained ? { retained } : {}),
    movement: retained ? movementWithin(retained.low, retained.high) : together(directions),
    records: row.records,
    bounded: bounded.length,
    grades: row.grades,
    models: row.models,
    nearest: row.nearest,
    distance: textOf(row.nearest.distance),
  }
}

/**
 * Movements of rows together. A suite speaks with its own overall score where its source prints one, not with its parts
 * beside it.
 */
export function rowsMovement(rows: readonly AccuracyRow[]): Movement {
  const whole = new Set(rows.map(({ technique, benchmark }) => `${technique} ${benchmark}`))
  const own = rows.filter(({ technique, benchmark }) => {
    const suite = benchmark.split('/')[0] ?? benchmark
    return suite === benchmark || !whole.has(`${technique} ${suite}`)
  })
  return together(own.map(({ movement }) => movement))
}

const textOf = (distance: Distance) => (distance.gaps.length === 0 ? '' : distanceText(distance))

/** How often a technique's records say at which length they were measured, for the question to ask it. */
const STATED = 0.5

function evidenceOf(
  index: AccuracyIndex,
  technique: string,
  setting: (records: readonly EvidenceRecord[]) => Setting,
  { model, contextTokens }: AccuracyQuestion,
): { readonly basis: AccuracyBasis; readonly words: string; readonly rows: readonly AccuracyRow[] } | undefined {
  const records = index.byTechnique.get(technique)
  if (!records) return undefined
  const own = setting(records)
  const atLengths = records.filter((record) => record.contextTokens !== undefined).length >= STATED * records.length
  const answer = lookUp(records, {
    technique,
    model,
    ...(atLengths ? { contextTokens } : {}),
    ...(Object.keys(own).length > 0 ? { setting: own } : {}),
  })
  const groups = answer.rows.map((): EvidenceMatch[] => [])
  for (const match of answer.matches) groups[rowAt(answer.rows, match)]?.push(match)
  return {
    basis: answer.status === 'found' ? 'evidence' : 'nearest',
    words: answer.words,
    rows: answer.rows.map((row, i) => accuracyRow(technique, row, groups[i] ?? [])),
  }
}

const UNCHANGED = 'the output is the model’s own, by construction'

function memberAccuracy(index: AccuracyIndex, member: Member, question: AccuracyQuestion): MemberAccuracy {
  const found = measuredNamesOf(member).flatMap(({ technique, setting }) => {
    const records = (own: readonly EvidenceRecord[]) => ({ ...settingOf(member.uses, own), ...setting })
    return evidenceOf(index, technique, records, question) ?? []
  })
  const rows = found.flatMap((one) => one.rows)
  if (keepsOutput(member.uses)) {
    return { member: member.id, basis: 'construction', movement: 'keeps', words: UNCHANGED, rows }
  }
  if (rows.length === 0) {
    return {
      member: member.id,
      basis: 'none',
      movement: 'unknown',
      words: `no evidence: no published measurement of accuracy with and without ${member.name}`,
      rows,
    }
  }
  const basis = found.some((one) => one.basis === 'evidence') ? 'evidence' : 'nearest'
  const spoken = basis === 'evidence' ? found.filter((one) => one.basis === 'evidence') : found
  const own = spoken.flatMap((one) => one.rows)
  return {
    member: member.id,
    basis,
    movement: rowsMovement(own),
    words: spoken.map(({ words }) => words).join('; '),
    rows: own,
  }
}

/** One index and one question, every member looked up once. */
export class AccuracyOf {
  readonly #index: AccuracyIndex
  readonly #question: AccuracyQuestion
  readonly #known = new Map<string, MemberAccuracy>()

  constructor(index: AccuracyIndex, question: AccuracyQuestion) {
    this.#index = index
    this.#question = question
  }

  member(member: Member): MemberAccuracy {
    const found = this.#known.get(member.text)
    if (found) return found
    const made = memberAccuracy(this.#index, member, this.#question)
    this.#known.set(member.text, made)
    return made
  }

  /** A measured technique by its own id, which need be no row of the catalogue; undefined: nothing was measured. */
  measured(technique: string): Pick<MemberAccuracy, 'basis' | 'movement' | 'rows'> | undefined {
    const found = evidenceOf(this.#index, technique, () => ({}), this.#question)
    return found && { basis: found.basis, movement: rowsMovement(found.rows), rows: found.rows }
  }

  answer({ members }: Selection): AccuracyAnswer {
    const own = members.map((member) => this.member(member))
    const open = own.filter(({ basis }) => basis !== 'construction')
    if (open.length === 0) {
      return { basis: 'construction', movement: 'keeps', words: UNCHANGED, rows: [], members: own }
    }
    const [only] = open
    if (only && open.length === 1) {
      const others = own.length > 1 ? `; the others keep the output` : ''
      return { ...only, words: only.words + others, members: own }
    }
    const combined = measuredCombination(members.filter((_, i) => own[i]?.basis !== 'construction'))
    const found = combined && evidenceOf(this.#index, combined.technique, () => combined.setting, this.#question)
    if (found && combined) {
      const name = TECHNIQUES.get(combined.technique)?.name ?? combined.technique
      return {
        basis: found.basis,
        movement: rowsMovement(found.rows),
        words: `measured together as ${name}: ${found.words}`,
        rows: found.rows,
        members: own,
      }
    }
    const names = open.map(({ member }) => member).join(' with ')
    return {
      basis: 'none',
      movement: 'unknown',
      words: `no evidence of ${names} together; each by itself stands beside`,
      rows: [],
      members: own,
    }
  }
}
