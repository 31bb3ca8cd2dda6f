/** What `constants.ts` holds: the engines' own time, fitted to served requests, and how far off whole predictions are. */

export interface EngineConstants {
  /** Host time of a step, and of every sequence in it, that the accelerator waits for, s. */
  readonly exposedS: number
  readonly exposedSequenceS: number
  /** Seconds a request spends outside steps before its first token: server, tokeniser, scheduler. */
  readonly arrivalS: number
  /** Of the prompts of the other requests in flight, the share a request waits for (`serving/composition.ts`). */
  readonly queueShare: number
}

/** Sequences per attention rank: up to 4, up to 32, more. */
export const REGIMES = ['few', 'some', 'many'] as const
export type Regime = (typeof REGIMES)[number]

export const regimeOfSequences = (each: number): Regime => (each <= 4 ? 'few' : each <= 32 ? 'some' : 'many')

/** Measured over predicted, 10th and 90th percentile. */
export type Spread = readonly [number, number]

export interface EngineRow extends EngineConstants {
  /** Measurements it was fitted to. */
  readonly points: number
  /** Median absolute error of TPOT on them, per cent. */
  readonly fittedPct: number
  /** Of TPOT, models left out of the fit, by regime. */
  readonly spread: { readonly [R in Regime]: Spread }
  /**
   * Seconds that nine in ten first tokens come after their prompt's own steps at the latest, with few sequences, models
   * left out: server, tokeniser, scheduler and what the steps' prices miss.
   */
  readonly firstLateS: number
}

export interface LeftOut {
  /** Key of the row. */
  readonly row: string
  readonly what: 'model' | 'device'
  readonly name: string
  readonly points: number
  /** Median absolute error of TPOT in per cent: fitted with it, and without. */
  readonly withPct: number
  readonly withoutPct: number
}

export interface EngineTable {
  readonly source: string
  /** By engine; `synchronous`: engines of a time when their hosts held up every step. */
  readonly rows: { readonly [key: string]: EngineRow }
  readonly leftOut: readonly LeftOut[]
}
