/**
 * What a plan comes to: performance, memory and context of the finished composition, priced once from its operators.
 * Seconds, bytes, tokens, dollars. The parts, each with its formula and source: `outcome/engine.ts` (one step),
 * `outcome/steady.ts` (one call under a batching policy), `outcome/place.ts` (transfers), `outcome/memory.ts`,
 * `outcome/context.ts`. What is put together here:
 *
 *   TTFT    (serial calls − 1) · E2E of a call + waits + TTFT of the last call
 *   E2E     serial calls · E2E of a call + waits
 *   TPOT    (E2E − TTFT of a call) / (outputTokens − 1), of the call the user reads
 *   busy    (serial + offline) calls + passes that only cost, in accelerator seconds
 *   cost    busy · accelerators · replicas · price / (answers · outputTokens);  energy the same with board power
 *
 * A plan of no techniques gives what `analyze` gives; a test holds the two together.
 */
import { decodes, promptTokens } from '../step/phases.ts'
import { ok, type Result } from '../units/result.ts'
import { type ContextOutcome, contextOf } from './outcome/context.ts'
import { type Engine, engineOf } from './outcome/engine.ts'
import { MemoryOf, type MemoryOutcome } from './outcome/memory.ts'
import { callOf } from './outcome/steady.ts'
import type { Calls, Offline, Plan, Remark } from './plan.ts'

export interface Performance {
  readonly ttftS: number
  /** Absent for a single output token or a model that does not decode. */
  readonly tpotS?: number
  readonly e2eS: number
  /** Answer tokens of all questions per second, the whole deployment. */
  readonly outputTokensPerS: number
  readonly priceUsdPerMillionOutputTokens?: number
  /** Board power · time: an upper bound. */
  readonly energyJPerToken?: number
  /** Of the layout, replicas and pools; not whole where pools share machines. */
  readonly accelerators: number
  /** Tokens a pass yields (τ). */
  readonly tokensPerPass: number
}

export interface Outcome {
  readonly performance: Performance
  readonly memory: MemoryOutcome
  readonly context: ContextOutcome
  readonly calls: Calls
  readonly offline: readonly Offline[]
  readonly remarks: readonly Remark[]
}

export interface EvaluateOptions {
  /** Tokens of context that evidence shows the model to use; absent: not known. */
  readonly effectiveTokens?: number
}

function performanceOf(engine: Engine): { readonly performance: Performance; readonly note?: string } {
  const { plan } = engine
  const { calls, scenario, passes, waits } = plan
  const { model, workload, accelerator, priceUsdPerHour } = scenario
  const sequences = workload.batchSize * calls.parallel
  const call = callOf(engine, sequences)
  let waitS = 0
  for (const wait of waits) if (wait.blocking) waitS += wait.timeS
  let besideS = 0
  for (const pass of passes) if (!pass.blocking) besideS += engine.extraS(pass, sequences)
  const ttftS = (calls.serial - 1) * (call.e2eS + waitS) + waitS + call.ttftS
  const e2eS = calls.serial * (call.e2eS + waitS)
  const busyS = (calls.serial + calls.offline) * (call.busyS + besideS)
  const tokens = workload.batchSize * (decodes(model) ? workload.outputTokens : promptTokens(model, workload))
  const accelerators = engine.accelerators * calls.replicas * call.machines
  const periodS = busyS / call.machines
  const chargedS = busyS * engine.accelerators * calls.replicas
  const hourly = priceUsdPerHour ?? accelerator.priceUsdPerHour?.value
  const watt = accelerator.powerW?.value
  return {
    performance: {
      ttftS,
      ...(engine.steps > 0 ? { tpotS: call.decodeS / engine.steps } : {}),
      e2eS,
      outputTokensPerS: tokens / periodS,
      ...(hourly === undefined ? {} : { priceUsdPerMillionOutputTokens: ((hourly / 3600) * chargedS * 1e6) / tokens }),
      ...(watt === undefined ? {} : { energyJPerToken: (watt * chargedS) / tokens }),
      accelerators,
      tokensPerPass: plan.decoding.tokensPerPass,
    },
    ...(call.note ? { note: call.note } : {}),
  }
}

/** Seconds, dollars, joules, bytes and tokens of a plan. Fails where a scenario of it cannot be prepared (`prepare`). */
export function evaluatePlan(plan: Plan, options: EvaluateOptions = {}): Result<Outcome> {
  const engine = engineOf(plan)
  if (!engine.ok) return engine
  const { performance, note } = performanceOf(engine.value)
  const memory = new MemoryOf(engine.value).outcome()
  return ok({
    performance,
    memory,
    context: contextOf(plan, memory, options.effectiveTokens),
    calls: plan.calls,
    offline: plan.offline,
    remarks: note ? [...plan.remarks, { technique: 'SCHED', text: note }] : plan.remarks,
  })
}
