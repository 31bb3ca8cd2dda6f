/** A model the user brought: the text of a config.json, or a .gguf of which only the header is read. */
import {
  fail,
  importGguf,
  importHfConfig,
  type ModelSpec,
  ok,
  type Problem,
  parseConfigText,
  type Result,
  readGgufHeader,
} from '@capline/core'
import { modelNote } from './modelNote.ts'
import type { Loaded, Requests } from './protocol.ts'
import { brought } from './resolve.ts'

/** Longer names help nobody and make bad links. */
const MAX_NAME = 80

async function readGguf(name: string, file: File): Promise<Result<ModelSpec>> {
  let window = 65_536
  for (;;) {
    const bytes = new Uint8Array(await file.slice(0, window).arrayBuffer())
    const header = readGgufHeader(bytes, file.size)
    if ('need' in header) {
      if (header.need <= window) return fail(name, 'its header does not end', 'Give the original file')
      window = header.need
      continue
    }
    return header.ok ? importGguf([header.value], { name: name.replace(/\.gguf$/i, '') }) : header
  }
}

function readConfig(name: string, text: string): Result<ModelSpec> {
  const json = parseConfigText(text, name)
  if (!json.ok) return json
  const given = /^(config|pasted text)(\s*\(\d+\))?(\.json)?$/i.test(name) ? {} : { name: name.replace(/\.json$/i, '') }
  return importHfConfig(json.value, given)
}

/** Puts the file before the field. */
function at(name: string, { path, reason, remedy }: Problem): Result<never> {
  return fail(path === name ? path : `${name}: ${path}`, reason, remedy)
}

export async function loadModel({ name, text, file }: Requests['load']['ask']): Promise<Result<Loaded>> {
  const shown = name.slice(0, MAX_NAME)
  const isGguf = file !== undefined && /\.gguf$/i.test(name)
  const model = isGguf ? await readGguf(shown, file) : readConfig(shown, text ?? (file ? await file.text() : ''))
  if (!model.ok) return at(shown, model.problem)
  const ref = `file:${model.value.id.slice(0, MAX_NAME)}`
  brought.set(ref, model.value)
  return ok({ ref, name: model.value.name, note: modelNote(model.value) })
}
