/**
 * FlashAttention as the published figure 16 counted it, so that the printed curve can stand beside the right one. The
 * published bars are those of LLM-Viewer's commits 7c82f0a and ed3b90d; the accounting below was worked out from their
 * numbers and reproduces all twenty of them. Its slips:
 *
 * - the fused kernel reads K or V, not both: this alone is the whole gain shown for decode;
 * - it writes the output twice, and with a row of n numbers per query instead of a head's width;
 * - K (or V) is read again for every tile of at most head-width queries, whatever the caches hold;
 * - nothing is masked, and the head's weights count one byte each.
 *
 * OPs = 2·(2·n·k·H·d) + 5·H·n·k per sequence and layer; bytes = Q + ⌈n/r⌉·k·H·d·e + 2·H·n·k·a, r = min(⌈onChip/(e·d)⌉, d).
 */
import type { Analysis, AnalyzedOperator, Phase } from '../../scenario/analyze.ts'

interface PublishedTotals {
  readonly bytes: number
  readonly timeS: number
}

interface PublishedFlash {
  readonly eager: PublishedTotals
  readonly flash: PublishedTotals
}

interface Geometry {
  readonly batch: number
  readonly queries: number
  readonly keys: number
  readonly heads: number
  readonly headDim: number
  readonly onChipBytes: number
}

/** 16-bit activations and cache. */
const ELEMENT = 2

function fusedBytes({ batch, queries, keys, heads, headDim, onChipBytes }: Geometry): number {
  const tile = Math.min(Math.ceil(onChipBytes / (ELEMENT * headDim)), headDim)
  const query = queries * heads * headDim * ELEMENT
  const oneOfKeysOrValues = Math.ceil(queries / tile) * keys * heads * headDim * ELEMENT
  const outputTwice = 2 * heads * queries * keys * ELEMENT
  return batch * (query + oneOfKeysOrValues + outputTwice)
}

const ATTENTION = ['qk_matmul', 'softmax', 'sv_matmul']

function totals(phase: Phase, analysis: Analysis, geometry: Geometry, fused: boolean): PublishedTotals {
  const { bandwidthBytePerS, matrix } = analysis.roofs
  const peak = matrix.fp16 ?? 0
  const timeOf = (flop: number, moved: number) => Math.max(flop / peak, moved / bandwidthBytePerS)
  let bytes = 0
  let timeS = 0
  const add = (flop: number, moved: number, repeat: number) => {
    bytes += repeat * moved
    timeS += repeat * timeOf(flop, moved)
  }
  for (const { operators, repeat } of phase.groups) {
    const attention = operators.filter(({ operator }) => ATTENTION.includes(operator.name))
    for (const { operator, cost } of operators) {
      if (fused && attention.some((entry) => entry.operator === operator)) continue
      // One byte per weight of the head.
      const halfHead = operator.name === 'lm_head' ? operator.weightBytes / 2 : 0
      add(cost.flop, cost.bytes - halfHead, repeat)
    }
    if (fused && attention.length > 0) add(sumFlop(attention), fusedBytes(geometry), repeat)
  }
  return { bytes, timeS }
}

const sumFlop = (entries: readonly AnalyzedOperator[]) => entries.reduce((sum, { cost }) => sum + cost.flop, 0)

/** Both kernels of a phase as published; undefined for a model without plain attention in every layer. */
export function publishedFlash(
  analysis: Analysis,
  phaseName: 'prefill' | 'decode',
  onChipBytes: number,
): PublishedFlash | undefined {
  const phase = analysis[phaseName]
  const { model, workload } = analysis.scenario
  const mixers = model.stack.kinds.map((kind) => kind.mixer)
  const [mixer] = mixers
  if (!phase || mixers.length !== 1 || mixer?.kind !== 'attention' || mixer.pattern.kind !== 'causal') return undefined
  const { batchSize: batch, promptTokens } = workload
  const geometry: Geometry = {
    batch,
    queries: phaseName === 'prefill' ? promptTokens : 1,
    keys: promptTokens,
    heads: mixer.numQHeads,
    headDim: mixer.headDim,
    onChipBytes,
  }
  return {
    eager: totals(phase, analysis, geometry, false),
    flash: totals(phase, analysis, geometry, true),
  }
}
