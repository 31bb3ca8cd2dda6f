/**
 * What the page may ask about techniques and the documents' figures, and what comes back: plain data, numbers already in
 * words. These kinds run in a worker of their own, which is started when one of them is first asked, so that the answers
 * never wait for a ranking.
 */
import type {
  CapLetters,
  Left,
  Movement,
  Problem,
  QuestionLink,
  RankChange,
  RankGoal,
  TechniqueSheet,
} from '@capline/core'
import type { Pin } from '../../app/pins.ts'
import type { Compared } from '../compared.ts'

/** A question with techniques turned on, as the command line's `--with` writes them; empty: none. */
export interface WithLink {
  readonly link: QuestionLink
  readonly with: string
  /** Thresholds, `keepAccuracy=0.99,maxTpot=20ms`; empty: none. */
  readonly levels: string
}

export interface TechniqueItem {
  readonly id: string
  readonly name: string
  readonly family: string
  readonly familyTitle: string
  readonly type: string
  /** It changes nothing: it says what to measure. */
  readonly observes: boolean
}

export interface TechniqueList {
  readonly techniques: readonly TechniqueItem[]
  /** Number formats in short. */
  readonly shorts: readonly { readonly id: string; readonly name: string }[]
}

export interface ChosenParameter {
  /** How `:name=value` writes it; absent where two uses of one primitive cannot be told apart. */
  readonly key?: string
  readonly primitive: string
  readonly name: string
  readonly kind: 'number' | 'count' | 'choice' | 'text' | 'switch'
  readonly value: string
  readonly choices: readonly string[]
  readonly unit: string
  readonly help: string
  /** Only general knowledge: no document states it. */
  readonly assumed: boolean
  /** The technique's row sets it; else it stands at its default. */
  readonly own: boolean
}

export interface ChosenMember {
  readonly text: string
  readonly id: string
  readonly name: string
  readonly isShort: boolean
  readonly parameters: readonly ChosenParameter[]
  readonly problem?: Problem
}

export interface PairNote {
  readonly a: number
  readonly b: number
  readonly kind: 'conflicting' | 'order-dependent'
  readonly reasons: readonly string[]
  readonly remedy?: string
}

export interface ChosenAnswer {
  readonly members: readonly ChosenMember[]
  readonly pairs: readonly PairNote[]
}

export interface Changed {
  readonly text: string
  /** Absent: the same, or not to be called either. */
  readonly better?: boolean
}

export interface EffectRow {
  readonly label: string
  readonly baseline: string
  readonly value: string
  /** Both ends, where kernels are priced and the number is made of time. */
  readonly baselineRange?: string
  readonly valueRange?: string
  readonly change: Changed
  /** Each technique by itself, in the order of the choice. */
  readonly alone: readonly Changed[]
}

export type Goal = 'C' | 'A' | 'P'

/** One set of techniques on the triangle: factors are improvements over the baseline. */
export interface CapMark {
  readonly label: string
  readonly contextFactor: number
  readonly performanceFactor: number
  /** Retained task quality by measurement; absent: no evidence with numbers. */
  readonly retained?: { readonly low: number; readonly high: number }
  readonly accuracyKept: boolean
  readonly texts: Readonly<Record<Goal, string>>
  readonly movements: Readonly<Record<Goal, Movement>>
}

export interface AccuracyLine {
  readonly technique: string
  readonly benchmark: string
  readonly metric: string
  readonly retained: string
  readonly movement: Movement
  readonly records: number
  readonly grades: string
  readonly models: string
  readonly distance: string
  readonly source: { readonly name: string; readonly url: string; readonly place: string }
}

/** What changed in the network's graph. */
export interface GraphLines {
  readonly operators: readonly OperatorLine[]
  /** Operators that stay as they are. */
  readonly same: number
  readonly passes: string
}

/** What others measured of the speed of a technique, in their settings: no part of a prediction. */
export interface SpeedLine {
  readonly member: string
  readonly range: string
  readonly sources: string
  readonly settings: string
  readonly links: readonly { readonly name: string; readonly url: string; readonly place: string }[]
}

/** What an average of accuracy hides. */
export interface CautionLine {
  readonly title: string
  readonly words: string
  readonly advice: string
  readonly source: string
  readonly measured: string
  /** Techniques of the catalogue that measure it, or help. */
  readonly see: readonly { readonly id: string; readonly help: string }[]
}

export interface Effect {
  readonly rows: readonly EffectRow[]
  readonly alone: readonly string[]
  readonly marks: readonly CapMark[]
  readonly accuracy: {
    readonly words: string
    readonly lines: readonly AccuracyLine[]
    /** Members that have no word for the whole: each with its own. */
    readonly members: readonly { readonly member: string; readonly words: string }[]
    readonly cautions: readonly CautionLine[]
  }
  readonly speeds: readonly SpeedLine[]
  readonly contextParts: readonly { readonly text: string; readonly limiting: boolean }[]
  readonly why: readonly string[]
  readonly needs: readonly string[]
  readonly remarks: readonly string[]
  readonly gains: string
  readonly graph: GraphLines
}

export interface LevelLine {
  readonly text: string
  readonly holds: 'holds' | 'fails' | 'undecided'
}

export interface EffectAnswer extends Effect {
  readonly title: string
  /** Of the thresholds that are set. */
  readonly levels: readonly LevelLine[]
}

export interface RankRow {
  readonly id: string
  readonly name: string
  readonly family: string
  readonly familyTitle: string
  readonly types: readonly CapLetters[]
  readonly type: string
  readonly change: RankChange
  readonly engines: readonly string[]
  readonly value: string
  /** Both ends of it, where kernels are priced and it is made of time. */
  readonly range?: string
  readonly factor: number
  readonly factorText: string
  readonly fits: boolean
  readonly movements: Readonly<Record<Goal, Movement>>
  readonly texts: Readonly<Record<Goal, string>>
  readonly why: readonly string[]
  readonly needs: readonly string[]
  readonly evidence: string
  readonly records: number
  /** Others that come to the same plan. */
  readonly same: readonly { readonly id: string; readonly name: string }[]
}

export interface RankAnswer {
  readonly goal: RankGoal
  readonly goalLabel: string
  readonly baseline: string
  readonly baselineRange?: string
  readonly rows: readonly RankRow[]
  readonly left: readonly { readonly why: Left['why']; readonly ids: readonly string[]; readonly words: string }[]
  readonly families: readonly { readonly id: string; readonly name: string }[]
  readonly engines: readonly string[]
}

export interface ClaimLine {
  readonly text: string
  readonly stated: string
  readonly computed: string
  readonly verdict: 'as stated' | 'not as stated' | 'not computed' | 'an input'
  readonly how: string
}

export interface OperatorLine {
  readonly phase: string
  readonly name: string
  readonly state: 'changed' | 'new' | 'gone'
  readonly work: string
  readonly bytes: string
  readonly time: string
  readonly factor: Changed
}

export interface TechniqueAnswer {
  readonly sheet: TechniqueSheet
  readonly typeText: string
  readonly placesText: string
  readonly citations: readonly { readonly text: string; readonly url?: string }[]
  readonly cells: readonly string[]
  readonly claims: readonly ClaimLine[]
  /** Of the technique by itself, in this scenario; a problem says why it cannot run here. */
  readonly effect?: Effect
  readonly problem?: Problem
  /** How what it moves here stands to its printed type. */
  readonly audit: readonly string[]
}

export interface EvidenceLine {
  readonly benchmark: string
  readonly quantity: string
  readonly axis: string
  readonly change: string
  readonly values: string
  readonly setting: string
  readonly models: string
  readonly records: number
  readonly grade: string
  readonly distance: string
  readonly source: { readonly name: string; readonly url: string; readonly place: string }
}

export interface EvidenceTable {
  readonly technique: string
  readonly words: string
  readonly lines: readonly EvidenceLine[]
  readonly beyond: number
  readonly crossovers: readonly string[]
}

export interface GalleryItem {
  readonly id: string
  readonly kind: 'figure' | 'table'
  readonly document: string
  readonly number: string
  readonly title: string
  readonly flags: number
  /** It takes the question's model and accelerator. */
  readonly takesQuestion: boolean
}

export interface GalleryCell {
  readonly text: string
  /** What the document prints instead, and why ours differs. */
  readonly slip?: string
  readonly techniques: readonly string[]
}

export interface GalleryPage {
  readonly id: string
  readonly kind: 'figure' | 'table'
  readonly title: string
  readonly number: string
  readonly document: { readonly title: string; readonly url: string; readonly section: string }
  readonly caption: string
  readonly flags: readonly string[]
  readonly findings: readonly string[]
  readonly settings: readonly string[]
  readonly svg?: {
    /** For the page: without its style, which is applied apart (the policy refuses inline styles). */
    readonly inner: string
    readonly style: string
    readonly file: string
  }
  readonly columns: readonly string[]
  readonly cells: readonly (readonly GalleryCell[])[]
  /** Rows of a long table that are not shown; the CSV has all. */
  readonly more: number
  readonly csv: string
}

export interface TechniqueRequests {
  techniques: { ask: null; answer: TechniqueList }
  chosen: { ask: string; answer: ChosenAnswer }
  effect: { ask: WithLink; answer: EffectAnswer }
  compareTechniques: { ask: readonly Pin[]; answer: Compared }
  rank: { ask: WithLink & { readonly goal: string }; answer: RankAnswer }
  technique: { ask: { readonly link: QuestionLink; readonly id: string }; answer: TechniqueAnswer }
  techniqueEvidence: {
    ask: { readonly model: string; readonly id: string }
    answer: readonly EvidenceTable[]
  }
  gallery: { ask: null; answer: readonly GalleryItem[] }
  galleryPage: {
    ask: { readonly id: string; readonly model?: string; readonly accelerator?: string }
    answer: GalleryPage
  }
}

export type TechniqueKind = keyof TechniqueRequests

export const TECHNIQUE_KINDS = [
  'techniques',
  'chosen',
  'effect',
  'compareTechniques',
  'rank',
  'technique',
  'techniqueEvidence',
  'gallery',
  'galleryPage',
] as const satisfies readonly TechniqueKind[]

/** Said while a long answer is made: the share that is done. */
export type Tell = (done: number) => void
