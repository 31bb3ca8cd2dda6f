/**
 * Which layout to take: every legal one for a count is priced and planned, and the best of those that fit comes first.
 * Best: most output tokens per second of the whole request, which for a given batch is the shortest request too.
 */
import { type Layout, layoutsFor, ONE_ACCELERATOR, rankCount } from '../layout/layout.ts'
import type { Result } from '../units/result.ts'
import { type Analysis, analyzeBench } from './analyze.ts'
import { type Bench, prepare } from './bench.ts'
import { type RequestRanges, requestRanges } from './ranges.ts'
import { type Basis, layoutOf, type Scenario } from './scenario.ts'

export interface LayoutChoice {
  readonly layout: Layout
  readonly fits: boolean
  /** Of the fullest accelerator. */
  readonly totalBytes: number
  readonly ttftS: number
  readonly tpotS?: number
  readonly e2eS: number
  readonly outputTokensPerS: number
  readonly priceUsdPerMillionOutputTokens?: number
  /** Of these numbers, where kernels are priced. */
  readonly ranges?: RequestRanges
}

/** What is told of a layout that was priced. */
export function choiceOfAnalysis(
  analysis: Pick<Analysis, 'request' | 'scenario' | 'memory'>,
  layout: Layout,
): LayoutChoice {
  const { memory, request } = analysis
  const { ttftS, tpotS, e2eS, outputTokensPerS, priceUsdPerMillionOutputTokens: price } = request
  const ranges = requestRanges(analysis)
  return {
    layout,
    fits: memory.fits !== false,
    totalBytes: memory.totalBytes,
    ttftS,
    ...(tpotS === undefined ? {} : { tpotS }),
    e2eS,
    outputTokensPerS,
    ...(price === undefined ? {} : { priceUsdPerMillionOutputTokens: price }),
    ...(ranges ? { ranges } : {}),
  }
}

/** Makes a scenario ready; a caller that ranks again and again gives one that remembers. */
export type Prepare = (scenario: Scenario) => Result<Bench>

function choiceOf(scenario: Scenario, layout: Layout, ready: Prepare): LayoutChoice | undefined {
  const bench = ready({ ...scenario, layout })
  if (!bench.ok) return undefined
  return choiceOfAnalysis(analyzeBench(bench.value), layout)
}

/** Legal layouts of `count` accelerators, best first; empty when none is legal or none can be priced. */
export function rankLayouts(scenario: Scenario, count: number, ready: Prepare = prepare): LayoutChoice[] {
  const { sequenceParallel, overlap } = layoutOf(scenario)
  return layoutsFor(scenario.model, count, scenario.workload.batchSize)
    .map((layout) => choiceOf(scenario, { ...layout, sequenceParallel, overlap }, ready))
    .filter((choice) => choice !== undefined)
    .sort((a, b) => Number(b.fits) - Number(a.fits) || b.outputTokensPerS - a.outputTokensPerS)
}

export interface Gain {
  readonly count: number
  /** Output tokens per second over those of one accelerator, or of the fewest that fit. */
  readonly speedup: number
  readonly against: number
  /** Shortest time per output token over that of fewer, where the model answers token by token. */
  readonly tpotRatio?: number
  readonly basis: Basis
}

/**
 * What the accelerators bring over half as many (over one, for two): the number people ask for before they buy a second
 * card. Undefined for one, and where fewer do not hold the model.
 */
export function gainOf(scenario: Scenario, layout: Layout, ready: Prepare = prepare): Gain | undefined {
  // The roofline knows no latency, and would call every small model worth a second card.
  if ((scenario.basis ?? 'roofline') === 'roofline') {
    const priced = gainUnder({ ...scenario, basis: 'calibrated' }, layout, ready)
    if (priced) return priced
  }
  return gainUnder(scenario, layout, ready)
}

function gainUnder(scenario: Scenario, layout: Layout, ready: Prepare): Gain | undefined {
  const count = rankCount(layout)
  if (count < 2) return undefined
  const own = choiceOf(scenario, layout, ready)
  const against = count % 2 === 0 ? count / 2 : 1
  const fewer = against === 1 ? choiceOf(scenario, ONE_ACCELERATOR, ready) : rankLayouts(scenario, against, ready)[0]
  if (!own || !fewer?.fits) return undefined
  return {
    count,
    against,
    speedup: own.outputTokensPerS / fewer.outputTokensPerS,
    basis: scenario.basis ?? 'roofline',
    ...(own.tpotS !== undefined && fewer.tpotS !== undefined ? { tpotRatio: own.tpotS / fewer.tpotS } : {}),
  }
}
