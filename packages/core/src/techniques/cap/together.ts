/**
 * How techniques go together, said to the user with the reasons: for the members of a set, and for one technique against
 * all that the catalogue has. The rules are those of `compatibility.ts` and `twice.ts`, the order that of `compose.ts`;
 * here they are gathered by pair, in the words a page or a terminal shows.
 */
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import type { TechniqueRow } from '../catalog/row.ts'
import { type CompatibilityKind, compatibilityOf } from '../compatibility.ts'
import { ordered } from '../compose.ts'
import type { PrimitiveId } from '../parameters.ts'
import { conflictBetween, type Member } from './selection.ts'
import { type Step, stepsOf } from './steps.ts'
import { bothSet } from './twice.ts'

export interface Together {
  /** The two, as they are written. */
  readonly a: string
  readonly b: string
  readonly kind: CompatibilityKind
  readonly reason: string
  /** Where the order matters: `POS of yarn`, then `KVB of h2o`. */
  readonly order: readonly string[]
  readonly remedy?: string
}

const list = (texts: Iterable<string>) => [...new Set(texts)].join('; ')

/** Two members: refused, applied in one order, or free of each other; each with the reason. */
export function togetherOf(a: Member, b: Member): Together {
  const between = { a: a.text, b: b.text }
  const conflict = conflictBetween(a, b)
  if (conflict) {
    return { ...between, kind: 'conflicting', reason: conflict.reason, order: [], remedy: conflict.remedy }
  }
  const told: { readonly x: Step; readonly y: Step; readonly kind: CompatibilityKind; readonly reason: string }[] = []
  for (const x of stepsOf(a.uses)) {
    for (const y of stepsOf(b.uses)) {
      const { kind, reason } = compatibilityOf(x.id, y.id, x.values, y.values)
      told.push({ x, y, kind, reason })
    }
  }
  const dependent = told.filter(({ kind }) => kind === 'order-dependent')
  if (dependent.length === 0) {
    const reason = list(told.map(({ reason }) => reason)) || 'one of them changes nothing that is composed'
    return { ...between, kind: 'compatible', reason, order: [] }
  }
  const involved = new Set(dependent.flatMap(({ x, y }) => [x, y]))
  const owners = new Map<string, string[]>()
  for (const [member, steps] of [a, b].map((one) => [one, stepsOf(one.uses)] as const)) {
    for (const { id } of steps) {
      if ([...involved].some((step) => step.id === id)) owners.set(id, [...(owners.get(id) ?? []), member.id])
    }
  }
  const sequence = stepsOf([...a.uses, ...b.uses]).map(({ id }) => id)
  const order = [...new Set(sequence)].flatMap((id) => (owners.get(id) ?? []).map((member) => `${id} of ${member}`))
  return { ...between, kind: 'order-dependent', reason: list(dependent.map(({ reason }) => reason)), order }
}

/** Every pair of a set, in the order they are named. */
export function togetherWithin(members: readonly Member[]): Together[] {
  return members.flatMap((a, i) => members.slice(i + 1).map((b) => togetherOf(a, b)))
}

/** `h2o with yarn: order matters: …; applied in this order: POS of yarn, KVB of h2o`. */
export function orderWords({ a, b, reason, order }: Together): string {
  return `${a} with ${b}: order matters: ${reason}; applied in this order: ${order.join(', ')}`
}

/** One primitive of a technique against one that others have. */
export interface Meeting {
  readonly primitive: PrimitiveId
  readonly other: PrimitiveId
  readonly kind: Exclude<CompatibilityKind, 'compatible'>
  readonly reason: string
  readonly remedy?: string
  /** Where the order matters: whether the other is applied first, or as they are named. */
  readonly first?: 'own' | 'other' | 'as named'
  /** Ids that have the other primitive at such values. */
  readonly techniques: readonly string[]
}

/** Which of two primitives is applied first. */
function firstOf(own: PrimitiveId, other: PrimitiveId): NonNullable<Meeting['first']> {
  if (own === other) return 'as named'
  const ready = ordered([own, other].map((primitive) => ({ primitive, with: {} })))
  return ready.ok && ready.value[0]?.primitive.id === own ? 'own' : 'other'
}

let others: readonly { readonly id: string; readonly steps: readonly Step[] }[] | undefined

/** Steps of every row, once. */
function catalogued() {
  others ??= TECHNIQUE_ROWS.filter(({ observes }) => !observes).map(({ id, uses }) => ({ id, steps: stepsOf(uses) }))
  return others
}

/** What of a technique conflicts with, or depends on the order with, what others have: conflicts first. */
export function meetingsOf(row: TechniqueRow): Meeting[] {
  const found = new Map<string, Meeting & { readonly techniques: string[] }>()
  for (const own of stepsOf(row.uses)) {
    for (const { id, steps } of catalogued()) {
      if (id === row.id) continue
      for (const step of steps) {
        const thing = own.id === step.id ? bothSet(own.id, own.values, step.values) : undefined
        const pair = compatibilityOf(own.id, step.id, own.values, step.values)
        const kind = thing === undefined ? pair.kind : 'conflicting'
        if (kind === 'compatible') continue
        const reason = thing === undefined ? pair.reason : `both set ${thing}`
        const remedy = thing === undefined ? pair.remedy : 'Keep one of them'
        const key = `${own.id} ${step.id} ${kind} ${reason}`
        const known = found.get(key)
        if (known) {
          if (!known.techniques.includes(id)) known.techniques.push(id)
          continue
        }
        found.set(key, {
          primitive: own.id,
          other: step.id,
          kind,
          reason,
          ...(kind === 'conflicting' && remedy ? { remedy } : {}),
          ...(kind === 'order-dependent' ? { first: firstOf(own.id, step.id) } : {}),
          techniques: [id],
        })
      }
    }
  }
  const rank = ({ kind }: Meeting) => (kind === 'conflicting' ? 0 : 1)
  return [...found.values()].sort((a, b) => rank(a) - rank(b))
}
