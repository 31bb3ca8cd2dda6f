/** An answer with techniques in the terms of the comparison of plain scenarios; what techniques leave unknown is absent. */
import type { CapAnswer, ToldAnswers } from '@capline/core'
import { answerRanges } from './ranges.ts'

export function toldOf(answer: CapAnswer): ToldAnswers {
  const { outcome, performance } = answer
  const { memory } = outcome
  const { values } = performance
  const { cost: price, ...ranges } = answerRanges(answer) ?? {}
  const all = {
    maxContext: memory.maxContextTokens,
    maxUsers: memory.maxUsers,
    ttft: values.ttftS,
    tpot: values.tpotS || undefined,
    e2e: values.e2eS,
    throughput: values.outputTokensPerS,
    price: values.priceUsdPerMillionOutputTokens,
    energy: values.energyJPerToken,
    weights: memory.weightBytes,
    kv: memory.kvBytes,
    memory: memory.totalBytes,
  }
  return {
    ...(memory.fits === undefined ? {} : { fits: memory.fits }),
    values: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    ranges: { ...ranges, ...(price ? { price } : {}) },
  }
}
