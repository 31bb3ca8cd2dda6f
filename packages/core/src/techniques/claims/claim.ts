/**
 * What the documents claim of a system, and how it is decided: by a check (a scenario priced from its operators, or a figure
 * of a catalogue), by a parameter the row itself holds, or not by a cost model at all, with the reason.
 */
import type { DocumentId } from '../catalog/documents.ts'

/** Why operators, bytes and rooflines cannot decide a claim. */
export const REASONS = {
  accuracy: 'it is about the quality of answers, which evidence decides and a cost model does not',
  training: 'it is about training or its data, which costs nothing at inference',
  'end-to-end':
    'it is a measured speed-up over a baseline whose model, hardware or software the document does not state',
  closed: 'the sizes of the model are not published',
  silicon: 'it is a property of parts or of how they are made, which is an input of the model',
  title: 'it is the title of a reference; no setting is stated that would give the number',
  wording: 'it describes the mechanism and states no quantity',
  direction: 'it names work that nobody had done',
} as const
export type ReasonId = keyof typeof REASONS

/** How a computed value is held against a stated one. */
export type Relation =
  /** Equal within a relative tolerance. */
  | { readonly is: '='; readonly tolerance: number }
  | { readonly is: '≥' }
  | { readonly is: '≤' }
  /** Between the stated value and this one. */
  | { readonly is: 'up to'; readonly most: number }

export type Decision =
  /** A check of `checks/`, by its id; `note`: why what comes out is another number than the document's, or how far to trust it. */
  | { readonly by: 'check'; readonly check: string; readonly relation: Relation; readonly note?: string }
  /** A parameter of the row's own primitives. */
  | { readonly by: 'setting'; readonly primitive: string; readonly parameter: string; readonly relation: Relation }
  | { readonly by: 'reason'; readonly reason: ReasonId; readonly note?: string }

export interface Claim {
  readonly id: string
  readonly technique: string
  readonly place: { readonly document: DocumentId; readonly section: string }
  /** In our words. */
  readonly text: string
  readonly metric: string
  /** As the document states it; absent where it states no number. */
  readonly value?: number
  /** Where it states none: the bound that a check of its direction is held against. Ours. */
  readonly bound?: number
  readonly unit?: string
  /** Where it is said to hold. */
  readonly condition?: string
  readonly decision: Decision
}

type Stated = readonly [metric: string, value?: number, unit?: string, condition?: string]
interface Tested {
  readonly tested: Stated
}

/** A direction without a number: the bound is ours. */
export const tests = (...tested: Stated): Tested => ({ tested })

const EQUAL = 0.02

export const equal = (tolerance = EQUAL): Relation => ({ is: '=', tolerance })
export const atLeast: Relation = { is: '≥' }
export const atMost: Relation = { is: '≤' }
export const upTo = (most: number): Relation => ({ is: 'up to', most })

export const check = (id: string, relation: Relation = equal(), note?: string): Decision => ({
  by: 'check',
  check: id,
  relation,
  ...(note === undefined ? {} : { note }),
})

/** `KB.bits` of the row. */
export function setting(path: string, relation: Relation = equal(0)): Decision {
  const [primitive = '', parameter = ''] = path.split('.')
  return { by: 'setting', primitive, parameter, relation }
}

export const because = (reason: ReasonId, note?: string): Decision => ({
  by: 'reason',
  reason,
  ...(note === undefined ? {} : { note }),
})

/** `VW 3.1.2` or `CAP 2.4` as a place. */
export function claim(
  technique: string,
  at: string,
  text: string,
  stated: Stated | Tested,
  decision: Decision,
): Omit<Claim, 'id'> {
  const [letters, ...section] = at.split(' ')
  const [metric, value, unit, condition] = 'tested' in stated ? stated.tested : stated
  return {
    technique,
    place: { document: letters === 'CAP' ? 'cap' : 'viewer', section: section.join(' ') },
    text,
    metric,
    ...(value === undefined ? {} : 'tested' in stated ? { bound: value } : { value }),
    ...(unit === undefined ? {} : { unit }),
    ...(condition === undefined ? {} : { condition }),
    decision,
  }
}
