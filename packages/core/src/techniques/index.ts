/** The public face of the catalogue of techniques: rows, look-up, pages, tables of the documents, claims. */
export {
  type AgentCells,
  type Cells,
  type CompressionCells,
  type FormatCells,
  GRADES as CELL_GRADES,
  type LineageCells,
  type MemoryCells,
  type NumberCells,
  type PimCells,
  type PositionCells,
  type SparsityCells,
} from './catalog/cells.ts'
export { DOCUMENTS, type DocumentId } from './catalog/documents.ts'
export { ENGINES as TECHNIQUE_ENGINES, type EngineOffer, enginesOf } from './catalog/engines.ts'
export { evidenceIdsOf } from './catalog/evidence.ts'
export {
  FAMILIES as TECHNIQUE_FAMILIES,
  FAMILY_IDS,
  type Family,
  type FamilyId,
  suggestFamilies,
} from './catalog/families.ts'
export {
  type Citation,
  citationsOf,
  findTechniqueRow,
  suggestTechniqueRows,
  TECHNIQUE_ROWS,
  type TechniqueFilter,
  techniqueById,
  techniquesOf,
} from './catalog/index.ts'
export {
  CAP_TYPES,
  type CapLetters,
  type CapType,
  LAYERS as TECHNIQUE_LAYERS,
  type Layer as TechniqueLayer,
  type Observation,
  type Place,
  type TechniqueRow,
} from './catalog/row.ts'
export { SLIPS, type Slip, slipsOf } from './catalog/slips.ts'
export { evaluateUses } from './claims/evaluate.ts'
export {
  CHECKS as CLAIM_CHECKS,
  CLAIMS,
  type Claim,
  claimsOf,
  type Evaluate as EvaluateTrial,
  REASONS as CLAIM_REASONS,
  type Reproduction,
  reproduceClaims,
} from './claims/index.ts'
export {
  type ClaimSheet,
  capTypesText,
  capTypeText,
  citationText,
  type ParameterSheet,
  type PrimitiveSheet,
  placesText,
  type TechniqueSheet,
  techniqueSheet,
} from './sheet.ts'
export {
  type DocumentTable,
  documentTables,
  printedText,
  TABLE_CAPTION,
  type TableCell,
  tableFlags,
} from './tables/index.ts'
