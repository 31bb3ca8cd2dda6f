/**
 * CTX: fewer tokens enter than the user gave. A compressed prompt of n / r tokens stands for n, so a window holds r times
 * as much of what the user feeds; the compressor's own passes come before the first token (LLMLingua, Jiang et al. 2023;
 * the survey's prompt compression, arXiv 2405.11299, section 2.5.1).
 *
 *   prompt, soft tokens, summaries   P → P / r before the model;  TTFT = compressor(P) + prefill(P / r)
 *   hidden states                    the layers compute n / r tokens: their work and activations, not their weights
 *   pooled keys and values           attention reads n / r entries and keeps n / r
 *   image tokens                     a picture joins the prompt with 1 / r of its tokens
 *   order                            the same tokens in another order, after passes that score them
 */
import type { Layer, ModelSpec, Stack } from '../../architecture/model.ts'
import type { Rewrite } from '../../architecture/network.ts'
import { alter } from '../../architecture/operator.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import { intern } from '../intern.ts'
import type { Plan } from '../plan.ts'
import { modelNamed, primitiveOf, type Readings, remarked, textPrompt, withWorkload } from './readings.ts'

/** What compressors of the literature run on, where a row or user names none: general knowledge, named in a remark. */
const TYPICAL_COMPRESSOR = { 'small-model': 'llama-2-7b', encoder: 'bert-base' } as const

function withPass(plan: Plan, values: Readings, tokens: number): Result<Plan> {
  const kind = values.text('pass')
  const times = values.number('passes')
  if (kind === 'none' || times === 0) return ok(plan)
  if (values.flag('offline')) {
    return ok({
      ...plan,
      offline: [...plan.offline, { what: 'compressing the text, once for all requests that use it' }],
    })
  }
  const label = 'compressing the prompt'
  const pass = { label, newTokens: tokens, outputTokens: 0, blocking: true, timesPerRequest: times }
  if (kind === 'own') return ok({ ...plan, passes: [...plan.passes, pass] })
  const typical = TYPICAL_COMPRESSOR[kind === 'encoder' ? 'encoder' : 'small-model']
  const id = values.text('model') || typical
  const model = modelNamed('CTX model', id)
  if (!model.ok) return model
  const next = { ...plan, passes: [...plan.passes, { ...pass, model: model.value }] }
  return ok(
    values.text('model')
      ? next
      : remarked(next, 'CTX', `the compressor is priced as ${model.value.name} (assumed; give another)`),
  )
}

function shorterPrompt(plan: Plan, ratio: number): Plan {
  const { workload } = plan.scenario
  const promptTokens = Math.max(1, Math.ceil(workload.promptTokens / ratio))
  const sharedPrefixTokens = Math.min(workload.sharedPrefixTokens, promptTokens)
  const next = withWorkload(plan, { promptTokens, sharedPrefixTokens })
  return { ...next, userTokensPerPromptToken: plan.userTokensPerPromptToken * ratio }
}

/** Layers whose token count is a share of the model's: work, activations and cache rows shrink, weights do not. */
function fewerTokens(factor: number): Rewrite {
  return (group) =>
    group.part !== 'layer' && group.part !== 'encoder'
      ? group
      : {
          ...group,
          operators: group.operators.map((o) =>
            alter(o, {
              flop: o.flop * (o.kvReadBytes > 0 ? factor * factor : factor),
              vectorFlop: o.vectorFlop * factor,
              activationReadBytes: o.activationReadBytes * factor,
              activationWriteBytes: o.activationWriteBytes * factor,
              kvReadBytes: o.kvReadBytes * factor,
              kvWriteBytes: o.kvWriteBytes * factor,
            }),
          ),
        }
}

function withRewrite(plan: Plan, rewrite: Rewrite): Plan {
  const { scenario } = plan
  return { ...plan, scenario: { ...scenario, rewrites: [...(scenario.rewrites ?? []), rewrite] } }
}

/** Causal attention over entries that stand for `ratio` tokens each. */
function pooledKeys(plan: Plan, ratio: number): Result<Plan> {
  const { scenario } = plan
  const { model } = scenario
  const pool = Math.max(2, Math.round(ratio))
  let pooled = 0
  const kinds = model.stack.kinds.map((layer): Layer => {
    const { mixer } = layer
    if (mixer?.kind !== 'attention' || mixer.pattern.kind !== 'causal') return layer
    pooled++
    return { ...layer, mixer: { ...mixer, pattern: { kind: 'compressed', ratio: pool, window: pool } } }
  })
  if (pooled === 0) {
    return fail(
      `model ${model.name}`,
      'has no causal attention whose keys could be pooled',
      'Choose another site for CTX',
    )
  }
  const stack: Stack = { ...model.stack, kinds }
  const changed: ModelSpec = { ...model, stack }
  return ok({ ...plan, scenario: { ...scenario, model: changed } })
}

function fewerImageTokens(plan: Plan, ratio: number): Result<Plan> {
  const { scenario } = plan
  const { model } = scenario
  if (model.towers.length === 0) {
    return fail(`model ${model.name}`, 'takes no pictures', 'Compress the prompt instead (site = prompt)')
  }
  const towers = model.towers.map((tower) => ({
    ...tower,
    outputTokensPerItem: Math.max(1, Math.ceil(tower.outputTokensPerItem / ratio)),
  }))
  return ok({ ...plan, scenario: { ...scenario, model: { ...model, towers } } })
}

/** Sites within the model: they shorten what it makes of its input, whatever that is. */
const INSIDE: ReadonlySet<string> = new Set(['hidden', 'kv-pool', 'qk-heads', 'image-tokens'])

export const CTX = primitiveOf(
  'CTX',
  'Context reduction',
  'calls',
  'P → P / r tokens after a compressor pass over P; one prompt token stands for r of the user',
  (plan, values) => {
    const ratio = values.number('ratio')
    const site = values.text('site')
    const { promptTokens } = plan.scenario.workload
    if (ratio === 1 && site !== 'order') return ok(plan)
    if (!INSIDE.has(site)) {
      const asksText = textPrompt(plan, 'CTX')
      if (!asksText.ok) return asksText
    }
    if (site === 'order') return withPass(plan, values, promptTokens)
    switch (site) {
      case 'hidden': {
        const factor = 1 / ratio
        return ok(
          withRewrite(
            plan,
            intern(`CTX hidden ${factor}`, () => fewerTokens(factor)),
          ),
        )
      }
      case 'kv-pool':
      case 'qk-heads':
        return pooledKeys(plan, ratio)
      case 'image-tokens':
        return fewerImageTokens(plan, ratio)
      default:
        return withPass(shorterPrompt(plan, ratio), values, promptTokens)
    }
  },
)
