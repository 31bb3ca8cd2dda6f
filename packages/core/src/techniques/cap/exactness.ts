/**
 * Techniques that leave the output of the model as it is, by what they are: where tensors lie, how kernels and steps are
 * formed, how devices share the work, what is checked before it is taken
 * ("output equal", "exact output", "lossless variants keep output"). For these accuracy is kept by construction and needs no measurement;
 * for all others only evidence speaks.
 */
import { isIdentity, ordered } from '../compose.ts'
import type { PrimitiveId } from '../parameters.ts'
import type { Use, Values } from '../primitive.ts'

const always = () => true

/** Parts of the model that training may change without changing what the served model says. */
const BESIDE: ReadonlySet<unknown> = new Set(['draft', 'heads', 'detector', 'none'])

const EXACT: { readonly [P in PrimitiveId]?: (values: Values) => boolean } = {
  HW: always,
  EFF: always,
  FUSE: always,
  ALLOC: ({ evict }) => evict !== 'lru',
  SCHED: always,
  PAR: always,
  REUSE: ({ source }) => source === 'prefix' || source === 'trace',
  PLACE: ({ readShare, what }) => what !== 'kv' || readShare === 1,
  TPP: ({ lossless, passes }) => lossless === true && passes === 0,
  /** Masks of trees and windows only say which proposals see each other. */
  APAT: ({ mask, select, local, block, topK, topKShare }) =>
    (mask === 'tree' || mask === 'lookahead') && select === 'none' && !local && !block && !topK && !topKShare,
  LFRAC: ({ scope }) => scope === 'draft',
  TRAIN: ({ part }) => BESIDE.has(part),
}

/** Modules that only propose tokens: what they propose is checked. */
const PROPOSES: ReadonlySet<PrimitiveId> = new Set(['SIDE', 'RETR', 'EXP', 'GRID'])

/** The model that answers in the place of the one asked for; undefined: that one answers. */
export function otherModel(uses: readonly Use[]): string | undefined {
  return uses
    .map(({ primitive, with: { model } }) => (primitive === 'BASE' && model ? String(model) : ''))
    .find(Boolean)
}

/** The work is a model of its own, its sizes are not published, and no other was given for it. */
export function isUnpublished(uses: readonly Use[]): boolean {
  return uses.some(({ primitive, with: { model, unpublished } }) => primitive === 'BASE' && unpublished && !model)
}

/** Whether the output is the model's own, whatever the numbers. */
export function keepsOutput(uses: readonly Use[]): boolean {
  const ready = ordered(uses)
  if (!ready.ok) return false
  const real = ready.value.filter(({ primitive, values }) => !isIdentity(primitive, values))
  const checks = real.some(({ primitive, values }) => primitive.id === 'TPP' && EXACT.TPP?.(values) === true)
  return real.every(({ primitive, values }) => {
    const id = primitive.id as PrimitiveId
    if (checks && PROPOSES.has(id) && (id === 'SIDE' || values.inject === 'proposal')) return true
    return EXACT[id]?.(values) ?? false
  })
}
