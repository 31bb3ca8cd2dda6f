/**
 * RETR, REUSE and TRAIN: what is looked up, what is already computed, what must be trained.
 *
 *   RETR    prompt = P + k · chunk when text goes into the prompt; + embedding the query and the search before the first
 *           token; the store holds what the user can ask about, found with the given recall (RAG, Lewis et al. 2020)
 *   REUSE   keys and values of hit · P prompt tokens are there: prefill computes the rest, attending to all
 *   TRAIN   no cost while serving
 */
import { ok } from '../../units/result.ts'
import type { ExtraPass } from '../plan.ts'
import { modelNamed, primitiveOf, textPrompt, withWorkload } from './readings.ts'

/** Stores that propose tokens or hold phrases of the output: nothing a user could ask about. */
const NO_CONTEXT: ReadonlySet<string> = new Set(['n-grams', 'phrases'])

export const RETR = primitiveOf(
  'RETR',
  'External store',
  'calls',
  'Prompt = P + k · chunk, plus embedding and search; context outside the model is as large as the store, limited by recall',
  (plan, values) => {
    const k = values.number('k')
    if (k === 0) return ok(plan)
    const passes: ExtraPass[] = [...plan.passes]
    const id = values.text('embedder')
    if (id !== '') {
      const embedder = modelNamed('RETR embedder', id)
      if (!embedder.ok) return embedder
      passes.push({
        label: 'embedding the query',
        model: embedder.value,
        // Chunks that are attended to are looked up for every chunk of the prompt: all of it is embedded.
        newTokens:
          values.text('inject') === 'cross-attention'
            ? plan.scenario.workload.promptTokens
            : values.number('queryTokens'),
        outputTokens: 0,
        blocking: true,
        timesPerRequest: 1,
      })
    }
    const store = values.text('store')
    const recall = values.given('recall')
    const search = values.number('searchS')
    const { promptTokens } = plan.scenario.workload
    if (values.text('inject') === 'prompt') {
      const asksText = textPrompt(plan, 'RETR')
      if (!asksText.ok) return asksText
    }
    const added = values.text('inject') === 'prompt' ? k * values.number('chunk') : 0
    const next = withWorkload(plan, { promptTokens: promptTokens + added })
    const found = { tokens: Number.POSITIVE_INFINITY, label: store, ...(recall === undefined ? {} : { recall }) }
    return ok({
      ...next,
      passes,
      waits: search > 0 ? [...plan.waits, { label: 'search', timeS: search, blocking: true }] : plan.waits,
      external: NO_CONTEXT.has(store) ? plan.external : [...plan.external, found],
    })
  },
)

export const REUSE = primitiveOf(
  'REUSE',
  'Prefix reuse',
  'calls',
  'Prefill computes P · (1 − hit) tokens, attending to all of them',
  (plan, values) => {
    const hit = values.number('hit')
    if (hit === 0) return ok(plan)
    const { promptTokens } = plan.scenario.workload
    const reused = Math.floor(promptTokens * hit)
    return ok({ ...plan, reusedTokens: Math.max(plan.reusedTokens, reused) })
  },
)

const training = primitiveOf(
  'TRAIN',
  'Offline training',
  'offline',
  'No cost while serving; what has to be trained or calibrated, and on what',
  (plan, values) => {
    const what = values.text('what')
    if (what === '' || what === 'none') return ok(plan)
    const part = values.text('part')
    const data = values.text('data')
    const entry = {
      what: part === 'all' || part === 'none' ? what : `${what} (${part})`,
      ...(data === '' ? {} : { data }),
    }
    return ok({ ...plan, offline: [...plan.offline, entry] })
  },
)

/** Nothing to train is its identity; the table's default names something. */
export const TRAIN = { ...training, identity: { what: '' } }
