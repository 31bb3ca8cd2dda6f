/** A work as a document cites it. */
export interface Reference {
  readonly authors: string
  /** Absent where the document prints none. */
  readonly year?: number
  readonly arxiv?: string
}

export type ReferenceTable = { readonly [number: number]: Reference }
