/**
 * Measurements that break a physical rule: no deployment with one token per pass and cold caches can have produced them.
 * They stay in the errors, and are counted beside them.
 *
 *   faster-than-a-pass       TPOT below what one decode step takes at full peaks and bandwidth: several tokens come per
 *                            pass (speculative decoding), or less is read than the row says
 *   more-prompts-than-peak   the prompts that must have been read (Little's law over TTFT and TPOT) take longer at full
 *                            peaks than there was time: part of them came from a prefix cache
 */
import { batchesOf, type ServingPoint } from './point.ts'
import type { ServingPricers } from './predict.ts'

export type ServingRule = 'faster-than-a-pass' | 'more-prompts-than-peak'

/** Room for rounding and for sizes the table does not give to the token. */
const TOLERANCE = 0.9

export function brokenRules(point: ServingPoint, { decode }: ServingPricers): ServingRule[] {
  const { measured, load, layout, promptTokens, outputTokens } = point
  const { tpotS, ttftS } = measured
  if (tpotS === undefined || load.kind !== 'concurrency' || point.mode === 'disaggregated') return []
  const out: ServingRule[] = []
  const each = Math.max(1, load.requests / layout.dp / batchesOf(layout))
  // One sequence alone: what is running at once may be less than the requests in flight.
  if (tpotS < TOLERANCE * decode.floorS([{ sequences: 1, newTokens: 1, contextTokens: promptTokens }])) {
    out.push('faster-than-a-pass')
  }
  if (ttftS !== undefined) {
    const lifeS = ttftS + (outputTokens - 1) * tpotS
    const promptS = decode.floorS([{ sequences: 1, newTokens: promptTokens, contextTokens: 0 }])
    if (each * promptS * TOLERANCE > lifeS) out.push('more-prompts-than-peak')
  }
  return out
}
