/** What a curve may show: quantities of an analysis, each with its interval where kernels were priced. */
import type { Analysis, PhaseRange } from '../scenario/analyze.ts'
import { requestRange } from './basis.ts'
import type { Quantity } from './chart.ts'

export interface CurveQuantity {
  readonly label: string
  readonly quantity: Quantity
  readonly scale: 'log' | 'linear'
  of(analysis: Analysis): number | undefined
  /** Ends of the interval around it, where kernels were priced. */
  readonly range?: (analysis: Analysis) => Interval | undefined
}

/** Ends of an interval. */
export type Interval = readonly [low: number, high: number]

const seconds = (range: PhaseRange | undefined): Interval | undefined => range && [range.low, range.high]

/** What grows with the time of a whole request, or falls with it (`isRate`). */
function scaled(value: number | undefined, analysis: Analysis, isRate = false): Interval | undefined {
  const whole = requestRange(analysis)
  if (!whole || value === undefined) return undefined
  const [low, high] = [whole.low / analysis.request.e2eS, whole.high / analysis.request.e2eS]
  return isRate ? [value / high, value / low] : [value * low, value * high]
}

export const CURVE_QUANTITIES = {
  throughput: {
    label: 'Throughput, tokens/s',
    quantity: 'tokenRate',
    scale: 'log',
    of: (a) => a.request.outputTokensPerS,
    range: (a) => scaled(a.request.outputTokensPerS, a, true),
  },
  perUser: {
    label: 'Speed of one sequence, tokens/s',
    quantity: 'tokenRate',
    scale: 'log',
    of: (a) => (a.request.tpotS === undefined ? undefined : 1 / a.request.tpotS),
    range: ({ request: { tpotRange: r } }) => r && [1 / r.high, 1 / r.low],
  },
  tpot: {
    label: 'Time per output token',
    quantity: 'seconds',
    scale: 'log',
    of: (a) => a.request.tpotS,
    range: (a) => seconds(a.request.tpotRange),
  },
  ttft: {
    label: 'Time to first token',
    quantity: 'seconds',
    scale: 'log',
    of: (a) => a.request.ttftS,
    range: (a) => seconds(a.request.ttftRange),
  },
  e2e: {
    label: 'Whole request',
    quantity: 'seconds',
    scale: 'log',
    of: (a) => a.request.e2eS,
    range: (a) => seconds(requestRange(a)),
  },
  price: {
    label: 'Dollars per million tokens',
    quantity: 'intensity',
    scale: 'log',
    of: (a) => a.request.priceUsdPerMillionOutputTokens,
    range: (a) => scaled(a.request.priceUsdPerMillionOutputTokens, a),
  },
  energy: {
    label: 'Joules per token',
    quantity: 'intensity',
    scale: 'log',
    of: (a) => a.request.energyPerOutputTokenJ,
    range: (a) => scaled(a.request.energyPerOutputTokenJ, a),
  },
  memory: { label: 'Memory needed', quantity: 'bytes', scale: 'linear', of: (a) => a.memory.totalBytes },
  kv: { label: 'KV cache and states', quantity: 'bytes', scale: 'linear', of: (a) => a.memory.kvBytes },
  weights: { label: 'Weights', quantity: 'bytes', scale: 'linear', of: (a) => a.memory.weightBytes },
  decodeIntensity: {
    label: 'Arithmetic intensity of decode, flop/B',
    quantity: 'intensity',
    scale: 'log',
    of: (a) => (a.decode ? a.decode.flop / a.decode.bytes : undefined),
  },
  prefillIntensity: {
    label: 'Arithmetic intensity of prefill, flop/B',
    quantity: 'intensity',
    scale: 'log',
    of: (a) => a.prefill.flop / a.prefill.bytes,
  },
} as const satisfies Record<string, CurveQuantity>

export type CurveQuantityId = keyof typeof CURVE_QUANTITIES

export function isQuantity(id: string): id is CurveQuantityId {
  return Object.hasOwn(CURVE_QUANTITIES, id)
}
