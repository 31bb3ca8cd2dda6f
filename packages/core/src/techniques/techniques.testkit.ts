/** Plans and values for tests of primitives. */
import { findModel } from '../catalog/models/index.ts'
import { device, unwrap } from '../scenario/scenario.testkit.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { DEFAULT_WORKLOAD, type Workload } from '../workload/workload.ts'
import { evaluatePlan, type Outcome } from './evaluate.ts'
import { defaultsOf, type PrimitiveId } from './parameters.ts'
import { type Plan, plainPlan } from './plan.ts'
import type { Primitive, Values } from './primitive.ts'

export function catalogueModel(id: string): Scenario['model'] {
  const row = findModel(id)
  if (!row) throw new Error(`no model ${id}`)
  return row.spec
}

/** Llama 3.1 8B on an H100, one sequence of 2048 + 128 tokens; change what a test needs. */
export function testPlan(workload: Partial<Workload> = {}, change: Partial<Scenario> = {}): Plan {
  return plainPlan({
    model: catalogueModel('llama-3.1-8b'),
    accelerator: device('h100-sxm'),
    workload: { ...DEFAULT_WORKLOAD, ...workload },
    precision: {},
    kernel: 'flash',
    convention: 'exact',
    ...change,
  })
}

export function applied(plan: Plan, primitive: Primitive, values: Values = {}): Plan {
  return unwrap(primitive.apply(plan, { ...defaultsOf(primitive.id as PrimitiveId), ...values }))
}

export function outcomeOf(plan: Plan): Outcome {
  return unwrap(evaluatePlan(plan))
}

export const performanceOf = (plan: Plan) => outcomeOf(plan).performance
