/** The worker's edge: messages in, answers out, in the order they come. A bug is reported to the page and does not end it. */
import { handle } from './handlers.ts'
import type { Request } from './protocol.ts'

addEventListener('message', async (event: MessageEvent<Request>) => {
  const { seq, kind, ask } = event.data
  try {
    postMessage({ seq, result: await handle(kind, ask) })
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
