/** What the page may ask the worker, and what comes back: plain data both ways, every answer a `Result`. */
import type {
  Answers,
  Chart,
  Explanation,
  FieldName,
  FigureSource,
  GraphPhase,
  LayoutAxis,
  LayoutRow,
  NetworkGraph,
  NumberExplanation,
  Offer,
  OperatorSheet,
  QuestionLink,
  Result,
} from '@capline/core'
import type { FidelityRow } from '../fidelity/file.ts'
import type { Compared } from './compared.ts'
import type { TechniqueRequests } from './techniques/protocol.ts'

export interface ModelItem {
  readonly id: string
  readonly name: string
  readonly note: string
}

export interface AcceleratorItem {
  readonly id: string
  readonly name: string
  readonly note: string
}

export interface Catalogue {
  readonly models: readonly ModelItem[]
  readonly accelerators: readonly AcceleratorItem[]
}

/** A model the user brought, under the name links call it by. */
export interface Loaded {
  readonly ref: string
  readonly name: string
  readonly note: string
}

export interface Placed {
  readonly x: number
  readonly y: number
}

/** Where the nodes and edges of a group lie, in pixels of its own drawing. */
export interface GroupLayout {
  /** Of every operator. */
  readonly nodeHeight: number
  readonly width: number
  readonly height: number
  readonly nodes: Readonly<Record<string, Placed>>
  readonly edges: readonly (readonly Placed[])[]
}

export interface GraphAnswer {
  readonly graph: NetworkGraph
  /** By the index of the group. */
  readonly layouts: Readonly<Record<number, GroupLayout>>
  /** What laying out took this time; 0 when it was known. */
  readonly layoutMs: number
}

export interface TableColumn {
  readonly id: string
  readonly title: string
  readonly align: 'left' | 'right'
  /** What its words mean, where they need it. */
  readonly help?: string
}

export interface TableLine {
  readonly key: string
  readonly group: number
  readonly name: string
  readonly cells: readonly {
    readonly text: string
    readonly sort: number | string
    /** What the words of the cell mean. */
    readonly help?: string
  }[]
}

export interface TableAnswer {
  readonly columns: readonly TableColumn[]
  readonly lines: readonly TableLine[]
}

export interface SheetFigure extends FigureSource {
  /** Key of a hardware file, or a field of the question; absent where nothing can be changed. */
  readonly key?: string
  readonly edited: boolean
}

export interface AcceleratorSheet {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly figures: readonly SheetFigure[]
}

export type ExportForm = 'markdown' | 'csv' | 'json' | 'html'

export interface OfferItem {
  readonly id: string
  readonly name: string
  readonly count: Offer['count']
  readonly price: string
}

/** The layouts of a count, best first, and what the accelerators gain. */
export interface LayoutsAnswer {
  readonly count: number
  readonly rows: readonly (LayoutRow & { readonly axes: Readonly<Partial<Record<LayoutAxis, number>>> })[]
  /** Legal ones that are not shown. */
  readonly more: number
  /** The question left the choice open. */
  readonly isAutomatic: boolean
  readonly gain?: string
}

/** Cross-validated errors of the committed constants: what the fidelity page shows where it has no table of its own. */
export interface CalibrationErrors {
  readonly source: string
  readonly rows: readonly FidelityRow[]
}

/** Kind of request → what is asked and what is answered. */
export interface Requests extends TechniqueRequests {
  catalogue: { ask: null; answer: Catalogue }
  load: { ask: { readonly name: string; readonly text?: string; readonly file?: File }; answer: Loaded }
  answers: { ask: QuestionLink; answer: Answers }
  why: { ask: QuestionLink; answer: readonly Explanation[] }
  offers: { ask: QuestionLink; answer: readonly OfferItem[] }
  graph: { ask: { readonly link: QuestionLink; readonly phase: GraphPhase }; answer: GraphAnswer }
  operator: {
    ask: { readonly link: QuestionLink; readonly phase: GraphPhase; readonly group: number; readonly name: string }
    answer: OperatorSheet
  }
  roofline: { ask: { readonly link: QuestionLink; readonly other?: QuestionLink }; answer: readonly Chart[] }
  curve: {
    ask: { readonly link: QuestionLink; readonly over: FieldName; readonly quantity: string }
    answer: Chart
  }
  layouts: { ask: QuestionLink; answer: LayoutsAnswer }
  fidelity: { ask: null; answer: CalibrationErrors }
  table: { ask: { readonly link: QuestionLink; readonly phase: GraphPhase }; answer: TableAnswer }
  compare: { ask: readonly QuestionLink[]; answer: Compared }
  explain: { ask: { readonly link: QuestionLink; readonly id: string }; answer: NumberExplanation }
  sheet: { ask: QuestionLink; answer: AcceleratorSheet }
  export: { ask: { readonly link: QuestionLink; readonly form: ExportForm }; answer: string }
}

export type Kind = keyof Requests

export interface Request<K extends Kind = Kind> {
  readonly seq: number
  readonly kind: K
  readonly ask: Requests[K]['ask']
}

/** Of a long answer that is being made: the share that is done. */
export interface Progress {
  readonly seq: number
  readonly done: number
}

export interface Reply<K extends Kind = Kind> {
  readonly seq: number
  readonly result: Result<Requests[K]['answer']>
}
