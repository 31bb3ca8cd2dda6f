/** What tests of the model side ask of a plan: the step time, operators and memory of its scenario, by the plain analysis. */

import type { OperatorGroup } from '../../architecture/group.ts'
import type { ModelSpec } from '../../architecture/model.ts'
import type { Operator } from '../../architecture/operator.ts'
import { kvBytes, weightBytes } from '../../memory/plan.ts'
import { type Analysis, analyze } from '../../scenario/analyze.ts'
import { type Bench, prepare } from '../../scenario/bench.ts'
import { decoder, unwrap } from '../../scenario/scenario.testkit.ts'
import { decodeStep, prefillStep } from '../../step/phases.ts'
import { evaluate } from '../../step/template.ts'
import type { PrimitiveId } from '../parameters.ts'
import type { Plan } from '../plan.ts'
import type { Values } from '../primitive.ts'
import { applied, testPlan } from '../techniques.testkit.ts'
import { PRIMITIVES } from './index.ts'

/** One layer of d = 64, 4 heads of 16, f = 256: small enough to count by hand. */
export const TINY: ModelSpec = decoder({ hidden: 64, layers: 2, heads: 4, intermediate: 256, vocab: 1000 })

/** A tiny plan with a primitive applied. */
export function tiny(id?: PrimitiveId, values: Values = {}, workload: Parameters<typeof testPlan>[0] = {}): Plan {
  const plan = testPlan({ promptTokens: 100, outputTokens: 8, ...workload }, { model: TINY })
  return id ? applied(plan, PRIMITIVES[id], values) : plan
}

export const use = (plan: Plan, id: PrimitiveId, values: Values = {}): Plan => applied(plan, PRIMITIVES[id], values)

export const benchOf = (plan: Plan): Bench => unwrap(prepare(plan.scenario))
export const analysisOf = (plan: Plan): Analysis => unwrap(analyze(plan.scenario))

export const decodeS = (plan: Plan, batch = 1, context = 1000): number =>
  benchOf(plan).compiled.timeS([{ sequences: batch, newTokens: 1, contextTokens: context }])

export const weightsOf = (plan: Plan): number => weightBytes(benchOf(plan).template)
export const cacheOf = (plan: Plan, context: number, sequences = 1): number =>
  kvBytes(benchOf(plan).template.network, context, sequences)

/** Operators of a decode step, or of the prefill, in execution order. */
export function groupsOf(plan: Plan, phase: 'decode' | 'prefill', batch = 1, context = 1000): OperatorGroup[] {
  const { template } = benchOf(plan)
  const { model, workload } = plan.scenario
  const own = { ...workload, batchSize: batch }
  return evaluate(template, phase === 'prefill' ? prefillStep(model, own) : decodeStep(model, own, context))
}

export function operatorOf(groups: readonly OperatorGroup[], name: string): Operator {
  for (const group of groups) for (const o of group.operators) if (o.name === name) return o
  throw new Error(`no operator ${name}: ${groups.flatMap((g) => g.operators.map((o) => o.name)).join(', ')}`)
}

export function layerSum(
  groups: readonly OperatorGroup[],
  of: 'flop' | 'weightBytes' | 'kvReadBytes' | 'parameters',
): number {
  let total = 0
  for (const g of groups) if (g.part === 'layer') for (const o of g.operators) total += g.repeat * o[of]
  return total
}
