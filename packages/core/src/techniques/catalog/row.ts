/**
 * One technique of the catalogue: what the documents say of a system, as data. A row names its primitives with their default
 * parameters (`uses`); what it costs is computed from those, never stored here. What only general knowledge says is told
 * apart: parameters in `assumed`, and `onlyNamed` for systems the documents name without saying how they work.
 */
import type { Use, Values } from '../primitive.ts'
import type { Cells } from './cells.ts'
import type { DocumentId } from './documents.ts'
import type { FamilyId } from './families.ts'

export const LAYERS = ['model', 'agent', 'system', 'hardware', 'data-format'] as const
export type Layer = (typeof LAYERS)[number]

export const CAP_TYPES = ['C', 'A', 'P', 'CP', 'CA', 'AP', 'CAP', 'none'] as const
export type CapLetters = (typeof CAP_TYPES)[number]

/** A type as printed. `inferred` (a star): nobody printed it; it is ours, from the family's. */
export interface CapType {
  readonly type: CapLetters
  readonly inferred: boolean
  /** Where the survey gives this type, when it gives another elsewhere. */
  readonly section?: string
  readonly note?: string
}

/** A place in a document. */
export interface Place {
  readonly document: DocumentId
  readonly section: string
}

/** A reference of a document: the survey's number, or the number of LLM Inference Unveiled's bibliography. */
export interface ReferenceKey {
  readonly document: DocumentId
  readonly number: number
}

/** Observers change nothing: they say what to measure. */
export interface Observation {
  /** What comes out. */
  readonly measures: string
  /** What one must have to measure it. */
  readonly needs: string
}

export interface TechniqueRow {
  readonly id: string
  readonly name: string
  readonly family: FamilyId
  readonly layer: Layer
  readonly places: readonly Place[]
  /** Absent where the documents cite nothing. */
  readonly references: readonly ReferenceKey[]
  /** More than one where the survey prints more than one. */
  readonly types: readonly CapType[]
  /** In one sentence of our own. */
  readonly mechanism: string
  /** The documents name it without saying how it works: the mechanism is general knowledge. */
  readonly onlyNamed: boolean
  readonly cells: readonly Cells[]
  readonly tags: readonly string[]
  readonly uses: readonly Use[]
  /** What must be trained before it can be used; absent: nothing. */
  readonly training?: string
  readonly observes?: Observation
  /** Ranges of which `uses` holds one value, and what a reader must know besides. */
  readonly notes: readonly string[]
  /** Rows of the other catalogues that are this one, or stand for it. */
  readonly models: readonly string[]
  readonly accelerators: readonly string[]
}

interface Content {
  readonly mechanism: string
  readonly layer?: Layer
  readonly onlyNamed?: true
  readonly cells?: readonly Cells[]
  readonly tags?: readonly string[]
  readonly uses?: readonly Use[]
  readonly training?: string
  readonly observes?: Observation
  readonly notes?: readonly string[]
  readonly models?: readonly string[]
  readonly accelerators?: readonly string[]
}

/** A primitive with parameters: those the documents state or that say which technique it is, and those only assumed. */
export function use(primitive: string, stated: Values = {}, assumed: Values = {}): Use {
  const names = Object.keys(assumed)
  return { primitive, with: { ...stated, ...assumed }, ...(names.length > 0 ? { assumed: names } : {}) }
}

/** `CAP 2.2.1; VW 7.5.2, 7.5.3` as places. */
function placesOf(text: string): Place[] {
  return text.split(';').flatMap((part) => {
    const [, letters, sections = ''] = /^\s*(CAP|VW)\s+(.+?)\s*$/.exec(part) ?? []
    const document: DocumentId = letters === 'CAP' ? 'cap' : 'viewer'
    return sections.split(/,\s*/).map((section) => ({ document, section }))
  })
}

/** `C10 V31` as references. */
function referencesOf(text: string): ReferenceKey[] {
  return [...text.matchAll(/([CV])(\d+)/g)].map(([, letter, number]) => ({
    document: letter === 'C' ? 'cap' : 'viewer',
    number: Number(number),
  }))
}

type CapText = CapLetters | `${Exclude<CapLetters, 'none'>}*`

function typeOf(text: CapText): CapType {
  return { type: text.replace('*', '') as CapLetters, inferred: text.endsWith('*') }
}

/** Makes the rows of one family: id, name, places, references, type as printed (`*`: inferred), and the rest. */
export function rowsOf(family: FamilyId, usual: Layer) {
  return (
    id: string,
    name: string,
    places: string,
    references: string,
    type: CapText | readonly CapType[],
    content: Content,
  ): TechniqueRow => {
    const { layer = usual, onlyNamed = false, ...rest } = content
    const none = { cells: [], tags: [], uses: [], notes: [], models: [], accelerators: [] }
    return {
      ...none,
      ...rest,
      id,
      name,
      family,
      layer,
      onlyNamed,
      places: placesOf(places),
      references: referencesOf(references),
      types: typeof type === 'string' ? [typeOf(type)] : type,
    }
  }
}
