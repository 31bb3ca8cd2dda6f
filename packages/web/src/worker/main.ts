/** The worker's edge: messages in, answers out, in the order they come. A bug is reported to the page and does not end it. */
import type { Result } from '@capline/core'
import { handle } from './handlers.ts'
import type { Request } from './protocol.ts'
import { TECHNIQUE_KINDS } from './techniques/protocol.ts'

async function answer({ seq, kind, ask }: Request): Promise<Result<unknown>> {
  const technique = TECHNIQUE_KINDS.find((one) => one === kind)
  if (!technique) return handle(kind, ask)
  // The catalogue of techniques and the figures are as large as the rest, and the first answers need none of it.
  const { handleTechnique } = await import('./techniques/handlers.ts')
  return handleTechnique(technique, ask, (done) => postMessage({ seq, done }))
}

addEventListener('message', async (event: MessageEvent<Request>) => {
  const { seq } = event.data
  try {
    postMessage({ seq, result: await answer(event.data) })
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 300) : 'unknown'
    const problem = {
      path: 'Capline',
      reason: `this question met a bug (${reason})`,
      remedy: 'Please report it with this link',
    }
    postMessage({ seq, result: { ok: false, problem } })
  }
})
