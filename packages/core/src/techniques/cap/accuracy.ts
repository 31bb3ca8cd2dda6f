/**
 * A: retained task quality, as intervals of published measurements, one per benchmark and quantity; never a scalar of ours,
 * never a mean over benchmarks. For each member of a selection: technique, setting, model and context → records,
 * each with its change against its own source's baseline without the technique.
 *
 *   retained  score ÷ baseline score;  baseline perplexity ÷ perplexity: 1 is all of it, more is better than before.
 *             Absent where a source prints only a gain, or a bound: then only the direction counts.
 *
 * What may speak at all is in `speaking.ts`; a measurement of another dose, or of no model anybody names, stands aside.
 * A member that keeps the model's output by what it is (`exactness.ts`) keeps accuracy by construction. Of a combination:
 * evidence of the combination itself where somebody measured it; else, if all members but one keep the output, that one's;
 * else each member's own side by side and no number for the whole.
 */
import { type EvidenceAnswer, lookUp } from '../../evidence/lookup.ts'
import { metricOf } from '../../evidence/metrics.ts'
import type { EvidenceQuestion, EvidenceRecord, Setting } from '../../evidence/record.ts'
import { TECHNIQUES } from '../../evidence/techniques.ts'
import { type AccuracyRow, accuracyRows, rowsMovement, speakingRows } from './accuracyRow.ts'
import { keepsOutput, otherModel } from './exactness.ts'
import { measuredCombination, measuredNamesOf } from './measured.ts'
import type { Movement } from './movement.ts'
import type { Member, Selection } from './selection.ts'
import { isOtherDose, settingOf, withWorkingBaseline } from './speaking.ts'

export type { AccuracyRow, Aside, Retained } from './accuracyRow.ts'

/** `construction`: the output is the model's own. `evidence`: as asked. `nearest`: of the nearest there is. */
export type AccuracyBasis = 'construction' | 'evidence' | 'nearest' | 'none'

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
interface AccuracyIndex {
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
  /** How long a context the model was trained for; absent: not known. */
  readonly trainedTokens?: number
}

/** How often a technique's records say at which length they were measured, for the question to ask it. */
const STATED = 0.5

interface Found {
  readonly basis: AccuracyBasis
  readonly words: string
  readonly rows: readonly AccuracyRow[]
}

function evidenceOf(
  index: AccuracyIndex,
  technique: string,
  setting: (records: readonly EvidenceRecord[]) => Setting,
  question: AccuracyQuestion,
): Found | undefined {
  const records = withWorkingBaseline(index.byTechnique.get(technique) ?? [], question)
  if (records.length === 0) return undefined
  const { model, contextTokens } = question
  const own = setting(records)
  const atLengths = records.filter((record) => record.contextTokens !== undefined).length >= STATED * records.length
  const asked: EvidenceQuestion = {
    technique,
    model,
    ...(atLengths ? { contextTokens } : {}),
    ...(Object.keys(own).length > 0 ? { setting: own } : {}),
  }
  const ofDose = records.filter((record) => !isOtherDose(record, own))
  const speaking = ofDose.length > 0 ? ofDose : records
  const answer = lookUp(speaking, asked)
  const rows = (one: EvidenceAnswer) => accuracyRows(one, technique, own)
  if (answer.status === 'found') return { basis: 'evidence', words: answer.words, rows: rows(answer) }
  const known = new Set(speaking.map(({ benchmark }) => benchmark))
  const beside = records.filter((record) => !known.has(record.benchmark))
  const near = [...nearestByBenchmark(speaking, asked), ...nearestByBenchmark(beside, asked)]
  return { basis: 'nearest', words: answer.words, rows: near.flatMap(rows) }
}

/** How much farther than the nearest model one may be (`evidence/models.ts`). */
const NEAR_MODEL = 2

/**
 * The nearest of every benchmark, for where none answers as asked: which benchmarks stand there must not turn on a length
 * that is a little nearer to one of them.
 */
function nearestByBenchmark(records: readonly EvidenceRecord[], asked: EvidenceQuestion): EvidenceAnswer[] {
  const groups = new Map<string, EvidenceRecord[]>()
  for (const record of records) {
    const own = groups.get(record.benchmark)
    if (own) own.push(record)
    else groups.set(record.benchmark, [record])
  }
  const answers = [...groups.values()].map((own) => lookUp(own, asked))
  const fromModel = ({ matches }: EvidenceAnswer) =>
    matches[0]?.distance.gaps.find(({ dimension }) => dimension === 'model')?.distance ?? 0
  const total = ({ matches }: EvidenceAnswer) => matches[0]?.distance.total ?? 0
  const least = Math.min(...answers.map(fromModel))
  return answers.filter((one) => fromModel(one) <= least + NEAR_MODEL).sort((a, b) => total(a) - total(b))
}

/** What the nearest evidence is of, in two words, the graver difference first; undefined where it is as asked. */
export function nearestWords({ basis, rows }: Pick<MemberAccuracy, 'basis' | 'rows'>): string | undefined {
  if (basis !== 'nearest') return undefined
  const speaking = speakingRows(rows)
  const [first] = rows
  if (speaking.length === 0) return first?.aside ?? 'other evidence'
  const gaps = (dimension: string) =>
    speaking.every(({ nearest }) => nearest.distance.gaps.some((gap) => gap.dimension === dimension && !gap.answers))
  if (gaps('model')) return 'another model'
  return gaps('context') ? 'another length' : gaps('setting') ? 'dose not stated' : 'other evidence'
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
    const isPast = measuredNamesOf(member).some(({ technique }) => index.byTechnique.has(technique))
    const other = otherModel(member.uses)
    const words = other
      ? `no evidence: another model answers (${other}), and no published measurement sets the two side by side here`
      : isPast
        ? `no evidence: ${member.name} was measured only past the length its baseline was trained for, where this request is not`
        : `no evidence: no published measurement of accuracy with and without ${member.name}`
    return { member: member.id, basis: 'none', movement: 'unknown', words, rows }
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

  /** Whether anybody measured it so that it may speak here: where it does not keep the output, its basis is not `none`. */
  isMeasured(member: Member): boolean {
    return measuredNamesOf(member).some(
      ({ technique }) => withWorkingBaseline(this.#index.byTechnique.get(technique) ?? [], this.#question).length > 0,
    )
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
