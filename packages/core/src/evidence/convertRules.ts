/**
 * The rules by which collected rows become records: why a row is dropped, loses its baseline or is graded down, and what
 * foreign units, bounds and baselines are in our terms. Tables only; `convert.ts` applies them.
 */
import type { Against, Bound } from './record.ts'

export const DROP_RULES = {
  unreadable: 'technique, quantity or unit that our vocabulary has no name for',
  anecdote: 'one trial shown as an example: no measurement',
  impossible: 'a share outside 0–100 %, a perplexity below 1, a rate, time, size or length that is not positive',
  copied:
    'the same speeds to the last digit as another format of the same table: one of the two is a copy, nobody can say which',
  duplicate: 'the same measurement of the same source twice',
} as const

export const BASELINE_RULES = {
  absent: 'the source names what it compares with and prints no number (out of memory, not applicable)',
  itself: 'the row of the baseline, compared with itself',
  undefined: 'the baseline stands for several systems or a range: no number of its own',
} as const

export const GRADE_RULES = {
  fork: 'A to B: read from a fork, not from the project itself',
  unconfirmed: 'B to C: the paper’s number was not confirmed',
} as const

export type DropRule = keyof typeof DROP_RULES
export type BaselineRule = keyof typeof BASELINE_RULES
export type GradeRule = keyof typeof GRADE_RULES

/** What a foreign unit is, and what its numbers are multiplied with. */
export const UNITS: Readonly<Record<string, readonly [unit: string, scale: number]>> = {
  '%': ['%', 1],
  frac: ['%', 100],
  pts: ['points', 1],
  abs: ['points', 1],
  ppl: ['', 1],
  ratio: ['×', 1],
  x: ['×', 1],
  '% longer': ['%', 1],
  'tok/s': ['tok/s', 1],
  'tok/s/GPU': ['tok/s per GPU', 1],
  ms: ['s', 0.001],
  s: ['s', 1],
  'ms/token': ['s/tok', 0.001],
  'iter/s': ['1/s', 1],
  'samples/s': ['samples/s', 1],
  'images/s': ['images/s', 1],
  'req/s': ['requests/s', 1],
  'queries/s': ['requests/s', 1],
  'req/100': ['%', 1],
  'TFLOPs/s': ['Tflop/s', 1],
  'PFLOPs/s': ['Pflop/s', 1],
  TOPS: ['Top/s', 1],
  GB: ['GB', 1],
  GiB: ['GiB', 1],
  MiB: ['MiB', 1],
  tokens: ['tokens', 1],
  nats: ['nat', 1],
  bpw: ['bit', 1],
  bpc: ['bit', 1],
}

export const BOUNDS: Readonly<Record<string, Bound>> = {
  '=': '=',
  '>': '>',
  '>=': '>',
  '<': '<',
  low: '>',
  high: '<',
  'close to': '~',
  '2-8x': '<',
  '1.4x slowdown': '=',
  '1.8x slowdown': '=',
}

/** First match decides. Everything else is the same system without the technique. */
export const AGAINST: readonly (readonly [RegExp, Against])[] = [
  [/^same model @4k$|^base score|N_KV=0|^2K context$|^1 segment/i, 'length'],
  [/^gold doc at index 0$/, 'position'],
  [/^QPS=/, 'load'],
  [/^TP=\d|^1 replica$|single-GPU rate/, 'width'],
  [/^claimed context length$/, 'claim'],
  [/^trial 0$/, 'step'],
  [
    /^TRT-LLM FP16|^vLLM(?! v)|^HF|HuggingFace|^FlexGen$|^llama\.cpp|^Megatron|^Memorizing|^previous best|^FasterTransformer|^LLMLingua$|^Ring Attention$|^FlashAttention(?! dense)|^DeepSpeed|^Longformer|^NVIDIA |^GPU-only$|^NPU-only$|^naive NPU|^baseline systems$|^6\.7B dense$|^vanilla Transformer|^sliding window|^simple prompt|dense (?:350M|1\.3B)/i,
    'rival',
  ],
]
