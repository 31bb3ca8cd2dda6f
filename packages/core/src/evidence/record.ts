/**
 * What a published measurement is: one number, of one technique in one setting on one model, with the number it was
 * published beside (its baseline), the place it was read and how far that place can be trusted. Nothing here is computed
 * by us; a record never gains a baseline its source does not print.
 */

/** Which corner of the trilemma the quantity belongs to: context, accuracy, performance. */
export type Axis = 'C' | 'A' | 'P'

/**
 * A: a project's own file at a commit, exact value. B: a project's own claim ("up to"), a paper's text, or a first-party
 * table its authors hide or that was read from a fork. C: a copy by others, or a single secondary quotation.
 */
export type Grade = 'A' | 'B' | 'C'

/** How the printed number bounds the true one: equal, at least, at most, rounded to its magnitude. */
export type Bound = '=' | '>' | '<' | '~'

/**
 * What a baseline is, for a number says something of the technique only against its own absence:
 * `without` the same system with the technique off; `rival` another system; `length` the same at a shorter context;
 * `load` at a lower load; `width` on fewer devices; `position` with the answer elsewhere in the prompt; `claim` what the
 * publisher claims; `step` an earlier round.
 */
export type Against = 'without' | 'rival' | 'length' | 'load' | 'width' | 'position' | 'claim' | 'step'

export interface EvidenceSource {
  /** Key within the data file. */
  readonly key: string
  /** `owner/name` of a repository, or the document's name (arXiv:2310.05736). */
  readonly name: string
  /** 40 hex digits; absent for papers. */
  readonly commit?: string
  readonly path?: string
  readonly url: string
}

export interface Baseline {
  readonly value: number
  readonly bound: Bound
  /** What it is, in the source's terms. */
  readonly name: string
  readonly against: Against
}

export type Setting = Readonly<Record<string, string>>

export interface EvidenceRecord {
  readonly id: string
  readonly technique: string
  readonly setting: Setting
  /** The model's name as we write names; absent where the source names none or several. */
  readonly model?: string
  readonly contextTokens?: number
  readonly benchmark: string
  readonly metric: string
  readonly unit: string
  readonly value: number
  readonly bound: Bound
  readonly baseline?: Baseline
  readonly hardware?: string
  readonly grade: Grade
  readonly source: EvidenceSource
  /** Table, line or column within the source. */
  readonly place: string
}

export interface EvidenceSet {
  readonly sources: readonly EvidenceSource[]
  readonly records: readonly EvidenceRecord[]
}

/** What is asked; everything but the technique narrows. */
export interface EvidenceQuestion {
  readonly technique: string
  readonly setting?: Setting
  readonly model?: string
  readonly benchmark?: string
  readonly contextTokens?: number
}
