/** The documents Capline grew from, under the two ids by which rows, claims, tables and figures cite them. */
export const DOCUMENTS = {
  viewer: {
    title: 'LLM Inference Unveiled: Survey and Roofline Model Insights',
    short: 'LLM Inference Unveiled',
    url: 'https://arxiv.org/abs/2402.16363',
  },
  /** The survey's two texts count as one: the second is a translation. */
  cap: {
    title: 'The CAP Principle for LLM Serving: A Survey of Long-Context Large Language Model Serving',
    short: 'The CAP Principle for LLM Serving',
    url: 'https://arxiv.org/abs/2405.11299',
  },
} as const

export type DocumentId = keyof typeof DOCUMENTS
