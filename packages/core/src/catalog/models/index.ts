/**
 * The model catalogue: every row by id, exact look-up by id or alias (repository names included), and the nearest ids for
 * an error message. Names are compared without case, spaces, underscores and hyphens; nothing is matched by prefix, so a
 * name that is not in the catalogue is never silently taken for a similar model.
 */
import { closest } from '../../units/closest.ts'
import { foldName } from '../../units/text.ts'
import { DEEPSEEK } from './deepseek.ts'
import { GEMMA } from './gemma.ts'
import { LLAMA } from './llama.ts'
import { LLAMA4 } from './llama4.ts'
import { MISTRAL } from './mistral.ts'
import { MOONSHOT } from './moonshot.ts'
import { NAMED } from './named.ts'
import { NVIDIA } from './nvidia.ts'
import { OPEN } from './open.ts'
import { OPENAI } from './openai.ts'
import { OPT } from './opt.ts'
import { OTHERS } from './others.ts'
import { QWEN } from './qwen.ts'
import { QWEN_MOE } from './qwen-moe.ts'
import { QWEN_VL } from './qwen-vl.ts'
import type { ModelRow } from './row.ts'
import { SMALL } from './small.ts'
import { SPECIAL } from './special.ts'
import { ZHIPU } from './zhipu.ts'

export type { ModelRow, ModelSourceKey, PublishedCount } from './row.ts'
export { MODEL_SOURCES } from './sources.ts'

const ROWS: readonly ModelRow[] = [
  ...LLAMA,
  ...LLAMA4,
  ...MISTRAL,
  ...QWEN,
  ...QWEN_MOE,
  ...QWEN_VL,
  ...GEMMA,
  ...DEEPSEEK,
  ...MOONSHOT,
  ...ZHIPU,
  ...OPENAI,
  ...OTHERS,
  ...NVIDIA,
  ...SMALL,
  ...OPEN,
  ...OPT,
  ...SPECIAL,
  ...NAMED,
]

/** Every row by id, in catalogue order. No prototype, so a name such as `constructor` finds nothing. */
export const MODELS: Readonly<Record<string, ModelRow>> = Object.freeze(
  Object.assign(
    Object.create(null) as Record<string, ModelRow>,
    Object.fromEntries(ROWS.map((row) => [row.spec.id, row])),
  ),
)

const LONGEST_NAME = 120

let byFoldedName: ReadonlyMap<string, ModelRow> | undefined

/**
 * Folded id or alias to row, and a repository's name without its owner; made when first asked for. Ids go in last: nothing
 * shadows an id.
 */
function foldedNames(): ReadonlyMap<string, ModelRow> {
  byFoldedName ??= new Map([
    ...ROWS.flatMap((row) => row.aliases.map((alias) => [foldName(alias.slice(alias.indexOf('/') + 1)), row] as const)),
    ...ROWS.flatMap((row) => row.aliases.map((alias) => [foldName(alias), row] as const)),
    ...ROWS.map((row) => [foldName(row.spec.id), row] as const),
  ])
  return byFoldedName
}

/** The row of an id or alias, whatever its case, spaces, underscores or hyphens; undefined when there is none. */
export function findModel(name: string): ModelRow | undefined {
  return name.length > LONGEST_NAME ? undefined : foldedNames().get(foldName(name))
}

/** Up to `n` catalogue ids nearest to a name (or one of their aliases), nearest first; empty when nothing is close. */
export function suggestModels(name: string, n = 3): string[] {
  const short = name.slice(name.indexOf('/') + 1, LONGEST_NAME)
  const names = foldedNames()
  const near = closest(foldName(short), [...names.keys()], 4 * n)
  const ids = near.map((known) => (names.get(known) as ModelRow).spec.id)
  return [...new Set(ids)].slice(0, Math.max(0, n))
}
