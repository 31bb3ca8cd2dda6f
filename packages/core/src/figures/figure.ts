/**
 * What a figure of the documents is to Capline: where it stands, what it may be asked for, and how it is computed again
 * from our own model. Results are never stored: `compute` starts from a model, an accelerator and lengths every time.
 */
import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import type { DocumentId } from '../techniques/catalog/documents.ts'
import type { Result } from '../units/result.ts'
import type { Panel } from './panel.ts'

interface ParameterBase {
  readonly id: string
  readonly help: string
}

interface NameParameter extends ParameterBase {
  readonly kind: 'model' | 'accelerator'
  readonly default: string
}

interface ChoiceParameter extends ParameterBase {
  readonly kind: 'choice'
  readonly choices: readonly string[]
  readonly default: string
}

/** Numbers are lists: one value is a list of one. */
export interface NumberParameter extends ParameterBase {
  readonly kind: 'tokens' | 'batch' | 'byteRate' | 'flopRate' | 'number' | 'seconds'
  readonly default: readonly number[]
  /** Least and most of every value. */
  readonly range: readonly [number, number]
  /** Longest list; default 2,000. */
  readonly most?: number
}

/** What a figure may be asked with. */
export type Parameter = NameParameter | ChoiceParameter | NumberParameter

/** Parameters with their values, ready to compute with. */
export interface Settings {
  readonly models: Readonly<Record<string, ModelSpec>>
  readonly accelerators: Readonly<Record<string, Accelerator>>
  readonly numbers: Readonly<Record<string, readonly number[]>>
  readonly choices: Readonly<Record<string, string>>
}

export type Cell = string | number | boolean | null
export type DataRow = Readonly<Record<string, Cell>>

/** A figure computed: its data as rows in base units, and what to draw. */
export interface FigureData {
  /** What it was computed for: model, accelerator, lengths, accounting. */
  readonly settings: readonly string[]
  /** One flat record per point, all with the same keys. */
  readonly rows: readonly DataRow[]
  readonly panels: readonly Panel[]
  /** Panels beside one another. */
  readonly columns?: number
  /** What the numbers say, with the numbers. */
  readonly findings: readonly string[]
}

export interface Figure {
  readonly id: string
  readonly document: DocumentId
  /** As the document numbers it. */
  readonly number: string
  readonly title: string
  /** Section of the document. */
  readonly section: string
  /** In our words. */
  readonly caption: string
  readonly parameters: readonly Parameter[]
  /** Slips and gaps of the printed figure or the text beside it, and what ours does instead. */
  readonly flags: readonly string[]
  compute(settings: Settings): Result<FigureData>
}
