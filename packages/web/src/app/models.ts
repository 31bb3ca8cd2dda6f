/** Bringing a model: a dropped, chosen or pasted file goes to the worker; what it is then stands in the question. */
import type { Problem } from '@capline/core'
import type { Loaded } from '../worker/protocol.ts'
import { carriedIn, carry } from './carried.ts'
import { ask as askWorker } from './client.ts'
import { ask } from './page.ts'

/** Larger texts are no configuration; a .gguf may be of any size, only its header is read. */
const MOST_CONFIG_BYTES = 20_000_000

function setHash(hash: string): void {
  history.replaceState(history.state, '', `${location.pathname}${location.search}${hash}`)
}

async function accept(loaded: Loaded, config?: { readonly name: string; readonly text: string }): Promise<void> {
  ask({ model: loaded.ref }, true)
  setHash(config ? ((await carry(config)) ?? '') : '')
}

/** Returns what is wrong, or nothing when the model now stands in the question. */
export async function bringFile(file: File): Promise<Problem | undefined> {
  const isGguf = /\.gguf$/i.test(file.name)
  if (!isGguf && file.size > MOST_CONFIG_BYTES) {
    return {
      path: file.name.slice(0, 80),
      reason: `has ${file.size} bytes, too many for a configuration`,
      remedy: 'Give a config.json or a .gguf file',
    }
  }
  const text = isGguf ? undefined : await file.text()
  const result = await askWorker('load', text === undefined ? { name: file.name, file } : { name: file.name, text })
  if (!result.ok) return result.problem
  await accept(result.value, text === undefined ? undefined : { name: file.name, text })
  return undefined
}

export async function bringText(text: string): Promise<Problem | undefined> {
  const name = 'pasted text'
  const result = await askWorker('load', { name, text })
  if (!result.ok) return result.problem
  await accept(result.value, { name, text })
  return undefined
}

/** The configuration that the link carries, handed to the worker before the first question. */
export async function bringCarried(): Promise<void> {
  const carried = await carriedIn(location.hash)
  if (carried) await askWorker('load', carried)
}
