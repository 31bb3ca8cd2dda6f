/**
 * Where a catalogue number was read. Every number of the catalogue is a `Sourced` value: the figure,
 * the page it was read on, and a note where the page needs one (which variant, which convention).
 * A number nobody could source is absent: code that needs it must say so, never guess.
 */
export interface Source {
  /** What the document is, as a reader would look it up. */
  readonly title: string
  /** Address, or repository@commit and path. */
  readonly url: string
  /** Day the figure was read, ISO 8601. */
  readonly read: string
}

export interface Sourced {
  readonly value: number
  /** Key of the table of sources beside the catalogue. */
  readonly source: string
  readonly note?: string
}
