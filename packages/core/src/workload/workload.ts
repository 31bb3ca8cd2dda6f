/**
 * What is asked of the model: sequences in flight, tokens in and out, a prefix they share, pictures or clips, and how many
 * tokens an engine prefills at once. Tokens and counts.
 */
export interface Workload {
  readonly batchSize: number
  /** Tokens of one prompt, the shared prefix included; image and audio tokens come on top. */
  readonly promptTokens: number
  readonly outputTokens: number
  /** Leading tokens that all prompts of the batch have in common: computed and cached once. */
  readonly sharedPrefixTokens: number
  /** Pictures (or audio clips) per request, for models with a tower. */
  readonly itemsPerRequest: number
  /** Most prompt tokens one prefill step takes when memory is planned (vLLM --max-num-batched-tokens). */
  readonly batchTokens: number
}

export const DEFAULT_WORKLOAD: Workload = {
  batchSize: 1,
  promptTokens: 2048,
  outputTokens: 128,
  sharedPrefixTokens: 0,
  itemsPerRequest: 0,
  batchTokens: 8192,
}
