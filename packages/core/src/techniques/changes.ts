/**
 * What a plan changes in the network's graph: every operator whose work, traffic or time in one pass differs from the
 * baseline's, prefill and decode, summed over the layers it stands in. Read off the priced operators of both; nothing is a
 * speed-up of its own. A decode pass is taken with all the tokens that it checks (speculation checks several and yields more than
 * one, so its time is of a pass, not of a token). Flop, bytes, seconds.
 */
import type { Phase } from '../scenario/analyze.ts'
import { ok, type Result } from '../units/result.ts'
import { planPhases } from './outcome/phases.ts'
import type { Plan } from './plan.ts'

export interface OperatorTotal {
  readonly flop: number
  readonly bytes: number
  readonly timeS: number
  /** Times it stands in the network. */
  readonly count: number
}

export interface OperatorChange {
  readonly phase: 'prefill' | 'decode'
  readonly name: string
  /** Absent: the technique brings it. */
  readonly before?: OperatorTotal
  /** Absent: the technique takes it away. */
  readonly after?: OperatorTotal
}

export interface GraphChanges {
  /** Of the phase that moved most first, then by how much its time moved. */
  readonly operators: readonly OperatorChange[]
  /** Operators of both networks that stay as they are. */
  readonly same: number
  readonly passS: Readonly<Record<OperatorChange['phase'], readonly [before: number, after: number]>>
}

/** Below this share of the operator's own, a difference is rounding. */
const LEAST = 1e-6

function totalsOf(phase: Phase | undefined): Map<string, OperatorTotal> {
  const out = new Map<string, OperatorTotal>()
  for (const { repeat, operators } of phase?.groups ?? []) {
    for (const { operator, cost } of operators) {
      const { flop, bytes, timeS, count } = out.get(operator.name) ?? { flop: 0, bytes: 0, timeS: 0, count: 0 }
      out.set(operator.name, {
        flop: flop + repeat * cost.flop,
        bytes: bytes + repeat * cost.bytes,
        timeS: timeS + repeat * cost.timeS,
        count: count + repeat,
      })
    }
  }
  return out
}

const differs = (a: number, b: number) => Math.abs(a - b) > LEAST * Math.max(Math.abs(a), Math.abs(b))

const isSame = (a: OperatorTotal, b: OperatorTotal) =>
  !differs(a.flop, b.flop) && !differs(a.bytes, b.bytes) && !differs(a.timeS, b.timeS)

const moved = ({ before, after }: OperatorChange) => Math.abs((after?.timeS ?? 0) - (before?.timeS ?? 0))

/** Operators that differ between two plans of one question. */
export function graphChanges(before: Plan, after: Plan): Result<GraphChanges> {
  const [was, is] = [planPhases(before), planPhases(after)]
  if (!was.ok) return was
  if (!is.ok) return is
  const operators: OperatorChange[] = []
  let same = 0
  for (const phase of ['prefill', 'decode'] as const) {
    const [then, now] = [totalsOf(was.value[phase]), totalsOf(is.value[phase])]
    for (const name of new Set([...then.keys(), ...now.keys()])) {
      const [a, b] = [then.get(name), now.get(name)]
      if (a && b && isSame(a, b)) same++
      else operators.push({ phase, name, ...(a ? { before: a } : {}), ...(b ? { after: b } : {}) })
    }
  }
  const timeS = (phase: OperatorChange['phase']) => [was.value[phase]?.timeS ?? 0, is.value[phase]?.timeS ?? 0] as const
  const passS = { prefill: timeS('prefill'), decode: timeS('decode') }
  const share = (phase: OperatorChange['phase']) => Math.abs(passS[phase][1] - passS[phase][0]) / (passS[phase][0] || 1)
  operators.sort((a, b) => share(b.phase) - share(a.phase) || moved(b) - moved(a) || (a.name < b.name ? -1 : 1))
  return ok({ operators, same, passS })
}
