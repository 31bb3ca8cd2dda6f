/**
 * The claims of the documents in three groups: priced (computed by a check, which can fail), input (a number we put into the
 * row: it agrees with the document because it was taken from there, and nothing is reproduced), and those that operators and
 * bytes cannot decide, with the reason. Nothing is left out.
 */

import type { Problem } from '../../units/result.ts'
import { techniqueById } from '../catalog/index.ts'
import type { Check, Evaluate } from './checks/desk.ts'
import { FIGURE_CHECKS } from './checks/figures.ts'
import { PLAN_CHECKS } from './checks/plans.ts'
import type { Claim, Decision, ReasonId, Relation } from './claim.ts'
import { SURVEY_CLAIMS } from './survey.ts'
import { VIEWER_CLAIMS } from './viewer.ts'
import { VIEWER_SYSTEM_CLAIMS } from './viewerSystems.ts'

export type { Check, Evaluate } from './checks/desk.ts'
export { type Claim, type Decision, REASONS, type ReasonId, type Relation } from './claim.ts'

/** Ids count the claims of one technique: `kivi-1`. */
function numbered(claims: readonly Omit<Claim, 'id'>[]): readonly Claim[] {
  const counts = new Map<string, number>()
  return claims.map((one) => {
    const number = (counts.get(one.technique) ?? 0) + 1
    counts.set(one.technique, number)
    return { id: `${one.technique}-${number}`, ...one }
  })
}

export const CLAIMS: readonly Claim[] = numbered([...SURVEY_CLAIMS, ...VIEWER_CLAIMS, ...VIEWER_SYSTEM_CLAIMS])

export const CHECKS: ReadonlyMap<string, Check> = new Map(
  [...FIGURE_CHECKS, ...PLAN_CHECKS].map((check) => [check.id, check]),
)

export function claimsOf(technique: string): readonly Claim[] {
  return CLAIMS.filter((one) => one.technique === technique)
}

export interface Reproduction {
  readonly id: string
  readonly claim: Claim
  /** How it was decided; `failed`: the check could not be computed. */
  readonly by: Decision['by'] | 'failed'
  /** In words, of a check. */
  readonly scenario?: string
  readonly stated?: number
  readonly computed?: number
  /** What the row's own parameter holds: put in, not computed. */
  readonly input?: number
  readonly agrees?: boolean
  /** Absent where nothing was computed. */
  readonly within?: boolean
  readonly reason?: ReasonId
  readonly note?: string
  readonly problem?: Problem
}

function holds(computed: number, stated: number, relation: Relation): boolean {
  switch (relation.is) {
    case '=':
      return Math.abs(computed - stated) <= relation.tolerance * Math.abs(stated) + 1e-12
    case '≥':
      return computed >= stated * (1 - 1e-9)
    case '≤':
      return computed <= stated * (1 + 1e-9)
    case 'up to':
      return computed >= stated * (1 - 1e-9) && computed <= relation.most * (1 + 1e-9)
  }
}

function settingOf(claim: Claim, primitive: string, parameter: string): number {
  const uses = techniqueById(claim.technique)?.uses ?? []
  const value = uses.find((use) => use.primitive === primitive)?.with[parameter]
  if (typeof value !== 'number') throw new Error(`${claim.id}: no number ${primitive}.${parameter}`)
  return value
}

function reproduce(claim: Claim, evaluate: Evaluate): Reproduction {
  const { id, decision, value: stated } = claim
  const bound = stated ?? claim.bound
  const about = { id, claim, ...(stated === undefined ? {} : { stated }) }
  if (decision.by === 'reason') {
    const { reason, note } = decision
    return { ...about, by: 'reason', reason, ...(note === undefined ? {} : { note }) }
  }
  if (bound === undefined) throw new Error(`${id}: nothing to hold the computed value against`)
  if (decision.by === 'setting') {
    const input = settingOf(claim, decision.primitive, decision.parameter)
    return { ...about, by: 'setting', input, agrees: holds(input, bound, decision.relation) }
  }
  const check = CHECKS.get(decision.check)
  if (!check) throw new Error(`${id}: no check ${decision.check}`)
  const result = check.compute(evaluate)
  if (!result.ok) return { ...about, by: 'failed', scenario: check.scenario, problem: result.problem }
  const computed = result.value
  const { note } = decision
  return {
    ...about,
    by: 'check',
    scenario: check.scenario,
    ...(note === undefined ? {} : { note }),
    computed,
    within: holds(computed, bound, decision.relation),
  }
}

export function reproduceClaims(evaluate: Evaluate, claims: readonly Claim[] = CLAIMS): readonly Reproduction[] {
  return claims.map((claim) => reproduce(claim, evaluate))
}
