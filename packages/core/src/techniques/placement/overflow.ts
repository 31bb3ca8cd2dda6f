/**
 * Accelerator first, the rest to the host, then to the disk (Hugging Face Accelerate's device map; "LLM Inference Unveiled", arXiv
 * 2402.16363, section 5.2): the share that lies elsewhere is what does not fit.
 *
 *   share = (need − capacity) / (bytes · (1 − staging)); staging: two layers' room for weights that stream through
 */

import { ok, type Result } from '../../units/result.ts'
import { evaluatePlan } from '../evaluate.ts'
import type { Placed, Plan } from '../plan.ts'
import { remarked } from '../primitives/readings.ts'
import { tiersFor } from '../tiers.ts'

export function overflowed(plan: Plan, wish: Placed): Result<Plan> {
  const outcome = evaluatePlan(plan)
  if (!outcome.ok) return outcome
  const { memory } = outcome.value
  const bytes = { weights: memory.weightBytes, kv: memory.kvBytes, activations: memory.activationBytes }[wish.what]
  const over = memory.totalBytes - (memory.capacityBytes ?? Number.POSITIVE_INFINITY)
  if (over <= 0 || bytes === 0) {
    return ok(remarked(plan, 'PLACE', 'everything fits the accelerator: nothing is moved'))
  }
  const layers = plan.scenario.model.stack.order.length
  const staging = wish.what === 'weights' && wish.compute === 'accelerator' ? Math.min(1, 2 / layers) : 0
  const needed = staging < 1 ? over / (bytes * (1 - staging)) : 1
  // A byte more than needed, so that rounding does not leave one too many.
  const share = Math.min(wish.share, needed * (1 + 1e-9))
  const { hostBytes } = tiersFor(plan.scenario.accelerator, [...plan.placed, wish])
  const near = wish.tier === 'host' ? Math.min(share, hostBytes / bytes) : share
  const placed: Placed[] = [{ ...wish, share: near }]
  if (share > near) placed.push({ ...wish, share: share - near, tier: 'disk' })
  const percent = (part: number) => `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`
  const parts = placed.map((one) => `${percent(one.share)} of the ${one.what} on ${one.tier}`)
  const text = `the accelerator first: ${parts.join(', ')}`
  return ok(remarked({ ...plan, placed: [...plan.placed, ...placed] }, 'PLACE', text))
}
