/**
 * The steps of a plan, operator by operator, as one rank runs them: reading what is not reused of the prompts, and one pass
 * of decoding with everything it checks. For graphs and sheets; times leave out what the plan places elsewhere, its draft
 * model and host time (`engine.ts` adds those).
 */
import { microBatch, rankSequences } from '../../layout/layout.ts'
import type { Phase } from '../../scenario/analyze.ts'
import { layoutOf } from '../../scenario/scenario.ts'
import { decodes, prefillStep, promptTokens, shownContext, sourceTokens } from '../../step/phases.ts'
import { ok, type Result } from '../../units/result.ts'
import type { Plan } from '../plan.ts'
import { benchOf } from './bench.ts'
import { phaseOf } from './traffic.ts'

export interface PlanPhases {
  readonly prefill: Phase
  /** Absent for models that do not decode. */
  readonly decode?: Phase
  readonly decodeContextTokens: number
}

export function planPhases(plan: Plan): Result<PlanPhases> {
  const { scenario, decoding, decodeLayout } = plan
  const { model, workload } = scenario
  const made = benchOf(scenario)
  if (!made.ok) return made
  const decodeBench = decodeLayout ? benchOf({ ...scenario, layout: decodeLayout }) : made
  if (!decodeBench.ok) return decodeBench
  const sequencesOn = (layout: ReturnType<typeof layoutOf>) =>
    microBatch(layout, rankSequences(layout, workload.batchSize * plan.calls.parallel))
  const prompt = promptTokens(model, workload)
  const reused = Math.max(0, Math.min(plan.reusedTokens, prompt - 1))
  const whole = prefillStep(model, { ...workload, batchSize: sequencesOn(layoutOf(scenario)) })
  const groups = whole.step.groups.map((g) => {
    const cached = Math.max(g.contextTokens, reused)
    return { ...g, newTokens: prompt - cached, contextTokens: cached }
  })
  const prefill = phaseOf(made.value, { ...whole, step: { ...whole.step, groups } })
  const context = shownContext(model, workload, made.value.template.network.convention)
  if (!decodes(model)) return ok({ prefill, decodeContextTokens: context })
  const source = sourceTokens(model, workload)
  const sequences = sequencesOn(decodeLayout ?? layoutOf(scenario)) * decoding.branches
  const pass = {
    sequences,
    newTokens: decoding.checkedTokens,
    contextTokens: context,
    ...(source > 0 ? { sourceTokens: source } : {}),
  }
  const step = { groups: [pass], logitTokens: sequences * decoding.checkedTokens }
  return ok({ prefill, decode: phaseOf(decodeBench.value, { step }), decodeContextTokens: context })
}
