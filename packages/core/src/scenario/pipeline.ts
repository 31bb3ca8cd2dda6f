/**
 * What a pipeline makes of the time of one micro-batch through all stages. The first micro-batch takes every stage; the
 * others follow at the pace of the slowest, and no token comes faster than that stage lets all micro-batches through.
 */
import type { StepGroup } from '../architecture/extent.ts'
import { microBatch, rankSequences } from '../layout/layout.ts'
import type { Bench } from './bench.ts'
import { layoutOf } from './scenario.ts'

/** Micro-batches of so many sequences of the whole deployment; 1 without a pipeline. */
export function microBatches(bench: Bench, batch: number): number {
  const layout = layoutOf(bench.scenario)
  const own = rankSequences(layout, batch)
  return Math.ceil(own / microBatch(layout, own))
}

function slowestS({ stages }: Bench, groups: readonly StepGroup[]): number {
  return stages ? Math.max(...stages.map((stage) => stage.timeS(groups))) : 0
}

/** `wholeS`: kernels of one micro-batch, `groups` its step. */
export function pipelinePrefillS(bench: Bench, wholeS: number, groups: readonly StepGroup[], batches: number): number {
  return batches > 1 ? wholeS + (batches - 1) * slowestS(bench, groups) : wholeS
}

/** `wholeS`: one decode step of one micro-batch. */
export function pipelineStepS(bench: Bench, wholeS: number, groups: readonly StepGroup[], batches: number): number {
  return batches > 1 ? Math.max(wholeS, batches * slowestS(bench, groups)) : wholeS
}

/** Σ of decode steps over contexts from `first` to `last`, both included. */
export function pipelineDecodeS(
  bench: Bench,
  sequences: number,
  first: number,
  last: number,
  source: number,
  batches: number,
): number {
  const wholeS = bench.compiled.sumDecodeS(sequences, first, last, source)
  if (!bench.stages || batches === 1) return wholeS
  const slowest = Math.max(...bench.stages.map((stage) => stage.sumDecodeS(sequences, first, last, source)))
  return Math.max(wholeS, batches * slowest)
}
