/**
 * C: what the user can feed, tokens. The least of how far positions reach, what memory holds at the wanted users, and
 * how much of a context the model is measured to use; times the user's tokens a prompt token stands for, plus what a store
 * outside the model holds. Every part is named with its source, the limiting one marked.
 *
 * Effective length is one measure at a time, for the measures are not comparable: `ruler` (the longest input at which the
 * RULER score stays above that of Llama 2 7B at 4k, NVIDIA/RULER) or `nolima` (the longest at which questions without a
 * literal match keep 85 % of their short-input score, adobe-research/NoLiMa). It limits when it was measured on this model,
 * a variant, or another size of its generation; a farther model's is shown with its distance and limits nothing. A bound
 * ("at least 128k") limits nothing either. It is a fact of the model as published: a technique that changes the model was
 * not measured with it, which the part says.
 */
import { distanceText } from '../../evidence/distance.ts'
import { lookUp } from '../../evidence/lookup.ts'
import type { EvidenceRecord } from '../../evidence/record.ts'
import { formatCount, formatPercent } from '../../units/format.ts'
import type { Outcome } from '../evaluate.ts'
import type { ContextLimit } from '../outcome/context.ts'
import type { PositionEvidence } from './positions.ts'

export const EFFECTIVE_MEASURES = ['ruler', 'nolima', 'none'] as const
export type EffectiveMeasure = (typeof EFFECTIVE_MEASURES)[number]

export interface EffectiveEvidence {
  readonly measure: Exclude<EffectiveMeasure, 'none'>
  readonly tokens: number
  readonly atLeast: boolean
  readonly record: EvidenceRecord
  /** In words: `the same model`, `another size of the same generation: …`. */
  readonly distance: string
  /** Near enough to speak for this model. */
  readonly applies: boolean
}

/** Distances of `evidence/models.ts` up to another size of the same generation. */
const NEAR = 3

/** Measured lengths nearest to a model, one per measure; none where nothing was measured at all. */
export function effectiveLengths(records: readonly EvidenceRecord[], model: string): EffectiveEvidence[] {
  return (['ruler', 'nolima'] as const).flatMap((measure) => {
    const own = records.filter(
      (one) =>
        one.technique === 'long-context-model' && one.metric === 'effective-context' && one.benchmark === measure,
    )
    if (own.length === 0) return []
    const [nearest] = lookUp(own, { technique: 'long-context-model', model }).matches
    if (!nearest) return []
    const { record, distance } = nearest
    const atLeast = record.bound === '>'
    return [
      {
        measure,
        tokens: record.value,
        atLeast,
        record,
        distance: distanceText(distance),
        applies: distance.total <= NEAR,
      },
    ]
  })
}

/** The length that limits, by the measure chosen; undefined: none does. */
export function effectiveTokens(all: readonly EffectiveEvidence[], measure: EffectiveMeasure): number | undefined {
  const chosen = all.find((one) => one.measure === measure)
  return chosen?.applies && !chosen.atLeast ? chosen.tokens : undefined
}

type ContextPartName = 'positions' | 'memory' | 'effective length' | 'compression' | 'external memory'

export interface ContextPart {
  readonly name: ContextPartName
  /** Tokens, or the factor of compression; Infinity: no limit. */
  readonly value: number
  readonly unit: 'tokens' | '×'
  readonly source: string
  readonly limiting: boolean
  readonly note?: string
}

export interface ContextAnswer {
  /** Infinity: nothing known limits it. */
  readonly tokens: number
  /** What the system takes, whether the model is measured to use it or not. */
  readonly windowTokens: number
  readonly limitedBy: ContextLimit
  readonly parts: readonly ContextPart[]
  readonly effective: readonly EffectiveEvidence[]
  /** How much the place of the answer matters. */
  readonly position?: PositionEvidence
  /** What one request of the scenario comes to, answer included. */
  readonly requestTokens: number
  /** How far positions reach, where the request is longer: answers fall apart beyond. */
  readonly pastTokens?: number
}

export interface ContextKnown {
  readonly effective: readonly EffectiveEvidence[]
  readonly position?: PositionEvidence
  readonly measure: EffectiveMeasure
}

function effectivePart(known: ContextKnown, limitedBy: ContextLimit, changes: boolean): ContextPart[] {
  return known.effective
    .filter(({ measure }) => measure === known.measure)
    .map(({ measure, tokens, atLeast, record, distance, applies }) => {
      const notes = [
        ...(atLeast ? ['at least: no limit is known'] : []),
        ...(applies ? [] : ['too far from this model to speak for it']),
        ...(changes ? ['of the model as published, not with these techniques'] : []),
      ]
      return {
        name: 'effective length' as const,
        value: tokens,
        unit: 'tokens' as const,
        source: `${measure === 'ruler' ? 'RULER' : 'NoLiMa'}, ${record.source.name}, ${record.place}; ${distance}`,
        limiting: limitedBy === 'effective length',
        ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
      }
    })
}

/** `changes`: the techniques change what the model reads or keeps, so that its measured length is not theirs. */
export function contextAnswer(
  outcome: Outcome,
  known: ContextKnown,
  request: { readonly users: number; readonly tokens: number },
  changes: boolean,
): ContextAnswer {
  const { users } = request
  const { tokens, limitedBy, parts } = outcome.context
  const { reachTokens, memoryTokens, multiplier, externalTokens, recall } = parts
  const out: ContextPart[] = []
  if (reachTokens !== undefined) {
    const source = Number.isFinite(reachTokens)
      ? 'positions the model was trained or stretched to'
      : 'positions without a limit'
    out.push({ name: 'positions', value: reachTokens, unit: 'tokens', source, limiting: limitedBy === 'positions' })
  }
  if (memoryTokens !== undefined) {
    const source = `memory at ${formatCount(users)} ${users === 1 ? 'user' : 'users'}`
    out.push({ name: 'memory', value: memoryTokens, unit: 'tokens', source, limiting: limitedBy === 'memory' })
  }
  out.push(...effectivePart(known, limitedBy, changes))
  if (multiplier !== 1) {
    const source = 'tokens of the user that one prompt token stands for'
    out.push({ name: 'compression', value: multiplier, unit: '×', source, limiting: false })
  }
  if (externalTokens > 0) {
    const note =
      recall === undefined ? 'recall not known: what is not found is not seen' : `recall ${formatPercent(recall)}`
    const source = 'what a store outside the model holds'
    out.push({ name: 'external memory', value: externalTokens, unit: 'tokens', source, limiting: false, note })
  }
  const inside = Math.min(reachTokens ?? Number.POSITIVE_INFINITY, memoryTokens ?? Number.POSITIVE_INFINITY)
  return {
    tokens,
    windowTokens: inside * multiplier + externalTokens,
    limitedBy,
    parts: out,
    effective: known.effective,
    ...(known.position ? { position: known.position } : {}),
    requestTokens: request.tokens,
    ...(reachTokens !== undefined && request.tokens > reachTokens ? { pastTokens: reachTokens } : {}),
  }
}
