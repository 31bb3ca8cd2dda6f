/** One technique as a page reads: everything the catalogue knows of it, in words and plain data, for terminal, JSON and browser. */

import type { Cells } from './catalog/cells.ts'
import { DOCUMENTS, type DocumentId } from './catalog/documents.ts'
import { ENGINES, enginesOf } from './catalog/engines.ts'
import { evidenceIdsOf } from './catalog/evidence.ts'
import { FAMILIES } from './catalog/families.ts'
import { type Citation, citationsOf } from './catalog/index.ts'
import type { CapType, Place, TechniqueRow } from './catalog/row.ts'
import { type Slip, slipsOf } from './catalog/slips.ts'
import { type Claim, claimsOf, REASONS } from './claims/index.ts'
import { PARAMETERS, type PrimitiveId } from './parameters.ts'
import type { Parameter, Value } from './primitive.ts'

/** As a page cites them. */
const DOCUMENT_NAMES: Readonly<Record<DocumentId, string>> = { cap: 'CAP survey', viewer: DOCUMENTS.viewer.short }

export interface ParameterSheet {
  readonly name: string
  readonly value: Value
  readonly unit: string | null
  /** Only general knowledge: no document states it. */
  readonly assumed: boolean
  /** It says what the technique is: no number here depends on it. */
  readonly describes: boolean
  readonly help: string
}

export interface PrimitiveSheet {
  readonly primitive: string
  readonly parameters: readonly ParameterSheet[]
}

export interface ClaimSheet {
  readonly id: string
  readonly text: string
  readonly metric: string
  readonly stated: number | null
  /** Where no number is stated: ours, for the direction. */
  readonly bound: number | null
  readonly unit: string | null
  readonly condition: string | null
  readonly decidedBy: Claim['decision']['by']
  /** The check, the parameter, or the reason, in words. */
  readonly how: string
}

export interface TechniqueSheet {
  readonly id: string
  readonly name: string
  readonly family: string
  readonly familyTitle: string
  readonly layer: string
  readonly mechanism: string
  readonly onlyNamed: boolean
  readonly types: readonly CapType[]
  readonly places: readonly Place[]
  readonly citations: readonly Citation[]
  readonly cells: readonly Cells[]
  readonly tags: readonly string[]
  readonly primitives: readonly PrimitiveSheet[]
  readonly training: string | null
  readonly observes: TechniqueRow['observes'] | null
  readonly notes: readonly string[]
  readonly engines: readonly { readonly engine: string; readonly flag: string; readonly note: string | null }[]
  readonly models: readonly string[]
  readonly accelerators: readonly string[]
  readonly slips: readonly Slip[]
  readonly claims: readonly ClaimSheet[]
  /** Ids under which the published measurements know it; none: no evidence. */
  readonly evidence: readonly string[]
}

/** `P*` where nobody printed it, `C (2.2.1)` where the section decides. */
export function capTypeText({ type, inferred, section, note }: CapType): string {
  const about = [section, note].filter((part) => part !== undefined).join(', ')
  return `${type}${inferred ? '*' : ''}${about ? ` (${about})` : ''}`
}

export const capTypesText = (types: readonly CapType[]): string => types.map(capTypeText).join(' and ')

/** `CAP survey 2.2.1; LLM Inference Unveiled 7.5.2`. */
export function placesText(places: readonly Place[]): string {
  const documents = [...new Set(places.map(({ document }) => document))]
  return documents
    .map((document) => {
      const sections = places.filter((place) => place.document === document).map(({ section }) => section)
      return `${DOCUMENT_NAMES[document]} ${sections.join(', ')}`
    })
    .join('; ')
}

/** `Dai et al. 2019, arXiv 1901.02860 [10]`: the survey's numbers in brackets, those of the other bibliography with a #. */
export function citationText({ key, authors, year, arxiv }: Citation): string {
  const number = key.document === 'cap' ? `[${key.number}]` : `#${key.number}`
  return `${authors}${year === undefined ? '' : ` ${year}`}${arxiv ? `, arXiv ${arxiv}` : ''} ${number}`
}

const onlyDescribes = (parameter: Parameter | undefined, value: Value) =>
  parameter?.describes === true || (Array.isArray(parameter?.describes) && parameter.describes.includes(value))

function howOf({ decision }: Claim): string {
  if (decision.by === 'check') return `computed: ${decision.check}`
  if (decision.by === 'setting') return `put in as its parameter ${decision.primitive}.${decision.parameter}`
  return `${REASONS[decision.reason]}${decision.note ? ` (${decision.note})` : ''}`
}

function claimSheet(claim: Claim): ClaimSheet {
  const { id, text, metric, value, bound, unit, condition, decision } = claim
  return {
    id,
    text,
    metric,
    stated: value ?? null,
    bound: bound ?? null,
    unit: unit ?? null,
    condition: condition ?? null,
    decidedBy: decision.by,
    how: howOf(claim),
  }
}

export function techniqueSheet(row: TechniqueRow): TechniqueSheet {
  const { id, name, family, layer, mechanism, onlyNamed, types, places, cells, tags, uses, notes } = row
  return {
    id,
    name,
    family,
    familyTitle: FAMILIES[family].title,
    layer,
    mechanism,
    onlyNamed,
    types,
    places,
    citations: citationsOf(row),
    cells,
    tags,
    primitives: uses.map(({ primitive, with: values, assumed = [] }) => {
      const table: { readonly [name: string]: Parameter } = PARAMETERS[primitive as PrimitiveId]
      return {
        primitive,
        parameters: Object.entries(values).map(([parameter, value]) => ({
          name: parameter,
          value,
          unit: table[parameter]?.unit ?? null,
          assumed: assumed.includes(parameter),
          describes: onlyDescribes(table[parameter], value),
          help: table[parameter]?.help ?? '',
        })),
      }
    }),
    training: row.training ?? null,
    observes: row.observes ?? null,
    notes,
    engines: enginesOf(id).map(({ engine, flag, note }) => ({ engine: ENGINES[engine], flag, note: note ?? null })),
    models: row.models,
    accelerators: row.accelerators,
    slips: slipsOf(id),
    claims: claimsOf(id).map(claimSheet),
    evidence: evidenceIdsOf(id),
  }
}
