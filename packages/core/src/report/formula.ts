/** A formula of a sheet or an explanation: in symbols, and with the numbers put in. */
export interface Formula {
  /** What it gives: `work`, `time`. */
  readonly of: string
  /** In symbols. */
  readonly symbols: string
  /** With the numbers put in, and the result. */
  readonly numbers: string
}
