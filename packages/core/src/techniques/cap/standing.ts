/**
 * How far a technique is from being turned on, for somebody who asks what to turn on: `offered` by a serving engine, `exact`
 * (the output is the model's own by construction, so that nothing needs measuring), `measured` (somebody published what it does
 * to accuracy or speed), or `open`: neither, a gain by formula alone. A ranking goes by this before it goes by the gain.
 */
import { enginesOf } from '../catalog/engines.ts'
import type { Desk } from './desk.ts'
import { keepsOutput } from './exactness.ts'
import { measuredSpeedOf } from './measuredSpeed.ts'
import type { Member } from './selection.ts'

export const STANDINGS = ['offered', 'exact', 'measured', 'open'] as const
export type Standing = (typeof STANDINGS)[number]

/** Offered and exact stand together: both can be had without trusting anybody. */
const RANKS: Readonly<Record<Standing, number>> = { offered: 0, exact: 0, measured: 1, open: 2 }

export const compareStandings = (a: Standing, b: Standing): number => RANKS[a] - RANKS[b]

/** Short settings (w4, kv8) are what engines take by those names. */
export function standingOf(desk: Desk, member: Member): Standing {
  if (!member.row || enginesOf(member.id).length > 0) return 'offered'
  if (keepsOutput(member.uses)) return 'exact'
  if (desk.isMeasured(member)) return 'measured'
  return measuredSpeedOf(desk.records, member) ? 'measured' : 'open'
}

/** Together they stand as the worse of them. */
export function worseStanding(a: Standing, b: Standing): Standing {
  return STANDINGS.indexOf(a) >= STANDINGS.indexOf(b) ? a : b
}
