/** The evaluation that claims are checked with: primitives composed onto a scenario, the plan priced once. */
import { compose } from '../compose.ts'
import { evaluatePlan } from '../evaluate.ts'
import type { Evaluate } from './checks/desk.ts'

export const evaluateUses: Evaluate = (scenario, uses) => {
  const plan = compose(scenario, uses)
  return plan.ok ? evaluatePlan(plan.value) : plan
}
