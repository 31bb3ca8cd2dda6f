/**
 * SCHED: how an engine forms its steps. The policies are priced in their steady state by `outcome/steady.ts`; without one,
 * a batch enters and leaves together, as `analyze` prices it.
 */
import { ok } from '../../units/result.ts'
import type { Scheduling } from '../plan.ts'
import { primitiveOf, remarked, withWorkload } from './readings.ts'

/** Policies of the literature by the steady state that describes them. */
const POLICIES: Readonly<Record<string, Scheduling['policy']>> = {
  static: 'static',
  continuous: 'continuous',
  chunked: 'chunked',
  'split-fuse': 'chunked',
  disaggregated: 'disaggregated',
  'kv-borrow': 'continuous',
  'elastic-sequence': 'continuous',
  // A block of batches passes a layer together, so that its weights come once: the whole block is one batch here.
  zigzag: 'static',
}

const NOTES: Readonly<Record<string, string>> = {
  'kv-borrow': 'borrowing cache from other instances is priced as continuous batching; the room comes from ALLOC',
  'elastic-sequence': 'the degree of parallelism per phase comes from PAR; the policy is priced as continuous batching',
}

export const SCHED = primitiveOf(
  'SCHED',
  'Scheduling',
  'schedule',
  'Which prompts and decodes share a step: TTFT, TPOT and throughput in the steady state of the policy',
  (plan, values) => {
    const name = values.text('policy')
    const policy = POLICIES[name] ?? 'static'
    const budget = values.given('budgetTokens')
    const batch = values.given('batch')
    const longest = values.number('longestOverMean')
    const isSpare = values.flag('spareCompute')
    if (policy === 'static' && budget === undefined && batch === undefined && longest === 1 && !isSpare) return ok(plan)
    const sized = batch === undefined ? plan : withWorkload(plan, { batchSize: batch })
    const scheduling: Scheduling = {
      ...sized.scheduling,
      policy,
      ...(budget === undefined ? {} : { budgetTokens: budget }),
      ...(longest === 1 ? {} : { longestOverMean: longest }),
    }
    let next = { ...sized, scheduling }
    const note = NOTES[name]
    if (note) next = remarked(next, 'SCHED', note)
    if (longest > 1 && policy !== 'static') {
      next = remarked(next, 'SCHED', 'a sequence that ends makes room at once: none waits for the longest answer')
    }
    if (isSpare)
      next = remarked(next, 'SCHED', 'spare compute of memory-bound steps trains the draft; it is not charged')
    return ok(next)
  },
)
