/** Where the fidelity page gets its tables: the generated file where the build had one, else what the constants carry. */
import { ask } from '../app/client.ts'
import { type FidelityFile, readFidelity } from '../fidelity/file.ts'

/** Empty where the file was not there when the page was built; a chunk of its own, fetched when asked for. */
const FILES = import.meta.glob<unknown>('../../../core/data/fidelity.json', { import: 'default' })

let known: Promise<FidelityFile | undefined> | undefined

async function load(): Promise<FidelityFile | undefined> {
  for (const open of Object.values(FILES)) {
    const file = readFidelity(await open())
    if (file) return file
  }
  const errors = await ask('fidelity', null)
  return errors.ok ? { sources: [errors.value.source], rows: errors.value.rows, plots: [], skips: [] } : undefined
}

export function fidelity(): Promise<FidelityFile | undefined> {
  known ??= load()
  return known
}
