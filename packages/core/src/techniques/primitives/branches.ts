/**
 * BRANCH: an answer whose parts are made side by side after a skeleton (skeleton of thought, Ning et al. 2023). The serial
 * path falls from G to the skeleton plus the longest branch, G / m when they are alike; the decode batch grows m-fold.
 */
import { ok } from '../../units/result.ts'
import { primitiveOf } from './readings.ts'

export const BRANCH = primitiveOf(
  'BRANCH',
  'Parallel branches',
  'calls',
  'Serial tokens fall from G to skeleton + G/m, decoded by m times as many sequences',
  (plan, values) => {
    const branches = values.number('branches')
    const serialTokens = values.number('skeletonTokens')
    // One branch is the answer itself: there is nothing to outline.
    if (branches === 1) return ok(plan)
    const { workload } = plan.scenario
    const isShared = values.flag('sharePrefix')
    const decoding = {
      ...plan.decoding,
      branches: plan.decoding.branches * Math.min(branches, workload.outputTokens),
      serialTokens: plan.decoding.serialTokens + serialTokens,
      ...(isShared ? {} : { prefixPerBranch: true }),
    }
    // Without sharing, every branch reads the prompt and the skeleton anew.
    const again = {
      label: 'prompt and skeleton of every branch',
      newTokens: workload.promptTokens + serialTokens,
      outputTokens: 0,
      blocking: true,
      timesPerRequest: 1,
      beside: branches,
    }
    return ok({ ...plan, decoding, passes: isShared ? plan.passes : [...plan.passes, again] })
  },
)
