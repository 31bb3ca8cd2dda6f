/** The sizes of a side module (SIDE), as its forms read them. */
export interface Module {
  readonly form: string
  readonly copies: number
  readonly rank: number
  readonly rows: number
  readonly parameters: number
  readonly flopPerToken: number
  readonly layerShare: number
  readonly hidden: number
  readonly ffn: number
  readonly vocab: number
  /** Query heads of a layer, for biases on scores. */
  readonly heads: number
}
