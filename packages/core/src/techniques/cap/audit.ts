/**
 * The audit of the CAP principle: for every technique, which of C, A and P move in one scenario and which way,
 * against the type the survey prints, every disagreement explained with the numbers behind it.
 *
 *   C  what the system takes: positions, memory at the wanted users, compression, stores. What the model is measured to
 *      *use* of it is said beside it, for it caps every gain alike (reach is not use).
 *   A  published measurements with and without the technique, or kept by construction; else unknown
 *   P  TTFT, TPOT and price of the cost model; price counts the machines a technique adds
 */
import { ok, type Result } from '../../units/result.ts'
import { FAMILIES } from '../catalog/families.ts'
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import type { CapLetters, CapType, TechniqueRow } from '../catalog/row.ts'
import { capTypesText } from '../sheet.ts'
import type { AccuracyBasis } from './accuracy.ts'
import { type Agreement, agreementOf, explain, type Found } from './auditWords.ts'
import type { CapAnswer, Desk } from './desk.ts'
import { isUnpublished } from './exactness.ts'
import { type Movement, movementOf } from './movement.ts'
import { memberOf, type Selection, selectionOf } from './selection.ts'
import { GOALS, type Goal } from './verdict.ts'

export interface AuditRow {
  readonly id: string
  readonly name: string
  readonly family: string
  readonly printed: readonly CapType[]
  readonly printedText: string
  readonly moves: Readonly<Record<Goal, Movement>>
  /** Relative changes, better is positive; C may be Infinity, A is of the nearest benchmark and absent without evidence. */
  readonly dC: number
  readonly dA?: number
  readonly dP: number
  /** The benchmark dA is of. */
  readonly dAOf?: string
  readonly accuracyBasis: AccuracyBasis
  /** Goals that improve: C, A, P, CA, CP, AP, CAP or nothing. */
  readonly gains: string
  readonly agreement: Agreement
  readonly explanation: readonly string[]
}

/** Why a row is not audited: it changes nothing by itself, nobody published what it is made of, or this scenario cannot take it. */
export const UNAUDITED_WHY = ['observes only', 'sizes not published', 'cannot run here'] as const

export interface Unaudited {
  readonly id: string
  readonly kind: (typeof UNAUDITED_WHY)[number]
  readonly why: string
}

export interface Audit {
  readonly rows: readonly AuditRow[]
  readonly unaudited: readonly Unaudited[]
  /** Ids by what they gain; every type is there, AP too when nothing is in it. */
  readonly cells: Readonly<Record<'C' | 'A' | 'P' | 'CA' | 'CP' | 'AP' | 'CAP' | '', readonly string[]>>
}

const windowFactor = ({ context }: CapAnswer, { context: before }: CapAnswer) =>
  context.windowTokens === before.windowTokens ? 1 : context.windowTokens / before.windowTokens

/** The number a picture may show for A: of one benchmark, the nearest with an interval, and which it is. */
function nearestRetained(answer: CapAnswer): { readonly value: number; readonly of: string } | undefined {
  const { basis, rows } = answer.accuracy
  if (basis === 'construction') return { value: 0, of: 'by construction' }
  const [row] = rows.filter(({ retained, aside }) => retained !== undefined && aside === undefined)
  return row?.retained && { value: row.retained.median - 1, of: `${row.benchmark} ${row.metric}` }
}

function foundOf(desk: Desk, answer: CapAnswer): Found {
  const { baseline } = desk
  const moves: Record<Goal, Movement> = {
    C: movementOf(windowFactor(answer, baseline)),
    A: answer.accuracy.movement,
    P: answer.performance.movement,
  }
  return { moves, gains: GOALS.filter((goal) => moves[goal] === 'improves').join(''), answer, baseline }
}

function auditRow(desk: Desk, row: TechniqueRow, answer: CapAnswer): AuditRow {
  const found = foundOf(desk, answer)
  const letters = row.types.map(({ type }) => type)
  const retained = nearestRetained(answer)
  const agreement = agreementOf(letters, found)
  return {
    id: row.id,
    name: row.name,
    family: FAMILIES[row.family].title,
    printed: row.types,
    printedText: capTypesText(row.types.map(({ type, inferred }) => ({ type, inferred }))),
    moves: found.moves,
    dC: windowFactor(answer, desk.baseline) - 1,
    ...(retained ? { dA: retained.value, dAOf: retained.of } : {}),
    dP: answer.performance.factor - 1,
    accuracyBasis: answer.accuracy.basis,
    gains: found.gains,
    agreement,
    explanation: explain(row, letters, found, agreement),
  }
}

export interface AuditOptions {
  readonly type?: CapLetters
  readonly family?: string
  readonly ids?: readonly string[]
}

export function audit(desk: Desk, options: AuditOptions = {}): Audit {
  const rows: AuditRow[] = []
  const unaudited: Unaudited[] = []
  for (const row of TECHNIQUE_ROWS) {
    if (options.type !== undefined && !row.types.some(({ type }) => type === options.type)) continue
    if (options.family !== undefined && row.family !== options.family) continue
    if (options.ids && !options.ids.includes(row.id)) continue
    if (row.observes) {
      unaudited.push({ id: row.id, kind: 'observes only', why: `observes only: ${row.observes.measures}` })
      continue
    }
    const answer = desk.evaluate(selectionOf([memberOf(row)]))
    if (answer.ok) rows.push(auditRow(desk, row, answer.value))
    else {
      const { path, reason } = answer.problem
      const kind = isUnpublished(row.uses) ? 'sizes not published' : 'cannot run here'
      unaudited.push({ id: row.id, kind, why: `${path}: ${reason}` })
    }
  }
  return { rows, unaudited, cells: cellsOf(rows) }
}

function cellsOf(rows: readonly AuditRow[]): Audit['cells'] {
  const of = (gains: string) => rows.filter((row) => row.gains === gains).map(({ id }) => id)
  return { C: of('C'), A: of('A'), P: of('P'), CA: of('CA'), CP: of('CP'), AP: of('AP'), CAP: of('CAP'), '': of('') }
}

/** A selection of several as one line of an audit: what a named combination does. */
export function auditSelection(desk: Desk, selection: Selection): Result<Found> {
  const answer = desk.evaluate(selection)
  return answer.ok ? ok(foundOf(desk, answer.value)) : answer
}
