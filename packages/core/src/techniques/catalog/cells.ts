/**
 * Cells of the documents' tables, by table. `printed` is the name under which the table lists the work; without it the
 * table does not list it and the cells are ours, inferred from its mechanism.
 */
interface Listed {
  readonly printed?: string
}

/** Table 2 of the survey: how a model's memory is managed. */
export interface MemoryCells extends Listed {
  readonly of: 'memory'
  readonly aggregation: 'dot-attention' | 'learned gate' | 'soft prompt'
  readonly organization: 'FIFO' | 'random'
  readonly retrieval: 'all' | 'kNN' | 'linear'
  readonly update: boolean
  /** What leaves is discarded; or it leaves by forgetting or in place; or nothing leaves. */
  readonly eviction: 'discard' | 'yes' | 'none'
}

/** Table 3 of the survey: how positions enter. */
export interface PositionCells extends Listed {
  readonly of: 'position'
  readonly location: 'before' | 'after'
  readonly training: boolean
  readonly adaptive: boolean
  readonly integration: 'add' | 'multiply'
}

/** Tables 4 and 5 of the survey: which links of attention stay. */
export interface SparsityCells extends Listed {
  readonly of: 'sparsity'
  readonly strategy: 'static' | 'dynamic' | 'both'
  /** Absent where the survey gives none. */
  readonly pattern?: string
  readonly compensates: boolean
  readonly training: boolean
  readonly architecture: 'encoder-decoder' | 'decoder-only'
}

/** Table 6 of the survey. */
export interface CompressionCells extends Listed {
  readonly of: 'compression'
  readonly box: 'black' | 'white'
}

/** Table 7 of the survey. */
export interface AgentCells extends Listed {
  readonly of: 'agent'
  readonly online: boolean
  readonly offline: boolean
}

/** Figure 3 of the survey: which work builds on which. */
export interface LineageCells {
  readonly of: 'lineage'
  /** Grey in the figure: not made for long contexts. */
  readonly general: boolean
  readonly after: readonly string[]
}

export const GRADES = ['good', 'medium', 'poor'] as const
type CellGrade = (typeof GRADES)[number]

/** Table 3 of LLM Inference Unveiled: kinds of number formats compared. */
export interface NumberCells {
  readonly of: 'numbers'
  readonly precision: CellGrade
  readonly range: CellGrade
  readonly hardware: CellGrade
  readonly conversion: CellGrade
}

export const IMPROVEMENTS = ['low-bit-float', 'variable-length', 'outlier-aware', 'bit-sharing'] as const
export type Improvement = (typeof IMPROVEMENTS)[number]

/** Table 4 of LLM Inference Unveiled: how a format improves on its kind. */
export interface FormatCells {
  readonly of: 'format'
  readonly improvement: Improvement
}

/** Table 2 of LLM Inference Unveiled; its figures are those of the linked accelerator. */
export interface PimCells extends Listed {
  readonly of: 'pim'
  readonly technology: string
  readonly unit: string
  /** What one figure is of. */
  readonly per: string
  /** Figures the table says it with. */
  readonly perOf: 'both' | 'bandwidth'
}

export type Cells =
  | MemoryCells
  | PositionCells
  | SparsityCells
  | CompressionCells
  | AgentCells
  | LineageCells
  | NumberCells
  | FormatCells
  | PimCells

type Printed = string | undefined
const named = (printed: Printed) => (printed === undefined ? {} : { printed })

export const memory = (
  printed: Printed,
  aggregation: MemoryCells['aggregation'],
  organization: MemoryCells['organization'],
  retrieval: MemoryCells['retrieval'],
  update: boolean,
  eviction: MemoryCells['eviction'],
): MemoryCells => ({ of: 'memory', ...named(printed), aggregation, organization, retrieval, update, eviction })

type PositionWord = 'trained' | 'plug-in' | 'adaptive' | 'fixed'

export const position = (
  printed: Printed,
  location: PositionCells['location'],
  training: Extract<PositionWord, 'trained' | 'plug-in'>,
  adaptive: Extract<PositionWord, 'adaptive' | 'fixed'>,
  integration: PositionCells['integration'],
): PositionCells => ({
  of: 'position',
  ...named(printed),
  location,
  training: training === 'trained',
  adaptive: adaptive === 'adaptive',
  integration,
})

export const sparsity = (
  printed: Printed,
  strategy: SparsityCells['strategy'],
  pattern: string | undefined,
  training: 'trained' | 'plug-in',
  architecture: SparsityCells['architecture'],
  compensates = false,
): SparsityCells => ({
  of: 'sparsity',
  ...named(printed),
  strategy,
  ...(pattern === undefined ? {} : { pattern }),
  compensates,
  training: training === 'trained',
  architecture,
})

export const compression = (printed: Printed, box: 'black' | 'white'): CompressionCells => ({
  of: 'compression',
  ...named(printed),
  box,
})

export const agent = (printed: Printed, features: 'online' | 'online+offline'): AgentCells => ({
  of: 'agent',
  ...named(printed),
  online: true,
  offline: features === 'online+offline',
})

export const lineage = (kind: 'general' | 'long-context', ...after: readonly string[]): LineageCells => ({
  of: 'lineage',
  general: kind === 'general',
  after,
})

export const grades = (
  precision: CellGrade,
  range: CellGrade,
  hardware: CellGrade,
  conversion: CellGrade,
): NumberCells => ({ of: 'numbers', precision, range, hardware, conversion })

export const format = (improvement: Improvement): FormatCells => ({ of: 'format', improvement })

export const pim = (
  printed: string,
  technology: string,
  unit: string,
  per: string,
  perOf: PimCells['perOf'],
): PimCells => ({ of: 'pim', printed, technology, unit, per, perOf })
