/** One line on stderr that says how far a long job is; shown only on a terminal, and only after a second. */
import type { Terminal } from './terminal.ts'

const PATIENCE_MS = 1000
const INTERVAL_MS = 100

export interface Progress {
  readonly step: () => void
  readonly end: () => void
}

export function showProgress(terminal: Terminal, total: number, noun: string, now: () => number = Date.now): Progress {
  const began = now()
  let last = began
  let done = 0
  let shown = false
  return {
    step: () => {
      done++
      if (!terminal.progress) return
      const time = now()
      if (time - began < PATIENCE_MS || time - last < INTERVAL_MS) return
      last = time
      shown = true
      const left = ((time - began) / done) * (total - done)
      terminal.err(
        `\r\u001b[K${done} of ${total} ${noun} (${Math.floor((100 * done) / total)} %), ${Math.ceil(left / 1000)} s left`,
      )
    },
    end: () => {
      if (shown) terminal.err('\r\u001b[K')
    },
  }
}
