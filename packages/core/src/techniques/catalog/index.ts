/** The catalogue of techniques: every system of the documents as a row, by id; look-up, and rows by family, type and layer. */
import { closest } from '../../units/closest.ts'
import { FAMILY_IDS, type FamilyId } from './families.ts'
import type { Reference } from './references/reference.ts'
import { SURVEY_REFERENCES } from './references/survey.ts'
import { VIEWER_REFERENCES } from './references/viewer.ts'
import type { CapLetters, Layer, ReferenceKey, TechniqueRow } from './row.ts'
import { DISTILLATION } from './rows/distillation.ts'
import { DISTRIBUTED } from './rows/distributed.ts'
import { EARLY_EXIT } from './rows/earlyExit.ts'
import { EXPERTS } from './rows/experts.ts'
import { FORMATS } from './rows/formats.ts'
import { HARDWARE } from './rows/hardware.ts'
import { MODEL_MEMORY } from './rows/modelMemory.ts'
import { MODELS_NAMED } from './rows/models.ts'
import { PARALLEL_DECODING } from './rows/parallelDecoding.ts'
import { POSITIONS } from './rows/positions.ts'
import { PROMPTS } from './rows/prompts.ts'
import { PRUNING } from './rows/pruning.ts'
import { QUANTIZATION_PTQ } from './rows/quantizationPtq.ts'
import { QUANTIZATION_TRAINED } from './rows/quantizationTrained.ts'
import { RELIABILITY } from './rows/reliability.ts'
import { RETRIEVAL } from './rows/retrieval.ts'
import { SPARSE_ATTENTION } from './rows/sparseAttention.ts'
import { SPARSE_HARDWARE } from './rows/sparseHardware.ts'
import { SPECULATIVE } from './rows/speculative.ts'
import { SYSTEMS } from './rows/systems.ts'

const ALL: readonly TechniqueRow[] = [
  ...MODEL_MEMORY,
  ...POSITIONS,
  ...SPARSE_ATTENTION,
  ...SPARSE_HARDWARE,
  ...DISTRIBUTED,
  ...PROMPTS,
  ...RETRIEVAL,
  ...QUANTIZATION_PTQ,
  ...QUANTIZATION_TRAINED,
  ...FORMATS,
  ...PRUNING,
  ...DISTILLATION,
  ...EARLY_EXIT,
  ...EXPERTS,
  ...SPECULATIVE,
  ...PARALLEL_DECODING,
  ...SYSTEMS,
  ...HARDWARE,
  ...MODELS_NAMED,
  ...RELIABILITY,
]

/** In the order families are shown; within a family in the order the documents name them. */
export const TECHNIQUE_ROWS: readonly TechniqueRow[] = FAMILY_IDS.flatMap((family) =>
  ALL.filter((row) => row.family === family),
)

const BY_ID: ReadonlyMap<string, TechniqueRow> = new Map(TECHNIQUE_ROWS.map((row) => [row.id, row]))

const LONGEST_NAME = 120

const fold = (name: string) => name.toLowerCase().replace(/[^a-z0-9+]+/g, '')

/** Folded id or name to row; a name in brackets is left out. Ids go in last: nothing shadows an id. */
const BY_NAME: ReadonlyMap<string, TechniqueRow> = new Map([
  ...TECHNIQUE_ROWS.map((row) => [fold(row.name.replace(/\(.*\)/, '')), row] as const),
  ...TECHNIQUE_ROWS.map((row) => [fold(row.name), row] as const),
  ...TECHNIQUE_ROWS.map((row) => [fold(row.id), row] as const),
])

/** Exactly this id. */
export function techniqueById(id: string): TechniqueRow | undefined {
  return BY_ID.get(id)
}

/** The row of an id or name, whatever its case, spaces and punctuation. */
export function findTechniqueRow(name: string): TechniqueRow | undefined {
  return name.length > LONGEST_NAME ? undefined : BY_NAME.get(fold(name))
}

/** Up to `most` ids nearest to a name. */
export function suggestTechniqueRows(name: string, most = 3): string[] {
  const near = closest(fold(name.slice(0, LONGEST_NAME)), [...BY_NAME.keys()], 4 * most)
  return [...new Set(near.flatMap((one) => BY_NAME.get(one)?.id ?? []))].slice(0, most)
}

export interface TechniqueFilter {
  readonly family?: FamilyId
  /** Printed or inferred; a row with two types is found under both. */
  readonly type?: CapLetters
  readonly layer?: Layer
}

export function techniquesOf({ family, type, layer }: TechniqueFilter = {}): readonly TechniqueRow[] {
  return TECHNIQUE_ROWS.filter(
    (row) =>
      (family === undefined || row.family === family) &&
      (type === undefined || row.types.some((one) => one.type === type)) &&
      (layer === undefined || row.layer === layer),
  )
}

export interface Citation extends Reference {
  readonly key: ReferenceKey
}

/** What the documents cite for a row; a key that no list has is a bug of the catalogue. */
export function citationsOf(row: TechniqueRow): readonly Citation[] {
  return row.references.map((key) => {
    const reference = (key.document === 'cap' ? SURVEY_REFERENCES : VIEWER_REFERENCES)[key.number]
    if (!reference) throw new Error(`${row.id}: no reference ${key.document} ${key.number}`)
    return { key, ...reference }
  })
}
