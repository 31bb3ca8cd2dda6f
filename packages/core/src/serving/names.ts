/**
 * Model paths and device names as measured tables write them → catalogue ids, by rule: the name without its owner, then
 * with the words that do not change sizes (formats, tuning, dates, accuracy targets) taken off its end one by one, until
 * the catalogue knows it. A bare family name counts when exactly one row begins with it. Nothing else is guessed.
 */

import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { ACCELERATORS, findAccelerator } from '../catalog/accelerators/index.ts'
import { findModel, MODELS, type ModelRow } from '../catalog/models/index.ts'
import { foldName } from '../units/text.ts'

/** A last word that says how a checkpoint was tuned, dated, quantised or scored, not how large it is. */
const NOT_A_SIZE =
  /^(?:fp8|fp4|nvfp4|mxfp4|mxfp8|bf16|fp16|int8|int4|w\d+a\d+|awq|gptq|gguf|q\d\S*|static|dynamic|block|per-?tensor|quantized|instruct|chat|base|hf|it|thinking|preview|v\d+(?:\.\d+)?|\d{4}|99(?:\.9+)?)$/i

/** A name, and then ever shorter ones. */
function shortened(name: string): string[] {
  const out: string[] = []
  let words = name.split(/[\s_-]+/).filter(Boolean)
  while (words.length > 0) {
    out.push(words.join('-'))
    const last = words.at(-1) ?? ''
    if (words.length === 1 || !NOT_A_SIZE.test(last)) break
    words = words.slice(0, -1)
  }
  return out
}

/** The only row whose id, or an alias without its owner, begins with the name; a family of several stays unknown. */
function onlyRowWithPrefix(name: string): ModelRow | undefined {
  const wanted = foldName(name)
  if (wanted.length < 4) return undefined
  const hits = Object.values(MODELS).filter((row) =>
    [row.spec.id, ...row.aliases].some((known) => foldName(known.slice(known.indexOf('/') + 1)).startsWith(wanted)),
  )
  return hits.length === 1 ? hits[0] : undefined
}

/** Spellings of one name: as written, without owner, with `v3.1` as `3.1`, and Llama without a generation as Llama 2. */
function spellings(name: string): string[] {
  const bare = name.slice(name.lastIndexOf('/') + 1).trim()
  const plain = bare.replace(/\bv(?=\d)/gi, '')
  // Llama 1 has the shapes of Llama 2 at 7B and 13B (Llama 2, arXiv 2307.09288, section 2.2); 70B exists as Llama 2 only.
  const second = plain.replace(/^(llama)[\s_-]+(\d+b)/i, '$1-2-$2')
  return [...new Set([name, bare, plain, second])]
}

export function modelByName(name: string): ModelRow | undefined {
  const candidates = spellings(name).flatMap((spelling) => [spelling, ...shortened(spelling)])
  for (const candidate of candidates) {
    const row = findModel(candidate)
    if (row) return row
  }
  for (const candidate of candidates) {
    const row = onlyRowWithPrefix(candidate)
    if (row) return row
  }
  return undefined
}

/** Cores of names as they appear inside longer strings: `H100`, `MI300X`, `L40S`, `RTX PRO 6000`. */
const FORM = /sxm\d?|pcie|nvl(?!\d)/i

let cores: readonly { readonly core: string; readonly row: Accelerator }[] | undefined

/** Every id and alias of letters and digits both; accelerators before host processors, longest first. */
function knownNames() {
  cores ??= Object.values(ACCELERATORS)
    .flatMap((row) => [row.id, ...row.aliases].map((name) => ({ core: foldName(name), row })))
    .filter(({ core }) => /^[a-z0-9]+$/.test(core) && /\d/.test(core) && /[a-z]/.test(core))
    .sort((a, b) => Number(a.row.kind === 'cpu') - Number(b.row.kind === 'cpu') || b.core.length - a.core.length)
  return cores
}

/** A plain device name: as the catalogue knows it, without vendor, memory size or engine words. */
export function acceleratorByName(name: string): Accelerator | undefined {
  const plain = name.replace(/^(?:nvidia|amd|intel)[\s_-]+/i, '')
  const bare = plain.replace(/[\s_-]*\d+\s*gi?b\b.*$/i, '')
  const form = FORM.exec(plain)?.[0]
  const noForm = bare.replace(/[\s_-]*(?:sxm\d?|pcie|nvl)(?:[\s_-].*)?$/i, '')
  const candidates = [name, plain, bare, ...(form ? [`${noForm}-${form.replace(/\d$/, '')}`] : []), noForm]
  for (const candidate of candidates) {
    const row = candidate === '' ? undefined : findAccelerator(candidate)
    if (row) return row
  }
  return undefined
}

interface NamedSystem {
  readonly accelerator: Accelerator
  readonly count: number
}

/**
 * A whole system's name, such as `XE9680_H200_SXM_141GBx8_TRT`, `8xMI300X_2xEPYC` or `ESC8000A_E12_H100x8`: the device named
 * in it, its form and memory when said, and the count beside it (`8x…`, `…x8`); no count: one.
 */
export function systemByName(name: string): NamedSystem | undefined {
  const lower = name.toLowerCase()
  for (const { core, row } of knownNames()) {
    const spaced = core.split('').join('[\\s_-]*')
    const near = new RegExp(`(?:^|.*[^a-z0-9])(?:(\\d+)x)?(${spaced})(?![0-9])(?![a-wyz])(.*)$`).exec(lower)
    if (!near) continue
    const after = near[3] ?? ''
    // Form and memory stand between the device and its count: `_sxm_80gbx8`, `nvl_94gbx4`, `-cts`.
    const tail =
      /^[\s_-]*((?:sxm\d?|pcie|nvl|mem|cts)?)[\s_-]*((?:\d+gb)?)[\s_-]*(?:sxm|pcie|nvl|cts|aarch64|x86_64|_)*x(\d+)/.exec(
        after,
      )
    const said = /^[\s_-]*(sxm\d?|pcie|nvl)?[\s_-]*(\d+gb)?/.exec(after)
    const form = said?.[1]?.replace(/\d$/, '')
    const memory = said?.[2]
    const base = near[2] ?? core
    const exact = [
      form && memory ? `${base}-${form}-${memory}` : '',
      memory ? `${base}-${memory}` : '',
      form ? `${base}-${form}` : '',
    ]
    const accelerator = exact.map((candidate) => findAccelerator(candidate)).find((found) => found !== undefined) ?? row
    const count = Number(near[1] ?? tail?.[3] ?? /(?<![a-z0-9])(\d+)x(?=[\s_-]|$)/.exec(lower)?.[1] ?? 1)
    return { accelerator, count }
  }
  return undefined
}
